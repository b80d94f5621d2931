// A batch of rows as columns, seen where they lie in the bytes that a worker sent.
//
// Nothing is copied by value: a column of longs is a span over the batch's own memory, a text is a
// view into it. Everything in a Batch has been checked against its bytes (docs/formats/batches.md),
// so no access can leave them; only that texts are UTF-8 has not been.
//
// Thread safety: a Batch does not change and may be read from many threads. Its columns are valid
// as long as it lives; moving it does not move them.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/column_types.h"
#include "engine/result_rows.h"

namespace engine {

class ColumnView {
 public:
  // What BatchDecoder has checked: `values` holds `rows` values of the type, or rows + 1 ends of
  // texts in `texts`; `validity` holds `rows` bits, or is nullptr when nothing is null.
  struct Parts {
    ColumnType type;
    std::size_t rows = 0;
    const unsigned char* validity = nullptr;
    const char* values = nullptr;
    const char* texts = nullptr;
  };
  explicit ColumnView(const Parts& parts) : parts_(parts) {}

  [[nodiscard]] const ColumnType& type() const { return parts_.type; }
  [[nodiscard]] std::size_t size() const { return parts_.rows; }
  [[nodiscard]] bool may_have_nulls() const { return parts_.validity != nullptr; }
  [[nodiscard]] bool IsNull(std::size_t row) const {
    return parts_.validity != nullptr && ((parts_.validity[row / 8] >> (row % 8)) & 1U) == 0;
  }

  // All values at once, each for its own kinds alone; what lies under a null means nothing.
  [[nodiscard]] std::span<const std::int64_t> Longs() const { return All<std::int64_t>(); }
  [[nodiscard]] std::span<const std::int64_t> Timestamps() const { return All<std::int64_t>(); }
  [[nodiscard]] std::span<const double> Doubles() const { return All<double>(); }
  [[nodiscard]] std::span<const std::int32_t> Dates() const { return All<std::int32_t>(); }

  // One value, likewise; of a row that is there.
  [[nodiscard]] bool Boolean(std::size_t row) const {
    return ((static_cast<unsigned char>(parts_.values[row / 8]) >> (row % 8)) & 1U) != 0;
  }
  // The digits without the point.
  [[nodiscard]] Int128 Decimal(std::size_t row) const {
    Int128 value = 0;
    std::memcpy(&value, parts_.values + row * sizeof value, sizeof value);
    return value;
  }
  [[nodiscard]] std::string_view Text(std::size_t row) const {
    const auto* ends = reinterpret_cast<const std::int32_t*>(parts_.values);
    return {parts_.texts + ends[row], static_cast<std::size_t>(ends[row + 1] - ends[row])};
  }

  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  template <typename T>
  [[nodiscard]] std::span<const T> All() const {
    return {reinterpret_cast<const T*>(parts_.values), parts_.rows};
  }

  Parts parts_;
};

class Batch {
 public:
  // `bytes` holds what the columns look at.
  Batch(std::size_t rows, std::vector<ColumnView> columns, std::unique_ptr<std::string> bytes)
      : rows_(rows), columns_(std::move(columns)), bytes_(std::move(bytes)) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::span<const ColumnView> columns() const { return columns_; }

 private:
  std::size_t rows_;
  std::vector<ColumnView> columns_;
  std::unique_ptr<std::string> bytes_;
};

}  // namespace engine
