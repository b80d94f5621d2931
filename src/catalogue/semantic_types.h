// What a column means: a semantic type from its name and from every value, and the class that
// follows from it.
//
// A class decides who may see what, so it errs one way only: a column of which we are unsure is
// personal until a person of the owner confirms another class. A column is public without being
// asked about only when its name and its values agree. docs/formats/draft.md lists the types.
//
// Pure; a SemanticTally belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/semantic_values.h"
#include "engine/column_types.h"

namespace catalogue {

enum class ColumnClass : unsigned char {
  kPersonal,              // says something about a person
  kSpecialCategory,       // UK GDPR, Article 9
  kCriminal,              // UK GDPR, Article 10
  kConfidentialBusiness,  // says something about a firm that it keeps to itself
  kPublic,                // known to everybody, and about no person
};

std::string_view ColumnClassName(ColumnClass column_class);
std::optional<ColumnClass> ColumnClassOfName(std::string_view name);

// The forms in which the owner may let a column be given (CONTRACTS, policy). One bit each.
enum Treatment : std::uint32_t {
  kShow = 1U << 0U,
  kMask = 1U << 1U,
  kToken = 1U << 2U,
  kMonth = 1U << 3U,
  kYear = 1U << 4U,
  kBand = 1U << 5U,
  kPostcodeDistrict = 1U << 6U,
  kDrop = 1U << 7U,  // alone: the column is never given
};

// The names of the bits that are set, in their order.
std::vector<std::string_view> TreatmentNames(std::uint32_t treatments);

// A column is taken for a type by its name; by its values when so many of a hundred fit.
inline constexpr std::uint64_t kSemanticPercent = 90;
// With fewer values than this, values alone prove nothing.
inline constexpr std::uint64_t kFewValues = 5;

struct SemanticRule {
  std::string_view code;   // "postcode"
  std::string_view title;  // "Postcode"
  std::string_view names;  // phrases of words apart by blanks, joined by '_' within a phrase
  std::uint32_t form;      // of SemanticForm: what its values look like; 0: nothing can be told
  bool by_values;          // its form alone is proof enough
  ColumnClass column_class;
  bool identifies;           // singles out a person or a home by itself
  std::uint32_t treatments;  // of Treatment, proposed
  std::string_view reason;   // one sentence
};

// All rules; the first whose name fits is taken, so the more specific stand first.
std::span<const SemanticRule> SemanticRules();

struct SemanticVerdict {
  const SemanticRule* rule = nullptr;  // never null
  bool by_name = false;
  bool by_values = false;     // the values have the rule's form
  std::uint64_t fitting = 0;  // values that fit the rule's form; 0 where it has none
  std::uint64_t values = 0;
  ColumnClass column_class = ColumnClass::kPersonal;
  bool sure = false;  // false: personal until confirmed
  bool identifies = false;
  std::uint32_t treatments = kDrop;
  std::string reason;
};

// A few values of a form that singles out people, in a column of another type.
struct HiddenIdentifiers {
  const SemanticRule* rule = nullptr;
  std::uint64_t count = 0;
};

class SemanticTally {
 public:
  // `value` is not empty and has no blanks at its ends.
  void Add(std::string_view value);

  [[nodiscard]] SemanticVerdict Verdict(std::string_view column_name,
                                        const engine::ColumnType& type) const;
  [[nodiscard]] std::vector<HiddenIdentifiers> Hidden(const SemanticVerdict& verdict) const;

 private:
  [[nodiscard]] std::uint64_t Fitting(std::uint32_t form) const;
  [[nodiscard]] const SemanticRule* RuleByValues() const;
  void Weigh(SemanticVerdict& verdict) const;

  std::uint64_t values_ = 0;
  std::array<std::uint64_t, kSemanticForms> counts_{};
};

// The rule whose phrases the name of a column holds; nothing when there is none. "dateOfBirth",
// "Date of birth" and "DATE_OF_BIRTH" are one name.
const SemanticRule* RuleByName(std::string_view column_name);

}  // namespace catalogue
