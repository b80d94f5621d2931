#include "web/request_pages.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "web/access.h"
#include "web/confirmation.h"
#include "web/dataset_pages.h"
#include "web/json_view.h"
#include "web/verdict_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::RequestState;
using base::ErrorCode;
using base::Format;
using base::Json;
using http::Method;

bool IsEditable(RequestState state) {
  return state == RequestState::kDraft || state == RequestState::kReturned;
}

// What the reader may know of a dataset beside the request; nothing where it is absent.
base::Result<void> LookAtDataset(Desk& desk, const Visitor& visitor, std::string_view slug,
                                 std::optional<catalogue::Dataset>& dataset,
                                 std::optional<catalogue::Schema>& schema) {
  auto found = desk.catalogue().FindDatasetBySlug(visitor.principal, slug);
  if (!found) {
    if (found.error().code == ErrorCode::kNotFound) return {};
    return base::Fail(std::move(found).error());
  }
  if (found->latest) {
    schema = TRY(desk.catalogue().FindVersion(visitor.principal, found->id, found->latest->number))
                 .schema;
  }
  dataset = std::move(*found);
  return {};
}

std::string_view StatusKey(PartStatus status) {
  switch (status) {
    case PartStatus::kInProgress:
      return "asking.in_progress";
    case PartStatus::kCompleted:
      return "asking.completed";
    case PartStatus::kProblem:
      return "asking.problem";
    case PartStatus::kCannot:
      return "asking.cannot_start";
    case PartStatus::kNotStarted:
      break;
  }
  return "asking.not_started";
}

std::string_view StatusColour(PartStatus status) {
  if (status == PartStatus::kInProgress) return "govuk-tag--teal";
  if (status == PartStatus::kNotStarted) return "govuk-tag--blue";
  return status == PartStatus::kProblem ? "govuk-tag--red" : "";
}

// One task of the list.
struct Task {
  std::string_view code;
  std::string hint;
  PartStatus status = PartStatus::kNotStarted;
};

Json TaskJson(const Task& task, const SeenRequest& seen, const Texts& texts) {
  const std::string_view colour = StatusColour(task.status);
  return Json::Object(
      {{"task", texts.Get(Format("asking.task.{}", task.code))},
       {"id", Format("task-{}", task.code)},
       {"hint", Json::Repaired(task.hint)},
       {"task_url", task.status == PartStatus::kCannot ? Json() : Json(seen.Url(task.code))},
       {"status", texts.Get(StatusKey(task.status))},
       {"colour", colour.empty() ? Json() : Json(colour)},
       {"is_blocked", task.status == PartStatus::kCannot}});
}

// The short answer that stands under the name of a task.
std::string HintOf(RequestPart part, const SeenRequest& seen, const agreements::Law& law,
                   const Texts& texts) {
  const auto& proposal = seen.document.proposal;
  std::string said;
  if (part == RequestPart::kPeople) said = RecipientWords(seen.document, texts);
  if (part == RequestPart::kPower) said = PowerWords(proposal.power, law);
  if (part == RequestPart::kDates && proposal.start) said = TimeWords(proposal, texts);
  if (part == RequestPart::kSecurity && !proposal.contact.empty()) {
    said = texts.Get("asking.contact", {{"contact", ShownText(proposal.contact)}});
  }
  if (part == RequestPart::kProtection && !proposal.documents.empty()) {
    const std::size_t count = proposal.documents.size();
    said = texts.Get(count == 1 ? "asking.declared.one" : "asking.declared.many",
                     {{"count", NumberText(count)}});
  }
  return said.empty() ? texts.Get(Format("asking.hint.{}", NameOf(part))) : said;
}

std::vector<Task> TasksOf(const SeenRequest& seen, const agreements::Law& law, const Texts& texts) {
  const auto& policy = seen.document.policy;
  Task data{"data", texts.Get("asking.hint.data")};
  if (policy) {
    const RequestSources sources = seen.Sources(law);
    data.hint =
        texts.Get("request.what", {{"columns", ColumnCountWords(*policy, sources.policy, texts)},
                                   {"rows", RowCountWords(*policy, texts)}});
    data.status = PartStatus::kCompleted;
  }
  std::vector<Task> tasks = {std::move(data)};
  for (std::size_t i = 0; i < kRequestPartNames.size(); ++i) {
    const auto part = static_cast<RequestPart>(i);
    tasks.push_back({NameOf(part), HintOf(part, seen, law, texts),
                     StatusOf(part, seen.request.document, seen.request.verdict)});
  }
  const bool is_whole = std::ranges::all_of(
      tasks, [](const Task& task) { return task.status == PartStatus::kCompleted; });
  const bool may_send = is_whole && LetsSend(seen.request.verdict);
  const char* const hint = may_send   ? "asking.hint.submit_ready"
                           : is_whole ? "asking.hint.submit_refused"
                                      : "asking.hint.submit";
  tasks.push_back(
      {"submit", texts.Get(hint), may_send ? PartStatus::kNotStarted : PartStatus::kCannot});
  return tasks;
}

// The four groups of the page, by how many tasks each has.
constexpr std::array<std::size_t, 4> kGroups = {3, 2, 2, 1};

Json GroupsJson(const std::vector<Task>& tasks, const SeenRequest& seen, const Texts& texts) {
  Json::Items groups;
  std::size_t next = 0;
  for (std::size_t i = 0; i < kGroups.size(); ++i) {
    Json::Items items;
    for (std::size_t k = 0; k < kGroups[i]; ++k) {
      items.push_back(TaskJson(tasks[next++], seen, texts));
    }
    groups.push_back(Json::Object({{"group", texts.Get(Format("asking.group.{}", i + 1))},
                                   {"tasks", Json::Array(std::move(items))}}));
  }
  return Json::Array(std::move(groups));
}

Json CommentJson(const agreements::Request& request) {
  if (request.state != RequestState::kReturned) return {};
  const auto found = std::ranges::find(request.history.rbegin(), request.history.rend(), "return",
                                       &agreements::HistoryEvent::event);
  return found == request.history.rend() ? Json() : Json::Repaired(ShownText(found->comment));
}

Json HistoryView(const agreements::Request& request, const Texts& texts) {
  Json::Items rows;
  for (const auto& event : request.history) {
    rows.push_back(Json::Object(
        {{"what", texts.Get(Format("asking.event.{}", event.event))},
         {"when", DateTimeText(event.at, texts)},
         {"comment", event.comment.empty() ? Json() : Json::Repaired(ShownText(event.comment))},
         {"entry_url",
          event.leaf_index ? Json(Format("/register-log/{}", *event.leaf_index)) : Json()}}));
  }
  return Json::Array(std::move(rows));
}

Json ReadOnlyJson(const SeenRequest& seen, const agreements::Law& law, const Texts& texts) {
  const auto& request = seen.request;
  const auto& principal = *seen.visitor.principal;
  const bool decides =
      !seen.is_asker && principal.MayDecideFor(request.owner.id) &&
      (request.state == RequestState::kSubmitted || request.state == RequestState::kInReview);
  const bool waits =
      request.state == RequestState::kDraft || request.state == RequestState::kReturned ||
      request.state == RequestState::kSubmitted || request.state == RequestState::kInReview;
  const bool may_withdraw = seen.is_asker && waits && IsRequester(seen.visitor);
  const std::string key = Format("asking.state.{}", agreements::CodeOf(request.state).view());
  return Json::Object(
      {{"state_sentence",
        Json::Repaired(texts.Get(key, {{"owner", ShownText(request.owner.name)},
                                       {"asker", ShownText(request.asker.name)}}))},
       {"summary_rows", RequestRowsJson(seen.document, seen.Sources(law), texts)},
       {"events", HistoryView(request, texts)},
       {"agreement", request.agreement.empty() ? Json() : Json(request.agreement)},
       {"agreement_url",
        request.agreement.empty() ? Json() : Json("/agreements/" + request.agreement)},
       {"decision_url", decides ? Json(seen.Url("decision")) : Json()},
       {"take_back_url", may_withdraw ? Json(seen.Url("withdraw")) : Json()}});
}

Json EditableJson(const SeenRequest& seen, const agreements::Law& law, const Texts& texts) {
  const auto tasks = TasksOf(seen, law, texts);
  const auto done = static_cast<std::size_t>(std::ranges::count(
      tasks, PartStatus::kCompleted, [](const Task& task) { return task.status; }));
  return Json::Object({{"completed", NumberText(done)},
                       {"parts", NumberText(tasks.size())},
                       {"groups", GroupsJson(tasks, seen, texts)},
                       {"documents_url", seen.Url("documents")},
                       {"withdraw_url", seen.Url("withdraw")}});
}

std::string CheckTitle(const Json& verdict, const Texts& texts) {
  if (verdict.kind() != Json::Kind::kObject) return texts.Get("check_page.none");
  if (!LetsSend(verdict)) return texts.Get("check_page.refused");
  const std::size_t open = CountOf(MemberOf(verdict, "counts"), "advice");
  if (open == 0) return texts.Get("verdict.none_refuses");
  return texts.Get(open == 1 ? "check_page.stronger.one" : "check_page.stronger.many",
                   {{"count", NumberText(open)}});
}

}  // namespace

std::string SeenRequest::Url(std::string_view part) const {
  return part.empty() ? "/requests/" + request.number
                      : Format("/requests/{}/{}", request.number, part);
}

std::string SeenRequest::Revision() const { return Format("{}", request.revision); }

RequestSources SeenRequest::Sources(const agreements::Law& law) const {
  return {.law = &law,
          .asker_name = request.asker.name,
          .owner_name = request.owner.name,
          .policy = {.schema = schema ? &*schema : nullptr,
                     .list_schema = list_schema ? &*list_schema : nullptr,
                     .list_title = list ? list->title : std::string{},
                     .area_code = area_code,
                     .viewpoint = is_asker ? Viewpoint::kRecipient : Viewpoint::kOwner}};
}

bool IsRequester(const Visitor& visitor) {
  return visitor.IsSignedIn() && visitor.principal->scopes.Has(identity::Scope::kRequest) &&
         visitor.principal->Holds(identity::Role::kExplorer, visitor.principal->organisation);
}

base::Result<SeenRequest> LookAtRequest(Desk& desk, const http::Request& request,
                                        std::string_view number) {
  Visitor visitor = TRY(desk.Authenticate(request));
  agreements::Request found = TRY(desk.requests().Find(*visitor.principal, number));
  auto document = TRY(agreements::ReadRequestDocument(found.document));
  SeenRequest seen{.visitor = std::move(visitor),
                   .request = std::move(found),
                   .document = std::move(document),
                   .dataset = {},
                   .schema = {},
                   .list = {},
                   .list_schema = {},
                   .area_code = {}};
  seen.is_asker = seen.visitor.principal->organisation == seen.request.asker.id;
  seen.may_edit = seen.is_asker && IsRequester(seen.visitor) && IsEditable(seen.request.state);
  TRY(LookAtDataset(desk, seen.visitor, seen.request.dataset, seen.dataset, seen.schema));
  if (seen.document.policy && seen.document.policy->member_of) {
    TRY(LookAtDataset(desk, seen.visitor, seen.document.policy->member_of->list, seen.list,
                      seen.list_schema));
  }
  seen.area_code = TRY(desk.directory().FindOrganisation(seen.request.asker.id)).area_code;
  return seen;
}

base::Result<SeenRequest> LookToEdit(Desk& desk, const http::Request& request,
                                     std::string_view number) {
  SeenRequest seen = TRY(LookAtRequest(desk, request, number));
  if (!seen.may_edit) return NothingHere();
  return seen;
}

base::Result<agreements::Request> SaveAndCheck(Desk& desk, const SeenRequest& seen,
                                               std::uint64_t revision, const Json& document) {
  const auto& actor = *seen.visitor.principal;
  agreements::Request saved =
      TRY(desk.requests().Edit(actor, seen.request.number, revision, document));
  // What was saved stays saved when the check cannot be made: the page then offers it.
  const auto verdict = desk.requests().Check(actor, saved.number);
  if (verdict) saved.verdict = agreements::VerdictJson(*verdict);
  return saved;
}

std::string StaleWords(const SeenRequest& seen, const Texts& texts) {
  return texts.Get("asking.stale", {{"time", DateTimeText(seen.request.changed, texts)}});
}

base::Result<std::uint64_t> RevisionOf(const Form& form) {
  const auto revision = base::ParseDecimal(form.Raw("revision"));
  if (revision) return *revision;
  return base::Fail(ErrorCode::kInvalid, "The form is not the one of this request", {},
                    "Go back, load the page anew and send it again.");
}

void RequestPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string path, auto handler) {
    routes.push_back({method, std::move(path),
                      [this, handler](const http::Request& request, const PathParts& parts) {
                        return (this->*handler)(request, parts);
                      }});
  };
  using Pages = RequestPages;
  add(Method::kGet, "/requests", &Pages::ShowList);
  add(Method::kGet, "/requests/*", &Pages::ShowRequest);
  add(Method::kPost, "/datasets/*/request", &Pages::Begin);
  add(Method::kGet, "/requests/*/check", &Pages::ShowCheck);
  add(Method::kPost, "/requests/*/check", &Pages::Check);
  add(Method::kGet, "/requests/*/submit", &Pages::ShowSubmit);
  add(Method::kPost, "/requests/*/submit", &Pages::Submit);
  add(Method::kGet, "/requests/*/withdraw", &Pages::ShowWithdraw);
  add(Method::kPost, "/requests/*/withdraw", &Pages::Withdraw);
  add(Method::kGet, "/requests/*/documents", &Pages::ShowDocuments);
  add(Method::kPost, "/requests/*/documents", &Pages::ChangeDocuments);
  for (std::size_t i = 0; i < kRequestPartNames.size(); ++i) {
    const auto part = static_cast<RequestPart>(i);
    const std::string path = Format("/requests/*/{}", NameOf(part));
    routes.push_back(
        {Method::kGet, path, [this, part](const http::Request& request, const PathParts& parts) {
           return ShowPart(request, parts, part);
         }});
    routes.push_back(
        {Method::kPost, path, [this, part](const http::Request& request, const PathParts& parts) {
           return SavePart(request, parts, part);
         }});
  }
}

// A draft that names the dataset and nothing else; the parts are filled in one by one.
RequestPages::Handled RequestPages::Begin(const http::Request& request, const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  TRY(desk_.AcceptForm(request, visitor));
  const auto dataset = TRY(desk_.catalogue().FindDatasetBySlug(visitor.principal, parts[0]));
  if (!MayAskFor(visitor, dataset)) return NothingHere();
  const Json document = Json::Object({{"format", agreements::kRequestFormat},
                                      {"title", Json::Repaired(dataset.title)},
                                      {"dataset", dataset.slug},
                                      {"proposal", Json::Object({})}});
  const auto made = TRY(desk_.requests().Create(*visitor.principal, document));
  return SeeOther("/requests/" + made.number + "?done=request");
}

RequestPages::Handled RequestPages::ShowRequest(const http::Request& request,
                                                const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  const Texts& texts = desk_.texts();
  const auto& found = seen.request;
  const std::string state = StateWords(found.state, texts);
  Page page{"request", texts.Get("asking.title", {{"dataset", ShownText(found.dataset_title)}})};
  page.section = Section::kRequests;
  page.back = {texts.Get("navigation.requests"), "/requests"};
  page.view = {{"done", DoneJson(request, texts)},
               {"number", found.number},
               {"state", state},
               {"state_colour", StateColour(found.state)},
               {"request_title", Json::Repaired(ShownText(seen.document.title))},
               {"comment", CommentJson(found)},
               {"owner", Json::Repaired(ShownText(found.owner.name))},
               {"asker", Json::Repaired(ShownText(found.asker.name))},
               {"is_asker", seen.is_asker},
               {"editing", seen.may_edit ? EditableJson(seen, desk_.law(), texts) : Json()},
               {"reading", seen.may_edit ? Json() : ReadOnlyJson(seen, desk_.law(), texts)},
               {"verdict", VerdictView(found.verdict, seen.Url("check"), texts)}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::ShowCheck(const http::Request& request,
                                              const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  const Texts& texts = desk_.texts();
  const Json& verdict = seen.request.verdict;
  FormView form{.action_url = seen.Url("check"),
                .form_token = seen.visitor.FormToken(),
                .submit = texts.Get("check_page.submit")};
  form.is_secondary = true;
  const std::size_t rules = RulesChecked(verdict);
  const auto power_url = [&](std::string_view part) {
    return seen.may_edit ? Json(seen.Url(part)) : Json();
  };
  Page page{"request_check", CheckTitle(verdict, texts)};
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  page.view = {{"number", seen.request.number},
               {"owner", Json::Repaired(ShownText(seen.request.owner.name))},
               {"rules_checked", rules == 0 ? Json() : Json(NumberText(rules))},
               {"verdict", VerdictView(verdict, {}, texts)},
               {"summary_rows", RequestRowsJson(seen.document, seen.Sources(desk_.law()), texts)},
               {"form", FormJson(form)},
               {"request_url", seen.Url()},
               {"edit_power_url", power_url("power")},
               {"edit_data_url", power_url("data")},
               {"declare_url", power_url("documents")}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::Check(const http::Request& request, const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  TRY(desk_.AcceptForm(request, seen.visitor));
  TRY(desk_.requests().Check(*seen.visitor.principal, seen.request.number));
  return SeeOther(seen.Url("check"));
}

}  // namespace web
