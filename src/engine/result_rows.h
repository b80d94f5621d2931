// The rows of a result, a chunk at a time, as they lie in DuckDB's vectors: no value is copied.
//
// A column has a type of our closed list (column_types.h) and a layout: how its values lie in
// memory. The two differ where DuckDB stores a type in several widths: a decimal(9,2) lies in 32
// bits, a long that was an INTEGER in 32 as well.
//
// Thread safety: values. A RowChunk is valid only during the call that hands it over.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "engine/column_types.h"

namespace engine {

// Two's complement of 128 bits; the type is the compiler's.
using Int128 = __int128;

enum class Layout : unsigned char {
  kBoolean,  // one byte
  kInt8,
  kInt16,
  kInt32,  // also days since 1970-01-01
  kInt64,  // also microseconds since then, in UTC
  kUint8,
  kUint16,
  kUint32,
  kUint64,  // a decimal(20,0)
  kInt128,  // two's complement, little-endian
  kFloat,
  kDouble,
  kText,  // TextCell
};

// Bytes of one value.
std::size_t LayoutBytes(Layout layout);

struct ResultColumn {
  std::string name;
  ColumnType type;
  Layout layout = Layout::kText;
};

// A text of UTF-8: up to twelve bytes stand in the cell itself, longer ones elsewhere.
struct TextCell {
  static constexpr std::uint32_t kMaxInlineBytes = 12;

  std::uint32_t size;
  char start[4];  // the first bytes, whichever it is
  union {
    char rest[8];
    const char* pointer;
  };

  // A cell that shows `bytes`, which must outlive it and be shorter than 4 GiB.
  static TextCell Of(std::string_view bytes) {
    TextCell cell{};
    cell.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(cell.start, bytes.data(), std::min<std::size_t>(bytes.size(), sizeof cell.start));
    if (bytes.size() > kMaxInlineBytes) {
      cell.pointer = bytes.data();
    } else if (bytes.size() > sizeof cell.start) {
      std::memcpy(cell.rest, bytes.data() + sizeof cell.start, bytes.size() - sizeof cell.start);
    }
    return cell;
  }
  [[nodiscard]] std::string_view text() const {
    return {size <= kMaxInlineBytes ? static_cast<const char*>(start) : pointer, size};
  }
};

struct ChunkColumn {
  const void* values = nullptr;
  const std::uint64_t* validity = nullptr;  // a bit a row, 0: null; nullptr: no row is null

  [[nodiscard]] bool IsNull(std::size_t row) const {
    return validity != nullptr && ((validity[row / 64] >> (row % 64)) & 1U) == 0;
  }
  template <typename T>
  [[nodiscard]] const T& At(std::size_t row) const {
    return static_cast<const T*>(values)[row];
  }
};

struct RowChunk {
  std::size_t rows = 0;
  std::vector<ChunkColumn> columns;
};

// What takes the rows of a result: first Begin, once, then each chunk in order. An Error of either
// ends the query and is its outcome.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual base::Result<void> Begin(std::span<const ResultColumn> columns) = 0;
  virtual base::Result<void> Take(const RowChunk& chunk) = 0;
};

// A value for a parameter of a query: null, boolean, integer, double or text (UTF-8).
using SqlParameter = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

}  // namespace engine
