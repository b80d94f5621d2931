#include "agreements/treatment_sql.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace agreements {
namespace {

using catalogue::SchemaColumn;
using engine::ColumnKind;
using engine::ColumnType;
using engine::Normalisation;

constexpr ColumnType kText{ColumnKind::kString};
constexpr std::string_view kBullet = "\u2022";

// The codes of catalogue's meanings that are not exact.
constexpr std::array<std::string_view, 15> kCompactMeanings = {"national-insurance-number",
                                                               "nhs-number",
                                                               "tax-reference",
                                                               "company-number",
                                                               "paye-reference",
                                                               "council-tax-account",
                                                               "passport-number",
                                                               "bank-account",
                                                               "sort-code",
                                                               "uprn",
                                                               "phone",
                                                               "postcode",
                                                               "area-code",
                                                               "sic-code",
                                                               "tax-code"};
constexpr std::array<std::string_view, 8> kNameMeanings = {
    "forename", "surname", "person-name", "organisation-name",
    "title",    "address", "place",       "email"};

bool IsDay(const ColumnType& type) {
  return type.kind == ColumnKind::kDate || type.kind == ColumnKind::kTimestamp;
}

// Years 1 to 9999: what lies outside, the infinite ones included, has no text that is agreed on.
SqlExpression HasYear(const SqlExpression& value, const ColumnType& type) {
  constexpr std::int64_t kFirstDay = -719'162;  // 0001-01-01
  constexpr std::int64_t kEndDay = 2'932'897;   // 10000-01-01
  constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;
  const auto bound = [&type](std::int64_t day, bool is_end) {
    if (type.kind == ColumnKind::kTimestamp) {
      return SqlExpression::Literal({.type = type, .value = day * kMicrosecondsPerDay});
    }
    return SqlExpression::Literal({.type = type, .value = is_end ? day - 1 : day});
  };
  const SqlExpression first = SqlExpression::Binary(value, ">=", bound(kFirstDay, false));
  const SqlExpression end = type.kind == ColumnKind::kTimestamp
                                ? SqlExpression::Binary(value, "<", bound(kEndDay, true))
                                : SqlExpression::Binary(value, "<=", bound(kEndDay, true));
  return SqlExpression::Joined({first, end}, "AND");
}

SqlExpression TextOfDay(const SqlExpression& value, const ColumnType& type) {
  const std::string_view form =
      type.kind == ColumnKind::kDate ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S.%fZ";
  const SqlExpression text = SqlExpression::Call("strftime", {value, SqlExpression::Text(form)});
  return SqlExpression::Case({{HasYear(value, type), text}});
}

// Texts of values as the page has them. DuckDB writes a decimal without places before its point as
// ".05"; the page says "0.05".
SqlExpression TextSql(const SqlExpression& value, const ColumnType& type) {
  if (type.kind == ColumnKind::kString) return value;
  if (IsDay(type)) return TextOfDay(value, type);
  SqlExpression text = SqlExpression::Cast(value, kText);
  if (type.kind != ColumnKind::kDecimal || type.precision != type.scale) return text;
  return SqlExpression::Call("regexp_replace",
                             {text, SqlExpression::Text("^(-?)[.]"), SqlExpression::Text("\\10.")});
}

SqlExpression MonthSql(const SqlExpression& value, const ColumnType& type) {
  const SqlExpression month =
      SqlExpression::Call("strftime", {value, SqlExpression::Text("%Y-%m")});
  return SqlExpression::Case({{HasYear(value, type), month}});
}

SqlExpression YearSql(const SqlExpression& value, const ColumnType& type) {
  const SqlExpression year =
      SqlExpression::Cast(SqlExpression::Call("year", {value}), ColumnType{ColumnKind::kLong});
  return SqlExpression::Case({{HasYear(value, type), year}});
}

// The highest edge first: the first that is not above the value is that of its band. DuckDB takes
// NaN for greater than every number, so it must be looked for by itself.
SqlExpression BandSql(const SqlExpression& value, const ColumnType& type,
                      const std::vector<TypedLiteral>& edges) {
  SqlExpression::Cases cases;
  if (type.kind == ColumnKind::kDouble) {
    cases.emplace_back(SqlExpression::Call("isnan", {value}), SqlExpression::Null(type));
  }
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    const SqlExpression literal = SqlExpression::Literal(*edge);
    cases.emplace_back(SqlExpression::Binary(value, ">=", literal), literal);
  }
  return SqlExpression::Case(cases);
}

SqlExpression DistrictSql(const SqlExpression& value) {
  constexpr std::string_view kForm = "^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$";
  const SqlExpression district = SqlExpression::Call(
      "regexp_extract", {NormalSql(value, kText, Normalisation::kCompact),
                         SqlExpression::Text(kForm), SqlExpression::Constant("1")});
  // A text without the form gives an empty one.
  return SqlExpression::Call("nullif", {district, SqlExpression::Text("")});
}

Normalisation TokenRule(const SchemaColumn& column) {
  return column.type.kind == ColumnKind::kString ? NormalisationOfMeaning(column.meaning)
                                                 : Normalisation::kExact;
}

}  // namespace

Normalisation NormalisationOfMeaning(std::string_view meaning) {
  if (std::ranges::find(kCompactMeanings, meaning) != kCompactMeanings.end()) {
    return Normalisation::kCompact;
  }
  return std::ranges::find(kNameMeanings, meaning) != kNameMeanings.end() ? Normalisation::kName
                                                                          : Normalisation::kExact;
}

ColumnType TreatedType(catalogue::Treatment treatment, const ColumnType& type) {
  switch (treatment) {
    case catalogue::kShow:
    case catalogue::kBand:
      return type;
    case catalogue::kYear:
      return {ColumnKind::kLong};
    default:
      return kText;
  }
}

SqlExpression SourceColumn(SqlWord table, const SchemaColumn& column) {
  return SqlExpression::Cast(SqlExpression::Column(table, column.name), column.type);
}

SqlExpression NormalSql(const SqlExpression& value, const ColumnType& type, Normalisation rule) {
  SqlExpression text = TextSql(value, type);
  if (type.kind != ColumnKind::kString)
    return text;  // ASCII: normal by every rule that it can have
  return SqlExpression::Call("tabularium_normal",
                             {SqlExpression::Text(engine::NormalisationName(rule)), text});
}

SqlExpression TreatedSql(catalogue::Treatment treatment, const SchemaColumn& column,
                         const std::vector<TypedLiteral>& edges, const SqlExpression& value) {
  if (treatment != catalogue::kToken) return ReadableSql(treatment, column, edges, value);
  return SqlExpression::Call(
      "tabularium_token",
      {SqlExpression::Text(column.meaning), NormalSql(value, column.type, TokenRule(column))});
}

SqlExpression ReadableSql(catalogue::Treatment treatment, const SchemaColumn& column,
                          const std::vector<TypedLiteral>& edges, const SqlExpression& value) {
  switch (treatment) {
    case catalogue::kShow:
      return value;
    case catalogue::kMask:
      return SqlExpression::Case(
          {{SqlExpression::Postfix(value, "IS NOT NULL"), SqlExpression::Text(kBullet)}});
    case catalogue::kToken:
      return NormalSql(value, column.type, TokenRule(column));
    case catalogue::kMonth:
      return MonthSql(value, column.type);
    case catalogue::kYear:
      return YearSql(value, column.type);
    case catalogue::kBand:
      return BandSql(value, column.type, edges);
    case catalogue::kPostcodeDistrict:
      return DistrictSql(value);
    case catalogue::kDrop:
      break;
  }
  CHECK(false);  // a column that is left out has no SQL
  return value;
}

}  // namespace agreements
