#include "exchange/sql_functions.h"

#include <algorithm>
#include <array>
#include <string>

namespace exchange {
namespace {

// Sorted, so that a name is found by halving.
// clang-format off
constexpr std::array<std::string_view, 205> kScalars = {
    "abs", "acos", "acosh", "age", "array_contains", "array_length", "array_to_string", "ascii",
    "asin", "asinh", "atan", "atan2", "atanh", "bit_count", "cbrt", "ceil", "ceiling", "century",
    "char_length", "character_length", "chr", "concat", "concat_ws", "contains", "cos", "cosh",
    "cot", "damerau_levenshtein", "date_add", "date_diff", "date_part", "date_sub", "date_trunc",
    "datediff", "datepart", "datesub", "datetrunc", "day", "dayname", "dayofmonth", "dayofweek",
    "dayofyear", "days_in_month", "decade", "degrees", "divide", "editdist3", "ends_with",
    "epoch", "epoch_ms", "epoch_ns", "epoch_us", "even", "exp", "fdiv", "flatten", "floor",
    "fmod", "gcd", "greatest", "greatest_common_divisor", "hamming", "hour", "ilike_escape",
    "instr", "isfinite", "isinf", "isnan", "isodow", "isoyear", "jaccard", "jaro_similarity",
    "jaro_winkler_similarity", "julian", "last_day", "lcase", "lcm", "least",
    "least_common_multiple", "left", "len", "length", "levenshtein", "like_escape", "list_avg",
    "list_concat", "list_contains", "list_count", "list_distinct", "list_extract", "list_has",
    "list_has_all", "list_has_any", "list_max", "list_min", "list_position", "list_reverse",
    "list_slice", "list_sort", "list_sum", "list_unique", "list_value", "ln", "log", "log10",
    "log2", "lower", "lpad", "ltrim", "make_date", "make_time", "make_timestamp", "md5",
    "microsecond", "millennium", "millisecond", "minute", "mismatches", "mod", "month",
    "monthname", "nfc_normalize", "not_ilike_escape", "not_like_escape", "nullif", "ord", "pi",
    "position", "pow", "power", "prefix", "quarter", "radians", "regexp_escape", "regexp_extract",
    "regexp_extract_all", "regexp_full_match", "regexp_matches", "regexp_replace",
    "regexp_split_to_array", "replace", "reverse", "right", "round", "round_even", "row", "rpad",
    "rtrim", "second", "sha1", "sha256", "sign", "signbit", "sin", "sinh", "split", "split_part",
    "sqrt", "starts_with", "str_split", "str_split_regex", "strftime", "string_split",
    "string_split_regex", "string_to_array", "strip_accents", "strlen", "strpos", "strptime",
    "substr", "substring", "suffix", "tan", "tanh", "time_bucket", "timezone", "to_centuries",
    "to_days", "to_decades", "to_hours", "to_microseconds", "to_millennia", "to_milliseconds",
    "to_minutes", "to_months", "to_quarters", "to_seconds", "to_timestamp", "to_weeks",
    "to_years", "translate", "trim", "trunc", "try_strptime", "typeof", "ucase", "unicode",
    "unnest", "upper", "week", "weekday", "weekofyear", "xor", "year", "yearweek"};

constexpr std::array<std::string_view, 63> kAggregates = {
    "any_value", "approx_count_distinct", "arg_max", "arg_min", "argmax", "argmin", "array_agg",
    "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count", "count_if",
    "count_star", "countif", "covar_pop", "covar_samp", "entropy", "favg", "first", "fsum",
    "group_concat", "kahan_sum", "kurtosis", "kurtosis_pop", "last", "list", "listagg", "mad",
    "max", "max_by", "mean", "median", "min", "min_by", "mode", "product", "quantile",
    "quantile_cont", "quantile_disc", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept",
    "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "sem", "skewness", "stddev",
    "stddev_pop", "stddev_samp", "string_agg", "sum", "sumkahan", "var_pop", "var_samp",
    "variance"};

constexpr std::array<std::string_view, 12> kWindows = {
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
    "percent_rank", "rank", "rank_dense", "row_number"};

constexpr std::array<std::string_view, 21> kOperators = {
    "!~~", "!~~*", "%", "&",  "*", "**", "+", "-",  "/",   "//", "<<",
    ">>",  "@",    "^", "^@", "|", "||", "~", "~~", "~~*", "~~~"};

constexpr std::array<std::string_view, 4> kPrefixOperators = {"+", "-", "@", "~"};
constexpr std::array<std::string_view, 2> kOnlyPrefixOperators = {"@", "~"};

constexpr std::array<std::string_view, 21> kTypes = {
    "BIGINT", "BOOLEAN", "DATE", "DOUBLE", "FLOAT", "HUGEINT", "INTEGER", "INTERVAL", "SMALLINT",
    "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_MS", "TIMESTAMP_NS",
    "TIMESTAMP_S", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT", "VARCHAR"};

// What DuckDB makes of a lone column of this name; it has no flag for it in duckdb_functions().
constexpr std::array<std::string_view, 11> kValueNames = {
    "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "localtime", "localtimestamp", "session_user", "user"};
// clang-format on

static_assert(std::ranges::is_sorted(kScalars) && std::ranges::is_sorted(kAggregates) &&
              std::ranges::is_sorted(kWindows) && std::ranges::is_sorted(kOperators) &&
              std::ranges::is_sorted(kTypes) && std::ranges::is_sorted(kValueNames));

bool IsIn(std::span<const std::string_view> sorted, std::string_view name) {
  return std::ranges::binary_search(sorted, name);
}

// Names of the tree for functions that are more than an aggregate over a window.
struct WindowRow {
  std::string_view name;
  std::string_view type;
  std::size_t arguments;
};
constexpr std::array<WindowRow, 14> kWindowRows = {{
    {"cume_dist", "WINDOW_CUME_DIST", 0},
    {"dense_rank", "WINDOW_RANK_DENSE", 0},
    {"first", "WINDOW_FIRST_VALUE", 1},
    {"first_value", "WINDOW_FIRST_VALUE", 1},
    {"lag", "WINDOW_LAG", 1},
    {"last", "WINDOW_LAST_VALUE", 1},
    {"last_value", "WINDOW_LAST_VALUE", 1},
    {"lead", "WINDOW_LEAD", 1},
    {"nth_value", "WINDOW_NTH_VALUE", 2},
    {"ntile", "WINDOW_NTILE", 1},
    {"percent_rank", "WINDOW_PERCENT_RANK", 0},
    {"rank", "WINDOW_RANK", 0},
    {"rank_dense", "WINDOW_RANK_DENSE", 0},
    {"row_number", "WINDOW_ROW_NUMBER", 0},
}};

constexpr std::string_view kSameAnswer =
    "the same question on the same version must have the same answer";
constexpr std::string_view kNothingOfTheData =
    "it reads or changes settings, the catalogue or the machine, and nothing of the data";
constexpr std::string_view kMuchOfLittle = "it makes very large values of very small ones";
constexpr std::string_view kTypesThatDoNotOccur =
    "columns of an agreement are never JSON, structs, maps or enums";

// The first row whose text begins the name tells why; the order matters.
struct RefusalRow {
  std::string_view start;
  SqlFunctionRefusal refusal;
};
constexpr std::array kRefusals = {
    RefusalRow{"current_setting", {kNothingOfTheData, "Leave it out."}},
    RefusalRow{"current_query", {kNothingOfTheData, "Leave it out."}},
    RefusalRow{"now", {kSameAnswer, "Pass the time as a parameter."}},
    RefusalRow{"today", {kSameAnswer, "Pass the date as a parameter."}},
    RefusalRow{"current_", {kSameAnswer, "Pass the value as a parameter."}},
    RefusalRow{"get_current_", {kSameAnswer, "Pass the time as a parameter."}},
    RefusalRow{"transaction_timestamp", {kSameAnswer, "Pass the time as a parameter."}},
    RefusalRow{"ago", {kSameAnswer, "Subtract an interval from a parameter."}},
    RefusalRow{"random", {kSameAnswer, "Order by sha256 of a key for a fixed sample."}},
    RefusalRow{"setseed", {kSameAnswer, "Order by sha256 of a key for a fixed sample."}},
    RefusalRow{"reservoir_quantile", {kSameAnswer, "Use quantile_cont."}},
    RefusalRow{"approx_quantile", {kSameAnswer, "Use quantile_cont."}},
    RefusalRow{"uuid", {kSameAnswer, "Use row_number() over an order, or sha256 of a key."}},
    RefusalRow{"gen_random_uuid", {kSameAnswer, "Use sha256 of a key."}},
    RefusalRow{"repeat", {kMuchOfLittle, "Use lpad or rpad with a written length."}},
    RefusalRow{"range", {kMuchOfLittle, "Join a list of VALUES."}},
    RefusalRow{"generate_series", {kMuchOfLittle, "Join a list of VALUES."}},
    RefusalRow{"format", {kMuchOfLittle, "Use concat, lpad and round."}},
    RefusalRow{"printf", {kMuchOfLittle, "Use concat, lpad and round."}},
    RefusalRow{"list_apply", {"lambdas are not accepted", "Use unnest and a subquery."}},
    RefusalRow{"list_transform", {"lambdas are not accepted", "Use unnest and a subquery."}},
    RefusalRow{"list_filter", {"lambdas are not accepted", "Use unnest and a subquery."}},
    RefusalRow{"list_reduce", {"lambdas are not accepted", "Use unnest and an aggregate."}},
    RefusalRow{"list_aggr", {"it takes a function's name as text", "Use list_sum, list_max …."}},
    RefusalRow{"json", {kTypesThatDoNotOccur, "Use functions of text."}},
    RefusalRow{"to_json", {kTypesThatDoNotOccur, "Ask for the reply as JSON instead."}},
    RefusalRow{"struct_", {kTypesThatDoNotOccur, "Select the parts as columns."}},
    RefusalRow{"map", {kTypesThatDoNotOccur, "Select keys and values as columns."}},
    RefusalRow{"histogram", {"it gives a map", "Count with GROUP BY."}},
    RefusalRow{"approx_top_k", {kSameAnswer, "Count with GROUP BY, ORDER BY and LIMIT."}},
    RefusalRow{"read_", {"files are out of reach", "Name a table of the agreement after FROM."}},
    RefusalRow{"getenv", {kNothingOfTheData, "Leave it out."}},
    RefusalRow{"getvariable", {kNothingOfTheData, "Pass the value as a parameter."}},
};

}  // namespace

std::optional<SqlFunctionKind> KindOfSqlFunction(std::string_view name) {
  if (IsIn(kScalars, name)) return SqlFunctionKind::kScalar;
  if (IsIn(kAggregates, name)) return SqlFunctionKind::kAggregate;
  if (IsIn(kWindows, name)) return SqlFunctionKind::kWindow;
  return std::nullopt;
}

std::span<const std::string_view> SqlFunctionsOf(SqlFunctionKind kind) {
  switch (kind) {
    case SqlFunctionKind::kScalar:
      return kScalars;
    case SqlFunctionKind::kAggregate:
      return kAggregates;
    case SqlFunctionKind::kWindow:
      return kWindows;
  }
  return {};
}

std::span<const std::string_view> SqlOperators() { return kOperators; }

bool IsPrefixSqlOperator(std::string_view name) { return IsIn(kPrefixOperators, name); }

bool IsInfixSqlOperator(std::string_view name) {
  return IsIn(kOperators, name) && !IsIn(kOnlyPrefixOperators, name);
}

SqlFunctionRefusal RefusalOfSqlFunction(std::string_view name) {
  for (const RefusalRow& row : kRefusals) {
    if (name.starts_with(row.start)) return row.refusal;
  }
  return {"only functions of a closed list are",
          "Use a function that docs/formats/query-sql.md lists."};
}

std::string_view WindowTypeOf(std::string_view function) {
  for (const WindowRow& row : kWindowRows) {
    if (row.name == function) return row.type;
  }
  return IsIn(kAggregates, function) ? "WINDOW_AGGREGATE" : "";
}

std::optional<std::size_t> WindowArgumentCount(std::string_view function) {
  for (const WindowRow& row : kWindowRows) {
    if (row.name == function) return row.arguments;
  }
  return std::nullopt;
}

bool IsSimpleSqlType(std::string_view id) { return IsIn(kTypes, id); }

bool IsSqlValueName(std::string_view name) { return IsIn(kValueNames, LowerAscii(name)); }

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& each : lower) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return lower;
}

}  // namespace exchange
