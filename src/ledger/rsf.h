// Register Serialisation Format: reads a register that somebody archived and proves it anew.
//
// An RSF file tells how a register grew: items, the entries that refer to them, and in between the
// root hashes that its keeper vouched for. ReadRsf computes every hash again and compares. What it
// reads and how the leaves of the tree are made is in docs/formats/rsf.md.
//
// Pure function of bytes, safe from any thread. The bytes come from strangers, and archived
// registers hold people's names: no error and no report shows a key, a value or a hash of the
// input.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "ledger/merkle.h"

namespace ledger {

// What a file may ask of us; beyond it is kTooLarge. The defaults are far above the archived files,
// of which the largest has 1.1 MB and 2 kB in a line, and none has more than one item in an entry.
struct RsfLimits {
  std::uint64_t max_bytes = 64ULL << 20U;
  std::uint64_t max_line_bytes = 1ULL << 20U;  // without the line feed
  std::uint64_t max_item_values = 100'000;     // texts and lists in one item
  std::uint64_t max_items = 5'000'000;         // different ones
  std::uint64_t max_entries = 5'000'000;       // of both kinds together
  std::uint64_t max_entry_items = 1'000;       // that one entry refers to
};

// How many of the user entries the last assertion vouches for.
enum class RsfCoverage : unsigned char {
  kFull,    // all of them
  kPrefix,  // the first ones; for those after them there is only the file's own word
  kNone,    // not one, or the file has no assertion at all
};

struct RsfReport {
  std::uint64_t items = 0;  // different ones; the same item may be added twice
  std::uint64_t system_entries = 0;
  std::uint64_t user_entries = 0;
  std::uint64_t assertions = 0;
  std::uint64_t asserted_entries = 0;  // user entries that the last assertion covers
  Hash root;                           // over all user entries
  Hash asserted_root;                  // over the asserted ones
  RsfCoverage coverage = RsfCoverage::kNone;

  friend bool operator==(const RsfReport&, const RsfReport&) = default;
};

// Reads a whole file and checks all that can be checked: the form of each line, that each item is
// in canonical form, that an entry's items were added before it, that each item belongs to some
// entry, and each assertion against the root at its line. Errors name the line, counted from 1:
//   kInvalid   a line has another form
//   kTooLarge  a limit
//   kUntrue    a hash does not hold: an assertion is not the root (with the number of user entries
//              before it and of those that the last good assertion covers), an entry's item is not
//              there, or an item belongs to no entry
// What no assertion covers is checked for its form alone: user entries after the last assertion,
// and keys and times of system entries, which are not in the tree. O(n log n) time; memory for each
// different item, about 100 bytes.
base::Result<RsfReport> ReadRsf(std::string_view bytes, const RsfLimits& limits = {});

}  // namespace ledger
