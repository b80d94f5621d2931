// What one value may be, by its form alone: a National Insurance number, a postcode, an e-mail
// address and the other forms that identify people, homes and firms in the United Kingdom.
//
// Besides real forms, those of the demonstration are known: NINO prefix QQ and postcode area ZZ,
// neither of which is issued. Pure functions, safe from any thread; O(length), and longer values
// than kLongestSemanticValue are not looked at.
#pragma once

#include <cstdint>
#include <string_view>

namespace catalogue {

inline constexpr std::size_t kLongestSemanticValue = 320;  // bytes; an e-mail address has up to 320

// Each is one bit, so that a value can be several: ten digits may be two kinds of number.
enum SemanticForm : std::uint32_t {
  kNino = 1U << 0U,           // two letters, six digits, A to D; blanks between pairs allowed
  kNhsNumber = 1U << 1U,      // ten digits, the last a check digit modulo 11
  kTaxReference = 1U << 2U,   // UTR: ten digits, the first a check digit modulo 11
  kPostcode = 1U << 3U,       // one of the six forms, with or without its blank
  kEmail = 1U << 4U,          // one @, a domain with a point
  kPhone = 1U << 5U,          // United Kingdom: 0 or +44, then 9 or 10 digits
  kPayeReference = 1U << 6U,  // three digits, a stroke, a letter, up to nine letters and digits
  kCompanyNumber = 1U << 7U,  // eight digits, or a registry's two letters and six digits
  kSicCode = 1U << 8U,        // SIC 2007: five digits
  kAreaCode = 1U << 9U,       // ONS: a nation's letter and eight digits
  kUprn = 1U << 10U,          // 1 to 12 digits
  kTaxYear = 1U << 11U,       // 2024-25 or 2024/2025
  kHonorific = 1U << 12U,     // Mr, Mrs, Dr …
  kSexCode = 1U << 13U,       // M, F, male, female, 0, 1, 2, 9, X …
  kFirmName = 1U << 14U,      // ends in Ltd, plc, LLP … or names a council, a trust …
  kSentence = 1U << 15U,      // 40 bytes or more with four blanks or more
  kPlainWords = 1U << 16U,    // letters, blanks, hyphens and apostrophes alone
  kSortCode = 1U << 17U,      // 00-00-00
};

inline constexpr unsigned kSemanticForms = 18;

// The forms of a value without blanks at its ends. ISO day, number and boolean are column types,
// not forms: see column_types.h.
std::uint32_t SemanticFormsOf(std::string_view value);

}  // namespace catalogue
