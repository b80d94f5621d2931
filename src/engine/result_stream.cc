#include "engine/result_stream.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/json_text.h"
#include "engine/internal/value_text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::array<std::string_view, 4> kFormatNames = {"arrow", "csv", "ndjson", "json"};

// Counts what passes.
class CountingSink final : public ChunkSink {
 public:
  explicit CountingSink(ChunkSink& next) : next_(next) {}
  base::Result<void> Write(std::string_view bytes) override {
    bytes_ += bytes.size();
    return next_.Write(bytes);
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  ChunkSink& next_;
  std::uint64_t bytes_ = 0;
};

// Sums may have more digits than a decimal(38,0).
base::Result<void> CheckDigits(const ChunkColumn& column, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.IsNull(row) || FitsDecimal(column.At<Int128>(row))) continue;
    return Fail(ErrorCode::kInvalid, "A whole number of the result has more than 38 digits", {},
                "Cast that column to DOUBLE or VARCHAR.");
  }
  return {};
}

// Leaves columns out after the query. SQL does it better, except over a view of an Arrow stream:
// DuckDB asks such a stream for fewer columns, which it cannot give.
class PickedColumns final : public RowSink {
 public:
  PickedColumns(RowSink& next, std::span<const std::string> names) : next_(next), names_(names) {}

  base::Result<void> Begin(std::span<const ResultColumn> columns) override {
    std::vector<ResultColumn> picked;
    for (const std::string& name : names_) {
      const auto column = std::ranges::find(columns, name, &ResultColumn::name);
      if (column == columns.end()) {
        return Fail(ErrorCode::kInvalid, "There is no such column", base::ShownName(name));
      }
      places_.push_back(static_cast<std::size_t>(column - columns.begin()));
      picked.push_back(*column);
    }
    return next_.Begin(picked);
  }
  base::Result<void> Take(const RowChunk& chunk) override {
    picked_.rows = chunk.rows;
    picked_.columns.clear();
    for (const std::size_t place : places_) picked_.columns.push_back(chunk.columns[place]);
    return next_.Take(picked_);
  }

 private:
  RowSink& next_;
  std::span<const std::string> names_;
  std::vector<std::size_t> places_;
  RowChunk picked_;
};

// Counts rows, up to the limit, and keeps the names and types.
class CountingRows final : public RowSink {
 public:
  CountingRows(ResultWriter& next, std::optional<std::uint64_t> max_rows)
      : next_(next), max_rows_(max_rows) {}

  base::Result<void> Begin(std::span<const ResultColumn> columns) override {
    for (const ResultColumn& column : columns) {
      summary_.columns.push_back({column.name, column.type});
      is_long_.push_back(column.layout == Layout::kInt128 && column.type.precision == 38);
    }
    return next_.Begin(columns);
  }
  base::Result<void> Take(const RowChunk& chunk) override {
    if (max_rows_ && chunk.rows > *max_rows_ - summary_.rows) {
      return Fail(ErrorCode::kTooLarge,
                  base::Format("The result has more than {} rows", *max_rows_), {},
                  "Ask for fewer rows, or raise max_rows.");
    }
    summary_.rows += chunk.rows;
    for (std::size_t i = 0; i < chunk.columns.size(); ++i) {
      if (is_long_[i]) TRY(CheckDigits(chunk.columns[i], chunk.rows));
    }
    return next_.Take(chunk);
  }
  [[nodiscard]] ResultSummary summary() && { return std::move(summary_); }

 private:
  ResultWriter& next_;
  std::optional<std::uint64_t> max_rows_;
  ResultSummary summary_;
  std::vector<bool> is_long_;  // columns whose values may not fit
};

}  // namespace

std::span<const std::string_view> ResultFormatNames() { return kFormatNames; }

base::Result<ResultSummary> WriteResult(Duckdb& duckdb, const ResultQuery& query,
                                        ChunkSink& chunks) {
  CountingSink counted(chunks);
  const auto writer = query.format == ResultFormat::kArrow ? MakeArrowWriter(counted, query.widens)
                                                           : MakeTextWriter(query.format, counted);
  CountingRows rows(*writer, query.max_rows);
  PickedColumns picked(rows, query.picked_columns);
  RowSink& first = query.picked_columns.empty() ? static_cast<RowSink&>(rows) : picked;
  TRY(duckdb.Stream(query.sql, query.parameters, first));
  TRY(writer->End());
  ResultSummary summary = std::move(rows).summary();
  summary.bytes = counted.bytes();
  return summary;
}

}  // namespace engine
