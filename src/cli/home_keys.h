// The key files of a home. See docs/formats/home.md.
//
// Values and functions of files. Private keys stay in SigningKey, which wipes them; the texts that
// hold them are wiped after use.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "base/world.h"
#include "ledger/note.h"
#include "storage/outbox.h"

namespace cli {

// A private key of a log and the sizes that it may sign.
struct LogKey {
  base::SigningKey key;
  std::uint64_t first_size = 0;
  std::optional<std::uint64_t> last_size;
};

// The keys of both logs, oldest first; the last of each signs. Indexed by storage::LogName.
struct HomeKeys {
  std::array<std::vector<LogKey>, 2> logs;

  std::vector<LogKey>& of(storage::LogName name) { return logs[static_cast<std::size_t>(name)]; }
  [[nodiscard]] const std::vector<LogKey>& of(storage::LogName name) const {
    return logs[static_cast<std::size_t>(name)];
  }
};

// "register" or "access"
std::string_view NameOf(storage::LogName name);
// "<home's origin>/<name>"
std::string OriginOf(std::string_view home_origin, storage::LogName name);

// The public halves, for one log or for both.
ledger::KeyList PublicKeysOf(const HomeKeys& keys, std::string_view home_origin,
                             storage::LogName name);
ledger::KeyList PublicKeys(const HomeKeys& keys, std::string_view home_origin);

base::Result<void> WriteHomeKeys(base::Files& files, const std::string& home, const HomeKeys& keys,
                                 std::string_view home_origin);
base::Result<HomeKeys> ReadHomeKeys(base::Files& files, const std::string& home);

// The key that is being rotated in, if any.
base::Result<void> WriteNextKey(base::Files& files, const std::string& home, storage::LogName name,
                                const base::SigningKey& key);
base::Result<std::optional<base::SigningKey>> ReadNextKey(base::Files& files,
                                                          const std::string& home,
                                                          storage::LogName name);
base::Result<void> RemoveNextKey(base::Files& files, const std::string& home,
                                 storage::LogName name);

// The key under which failed sign-ins are counted. It is made when it is not there: then old counts
// are forgotten, and nothing else.
base::Result<std::string> ReadFailureKey(base::World& world, const std::string& home);

// Removes what a crash left of key files that were being written: no private key stays where nobody
// knows of it.
base::Result<void> RemoveUnfinishedKeys(base::Files& files, const std::string& home);

}  // namespace cli
