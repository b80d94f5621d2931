// No bytes may crash the reading of CSV, and cutting them into pieces may not change what is read.
// What was read is written again by RFC 4180, and must read back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "catalogue/column_reading.h"
#include "catalogue/csv_check.h"

namespace {

using Rows = std::vector<std::vector<std::string>>;

void Require(bool condition) {
  if (!condition) std::abort();
}

class Collected : public engine::CsvRows {
 public:
  void Header(std::span<const std::string> names) override {
    rows_.emplace_back(names.begin(), names.end());
    columns_.resize(names.size());
  }
  void Row(std::uint64_t row, std::span<const std::string_view> fields) override {
    Require(fields.size() == rows_.front().size());
    Require(row > count_);  // ragged rows are left out
    count_ = row;
    rows_.emplace_back(fields.begin(), fields.end());
    for (std::size_t i = 0; i < fields.size(); ++i) columns_[i].Add(row, fields[i]);
  }

  Rows rows_;
  std::vector<engine::ColumnReading> columns_;
  std::uint64_t count_ = 0;
};

struct Outcome {
  std::string error;  // empty: it was read
  Rows rows;
};

Outcome Read(std::string_view bytes, std::size_t piece) {
  Collected collected;
  engine::CsvCheck check(collected);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (const auto fed = check.Feed(bytes.substr(at, piece)); !fed) return {fed.error().Text(), {}};
  }
  const auto shape = check.Finish();
  if (!shape) return {shape.error().Text(), {}};
  for (std::size_t i = 0; i < collected.columns_.size(); ++i) {
    const engine::ColumnReading& column = collected.columns_[i];
    const engine::TypeVerdict type = column.types().Verdict();
    Require(!type.reason.empty());
    const auto meaning = column.meanings().Verdict(shape->names[i], type.type);
    Require(meaning.rule != nullptr && meaning.treatments != 0);
  }
  return {{}, std::move(collected.rows_)};
}

std::string Written(const Rows& rows) {
  std::string csv;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      csv += i == 0 ? "\"" : ",\"";
      for (const char c : row[i]) csv.append(c == '"' ? 2 : 1, c);
      csv += '"';
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const Outcome whole = Read(text, text.size());
  // Ragged rows are counted at the end, and an error may come before or after them: all are told.
  const Outcome cut = Read(text, 1 + bytes[0] % 7);
  Require(cut.error.empty() == whole.error.empty());
  Require(cut.rows == whole.rows);
  if (!whole.error.empty()) return 0;
  const Outcome again = Read(Written(whole.rows), text.size());
  Require(again.error.empty() && again.rows == whole.rows);
  return 0;
}
