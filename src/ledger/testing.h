// What several tests of this folder share: keys made of a number, the root of plain leaves, and
// whole files read and written in one call. Not part of the program. Pure functions, apart from the
// files they name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/world.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

namespace ledger {

// A key that follows from one letter.
inline base::SigningKey TestKey(char letter) {
  return base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, letter)).value();
}

// The same key as a list names it, valid for every size.
inline ListedKey TestListedKey(std::string_view name, char letter) {
  return ListedKey{VerifierKey{std::string(name), TestKey(letter).public_key()}, 0, std::nullopt};
}

// The root of the first `count` leaves.
inline Hash RootOfLeaves(const std::vector<std::string>& leaves, std::size_t count) {
  Frontier frontier;
  for (std::size_t i = 0; i < count; ++i) frontier.Append(LeafHash(leaves.at(i)));
  return frontier.Root();
}

inline std::string ReadTestFile(base::Files& files, std::string_view path) {
  return base::ReadWholeFile(files, path, base::kMaxWholeFileBytes).value();
}

inline void WriteTestFile(base::Files& files, std::string_view path, std::string_view bytes) {
  base::ReplaceFile(files, path, bytes).value();
}

// The paths of all files below a folder, as they are seen from it, sorted.
inline void ListFiles(base::Files& files, const std::string& folder, const std::string& prefix,
                      std::vector<std::string>& found) {
  for (const std::string& name : files.List(folder).value()) {
    const std::string path = base::JoinPath(folder, name);
    if (files.Status(path).value()->is_folder) {
      ListFiles(files, path, prefix + name + "/", found);
    } else {
      found.push_back(prefix + name);
    }
  }
}

}  // namespace ledger
