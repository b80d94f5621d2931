#include "web/agreement_management_view.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using agreements::Part;
using agreements::Reason;
using base::Format;
using base::Json;

constexpr std::uint64_t kGreatestYear = 9'999;

bool Offers(const std::vector<OpenAct>& open, AgreementAct act) {
  return std::ranges::find(open, act, &OpenAct::act) != open.end();
}

std::string ReasonWords(std::string_view code, const Texts& texts) {
  const std::string key = Format("reason_choice.{}", code);
  return texts.Has(key) ? texts.Get(key) : std::string(code);
}

// Whoever did something, as everybody is told: a body, an administrator, the calendar.
std::string ActorWords(const Agreement& agreement, std::string_view part, const Texts& texts) {
  if (part == agreements::CodeOf(Part::kOwnerApprover).view()) {
    return ShownText(agreement.owner.name);
  }
  if (part == agreements::CodeOf(Part::kCountersigner).view()) {
    return ShownText(agreement.recipient.name);
  }
  const bool is_clock = part == agreements::CodeOf(Part::kClock).view();
  return texts.Get(is_clock ? "manage.calendar" : "manage.administrator_did");
}

// As it will stand in the log.
std::string RecordedAs(const Agreement& agreement, Part part, const Texts& texts) {
  if (part == Part::kPlatformAdministrator) return texts.Get("manage.administrator");
  const agreements::Body& body =
      part == Part::kCountersigner ? agreement.recipient : agreement.owner;
  return texts.Get("manage.approver_of", {{"body", ShownText(body.name)}});
}

// The event that brought the agreement into its state.
const agreements::HistoryEvent* EventOfState(const Agreement& agreement) {
  const std::string_view code = agreements::CodeOf(agreement.state).view();
  const auto found = std::find_if(agreement.history.rbegin(), agreement.history.rend(),
                                  [&](const auto& event) { return event.state == code; });
  return found == agreement.history.rend() ? nullptr : &*found;
}

std::string CaptionOf(const Agreement& agreement, const Texts& texts) {
  const std::string title = TextOf(agreement.document, "title");
  return texts.Get("manage.caption",
                   {{"number", agreement.number},
                    {"title", ShownText(title.empty() ? agreement.dataset_title : title)}});
}

std::string BodyWords(const ManagedAgreement& managed, const agreements::Body& body,
                      const Texts& texts) {
  std::string name = ShownText(body.name);
  if (body.slug != managed.reader_organisation) return name;
  return texts.Get("manage.your_organisation", {{"body", name}});
}

std::string UseWords(const ManagedAgreement& managed, const Texts& texts) {
  if (!managed.last_use) return texts.Get("manage.no_use");
  return texts.Get(
      managed.uses == 1 ? "manage.one_use" : "manage.uses",
      {{"count", NumberText(managed.uses)}, {"date", DayText(*managed.last_use, texts)}});
}

Json PausedJson(const Agreement& agreement, const Texts& texts) {
  const auto* const event = EventOfState(agreement);
  if (agreement.state != AgreementState::kSuspended || event == nullptr) return {};
  const std::string who = ActorWords(agreement, event->part, texts);
  const auto& index = event->leaf_index;
  return Json::Object(
      {{"words", Json::Repaired(texts.Get("manage.paused",
                                          {{"who", who}, {"date", DateText(event->at, texts)}}))},
       {"entry", index ? NumberText(*index) : std::string{}},
       {"entry_url", index ? Json(Format("/register-log/{}", *index)) : Json()}});
}

Json ActsJson(const ManagedAgreement& managed, const ManagementChoice& choice, const Texts& texts) {
  Json::Items items;
  for (const OpenAct& open : managed.Open()) {
    const std::string_view name = NameOf(open.act);
    const bool is_waiting = managed.agreement.state == AgreementState::kAwaitingSignature;
    std::string hint = Format("manage.{}_hint", IsForGood(open.act) ? "stop" : name);
    if (is_waiting) hint = "manage.stop_waiting_hint";
    items.push_back(Json::Object(
        {{"id", items.empty() ? std::string("act") : Format("act-{}", items.size() + 1)},
         {"value", name},
         {"words", texts.Get(Format("manage.{}", name))},
         {"act_hint",
          Json::Repaired(texts.Get(hint, {{"owner", ShownText(managed.agreement.owner.name)},
                                          {"last", DayText(managed.agreement.last_day, texts)}}))},
         {"is_chosen", choice.act == name}}));
  }
  return Json::Array(std::move(items));
}

Json ReasonsJson(agreements::ReasonUse use, const std::string& chosen, bool with_other,
                 const Texts& texts) {
  Json::Items items;
  for (const Reason reason : ReasonsFor(use)) {
    const std::string_view code = agreements::CodeOf(reason).view();
    if (reason == Reason::kOther && !with_other) continue;
    items.push_back(Json::Object(
        {{"value", code}, {"words", ReasonWords(code, texts)}, {"is_chosen", chosen == code}}));
  }
  return Json::Array(std::move(items));
}

// Where one may resume and stop, the two lists stand under names of their own.
Json GroupsJson(const ManagedAgreement& managed, const std::string& chosen, const Texts& texts) {
  using agreements::ReasonUse;
  Json::Items groups;
  const auto open = managed.Open();
  const bool resumes = Offers(open, AgreementAct::kResume);
  if (resumes) {
    groups.push_back(
        Json::Object({{"label", texts.Get("manage.for_resuming")},
                      {"reasons", ReasonsJson(ReasonUse::kResume, chosen, false, texts)}}));
  }
  groups.push_back(
      Json::Object({{"label", resumes ? Json(texts.Get("manage.for_stopping")) : Json()},
                    {"reasons", ReasonsJson(ReasonUse::kStop, chosen, !resumes, texts)}}));
  if (resumes) {
    const std::string_view code = agreements::CodeOf(Reason::kOther).view();
    Json::Items other = {Json::Object(
        {{"value", code}, {"words", ReasonWords(code, texts)}, {"is_chosen", chosen == code}})};
    groups.push_back(Json::Object(
        {{"label", texts.Get("manage.for_either")}, {"reasons", Json::Array(std::move(other))}}));
  }
  return Json::Array(std::move(groups));
}

Json ReviewJson(const ManagedAgreement& managed, const ManagementChoice& choice,
                const FieldErrors& errors, const Texts& texts) {
  if (!managed.NeedsReviewDay()) return {};
  return Json::Object({{"review_error", ErrorAt(errors, "review-day")},
                       {"over", DayText(*managed.agreement.review_day, texts)},
                       {"last", DayText(managed.agreement.last_day, texts)},
                       {"day", Json::Repaired(choice.day)},
                       {"month", Json::Repaired(choice.month)},
                       {"year", Json::Repaired(choice.year)}});
}

Json FormOf(const ManagedAgreement& managed, const ManagementChoice& choice,
            const FieldErrors& errors, const std::string& form_token, const Texts& texts) {
  if (managed.Open().empty()) return {};
  return Json::Object({{"action_url", managed.ManageUrl()},
                       {"form_token", form_token},
                       {"seen", managed.Seen()},
                       {"act_error", ErrorAt(errors, "act")},
                       {"acts", ActsJson(managed, choice, texts)},
                       {"code_error", ErrorAt(errors, "code")},
                       {"groups", GroupsJson(managed, choice.code, texts)},
                       {"review", ReviewJson(managed, choice, errors, texts)},
                       {"text_error", ErrorAt(errors, "text")},
                       {"text", Json::Repaired(choice.words)}});
}

// Why there is no form.
Json InsteadJson(const ManagedAgreement& managed, const Texts& texts) {
  if (!managed.Open().empty()) return {};
  const Agreement& agreement = managed.agreement;
  std::string key = "manage.nothing_open";
  if (agreements::IsOver(agreement.state)) key = "manage.over";
  const bool is_asker =
      std::ranges::find(managed.parts, Part::kCountersigner) != managed.parts.end();
  if (key == "manage.nothing_open" && is_asker) {
    if (managed.is_own_edit) key = "manage.own_edit";
    if (agreement.state == AgreementState::kAwaitingSignature) key = "manage.to_be_signed";
  }
  return Json::Repaired(texts.Get(key, {{"recipient", ShownText(agreement.recipient.name)}}));
}

std::string DeletionOf(const Agreement& agreement) {
  return TextOf(MemberOf(agreement.document, "proposal"), "deletion");
}

Json ConsequencesJson(const ManagedAgreement& managed, AgreementAct act, const Texts& texts) {
  const Agreement& agreement = managed.agreement;
  const std::string owner = ShownText(agreement.owner.name);
  const std::string recipient = ShownText(agreement.recipient.name);
  std::vector<std::string> keys;
  if (act == AgreementAct::kResume) {
    keys = {"manage.flows_again", "manage.copy_made_again", "manage.is_public"};
  } else if (agreement.state == AgreementState::kAwaitingSignature) {
    keys = {"manage.cannot_be_signed", "manage.key_goes", "manage.is_public"};
  } else if (act == AgreementAct::kPause) {
    keys = {"manage.cut_off", "manage.copy_goes_for_now", "manage.is_public", "manage.can_resume"};
  } else {
    keys = {"manage.cut_off", "manage.copy_and_key_go", "manage.is_public"};
    if (!DeletionOf(agreement).empty()) keys.emplace_back("manage.deletes");
  }
  Json::Items items;
  for (const std::string& key : keys) {
    items.push_back(
        Json::Repaired(texts.Get(key, {{"owner", owner},
                                       {"recipient", recipient},
                                       {"last", DayText(agreement.last_day, texts)},
                                       {"deletion", ShownText(DeletionOf(agreement))}})));
  }
  return Json::Array(std::move(items));
}

// People write "9" and "09".
std::optional<std::uint64_t> NumberIn(std::string_view text) {
  if (text.size() > 1 && text.starts_with('0')) text.remove_prefix(1);
  return base::ParseDecimal(text);
}

bool IsTooLong(const std::string& words) {
  return base::CountCodePoints(words) > agreements::kMaxWordsCharacters;
}

}  // namespace

// --- an agreement that somebody may act on ------------------------------------------------------

std::vector<OpenAct> ManagedAgreement::Open() const {
  std::vector<Part> may = parts;
  if (is_own_edit) std::erase(may, Part::kCountersigner);
  return OpenActs(agreement.state, may);
}

bool ManagedAgreement::NeedsReviewDay() const {
  return Offers(Open(), AgreementAct::kResume) && agreement.review_day &&
         *agreement.review_day < today;
}

std::string ManagedAgreement::Url() const { return "/agreements/" + agreement.number; }
std::string ManagedAgreement::ManageUrl() const { return Url() + "/manage"; }
std::string ManagedAgreement::Seen() const {
  return Format("{}-{}", agreements::CodeOf(agreement.state).view(),
                agreement.changed.microseconds);
}

// --- what was chosen ----------------------------------------------------------------------------

ManagementChoice ManagementChoiceOf(const Form& form) {
  return {.act = form.Text("act"),
          .code = form.Text("code"),
          .words = form.Text("text"),
          .seen = form.Text("seen"),
          .day = form.Text("review-day"),
          .month = form.Text("review-month"),
          .year = form.Text("review-year")};
}

std::optional<base::CivilDay> ReviewDayOf(const ManagementChoice& choice) {
  const auto day = NumberIn(choice.day);
  const auto month = NumberIn(choice.month);
  const auto year = NumberIn(choice.year);
  if (!day || !month || !year || *year > kGreatestYear) return std::nullopt;
  return base::ParseCivilDay(Format("{:04}-{:02}-{:02}", *year, *month, *day));
}

FieldErrors CheckChoice(const ManagedAgreement& managed, const ManagementChoice& choice,
                        const Texts& texts) {
  FieldErrors errors;
  const auto act = ParseAgreementAct(choice.act);
  const bool is_open = act && Offers(managed.Open(), *act);
  if (!is_open) errors.push_back({"act", texts.Get("manage.act_missing")});
  const auto reason = agreements::ParseReason(choice.code);
  if (!reason) {
    errors.push_back({"code", texts.Get("manage.code_missing")});
  } else if (is_open && !agreements::IsReasonFor(*reason, ReasonUseOf(*act))) {
    errors.push_back({"code", texts.Get("manage.code_of_other_act")});
  }
  if (is_open && *act == AgreementAct::kResume && managed.NeedsReviewDay()) {
    const auto day = ReviewDayOf(choice);
    const bool is_sound = day && *day >= managed.today && *day <= managed.agreement.last_day;
    if (!is_sound) {
      errors.push_back(
          {"review-day", texts.Get("manage.review_wrong",
                                   {{"last", DayText(managed.agreement.last_day, texts)}})});
    }
  }
  if (IsTooLong(choice.words)) errors.push_back({"text", texts.Get("manage.text_too_long")});
  return errors;
}

ChosenAct ChosenOf(const ManagedAgreement& managed, const ManagementChoice& choice) {
  const auto act = ParseAgreementAct(choice.act);
  const auto reason = agreements::ParseReason(choice.code);
  const auto open = managed.Open();
  CHECK(act.has_value() && reason.has_value());  // CheckChoice found nothing wrong
  const auto found = std::ranges::find(open, *act, &OpenAct::act);
  CHECK(found != open.end());
  ChosenAct chosen{.open = *found, .reason = *reason, .words = choice.words, .next_review = {}};
  if (*act == AgreementAct::kResume && managed.NeedsReviewDay()) {
    chosen.next_review = ReviewDayOf(choice);
  }
  return chosen;
}

// --- views --------------------------------------------------------------------------------------

std::string ManagementTitle(const ManagedAgreement& managed, const Texts& texts) {
  const auto open = managed.Open();
  const bool stops = Offers(open, AgreementAct::kStop) || Offers(open, AgreementAct::kClose);
  if (Offers(open, AgreementAct::kPause)) {
    return texts.Get(stops ? "manage.title_pause_or_stop" : "manage.title_pause");
  }
  if (Offers(open, AgreementAct::kResume)) return texts.Get("manage.title_resume_or_stop");
  return texts.Get(stops ? "manage.title_stop" : "manage.title_none");
}

std::string StateSentence(const Agreement& agreement, const Texts& texts) {
  const auto* const event = EventOfState(agreement);
  const base::Instant since = event == nullptr ? agreement.changed : event->at;
  std::string sentence =
      texts.Get(Format("manage.state_{}", agreements::CodeOf(agreement.state).view()),
                {{"date", DateText(since, texts)}});
  if (event == nullptr || event->reason.empty() || agreements::Flows(agreement.state)) {
    return sentence;
  }
  return texts.Get("manage.state_by", {{"state", sentence},
                                       {"who", ActorWords(agreement, event->part, texts)},
                                       {"reason", ReasonWords(event->reason, texts)}});
}

Json::Members ManagementView(const ManagedAgreement& managed, const ManagementChoice& choice,
                             const FieldErrors& errors, const std::string& form_token,
                             const Texts& texts) {
  const Agreement& agreement = managed.agreement;
  const auto open = managed.Open();
  const Part part = open.empty() ? managed.parts.front() : open.front().part;
  const bool may_sign =
      agreement.state == AgreementState::kAwaitingSignature &&
      std::ranges::find(managed.parts, Part::kCountersigner) != managed.parts.end();
  return {{"error_summary", SummaryOf(errors)},
          {"caption", Json::Repaired(CaptionOf(agreement, texts))},
          {"paused", PausedJson(agreement, texts)},
          {"state", Json::Repaired(StateSentence(agreement, texts))},
          {"gives", Json::Repaired(BodyWords(managed, agreement.owner, texts))},
          {"receives", Json::Repaired(BodyWords(managed, agreement.recipient, texts))},
          {"use", UseWords(managed, texts)},
          {"form", FormOf(managed, choice, errors, form_token, texts)},
          {"instead", InsteadJson(managed, texts)},
          {"sign_url", may_sign ? Json(managed.Url() + "/sign") : Json()},
          {"recorded_as", Json::Repaired(RecordedAs(agreement, part, texts))},
          {"owner", Json::Repaired(ShownText(agreement.owner.name))},
          {"recipient", Json::Repaired(ShownText(agreement.recipient.name))},
          {"public_url", managed.Url()}};
}

std::string ConfirmationQuestion(AgreementAct act, const Texts& texts) {
  return texts.Get(Format("manage.{}_question", IsForGood(act) ? "stop" : NameOf(act)));
}

Json::Members ConfirmationView(const ManagedAgreement& managed, const ChosenAct& chosen,
                               const std::string& form_token, const Texts& texts) {
  const Agreement& agreement = managed.agreement;
  const AgreementAct act = chosen.open.act;
  const std::string_view name = NameOf(act);
  const std::string_view code = agreements::CodeOf(chosen.reason).view();
  const auto& review = chosen.next_review;
  const std::string recipient = ShownText(agreement.recipient.name);
  return {{"caption", Json::Repaired(CaptionOf(agreement, texts))},
          {"act_words", texts.Get(Format("manage.{}", name))},
          {"reason", ReasonWords(code, texts)},
          {"words", chosen.words.empty() ? Json() : Json::Repaired(ShownText(chosen.words))},
          {"review_words", review ? Json(DayText(*review, texts)) : Json()},
          {"recorded_as", Json::Repaired(RecordedAs(agreement, chosen.open.part, texts))},
          {"owner", Json::Repaired(ShownText(agreement.owner.name))},
          {"consequences", ConsequencesJson(managed, act, texts)},
          {"undone", IsForGood(act)
                         ? Json::Repaired(texts.Get("manage.ask_again", {{"recipient", recipient}}))
                         : Json()},
          {"action_url", Format("{}/{}", managed.ManageUrl(), name)},
          {"form_token", form_token},
          {"seen", managed.Seen()},
          {"code", code},
          {"text", Json::Repaired(chosen.words)},
          {"review", review ? Json(review->Text()) : Json()},
          {"submit", texts.Get(Format("manage.{}_submit", IsForGood(act) ? "stop" : name))},
          {"is_warning", IsForGood(act)},
          {"back_url", Format("{}?act={}", managed.ManageUrl(), name)},
          {"smaller_url", IsForGood(act) && Offers(managed.Open(), AgreementAct::kPause)
                              ? Json(managed.ManageUrl() + "?act=pause")
                              : Json()}};
}

}  // namespace web
