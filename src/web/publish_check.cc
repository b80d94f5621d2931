// The page that checks a draft and publishes it, and the page after that.
#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "web/access.h"
#include "web/dataset_pages.h"
#include "web/draft_view.h"
#include "web/publish_pages.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;
using catalogue::Dataset;

std::string PublishedUrl(const Dataset& dataset, std::uint64_t version) {
  return Format("{}/published/{}", UrlOf(dataset), version);
}

// What the publisher can mend on the page, or by trying again.
bool IsAboutThePublication(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kTooLarge ||
         code == ErrorCode::kConflict || code == ErrorCode::kBusy;
}

ChoiceError ErrorOf(const base::Error& error) {
  return {"publish", error.where.empty() ? Format("{}. {}", error.what, error.Remedy())
                                         : Format("{} ({}). {}", error.what, ShownText(error.where),
                                                  error.Remedy())};
}

}  // namespace

base::Result<std::optional<catalogue::DatasetKey>> PublishPages::PreviousKey(const Target& target) {
  if (!target.draft.previous_version) return std::optional<catalogue::DatasetKey>{};
  return TRY(desk_.catalogue().FindVersion(target.visitor.principal, target.dataset.id,
                                           *target.draft.previous_version))
      .key;
}

http::Response PublishPages::ShowCheckPage(const Target& target, const DraftChoices& choices,
                                           const std::vector<ChoiceError>& errors, int status) {
  const Texts& texts = desk_.texts();
  const Dataset& dataset = target.dataset;
  const std::string url = UrlOf(dataset, target.draft.summary.id);
  Page page{"publish_check", texts.Get("check.title")};
  page.section = Section::kDatasets;
  page.status = status;
  page.has_error = !errors.empty();
  page.back = {{ShownText(dataset.title), UrlOf(dataset)}};
  page.view = DraftView(target.draft, choices, errors, texts);
  page.view.emplace_back("dataset", Json::Repaired(ShownText(dataset.title)));
  page.view.emplace_back("owner", Json::Repaired(ShownText(dataset.organisation_name)));
  page.view.emplace_back("form_token", target.visitor.FormToken());
  page.view.emplace_back("check_url", url);
  page.view.emplace_back("withdraw_url", url + "/withdraw");
  page.view.emplace_back("expires", DateText(target.draft.summary.expires, texts));
  page.view.emplace_back("is_private",
                         dataset.visibility == catalogue::DatasetVisibility::kPrivate);
  return desk_.Show(page, target.visitor);
}

PublishPages::Handled PublishPages::ShowCheck(const http::Request& request,
                                              const PathParts& parts) {
  const Target target = TRY(RequireDraft(request, parts));
  if (const auto version = target.draft.summary.published_version) {
    return SeeOther(PublishedUrl(target.dataset, *version));
  }
  DraftChoices choices = ProposedChoices(target.draft, TRY(PreviousKey(target)));
  if (!target.draft.previous_version) choices.visibility = target.dataset.visibility;
  return ShowCheckPage(target, choices, {}, 200);
}

// Who may know is part of the record, and set before the version is made: a publication that fails
// afterwards has shown nothing, since a dataset without a version is its own body's.
base::Result<std::uint64_t> PublishPages::PublishChosen(const Target& target,
                                                        const DraftChoices& choices) {
  const auto& actor = *target.visitor.principal;
  const Dataset& dataset = target.dataset;
  if (choices.visibility && !dataset.latest && *choices.visibility != dataset.visibility) {
    static_cast<void>(TRY(desk_.catalogue().EditDataset(actor, dataset.id, dataset.revision,
                                                        {.visibility = choices.visibility})));
  }
  return TRY(desk_.catalogue().Publish(actor, target.draft.summary.id,
                                       ConfirmationOf(target.draft, choices)))
      .summary.number;
}

PublishPages::Handled PublishPages::Publish(const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireDraft(request, parts));
  const Form form = TRY(desk_.AcceptForm(request, target.visitor, kPublicationForm));
  if (const auto version = target.draft.summary.published_version) {
    return SeeOther(PublishedUrl(target.dataset, *version));
  }
  const DraftChoices choices = TRY(ReadChoices(form, target.draft));
  auto errors = MissingChoices(target.draft, choices, desk_.texts());
  if (!errors.empty()) return ShowCheckPage(target, choices, errors, 422);
  const auto published = PublishChosen(target, choices);
  if (published) return SeeOther(PublishedUrl(target.dataset, *published));
  const base::Error& error = published.error();
  if (!IsAboutThePublication(error.code)) return base::Fail(error);
  // Another version came in between: the draft is compared with that one now, as the page says.
  DraftChoices shown = choices;
  shown.previous_version = target.draft.previous_version.value_or(0);
  return ShowCheckPage(target, shown, {ErrorOf(error)}, base::RowOf(error.code).http_status);
}

PublishPages::Handled PublishPages::ShowPublished(const http::Request& request,
                                                  const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Dataset dataset = TRY(RequireDataset(visitor, parts[0]));
  const auto number = base::ParseDecimal(parts[1]);
  if (!number || *number == 0 || *number > catalogue::kMaxVersions) return NothingHere();
  const auto version =
      TRY(desk_.catalogue().FindVersion(visitor.principal, dataset.id, *number)).summary;
  const Texts& texts = desk_.texts();
  Page page{"published", texts.Get("published.title", {{"number", NumberText(version.number)}})};
  page.section = Section::kDatasets;
  page.view = {{"dataset", Json::Repaired(ShownText(dataset.title))},
               {"dataset_url", UrlOf(dataset)},
               {"rows", NumberText(version.rows)},
               {"columns", NumberText(version.columns)},
               {"digest", version.data_digest.Hex()},
               {"entry", NumberText(version.leaf_index)},
               {"entry_url", Format("/register-log/{}", version.leaf_index)},
               {"is_private", dataset.visibility == catalogue::DatasetVisibility::kPrivate}};
  return desk_.Show(page, visitor);
}

}  // namespace web
