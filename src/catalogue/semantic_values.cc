#include "catalogue/semantic_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

namespace catalogue {
namespace {

bool IsDigit(char c) { return '0' <= c && c <= '9'; }
char Upper(char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 32) : c; }
bool IsLetter(char c) { return 'A' <= Upper(c) && Upper(c) <= 'Z'; }
bool IsOneOf(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

// A short value without the characters in `left_out`, in upper case.
class Compact {
 public:
  Compact(std::string_view value, std::string_view left_out) {
    for (const char c : value) {
      if (IsOneOf(c, left_out)) continue;
      if (size_ == characters_.size()) {
        too_long_ = true;
        return;
      }
      characters_[size_++] = Upper(c);
    }
  }
  [[nodiscard]] std::string_view text() const {
    return too_long_ ? std::string_view() : std::string_view(characters_.data(), size_);
  }

 private:
  std::array<char, 24> characters_{};
  std::size_t size_ = 0;
  bool too_long_ = false;
};

bool AllDigits(std::string_view text) { return std::ranges::all_of(text, IsDigit); }

// HMRC, National Insurance Manual NIM39110: the letters that are not used, and the prefixes that
// are not allocated. QQ stands in every example and is taken as the demonstration's form.
bool IsNino(std::string_view value) {
  const Compact compact(value, " ");
  const std::string_view text = compact.text();
  if (text.size() != 9 || !AllDigits(text.substr(2, 6)) || !IsOneOf(text[8], "ABCD")) return false;
  const std::string_view prefix = text.substr(0, 2);
  if (prefix == "QQ") return true;
  if (!IsLetter(prefix[0]) || !IsLetter(prefix[1])) return false;
  if (IsOneOf(prefix[0], "DFIQUV") || IsOneOf(prefix[1], "DFIOQUV")) return false;
  constexpr std::array<std::string_view, 7> kUnallocated = {"BG", "GB", "KN", "NK",
                                                            "NT", "TN", "ZZ"};
  return std::ranges::find(kUnallocated, prefix) == kUnallocated.end();
}

unsigned WeightedSum(std::string_view digits, std::span<const unsigned> weights) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += static_cast<unsigned>(digits[i] - '0') * weights[i];
  }
  return sum;
}

// NHS Data Dictionary: weights 10 to 2, and 11 minus the remainder; 10 is never issued.
bool IsNhsNumber(std::string_view digits) {
  constexpr std::array<unsigned, 9> kWeights = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  const unsigned check = (11 - WeightedSum(digits, kWeights) % 11) % 11;
  return check != 10 && check == static_cast<unsigned>(digits[9] - '0');
}

// HMRC's check of a Unique Taxpayer Reference: the first digit follows from the nine others.
bool IsTaxReference(std::string_view digits) {
  constexpr std::array<unsigned, 9> kWeights = {6, 7, 8, 9, 10, 5, 4, 3, 2};
  constexpr std::string_view kChecks = "21987654321";
  return digits[0] == kChecks[WeightedSum(digits.substr(1), kWeights) % 11];
}

std::uint32_t TenDigitForms(std::string_view value) {
  const Compact compact(value, " -");
  const std::string_view text = compact.text();
  if (text.size() != 10 || !AllDigits(text)) return 0;
  return (IsNhsNumber(text) ? kNhsNumber : 0U) | (IsTaxReference(text) ? kTaxReference : 0U);
}

// The six forms of the outward part: A9 A99 A9A AA9 AA99 AA9A. Area ZZ is the demonstration's.
bool IsOutward(std::string_view text) {
  if (text.size() < 2 || text.size() > 4 || !IsLetter(text[0]) || IsOneOf(text[0], "QVX")) {
    return false;
  }
  const bool two_letters = IsLetter(text[1]);
  if (two_letters && IsOneOf(text[1], "IJZ") && !text.starts_with("ZZ")) return false;
  text.remove_prefix(two_letters ? 2 : 1);
  if (text.empty() || text.size() > 2 || !IsDigit(text[0])) return false;
  return text.size() == 1 || IsDigit(text[1]) || IsLetter(text[1]);
}

bool IsPostcode(std::string_view value) {
  if (value.size() < 5 || value.size() > 8) return false;
  const std::size_t blank = value.find(' ');
  if (blank != std::string_view::npos && blank + 4 != value.size()) return false;
  const Compact compact(value, " ");
  const std::string_view text = compact.text();
  if (text.size() < 5 || text.size() > 7) return false;
  const std::string_view inward = text.substr(text.size() - 3);
  if (!IsDigit(inward[0]) || !IsLetter(inward[1]) || !IsLetter(inward[2])) return false;
  if (IsOneOf(inward[1], "CIKMOV") || IsOneOf(inward[2], "CIKMOV")) return false;
  return text == "GIR0AA" || IsOutward(text.substr(0, text.size() - 3));
}

bool IsEmail(std::string_view value) {
  const std::size_t at = value.find('@');
  if (at == 0 || at == std::string_view::npos || at > 64) return false;
  const std::string_view domain = value.substr(at + 1);
  if (domain.find('@') != std::string_view::npos) return false;
  const std::size_t point = domain.rfind('.');
  if (point == 0 || point == std::string_view::npos || domain.size() - point < 3) return false;
  return std::ranges::none_of(value, [](char c) { return IsOneOf(c, " ,;:<>()[]\"\t\r\n"); });
}

// A number of the United Kingdom's plan, by its first digits and its length. The range that Ofcom
// keeps for drama (01632 960, 020 7946 0, 07700 900 …) has the same form.
bool IsPhone(std::string_view value) {
  if (value.size() < 10 || value.size() > 22) return false;
  if (!IsOneOf(value[0], "0+(")) return false;
  const Compact compact(value, " -()");
  std::string_view text = compact.text();
  if (text.starts_with("+44")) {
    text.remove_prefix(3);
    if (text.starts_with('0')) text.remove_prefix(1);
  } else if (text.starts_with('0')) {
    text.remove_prefix(1);
  } else {
    return false;
  }
  if (text.size() < 9 || text.size() > 10 || !AllDigits(text)) return false;
  return IsOneOf(text[0], "123578");
}

bool IsPayeReference(std::string_view value) {
  if (value.size() < 5 || value.size() > 14 || value[3] != '/') return false;
  const std::string_view office = value.substr(4);
  return AllDigits(value.substr(0, 3)) && IsLetter(office[0]) &&
         std::ranges::all_of(office, [](char c) { return IsDigit(c) || IsLetter(c); });
}

// Companies House: the two letters say which registry and which kind.
bool IsCompanyNumber(std::string_view value) {
  constexpr std::string_view kRegistries =
      "AC CE CN CS FC FE GE GN GS IC IP LP NA NC NF NI NL NO NP NR NV OC OE PC RC RS SA SC SE SF "
      "SG SI SL SO SP SR SZ ZC";
  if (value.size() != 8) return false;
  if (AllDigits(value)) return true;
  const Compact compact(value, "");
  const std::string_view text = compact.text();
  if (!IsLetter(text[0]) || !IsLetter(text[1]) || !AllDigits(text.substr(2))) return false;
  const std::size_t at = kRegistries.find(text.substr(0, 2));
  return at != std::string_view::npos && at % 3 == 0;
}

bool IsAreaCode(std::string_view value) {
  return value.size() == 9 && IsOneOf(value[0], "EWSNKJLM") && AllDigits(value.substr(1));
}

unsigned NumberOf(std::string_view digits) {
  unsigned number = 0;
  for (const char c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
  return number;
}

// A year and the next, in four digits or two.
bool IsTaxYear(std::string_view value) {
  if (value.size() != 7 && value.size() != 9) return false;
  const std::string_view first = value.substr(0, 4);
  const std::string_view second = value.substr(5);
  if (!IsOneOf(value[4], "-/") || !AllDigits(first) || !AllDigits(second)) return false;
  const unsigned next = NumberOf(first) + 1;
  if (next <= 1900 || next > 2200) return false;
  return NumberOf(second) == (second.size() == 2 ? next % 100 : next);
}

bool IsSortCode(std::string_view value) {
  if (value.size() != 8 || value[2] != '-' || value[5] != '-') return false;
  const Compact compact(value, "-");
  return compact.text().size() == 6 && AllDigits(compact.text());
}

// Forms of values that are digits from end to end.
std::uint32_t DigitForms(std::string_view value) {
  if (!AllDigits(value)) return 0;
  return (value.size() <= 12 ? kUprn : 0U) | (value.size() == 5 ? kSicCode : 0U) |
         (value.size() == 1 && IsOneOf(value[0], "01239") ? kSexCode : 0U);
}

bool IsWordOf(std::string_view value, std::span<const std::string_view> upper_case_words) {
  const Compact compact(value, ".");
  return std::ranges::find(upper_case_words, compact.text()) != upper_case_words.end();
}

std::uint32_t ShortWordForms(std::string_view value) {
  constexpr std::array<std::string_view, 14> kHonorifics = {"MR",   "MRS",  "MS",   "MISS",  "MX",
                                                            "DR",   "PROF", "REV",  "SIR",   "DAME",
                                                            "LORD", "LADY", "CAPT", "MASTER"};
  constexpr std::array<std::string_view, 9> kSexCodes = {
      "M", "F", "X", "U", "MALE", "FEMALE", "OTHER", "UNKNOWN", "NONBINARY"};
  if (value.size() > 10) return 0;
  return (IsWordOf(value, kHonorifics) ? kHonorific : 0U) |
         (IsWordOf(value, kSexCodes) ? kSexCode : 0U);
}

// The words that say what kind of body bears a name, as whole words.
bool IsFirmName(std::string_view value) {
  constexpr std::array<std::string_view, 18> kWords = {
      "LTD",     "LIMITED",    "PLC",         "LLP",       "CIC",     "LP",
      "COUNCIL", "TRUST",      "ASSOCIATION", "CHARITY",   "COMPANY", "SOCIETY",
      "SCHOOL",  "UNIVERSITY", "DEPARTMENT",  "AUTHORITY", "AGENCY",  "PARTNERSHIP"};
  while (!value.empty()) {
    const auto end = std::ranges::find_if_not(value, IsLetter);
    const std::string_view word(value.begin(), end);
    if (word.size() > 1 && IsWordOf(word, kWords)) return true;
    value.remove_prefix(std::min(value.size(), word.size() + 1));
  }
  return false;
}

std::uint32_t TextForms(std::string_view value) {
  const auto blanks = std::ranges::count(value, ' ');
  std::uint32_t forms = value.size() >= 40 && blanks >= 4 ? kSentence : 0U;
  const bool plain = std::ranges::all_of(value, [](char c) {
    return IsLetter(c) || static_cast<unsigned char>(c) >= 0x80 || IsOneOf(c, " -'.");
  });
  if (plain) forms |= kPlainWords;
  if (IsFirmName(value)) forms |= kFirmName;
  return forms;
}

}  // namespace

std::uint32_t SemanticFormsOf(std::string_view value) {
  if (value.empty()) return 0;
  if (value.size() > kLongestSemanticValue) return kSentence;
  std::uint32_t forms = 0;
  const auto add = [&forms](bool is, SemanticForm form) { forms |= is ? form : 0U; };
  if (value.size() <= 24) {
    add(IsPostcode(value), kPostcode);
    add(IsPhone(value), kPhone);
    add(IsPayeReference(value), kPayeReference);
    add(IsCompanyNumber(value), kCompanyNumber);
    add(IsAreaCode(value), kAreaCode);
    add(IsTaxYear(value), kTaxYear);
    add(IsSortCode(value), kSortCode);
    if (value.size() >= 9 && value.size() <= 13) {
      add(IsNino(value), kNino);
      forms |= TenDigitForms(value);
    }
    forms |= IsDigit(value[0]) ? DigitForms(value) : ShortWordForms(value);
  }
  if (IsEmail(value)) return forms | kEmail;
  if (IsLetter(value[0]) || value.size() >= 40) forms |= TextForms(value);
  return forms;
}

}  // namespace catalogue
