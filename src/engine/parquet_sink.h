// Writes rows to a Parquet file through a trusted worker: the only way by which Parquet is written.
//
// The worker may write to one private folder, made for it beneath `scratch` and removed with it; it
// has one thread and fixed row groups, so that the same rows make the same bytes. Close syncs the
// file, renames it into place and syncs the folder. Until then nobody sees it; a sink that goes
// without Close leaves nothing. docs/formats/batches.md has what is said to the worker.
//
// Thread safety: belongs to one thread. A sink ends before its pool and world.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "engine/batch.h"
#include "engine/result_rows.h"
#include "engine/result_stream.h"
#include "engine/worker_kind.h"
#include "engine/worker_pool.h"

namespace engine {

inline constexpr std::string_view kTableWrite = "table.write";

struct ParquetPlan {
  std::string path;     // of the file to be; what was there is replaced
  std::string scratch;  // a folder on the same file system
  std::vector<ResultColumn> columns;
  std::uint64_t row_group_rows = 122'880;  // a multiple of 2,048, up to 1,048,576
  std::int64_t step_ms = 60'000;           // that the worker may take for each step
};

struct WrittenParquet {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

class ParquetSink {
 public:
  // `start` gives library, limits and sandbox; the rest of it is filled in here. kInvalid for no
  // columns, two of one name, or rows of a group that are no such number.
  static base::Result<std::unique_ptr<ParquetSink>> Open(base::World& world, WorkerPool& pool,
                                                         WorkerStart start, ParquetPlan plan);
  ParquetSink(const ParquetSink&) = delete;
  ParquetSink& operator=(const ParquetSink&) = delete;
  ~ParquetSink();

  // Rows in the layouts of the plan. kStorageFull when there is no room for them; the sink is of no
  // more use after an Error.
  base::Result<void> Append(const RowChunk& rows);
  // Rows of a batch, whose columns must have the types of the plan's, in widened layouts.
  base::Result<void> Append(const Batch& batch);

  base::Result<WrittenParquet> Close();

 private:
  struct State;
  explicit ParquetSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The columns of a plan for rows that come in batches: each type in its widened layout.
std::vector<ResultColumn> WidenedColumns(std::span<const NamedType> columns);

WorkerKind TableWriteKind();

}  // namespace engine
