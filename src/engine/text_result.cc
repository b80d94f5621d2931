// Rows as CSV, NDJSON and JSON: docs/formats/result.md.
//
// The three differ in what stands around a value and in a few values; so one writer serves them.
// What is the same for every row (commas, names of members) is made once, at Begin, and each column
// gets the function that writes its values, so that no value asks again what it is. Room is made
// once a row for all that has a bounded size, and once for each text.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>

#include "base/check.h"
#include "base/json_text.h"
#include "engine/frame.h"
#include "engine/internal/value_text.h"
#include "engine/result_stream.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

// Written to with a pointer, and sent when it has a chunk or more.
class TextRoom {
 public:
  explicit TextRoom(ChunkSink& chunks) : chunks_(chunks), bytes_(2 * kMaxChunkBytes, '\0') {}

  // Where `more` bytes can be written from `at` on; `at` is where writing had come to.
  char* Room(char* at, std::size_t more) {
    const auto used = static_cast<std::size_t>(at - bytes_.data());
    if (bytes_.size() - used < more) bytes_.resize(std::max(2 * bytes_.size(), used + more));
    return bytes_.data() + used;
  }
  char* start() { return bytes_.data(); }
  // Where to go on.
  base::Result<char*> Passed(char* at) {
    const auto used = static_cast<std::size_t>(at - bytes_.data());
    if (used < kMaxChunkBytes) return at;
    TRY(chunks_.Write(std::string_view(bytes_).substr(0, used)));
    return bytes_.data();
  }
  base::Result<void> Flush(const char* at) {
    return chunks_.Write(
        std::string_view(bytes_).substr(0, static_cast<std::size_t>(at - bytes_.data())));
  }

 private:
  ChunkSink& chunks_;
  std::string bytes_;
};

// --- values of a bounded size -------------------------------------------------------------------

using ValueWriter = char* (*)(char* out, const ChunkColumn& column, std::size_t row,
                              unsigned scale);

constexpr std::int64_t kSafeInteger = 1LL << 53U;  // beyond it doubles do not hold every integer

char* WriteBoolean(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  const std::string_view text = column.At<bool>(row) ? "true" : "false";
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

template <typename Integer>
char* WriteInt(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  return WriteInteger(out, static_cast<std::int64_t>(column.At<Integer>(row)));
}

template <typename Integer>
char* WriteScaled(char* out, const ChunkColumn& column, std::size_t row, unsigned scale) {
  return WriteDecimal(out, static_cast<Int128>(column.At<Integer>(row)), scale);
}

char* WriteReal(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  return WriteDouble(out, column.At<double>(row));
}
char* WriteShortReal(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  return WriteFloat(out, column.At<float>(row));
}
char* WriteDays(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  return WriteDate(out, column.At<std::int32_t>(row));
}
char* WriteInstant(char* out, const ChunkColumn& column, std::size_t row, unsigned) {
  return WriteTimestamp(out, column.At<std::int64_t>(row));
}

// The same in quotes.
template <ValueWriter kWriter>
char* Quoted(char* out, const ChunkColumn& column, std::size_t row, unsigned scale) {
  *out++ = '"';
  out = kWriter(out, column, row, scale);
  *out++ = '"';
  return out;
}

char* WriteJsonLong(char* out, const ChunkColumn& column, std::size_t row, unsigned scale) {
  const auto value = column.At<std::int64_t>(row);
  const bool is_safe = value <= kSafeInteger && value >= -kSafeInteger;
  return (is_safe ? WriteInt<std::int64_t> : Quoted<WriteInt<std::int64_t>>)(out, column, row,
                                                                             scale);
}
char* WriteJsonReal(char* out, const ChunkColumn& column, std::size_t row, unsigned scale) {
  const bool is_number = std::isfinite(column.At<double>(row));
  return (is_number ? WriteReal : Quoted<WriteReal>)(out, column, row, scale);
}
char* WriteJsonShortReal(char* out, const ChunkColumn& column, std::size_t row, unsigned scale) {
  const bool is_number = std::isfinite(column.At<float>(row));
  return (is_number ? WriteShortReal : Quoted<WriteShortReal>)(out, column, row, scale);
}

template <typename Integer>
ValueWriter ScaledWriter(bool is_json) {
  return is_json ? Quoted<WriteScaled<Integer>> : WriteScaled<Integer>;
}

ValueWriter Int32Writer(ColumnKind kind, bool is_json) {
  if (kind == ColumnKind::kDate) return is_json ? Quoted<WriteDays> : WriteDays;
  if (kind == ColumnKind::kDecimal) return ScaledWriter<std::int32_t>(is_json);
  return WriteInt<std::int32_t>;
}

ValueWriter Int64Writer(ColumnKind kind, bool is_json) {
  if (kind == ColumnKind::kTimestamp) return is_json ? Quoted<WriteInstant> : WriteInstant;
  if (kind == ColumnKind::kDecimal) return ScaledWriter<std::int64_t>(is_json);
  return is_json ? WriteJsonLong : WriteInt<std::int64_t>;
}

// nullptr for texts, which have no bounded size.
ValueWriter WriterOf(const ResultColumn& column, bool is_json) {
  const ColumnKind kind = column.type.kind;
  switch (column.layout) {
    case Layout::kBoolean:
      return WriteBoolean;
    case Layout::kInt8:
      return WriteInt<std::int8_t>;
    case Layout::kInt16:
      return kind == ColumnKind::kDecimal ? ScaledWriter<std::int16_t>(is_json)
                                          : WriteInt<std::int16_t>;
    case Layout::kInt32:
      return Int32Writer(kind, is_json);
    case Layout::kInt64:
      return Int64Writer(kind, is_json);
    case Layout::kUint8:
      return WriteInt<std::uint8_t>;
    case Layout::kUint16:
      return WriteInt<std::uint16_t>;
    case Layout::kUint32:
      return WriteInt<std::uint32_t>;
    case Layout::kUint64:
      return ScaledWriter<std::uint64_t>(is_json);
    case Layout::kInt128:
      return ScaledWriter<Int128>(is_json);
    case Layout::kFloat:
      return is_json ? WriteJsonShortReal : WriteShortReal;
    case Layout::kDouble:
      return is_json ? WriteJsonReal : WriteReal;
    case Layout::kText:
      return nullptr;
  }
  CHECK(false);  // every layout is named above
}

// --- texts ---------------------------------------------------------------------------------------

constexpr std::size_t kMaxEscapedBytes = 6;  // of one byte, as \u001f

// For each byte: 0 when it stands for itself.
using ByteTable = std::array<unsigned char, 256>;

constexpr ByteTable kCsvQuoted = [] {
  ByteTable table{};
  for (const unsigned char byte : {',', '"', '\r', '\n'}) table[byte] = 1;
  return table;
}();

// The letter after the backslash; 'u' for the long form.
constexpr ByteTable kJsonEscape = [] {
  ByteTable table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

bool HasAny(const ByteTable& table, std::string_view text) {
  unsigned char found = 0;
  for (const char c : text) found |= table[static_cast<unsigned char>(c)];
  return found != 0;
}

char* Copied(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* WriteCsvText(char* out, std::string_view text) {
  if (!text.empty() && !HasAny(kCsvQuoted, text)) return Copied(out, text);
  *out++ = '"';
  for (const char c : text) {
    if (c == '"') *out++ = '"';
    *out++ = c;
  }
  *out++ = '"';
  return out;
}

char* WriteJsonText(char* out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  *out++ = '"';
  if (!HasAny(kJsonEscape, text)) {
    out = Copied(out, text);
    *out++ = '"';
    return out;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned char escape = kJsonEscape[byte];
    if (escape == 0) {
      *out++ = c;
      continue;
    }
    *out++ = '\\';
    *out++ = static_cast<char>(escape);
    if (escape != 'u') continue;
    out = Copied(out, "00");
    *out++ = kHex[byte >> 4U];
    *out++ = kHex[byte & 15U];
  }
  *out++ = '"';
  return out;
}

// --- rows ----------------------------------------------------------------------------------------

std::string JsonText(std::string_view text) {
  std::string quoted;
  base::AppendJsonString(quoted, text);
  return quoted;
}

class TextWriter final : public ResultWriter {
 public:
  TextWriter(ResultFormat format, ChunkSink& chunks)
      : format_(format), is_json_(format != ResultFormat::kCsv), room_(chunks) {
    at_ = room_.start();
  }

  base::Result<void> Begin(std::span<const ResultColumn> columns) override {
    if (format_ == ResultFormat::kNdjson) TRY(CheckNames(columns));
    row_bytes_ = kMaxRowEndBytes;
    for (const ResultColumn& column : columns) {
      cells_.push_back(
          {Before(cells_.size(), column.name), WriterOf(column, is_json_), column.type.scale});
      row_bytes_ += cells_.back().before.size() + kMaxValueBytes;
    }
    const std::string header = Header(columns);
    at_ = Copied(room_.Room(at_, header.size()), header);
    return {};
  }

  base::Result<void> Take(const RowChunk& chunk) override {
    char* at = at_;
    for (std::size_t row = 0; row < chunk.rows; ++row) {
      at = WriteRow(room_.Room(at, row_bytes_), chunk, row);
      is_first_ = false;
      at = TRY(room_.Passed(at));
    }
    at_ = at;
    return {};
  }

  base::Result<void> End() override {
    if (format_ == ResultFormat::kJson) at_ = Copied(room_.Room(at_, 4), "]}\n");
    return room_.Flush(at_);
  }

 private:
  static constexpr std::size_t kMaxRowEndBytes = 4;

  struct Cell {
    std::string before;            // what stands before its value in every row
    ValueWriter writer = nullptr;  // nullptr: a text
    unsigned scale = 0;
  };

  static base::Result<void> CheckNames(std::span<const ResultColumn> columns) {
    std::set<std::string_view> names;
    for (const ResultColumn& column : columns) {
      if (names.insert(column.name).second) continue;
      return Fail(ErrorCode::kInvalid, "Two columns of the result have one name",
                  base::ShownName(column.name),
                  "Name them apart with AS, or choose another format.");
    }
    return {};
  }

  [[nodiscard]] std::string Before(std::size_t place, const std::string& name) const {
    std::string before = place == 0 ? "" : ",";
    if (place == 0 && format_ == ResultFormat::kNdjson) before = "{";
    if (place == 0 && format_ == ResultFormat::kJson) before = "[";
    if (format_ == ResultFormat::kNdjson) before += JsonText(name) + ":";
    return before;
  }

  [[nodiscard]] std::string Header(std::span<const ResultColumn> columns) const {
    if (format_ == ResultFormat::kNdjson) return {};
    std::string header = is_json_ ? "{\"columns\":[" : "";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) header += ',';
      const std::string& name = columns[i].name;
      if (is_json_) {
        header += "{\"name\":" + JsonText(name) +
                  ",\"type\":" + JsonText(TypeText(columns[i].type)) + "}";
        continue;
      }
      std::string quoted(2 * name.size() + 2, '\0');
      quoted.resize(static_cast<std::size_t>(WriteCsvText(quoted.data(), name) - quoted.data()));
      header += quoted;
    }
    return header + (is_json_ ? "],\"rows\":[" : "\r\n");
  }

  // There is room for row_bytes_.
  char* WriteRow(char* at, const RowChunk& chunk, std::size_t row) {
    if (format_ == ResultFormat::kJson && !is_first_) *at++ = ',';
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const Cell& cell = cells_[i];
      const ChunkColumn& column = chunk.columns[i];
      at = Copied(at, cell.before);
      if (column.IsNull(row)) {
        if (is_json_) at = Copied(at, "null");
      } else if (cell.writer != nullptr) {
        at = cell.writer(at, column, row, cell.scale);
      } else {
        const std::string_view text = column.At<TextCell>(row).text();
        at = room_.Room(at, kMaxEscapedBytes * text.size() + 2 + row_bytes_);
        at = is_json_ ? WriteJsonText(at, text) : WriteCsvText(at, text);
      }
    }
    return Copied(at, RowEnd());
  }

  [[nodiscard]] std::string_view RowEnd() const {
    if (format_ == ResultFormat::kCsv) return "\r\n";
    return format_ == ResultFormat::kNdjson ? "}\n" : "]";
  }

  ResultFormat format_;
  bool is_json_;
  TextRoom room_;
  char* at_ = nullptr;  // where writing goes on
  std::vector<Cell> cells_;
  std::size_t row_bytes_ = 0;  // at most, of a row without its texts
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<ResultWriter> MakeTextWriter(ResultFormat format, ChunkSink& chunks) {
  return std::make_unique<TextWriter>(format, chunks);
}

}  // namespace engine
