// Agreements in words: states, days, laws, and the lines of the register as a file.
//
// Only what everybody may see is written here. Words of strangers are fit for a sentence
// (ShownText) where a page shows them, and as they were written in a file. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "agreements/agreement.h"
#include "agreements/law.h"
#include "base/json.h"
#include "web/texts.h"

namespace web {

std::string UrlOf(const agreements::Agreement& agreement);

// "In force", "Paused", "Stopped"
std::string StateWords(agreements::AgreementState state, const Texts& texts);
// The colour of its tag ("govuk-tag--green").
std::string_view StateColour(agreements::AgreementState state);

// "21 Sep 2026"
std::string ShortDayText(base::CivilDay day, const Texts& texts);
// "20 November 2026, 10 to 11": no finer time of an access is told.
std::string HourText(base::Instant instant, const Texts& texts);

// What one calls an agreement in a list: what it is for, or its number once that text was removed.
std::string NameOf(const agreements::Agreement& agreement);

// "P6Y" as "6 years"; what is no such length stays as it was written.
std::string RetentionWords(std::string_view retention, const Texts& texts);
// "England", "England, Wales"
std::string TerritoryWords(const agreements::RegisterFields& fields, const Texts& texts);

// The register as CSV (RFC 4180) under the names of the register of 2018-19, and as JSON. A line
// ends with CRLF.
std::string RegisterCsvHeader();
std::string RegisterCsvLine(const agreements::Agreement& agreement, const agreements::Law& law);

}  // namespace web
