#include "base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/check.h"

namespace base {
namespace {

std::string NormalForm(const icu::UnicodeString& text) {
  // ICU fails here only where its own tables are missing or memory is.
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normaliser = icu::Normalizer2::getNFCInstance(status);
  CHECK(U_SUCCESS(status) && normaliser != nullptr);
  const icu::UnicodeString normal = normaliser->normalize(text, status);
  CHECK(U_SUCCESS(status));
  std::string bytes;
  normal.toUTF8String(bytes);
  return bytes;
}

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

}  // namespace

std::string Normalise(std::string_view text) { return NormalForm(FromUtf8(text)); }

std::string FoldCase(std::string_view text) {
  // Folding can undo the normal form, and a text must be in it for folding to find everything.
  icu::UnicodeString folded = icu::UnicodeString::fromUTF8(Normalise(text));
  folded.foldCase();
  return NormalForm(folded);
}

std::string FoldAccents(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decomposer = icu::Normalizer2::getNFDInstance(status);
  CHECK(U_SUCCESS(status) && decomposer != nullptr);
  const icu::UnicodeString parts = decomposer->normalize(FromUtf8(FoldCase(text)), status);
  CHECK(U_SUCCESS(status));
  icu::UnicodeString bare;
  for (std::int32_t at = 0; at < parts.length();) {
    const UChar32 character = parts.char32At(at);
    if (u_charType(character) != U_NON_SPACING_MARK) bare.append(character);
    at = parts.moveIndex32(at, 1);
  }
  return NormalForm(bare);
}

}  // namespace base
