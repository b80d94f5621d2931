// What the pages that pause, resume and stop an agreement show.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agreements/agreement.h"
#include "base/json.h"
#include "base/time.h"
#include "web/agreement_acts.h"
#include "web/field_errors.h"
#include "web/form.h"
#include "web/texts.h"

namespace web {

// An agreement, and what the reader may do with it.
struct ManagedAgreement {
  agreements::Agreement agreement;
  std::vector<agreements::Part> parts;  // of the reader: never empty
  bool is_own_edit = false;         // the reader edited the request, so cannot act for the asker
  std::string reader_organisation;  // slug
  base::CivilDay today;
  std::uint64_t uses = 0;                  // that the public log tells of
  std::optional<base::CivilDay> last_use;  // nothing: none yet

  [[nodiscard]] std::vector<OpenAct> Open() const;
  // The day of the review is over: whoever resumes names the next.
  [[nodiscard]] bool NeedsReviewDay() const;
  [[nodiscard]] std::string Url() const;  // of the public page
  [[nodiscard]] std::string ManageUrl() const;
  // What tells whether it has changed since a form was shown.
  [[nodiscard]] std::string Seen() const;
};

// What the reader chose.
struct ManagementChoice {
  std::string act;
  std::string code;
  std::string words;
  std::string seen;
  std::string day, month, year;  // of the next review, as they were typed
};

ManagementChoice ManagementChoiceOf(const Form& form);
// Nothing for three fields that name no day.
std::optional<base::CivilDay> ReviewDayOf(const ManagementChoice& choice);

// An act that was chosen soundly.
struct ChosenAct {
  OpenAct open;
  agreements::Reason reason = agreements::Reason::kOther;
  std::string words;
  std::optional<base::CivilDay> next_review;
};

// What is wrong with a choice; nothing when it is sound.
FieldErrors CheckChoice(const ManagedAgreement& managed, const ManagementChoice& choice,
                        const Texts& texts);
// Of a choice that CheckChoice found nothing wrong with.
ChosenAct ChosenOf(const ManagedAgreement& managed, const ManagementChoice& choice);

// "Pause or stop this agreement"
std::string ManagementTitle(const ManagedAgreement& managed, const Texts& texts);
// "In force since 21 September 2026"
std::string StateSentence(const agreements::Agreement& agreement, const Texts& texts);

base::Json::Members ManagementView(const ManagedAgreement& managed, const ManagementChoice& choice,
                                   const FieldErrors& errors, const std::string& form_token,
                                   const Texts& texts);

// "Do you want to stop this agreement for good?"
std::string ConfirmationQuestion(AgreementAct act, const Texts& texts);
base::Json::Members ConfirmationView(const ManagedAgreement& managed, const ChosenAct& chosen,
                                     const std::string& form_token, const Texts& texts);

}  // namespace web
