#include "web/countersign_pages.h"

#include <algorithm>

#include "base/format.h"
#include "web/access.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::AgreementState;
using base::Json;
using http::Method;

constexpr int kInvalidStatus = 422;
constexpr int kConflictStatus = 409;

std::string DoneUrl(const AgreementToSign& sign, const SignatureChoice& choice) {
  return base::Format("/agreements/{}?done={}", sign.agreement.number,
                      choice.decision == "sign" ? "signed" : "declined");
}

}  // namespace

void CountersignPages::AddTo(std::vector<Route>& routes) {
  routes.push_back({Method::kGet, "/agreements/*/sign",
                    [this](const http::Request& request, const PathParts& parts) {
                      return ShowSignature(request, parts);
                    }});
  routes.push_back({Method::kPost, "/agreements/*/sign",
                    [this](const http::Request& request, const PathParts& parts) {
                      return Act(request, parts);
                    }});
}

base::Result<std::optional<std::string>> CountersignPages::WordsOf(
    const agreements::Agreement& agreement, std::string_view event) {
  const auto& history = agreement.history;
  const auto found = std::find_if(history.rbegin(), history.rend(),
                                  [&](const auto& each) { return each.event == event; });
  if (found == history.rend() || !found->words) return std::optional<std::string>{};
  const auto text = TRY(desk_.agreements().TextOf(*found->words));
  return text.is_removed ? std::optional<std::string>{} : std::optional(text.text);
}

base::Result<CountersignPages::Target> CountersignPages::RequireTarget(const http::Request& request,
                                                                       const PathParts& parts) {
  Visitor visitor = TRY(desk_.Authenticate(request));
  const identity::Principal& reader = *visitor.principal;
  auto agreement = TRY(desk_.agreements().Find(reader, parts[0]));
  const bool is_approver =
      reader.organisation == agreement.recipient.id && reader.MayDecideFor(agreement.recipient.id);
  if (!is_approver) return NothingHere();
  auto asked = TRY(desk_.requests().Find(reader, agreement.request));
  const auto dataset = TRY(desk_.catalogue().RecordOfSlug(agreement.dataset));
  if (!dataset.latest) return NothingHere();  // one that was agreed on has a version
  auto version = TRY(desk_.catalogue().VersionOf(dataset.id, dataset.latest->number));
  const auto recipient = TRY(desk_.directory().FindOrganisation(agreement.recipient.id));
  Json verdict = agreement.verdict;
  // While it waits, the check runs again: law, schemas and people may have changed since.
  if (agreement.state == AgreementState::kAwaitingSignature) {
    verdict = agreements::VerdictJson(TRY(desk_.requests().Check(reader, agreement.request)));
  }
  auto words =
      TRY(WordsOf(agreement, agreements::CodeOf(agreements::RequestEvent::kApprove).view()));
  std::erase_if(asked.history, [](const agreements::HistoryEvent& each) {
    return each.event != agreements::CodeOf(agreements::RequestEvent::kReturn).view();
  });
  auto document = TRY(agreements::ReadRequestDocument(agreement.document));
  const base::CivilDay approved_day = TRY(base::LondonDay(agreement.approved));
  return Target{.visitor = std::move(visitor),
                .sign = {.agreement = std::move(agreement),
                         .document = std::move(document),
                         .verdict = std::move(verdict),
                         .schema = std::move(version.schema),
                         .area_code = recipient.area_code,
                         .words = std::move(words),
                         .is_own_edit = asked.is_own_edit,
                         .returns = std::move(asked.history),
                         .today = TRY(base::LondonDay(desk_.world().clock().Now())),
                         .approved_day = approved_day}};
}

http::Response CountersignPages::Show(const Target& target, const SignatureChoice& choice,
                                      const FieldErrors& errors, int status) {
  const Texts& texts = desk_.texts();
  Page page{"countersign",
            texts.Get("countersign.title", {{"title", ShownText(target.sign.document.title)}})};
  page.section = Section::kAgreements;
  page.status = status;
  page.has_error = !errors.empty();
  page.back = {{texts.Get("decision.back"), "/requests"}};
  page.view = CountersignView(target.sign, choice, errors, desk_.law(), texts);
  page.view.emplace_back("form_token", target.visitor.FormToken());
  return desk_.Show(page, target.visitor);
}

CountersignPages::Handled CountersignPages::ShowSignature(const http::Request& request,
                                                          const PathParts& parts) {
  return Show(TRY(RequireTarget(request, parts)), {}, {}, 200);
}

CountersignPages::Handled CountersignPages::Act(const http::Request& request,
                                                const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const Form form = TRY(desk_.AcceptForm(request, target.visitor));
  const Texts& texts = desk_.texts();
  const SignatureChoice choice = SignatureChoiceOf(form);
  const agreements::Agreement& agreement = target.sign.agreement;
  if (agreement.state != AgreementState::kAwaitingSignature) {
    const auto words =
        TRY(WordsOf(agreement, agreements::CodeOf(agreements::AgreementEvent::kDecline).view()));
    if (IsSignedLike(agreement, choice, words)) return SeeOther(DoneUrl(target.sign, choice));
    return Show(target, choice, {{"decision", texts.Get("countersign.changed")}}, kConflictStatus);
  }
  if (target.sign.is_own_edit) return Show(target, {}, {}, 403);
  const FieldErrors errors = CheckSignature(choice, texts);
  if (!errors.empty()) return Show(target, choice, errors, kInvalidStatus);
  // The domain checks the rights, the state and the law again, inside its transaction.
  const auto done = Record(target, choice);
  if (done) return SeeOther(*done);
  if (!IsAboutForm(done.error().code)) return base::Fail(done.error());
  return Show(TRY(RequireTarget(request, parts)), choice, {{"decision", SentenceOf(done.error())}},
              base::RowOf(done.error().code).http_status);
}

base::Result<std::string> CountersignPages::Record(const Target& target,
                                                   const SignatureChoice& choice) {
  const identity::Principal& actor = *target.visitor.principal;
  const std::string& number = target.sign.agreement.number;
  if (choice.decision == "sign") {
    TRY(desk_.agreements().Countersign(actor, number));
  } else {
    const auto reason = agreements::ParseReason(choice.code).value_or(agreements::Reason::kOther);
    TRY(desk_.agreements().Decline(actor, number, {reason, choice.words}));
  }
  return DoneUrl(target.sign, choice);
}

}  // namespace web
