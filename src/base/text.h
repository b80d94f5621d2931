// Text in Unicode: its normal form, and its forms for comparing without regard to case and accents.
//
// Bytes that are not UTF-8 count as U+FFFD, so all functions take any bytes and always give
// UTF-8. Neither depends on a locale. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace base {

// Normalisation Form C (Unicode Standard Annex 15): one form for texts that look the same.
std::string Normalise(std::string_view text);

// The normal form after full case folding (Unicode, 3.13): two texts that differ in case alone, or
// in how an accent is written, have the same.
std::string FoldCase(std::string_view text);

// The same without the marks that stand on letters (general category Mn of the canonical
// decomposition): "Tŷ", "TY" and "ty" are one. For finding, never for telling names apart.
std::string FoldAccents(std::string_view text);

}  // namespace base
