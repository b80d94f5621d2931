// The small form of each part of a request, and the list of documents that are declared.
#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "web/confirmation.h"
#include "web/json_view.h"
#include "web/request_pages.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::string_view kDocuments = "/proposal/documents";

bool IsAboutForm(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kTooLarge ||
         code == ErrorCode::kConflict || code == ErrorCode::kStale;
}

// Values stay; a revision that is older becomes the newest, so that saving again is a choice.
void Refuse(FormView& form, const base::Error& error, const SeenRequest& seen, const Texts& texts) {
  if (error.code == ErrorCode::kStale) {
    form.revision = seen.Revision();
    form.SetError({}, StaleWords(seen, texts));
    return;
  }
  form.SetError(FieldAt(form.fields, error.where), Format("{}. {}", error.what, error.Remedy()));
}

int StatusOf(const base::Error& error) {
  const bool is_race = error.code == ErrorCode::kStale || error.code == ErrorCode::kConflict;
  return is_race ? 409 : 422;
}

FormView PartForm(const SeenRequest& seen, RequestPart part, const Texts& texts) {
  return {.action_url = seen.Url(NameOf(part)),
          .form_token = seen.visitor.FormToken(),
          .submit = texts.Get("asking.save"),
          .revision = seen.Revision()};
}

Json::Items DeclaredOf(const SeenRequest& seen) {
  const Json& declared = ValueAt(seen.request.document, kDocuments);
  return declared.kind() == Json::Kind::kArray ? declared.AsArray() : Json::Items{};
}

}  // namespace

http::Response RequestPages::ShowPartPage(const SeenRequest& seen, RequestPart part,
                                          const FormView& form, int status) {
  const Texts& texts = desk_.texts();
  Page page{"request_part", texts.Get(Format("asking.task.{}", NameOf(part)))};
  page.status = status;
  page.has_error = form.HasErrors();
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  const bool has_documents = part == RequestPart::kProtection || part == RequestPart::kSecurity;
  page.view = {{"number", seen.request.number},
               {"dataset_title", Json::Repaired(ShownText(seen.request.dataset_title))},
               {"intro", texts.Get(Format("asking.intro.{}", NameOf(part)))},
               {"error_summary", ErrorSummaryJson(form)},
               {"form", FormJson(form)},
               {"documents_url", has_documents ? Json(seen.Url("documents")) : Json()}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::ShowPart(const http::Request& request, const PathParts& parts,
                                             RequestPart part) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  // Who uses it is said of a choice of data, which comes first.
  if (part == RequestPart::kPeople && !seen.document.policy) return SeeOther(seen.Url("data"));
  const Texts& texts = desk_.texts();
  FormView form = PartForm(seen, part, texts);
  const PartSources sources{&desk_.law(), seen.visitor.principal->id.Text()};
  form.fields = PartFields(part, seen.request.document, sources, texts);
  return ShowPartPage(seen, part, form, 200);
}

RequestPages::Handled RequestPages::SavePart(const http::Request& request, const PathParts& parts,
                                             RequestPart part) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  const Form sent = TRY(desk_.AcceptForm(request, seen.visitor));
  const Texts& texts = desk_.texts();
  const PartSources sources{&desk_.law(), seen.visitor.principal->id.Text()};
  PartAnswers answers = ReadPart(part, sent, seen.request.document, sources, texts);
  FormView form = PartForm(seen, part, texts);
  form.fields = answers.fields;
  form.revision = Format("{}", TRY(RevisionOf(sent)));
  if (!answers.IsRight()) return ShowPartPage(seen, part, form, 422);
  const auto saved = SaveAndCheck(desk_, seen, TRY(RevisionOf(sent)), answers.document);
  if (!saved) {
    if (!IsAboutForm(saved.error().code)) return base::Fail(saved.error());
    Refuse(form, saved.error(), seen, texts);
    return ShowPartPage(seen, part, form, StatusOf(saved.error()));
  }
  // Another power has questions of its own.
  const bool asks_more =
      part == RequestPart::kPower &&
      PartFields(part, saved->document, sources, texts).size() != answers.fields.size();
  return SeeOther(asks_more ? seen.Url(NameOf(part)) : seen.Url() + "?done=saved");
}

// --- documents ----------------------------------------------------------------------------------

FormView RequestPages::DocumentForm(const SeenRequest& seen) const {
  const Texts& texts = desk_.texts();
  FormView form{.action_url = seen.Url("documents"),
                .form_token = seen.visitor.FormToken(),
                .submit = texts.Get("documents.submit"),
                .revision = seen.Revision()};
  Field kind{.kind = Field::Kind::kSelect, .name = "kind", .label = texts.Get("documents.kind")};
  kind.choices.push_back({"", texts.Get("ask.choose")});
  for (const auto& each : desk_.law().documents) kind.choices.push_back({each.id, each.title});
  form.fields = {
      std::move(kind),
      {.name = "document_title", .label = texts.Get("documents.document_title")},
      {.name = "date", .label = texts.Get("documents.date"), .hint = texts.Get("ask.day_hint")},
      {.name = "held_by",
       .label = texts.Get("documents.held_by"),
       .hint = texts.Get("documents.held_by_hint")},
      {.name = "party",
       .label = texts.Get("documents.party"),
       .hint = texts.Get("documents.party_hint")}};
  return form;
}

http::Response RequestPages::ShowDocumentsPage(const SeenRequest& seen, const FormView& form,
                                               int status) {
  const Texts& texts = desk_.texts();
  Json::Items rows;
  for (std::size_t i = 0; i < seen.document.proposal.documents.size(); ++i) {
    const auto& each = seen.document.proposal.documents[i];
    rows.push_back(Json::Object({{"words", Json::Repaired(DocumentWords(each, desk_.law(), texts))},
                                 {"document_title", Json::Repaired(ShownText(each.title))},
                                 {"place", Format("{}", i)}}));
  }
  Page page{"request_documents", texts.Get("documents.title")};
  page.status = status;
  page.has_error = form.HasErrors();
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  page.view = {{"number", seen.request.number},
               {"dataset_title", Json::Repaired(ShownText(seen.request.dataset_title))},
               {"error_summary", ErrorSummaryJson(form)},
               {"has_documents", !rows.empty()},
               {"documents", Json::Array(std::move(rows))},
               {"documents_url", seen.Url("documents")},
               {"form_token", seen.visitor.FormToken()},
               {"revision", seen.Revision()},
               {"form", FormJson(form)}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::ShowDocuments(const http::Request& request,
                                                  const PathParts& parts) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  return ShowDocumentsPage(seen, DocumentForm(seen), 200);
}

RequestPages::Handled RequestPages::ChangeDocuments(const http::Request& request,
                                                    const PathParts& parts) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  const Form sent = TRY(desk_.AcceptForm(request, seen.visitor));
  const Texts& texts = desk_.texts();
  FormView form = DocumentForm(seen);
  Json::Items documents = DeclaredOf(seen);
  const auto removed = base::ParseDecimal(sent.Raw("remove"));
  if (removed && *removed < documents.size()) {
    documents.erase(documents.begin() + static_cast<std::ptrdiff_t>(*removed));
  } else {
    for (Field& field : form.fields) {
      field.value = sent.Text(field.name);
      for (Choice& choice : field.choices) choice.is_chosen = choice.value == field.value;
    }
    Json::Members members = {{"kind", sent.Text("kind")}, {"title", sent.Text("document_title")}};
    if (sent.Text("kind").empty()) form.SetError("kind", texts.Get("documents.no_kind"));
    if (sent.Text("document_title").empty()) {
      form.SetError("document_title", texts.Get("documents.no_title"));
    }
    const auto day = ParseDay(sent.Text("date"));
    if (!day) form.SetError("date", texts.Get("ask.no_day"));
    if (day) members.emplace_back("date", day->Text());
    for (const char* const name : {"held_by", "party"}) {
      if (!sent.Text(name).empty()) members.emplace_back(name, sent.Text(name));
    }
    if (sent.Text("held_by").empty()) form.SetError("held_by", texts.Get("documents.no_holder"));
    if (form.HasErrors()) return ShowDocumentsPage(seen, form, 422);
    documents.push_back(Json::Object(std::move(members)));
  }
  const auto saved =
      SaveAndCheck(desk_, seen, TRY(RevisionOf(sent)),
                   WithValue(seen.request.document, kDocuments, Json::Array(std::move(documents))));
  if (saved) return SeeOther(seen.Url("documents"));
  if (!IsAboutForm(saved.error().code)) return base::Fail(saved.error());
  Refuse(form, saved.error(), seen, texts);
  return ShowDocumentsPage(seen, form, StatusOf(saved.error()));
}

}  // namespace web
