// What the page of the one who decides on a request shows, beside the rehearsal (rehearsal_view.h).
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agreements/law.h"
#include "agreements/request_document.h"
#include "agreements/requests.h"
#include "base/json.h"
#include "base/time.h"
#include "web/field_errors.h"
#include "web/form.h"
#include "web/rehearsal_view.h"
#include "web/request_view.h"
#include "web/texts.h"

namespace web {

// A request before whoever decides on it, and what was looked up for the page.
struct RequestToDecide {
  agreements::Request request;
  agreements::RequestDocument document;
  base::Json verdict;        // of now while it is open; else the one that it was decided with
  catalogue::Schema schema;  // of the newest version of the data
  std::uint64_t latest = 0;  // its number
  std::string area_code;     // of the asker
  bool took_part = false;    // the reader edited it, or belongs to the asker
  base::Instant now;

  [[nodiscard]] std::string Url() const;  // of this page
  [[nodiscard]] RehearsedRequest Rehearsed() const { return {request.number, request.revision}; }
  [[nodiscard]] RequestSources Sources(const agreements::Law& law) const;
};

// What was chosen, as the form brought it.
struct DecisionChoice {
  std::string decision;  // "approve", "return", "reject"
  std::string code;      // of a rejection
  std::string words;
  bool is_declared = false;
  std::string revision;
  CarriedRehearsal rehearsal;
};

DecisionChoice DecisionChoiceOf(const Form& form);
// What is wrong with a choice; nothing when it is sound.
FieldErrors CheckDecision(const DecisionChoice& choice, const Texts& texts);
// Whether the request has just been decided like this with the same words, as by a second click.
// `published` are the words beside the log of the last thing that happened, if there are any.
bool IsDecidedLike(const agreements::Request& request, const DecisionChoice& choice,
                   const std::optional<std::string>& published);

// The rows of the template `conditions`: each `name`, `text` and `keeper`.
base::Json ConditionsJson(const agreements::RequestDocument& document,
                          const RequestSources& sources, const Texts& texts);

// All but the rehearsal and what the page itself is.
base::Json::Members DecisionView(const RequestToDecide& target, const DecisionChoice& choice,
                                 const FieldErrors& errors, const agreements::Law& law,
                                 const Texts& texts);

}  // namespace web
