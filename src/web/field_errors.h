// What is wrong with a form that a page lays out by itself: a sentence at each field, and all of
// them in the summary above (GOV.UK error summary). Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace web {

struct FieldError {
  std::string field;  // the id that the summary leads to
  std::string words;
};
using FieldErrors = std::vector<FieldError>;

// The sentence at this field; null when there is none.
base::Json ErrorAt(const FieldErrors& errors, std::string_view field);
// What the template `error_summary` needs; null when there are none.
base::Json SummaryOf(const FieldErrors& errors);
// What the domain said, as a sentence with its remedy.
std::string SentenceOf(const base::Error& error);

// Whether whoever sent a form can do something about this error: it is shown at the form. Of the
// rest, such as a disk that fails, the page of the error itself tells.
bool IsAboutForm(base::ErrorCode code);

}  // namespace web
