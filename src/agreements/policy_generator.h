// Random schemas, rows and policies, the same for the same seed.
//
// Header only, for tests of this folder. What it makes is always acceptable: a policy that the
// reader refuses is a finding. Names and values are as odd as they may be: quotes, line ends, marks
// that turn the direction of reading, ends of every range, NaN, days before Christ.
#pragma once

#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "agreements/policy_cells.h"
#include "agreements/policy_evaluator.h"
#include "agreements/policy_testing.h"

namespace agreements {

class PolicyGenerator {
 public:
  explicit PolicyGenerator(std::uint64_t seed) : random_(seed) {}

  PolicyEvaluator::Table Dataset(std::size_t rows) {
    PolicyEvaluator::Table table{.schema = Schema(3 + Below(6), {}), .rows = {}};
    Fill(table, rows);
    return table;
  }
  // Its first column is the key, of that type.
  PolicyEvaluator::Table List(const std::string& key_type, std::size_t rows) {
    PolicyEvaluator::Table table{.schema = Schema(1 + Below(4), key_type), .rows = {}};
    Fill(table, rows);
    return table;
  }
  // A column that may be the key of a list; nothing when there is none.
  const base::Json* KeyColumn(const PolicyEvaluator::Table& dataset) {
    std::vector<const base::Json*> keys;
    for (const base::Json& column : dataset.schema.AsArray()) {
      const std::string& type = column.Find("type")->AsString();
      if (type != "boolean" && type != "double" && type != "timestamp") keys.push_back(&column);
    }
    return keys.empty() ? nullptr : keys[Below(keys.size())];
  }

  base::Json Policy(const PolicyEvaluator::Table& dataset, const base::Json* key,
                    const PolicyEvaluator::Table& list) {
    base::Json::Members members = {{"format", "tabularium-policy-1"}, {"dataset", "odd-rows"}};
    std::set<std::string> names;
    base::Json::Items columns = Columns(dataset, names);
    if (names.empty()) columns = {AnyColumn(dataset, names)};
    members.emplace_back("columns", base::Json::Array(std::move(columns)));
    if (Below(5) != 0) members.emplace_back("condition", Node(dataset, 1));
    if (key != nullptr) members.emplace_back("member_of", MemberOf(*key, list, names));
    for (const char* each : {"purposes", "doors"}) {
      members.emplace_back(each, base::Json::Array({"any"}));
    }
    members.emplace_back("recipients", base::Json::Array({std::string(32, 'a')}));
    return base::Json::Object(std::move(members));
  }

  std::size_t Below(std::size_t end) { return random_() % end; }

 private:
  template <typename T, std::size_t size>
  const T& Pick(const std::array<T, size>& from) {
    return from[Below(size)];
  }

  // --- schemas and rows ---

  std::string Name(std::set<std::string>& names) {
    static constexpr std::array<const char*, 18> kNames = {"nino",
                                                           "Pay \"net\"",
                                                           "na\u00EFve",
                                                           "line\nend",
                                                           "\u202Ertl\u202C",
                                                           "select",
                                                           "d",
                                                           "m",
                                                           "k",
                                                           "rowid",
                                                           "file_row_number",
                                                           "row",
                                                           "a; --",
                                                           "it's",
                                                           "x.y",
                                                           "failed",
                                                           "c0",
                                                           "file_index"};
    std::string name = Pick(kNames);
    while (!names.insert(base::FoldCase(name)).second) name += static_cast<char>('a' + Below(26));
    return name;
  }

  base::Json Schema(std::size_t count, const std::string& first_type) {
    static constexpr std::array<const char*, 12> kTypes = {
        "boolean",      "long",   "double", "decimal(9,2)", "decimal(38,10)", "decimal(18,0)",
        "decimal(4,4)", "string", "string", "string",       "date",           "timestamp"};
    static constexpr std::array<const char*, 6> kMeanings = {"national-insurance-number",
                                                             "surname",
                                                             "postcode",
                                                             "unrecognised",
                                                             "email",
                                                             "it's \"odd\""};
    std::set<std::string> names;
    base::Json::Items columns;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string type = i == 0 && !first_type.empty() ? first_type : Pick(kTypes);
      std::vector<std::string> treatments = {"show"};
      for (const std::string_view each :
           catalogue::TreatmentNames(catalogue::TreatmentsOfType(*engine::TypeOfText(type)))) {
        if (each != "show" && (each != "token" || type != "double")) treatments.emplace_back(each);
      }
      columns.push_back(SchemaColumnJson(Name(names), type, Pick(kMeanings), treatments));
    }
    return base::Json::Array(std::move(columns));
  }

  void Fill(PolicyEvaluator::Table& table, std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      Row row;
      for (const base::Json& column : table.schema.AsArray()) {
        row.push_back(Below(8) == 0 ? Cell() : Value(column.Find("type")->AsString()));
      }
      table.rows.push_back(std::move(row));
    }
  }

  std::int64_t Near(std::int64_t centre) {
    return centre + static_cast<std::int64_t>(Below(5)) - 2;
  }
  Cell Whole() {
    constexpr std::int64_t kExact = std::int64_t{1} << 53U;
    switch (Below(6)) {
      case 0:
        return std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(Below(2));
      case 1:
        return std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(Below(2));
      case 2:
        return Near(Below(2) == 0 ? kExact : -kExact);
      default:
        return Near(0);
    }
  }
  Cell Double() {
    static constexpr std::array<double, 14> kNumbers = {std::numeric_limits<double>::quiet_NaN(),
                                                        std::numeric_limits<double>::infinity(),
                                                        -std::numeric_limits<double>::infinity(),
                                                        0.0,
                                                        -0.0,
                                                        5e-324,
                                                        1.7976931348623157e308,
                                                        -1.7976931348623157e308,
                                                        0.1,
                                                        1.5,
                                                        -1.5,
                                                        1e16,
                                                        100.0,
                                                        0.30000000000000004};
    return Pick(kNumbers);
  }
  Cell Decimal(const std::string& type) {
    const auto known = *engine::TypeOfText(type);
    std::string digits(known.precision, '0');
    switch (Below(4)) {
      case 0:
        digits.assign(known.precision, '9');
        break;
      case 1:
        for (char& digit : digits) digit = static_cast<char>('0' + Below(10));
        break;
      default:
        digits.back() = static_cast<char>('0' + Below(4));
    }
    const std::size_t places = known.precision - known.scale;
    std::string whole = digits.substr(0, places);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.empty()) whole = "0";
    if (known.scale > 0) whole += "." + digits.substr(places);
    const bool is_zero = whole.find_first_not_of("0.") == std::string::npos;
    return (Below(2) == 0 && !is_zero ? "-" : "") + whole;
  }
  Cell String() {
    static constexpr std::array<const char*, 34> kTexts = {"",
                                                           " ",
                                                           "QQ 12 34 56 C",
                                                           "qq123456c",
                                                           "\u200FQQ123456C",
                                                           "ZZ9 9ZZ",
                                                           "zz99zz",
                                                           "ZZ9",
                                                           "Z1A 1ZZ",
                                                           "ZZ99 9ZZ",
                                                           "ZZ999ZZ",
                                                           "ZZ9A 9ZZ",
                                                           "GIR 0AA",
                                                           "Z9 9Z",
                                                           "it's",
                                                           "a\"b",
                                                           "line\nend",
                                                           "\u00E9",
                                                           "e\u0301",
                                                           "stra\u00DFe",
                                                           "STRASSE",
                                                           "\U0001F642",
                                                           "%_",
                                                           "\\",
                                                           "\uFEFF",
                                                           "ZZ9\t9ZZ",
                                                           "Z9 9ZZ\n",
                                                           "z",
                                                           "Z",
                                                           "  Mary  Ann ",
                                                           "mary ann",
                                                           "\u00C9",
                                                           "\u2003\u3000",
                                                           "MARY\u00A0ANN\u202C"};
    if (Below(3) == 0)
      return "QQ" + std::to_string(100'000 + Below(60)) + (Below(2) == 0 ? "C" : "c");
    return std::string(Pick(kTexts));
  }
  std::int64_t Day() {
    static const std::array<std::int64_t, 8> kDays = {
        *DayIn("0001-01-01"),  *DayIn("9999-12-31"),     *DayIn("2024-02-29"),
        *DayIn("1970-01-01"),  *DayIn("1900-03-01"),     *DayIn("0987-03-01"),
        *DayIn("12024-01-01"), *DayIn("0044-03-15 (BC)")};
    return Near(Pick(kDays));
  }
  Cell Time() {
    if (Below(12) == 0) return Below(2) == 0 ? kInfiniteTime : -kInfiniteTime;
    return Day() * kDayMicroseconds + static_cast<std::int64_t>(Below(3)) * 43'200'000'001 -
           static_cast<std::int64_t>(Below(2));
  }
  Cell Value(const std::string& type) {
    if (type == "boolean") return Below(2) == 0;
    if (type == "long") return Whole();
    if (type == "double") return Double();
    if (type == "string") return String();
    if (type == "timestamp") return Time();
    if (type != "date") return Decimal(type);
    if (Below(12) == 0) return Below(2) == 0 ? kInfiniteDay : -kInfiniteDay;
    return Day();
  }

  // --- literals ---

  // Nothing where the page has no literal for the value.
  static std::optional<base::Json> LiteralOf(const Cell& cell, const std::string& type) {
    constexpr std::int64_t kExact = (std::int64_t{1} << 53U) - 1;
    if (type == "boolean") return base::Json(std::get<bool>(*cell));
    if (type == "double") {
      const double number = std::get<double>(*cell);
      return std::isfinite(number) ? std::optional(base::Json(number)) : std::nullopt;
    }
    if (type == "long") {
      const std::int64_t number = WholeOf(cell);
      if (number >= -kExact && number <= kExact) return base::Json(number);
      return base::Json(std::to_string(number));
    }
    const auto text = EvaluatorValues::TextOfValue(cell, type);
    return text ? std::optional(base::Json(*text)) : std::nullopt;
  }
  std::pair<Cell, base::Json> Literal(const std::string& type) {
    while (true) {  // most values have one
      const Cell cell = Value(type);
      if (auto literal = LiteralOf(cell, type)) return {cell, *literal};
    }
  }
  base::Json Operand(const std::string& type) {
    base::Json literal = Literal(type).second;
    if (Below(6) != 0) return literal;
    return base::Json::Object({{"property", "area-code"}, {"value", std::move(literal)}});
  }

  // --- policies ---

  base::Json Bands(const std::string& type) {
    std::vector<std::pair<Cell, base::Json>> edges;
    for (std::size_t i = 0; i <= Below(5); ++i) edges.push_back(Literal(type));
    std::ranges::sort(edges, [&type](const auto& left, const auto& right) {
      return EvaluatorValues::Compare(left.first, right.first, type) < 0;
    });
    base::Json::Items bands;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (i > 0 && EvaluatorValues::Compare(edges[i - 1].first, edges[i].first, type) == 0)
        continue;
      bands.push_back(base::Json::Object({{"from", edges[i].second}}));
    }
    return base::Json::Array(std::move(bands));
  }
  base::Json Treated(const base::Json& column, std::set<std::string>& names) {
    const auto& allowed = column.Find("treatments")->AsArray();
    const std::string treatment = allowed[Below(allowed.size())].AsString();
    base::Json::Members members = {{"name", *column.Find("name")}, {"treatment", treatment}};
    if (treatment == "band") members.emplace_back("bands", Bands(column.Find("type")->AsString()));
    if (treatment != "drop") names.insert(base::FoldCase(column.Find("name")->AsString()));
    return base::Json::Object(std::move(members));
  }
  base::Json AnyColumn(const PolicyEvaluator::Table& dataset, std::set<std::string>& names) {
    const auto& columns = dataset.schema.AsArray();
    const base::Json& column = columns[Below(columns.size())];
    names.insert(base::FoldCase(column.Find("name")->AsString()));
    return base::Json::Object({{"name", *column.Find("name")}, {"treatment", "show"}});
  }
  // Some of the columns, in another order than that of the schema.
  base::Json::Items Columns(const PolicyEvaluator::Table& dataset, std::set<std::string>& names) {
    std::vector<const base::Json*> order;
    for (const base::Json& column : dataset.schema.AsArray()) order.push_back(&column);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[Below(i)]);
    base::Json::Items columns;
    for (const base::Json* column : order) {
      if (Below(3) != 0) columns.push_back(Treated(*column, names));
    }
    return columns;
  }

  base::Json Node(const PolicyEvaluator::Table& dataset, std::size_t level) {
    const std::size_t kind = level < 4 ? Below(5) : 4;
    if (kind == 0) {
      return base::Json::Object({{"test", "not"}, {"condition", Node(dataset, level + 1)}});
    }
    if (kind > 2) return Leaf(dataset);
    base::Json::Items parts;
    for (std::size_t i = 0; i <= Below(3); ++i) parts.push_back(Node(dataset, level + 1));
    return base::Json::Object(
        {{"test", kind == 1 ? "and" : "or"}, {"conditions", base::Json::Array(std::move(parts))}});
  }
  base::Json Leaf(const PolicyEvaluator::Table& dataset) {
    static constexpr std::array<const char*, 13> kTests = {
        "equal",   "not-equal", "is-null", "is-not-null", "in",       "in",         "between",
        "between", "less",      "at-most", "greater",     "at-least", "starts-with"};
    const auto& columns = dataset.schema.AsArray();
    const base::Json& column = columns[Below(columns.size())];
    const std::string& type = column.Find("type")->AsString();
    std::string test = Pick(kTests);
    const bool is_order =
        test != "equal" && test != "not-equal" && test != "in" && !test.starts_with("is-");
    if (type == "boolean" && is_order) test = "not-equal";
    if (type != "string" && test == "starts-with") test = "in";
    base::Json::Members members = {{"test", test}, {"column", *column.Find("name")}};
    if (test == "in") {
      base::Json::Items values;
      for (std::size_t i = 0; i <= Below(6); ++i) values.push_back(Operand(type));
      members.emplace_back("values", base::Json::Array(std::move(values)));
    } else if (test == "between") {
      members.emplace_back("least", Operand(type));
      members.emplace_back("greatest", Operand(type));
    } else if (test == "starts-with") {
      static constexpr std::array<const char*, 6> kStarts = {"Q", "QQ1", "Z", "\u00C3", "it'", "e"};
      members.emplace_back("value", Pick(kStarts));
    } else if (!test.starts_with("is-")) {
      members.emplace_back("value", Operand(type));
    }
    return base::Json::Object(std::move(members));
  }

  base::Json MemberOf(const base::Json& key, const PolicyEvaluator::Table& list,
                      std::set<std::string>& names) {
    static constexpr std::array<const char*, 3> kRules = {"exact", "compact", "name"};
    const auto& columns = list.schema.AsArray();
    base::Json::Items carry;
    for (const base::Json& column : columns) {
      if (Below(2) == 0) continue;
      std::string name = column.Find("name")->AsString();
      base::Json::Members members = {{"column", name}};
      const bool is_taken = names.contains(base::FoldCase(name));
      if (is_taken || Below(3) == 0) members.emplace_back("as", Name(names));
      if (members.size() == 1) names.insert(base::FoldCase(name));
      carry.push_back(base::Json::Object(std::move(members)));
    }
    const bool is_text = key.Find("type")->AsString() == "string";
    return base::Json::Object({{"column", *key.Find("name")},
                               {"list", "odd-list"},
                               {"list_column", *columns.front().Find("name")},
                               {"normalisation", is_text ? Pick(kRules) : "exact"},
                               {"carry", base::Json::Array(std::move(carry))},
                               {"greatest_entries", 1000},
                               {"follow_newer", false}});
  }

  std::mt19937_64 random_;
};

}  // namespace agreements
