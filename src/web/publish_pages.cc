#include "web/publish_pages.h"

#include <algorithm>

#include "base/format.h"
#include "http/server.h"
#include "web/access.h"
#include "web/dataset_pages.h"
#include "web/multipart.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;
using catalogue::Dataset;
using catalogue::DatasetVisibility;
using http::Method;

constexpr std::string_view kUploadPath = "/datasets/*/upload";
constexpr std::string_view kDraftPath = "/datasets/*/drafts/*";
constexpr std::size_t kPieceBytes = 1U << 20U;  // that are written at once

// What the file is at fault for, or the dataset's state: shown as a page of its own.
bool IsAboutTheFile(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kTooLarge ||
         code == ErrorCode::kConflict;
}

catalogue::NewDataset NewDatasetOf(const Form& form) {
  return {.short_name = form.Text("short_name"),
          .title = form.Text("title"),
          .description = form.Text("description"),
          .visibility = form.Raw("visibility") == "public" ? DatasetVisibility::kPublic
                                                           : DatasetVisibility::kPrivate,
          .licence = form.Text("licence"),
          .frequency = form.Text("frequency")};
}

}  // namespace

void PublishPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view path, auto handler) {
    routes.push_back({method, std::string(path),
                      [this, handler](const http::Request& request, const PathParts& parts) {
                        return (this->*handler)(request, parts);
                      }});
  };
  const auto add_form = [&](std::string_view path, auto show, auto act) {
    add(Method::kGet, path, show);
    add(Method::kPost, path, act);
  };
  using Pages = PublishPages;
  add_form("/datasets/new", &Pages::ShowNew, &Pages::Create);
  add_form(kUploadPath, &Pages::ShowUpload, &Pages::TakeUpload);
  add_form(kDraftPath, &Pages::ShowCheck, &Pages::Publish);
  add_form("/datasets/*/drafts/*/withdraw", &Pages::ShowWithdraw, &Pages::Withdraw);
  add(Method::kGet, "/datasets/*/published/*", &Pages::ShowPublished);
}

std::uint64_t PublishPages::BodyLimit(Method method, std::string_view path) {
  if (method != Method::kPost) return http::kDefaultBodyBytes;
  if (MatchPath(kUploadPath, path)) return kMaxUploadFormBytes;
  if (MatchPath(kDraftPath, path)) return kPublicationForm.max_bytes;
  return http::kDefaultBodyBytes;
}

// Whoever may not publish for the owner learns nothing, not even that the dataset exists.
base::Result<Dataset> PublishPages::RequireDataset(const Visitor& visitor, std::string_view slug) {
  Dataset dataset = TRY(desk_.catalogue().FindDatasetBySlug(visitor.principal, slug));
  if (!IsPublisherOf(visitor, dataset)) return NothingHere();
  return dataset;
}

base::Result<PublishPages::Target> PublishPages::RequireDraft(const http::Request& request,
                                                              const PathParts& parts) {
  Visitor visitor = TRY(desk_.Authenticate(request));
  Dataset dataset = TRY(RequireDataset(visitor, parts[0]));
  const auto id = catalogue::DraftId::Parse(parts[1]);
  if (!id) return NothingHere();
  catalogue::Draft draft = TRY(desk_.catalogue().FindDraft(*visitor.principal, *id));
  if (draft.dataset != dataset.id) return NothingHere();
  return Target{std::move(visitor), std::move(dataset), std::move(draft)};
}

// --- a new dataset ------------------------------------------------------------------------------

FormPage PublishPages::NewPage() const {
  const Texts& texts = desk_.texts();
  return {.title = texts.Get("new_dataset.title"),
          .intro = texts.Get("new_dataset.intro"),
          .record = texts.Get("new_dataset.record"),
          .back = {texts.Get("navigation.datasets"), "/datasets"},
          .section = Section::kDatasets};
}

FormView PublishPages::NewForm(const Visitor& visitor) const {
  const Texts& texts = desk_.texts();
  FormView form{.action_url = "/datasets/new",
                .form_token = visitor.FormToken(),
                .submit = texts.Get("new_dataset.submit")};
  form.fields = {
      {.name = "title",
       .label = texts.Get("new_dataset.name"),
       .hint = texts.Get("new_dataset.name_hint")},
      {.name = "description",
       .label = texts.Get("new_dataset.description"),
       .hint = texts.Get("new_dataset.description_hint")},
      {.name = "short_name",
       .label = texts.Get("new_dataset.short_name"),
       .hint = texts.Get("new_dataset.short_name_hint")},
      {.kind = Field::Kind::kRadios,
       .name = "visibility",
       .label = texts.Get("check.seen"),
       .hint = texts.Get("new_dataset.visibility_hint"),
       .choices = {{"public", texts.Get("check.everybody"), texts.Get("check.all_hint")},
                   {"private", texts.Get("check.own", {{"owner", visitor.organisation_name}}),
                    texts.Get("check.own_hint")}}},
      {.name = "frequency",
       .label = texts.Get("new_dataset.frequency"),
       .hint = texts.Get("new_dataset.frequency_hint")},
      {.name = "licence",
       .label = texts.Get("new_dataset.licence"),
       .hint = texts.Get("new_dataset.licence_hint")}};
  return form;
}

PublishPages::Handled PublishPages::ShowNew(const http::Request& request,
                                            const PathParts& /*parts*/) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  if (!IsPublisher(visitor)) return NothingHere();
  return ShowFormPage(desk_, visitor, NewPage(), NewForm(visitor));
}

PublishPages::Handled PublishPages::Create(const http::Request& request,
                                           const PathParts& /*parts*/) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  if (!IsPublisher(visitor)) return NothingHere();
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  FormView view = NewForm(visitor);
  for (Field& field : view.fields) {
    field.value = form.Text(field.name);
    for (Choice& choice : field.choices) choice.is_chosen = choice.value == field.value;
  }
  // Nothing is chosen beforehand, so that nobody publishes the existence of something by haste.
  if (form.Raw("visibility").empty()) {
    view.SetError("visibility", desk_.texts().Get("check.seen_missing"));
    return ShowFormPage(desk_, visitor, NewPage(), view, 422);
  }
  const auto made = desk_.catalogue().CreateDataset(*visitor.principal, NewDatasetOf(form));
  if (made) return SeeOther(UrlOf(*made) + "/upload?done=dataset");
  return ShowRefusedForm(desk_, visitor, NewPage(), std::move(view), made.error());
}

// --- a file -------------------------------------------------------------------------------------

http::Response PublishPages::ShowUploadPage(const http::Request& request, const Visitor& visitor,
                                            const Dataset& dataset, const std::string& error) {
  const Texts& texts = desk_.texts();
  Page page{"upload", texts.Get("upload.title")};
  page.section = Section::kDatasets;
  page.status = error.empty() ? 200 : 422;
  page.has_error = !error.empty();
  page.back = {{ShownText(dataset.title), UrlOf(dataset)}};
  Json summary;
  if (!error.empty()) {
    Json::Items errors = {Json::Object({{"url", "#file"}, {"words", error}})};
    summary = Json::Object({{"errors", Json::Array(std::move(errors))}});
  }
  page.view = {{"done", DoneJson(request, texts)},
               {"error_summary", std::move(summary)},
               {"file_error", error.empty() ? Json() : Json(error)},
               {"dataset", Json::Repaired(ShownText(dataset.title))},
               {"is_new", !dataset.latest},
               {"limit", BytesText(kMaxUploadFormBytes)},
               {"upload_url", UrlOf(dataset) + "/upload"},
               {"form_token", visitor.FormToken()}};
  return desk_.Show(page, visitor);
}

http::Response PublishPages::ShowRefusedFile(const Visitor& visitor, const Dataset& dataset,
                                             const base::Error& error) {
  const Texts& texts = desk_.texts();
  Page page{"upload_refused", texts.Get("upload_refused.title")};
  page.section = Section::kDatasets;
  page.status = base::RowOf(error.code).http_status;
  page.has_error = true;
  page.back = {{ShownText(dataset.title), UrlOf(dataset)}};
  page.view = {{"what", Json::Repaired(error.what)},
               {"where", error.where.empty() ? Json() : Json::Repaired(ShownText(error.where))},
               {"remedy", Json::Repaired(error.Remedy())},
               {"upload_url", UrlOf(dataset) + "/upload"}};
  return desk_.Show(page, visitor);
}

PublishPages::Handled PublishPages::ShowUpload(const http::Request& request,
                                               const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Dataset dataset = TRY(RequireDataset(visitor, parts[0]));
  return ShowUploadPage(request, visitor, dataset, {});
}

PublishPages::Handled PublishPages::TakeUpload(const http::Request& request,
                                               const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Dataset dataset = TRY(RequireDataset(visitor, parts[0]));
  const Upload sent = TRY(desk_.AcceptUpload(request, visitor));
  if (!sent.is_named) {
    return ShowUploadPage(request, visitor, dataset, desk_.texts().Get("upload.missing"));
  }
  const auto take = [&]() -> base::Result<catalogue::Draft> {
    auto upload = TRY(desk_.catalogue().BeginUpload(*visitor.principal, dataset.id));
    for (std::size_t i = 0; i < sent.bytes.size(); i += kPieceBytes) {
      TRY(upload->Append(sent.bytes.substr(i, kPieceBytes)));
    }
    return desk_.catalogue().FinishUpload(*visitor.principal, std::move(upload));
  };
  const auto draft = take();
  if (draft) return SeeOther(UrlOf(dataset, draft->summary.id));
  if (!IsAboutTheFile(draft.error().code)) return base::Fail(draft.error());
  return ShowRefusedFile(visitor, dataset, draft.error());
}

// --- taking a draft away ------------------------------------------------------------------------

PublishPages::Handled PublishPages::ShowWithdraw(const http::Request& request,
                                                 const PathParts& parts) {
  const Target target = TRY(RequireDraft(request, parts));
  if (target.draft.summary.published_version) return NothingHere();
  const Texts& texts = desk_.texts();
  const std::string url = UrlOf(target.dataset, target.draft.summary.id);
  return ShowConfirmation(
      desk_, target.visitor,
      {.question =
           texts.Get("withdraw_draft.question", {{"dataset", ShownText(target.dataset.title)}}),
       .consequences = {texts.Get("withdraw_draft.first"), texts.Get("withdraw_draft.second")},
       .submit = texts.Get("withdraw_draft.submit"),
       .action_url = url + "/withdraw",
       .back = {texts.Get("check.title"), url},
       .section = Section::kDatasets});
}

PublishPages::Handled PublishPages::Withdraw(const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireDraft(request, parts));
  static_cast<void>(TRY(desk_.AcceptForm(request, target.visitor)));
  TRY(desk_.catalogue().WithdrawDraft(*target.visitor.principal, target.draft.summary.id));
  return SeeOther(UrlOf(target.dataset) + "?done=draft-withdrawn");
}

}  // namespace web
