// The closed list of column types, and how a column of texts finds its own.
//
// A type means the same in every format that Tabularium reads or writes: TypeTable says how. A
// column of a CSV file is text first. A TypeTally reads every value of it, never a sample, and
// gives the narrowest type that loses nothing; docs/formats/draft.md states the rules. What does
// not fit is reported by row and length, never by value.
//
// Pure; a TypeTally belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value_forms.h"

namespace engine {

enum class ColumnKind : unsigned char {
  kBoolean,
  kLong,
  kDouble,
  kDecimal,
  kString,
  kDate,
  kTimestamp,  // in UTC, to the microsecond
};

struct ColumnType {
  ColumnKind kind = ColumnKind::kString;
  unsigned precision = 0;  // digits in all; of kDecimal alone, 1 to 38
  unsigned scale = 0;      // digits after the point; of kDecimal alone

  friend bool operator==(const ColumnType&, const ColumnType&) = default;
};

// One type as each format knows it.
struct TypeRow {
  ColumnKind kind;
  std::string_view name;
  std::string_view csv_rule;
  std::string_view duckdb;
  std::string_view parquet;
  std::string_view arrow;
  std::string_view delta;
  std::string_view json;
};

// All rows, in the order of ColumnKind.
std::span<const TypeRow> TypeTable();

// "long", "decimal(18,2)": the name of a type in our formats.
std::string TypeText(const ColumnType& type);
// The type of that name; nothing when there is none.
std::optional<ColumnType> TypeOfText(std::string_view text);
// "BIGINT", "DECIMAL(18,2)": the type that DuckDB gives it.
std::string DuckdbType(const ColumnType& type);
// The type of a column whose DuckDB type is given; nothing for nested types and others that are
// not in the list. A time without a zone counts as UTC, a UUID or a time of day as a string.
std::optional<ColumnType> TypeOfDuckdb(std::string_view duckdb_type);

// How the texts of one column are read.
enum class TextRule : unsigned char {
  kText,
  kTrueFalse,
  kYesNo,
  kYN,
  kWholeNumber,
  kFixedPoint,
  kFloatingPoint,
  kIsoDate,
  kUkDate,  // day/month/year
  kUtcTime,
};

std::string_view TextRuleName(TextRule rule);

// SQL that reads the text in `sql_text` by the rule: null where the text is empty or does not fit.
// Publishing converts with the same expression by which a draft was proved.
std::string TypedSql(TextRule rule, const ColumnType& type, std::string_view sql_text);

// --- the type of a column -----------------------------------------------------------------------

inline constexpr std::size_t kShownStrays = 10;
// A type that at least so many of a hundred values fit is what the others stray from.
inline constexpr std::uint64_t kStrayPercent = 99;

struct Stray {
  std::uint64_t row = 0;  // from 1, after the header
  std::uint64_t characters = 0;
};

struct Strays {
  std::string nearly;  // what all others are, in words: "whole number", "date"
  std::uint64_t count = 0;
  std::vector<Stray> first;  // at most kShownStrays, by row
};

struct TypeVerdict {
  ColumnType type;
  TextRule rule = TextRule::kText;
  std::string reason;  // one sentence
  std::optional<Strays> strays;
};

class TypeTally {
 public:
  // `text` is not empty: an empty one is a null, and is not tallied.
  void Add(std::uint64_t row, std::string_view text);
  [[nodiscard]] TypeVerdict Verdict() const;

 private:
  // What a column may turn out to be.
  enum Candidate : unsigned char {
    kTrueFalse,
    kYesNo,
    kYN,
    kWhole,
    kNumber,
    kIsoDate,
    kUkDate,
    kUsDate,
    kUtcTime,
    kNumberText,  // digits that must stay text: leading zeros, plus signs, separators
    kCandidates,
  };
  struct Fits {
    std::uint64_t count = 0;
    std::vector<Stray> first_misfits;
  };

  static constexpr std::array<std::uint32_t, kCandidates> kFormsOf = {
      kFormTrueFalse,
      kFormYesNo,
      kFormYN,
      kFormWhole,
      kFormWhole | kFormPoint | kFormExponent,
      kFormIsoDate,
      kFormUkDate,
      kFormUsDate,
      kFormUtcTime,
      kFormWhole | kFormPoint | kFormExponent | kFormZeros | kFormPlus | kFormThousands |
          kFormLongDigits,
  };

  [[nodiscard]] bool AllFit(Candidate candidate) const;
  [[nodiscard]] std::uint64_t CountOf(Form form) const;
  [[nodiscard]] std::optional<TypeVerdict> Boolean() const;
  [[nodiscard]] TypeVerdict Number() const;
  [[nodiscard]] std::optional<TypeVerdict> Day() const;
  [[nodiscard]] std::string TextReason() const;
  [[nodiscard]] std::optional<Strays> NearlyFits() const;

  std::uint64_t values_ = 0;
  std::array<Fits, kCandidates> fits_;
  std::array<std::uint64_t, 17> form_counts_{};
  std::uint32_t forms_seen_ = 0;
  unsigned max_integer_digits_ = 0;
  unsigned min_scale_ = 0;  // of values with a point; 0: none was seen
  unsigned max_scale_ = 0;
  unsigned max_digits_ = 0;
};

}  // namespace engine
