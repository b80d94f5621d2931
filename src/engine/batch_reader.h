// Reads a table, batch by batch, through a worker: Parquet, CSV or Arrow IPC, in the order of its
// rows.
//
// The server never parses a data file itself. A worker of kind "table.read" does, and sends Arrow
// record batches; docs/formats/batches.md has both. What a reader does not ask for waits in the
// worker, so memory is flat on both sides however large the file.
//
// Thread safety: belongs to one thread; Kill may be called from any. A reader ends before its pool.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/batch.h"
#include "engine/batch_decoder.h"
#include "engine/result_stream.h"
#include "engine/worker_kind.h"
#include "engine/worker_pool.h"

namespace engine {

inline constexpr std::string_view kTableRead = "table.read";

enum class TableFormat : unsigned char { kParquet, kCsv, kArrow };

struct TableFile {
  std::string path;
  TableFormat format = TableFormat::kParquet;
  std::vector<std::string> columns = {};  // those wanted, in the order wanted; empty: all
};

class BatchReader {
 public:
  // `start` gives library, limits and sandbox; the rest of it is filled in here. The deadline holds
  // until the worker is ready to send. kNotFound when the file is not there, kInvalid when it is
  // not of its format or a column is not in it.
  static base::Result<BatchReader> Open(WorkerPool& pool, WorkerStart start, const TableFile& file,
                                        std::int64_t deadline_ms);

  // Never empty.
  [[nodiscard]] const std::vector<NamedType>& columns() const { return *decoder_->columns(); }
  // Nothing after the last batch. After an Error the reader is of no more use.
  base::Result<std::optional<Batch>> Next(std::int64_t deadline_ms);
  // Ends a Next under way, from any thread.
  void Kill() { loan_.Kill(); }

 private:
  BatchReader(WorkerLoan loan, std::unique_ptr<BatchDecoder> decoder)
      : loan_(std::move(loan)), decoder_(std::move(decoder)) {}
  // One more chunk, or the end.
  base::Result<void> Advance(std::int64_t deadline_ms);

  WorkerLoan loan_;
  std::unique_ptr<BatchDecoder> decoder_;
  bool has_ended_ = false;
};

WorkerKind TableReadKind();

}  // namespace engine
