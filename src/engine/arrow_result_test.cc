// Oracle: nanoarrow's reader, which shares no code with its writer but the layout; what it reads is
// compared with what DuckDB gives as text.
#include <doctest/doctest.h>

#include <cstring>

#include "base/format.h"
#include "engine/internal/arrow.h"
#include "engine/internal/value_text.h"
#include "engine/result_stream.h"
#include "engine/testing.h"

namespace engine {
namespace {

class Collected final : public ChunkSink {
 public:
  base::Result<void> Write(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  std::string text;
};

void ReleaseArrays(ArrowArrayStream* stream) {
  if (stream->release != nullptr) stream->release(stream);
}
void ReleaseArray(ArrowArray* array) {
  if (array->release != nullptr) array->release(array);
}

std::string ValueText(const ArrowArrayView& view, const ArrowSchemaView& type, std::int64_t row) {
  if (ArrowArrayViewIsNull(&view, row) != 0) return "null";
  std::string text(kMaxValueBytes, '\0');
  char* end = text.data();
  switch (type.type) {
    case NANOARROW_TYPE_BOOL:
      return ArrowArrayViewGetIntUnsafe(&view, row) != 0 ? "true" : "false";
    case NANOARROW_TYPE_STRING: {
      const ArrowStringView value = ArrowArrayViewGetStringUnsafe(&view, row);
      return {value.data, static_cast<std::size_t>(value.size_bytes)};
    }
    case NANOARROW_TYPE_DOUBLE:
      end = WriteDouble(end, ArrowArrayViewGetDoubleUnsafe(&view, row));
      break;
    case NANOARROW_TYPE_FLOAT:
      end = WriteFloat(end, static_cast<float>(ArrowArrayViewGetDoubleUnsafe(&view, row)));
      break;
    case NANOARROW_TYPE_DECIMAL128: {
      Int128 value = 0;
      std::memcpy(&value, view.buffer_views[1].data.as_uint8 + row * 16, sizeof value);
      end = WriteDecimal(end, value, static_cast<unsigned>(type.decimal_scale));
      break;
    }
    case NANOARROW_TYPE_DATE32:
      end = WriteDate(end, static_cast<std::int32_t>(ArrowArrayViewGetIntUnsafe(&view, row)));
      break;
    case NANOARROW_TYPE_TIMESTAMP:
      end = WriteTimestamp(end, ArrowArrayViewGetIntUnsafe(&view, row));
      break;
    default:
      return std::to_string(ArrowArrayViewGetIntUnsafe(&view, row));
  }
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

struct Read {
  std::vector<std::string> formats;  // of the C data interface
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> batches;  // rows of each
};

Read ReadArrow(const std::string& bytes) {
  ArrowBuffer buffer;
  ArrowBufferInit(&buffer);
  REQUIRE(ArrowBufferAppend(&buffer, bytes.data(), static_cast<std::int64_t>(bytes.size())) == 0);
  ArrowIpcInputStream input{};
  REQUIRE(ArrowIpcInputStreamInitBuffer(&input, &buffer) == 0);
  ArrowOwner<ArrowArrayStream, ReleaseArrays> stream;
  REQUIRE(ArrowIpcArrayStreamReaderInit(stream.get(), &input, nullptr) == 0);
  OwnedSchema schema;
  REQUIRE(stream->get_schema(stream.get(), schema.get()) == 0);
  Read read;
  std::vector<ArrowSchemaView> types(static_cast<std::size_t>(schema->n_children));
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    read.formats.emplace_back(schema->children[i]->format);
    read.names.emplace_back(schema->children[i]->name);
    REQUIRE(schema->children[i]->flags == ARROW_FLAG_NULLABLE);
    REQUIRE(ArrowSchemaViewInit(&types[static_cast<std::size_t>(i)], schema->children[i],
                                nullptr) == 0);
  }
  for (;;) {
    ArrowOwner<ArrowArray, ReleaseArray> array;
    REQUIRE(stream->get_next(stream.get(), array.get()) == 0);
    if (array->release == nullptr) return read;
    OwnedArrayView view;
    REQUIRE(ArrowArrayViewInitFromSchema(view.get(), schema.get(), nullptr) == 0);
    REQUIRE(ArrowArrayViewSetArray(view.get(), array.get(), nullptr) == 0);
    REQUIRE(ArrowArrayViewValidate(view.get(), NANOARROW_VALIDATION_LEVEL_FULL, nullptr) == 0);
    read.batches.push_back(array->length);
    for (std::int64_t row = 0; row < array->length; ++row) {
      auto& values = read.rows.emplace_back();
      for (std::size_t i = 0; i < types.size(); ++i) {
        const ArrowArrayView& column = *view->children[i];
        values.push_back(ValueText(column, types[i], row));
      }
    }
  }
}

// Every type that may stand in a result, with ends of ranges; then a row of nulls.
constexpr const char* kAllTypes = R"sql(
    SELECT * FROM (VALUES
      (true, (-128)::TINYINT, 255::UTINYINT, (-32768)::SMALLINT, 65535::USMALLINT,
       (-2147483648)::INTEGER, 4294967295::UINTEGER, (-9223372036854775808)::BIGINT,
       18446744073709551615::UBIGINT, -99999999999999999999999999999999999999::HUGEINT,
       7::UHUGEINT, 0.1::FLOAT, 0.1::DOUBLE, (-12.5)::DECIMAL(4,1), 1.25::DECIMAL(9,2),
       (-0.000001)::DECIMAL(18,6), 12345678901234567890.5::DECIMAL(38,1), 'short',
       'a text longer than twelve bytes, with €', 'two'::ENUM ('one', 'two'), '2024-02-29'::DATE,
       '2024-02-29 01:02:03'::TIMESTAMP, '2024-02-29 01:02:03.45+01'::TIMESTAMPTZ, ''),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) t(bool, i8, u8, i16, u16, i32, u32, i64, u64, huge, uhuge, f32, f64, d4, d9, d18, d38,
        short, long, word, day, moment, atz, empty))sql";

class Desk {
 public:
  std::string Bytes(const std::string& sql) {
    Collected sink;
    const auto summary = WriteResult(*duckdb_, {.sql = sql, .format = ResultFormat::kArrow}, sink);
    if (!summary) FAIL(summary.error().Text());
    REQUIRE(summary->bytes == sink.text.size());
    rows = summary->rows;
    return sink.text;
  }
  Duckdb& duckdb() { return *duckdb_; }
  std::uint64_t rows = 0;

 private:
  std::unique_ptr<Duckdb> duckdb_ = Duckdb::Open({.library_path = TestLibrary()}).value();
};

}  // namespace

TEST_SUITE_BEGIN("result");

TEST_CASE("every type has its Arrow type, and keeps its values") {
  Desk desk;
  const Read read = ReadArrow(desk.Bytes(kAllTypes));
  REQUIRE(read.formats ==
          std::vector<std::string>{"b", "c",     "C",      "s",       "S",       "i",
                                   "I", "l",     "d:20,0", "d:38,0",  "d:38,0",  "f",
                                   "g", "d:4,1", "d:9,2",  "d:18,6",  "d:38,1",  "u",
                                   "u", "u",     "tdD",    "tsu:UTC", "tsu:UTC", "u"});
  REQUIRE(read.names.front() == "bool");
  REQUIRE(read.names.back() == "empty");
  REQUIRE(read.rows.size() == 2);
  REQUIRE(read.rows[0] == std::vector<std::string>{"true",
                                                   "-128",
                                                   "255",
                                                   "-32768",
                                                   "65535",
                                                   "-2147483648",
                                                   "4294967295",
                                                   "-9223372036854775808",
                                                   "18446744073709551615",
                                                   "-99999999999999999999999999999999999999",
                                                   "7",
                                                   "0.1",
                                                   "0.1",
                                                   "-12.5",
                                                   "1.25",
                                                   "-0.000001",
                                                   "12345678901234567890.5",
                                                   "short",
                                                   "a text longer than twelve bytes, with €",
                                                   "two",
                                                   "2024-02-29",
                                                   "2024-02-29T01:02:03Z",
                                                   "2024-02-29T00:02:03.450000Z",
                                                   ""});
  REQUIRE(read.rows[1] == std::vector<std::string>(24, "null"));
}

TEST_CASE("an empty result is a schema without batches") {
  Desk desk;
  const Read read = ReadArrow(desk.Bytes("SELECT 1::BIGINT AS a, 'x' AS b WHERE false"));
  REQUIRE(read.formats == std::vector<std::string>{"l", "u"});
  REQUIRE(read.batches.empty());
}

TEST_CASE("nulls stand where they were, across chunks and batches of any size") {
  Desk desk;
  // A filter leaves chunks of odd sizes, so that bits do not fall on whole bytes.
  const std::string where = " FROM range(200000) r(i) WHERE i % 7 <> 2 AND hash(i) % 11 <> 5";
  const std::string columns =
      "i, CASE WHEN i % 13 = 1 THEN NULL ELSE i % 3 = 0 END AS b, "
      "CASE WHEN i > 100000 AND hash(i) % 5 = 0 THEN NULL ELSE i::VARCHAR || ' is a number' END AS "
      "s, CASE WHEN i % 1000 = 999 THEN NULL ELSE (i % 90000)::DECIMAL(9,2) END AS d, "
      "CASE WHEN i < 50000 THEN NULL ELSE i::INTEGER END AS n";
  const Read read = ReadArrow(desk.Bytes("SELECT " + columns + where));
  const auto texts = desk.duckdb().Query("SELECT " + columns + where, 1'000'000);
  REQUIRE(texts.has_value());
  REQUIRE(read.rows.size() == texts->rows.size());
  REQUIRE(read.rows.size() == desk.rows);
  for (std::size_t row = 0; row < read.rows.size(); ++row) {
    for (std::size_t i = 0; i < 5; ++i) {
      if (read.rows[row][i] == texts->rows[row][i].value_or("null")) continue;
      FAIL(base::Format("row {}, column {}", row, i));
    }
  }
  REQUIRE(read.batches.size() > 3);
  for (const std::int64_t rows : read.batches) REQUIRE(rows <= 65'536);
}

TEST_CASE("a batch has no more rows than its limit, however small they are") {
  Desk desk;
  const Read read = ReadArrow(desk.Bytes("SELECT i % 2 = 0 AS b FROM range(300000) r(i)"));
  REQUIRE(read.rows.size() == 300'000);
  std::int64_t most = 0;
  for (const std::int64_t rows : read.batches) most = std::max(most, rows);
  REQUIRE(most <= 65'536);
  REQUIRE(most > 60'000);
}

TEST_CASE("nothing of other rows lies under a null") {
  Desk desk;
  const std::string bytes = desk.Bytes(
      "SELECT CASE WHEN i % 2 = 0 THEN NULL ELSE 1 END::BIGINT AS a, "
      "nullif(x, 1311768467463790320) AS b "
      "FROM (SELECT i, 1311768467463790320 AS x FROM range(5000) r(i))");
  const std::int64_t hidden = 1311768467463790320;
  REQUIRE(bytes.find(std::string(reinterpret_cast<const char*>(&hidden), sizeof hidden)) ==
          std::string::npos);
}

TEST_SUITE_END();

}  // namespace engine
