#include "web/form.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "http/target.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kBlanks = " \t\r\n";

std::unexpected<base::Error> BadForm(ErrorCode code, std::string what) {
  return base::Fail(code, std::move(what), {}, "Go back, load the page anew and send it again.");
}

base::Result<std::string> Decoded(std::string_view text) {
  std::string decoded = TRY(http::PercentDecode(text, true));
  if (!base::IsUtf8(decoded) || decoded.find('\0') != std::string::npos) {
    return BadForm(ErrorCode::kInvalid, "The form holds bytes that are no text");
  }
  return decoded;
}

std::string_view TypeOf(Field::Kind kind) {
  switch (kind) {
    case Field::Kind::kEmail:
      return "email";
    case Field::Kind::kPassword:
      return "password";
    default:
      return "text";
  }
}

// The first choice has the field's own id, so that the error summary leads to it.
Json ChoicesJson(const Field& field) {
  Json::Items items;
  for (const Choice& choice : field.choices) {
    const std::string id =
        items.empty() ? field.name : base::Format("{}-{}", field.name, items.size() + 1);
    items.push_back(Json::Object({{"id", id},
                                  {"value", Json::Repaired(choice.value)},
                                  {"words", Json::Repaired(choice.words)},
                                  {"choice_hint", choice.hint.empty() ? Json() : choice.hint},
                                  {"is_chosen", choice.is_chosen}}));
  }
  return Json::Array(std::move(items));
}

Json FieldJson(const Field& field) {
  using Kind = Field::Kind;
  std::string described;
  if (!field.hint.empty()) described += field.name + "-hint";
  if (!field.error.empty()) described += (described.empty() ? "" : " ") + field.name + "-error";
  const bool is_input =
      field.kind == Kind::kText || field.kind == Kind::kEmail || field.kind == Kind::kPassword;
  // A password is never sent back.
  const std::string value = field.kind == Kind::kPassword ? "" : field.value;
  return Json::Object({{"name", field.name},
                       {"label", Json::Repaired(field.label)},
                       {"hint", field.hint.empty() ? Json() : Json::Repaired(field.hint)},
                       {"error", field.error.empty() ? Json() : Json::Repaired(field.error)},
                       {"described_by", described.empty() ? Json() : Json(described)},
                       {"value", Json::Repaired(value)},
                       {"autocomplete", field.autocomplete},
                       {"type", TypeOf(field.kind)},
                       {"is_input", is_input},
                       {"is_area", field.kind == Kind::kTextArea},
                       {"is_select", field.kind == Kind::kSelect},
                       {"is_radios", field.kind == Kind::kRadios},
                       {"is_checkboxes", field.kind == Kind::kCheckboxes},
                       {"choices", ChoicesJson(field)}});
}

bool IsFormType(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::SameToken(type, kFormType);
}

}  // namespace

base::Result<Form> Form::Parse(const http::Request& request, const FormLimits& limits) {
  const auto type = request.headers.Find("Content-Type");
  if (!type || !IsFormType(*type)) {
    return BadForm(ErrorCode::kInvalid, "The body is not a form");
  }
  if (request.body.size() > limits.max_bytes) {
    return BadForm(ErrorCode::kTooLarge,
                   base::Format("The form is larger than {} KiB", limits.max_bytes >> 10U));
  }
  Form form;
  if (request.body.empty()) return form;
  const auto parts = base::Split(request.body, '&', limits.max_fields + 1);
  if (parts.size() > limits.max_fields) {
    return BadForm(ErrorCode::kTooLarge,
                   base::Format("The form has more than {} fields", limits.max_fields));
  }
  for (const std::string_view part : parts) {
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    form.fields_.push_back({TRY(Decoded(part.substr(0, equals))), TRY(Decoded(value))});
  }
  return form;
}

std::string_view Form::Raw(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &http::QueryParameter::name);
  return found == fields_.end() ? std::string_view{} : std::string_view(found->value);
}

std::string Form::Text(std::string_view name) const {
  const std::string_view raw = Raw(name);
  const std::size_t begin = raw.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string(raw.substr(begin, raw.find_last_not_of(kBlanks) - begin + 1));
}

std::vector<std::string_view> Form::All(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& field : fields_) {
    if (field.name == name) values.emplace_back(field.value);
  }
  return values;
}

bool FormView::HasErrors() const {
  return std::ranges::any_of(fields, [](const Field& field) { return !field.error.empty(); });
}

void FormView::SetError(std::string_view field, std::string text) {
  CHECK(!fields.empty());
  auto found = std::ranges::find(fields, field, &Field::name);
  if (found == fields.end()) found = fields.begin();
  found->error = std::move(text);
}

base::Json FormJson(const FormView& form) {
  Json::Items fields;
  for (const Field& field : form.fields) fields.push_back(FieldJson(field));
  return Json::Object({{"action_url", form.action_url},
                       {"form_token", form.form_token},
                       {"submit", form.submit},
                       {"revision", form.revision.empty() ? Json() : Json(form.revision)},
                       {"is_warning", form.is_warning},
                       {"is_secondary", form.is_secondary},
                       {"fields", Json::Array(std::move(fields))}});
}

base::Json ErrorSummaryJson(const FormView& form) {
  Json::Items errors;
  for (const Field& field : form.fields) {
    if (field.error.empty()) continue;
    errors.push_back(
        Json::Object({{"url", "#" + field.name}, {"words", Json::Repaired(field.error)}}));
  }
  if (errors.empty()) return {};
  return Json::Object({{"errors", Json::Array(std::move(errors))}});
}

}  // namespace web
