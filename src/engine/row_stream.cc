// A query's rows as they lie in DuckDB's vectors, in types of the closed list alone.
//
// DuckDB has more types than we have. Those whose values we can hold as they lie are taken so; some
// others are cast by DuckDB itself, in a query around the given one; what would lose something is
// refused by name. All of that is known before the first row: a query without parameters is
// described by its preparation, one with parameters by running it with LIMIT 0, since until then
// the type of a column may hang on the value of a parameter.
#include <array>
#include <cstddef>

#include "base/check.h"
#include "base/format.h"
#include "engine/duckdb.h"
#include "engine/internal/duckdb_connection.h"
#include "engine/internal/duckdb_statement.h"
#include "engine/result_rows.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

static_assert(sizeof(TextCell) == sizeof(duckdb_string_t));
static_assert(offsetof(TextCell, pointer) == offsetof(duckdb_string_t, value.pointer.ptr));
static_assert(offsetof(TextCell, start) == offsetof(duckdb_string_t, value.inlined.inlined));

struct TypeRule {
  duckdb_type duckdb;
  ColumnType type;
  Layout layout;
};

constexpr ColumnType kLong{ColumnKind::kLong};
constexpr ColumnType kTimestamp{ColumnKind::kTimestamp};

// What is taken as it lies; DECIMAL besides.
constexpr std::array kTaken = {
    TypeRule{DUCKDB_TYPE_BOOLEAN, {ColumnKind::kBoolean}, Layout::kBoolean},
    TypeRule{DUCKDB_TYPE_TINYINT, kLong, Layout::kInt8},
    TypeRule{DUCKDB_TYPE_SMALLINT, kLong, Layout::kInt16},
    TypeRule{DUCKDB_TYPE_INTEGER, kLong, Layout::kInt32},
    TypeRule{DUCKDB_TYPE_BIGINT, kLong, Layout::kInt64},
    TypeRule{DUCKDB_TYPE_UTINYINT, kLong, Layout::kUint8},
    TypeRule{DUCKDB_TYPE_USMALLINT, kLong, Layout::kUint16},
    TypeRule{DUCKDB_TYPE_UINTEGER, kLong, Layout::kUint32},
    TypeRule{DUCKDB_TYPE_UBIGINT, {ColumnKind::kDecimal, 20, 0}, Layout::kUint64},
    TypeRule{DUCKDB_TYPE_HUGEINT, {ColumnKind::kDecimal, 38, 0}, Layout::kInt128},
    TypeRule{DUCKDB_TYPE_FLOAT, {ColumnKind::kDouble}, Layout::kFloat},
    TypeRule{DUCKDB_TYPE_DOUBLE, {ColumnKind::kDouble}, Layout::kDouble},
    TypeRule{DUCKDB_TYPE_VARCHAR, {ColumnKind::kString}, Layout::kText},
    TypeRule{DUCKDB_TYPE_DATE, {ColumnKind::kDate}, Layout::kInt32},
    TypeRule{DUCKDB_TYPE_TIMESTAMP, kTimestamp, Layout::kInt64},
    TypeRule{DUCKDB_TYPE_TIMESTAMP_TZ, kTimestamp, Layout::kInt64},
};

struct CastRule {
  duckdb_type duckdb;
  const char* to;
};

// What DuckDB casts.
constexpr std::array kCast = {
    CastRule{DUCKDB_TYPE_ENUM, "VARCHAR"},
    CastRule{DUCKDB_TYPE_UUID, "VARCHAR"},
    CastRule{DUCKDB_TYPE_TIME, "VARCHAR"},
    CastRule{DUCKDB_TYPE_TIME_NS, "VARCHAR"},
    CastRule{DUCKDB_TYPE_TIMESTAMP_S, "TIMESTAMP"},
    CastRule{DUCKDB_TYPE_TIMESTAMP_MS, "TIMESTAMP"},
    CastRule{DUCKDB_TYPE_TIMESTAMP_NS, "TIMESTAMP"},
    CastRule{DUCKDB_TYPE_UHUGEINT, "DECIMAL(38,0)"},
};

// The names of what is refused, for the error alone.
std::string_view RefusedName(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    case DUCKDB_TYPE_BLOB:
      return "BLOB";
    case DUCKDB_TYPE_LIST:
      return "LIST";
    case DUCKDB_TYPE_STRUCT:
      return "STRUCT";
    case DUCKDB_TYPE_MAP:
      return "MAP";
    case DUCKDB_TYPE_ARRAY:
      return "ARRAY";
    case DUCKDB_TYPE_UNION:
      return "UNION";
    case DUCKDB_TYPE_BIT:
      return "BIT";
    case DUCKDB_TYPE_TIME_TZ:
      return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_BIGNUM:
      return "BIGNUM";
    default:
      return "another type than results may have";
  }
}

Layout DecimalLayout(unsigned precision) {
  if (precision <= 4) return Layout::kInt16;
  if (precision <= 9) return Layout::kInt32;
  if (precision <= 18) return Layout::kInt64;
  return Layout::kInt128;
}

// How a column is taken; nothing when it must be cast first.
std::optional<ResultColumn> Taken(const DuckdbColumn& column) {
  if (column.type == DUCKDB_TYPE_DECIMAL) {
    return ResultColumn{{},
                        {ColumnKind::kDecimal, column.precision, column.scale},
                        DecimalLayout(column.precision)};
  }
  for (const TypeRule& rule : kTaken) {
    if (rule.duckdb == column.type) return ResultColumn{{}, rule.type, rule.layout};
  }
  return std::nullopt;
}

base::Result<const char*> CastOf(const DuckdbColumn& column, std::size_t place) {
  for (const CastRule& rule : kCast) {
    if (rule.duckdb == column.type) return rule.to;
  }
  return Fail(ErrorCode::kInvalid,
              Format("A column of the result has the type {}, which no format here holds",
                     RefusedName(column.type)),
              Format("column {}", place + 1), "Cast it to VARCHAR, or select its parts.");
}

// The query itself when every column can be taken as it lies; else one around it that casts. The
// line end shuts a comment at the end of the SQL.
base::Result<std::string> CastingSql(const std::string& sql,
                                     std::span<const DuckdbColumn> columns) {
  std::string list;
  std::string names;
  bool casts = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = Format("{}c{}", i == 0 ? "" : ", ", i);
    list += name;
    names += name;
    if (Taken(columns[i])) continue;
    list += Format("::{}", TRY(CastOf(columns[i], i)));
    casts = true;
  }
  if (!casts) return sql;
  return "SELECT " + list + " FROM (\n" + sql + "\n) AS given(" + names + ")";
}

struct Description {
  std::vector<std::string> names;
  std::vector<DuckdbColumn> columns;
};

base::Result<Description> Describe(const Calls& calls, duckdb_connection connection,
                                   const Statement& given, const std::string& sql,
                                   std::span<const SqlParameter> parameters) {
  if (parameters.empty()) return Description{given.PreparedNames(), given.PreparedColumns()};
  Statement empty(calls, connection);
  TRY(empty.Prepare("SELECT * FROM (\n" + sql + "\n) LIMIT 0"));
  TRY(empty.Bind(parameters));
  TRY(empty.Start());
  Description description{empty.ResultNames(), empty.ResultColumns()};
  TRY(empty.EachChunk([](duckdb_data_chunk) -> base::Result<void> { return {}; }));
  return description;
}

base::Result<std::vector<ResultColumn>> ColumnsOf(Statement& statement,
                                                  std::vector<std::string> names) {
  const std::vector<DuckdbColumn> found = statement.ResultColumns();
  std::vector<ResultColumn> columns;
  for (std::size_t i = 0; i < found.size() && i < names.size(); ++i) {
    auto column = Taken(found[i]);
    if (!column) break;
    column->name = std::move(names[i]);
    columns.push_back(*std::move(column));
  }
  if (columns.size() == names.size() && columns.size() == found.size()) return columns;
  return Fail(ErrorCode::kInternal, "DuckDB described a result otherwise than it gave it");
}

base::Result<void> Stream(const Calls& calls, duckdb_connection connection, const std::string& sql,
                          std::span<const SqlParameter> parameters, RowSink& sink) {
  Statement given(calls, connection);
  TRY(given.Prepare(sql));
  if (!given.IsSelect()) {
    return Fail(ErrorCode::kInvalid, "The statement is not a query", {}, "Write a SELECT.");
  }
  TRY(given.Bind(parameters));
  const auto described = TRY(Describe(calls, connection, given, sql, parameters));
  const std::string casting = TRY(CastingSql(sql, described.columns));
  Statement cast(calls, connection);
  const bool casts = casting != sql;
  if (casts) {
    TRY(cast.Prepare(casting));
    TRY(cast.Bind(parameters));
  }
  Statement& statement = casts ? cast : given;
  TRY(statement.Start());
  const auto columns = TRY(ColumnsOf(statement, casts ? described.names : statement.ResultNames()));
  TRY(sink.Begin(columns));
  RowChunk rows;
  rows.columns.resize(columns.size());
  return statement.EachChunk([&](duckdb_data_chunk chunk) -> base::Result<void> {
    rows.rows = calls.data_chunk_get_size(chunk);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      duckdb_vector vector = calls.data_chunk_get_vector(chunk, i);
      rows.columns[i] = {calls.vector_get_data(vector), calls.vector_get_validity(vector)};
    }
    return sink.Take(rows);
  });
}

}  // namespace

std::size_t LayoutBytes(Layout layout) {
  switch (layout) {
    case Layout::kBoolean:
    case Layout::kInt8:
    case Layout::kUint8:
      return 1;
    case Layout::kInt16:
    case Layout::kUint16:
      return 2;
    case Layout::kInt32:
    case Layout::kUint32:
    case Layout::kFloat:
      return 4;
    case Layout::kInt64:
    case Layout::kUint64:
    case Layout::kDouble:
      return 8;
    case Layout::kInt128:
    case Layout::kText:
      return 16;
  }
  CHECK(false);  // every layout is named above
}

base::Result<void> Duckdb::Stream(const std::string& sql, std::span<const SqlParameter> parameters,
                                  RowSink& sink) {
  return Guarding([&]() -> base::Result<void> {
    return engine::Stream(connection_->calls, connection_->connection, sql, parameters, sink);
  });
}

}  // namespace engine
