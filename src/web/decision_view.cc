#include "web/decision_view.h"

#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"
#include "web/agreement_acts.h"
#include "web/verdict_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::HistoryEvent;
using agreements::Request;
using agreements::RequestDocument;
using agreements::RequestEvent;
using agreements::RequestState;
using base::Format;
using base::Json;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;

// The last thing of this kind that happened.
const HistoryEvent* LastOf(const Request& request, RequestEvent event) {
  const std::string_view code = agreements::CodeOf(event).view();
  const auto found = std::find_if(request.history.rbegin(), request.history.rend(),
                                  [&](const HistoryEvent& each) { return each.event == code; });
  return found == request.history.rend() ? nullptr : &*found;
}

std::string AgeWords(std::int64_t days, const Texts& texts) {
  if (days <= 0) return texts.Get("decision.since_today");
  return texts.Get(days == 1 ? "decision.for_day" : "decision.for_days",
                   {{"count", NumberText(static_cast<std::uint64_t>(days))}});
}

Json WaitingJson(const RequestToDecide& target, const Texts& texts) {
  const Request& request = target.request;
  const HistoryEvent* const sent = LastOf(request, RequestEvent::kSubmit);
  const bool waits =
      request.state == RequestState::kSubmitted || request.state == RequestState::kInReview;
  if (!waits || sent == nullptr) return {};
  const HistoryEvent* const returned = LastOf(request, RequestEvent::kReturn);
  const std::int64_t days = (target.now.microseconds - sent->at.microseconds) / kMicrosecondsPerDay;
  return Json::Repaired(texts.Get(
      returned == nullptr ? "decision.waiting" : "decision.waiting_again",
      {{"age", AgeWords(days, texts)},
       {"owner", ShownText(request.owner.name)},
       {"asker", ShownText(request.asker.name)},
       {"sent", DateText(sent->at, texts)},
       {"returned", returned == nullptr ? std::string{} : DateText(returned->at, texts)}}));
}

// Why there is no form: it is one's own, or it is decided.
Json InsteadJson(const RequestToDecide& target, const Texts& texts) {
  const Request& request = target.request;
  const bool is_open =
      request.state == RequestState::kSubmitted || request.state == RequestState::kInReview;
  std::string key = Format("decision.instead_{}", agreements::CodeOf(request.state).view());
  if (is_open && !target.took_part) return {};
  if (is_open) key = "decision.own_request";
  const HistoryEvent none{};
  const HistoryEvent& last = request.history.empty() ? none : request.history.back();
  const std::string reason = Format("reason_choice.{}", last.reason);
  const bool is_accepted = !request.agreement.empty();
  return Json::Object(
      {{"instead_words",
        Json::Repaired(
            texts.Get(key, {{"asker", ShownText(request.asker.name)},
                            {"owner", ShownText(request.owner.name)},
                            {"date", DateText(last.at, texts)},
                            {"reason", texts.Has(reason) ? texts.Get(reason) : last.reason}}))},
       {"comment", last.comment.empty() ? Json() : Json::Repaired(ShownText(last.comment))},
       {"agreement", request.agreement},
       {"agreement_url", is_accepted ? Json("/agreements/" + request.agreement) : Json()}});
}

Json FormOf(const RequestToDecide& target, const DecisionChoice& choice, const FieldErrors& errors,
            const Texts& texts) {
  if (target.took_part || target.request.state != RequestState::kInReview) return {};
  return Json::Object(
      {{"decision_error", ErrorAt(errors, "decision")},
       {"is_approve", choice.decision == "approve"},
       {"is_return", choice.decision == "return"},
       {"is_reject", choice.decision == "reject"},
       {"code_error", ErrorAt(errors, "code")},
       {"reasons", ReasonChoicesJson(agreements::ReasonUse::kReject, choice.code, texts)},
       {"reason_error", ErrorAt(errors, "reason")},
       {"reason", Json::Repaired(choice.words)},
       {"declare_error", ErrorAt(errors, "declare")},
       {"is_declared", choice.is_declared}});
}

Json ConditionJson(std::string_view key, const std::string& text, const std::string& keeper,
                   const Texts& texts) {
  return Json::Object({{"name", texts.Get(Format("conditions.{}", key))},
                       {"text", Json::Repaired(text)},
                       {"keeper", Json::Repaired(keeper)}});
}

std::string OnwardWords(const agreements::Proposal& proposal, const Texts& texts) {
  std::string words;
  for (const auto& step : proposal.onward) {
    words += (words.empty() ? "" : ", ") + ShownText(step.to);
  }
  if (!words.empty()) return texts.Get("conditions.onward_to", {{"to", words}});
  return texts.Get(proposal.nature.revenue ? "conditions.onward_revenue"
                                           : "conditions.onward_none");
}

}  // namespace

std::string RequestToDecide::Url() const { return Format("/requests/{}/decision", request.number); }

RequestSources RequestToDecide::Sources(const agreements::Law& law) const {
  return {.law = &law,
          .asker_name = request.asker.name,
          .owner_name = request.owner.name,
          .policy = {.schema = &schema,
                     .list_schema = nullptr,
                     .list_title = {},
                     .area_code = area_code,
                     .viewpoint = Viewpoint::kOwner}};
}

DecisionChoice DecisionChoiceOf(const Form& form) {
  return {.decision = form.Text("decision"),
          .code = form.Text("code"),
          .words = form.Text("reason"),
          .is_declared = form.Raw("declare") == "yes",
          .revision = form.Text("revision"),
          .rehearsal = {std::string(form.Raw("rehearsal")), form.Text("seal")}};
}

FieldErrors CheckDecision(const DecisionChoice& choice, const Texts& texts) {
  FieldErrors errors;
  const bool approves = choice.decision == "approve";
  const bool rejects = choice.decision == "reject";
  if (!approves && !rejects && choice.decision != "return") {
    errors.push_back({"decision", texts.Get("decision.missing")});
  }
  const auto reason = agreements::ParseReason(choice.code);
  const bool is_reason = reason && agreements::IsReasonFor(*reason, agreements::ReasonUse::kReject);
  if (rejects && !is_reason) errors.push_back({"code", texts.Get("decision.code_missing")});
  if (choice.words.empty() && (rejects || choice.decision == "return")) {
    errors.push_back(
        {"reason", texts.Get(rejects ? "decision.why_missing" : "decision.what_missing")});
  }
  if (base::CountCodePoints(choice.words) > agreements::kMaxWordsCharacters) {
    errors.push_back({"reason", texts.Get("manage.text_too_long")});
  }
  if (!choice.is_declared) errors.push_back({"declare", texts.Get("decision.declare_missing")});
  return errors;
}

bool IsDecidedLike(const Request& request, const DecisionChoice& choice,
                   const std::optional<std::string>& published) {
  if (request.history.empty() || request.history.back().event != choice.decision) return false;
  const HistoryEvent& last = request.history.back();
  if (choice.decision == "return") return last.comment == choice.words;
  if (choice.decision == "reject" && last.reason != choice.code) return false;
  return published == choice.words;
}

Json ConditionsJson(const RequestDocument& document, const RequestSources& sources,
                    const Texts& texts) {
  const agreements::Proposal& proposal = document.proposal;
  const std::string owner = ShownText(sources.owner_name);
  const std::string asker = ShownText(sources.asker_name);
  const std::string server = texts.Get("conditions.server");
  std::string deletion = texts.Get("conditions.deletion_unsaid");
  if (!proposal.deletion.empty()) deletion = ShownText(proposal.deletion);
  return Json::Array(
      {ConditionJson(
           "purpose",
           texts.Get("conditions.purpose_text", {{"purpose", ShownText(proposal.purpose)}}),
           texts.Get("conditions.server_each"), texts),
       ConditionJson(
           "people",
           texts.Get("conditions.people_text", {{"people", RecipientWords(document, texts)}}),
           server, texts),
       ConditionJson("onward", OnwardWords(proposal, texts), asker, texts),
       ConditionJson("stop",
                     texts.Get("conditions.stop_text", {{"owner", owner}, {"asker", asker}}),
                     server, texts),
       ConditionJson("deletion", deletion, asker, texts),
       ConditionJson("publication", texts.Get("conditions.publication_text"), server, texts)});
}

Json::Members DecisionView(const RequestToDecide& target, const DecisionChoice& choice,
                           const FieldErrors& errors, const agreements::Law& law,
                           const Texts& texts) {
  const Request& request = target.request;
  const RequestSources sources = target.Sources(law);
  const bool is_decided_here = !target.took_part;
  const std::string page_url = "/requests/" + request.number;
  return {{"error_summary", SummaryOf(errors)},
          {"number", request.number},
          {"owner", Json::Repaired(ShownText(request.owner.name))},
          {"asker", Json::Repaired(ShownText(request.asker.name))},
          {"waiting", WaitingJson(target, texts)},
          {"request_url", page_url},
          {"summary_rows", RequestRowsJson(target.document, sources, texts)},
          {"verdict", VerdictView(target.verdict, page_url + "/check", texts)},
          {"conditions", ConditionsJson(target.document, sources, texts)},
          {"decision_url", target.Url()},
          {"revision", Format("{}", request.revision)},
          {"waits_for_taking", is_decided_here && request.state == RequestState::kSubmitted},
          {"may_rehearse", is_decided_here && request.state == RequestState::kInReview},
          {"taking_error", ErrorAt(errors, "decision")},
          {"instead", InsteadJson(target, texts)},
          {"form", FormOf(target, choice, errors, texts)}};
}

}  // namespace web
