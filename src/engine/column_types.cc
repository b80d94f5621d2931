#include "engine/column_types.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"

namespace engine {
namespace {

using base::Format;

constexpr std::array kTable = {
    TypeRow{ColumnKind::kBoolean, "boolean", "true/false, yes/no or y/n, one pair in a column",
            "BOOLEAN", "BOOLEAN", "bool", "boolean", "true or false"},
    TypeRow{ColumnKind::kLong, "long", "whole number of 64 bits, no leading zeros", "BIGINT",
            "INT64", "int64", "long", "number; beyond 2^53 a string"},
    TypeRow{ColumnKind::kDouble, "double", "number with a point or an exponent", "DOUBLE", "DOUBLE",
            "float64", "double", "number"},
    TypeRow{ColumnKind::kDecimal, "decimal", "number with the same places after the point",
            "DECIMAL(p,s)", "FIXED_LEN_BYTE_ARRAY or INT64, DECIMAL(p,s)", "decimal128(p,s)",
            "decimal(p,s)", "string"},
    TypeRow{ColumnKind::kString, "string", "any text; an empty one is null", "VARCHAR",
            "BYTE_ARRAY, STRING", "utf8", "string", "string"},
    TypeRow{ColumnKind::kDate, "date", "YYYY-MM-DD, or DD/MM/YYYY where no other order fits",
            "DATE", "INT32, DATE", "date32", "date", "string YYYY-MM-DD"},
    TypeRow{ColumnKind::kTimestamp, "timestamp", "YYYY-MM-DDThh:mm:ss with Z or an offset",
            "TIMESTAMP", "INT64, TIMESTAMP(UTC, microseconds)", "timestamp[us, UTC]", "timestamp",
            "string YYYY-MM-DDThh:mm:ss.ffffffZ"},
};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].kind) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(ColumnKind::kTimestamp) + 1;
}
static_assert(InOrder(), "kTable must hold each ColumnKind once, in order");

constexpr unsigned kMaxScale = 9;         // of a decimal column
constexpr unsigned kShortPrecision = 18;  // fits 64 bits
constexpr unsigned kLongPrecision = 38;
constexpr unsigned kDoubleDigits = 17;  // that a double can hold apart

std::string CountedValues(std::uint64_t count) {
  return Format("{} value{}", count, count == 1 ? "" : "s");
}

TypeVerdict Fitting(ColumnType type, TextRule rule, std::string reason) {
  return {.type = type, .rule = rule, .reason = std::move(reason), .strays = std::nullopt};
}

std::string WordsSql(std::string_view sql_text, std::string_view yes, std::string_view no) {
  return Format("CASE lower({}) WHEN '{}' THEN true WHEN '{}' THEN false END", sql_text, yes, no);
}

// "DECIMAL(18,2)": its two numbers.
std::optional<ColumnType> DecimalOf(std::string_view duckdb_type) {
  constexpr std::string_view kStart = "DECIMAL(";
  if (!duckdb_type.starts_with(kStart) || !duckdb_type.ends_with(')')) return std::nullopt;
  duckdb_type.remove_prefix(kStart.size());
  duckdb_type.remove_suffix(1);
  const auto parts = base::Split(duckdb_type, ',', 2);
  if (parts.size() != 2) return std::nullopt;
  const auto precision = base::ParseDecimal(parts[0]);
  const auto scale = base::ParseDecimal(parts[1]);
  if (!precision || !scale || *precision == 0 || *precision > kLongPrecision ||
      *scale > *precision) {
    return std::nullopt;
  }
  return ColumnType{ColumnKind::kDecimal, static_cast<unsigned>(*precision),
                    static_cast<unsigned>(*scale)};
}

}  // namespace

std::span<const TypeRow> TypeTable() { return kTable; }

std::string TypeText(const ColumnType& type) {
  const std::string_view name = kTable[static_cast<std::size_t>(type.kind)].name;
  if (type.kind != ColumnKind::kDecimal) return std::string(name);
  return Format("{}({},{})", name, type.precision, type.scale);
}

std::optional<ColumnType> TypeOfText(std::string_view text) {
  for (const TypeRow& row : kTable) {
    if (row.kind != ColumnKind::kDecimal && row.name == text) return ColumnType{row.kind};
  }
  // Written as DuckDB writes it, apart from case, so the same reader serves.
  std::string large(text);
  if (!large.starts_with("decimal(")) return std::nullopt;
  large.replace(0, std::string_view("decimal").size(), "DECIMAL");
  const auto type = DecimalOf(large);
  return type && TypeText(*type) == text ? type : std::nullopt;
}

std::string DuckdbType(const ColumnType& type) {
  if (type.kind != ColumnKind::kDecimal) {
    return std::string(kTable[static_cast<std::size_t>(type.kind)].duckdb);
  }
  return Format("DECIMAL({},{})", type.precision, type.scale);
}

std::optional<ColumnType> TypeOfDuckdb(std::string_view duckdb_type) {
  constexpr std::array<std::pair<std::string_view, ColumnKind>, 20> kKinds = {{
      {"BOOLEAN", ColumnKind::kBoolean},
      {"TINYINT", ColumnKind::kLong},
      {"SMALLINT", ColumnKind::kLong},
      {"INTEGER", ColumnKind::kLong},
      {"BIGINT", ColumnKind::kLong},
      {"UTINYINT", ColumnKind::kLong},
      {"USMALLINT", ColumnKind::kLong},
      {"UINTEGER", ColumnKind::kLong},
      {"FLOAT", ColumnKind::kDouble},
      {"DOUBLE", ColumnKind::kDouble},
      {"VARCHAR", ColumnKind::kString},
      {"UUID", ColumnKind::kString},
      {"TIME", ColumnKind::kString},
      {"JSON", ColumnKind::kString},
      {"DATE", ColumnKind::kDate},
      {"TIMESTAMP", ColumnKind::kTimestamp},
      {"TIMESTAMP_S", ColumnKind::kTimestamp},
      {"TIMESTAMP_MS", ColumnKind::kTimestamp},
      {"TIMESTAMP_NS", ColumnKind::kTimestamp},
      {"TIMESTAMP WITH TIME ZONE", ColumnKind::kTimestamp},
  }};
  if (duckdb_type == "UBIGINT") return ColumnType{ColumnKind::kDecimal, 20, 0};
  const auto* row = std::ranges::find(kKinds, duckdb_type, &decltype(kKinds)::value_type::first);
  if (row != kKinds.end()) return ColumnType{row->second};
  return DecimalOf(duckdb_type);
}

std::string_view TextRuleName(TextRule rule) {
  constexpr std::array<std::string_view, 10> kNames = {
      "text",        "true-false",     "yes-no",   "y-n",     "whole-number",
      "fixed-point", "floating-point", "iso-date", "uk-date", "utc-time"};
  return kNames[static_cast<std::size_t>(rule)];
}

std::string TypedSql(TextRule rule, const ColumnType& type, std::string_view sql_text) {
  switch (rule) {
    case TextRule::kTrueFalse:
      return WordsSql(sql_text, "true", "false");
    case TextRule::kYesNo:
      return WordsSql(sql_text, "yes", "no");
    case TextRule::kYN:
      return WordsSql(sql_text, "y", "n");
    case TextRule::kUkDate:
      return Format("TRY_CAST(try_strptime({}, '%d/%m/%Y') AS DATE)", sql_text);
    case TextRule::kUtcTime:
      // A cast to TIMESTAMP alone would drop the offset. The session's zone is UTC.
      return Format("TRY_CAST(TRY_CAST({} AS TIMESTAMP WITH TIME ZONE) AS TIMESTAMP)", sql_text);
    case TextRule::kText:
      return Format("nullif({}, '')", sql_text);
    default:
      return Format("TRY_CAST({} AS {})", sql_text, DuckdbType(type));
  }
}

void TypeTally::Add(std::uint64_t row, std::string_view text) {
  ++values_;
  const ValueForms value = FormsOf(text);
  forms_seen_ |= value.forms;
  for (std::uint32_t forms = value.forms; forms != 0; forms &= forms - 1) {
    ++form_counts_[static_cast<std::size_t>(std::countr_zero(forms))];
  }
  for (std::size_t i = 0; i < kCandidates; ++i) {
    if ((value.forms & kFormsOf[i]) != 0) {
      ++fits_[i].count;
    } else if (fits_[i].first_misfits.size() < kShownStrays) {
      fits_[i].first_misfits.push_back({row, base::CountCodePoints(text)});
    }
  }
  max_integer_digits_ = std::max(max_integer_digits_, value.integer_digits);
  max_digits_ = std::max({max_digits_, value.digits, value.integer_digits + value.scale});
  if ((value.forms & kFormPoint) != 0) {
    min_scale_ = min_scale_ == 0 ? value.scale : std::min(min_scale_, value.scale);
    max_scale_ = std::max(max_scale_, value.scale);
  }
}

bool TypeTally::AllFit(Candidate candidate) const { return fits_[candidate].count == values_; }

std::uint64_t TypeTally::CountOf(Form form) const {
  return form_counts_[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(form)))];
}

// A column of "n" alone is more often a code than an answer, so both words of a short pair must
// occur; "true" or "false" can mean nothing else.
std::optional<TypeVerdict> TypeTally::Boolean() const {
  const ColumnType boolean{ColumnKind::kBoolean};
  if (AllFit(kTrueFalse)) {
    return Fitting(boolean, TextRule::kTrueFalse, "Every value is true or false.");
  }
  const bool both = (forms_seen_ & kFormFirstWord) != 0 && (forms_seen_ & kFormSecondWord) != 0;
  if (both && AllFit(kYesNo)) {
    return Fitting(boolean, TextRule::kYesNo, "Every value is yes or no.");
  }
  if (both && AllFit(kYN)) return Fitting(boolean, TextRule::kYN, "Every value is y or n.");
  return std::nullopt;
}

// For a column whose values are all numbers. A constant number of places is exact money; without
// it the values were measured or computed.
TypeVerdict TypeTally::Number() const {
  if (AllFit(kWhole)) {
    return Fitting({ColumnKind::kLong}, TextRule::kWholeNumber,
                   "Every value is a whole number without leading zeros.");
  }
  const bool exponents = (forms_seen_ & kFormExponent) != 0;
  const unsigned digits = max_integer_digits_ + max_scale_;
  if (!exponents && min_scale_ == max_scale_ && max_scale_ <= kMaxScale &&
      digits <= kLongPrecision) {
    const unsigned precision = digits <= kShortPrecision ? kShortPrecision : kLongPrecision;
    return Fitting({ColumnKind::kDecimal, precision, max_scale_}, TextRule::kFixedPoint,
                   Format("Every value with a point has {} places after it.", max_scale_));
  }
  if (max_digits_ > kDoubleDigits) {
    return Fitting(
        {}, TextRule::kText,
        Format("Some numbers have more than {} digits, which a double would lose.", kDoubleDigits));
  }
  return Fitting({ColumnKind::kDouble}, TextRule::kFloatingPoint,
                 "Every value is a number; their places after the point differ.");
}

std::optional<TypeVerdict> TypeTally::Day() const {
  if (AllFit(kIsoDate)) {
    return Fitting({ColumnKind::kDate}, TextRule::kIsoDate,
                   "Every value is a day that exists, as year-month-day.");
  }
  if (AllFit(kUkDate) && !AllFit(kUsDate)) {
    return Fitting({ColumnKind::kDate}, TextRule::kUkDate,
                   "Every value is a day that exists, as day/month/year; no other order fits.");
  }
  if (AllFit(kUtcTime)) {
    return Fitting({ColumnKind::kTimestamp}, TextRule::kUtcTime,
                   "Every value is a time with its zone; it is kept in UTC.");
  }
  return std::nullopt;
}

// Why a column stays text although it looks like something else.
std::string TypeTally::TextReason() const {
  if (AllFit(kUkDate) && AllFit(kUsDate)) {
    return "The dates fit day/month/year and month/day/year alike; write them as YYYY-MM-DD.";
  }
  if (AllFit(kUsDate)) {
    return "The dates are in the order month/day/year; write them as YYYY-MM-DD.";
  }
  const std::uint64_t slashes = std::max(CountOf(kFormUkDate), CountOf(kFormUsDate));
  if (slashes != 0 && (slashes + CountOf(kFormIsoDate)) * 2 > values_) {
    return "The dates are in more than one order, or some do not exist; write them as YYYY-MM-DD.";
  }
  if (CountOf(kFormLocalTime) == values_) {
    return "The times name no zone; write them with Z or an offset such as +01:00.";
  }
  if (CountOf(kFormZeros) != 0 && fits_[kNumberText].count * 2 > values_) {
    return Format("Leading zeros, which a number would lose: {}.",
                  CountedValues(CountOf(kFormZeros)));
  }
  if (CountOf(kFormPlus) != 0) {
    return Format("A plus sign in front, which a number would lose: {}.",
                  CountedValues(CountOf(kFormPlus)));
  }
  if (CountOf(kFormThousands) != 0) {
    return Format("Separators of thousands; write the numbers without them: {}.",
                  CountedValues(CountOf(kFormThousands)));
  }
  if (CountOf(kFormLongDigits) != 0) return "Some whole numbers are beyond 64 bits.";
  return "No narrower type fits every value.";
}

// Where nearly all values fit one narrower type, the others are likely mistakes.
std::optional<Strays> TypeTally::NearlyFits() const {
  if (AllFit(kNumberText)) return std::nullopt;  // the form is at fault, not a few values
  constexpr std::array<std::pair<Candidate, std::string_view>, 9> kNearly = {{
      {kWhole, "whole number"},
      {kNumber, "number"},
      {kNumberText, "number"},
      {kIsoDate, "date"},
      {kUkDate, "date"},
      {kUtcTime, "time with a zone"},
      {kTrueFalse, "true or false"},
      {kYesNo, "yes or no"},
      {kYN, "y or n"},
  }};
  for (const auto& [candidate, name] : kNearly) {
    const Fits& fits = fits_[candidate];
    // Nothing overflows: there are at most 10^9 values.
    if (fits.count == values_ || fits.count * 100 < values_ * kStrayPercent) continue;
    return Strays{std::string(name), values_ - fits.count, fits.first_misfits};
  }
  return std::nullopt;
}

TypeVerdict TypeTally::Verdict() const {
  if (values_ == 0) return Fitting({}, TextRule::kText, "The column is empty.");
  if (auto boolean = Boolean()) return *std::move(boolean);
  if (AllFit(kNumber)) return Number();
  if (auto day = Day()) return *std::move(day);
  TypeVerdict text = Fitting({}, TextRule::kText, TextReason());
  text.strays = NearlyFits();
  if (text.strays) {
    text.reason = Format("{} of {} do not have the form of the others, {}, so the column is text.",
                         CountedValues(text.strays->count), values_, text.strays->nearly);
  }
  return text;
}

}  // namespace engine
