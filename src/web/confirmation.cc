#include "web/confirmation.h"

#include "base/format.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json::Repaired(text); }

bool IsAboutTheForm(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kTooLarge ||
         code == ErrorCode::kConflict || code == ErrorCode::kForbidden;
}

}  // namespace

http::Response ShowConfirmation(Desk& desk, const Visitor& visitor,
                                const Confirmation& confirmation) {
  Json::Items consequences;
  for (const std::string& each : confirmation.consequences) {
    consequences.push_back(Json::Repaired(each));
  }
  FormView form;
  form.action_url = confirmation.action_url;
  form.form_token = visitor.FormToken();
  form.submit = confirmation.submit;
  form.is_warning = true;
  Page page{"confirmation", confirmation.question};
  page.section = confirmation.section;
  page.back = confirmation.back;
  page.view = {{"consequences", Json::Array(std::move(consequences))},
               {"form", FormJson(form)},
               {"back_url", confirmation.back.url}};
  return desk.Show(page, visitor);
}

http::Response ShowFormPage(Desk& desk, const Visitor& visitor, const FormPage& described,
                            const FormView& form, int status) {
  Page page{"form_page", described.title};
  page.status = status;
  page.section = described.section;
  page.back = described.back;
  page.has_error = form.HasErrors();
  page.view = {{"form", FormJson(form)},
               {"error_summary", ErrorSummaryJson(form)},
               {"intro", TextOrNull(described.intro)},
               {"record", TextOrNull(described.record)}};
  return desk.Show(page, visitor);
}

base::Result<http::Response> ShowRefusedForm(Desk& desk, const Visitor& visitor,
                                             const FormPage& described, FormView form,
                                             const base::Error& error) {
  if (!IsAboutTheForm(error.code)) return base::Fail(error);
  form.SetError(error.where, base::Format("{}. {}", error.what, error.Remedy()));
  return ShowFormPage(desk, visitor, described, form, base::RowOf(error.code).http_status);
}

http::Response ShowSecret(Desk& desk, const Visitor& visitor, const SecretPage& described) {
  Page page{"secret", described.title};
  page.section = described.section;
  page.view = {{"intro", Json::Repaired(described.intro)},
               {"secret", described.secret},
               {"label", described.label},
               {"onward_words", Json::Repaired(described.onward.words)},
               {"onward_url", described.onward.url}};
  return desk.Show(page, visitor);
}

Json DoneJson(const http::Request& request, const Texts& texts) {
  const std::string key = base::Format("done.{}", request.Parameter("done").value_or(""));
  return texts.Has(key) ? Json(texts.Get(key)) : Json();
}

}  // namespace web
