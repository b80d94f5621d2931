// The private keys of a home as they lie in a backup: in one file, encrypted by a passphrase. See
// docs/formats/backup.md.
//
// Functions of files; one thread each. Texts are wiped after use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/password_hash.h"
#include "base/result.h"
#include "base/world.h"
#include "cli/passphrase.h"

namespace cli {

inline constexpr std::size_t kMaxPrivateFiles = 64;
inline constexpr std::size_t kMaxPrivateFileBytes = 1U << 20U;
// What whoever guesses at a stolen backup pays for each guess.
inline constexpr base::PasswordCost kSealCost{.memory_bytes = 256ULL << 20U, .passes = 3};

struct PrivateFile {
  std::string name;  // below the home's keys folder
  std::string text;
};

// Wiped when they go.
class PrivateFiles {
 public:
  PrivateFiles() = default;
  PrivateFiles(PrivateFiles&& other) noexcept : files_(std::exchange(other.files_, {})) {}
  PrivateFiles& operator=(PrivateFiles&&) = delete;
  ~PrivateFiles() {
    for (PrivateFile& each : files_) base::Wipe(each.text);
  }
  void Add(PrivateFile file) { files_.push_back(std::move(file)); }
  [[nodiscard]] const std::vector<PrivateFile>& all() const { return files_; }

 private:
  std::vector<PrivateFile> files_;
};

// Writes keys.sealed into the backup, durable.
base::Result<void> WriteSealedKeys(base::World& world, const std::string& backup,
                                   std::string_view origin, const PrivateFiles& keys,
                                   const Passphrase& passphrase, const base::PasswordCost& cost);
// kForbidden for a passphrase that does not open it, kDamaged or kNewerFormat for another file,
// kUnavailable where memory is short.
base::Result<PrivateFiles> ReadSealedKeys(base::Files& files, const std::string& backup,
                                          std::string_view origin, const Passphrase& passphrase);

}  // namespace cli
