// Two functions that our SQL may call in a worker, because DuckDB has neither: the normal form of a
// text, and the token that stands for a value in one agreement (docs/formats/policy.md).
//
//   tabularium_normal(rule, text)           the text, normalised by the rule of that name; null
//                                           where nothing is left of it
//   tabularium_token(meaning, normalised)   "t_" and 32 hex digits of an HMAC
//
// Null gives null. The key of the tokens is handed over by the program, which has it from the frame
// of a request; it stands in no SQL, argument or environment. It lives in the database until that
// is closed, and is overwritten then.
//
// Pure functions are safe from any thread; registering belongs to the thread of the Duckdb. DuckDB
// calls the functions from all its threads at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/hmac.h"
#include "base/result.h"
#include "engine/duckdb.h"

namespace engine {

inline constexpr std::size_t kTokenKeyBytes = 32;

enum class Normalisation : unsigned char {
  kExact,    // NFC
  kCompact,  // without blanks and marks that cannot be seen; NFC; a to z in upper case
  kName,     // single blanks, none at the ends; case folded
};

std::string_view NormalisationName(Normalisation rule);
std::optional<Normalisation> NormalisationOfName(std::string_view name);

// The text by the rule. Bytes that are not UTF-8 count as U+FFFD. Linear; a text of ASCII alone
// costs one pass.
std::string NormalText(Normalisation rule, std::string_view text);

// The token of a text that is normalised already.
std::string TokenOf(const base::HmacSha256Key& key, std::string_view meaning,
                    std::string_view normalised);

// Makes tabularium_normal known to the SQL of this database. kConflict when it is already.
base::Result<void> RegisterNormalFunction(Duckdb& duckdb);
// The same for tabularium_token; kInvalid when `key` has not kTokenKeyBytes.
base::Result<void> RegisterTokenFunction(Duckdb& duckdb, std::string_view key);

}  // namespace engine
