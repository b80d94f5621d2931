#include "web/agreement_management_pages.h"

#include <array>

#include "base/bytes.h"
#include "base/format.h"
#include "web/access.h"
#include "web/words.h"

namespace web {
namespace {

using http::Method;

constexpr int kInvalidStatus = 422;
constexpr int kConflictStatus = 409;
constexpr std::size_t kDayParts = 3;

// "/agreements/DSA-2026-0041?done=paused": the public page says what was done.
std::string DoneUrl(const ManagedAgreement& managed, AgreementAct act) {
  constexpr std::array<std::string_view, kAgreementActs.size()> kCodes = {"paused", "resumed",
                                                                          "stopped", "closed"};
  return base::Format("{}?done={}", managed.Url(), kCodes.at(static_cast<std::size_t>(act)));
}

// What the page that asks once more carried along.
ManagementChoice CarriedChoice(const Form& form, std::string_view act) {
  ManagementChoice choice = ManagementChoiceOf(form);
  choice.act = act;
  const std::string review = form.Text("review");
  const auto parts = base::Split(review, '-', kDayParts);
  if (parts.size() == kDayParts) {
    choice.year = parts[0];
    choice.month = parts[1];
    choice.day = parts[2];
  }
  return choice;
}

// The field of the form that an error of the domain is about.
std::string FieldOf(const base::Error& error) {
  if (error.where == "reason") return "code";
  if (error.where == "words") return "text";
  if (error.where == "review_day") return "review-day";
  return "act";
}

}  // namespace

void AgreementManagementPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view path, auto handler) {
    routes.push_back({method, std::string(path),
                      [this, handler](const http::Request& request, const PathParts& parts) {
                        return (this->*handler)(request, parts);
                      }});
  };
  using Pages = AgreementManagementPages;
  add(Method::kGet, "/agreements/*/manage", &Pages::ShowManagement);
  add(Method::kPost, "/agreements/*/manage", &Pages::Choose);
  add(Method::kGet, "/agreements/*/manage/*", &Pages::LeadToChoice);
  add(Method::kPost, "/agreements/*/manage/*", &Pages::Act);
}

// Whoever may act on no agreement of these two bodies learns nothing.
base::Result<AgreementManagementPages::Target> AgreementManagementPages::RequireTarget(
    const http::Request& request, const PathParts& parts) {
  Visitor visitor = TRY(desk_.Authenticate(request));
  ManagedAgreement managed{.agreement = TRY(desk_.agreements().Find(visitor.principal, parts[0])),
                           .parts = {},
                           .is_own_edit = false,
                           .reader_organisation = visitor.principal->organisation_slug,
                           .today = TRY(base::LondonDay(desk_.world().clock().Now())),
                           .uses = 0,
                           .last_use = {}};
  managed.parts = PartsOf(*visitor.principal, managed.agreement);
  if (managed.parts.empty()) return NothingHere();
  if (visitor.principal->organisation == managed.agreement.recipient.id) {
    managed.is_own_edit =
        TRY(desk_.requests().Find(*visitor.principal, managed.agreement.request)).is_own_edit;
  }
  const auto uses = TRY(
      desk_.query().gate.UsesOf(managed.agreement.number, desk_.access_log().published_size(), 1));
  managed.uses = uses.total;
  if (!uses.days.empty()) managed.last_use = uses.days.front().day;
  return Target{std::move(visitor), std::move(managed)};
}

http::Response AgreementManagementPages::ShowForm(const Target& target,
                                                  const ManagementChoice& choice,
                                                  const FieldErrors& errors, int status) {
  const Texts& texts = desk_.texts();
  Page page{"agreement_management", ManagementTitle(target.managed, texts)};
  page.status = status;
  page.has_error = !errors.empty();
  page.section = Section::kAgreements;
  page.back = {{texts.Get("manage.agreement", {{"number", target.managed.agreement.number}}),
                target.managed.Url()}};
  page.view = ManagementView(target.managed, choice, errors, target.visitor.FormToken(), texts);
  return desk_.Show(page, target.visitor);
}

http::Response AgreementManagementPages::ShowConfirmation(const Target& target,
                                                          const ChosenAct& chosen) {
  const Texts& texts = desk_.texts();
  Page page{"agreement_confirmation", ConfirmationQuestion(chosen.open.act, texts)};
  page.section = Section::kAgreements;
  page.back = {{ManagementTitle(target.managed, texts), target.managed.ManageUrl()}};
  page.view = ConfirmationView(target.managed, chosen, target.visitor.FormToken(), texts);
  return desk_.Show(page, target.visitor);
}

AgreementManagementPages::Handled AgreementManagementPages::ShowManagement(
    const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const ManagementChoice choice{.act = std::string(request.Parameter("act").value_or("")),
                                .code = {},
                                .words = {},
                                .seen = {},
                                .day = {},
                                .month = {},
                                .year = {}};
  return ShowForm(target, choice, {}, 200);
}

AgreementManagementPages::Handled AgreementManagementPages::Choose(const http::Request& request,
                                                                   const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const Form form = TRY(desk_.AcceptForm(request, target.visitor));
  const Texts& texts = desk_.texts();
  const ManagementChoice choice = ManagementChoiceOf(form);
  if (choice.seen != target.managed.Seen()) {
    return ShowForm(target, choice, {{"act", texts.Get("manage.changed")}}, kConflictStatus);
  }
  const FieldErrors errors = CheckChoice(target.managed, choice, texts);
  if (!errors.empty()) return ShowForm(target, choice, errors, kInvalidStatus);
  return ShowConfirmation(target, ChosenOf(target.managed, choice));
}

// The page that asks once more is the answer to a choice; whoever comes to its address otherwise
// has none to confirm.
AgreementManagementPages::Handled AgreementManagementPages::LeadToChoice(
    const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const auto act = ParseAgreementAct(parts[1]);
  if (!act) return NothingHere();
  return SeeOther(base::Format("{}?act={}", target.managed.ManageUrl(), NameOf(*act)));
}

AgreementManagementPages::Handled AgreementManagementPages::Act(const http::Request& request,
                                                                const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const auto act = ParseAgreementAct(parts[1]);
  if (!act) return NothingHere();
  const Form form = TRY(desk_.AcceptForm(request, target.visitor));
  const Texts& texts = desk_.texts();
  const ManagementChoice choice = CarriedChoice(form, NameOf(*act));
  if (choice.seen != target.managed.Seen()) {
    if (TRY(IsDoneAlready(target, *act, choice))) return SeeOther(DoneUrl(target.managed, *act));
    return ShowForm(target, choice, {{"act", texts.Get("manage.changed")}}, kConflictStatus);
  }
  const FieldErrors errors = CheckChoice(target.managed, choice, texts);
  if (!errors.empty()) return ShowForm(target, choice, errors, kInvalidStatus);
  // The domain checks the rights and the state again, inside its transaction.
  const auto done = Perform(target, ChosenOf(target.managed, choice));
  if (done) return SeeOther(DoneUrl(target.managed, *act));
  if (!IsAboutForm(done.error().code)) return base::Fail(done.error());
  // What it is now, with what was chosen.
  const Target now = TRY(RequireTarget(request, parts));
  return ShowForm(now, choice, {{FieldOf(done.error()), SentenceOf(done.error())}},
                  base::RowOf(done.error().code).http_status);
}

base::Result<bool> AgreementManagementPages::IsDoneAlready(const Target& target, AgreementAct act,
                                                           const ManagementChoice& choice) {
  const auto& history = target.managed.agreement.history;
  if (history.empty() || !history.back().words) return false;
  const agreements::HistoryEvent& last = history.back();
  if (last.event != agreements::CodeOf(EventOf(act)).view() || last.reason != choice.code) {
    return false;
  }
  const auto text = TRY(desk_.agreements().TextOf(*last.words));
  return !text.is_removed && text.text == choice.words;
}

base::Result<agreements::Agreement> AgreementManagementPages::Perform(const Target& target,
                                                                      const ChosenAct& chosen) {
  agreements::Agreements& agreements = desk_.agreements();
  const identity::Principal& actor = *target.visitor.principal;
  const std::string& number = target.managed.agreement.number;
  const agreements::Decision decision{chosen.reason, chosen.words};
  switch (chosen.open.act) {
    case AgreementAct::kPause:
      return agreements.Suspend(actor, number, decision);
    case AgreementAct::kResume:
      return agreements.Resume(actor, number, decision, chosen.next_review);
    case AgreementAct::kStop:
      return agreements.Revoke(actor, number, decision);
    case AgreementAct::kClose:
      break;
  }
  return agreements.Close(actor, number, decision);
}

}  // namespace web
