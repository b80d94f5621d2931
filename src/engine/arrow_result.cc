// Rows as an Arrow IPC stream: docs/formats/result.md.
//
// Chunks of DuckDB (2,048 rows) are gathered into batches, since every batch costs a head of some
// hundred bytes and a reader some work. Buffers are filled here, straight from DuckDB's vectors,
// and nanoarrow writes the messages around them. What lies under a null in a vector is whatever was
// in that memory before: it is not sent, there are zeros instead.
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "engine/frame.h"
#include "engine/internal/arrow.h"
#include "engine/internal/value_text.h"
#include "engine/result_stream.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::size_t kMaxBatchRows = 65'536;
constexpr std::size_t kFullBatchBytes = std::size_t{1} << 20U;

ArrowErrorCode SetDecimal(ArrowSchema* schema, const ColumnType& type) {
  return ArrowSchemaSetTypeDecimal(schema, NANOARROW_TYPE_DECIMAL128,
                                   static_cast<std::int32_t>(type.precision),
                                   static_cast<std::int32_t>(type.scale));
}

ArrowType PlainType(Layout layout) {
  switch (layout) {
    case Layout::kBoolean:
      return NANOARROW_TYPE_BOOL;
    case Layout::kInt8:
      return NANOARROW_TYPE_INT8;
    case Layout::kInt16:
      return NANOARROW_TYPE_INT16;
    case Layout::kInt32:
      return NANOARROW_TYPE_INT32;
    case Layout::kInt64:
      return NANOARROW_TYPE_INT64;
    case Layout::kUint8:
      return NANOARROW_TYPE_UINT8;
    case Layout::kUint16:
      return NANOARROW_TYPE_UINT16;
    case Layout::kUint32:
      return NANOARROW_TYPE_UINT32;
    case Layout::kFloat:
      return NANOARROW_TYPE_FLOAT;
    case Layout::kDouble:
      return NANOARROW_TYPE_DOUBLE;
    case Layout::kText:
      return NANOARROW_TYPE_STRING;
    case Layout::kUint64:
    case Layout::kInt128:
      break;
  }
  CHECK(false);  // these two are decimals
}

ArrowErrorCode SetType(ArrowSchema* schema, const ColumnType& type, Layout sent) {
  switch (type.kind) {
    case ColumnKind::kDecimal:
      return SetDecimal(schema, type);
    case ColumnKind::kDate:
      return ArrowSchemaSetType(schema, NANOARROW_TYPE_DATE32);
    case ColumnKind::kTimestamp:
      return ArrowSchemaSetTypeDateTime(schema, NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_MICRO,
                                        "UTC");
    default:
      return ArrowSchemaSetType(schema, PlainType(sent));
  }
}

// One column of the batch that is being gathered.
class ColumnBuffers {
 public:
  ColumnBuffers(const ResultColumn& column, Layout sent) : layout_(column.layout), sent_(sent) {
    Clear();
  }

  base::Result<void> Append(const ChunkColumn& column, std::size_t rows) {
    AppendValidity(column, rows);
    if (layout_ == Layout::kText) {
      TRY(AppendTexts(column, rows));
    } else if (layout_ == Layout::kBoolean) {
      AppendBooleans(column, rows);
    } else if (layout_ != sent_) {
      AppendWidened(column, rows);
    } else {
      AppendPlain(column, rows);
    }
    rows_ += rows;
    return {};
  }

  [[nodiscard]] std::size_t bytes() const { return values_.size() + texts_.size(); }

  // The view looks at this object until Clear.
  void Show(ArrowArrayView& view) {
    // nanoarrow asks the array behind a view for one thing: how many buffers there are.
    array_.n_buffers = layout_ == Layout::kText ? 3 : 2;
    view.array = &array_;
    view.length = static_cast<std::int64_t>(rows_);
    view.null_count = static_cast<std::int64_t>(nulls_);
    view.offset = 0;
    // Without nulls no bits are sent.
    SetBuffer(view.buffer_views[0], nulls_ == 0 ? std::string_view() : std::string_view(validity_));
    SetBuffer(view.buffer_views[1], values_);
    if (layout_ == Layout::kText) SetBuffer(view.buffer_views[2], texts_);
  }

  void Clear() {
    rows_ = 0;
    nulls_ = 0;
    validity_.clear();
    values_.clear();
    texts_.clear();
    if (layout_ == Layout::kText) values_.append(sizeof(std::int32_t), '\0');  // the first offset
  }

 private:
  static void SetBuffer(ArrowBufferView& view, std::string_view bytes) {
    view.data.data = bytes.data();
    view.size_bytes = static_cast<std::int64_t>(bytes.size());
  }
  static void SetBit(std::string& bits, std::size_t place) {
    bits[place / 8] =
        static_cast<char>(static_cast<unsigned char>(bits[place / 8]) | (1U << (place % 8)));
  }

  void AppendValidity(const ChunkColumn& column, std::size_t rows) {
    const std::size_t all = rows_ + rows;
    if (column.validity == nullptr && rows_ % 8 == 0) {  // most columns, all the time
      validity_.resize(rows_ / 8);
      validity_.resize((all + 7) / 8, '\xFF');
      return;
    }
    validity_.resize((all + 7) / 8);
    for (std::size_t row = 0; row < rows; ++row) {
      if (column.IsNull(row)) {
        ClearBit(rows_ + row);
        ++nulls_;
      } else {
        SetBit(validity_, rows_ + row);
      }
    }
  }
  // The bits after the last row may have been set along with it.
  void ClearBit(std::size_t place) {
    validity_[place / 8] =
        static_cast<char>(static_cast<unsigned char>(validity_[place / 8]) & ~(1U << (place % 8)));
  }

  void AppendPlain(const ChunkColumn& column, std::size_t rows) {
    const std::size_t width = LayoutBytes(layout_);
    const std::size_t start = values_.size();
    values_.append(static_cast<const char*>(column.values), rows * width);
    if (column.validity == nullptr) return;
    for (std::size_t row = 0; row < rows; ++row) {
      if (column.IsNull(row)) std::memset(values_.data() + start + row * width, 0, width);
    }
  }

  void AppendBooleans(const ChunkColumn& column, std::size_t rows) {
    values_.resize((rows_ + rows + 7) / 8);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!column.IsNull(row) && column.At<bool>(row)) SetBit(values_, rows_ + row);
    }
  }

  template <typename Given, typename Sent>
  void AppendAs(const ChunkColumn& column, std::size_t rows) {
    const std::size_t start = values_.size();
    values_.resize(start + rows * sizeof(Sent));
    char* at = values_.data() + start;
    for (std::size_t row = 0; row < rows; ++row, at += sizeof(Sent)) {
      if (column.IsNull(row)) continue;
      const Sent value = column.At<Given>(row);
      std::memcpy(at, &value, sizeof value);
    }
  }
  template <typename Given>
  void AppendInteger(const ChunkColumn& column, std::size_t rows) {
    if (sent_ == Layout::kInt128) {
      AppendAs<Given, Int128>(column, rows);
    } else {
      AppendAs<Given, std::int64_t>(column, rows);
    }
  }
  void AppendWidened(const ChunkColumn& column, std::size_t rows) {
    switch (layout_) {
      case Layout::kInt8:
        return AppendInteger<std::int8_t>(column, rows);
      case Layout::kInt16:
        return AppendInteger<std::int16_t>(column, rows);
      case Layout::kInt32:
        return AppendInteger<std::int32_t>(column, rows);
      case Layout::kUint8:
        return AppendInteger<std::uint8_t>(column, rows);
      case Layout::kUint16:
        return AppendInteger<std::uint16_t>(column, rows);
      case Layout::kUint32:
        return AppendInteger<std::uint32_t>(column, rows);
      case Layout::kInt64:
        return AppendAs<std::int64_t, Int128>(column, rows);
      case Layout::kUint64:
        return AppendAs<std::uint64_t, Int128>(column, rows);
      case Layout::kFloat:
        return AppendAs<float, double>(column, rows);
      default:
        CHECK(false);  // the others are as wide as they can be
    }
  }

  base::Result<void> AppendTexts(const ChunkColumn& column, std::size_t rows) {
    const std::size_t start = values_.size();
    values_.resize(start + rows * sizeof(std::int32_t));
    char* at = values_.data() + start;
    for (std::size_t row = 0; row < rows; ++row, at += sizeof(std::int32_t)) {
      if (!column.IsNull(row)) texts_ += column.At<TextCell>(row).text();
      if (texts_.size() > std::numeric_limits<std::int32_t>::max()) {
        return Fail(ErrorCode::kTooLarge, "A column of one batch has more than 2 GiB of text", {},
                    "Select shorter texts.");
      }
      const auto end = static_cast<std::int32_t>(texts_.size());
      std::memcpy(at, &end, sizeof end);
    }
    return {};
  }

  Layout layout_;  // as given
  Layout sent_;
  ArrowArray array_{};
  std::size_t rows_ = 0;
  std::size_t nulls_ = 0;
  std::string validity_;  // bits
  std::string values_;    // or the ends of texts
  std::string texts_;
};

class ArrowWriter final : public ResultWriter {
 public:
  ArrowWriter(ChunkSink& chunks, bool widens) : chunks_(chunks), widens_(widens) {}

  base::Result<void> Begin(std::span<const ResultColumn> columns) override {
    TRY(MakeSchema(columns));
    TRY(ArrowOk(ArrowArrayViewInitFromSchema(view_.get(), schema_.get(), nullptr), "view"));
    ArrowIpcOutputStream stream{.write = Pass, .release = Release, .private_data = this};
    TRY(ArrowOk(ArrowIpcWriterInit(writer_.get(), &stream), "writer"));
    for (const ResultColumn& column : columns) buffers_.emplace_back(column, Sent(column));
    return Written(ArrowIpcWriterWriteSchema(writer_.get(), schema_.get(), nullptr));
  }

  base::Result<void> Take(const RowChunk& chunk) override {
    if (rows_ + chunk.rows > kMaxBatchRows) TRY(WriteBatch());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
      TRY(buffers_[i].Append(chunk.columns[i], chunk.rows));
      bytes += buffers_[i].bytes();
    }
    rows_ += chunk.rows;
    if (bytes >= kFullBatchBytes) TRY(WriteBatch());
    return {};
  }

  base::Result<void> End() override {
    TRY(WriteBatch());
    return Written(ArrowIpcWriterWriteArrayView(writer_.get(), nullptr, nullptr));
  }

 private:
  // The layout in which the values of a column are sent.
  [[nodiscard]] Layout Sent(const ResultColumn& column) const {
    if (column.type.kind == ColumnKind::kDecimal) return Layout::kInt128;
    if (widens_ && column.type.kind == ColumnKind::kLong) return Layout::kInt64;
    if (widens_ && column.type.kind == ColumnKind::kDouble) return Layout::kDouble;
    return column.layout;
  }
  base::Result<void> MakeSchema(std::span<const ResultColumn> columns) {
    ArrowSchemaInit(schema_.get());
    TRY(ArrowOk(ArrowSchemaSetTypeStruct(schema_.get(), static_cast<std::int64_t>(columns.size())),
                "schema"));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ArrowSchema* field = schema_->children[i];
      TRY(ArrowOk(SetType(field, columns[i].type, Sent(columns[i])), "type"));
      TRY(ArrowOk(ArrowSchemaSetName(field, columns[i].name.c_str()), "name"));
    }
    return {};
  }

  base::Result<void> WriteBatch() {
    if (rows_ == 0) return {};
    view_->length = static_cast<std::int64_t>(rows_);
    view_->null_count = 0;
    for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].Show(*view_->children[i]);
    TRY(Written(ArrowIpcWriterWriteArrayView(writer_.get(), view_.get(), nullptr)));
    for (ColumnBuffers& each : buffers_) each.Clear();
    rows_ = 0;
    return {};
  }

  // nanoarrow's stream knows errors of C alone, so ours waits here.
  static ArrowErrorCode Pass(ArrowIpcOutputStream* stream, const void* bytes, std::int64_t size,
                             std::int64_t* written, ArrowError*) {
    auto& self = *static_cast<ArrowWriter*>(stream->private_data);
    auto passed =
        self.chunks_.Write({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    if (!passed) {
      self.failure_ = std::move(passed).error();
      return EIO;
    }
    *written = size;
    return NANOARROW_OK;
  }
  static void Release(ArrowIpcOutputStream* stream) { stream->release = nullptr; }

  base::Result<void> Written(ArrowErrorCode code) {
    if (code != NANOARROW_OK && failure_) return Fail(*std::move(failure_));
    return ArrowOk(code, "message");
  }

  ChunkSink& chunks_;
  bool widens_;
  std::optional<base::Error> failure_;
  OwnedSchema schema_;
  OwnedArrayView view_;
  OwnedIpcWriter writer_;
  std::vector<ColumnBuffers> buffers_;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<ResultWriter> MakeArrowWriter(ChunkSink& chunks, bool widens) {
  return std::make_unique<ArrowWriter>(chunks, widens);
}

}  // namespace engine
