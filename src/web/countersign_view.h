// What the page shows on which an approver of the recipient signs an agreement or declines it.
//
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agreements/agreement.h"
#include "agreements/law.h"
#include "agreements/request_document.h"
#include "base/json.h"
#include "base/time.h"
#include "web/field_errors.h"
#include "web/form.h"
#include "web/request_view.h"
#include "web/texts.h"

namespace web {

// An agreement before an approver of its recipient, and what was looked up for the page.
struct AgreementToSign {
  agreements::Agreement agreement;
  agreements::RequestDocument document;
  base::Json verdict;                // of now while it waits; else the one that it was signed with
  catalogue::Schema schema;          // of the newest version of the data
  std::string area_code;             // of the recipient
  std::optional<std::string> words;  // of the owner's approval; nothing once they were removed
  bool is_own_edit = false;          // the reader edited the request
  std::vector<agreements::HistoryEvent> returns;  // by the owner, each with what it asked for
  base::CivilDay today;
  base::CivilDay approved_day;

  [[nodiscard]] std::string Url() const;  // of this page
  // The last day on which it can be signed.
  [[nodiscard]] base::CivilDay LapseDay() const;
  [[nodiscard]] bool MaySign() const;
  [[nodiscard]] RequestSources Sources(const agreements::Law& law) const;
};

// What was chosen, as the form brought it.
struct SignatureChoice {
  std::string decision;  // "sign", "decline"
  std::string code;      // of a declined agreement
  std::string words;
  bool is_declared = false;
};

SignatureChoice SignatureChoiceOf(const Form& form);
// What is wrong with a choice; nothing when it is sound.
FieldErrors CheckSignature(const SignatureChoice& choice, const Texts& texts);
// Whether this is what has just been done, with the same words, as by a second click. `published`
// are the words beside the log of the last thing that happened, if there are any.
bool IsSignedLike(const agreements::Agreement& agreement, const SignatureChoice& choice,
                  const std::optional<std::string>& published);

base::Json::Members CountersignView(const AgreementToSign& target, const SignatureChoice& choice,
                                    const FieldErrors& errors, const agreements::Law& law,
                                    const Texts& texts);

}  // namespace web
