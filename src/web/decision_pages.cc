#include "web/decision_pages.h"

#include "base/bytes.h"
#include "base/format.h"
#include "exchange/rehearsal.h"
#include "web/access.h"
#include "web/confirmation.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::RequestState;
using base::ErrorCode;
using base::Json;
using http::Method;

constexpr int kInvalidStatus = 422;
constexpr int kConflictStatus = 409;

bool IsOpen(RequestState state) {
  return state == RequestState::kSubmitted || state == RequestState::kInReview;
}

std::string AgreementUrl(const std::string& number) {
  return base::Format("/agreements/{}?done=approved", number);
}

// Another revision was seen than there is: a lost race.
int StatusOf(const base::Error& error) {
  return error.code == ErrorCode::kStale ? kConflictStatus : base::RowOf(error.code).http_status;
}

}  // namespace

void DecisionPages::AddTo(std::vector<Route>& routes) {
  routes.push_back({Method::kGet, "/requests/*/decision",
                    [this](const http::Request& request, const PathParts& parts) {
                      return ShowDecision(request, parts);
                    }});
  routes.push_back({Method::kPost, "/requests/*/decision",
                    [this](const http::Request& request, const PathParts& parts) {
                      return Act(request, parts);
                    }});
}

// While it is open the check runs again: law, schemas and people may have changed since.
base::Result<Json> DecisionPages::VerdictOfNow(const Visitor& visitor,
                                               const agreements::Request& request) {
  if (!IsOpen(request.state)) return request.verdict;
  return agreements::VerdictJson(TRY(desk_.requests().Check(*visitor.principal, request.number)));
}

base::Result<DecisionPages::Target> DecisionPages::RequireTarget(const http::Request& request,
                                                                 const PathParts& parts) {
  Visitor visitor = TRY(desk_.Authenticate(request));
  const identity::Principal& reader = *visitor.principal;
  auto found = TRY(desk_.requests().Find(reader, parts[0]));
  if (!reader.MayDecideFor(found.owner.id)) return NothingHere();
  auto document = TRY(agreements::ReadRequestDocument(found.document));
  const auto dataset = TRY(desk_.catalogue().RecordOfSlug(found.dataset));
  if (!document.policy || !dataset.latest) return NothingHere();  // it was never sent
  auto version = TRY(desk_.catalogue().VersionOf(dataset.id, dataset.latest->number));
  Json verdict = TRY(VerdictOfNow(visitor, found));
  const auto asker = TRY(desk_.directory().FindOrganisation(found.asker.id));
  const bool took_part = found.is_own_edit || reader.organisation == found.asker.id;
  return Target{.visitor = std::move(visitor),
                .decide = {.request = std::move(found),
                           .document = std::move(document),
                           .verdict = std::move(verdict),
                           .schema = std::move(version.schema),
                           .latest = dataset.latest->number,
                           .area_code = asker.area_code,
                           .took_part = took_part,
                           .now = desk_.world().clock().Now()}};
}

http::Response DecisionPages::Show(const http::Request& request, const Target& target,
                                   const Shown& shown) {
  const Texts& texts = desk_.texts();
  const RequestToDecide& decide = target.decide;
  Page page{"decision", texts.Get("decision.title", {{"title", ShownText(decide.document.title)}})};
  page.section = Section::kRequests;
  page.status = shown.status;
  page.has_error = !shown.errors.empty();
  page.back = {{texts.Get("decision.back"), "/requests"}};
  page.view = DecisionView(decide, shown.choice, shown.errors, desk_.law(), texts);
  page.view.emplace_back("done", DoneJson(request, texts));
  page.view.emplace_back("form_token", target.visitor.FormToken());
  Json dry_run;
  CarriedRehearsal carried;
  if (shown.rehearsal) {
    const RequestSources sources = decide.Sources(desk_.law());
    dry_run =
        DryRunJson(*shown.rehearsal, *decide.document.policy, sources.policy, decide.latest, texts);
    carried = Sealed(*shown.rehearsal, decide.Rehearsed(), target.visitor.session_secret);
  }
  page.view.emplace_back("dry_run", std::move(dry_run));
  page.view.emplace_back("rehearsal", Json::Repaired(carried.text));
  page.view.emplace_back("seal", carried.seal);
  return desk_.Show(page, target.visitor);
}

DecisionPages::Handled DecisionPages::ShowDecision(const http::Request& request,
                                                   const PathParts& parts) {
  return Show(request, TRY(RequireTarget(request, parts)), {});
}

// The three buttons of the page.
DecisionPages::Handled DecisionPages::Act(const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts));
  const Form form = TRY(desk_.AcceptForm(request, target.visitor));
  const DecisionChoice choice = DecisionChoiceOf(form);
  const std::string action = form.Text("action");
  if (target.decide.took_part) return Show(request, target, {.status = 403});
  if (action == "take") return Take(request, parts, target, choice);
  if (choice.revision != base::Format("{}", target.decide.request.revision)) {
    if (action != "rehearse" && TRY(IsDecidedAlready(target, choice))) {
      const std::string& agreement = target.decide.request.agreement;
      return SeeOther(agreement.empty() ? target.decide.Url() : AgreementUrl(agreement));
    }
    const std::string changed = desk_.texts().Get("decision.changed");
    return Show(request, target,
                {.choice = choice, .errors = {{"decision", changed}}, .status = kConflictStatus});
  }
  if (action == "rehearse") return Rehearse(request, target);
  return Decide(request, parts, target, choice);
}

DecisionPages::Handled DecisionPages::Take(const http::Request& request, const PathParts& parts,
                                           const Target& target, const DecisionChoice& choice) {
  const auto revision = base::ParseDecimal(choice.revision).value_or(0);
  const auto taken =
      desk_.requests().Take(*target.visitor.principal, target.decide.request.number, revision);
  if (taken) return SeeOther(target.decide.Url() + "?done=taken");
  return ShowRefused(request, parts, choice, taken.error());
}

// The answer of a rehearsal is the page itself: nothing of it is kept but its entry.
DecisionPages::Handled DecisionPages::Rehearse(const http::Request& request, const Target& target) {
  if (target.decide.request.state != RequestState::kInReview) {
    const std::string changed = desk_.texts().Get("decision.changed");
    return Show(request, target, {.errors = {{"decision", changed}}, .status = kConflictStatus});
  }
  // RehearseRequest opens the gate before a row is read: it alone decides who may, and puts the
  // rehearsal on record.
  const auto rehearsal = exchange::RehearseRequest(
      {desk_.directory(), desk_.catalogue(), desk_.requests(), desk_.query().gate, desk_.counts()},
      *target.visitor.principal, target.decide.request.number);
  if (rehearsal) return Show(request, target, {.rehearsal = web::Shown(*rehearsal)});
  if (!IsAboutForm(rehearsal.error().code)) return base::Fail(rehearsal.error());
  return Show(request, target,
              {.errors = {{"rehearse", SentenceOf(rehearsal.error())}},
               .status = StatusOf(rehearsal.error())});
}

DecisionPages::Handled DecisionPages::Decide(const http::Request& request, const PathParts& parts,
                                             const Target& target, const DecisionChoice& choice) {
  const FieldErrors errors = CheckDecision(choice, desk_.texts());
  if (!errors.empty()) {
    return Show(request, target,
                {.choice = choice,
                 .errors = errors,
                 .rehearsal = Opened(choice.rehearsal, target.decide.Rehearsed(),
                                     target.visitor.session_secret),
                 .status = kInvalidStatus});
  }
  // The domain checks the rights, the state and the law again, inside its transaction.
  const auto done = Record(target, choice);
  if (done) return SeeOther(*done);
  return ShowRefused(request, parts, choice, done.error());
}

base::Result<std::string> DecisionPages::Record(const Target& target,
                                                const DecisionChoice& choice) {
  const identity::Principal& actor = *target.visitor.principal;
  const agreements::Request& request = target.decide.request;
  if (choice.decision == "approve") {
    const auto agreement =
        TRY(desk_.agreements().Approve(actor, request.number, request.revision, choice.words));
    return AgreementUrl(agreement.number);
  }
  if (choice.decision == "return") {
    TRY(desk_.requests().Return(actor, request.number, request.revision, choice.words));
    return target.decide.Url() + "?done=returned";
  }
  const auto reason = agreements::ParseReason(choice.code).value_or(agreements::Reason::kOther);
  TRY(desk_.requests().Reject(actor, request.number, request.revision, {reason, choice.words}));
  return target.decide.Url() + "?done=rejected";
}

// The request as it is now, with what was chosen.
DecisionPages::Handled DecisionPages::ShowRefused(const http::Request& request,
                                                  const PathParts& parts,
                                                  const DecisionChoice& choice,
                                                  const base::Error& error) {
  if (!IsAboutForm(error.code)) return base::Fail(error);
  const Target now = TRY(RequireTarget(request, parts));
  const bool is_about_words = error.where == "words" || error.where == "comment";
  return Show(
      request, now,
      {.choice = choice,
       .errors = {{is_about_words ? "reason" : "decision", SentenceOf(error)}},
       .rehearsal = Opened(choice.rehearsal, now.decide.Rehearsed(), now.visitor.session_secret),
       .status = StatusOf(error)});
}

base::Result<bool> DecisionPages::IsDecidedAlready(const Target& target,
                                                   const DecisionChoice& choice) {
  const auto& history = target.decide.request.history;
  std::optional<std::string> published;
  if (!history.empty() && history.back().words) {
    const auto text = TRY(desk_.agreements().TextOf(*history.back().words));
    if (!text.is_removed) published = text.text;
  }
  return IsDecidedLike(target.decide.request, choice, published);
}

}  // namespace web
