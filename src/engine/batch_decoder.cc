// The reader of Arrow IPC messages that trusts none of them.
//
// nanoarrow verifies the flatbuffer of a head and says where buffers lie; whether they lie within
// the body, and whether they hold what the rows need, is checked here on its own, since the memory
// that is read later hangs on it. A message is a prefix of eight bytes (-1, the size of the head),
// the head, and the body whose size the head tells. Each byte is looked at once, apart from the
// ends of texts, which are walked once: O(bytes).
#include "engine/batch_decoder.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "engine/internal/arrow.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::size_t kPrefixBytes = 8;
constexpr std::uint32_t kContinuation = 0xFFFFFFFF;
constexpr std::size_t kAlignmentBytes = 8;

std::unexpected<base::Error> Breach(std::string_view what) {
  return Fail(ErrorCode::kUnavailable, "A worker process sent a batch that is none",
              std::string(what));
}

void ReleaseDecoder(ArrowIpcDecoder* decoder) {
  if (decoder->private_data != nullptr) ArrowIpcDecoderReset(decoder);
}

ArrowBufferView ViewOf(std::string_view bytes) {
  ArrowBufferView view{};
  view.data.data = bytes.data();
  view.size_bytes = static_cast<std::int64_t>(bytes.size());
  return view;
}

// Bytes of one value; 0 where values are bits or texts.
std::size_t ValueBytes(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kLong:
    case ColumnKind::kDouble:
    case ColumnKind::kTimestamp:
      return 8;
    case ColumnKind::kDecimal:
      return 16;
    case ColumnKind::kDate:
      return 4;
    case ColumnKind::kBoolean:
    case ColumnKind::kString:
      return 0;
  }
  return 0;
}

std::optional<ColumnType> TypeOf(const ArrowSchema& field) {
  if (field.n_children != 0 || field.dictionary != nullptr) return std::nullopt;
  ArrowSchemaView view{};
  if (ArrowSchemaViewInit(&view, &field, nullptr) != NANOARROW_OK) return std::nullopt;
  switch (view.type) {
    case NANOARROW_TYPE_BOOL:
      return ColumnType{ColumnKind::kBoolean};
    case NANOARROW_TYPE_INT64:
      return ColumnType{ColumnKind::kLong};
    case NANOARROW_TYPE_DOUBLE:
      return ColumnType{ColumnKind::kDouble};
    case NANOARROW_TYPE_STRING:
      return ColumnType{ColumnKind::kString};
    case NANOARROW_TYPE_DATE32:
      return ColumnType{ColumnKind::kDate};
    case NANOARROW_TYPE_TIMESTAMP:
      if (view.time_unit != NANOARROW_TIME_UNIT_MICRO) return std::nullopt;
      if (std::string_view(view.timezone) != "UTC") return std::nullopt;
      return ColumnType{ColumnKind::kTimestamp};
    case NANOARROW_TYPE_DECIMAL128: {
      const std::int32_t precision = view.decimal_precision;
      const std::int32_t scale = view.decimal_scale;
      if (precision < 1 || precision > 38 || scale < 0 || scale > precision) return std::nullopt;
      return ColumnType{ColumnKind::kDecimal, static_cast<unsigned>(precision),
                        static_cast<unsigned>(scale)};
    }
    default:
      return std::nullopt;
  }
}

base::Result<std::vector<NamedType>> ColumnsOf(const ArrowSchema& schema) {
  if (std::string_view(schema.format) != "+s") return Breach("schema");
  if (schema.n_children < 1 || schema.n_children > static_cast<std::int64_t>(kMaxBatchColumns)) {
    return Breach("number of columns");
  }
  std::vector<NamedType> columns;
  std::set<std::string, std::less<>> names;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& field = *schema.children[i];
    const auto type = TypeOf(field);
    const std::string_view name = field.name == nullptr ? "" : field.name;
    if (!type) return Breach("type of a column");
    if (!base::IsUtf8(name) || !names.emplace(name).second) return Breach("name of a column");
    columns.push_back({std::string(name), *type});
  }
  return columns;
}

// One buffer of a column, which must lie within the body and hold `least` bytes.
base::Result<const char*> Checked(const ArrowBufferView& buffer, std::string_view body,
                                  std::size_t least) {
  if (least == 0) return body.data();
  const auto start = reinterpret_cast<std::uintptr_t>(buffer.data.data);
  const auto body_start = reinterpret_cast<std::uintptr_t>(body.data());
  if (buffer.size_bytes < 0 || start < body_start || start > body_start + body.size() ||
      static_cast<std::size_t>(buffer.size_bytes) > body_start + body.size() - start) {
    return Breach("buffer outside of its body");
  }
  if (static_cast<std::size_t>(buffer.size_bytes) < least) return Breach("buffer too short");
  if ((start - body_start) % kAlignmentBytes != 0) return Breach("buffer out of line");
  return body.data() + (start - body_start);
}

// The last end of `rows` texts whose ends start at 0 or above and never fall.
base::Result<std::size_t> LastEnd(const char* values, std::size_t rows) {
  const auto* ends = reinterpret_cast<const std::int32_t*>(values);
  bool rises = ends[0] >= 0;
  for (std::size_t row = 0; row < rows; ++row) rises = rises && ends[row] <= ends[row + 1];
  if (!rises) return Breach("ends of texts");
  return static_cast<std::size_t>(ends[rows]);
}

base::Result<ColumnView> ColumnOf(const ArrowArrayView& view, const ColumnType& type,
                                  std::size_t rows, std::string_view body) {
  if (view.length != static_cast<std::int64_t>(rows) || view.offset != 0) {
    return Breach("length of a column");
  }
  ColumnView::Parts parts{.type = type, .rows = rows};
  const std::size_t bit_bytes = (rows + 7) / 8;
  if (view.buffer_views[0].size_bytes != 0) {
    parts.validity =
        reinterpret_cast<const unsigned char*>(TRY(Checked(view.buffer_views[0], body, bit_bytes)));
  } else if (view.null_count != 0) {
    return Breach("nulls without their bits");
  }
  if (type.kind == ColumnKind::kString) {
    const std::size_t ends = rows == 0 ? 0 : (rows + 1) * sizeof(std::int32_t);
    parts.values = TRY(Checked(view.buffer_views[1], body, ends));
    const std::size_t text_bytes = rows == 0 ? 0 : TRY(LastEnd(parts.values, rows));
    parts.texts = TRY(Checked(view.buffer_views[2], body, text_bytes));
    return ColumnView(parts);
  }
  const std::size_t least =
      type.kind == ColumnKind::kBoolean ? bit_bytes : rows * ValueBytes(type.kind);
  parts.values = TRY(Checked(view.buffer_views[1], body, least));
  return ColumnView(parts);
}

}  // namespace

struct BatchDecoder::State {
  ArrowOwner<ArrowIpcDecoder, ReleaseDecoder> decoder;
  std::optional<std::vector<NamedType>> columns;
  std::deque<Batch> ready;
  std::string head;                   // of the message under way, with its prefix
  std::unique_ptr<std::string> body;  // there while a body is under way
  std::size_t body_bytes = 0;         // that it will have
  bool has_ended = false;

  base::Result<void> TakeHead(std::string_view& bytes);
  base::Result<void> TakeBody(std::string_view& bytes);
  base::Result<void> ReadHead();
  base::Result<void> ReadSchema();
  base::Result<void> ReadBatch();
};

// Takes off the front of `bytes` what the head still lacks.
base::Result<void> BatchDecoder::State::TakeHead(std::string_view& bytes) {
  const auto take = [&](std::size_t wanted) {
    const std::string_view part = bytes.substr(0, wanted - head.size());
    head += part;
    bytes.remove_prefix(part.size());
    return head.size() == wanted;
  };
  if (head.size() < kPrefixBytes) {
    if (!take(kPrefixBytes)) return {};
    if (base::LoadLittle32(head) != kContinuation) return Breach("start of a message");
  }
  const std::size_t size = base::LoadLittle32(std::string_view(head).substr(4));
  if (size > kMaxMessageHeadBytes) return Breach("size of a head");
  if (size == 0) {
    if (!columns) return Breach("end before a schema");
    has_ended = true;
    return {};
  }
  return take(kPrefixBytes + size) ? ReadHead() : base::Result<void>{};
}

base::Result<void> BatchDecoder::State::ReadHead() {
  if (ArrowIpcDecoderVerifyHeader(decoder.get(), ViewOf(head), nullptr) != NANOARROW_OK ||
      ArrowIpcDecoderDecodeHeader(decoder.get(), ViewOf(head), nullptr) != NANOARROW_OK ||
      decoder->header_size_bytes != static_cast<std::int32_t>(head.size())) {
    return Breach("head");
  }
  if (!columns) return ReadSchema();
  if (decoder->message_type != NANOARROW_IPC_MESSAGE_TYPE_RECORD_BATCH ||
      decoder->codec != NANOARROW_IPC_COMPRESSION_TYPE_NONE || decoder->body_size_bytes < 0) {
    return Breach("kind of a message");
  }
  body_bytes = static_cast<std::size_t>(decoder->body_size_bytes);
  if (body_bytes > kMaxBatchBytes) {
    return Fail(ErrorCode::kTooLarge,
                base::Format("A batch of rows has more than {} bytes", kMaxBatchBytes), {},
                "Leave out the columns with long texts.");
  }
  body = std::make_unique<std::string>();
  return body_bytes == 0 ? ReadBatch() : base::Result<void>{};
}

base::Result<void> BatchDecoder::State::ReadSchema() {
  if (decoder->message_type != NANOARROW_IPC_MESSAGE_TYPE_SCHEMA ||
      decoder->endianness != NANOARROW_IPC_ENDIANNESS_LITTLE || decoder->body_size_bytes != 0) {
    return Breach("schema");
  }
  OwnedSchema schema;
  if (ArrowIpcDecoderDecodeSchema(decoder.get(), schema.get(), nullptr) != NANOARROW_OK) {
    return Breach("schema");
  }
  columns = TRY(ColumnsOf(*schema.get()));
  if (ArrowIpcDecoderSetSchema(decoder.get(), schema.get(), nullptr) != NANOARROW_OK) {
    return Breach("schema");
  }
  head.clear();
  return {};
}

// Room grows with what comes, at most by half of that, so that a lie costs the liar.
base::Result<void> BatchDecoder::State::TakeBody(std::string_view& bytes) {
  const std::string_view part = bytes.substr(0, body_bytes - body->size());
  *body += part;
  bytes.remove_prefix(part.size());
  return body->size() == body_bytes ? ReadBatch() : base::Result<void>{};
}

base::Result<void> BatchDecoder::State::ReadBatch() {
  ArrowArrayView* view = nullptr;
  if (ArrowIpcDecoderDecodeArrayView(decoder.get(), ViewOf(*body), -1, &view, nullptr) !=
      NANOARROW_OK) {
    return Breach("buffers");
  }
  if (view->length < 0 || view->n_children != static_cast<std::int64_t>(columns->size())) {
    return Breach("number of rows");
  }
  const auto rows = static_cast<std::size_t>(view->length);
  if (rows / 8 > body->size()) return Breach("number of rows");  // every column has a bit a row
  std::vector<ColumnView> views;
  views.reserve(columns->size());
  for (std::size_t i = 0; i < columns->size(); ++i) {
    views.push_back(TRY(ColumnOf(*view->children[i], (*columns)[i].type, rows, *body)));
  }
  ready.emplace_back(rows, std::move(views), std::move(body));
  head.clear();
  return {};
}

BatchDecoder::BatchDecoder() : state_(std::make_unique<State>()) {
  // It only fails for want of memory, and then every later call does too.
  (void)ArrowIpcDecoderInit(state_->decoder.get());
}
BatchDecoder::~BatchDecoder() = default;

base::Result<void> BatchDecoder::Add(std::string_view bytes) {
  if (state_->decoder->private_data == nullptr) {
    return Fail(ErrorCode::kTooLarge, "There is no memory to read batches");
  }
  while (!bytes.empty()) {
    if (state_->has_ended) return Breach("bytes after the end");
    TRY(state_->body == nullptr ? state_->TakeHead(bytes) : state_->TakeBody(bytes));
  }
  return {};
}

std::optional<Batch> BatchDecoder::Next() {
  if (state_->ready.empty()) return std::nullopt;
  std::optional<Batch> first(std::move(state_->ready.front()));
  state_->ready.pop_front();
  return first;
}

const std::optional<std::vector<NamedType>>& BatchDecoder::columns() const {
  return state_->columns;
}
bool BatchDecoder::has_ended() const { return state_->has_ended; }

}  // namespace engine
