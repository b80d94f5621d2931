// The answers that questions of a request offer, in words. Pure; any thread.
#pragma once

#include <vector>

#include "agreements/law.h"
#include "base/json.h"
#include "web/form.h"
#include "web/texts.h"

namespace web {

// Where the answers that a question offers come from: lists of the law, and words of proposals.
enum class AnswerWords : unsigned char {
  kNone,
  kPowers,
  kObjectives,
  kActs,
  kBases,
  kConditions,
  kSchedule1,
  kCountries,
  kRoles,
  kRegimes,
  kOwedTo,
  kOffences,
  kLosers,
  kBeneficiaries,
  kNature,
  kScale,
};

// In the order of the law. Acts are those of the power and the objective that the document names.
std::vector<Choice> AnswersOffered(AnswerWords words, const base::Json& document,
                                   const agreements::Law& law, const Texts& texts);

}  // namespace web
