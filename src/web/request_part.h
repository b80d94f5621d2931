// The parts of a request that are small forms: why, people, power, protection, dates, security. The
// table in request_part.cc has one row for each question; a question is a place in the request's
// document (docs/formats/request.md), so a form reads and writes that place and nothing else.
//
// What may stand there the document's reader decides; here only days and numbers are read, since
// people write them otherwise than the document does. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/law.h"
#include "base/json.h"
#include "base/time.h"
#include "web/form.h"
#include "web/texts.h"

namespace web {

enum class RequestPart : unsigned char {
  kWhy,
  kPeople,
  kPower,
  kProtection,
  kDates,
  kSecurity,
};
// Codes in addresses and in keys of texts.
inline constexpr std::array<std::string_view, 6> kRequestPartNames = {
    "why", "people", "power", "protection", "dates", "security"};
std::string_view NameOf(RequestPart part);

struct PartSources {
  const agreements::Law* law = nullptr;  // never null
  std::string own_id;                    // of the reader, whom the request may name
};

// The questions of a part with the answers that the document has. Some are asked only under the
// power that the document names.
std::vector<Field> PartFields(RequestPart part, const base::Json& document,
                              const PartSources& sources, const Texts& texts);

struct PartAnswers {
  base::Json document;        // with the answers in their places
  std::vector<Field> fields;  // as they were answered, with what is wrong
  [[nodiscard]] bool IsRight() const;
};
PartAnswers ReadPart(RequestPart part, const Form& form, const base::Json& document,
                     const PartSources& sources, const Texts& texts);

// The name of the field in whose place an error stands ("/proposal/end"); empty: in none of them.
std::string FieldAt(const std::vector<Field>& fields, std::string_view pointer);

enum class PartStatus : unsigned char { kNotStarted, kInProgress, kCompleted, kProblem, kCannot };
// How far a part is by what the document says; a rule that refuses is a problem of its part.
PartStatus StatusOf(RequestPart part, const base::Json& document, const base::Json& verdict);

// "31 03 2026", "31/3/2026" or "2026-03-31"; nothing for a day that does not exist.
std::optional<base::CivilDay> ParseDay(std::string_view text);

// The value in a place of the document ("/proposal/debt/due"); null where there is none.
const base::Json& ValueAt(const base::Json& document, std::string_view pointer);
// The document with another value in that place; nothing (null, or an empty array) takes it away.
base::Json WithValue(const base::Json& document, std::string_view pointer, base::Json value);

}  // namespace web
