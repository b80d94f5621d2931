// The extracts: the governed copies on which every door of an agreement opens.
//
// Get finds the extract of a Permit, or has it made by a trusted worker; two accesses that need the
// same wait for one making; when an extract goes, so do the workers that the pool kept for it.
// docs/formats/extract.md has the key, the files and when they go.
//
// Thread safety: all methods from any thread; they block on the disk and on a worker. Invariants:
// one that is used is removed by Remove alone; nothing that is not whole is ever given.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agreements/permit.h"
#include "agreements/policy.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "catalogue/dataset.h"
#include "engine/worker_pool.h"
#include "exchange/extract_folder.h"
#include "exchange/extract_key.h"
#include "exchange/extract_writer.h"

namespace catalogue {
class Catalogue;
}  // namespace catalogue

namespace exchange {

// Limits.
inline constexpr std::uint64_t kMaxExtractDiskBytes = 64ULL << 30U;
inline constexpr std::int64_t kSupersededMs = 10LL * 60 * 1'000;
inline constexpr std::int64_t kMaxMakingMs = 20LL * 60 * 1'000;
inline constexpr std::size_t kMaxKnownVersions = 10'000;
inline constexpr int kMaxMakings = 16;  // that one access waits for, or makes

// What an agreement says about its extract.
struct AgreementPolicy {
  agreements::Policy policy;  // its properties bound
  std::string token_key;      // engine::kTokenKeyBytes
  std::uint64_t token_key_version = 1;
  catalogue::DatasetId dataset;
  std::optional<catalogue::DatasetId> list = {};  // there when the policy has member_of
};

// Whoever keeps the agreements. Called without any lock.
class AgreementSource {
 public:
  virtual ~AgreementSource() = default;
  // kNotFound for an agreement that is not there, or whose key was destroyed.
  virtual base::Result<AgreementPolicy> PolicyOf(std::string_view agreement) = 0;
};

struct ExtractSettings {
  std::string home;          // from the root; extracts/ and tmp/extracts/ are in it
  std::string library_path;  // libduckdb.so
  std::string program = "/proc/self/exe";
  engine::SandboxOptions sandbox = {};
  engine::WorkerLimits limits = {.cpu_s = 40ULL * 60};
  std::int64_t deadline_ms = kMaxMakingMs;
  std::uint64_t disk_bytes = kMaxExtractDiskBytes;
  std::int64_t superseded_ms = kSupersededMs;
};

// An extract that is in use as long as this lives.
class Extract {
 public:
  [[nodiscard]] const std::string& path() const { return path_; }        // of its Parquet file
  [[nodiscard]] const std::string& dataset() const { return dataset_; }  // its short name
  [[nodiscard]] const ExtractRecord& record() const { return *record_; }

 private:
  friend class Extracts;
  Extract(std::shared_ptr<const ExtractRecord> record, std::string path, std::string dataset)
      : record_(std::move(record)), path_(std::move(path)), dataset_(std::move(dataset)) {}

  std::shared_ptr<const ExtractRecord> record_;  // counted: who holds one, uses it
  std::string path_;
  std::string dataset_;
};

class Extracts {
 public:
  // Removes what a crash left behind. All that is passed in outlives this.
  static base::Result<std::unique_ptr<Extracts>> Open(base::World& world,
                                                      catalogue::Catalogue& catalogue,
                                                      AgreementSource& agreements,
                                                      engine::WorkerPool& pool,
                                                      ExtractSettings settings);
  Extracts(const Extracts&) = delete;
  Extracts& operator=(const Extracts&) = delete;

  // Ends soon after the Permit's stop, with kConflict. kConflict for a list that may not be used,
  // kStorageFull, kBusy when no worker is free; nothing is left of a making that failed.
  base::Result<Extract> Get(const agreements::Permit& permit);

  // All extracts of an agreement, used or not, also one in the making: for an agreement that has
  // stopped, after Gate::Put has stopped its accesses. After an Error files may be left: to be
  // called again, and at each start for agreements that have ended.
  base::Result<void> Remove(std::string_view agreement);
  // Those whose time is over, and the least recently used ones beyond the disk budget. To be called
  // now and then; Get does so after each making.
  base::Result<void> RemoveUnused();

  struct Counts {
    std::size_t extracts = 0;
    std::uint64_t bytes = 0;
    std::uint64_t made = 0;  // since this was opened
  };
  Counts counts();

 private:
  struct Entry {
    std::shared_ptr<const ExtractRecord> record;
    std::int64_t used_us = 0;  // monotonic
    std::optional<std::int64_t> superseded_us = {};
  };
  // A making that others may wait for.
  struct Making {
    std::string agreement;
    bool is_unwanted = false;  // Remove came meanwhile
    bool is_over = false;
    std::optional<base::Error> error = {};  // for those who wait, unless it was stopped
  };
  using VersionKey = std::pair<catalogue::DatasetId, std::uint64_t>;
  struct State {
    std::map<base::Digest, Entry> entries;
    std::map<base::Digest, std::shared_ptr<Making>> makings;
    std::map<VersionKey, VersionDigests> known;
    std::uint64_t made = 0;
  };
  // All that an access needs, before it is known whether the extract is there.
  struct Plan {
    AgreementPolicy agreement;
    std::string short_name;  // of the dataset
    std::uint64_t version = 0;
    std::optional<std::uint64_t> list_version;
    base::Digest key;
  };

  Extracts(base::World& world, catalogue::Catalogue& catalogue, AgreementSource& agreements,
           engine::WorkerPool& pool, ExtractSettings settings);

  base::Result<Plan> PlanOf(const agreements::Permit& permit);
  base::Result<VersionDigests> DigestsOf(const catalogue::DatasetId& dataset,
                                         const agreements::PinnedVersion& pinned);
  base::Result<Extract> FindOrMake(const Plan& plan, const agreements::Permit& permit);
  std::optional<Extract> Use(State& state, const Plan& plan);
  base::Result<Extract> MakeAndKeep(const Plan& plan, const agreements::Permit& permit,
                                    Making& making);
  base::Result<ExtractRecord> Make(const Plan& plan, const agreements::Permit& permit);
  base::Result<std::uint64_t> Write(const Plan& plan, const agreements::Permit& permit,
                                    ExtractOrder& order, const std::string& folder);
  base::Result<ExtractSource> SourceOf(const catalogue::DatasetId& dataset, std::uint64_t version);
  static void Supersede(State& state, const ExtractRecord& newest, std::int64_t now_us);
  base::Result<void> RemoveUnused(State& state);
  // The file, and the workers that were kept for it.
  base::Result<void> RemoveFile(const ExtractRecord& record);

  base::World& world_;
  catalogue::Catalogue& catalogue_;
  AgreementSource& agreements_;
  engine::WorkerPool& pool_;
  const ExtractSettings settings_;
  ExtractFolder folder_;
  base::Guarded<State> state_;
};

}  // namespace exchange
