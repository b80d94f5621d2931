#include "web/request_selection_pages.h"

#include "base/bytes.h"
#include "base/format.h"
#include "web/access.h"
#include "web/confirmation.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::size_t kMaxOwnLists = 50;

SelectionSources SourcesOf(const SeenRequest& seen, const std::vector<OwnList>& lists) {
  // The purpose has a code from the first day on; the act is the nearest that the request says.
  const std::string& act = seen.document.proposal.act;
  return {.schema = &*seen.schema,
          .policy = seen.document.policy ? &*seen.document.policy : nullptr,
          .lists = &lists,
          .dataset = seen.request.dataset,
          .owner_name = ShownText(seen.request.owner.name),
          .own_id = seen.visitor.principal->id.Text(),
          .first_purpose = act.empty() ? "stated-purpose" : act};
}

// The control in whose place the domain's error stands; the button where there is none.
std::string ControlAt(std::string_view pointer, const agreements::Policy& policy,
                      const catalogue::Schema& schema) {
  const auto parts = base::Split(pointer, '/', 6);
  if (parts.size() > 3 && parts[1] == "policy" && parts[2] == "columns") {
    const auto place = base::ParseDecimal(parts[3]);
    for (std::size_t i = 0; place && *place < policy.columns.size() && i < schema.columns.size();
         ++i) {
      if (schema.columns[i].name != policy.columns[*place].name) continue;
      const bool is_bands = parts.size() > 4 && parts[4] == "bands";
      return Format("{}-{}", is_bands ? "b" : "t", i);
    }
  }
  if (parts.size() > 4 && parts[2] == "condition" && parts[3] == "conditions") {
    const auto place = base::ParseDecimal(parts[4]);
    if (place) return Format("c{}-value", *place);
  }
  if (parts.size() > 2 && parts[2] == "member_of") return "list";
  return "save";
}

}  // namespace

void RequestSelectionPages::AddTo(std::vector<Route>& routes) {
  routes.push_back({http::Method::kGet, "/requests/*/data",
                    [this](const http::Request& request, const PathParts& parts) {
                      return ShowData(request, parts);
                    }});
  routes.push_back({http::Method::kPost, "/requests/*/data",
                    [this](const http::Request& request, const PathParts& parts) {
                      return SaveData(request, parts);
                    }});
}

base::Result<std::vector<OwnList>> RequestSelectionPages::OwnLists(const SeenRequest& seen) {
  std::vector<OwnList> lists;
  const auto own = TRY(desk_.catalogue().ListDatasets(seen.visitor.principal,
                                                      {.own_only = true, .limit = kMaxOwnLists}));
  for (const auto& dataset : own.datasets) {
    if (!dataset.latest) continue;
    auto version = TRY(
        desk_.catalogue().FindVersion(seen.visitor.principal, dataset.id, dataset.latest->number));
    lists.push_back({.slug = dataset.slug,
                     .title = dataset.title,
                     .rows = dataset.latest->rows,
                     .key = version.key,
                     .schema = std::move(version.schema)});
  }
  return lists;
}

http::Response RequestSelectionPages::ShowPage(const SeenRequest& seen, const Selection& choices,
                                               const std::vector<SelectionError>& errors,
                                               const SelectionSources& sources,
                                               const std::string& revision, int status) {
  const Texts& texts = desk_.texts();
  Page page{"request_data", texts.Get("data.title")};
  page.status = status;
  page.has_error = !errors.empty();
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  page.view = SelectionView(choices, errors, sources, seen, desk_.law(), texts);
  page.view.emplace_back("form_token", seen.visitor.FormToken());
  page.view.emplace_back("revision", revision);
  return desk_.Show(page, seen.visitor);
}

RequestSelectionPages::Handled RequestSelectionPages::ShowData(const http::Request& request,
                                                               const PathParts& parts) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  if (!seen.schema) return NothingHere();
  const auto lists = TRY(OwnLists(seen));
  const SelectionSources sources = SourcesOf(seen, lists);
  return ShowPage(seen, SelectionOf(sources), {}, sources, seen.Revision(), 200);
}

RequestSelectionPages::Handled RequestSelectionPages::SaveData(const http::Request& request,
                                                               const PathParts& parts) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, seen.visitor, kSelectionForm));
  if (!seen.schema) return NothingHere();
  const auto lists = TRY(OwnLists(seen));
  const SelectionSources sources = SourcesOf(seen, lists);
  const Selection choices = ReadSelection(form, sources);
  const std::uint64_t revision = TRY(RevisionOf(form));
  std::string shown_revision = Format("{}", revision);
  // Adding and removing a condition saves nothing.
  if (form.Raw("action") == "add" || !form.Raw("remove").empty()) {
    return ShowPage(seen, choices, {}, sources, shown_revision, 200);
  }
  const Texts& texts = desk_.texts();
  std::vector<SelectionError> errors;
  const agreements::Policy policy = PolicyOf(choices, sources, texts, errors);
  if (!errors.empty()) return ShowPage(seen, choices, errors, sources, shown_revision, 422);
  const auto saved =
      SaveAndCheck(desk_, seen, revision,
                   WithValue(seen.request.document, "/policy", agreements::PolicyJson(policy)));
  if (saved) return SeeOther(form.Raw("action") == "check" ? seen.Url("data") : seen.Url());
  const base::Error& error = saved.error();
  if (error.code == ErrorCode::kStale) {
    errors.push_back({"save", StaleWords(seen, texts)});
    return ShowPage(seen, choices, errors, sources, seen.Revision(), 409);
  }
  if (error.code != ErrorCode::kInvalid && error.code != ErrorCode::kTooLarge &&
      error.code != ErrorCode::kConflict) {
    return base::Fail(error);
  }
  errors.push_back(
      {ControlAt(error.where, policy, *seen.schema), Format("{}. {}", error.what, error.Remedy())});
  return ShowPage(seen, choices, errors, sources, shown_revision,
                  error.code == ErrorCode::kConflict ? 409 : 422);
}

}  // namespace web
