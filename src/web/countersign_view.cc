#include "web/countersign_view.h"

#include <algorithm>

#include "agreements/agreements.h"
#include "base/format.h"
#include "base/json_text.h"
#include "web/agreement_acts.h"
#include "web/agreement_management_view.h"
#include "web/verdict_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementEvent;
using agreements::AgreementState;
using base::Format;
using base::Json;

std::string WaitWords(const AgreementToSign& target, const Texts& texts) {
  const std::int64_t days = target.today.days - target.approved_day.days;
  std::string age = texts.Get("decision.since_today");
  if (days > 0) {
    age = texts.Get(days == 1 ? "decision.for_day" : "decision.for_days",
                    {{"count", NumberText(static_cast<std::uint64_t>(days))}});
  }
  return texts.Get("countersign.waits", {{"owner", ShownText(target.agreement.owner.name)},
                                         {"recipient", ShownText(target.agreement.recipient.name)},
                                         {"date", DayText(target.approved_day, texts)},
                                         {"age", age},
                                         {"lapse", DayText(target.LapseDay(), texts)}});
}

Json OwnerWordsJson(const AgreementToSign& target, const Texts& texts) {
  if (!target.words) return Json(texts.Get("countersign.words_removed"));
  if (target.words->empty()) return {};
  return Json::Repaired(texts.Get("countersign.quoted", {{"words", ShownText(*target.words)}}));
}

// What the recipient takes on, one sentence for each.
Json KeepJson(const AgreementToSign& target, const Texts& texts) {
  const agreements::Proposal& proposal = target.document.proposal;
  std::vector<std::string> sentences = {
      texts.Get("countersign.keep_purpose", {{"purpose", ShownText(proposal.purpose)}})};
  std::string onward;
  for (const auto& step : proposal.onward) {
    onward += (onward.empty() ? "" : ", ") + ShownText(step.to);
  }
  if (!onward.empty()) {
    sentences.push_back(texts.Get("countersign.keep_onward", {{"to", onward}}));
  } else {
    sentences.push_back(texts.Get(proposal.nature.revenue ? "countersign.keep_revenue"
                                                          : "countersign.keep_to_itself"));
  }
  sentences.push_back(
      texts.Get("countersign.keep_people", {{"people", RecipientWords(target.document, texts)}}));
  if (!proposal.deletion.empty()) {
    sentences.push_back(
        texts.Get("countersign.keep_deletion", {{"words", ShownText(proposal.deletion)}}));
  }
  if (!proposal.documents.empty()) {
    sentences.push_back(texts.Get("countersign.keep_documents",
                                  {{"owner", ShownText(target.agreement.owner.name)}}));
  }
  Json::Items items;
  for (const std::string& each : sentences) items.push_back(Json::Repaired(each));
  return Json::Array(std::move(items));
}

// What the owner asked to be changed on the way. What the request said before is not kept, so no
// more than this is known of the differences.
Json ReturnsJson(const AgreementToSign& target, const Texts& texts) {
  Json::Items items;
  for (const agreements::HistoryEvent& each : target.returns) {
    items.push_back(Json::Repaired(
        texts.Get("countersign.returned", {{"owner", ShownText(target.agreement.owner.name)},
                                           {"date", DateText(each.at, texts)},
                                           {"words", ShownText(each.comment)}})));
  }
  if (items.empty()) return {};
  return Json::Object({{"returns", Json::Array(std::move(items))}});
}

// Why there is no form.
Json InsteadJson(const AgreementToSign& target, const Texts& texts) {
  const Agreement& agreement = target.agreement;
  if (agreement.state != AgreementState::kAwaitingSignature) {
    return Json::Repaired(StateSentence(agreement, texts) + ".");
  }
  if (target.is_own_edit) {
    return Json::Repaired(
        texts.Get("countersign.own_edit", {{"recipient", ShownText(agreement.recipient.name)}}));
  }
  if (LetsSend(target.verdict)) return {};
  return Json::Repaired(
      texts.Get("countersign.refused", {{"owner", ShownText(agreement.owner.name)}}));
}

std::string SignHint(const AgreementToSign& target, const Texts& texts) {
  if (target.agreement.first_day <= target.today) return texts.Get("countersign.sign_hint");
  return texts.Get("countersign.sign_later_hint",
                   {{"first", DayText(target.agreement.first_day, texts)}});
}

Json FormOf(const AgreementToSign& target, const SignatureChoice& choice, const FieldErrors& errors,
            const Texts& texts) {
  if (!target.MaySign()) return {};
  return Json::Object(
      {{"decision_error", ErrorAt(errors, "decision")},
       {"is_sign", choice.decision == "sign"},
       {"is_decline", choice.decision == "decline"},
       {"sign_hint", SignHint(target, texts)},
       {"code_error", ErrorAt(errors, "code")},
       {"reasons", ReasonChoicesJson(agreements::ReasonUse::kDecline, choice.code, texts)},
       {"reason_error", ErrorAt(errors, "reason")},
       {"reason", Json::Repaired(choice.words)},
       {"declare_error", ErrorAt(errors, "declare")},
       {"is_declared", choice.is_declared}});
}

}  // namespace

std::string AgreementToSign::Url() const { return Format("/agreements/{}/sign", agreement.number); }

base::CivilDay AgreementToSign::LapseDay() const {
  return {approved_day.days + agreements::kDaysToSign};
}

bool AgreementToSign::MaySign() const {
  return agreement.state == AgreementState::kAwaitingSignature && !is_own_edit && LetsSend(verdict);
}

RequestSources AgreementToSign::Sources(const agreements::Law& law) const {
  return {.law = &law,
          .asker_name = agreement.recipient.name,
          .owner_name = agreement.owner.name,
          .policy = {.schema = &schema,
                     .list_schema = nullptr,
                     .list_title = {},
                     .area_code = area_code,
                     .viewpoint = Viewpoint::kRecipient}};
}

SignatureChoice SignatureChoiceOf(const Form& form) {
  return {.decision = form.Text("decision"),
          .code = form.Text("code"),
          .words = form.Text("reason"),
          .is_declared = form.Raw("declare") == "yes"};
}

FieldErrors CheckSignature(const SignatureChoice& choice, const Texts& texts) {
  FieldErrors errors;
  const bool declines = choice.decision == "decline";
  if (!declines && choice.decision != "sign") {
    errors.push_back({"decision", texts.Get("decision.missing")});
  }
  const auto reason = agreements::ParseReason(choice.code);
  const bool is_reason =
      reason && agreements::IsReasonFor(*reason, agreements::ReasonUse::kDecline);
  if (declines && !is_reason) errors.push_back({"code", texts.Get("countersign.code_missing")});
  if (declines && choice.words.empty()) {
    errors.push_back({"reason", texts.Get("countersign.why_missing")});
  }
  if (base::CountCodePoints(choice.words) > agreements::kMaxWordsCharacters) {
    errors.push_back({"reason", texts.Get("manage.text_too_long")});
  }
  if (!choice.is_declared) {
    errors.push_back({"declare", texts.Get("countersign.declare_missing")});
  }
  return errors;
}

bool IsSignedLike(const Agreement& agreement, const SignatureChoice& choice,
                  const std::optional<std::string>& published) {
  if (agreement.history.empty()) return false;
  const agreements::HistoryEvent& last = agreement.history.back();
  if (choice.decision == "sign") {
    return last.event == agreements::CodeOf(AgreementEvent::kCountersign).view();
  }
  return choice.decision == "decline" && last.reason == choice.code &&
         last.event == agreements::CodeOf(AgreementEvent::kDecline).view() &&
         published == choice.words;
}

Json::Members CountersignView(const AgreementToSign& target, const SignatureChoice& choice,
                              const FieldErrors& errors, const agreements::Law& law,
                              const Texts& texts) {
  const Agreement& agreement = target.agreement;
  const bool waits = agreement.state == AgreementState::kAwaitingSignature;
  const std::string request_url = "/requests/" + agreement.request;
  return {{"error_summary", SummaryOf(errors)},
          {"number", agreement.number},
          {"request", agreement.request},
          {"request_url", request_url},
          {"public_url", "/agreements/" + agreement.number},
          {"owner", Json::Repaired(ShownText(agreement.owner.name))},
          {"recipient", Json::Repaired(ShownText(agreement.recipient.name))},
          {"waits", waits ? Json::Repaired(WaitWords(target, texts)) : Json()},
          {"summary_rows", RequestRowsJson(target.document, target.Sources(law), texts)},
          {"owner_words", OwnerWordsJson(target, texts)},
          {"verdict", VerdictView(target.verdict, request_url + "/check", texts)},
          {"may_sign", target.MaySign()},
          {"changed", ReturnsJson(target, texts)},
          {"keep", KeepJson(target, texts)},
          {"instead", InsteadJson(target, texts)},
          {"sign_url", target.Url()},
          {"form", FormOf(target, choice, errors, texts)}};
}

}  // namespace web
