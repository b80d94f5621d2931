#include "web/form.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace web {
namespace {

http::Request Sent(std::string body, std::string_view type = "application/x-www-form-urlencoded") {
  base::SimulatedWorld world{1};
  http::Request request{http::RequestId::Random(world.randomness())};
  request.method = http::Method::kPost;
  request.body = std::move(body);
  REQUIRE(request.headers.Add("Content-Type", type).has_value());
  return request;
}

}  // namespace

TEST_CASE("a form is decoded, and blanks are kept only where they are asked for") {
  const Form form = Form::Parse(Sent("name=+A%C3%A9%26+&box=1&box=2&flag&=x")).value();
  REQUIRE(form.Raw("name") == " Aé& ");
  REQUIRE(form.Text("name") == "Aé&");
  REQUIRE(form.All("box") == std::vector<std::string_view>{"1", "2"});
  REQUIRE(form.Raw("flag").empty());
  REQUIRE(form.Raw("absent").empty());
  REQUIRE(Form::Parse(Sent("")).has_value());
  REQUIRE(Form::Parse(Sent("a=b", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")).has_value());
}

TEST_CASE("bodies of other types, broken encodings and bytes that are no text are refused") {
  REQUIRE_FALSE(Form::Parse(Sent("a=b", "text/plain")).has_value());
  REQUIRE_FALSE(Form::Parse(Sent("a=b", "multipart/form-data; boundary=x")).has_value());
  for (const char* const body : {"a=%", "a=%4", "a=%zz", "a=%ff", "%c3=b", "a=%00"}) {
    REQUIRE_FALSE(Form::Parse(Sent(body)).has_value());
  }
}

TEST_CASE("a form has limits") {
  std::string fields = "a=1";
  for (std::size_t i = 1; i < kMaxFormFields; ++i) fields += "&a=1";
  REQUIRE(Form::Parse(Sent(fields)).has_value());
  REQUIRE(Form::Parse(Sent(fields + "&a=1")).error().code == base::ErrorCode::kTooLarge);
  const std::string longest = "a=" + std::string(kMaxFormBytes - 2, 'x');
  REQUIRE(Form::Parse(Sent(longest)).has_value());
  REQUIRE(Form::Parse(Sent(longest + "x")).error().code == base::ErrorCode::kTooLarge);
}

TEST_CASE("errors stand at their field and in the summary; a password is never sent back") {
  FormView view{.action_url = "/x", .form_token = "t", .submit = "Go"};
  view.fields = {{.name = "email", .label = "E-mail", .hint = "yours", .value = "a@example.org"},
                 {.kind = Field::Kind::kPassword, .name = "password", .label = "Password"}};
  view.fields[1].value = "secret";
  REQUIRE(ErrorSummaryJson(view) == base::Json());
  view.SetError("password", "Enter it");
  REQUIRE(view.HasErrors());
  const std::string summary = base::WriteJson(ErrorSummaryJson(view));
  REQUIRE(summary == "{\"errors\":[{\"url\":\"#password\",\"words\":\"Enter it\"}]}");
  const base::Json form = FormJson(view);
  const auto& fields = form.Find("fields")->AsArray();
  REQUIRE(fields[0].Find("described_by")->AsString() == "email-hint");
  REQUIRE(fields[0].Find("value")->AsString() == "a@example.org");
  REQUIRE(fields[1].Find("described_by")->AsString() == "password-error");
  REQUIRE(base::WriteJson(form).find("secret") == std::string::npos);
  view.SetError("unknown", "Something");
  REQUIRE(view.fields[0].error == "Something");  // no error is ever without a place
}

TEST_CASE("the first choice has the field's own id, so that the summary leads to it") {
  FormView view{.action_url = "/x", .form_token = "t", .submit = "Go"};
  view.fields = {{.kind = Field::Kind::kRadios, .name = "role", .label = "Role"}};
  view.fields[0].choices = {{"a", "A"}, {"b", "B", "hint", true}};
  const base::Json form = FormJson(view);
  const auto& choices = form.Find("fields")->AsArray()[0].Find("choices")->AsArray();
  REQUIRE(choices[0].Find("id")->AsString() == "role");
  REQUIRE(choices[1].Find("id")->AsString() == "role-2");
  REQUIRE(choices[1].Find("is_chosen")->AsBool());
}

}  // namespace web
