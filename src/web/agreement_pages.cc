#include "web/agreement_pages.h"

#include <algorithm>

#include "base/format.h"
#include "web/agreement_view.h"
#include "web/agreement_words.h"
#include "web/confirmation.h"
#include "web/policy_words.h"
#include "web/query_pages.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using base::Format;
using base::Json;
using http::Method;

constexpr std::size_t kShownUses = 10;

Json LinkJson(const std::string& url, const std::string& words) {
  return Json::Object({{"act_url", url}, {"words", words}});
}

// The last event that stopped or paused it; nothing where data may flow or never did.
const agreements::HistoryEvent* StopOf(const Agreement& agreement) {
  const bool is_stopped = agreement.state == AgreementState::kRevoked ||
                          agreement.state == AgreementState::kClosed ||
                          agreement.state == AgreementState::kSuspended;
  if (!is_stopped || agreement.history.empty()) return nullptr;
  return &agreement.history.back();
}

Json UnseenJson(const agreements::Policy& policy, const catalogue::Schema& schema,
                const Texts& texts) {
  const std::string unseen = UnseenWords(policy, schema, texts);
  return unseen.empty() ? Json() : Json::Repaired(unseen);
}

std::string UseWords(std::uint64_t uses, const Texts& texts) {
  return texts.Get(uses == 1 ? "agreement.one_use" : "agreement.uses",
                   {{"count", NumberText(uses)}});
}

// Of the entry that says it was approved; null while that is not there yet.
Json ProofUrl(const Agreement& agreement) {
  const auto approved =
      std::ranges::find(agreement.history, "approve", &agreements::HistoryEvent::event);
  const bool has_proof = approved != agreement.history.end() && approved->leaf_index.has_value();
  return has_proof ? Json(Format("/register-log/{}", *approved->leaf_index)) : Json();
}

}  // namespace

void AgreementPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {Method::kGet, "/agreements/*", [this](const http::Request& request, const PathParts& parts) {
         return ShowAgreement(request, parts[0]);
       }});
}

// The words beside the log, for each event in turn; a text that was removed says so.
base::Result<std::vector<std::string>> AgreementPages::WordsOf(const Agreement& agreement) {
  std::vector<std::string> words;
  for (const auto& event : agreement.history) {
    words.emplace_back();
    if (!event.words) continue;
    const auto text = TRY(desk_.agreements().TextOf(*event.words));
    words.back() = text.is_removed ? desk_.texts().Get("agreement.removed") : text.text;
  }
  return words;
}

base::Result<Json> AgreementPages::BannerJson(const Agreement& agreement,
                                              const std::vector<std::string>& words) {
  const auto* const stop = StopOf(agreement);
  if (stop == nullptr) return Json();
  const Texts& texts = desk_.texts();
  std::string key = Format("agreement_banner.{}.{}", stop->event, stop->part);
  if (!texts.Has(key)) key = Format("agreement_banner.{}", stop->event);
  if (!texts.Has(key)) return Json();
  const std::string heading = texts.Get(key, {{"owner", ShownText(agreement.owner.name)},
                                              {"recipient", ShownText(agreement.recipient.name)},
                                              {"hour", HourText(stop->at, texts)}});
  const std::string reason = ReasonWords(stop->reason, texts);
  return Json::Object(
      {{"heading", Json::Repaired(heading)},
       {"reason", reason.empty() ? Json() : Json(reason)},
       {"said", words.back().empty() ? Json() : Json::Repaired(ShownText(words.back()))},
       {"entry", stop->leaf_index ? Json(NumberText(*stop->leaf_index)) : Json()},
       {"entry_url",
        stop->leaf_index ? Json(Format("/register-log/{}", *stop->leaf_index)) : Json()}});
}

base::Result<Json> AgreementPages::LatestJson(const agreements::Gate::Uses& uses, bool is_party) {
  Json::Items rows;
  for (const auto& each : uses.latest) {
    const Entry opened = TRY(ReadEntry(desk_.access_log(), each.opened_index));
    std::optional<Entry> closed;
    if (each.closed_index) closed = TRY(ReadEntry(desk_.access_log(), *each.closed_index));
    rows.push_back(UseJson(opened, closed, is_party, desk_.texts()));
  }
  return Json::Array(std::move(rows));
}

Json AgreementPages::ActsJson(const Visitor& visitor, const Agreement& agreement) {
  const Texts& texts = desk_.texts();
  Json::Items acts;
  if (!visitor.IsSignedIn()) {
    acts.push_back(LinkJson("/sign-in?return=" + UrlOf(agreement), texts.Get("agreement.sign_in")));
    return Json::Array(std::move(acts));
  }
  const identity::Principal& principal = *visitor.principal;
  const bool waits = agreement.state == AgreementState::kAwaitingSignature;
  const bool is_live =
      agreement.state == AgreementState::kActive || agreement.state == AgreementState::kSuspended;
  const bool for_recipient = principal.MayDecideFor(agreement.recipient.id);
  const bool for_owner = principal.MayDecideFor(agreement.owner.id);
  if (waits && for_recipient) {
    acts.push_back(LinkJson(UrlOf(agreement) + "/sign", texts.Get("agreement.sign")));
  }
  const bool manages =
      (is_live && (for_owner || for_recipient)) || (waits && for_owner) ||
      (agreement.state == AgreementState::kActive && principal.AdministersPlatform());
  if (manages) {
    acts.push_back(LinkJson(UrlOf(agreement) + "/manage", texts.Get("agreement.manage")));
  }
  if (IsNamedRecipient(visitor, agreement) && is_live) {
    acts.push_back(LinkJson(UrlOf(agreement) + "/query", texts.Get("agreement.query")));
  }
  return Json::Array(std::move(acts));
}

base::Result<catalogue::Schema> AgreementPages::SchemaOf(const Agreement& agreement) {
  const auto dataset = TRY(desk_.catalogue().RecordOfSlug(agreement.dataset));
  if (!dataset.latest) return catalogue::Schema{};
  return TRY(desk_.catalogue().VersionOf(dataset.id, dataset.latest->number)).schema;
}

// The two bodies hear of an access at once, everybody else once its entry is published.
base::Result<agreements::Gate::Uses> AgreementPages::UsesOf(const Agreement& agreement) {
  const std::uint64_t log_size =
      agreement.is_party ? desk_.access_log().size() : desk_.access_log().published_size();
  return desk_.query().gate.UsesOf(agreement.number, log_size, kShownUses);
}

// The day that the picture of the weeks ends at.
base::CivilDay AgreementPages::LastDayOf(const Agreement& agreement,
                                         const agreements::Gate::Uses& uses, base::CivilDay today) {
  const bool goes_on = agreement.state == AgreementState::kActive || uses.days.empty();
  return goes_on ? today : uses.days.front().day;
}

AgreementPages::Handled AgreementPages::ShowAgreement(const http::Request& request,
                                                      std::string_view number) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const Agreement agreement = TRY(desk_.agreements().Find(visitor.principal, number));
  const auto uses = TRY(UsesOf(agreement));
  const catalogue::Schema schema = TRY(SchemaOf(agreement));
  const auto words = TRY(WordsOf(agreement));
  const base::CivilDay today = TRY(base::LondonDay(desk_.world().clock().Now()));
  const base::CivilDay last = LastDayOf(agreement, uses, today);
  Json acts = ActsJson(visitor, agreement);
  Page page{"agreement", NameOf(agreement)};
  page.section = Section::kAgreements;
  page.crumbs = {{texts.Get("navigation.agreements"), "/agreements"},
                 {agreement.number, UrlOf(agreement)}};
  page.view = {
      {"done", DoneJson(request, texts)},
      {"number", agreement.number},
      {"sentence", agreement.sentence ? Json::Repaired(ShownText(*agreement.sentence))
                                      : Json(texts.Get("agreement.removed"))},
      {"banner", TRY(BannerJson(agreement, words))},
      {"state", StateWords(agreement.state, texts)},
      {"use_count", NumberText(uses.total)},
      {"fields", AgreementFieldsJson(agreement, desk_.law(), texts)},
      {"column_words", ColumnCountWords(agreement.policy, {.schema = &schema}, texts)},
      {"columns", SeenColumnsJson(agreement.policy, schema, texts)},
      {"unseen", UnseenJson(agreement.policy, schema, texts)},
      {"has_list", agreement.policy.member_of.has_value()},
      {"timeline", TimelineJson(agreement, words, today, UseWords(uses.total, texts), texts)},
      {"weeks", WeeksJson(uses.days, last, texts)},
      {"has_uses", !uses.latest.empty()},
      {"latest", TRY(LatestJson(uses, agreement.is_party))},
      {"owner", Json::Repaired(ShownText(agreement.owner.name))},
      {"recipient", Json::Repaired(ShownText(agreement.recipient.name))},
      {"json_url", "/api/v1" + UrlOf(agreement)},
      {"proof_url", ProofUrl(agreement)},
      {"has_acts", !acts.AsArray().empty()},
      {"acts", std::move(acts)}};
  return desk_.Show(page, visitor);
}

}  // namespace web
