// Extracts as they lie on the disk: put in place whole, found again at a start, removed.
//
// docs/formats/extract.md has the layout and the order of the writes. It knows nothing of
// agreements in force or of who uses what; extracts.h does. All goes through World, so that a
// simulation can stop the machine at each step.
//
// Thread safety: any thread, but one key is placed or removed by one caller at a time. Invariant:
// a folder with a record in it is whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy_compiler.h"
#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"
#include "base/world.h"

namespace exchange {

inline constexpr std::size_t kMaxExtractsOnDisk = 100'000;

struct ExtractRecord {
  base::Digest key;
  std::string agreement;      // its number
  std::uint64_t version = 0;  // of the data
  std::uint64_t rows = 0;
  base::Instant made;
  // Found out by Place.
  base::Digest sha256{};  // of the Parquet file
  std::uint64_t bytes = 0;
};

class ExtractFolder {
 public:
  ExtractFolder(base::World& world, std::string_view home);

  // Makes the folders, removes what is in the making and what is not whole. The records of all
  // others, in no order.
  base::Result<std::vector<ExtractRecord>> Open();

  // A new folder of its own in home/tmp/extracts, and its removal with all that lies in it.
  base::Result<std::string> MakeTemporaryFolder();
  base::Result<void> RemoveTemporaryFolder(const std::string& folder);

  // Moves the file that a worker wrote to its place, whole and durable or, after an Error, not at
  // all. Returns the record with what was found out.
  base::Result<ExtractRecord> Place(ExtractRecord record, const std::string& file,
                                    const std::vector<agreements::OutputColumn>& columns);
  // Its file first. What an Error leaves is removed at the next start.
  base::Result<void> Remove(const base::Digest& key);

  [[nodiscard]] std::string DataPath(const ExtractRecord& record) const;

 private:
  [[nodiscard]] std::string FolderOf(const base::Digest& key) const;
  base::Result<ExtractRecord> ReadRecord(const std::string& name);
  base::Result<void> WriteDelta(const ExtractRecord& record,
                                const std::vector<agreements::OutputColumn>& columns);
  base::Result<void> RemoveTree(const std::string& folder, int levels);
  base::Files& files() const { return world_.files(); }

  base::World& world_;
  const std::string extracts_;   // home/extracts
  const std::string temporary_;  // home/tmp/extracts
};

}  // namespace exchange
