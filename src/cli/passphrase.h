// The passphrase of a backup: from a file or from standard input, never from the command line,
// where every process of the machine could read it.
#pragma once

#include <cstddef>
#include <string>

#include "base/crypto.h"
#include "base/password_hash.h"
#include "base/result.h"
#include "cli/commands.h"

namespace cli {

inline constexpr std::size_t kMinPassphraseCharacters = 16;
inline constexpr std::size_t kMaxPassphraseBytes = base::kMaxPasswordBytes;

struct PassphraseSource {
  std::string file = {};
  bool from_input = false;
};

// Wiped when it goes.
class Passphrase {
 public:
  explicit Passphrase(std::string text) : text_(std::move(text)) {}
  Passphrase(Passphrase&& other) noexcept : text_(std::exchange(other.text_, {})) {}
  Passphrase& operator=(Passphrase&&) = delete;
  ~Passphrase() { base::Wipe(text_); }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
};

// One line of UTF-8, of kMinPassphraseCharacters to kMaxPassphraseBytes, without its end. kInvalid
// for anything else and where no source is named.
base::Result<Passphrase> ReadPassphrase(const CommandContext& context,
                                        const PassphraseSource& source);

}  // namespace cli
