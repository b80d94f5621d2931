#include "web/sign_in_pages.h"

#include "base/format.h"
#include "http/remote_network.h"
#include "identity/secrets.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;
using http::Method;

constexpr int kInvalidStatus = 422;
constexpr int kEndedStatus = 401;

}  // namespace

void SignInPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, const char* path, auto handler) {
    routes.push_back(
        {method, path, [this, handler](const http::Request& request, const PathParts&) {
           return (this->*handler)(request);
         }});
  };
  add(Method::kGet, "/sign-in", &SignInPages::ShowSignIn);
  add(Method::kPost, "/sign-in", &SignInPages::SignIn);
  add(Method::kPost, "/sign-out", &SignInPages::SignOut);
  add(Method::kGet, "/set-password", &SignInPages::ShowSetPassword);
  add(Method::kPost, "/set-password", &SignInPages::SetPassword);
  routes.push_back(
      {Method::kGet, "/link/*", [this](const http::Request& request, const PathParts& parts) {
         return OpenLink(request, parts[0]);
       }});
}

http::Response SignInPages::SignInPage(const SignInState& state) {
  const Texts& texts = desk_.texts();
  FormView form;
  form.action_url = state.return_path == "/"
                        ? "/sign-in"
                        : "/sign-in?return=" + EncodeForQuery(state.return_path);
  form.submit = texts.Get("sign_in.submit");
  form.fields = {{.kind = Field::Kind::kEmail,
                  .name = "email",
                  .label = texts.Get("sign_in.email"),
                  .value = state.email,
                  .autocomplete = "username",
                  .error = state.email_error},
                 {.kind = Field::Kind::kPassword,
                  .name = "password",
                  .label = texts.Get("sign_in.password"),
                  .autocomplete = "current-password",
                  .error = state.password_error}};
  Page page{"sign_in", texts.Get("sign_in.title")};
  page.status = state.status;
  page.section = Section::kSignIn;
  page.has_error = form.HasErrors();
  page.is_private = true;
  page.view = {{"form", FormJson(form)},
               {"error_summary", ErrorSummaryJson(form)},
               {"notice", state.notice.empty() ? Json() : Json(state.notice)}};
  return desk_.Show(page, Visitor{});
}

http::Response SignInPages::ShowEnded(std::string_view path) {
  SignInState state;
  state.return_path = ReturnPathOf(path);
  state.notice = desk_.texts().Get("sign_in.ended");
  state.status = kEndedStatus;
  return SignInPage(state);
}

base::Result<http::Response> SignInPages::ShowSignIn(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  SignInState state;
  state.return_path = ReturnPathOf(request.Parameter("return").value_or(""));
  if (visitor.IsSignedIn()) return SeeOther(state.return_path);
  if (request.Parameter("done") == "password") {
    state.notice = desk_.texts().Get("sign_in.password_set");
  }
  if (state.return_path != "/") state.notice = desk_.texts().Get("sign_in.first");
  return SignInPage(state);
}

// There is no session yet whose token the form could carry. So that nobody is signed in to an
// account of somebody else's choice, the form must come from a page of ours.
base::Result<http::Response> SignInPages::SignIn(const http::Request& request) {
  TRY(RequireOwnOrigin(request, desk_.options().own_origin));
  const Form form = TRY(Form::Parse(request));
  SignInState state;
  state.email = form.Text("email");
  state.return_path = ReturnPathOf(request.Parameter("return").value_or(""));
  const std::string password(form.Raw("password"));
  if (state.email.empty()) state.email_error = desk_.texts().Get("sign_in.email_missing");
  if (password.empty()) state.password_error = desk_.texts().Get("sign_in.password_missing");
  if (state.email.empty() || password.empty()) {
    state.status = kInvalidStatus;
    return SignInPage(state);
  }
  const std::string remote = http::RemoteNetwork(request.remote_address);
  const std::string old_session = CookieOf(request, kSessionCookie);
  const auto signed_in = desk_.directory().SignIn({state.email, password, remote, old_session});
  if (!signed_in) return Refused(signed_in.error(), std::move(state));
  http::Response response = SeeOther(state.return_path);
  AddHeader(response, "Set-Cookie", CookieFor(kSessionCookie, signed_in->session_secret));
  return response;
}

// One text for every pair that does not fit, and the time at which a lock ends.
base::Result<http::Response> SignInPages::Refused(const base::Error& error, SignInState state) {
  const Texts& texts = desk_.texts();
  if (error.code == ErrorCode::kUnauthenticated) {
    state.password_error = texts.Get("sign_in.wrong_pair");
    state.status = kInvalidStatus;
    return SignInPage(state);
  }
  if (error.code != ErrorCode::kRateLimited || error.retry_after_s == 0) return base::Fail(error);
  const std::string time = DateTimeText(desk_.In(error.retry_after_s), texts);
  state.email_error = texts.Get("sign_in.locked", {{"time", time}});
  state.status = base::RowOf(error.code).http_status;
  http::Response response = SignInPage(state);
  AddHeader(response, "Retry-After", base::Format("{}", error.retry_after_s));
  return response;
}

base::Result<http::Response> SignInPages::SignOut(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  if (visitor.IsSignedIn()) {
    static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
    TRY(desk_.directory().SignOut(visitor.session_secret));
  }
  http::Response response = SeeOther("/");
  AddHeader(response, "Set-Cookie", EndedCookie(kSessionCookie));
  return response;
}

// The address with the secret is never a page: it puts the secret into a cookie and leads on. So it
// stands in no referrer, and not in the address line while somebody looks on. Nothing is looked up
// and nothing is used: programs that read mail follow links too.
base::Result<http::Response> SignInPages::OpenLink(const http::Request&,
                                                   const std::string& secret) {
  if (!identity::HashOfSecret(secret)) {
    return base::Fail(ErrorCode::kNotFound, "There is nothing at this address");
  }
  http::Response response = SeeOther("/set-password");
  AddHeader(response, "Set-Cookie", CookieFor(kLinkCookie, secret, kLinkCookieSeconds));
  AddHeader(response, "Referrer-Policy", "no-referrer");
  return response;
}

http::Response SignInPages::SetPasswordPage(const FormView& form, int status) {
  Page page{"form_page", desk_.texts().Get("set_password.title")};
  page.status = status;
  page.has_error = form.HasErrors();
  page.is_private = true;
  page.view = {{"form", FormJson(form)},
               {"error_summary", ErrorSummaryJson(form)},
               {"intro", desk_.texts().Get("set_password.intro")},
               {"record", Json()}};
  return desk_.Show(page, Visitor{});
}

FormView SignInPages::SetPasswordForm(const std::string& secret) const {
  const Texts& texts = desk_.texts();
  FormView form;
  form.action_url = "/set-password";
  form.form_token = identity::FormTokenOf(secret);
  form.submit = texts.Get("set_password.submit");
  form.fields = {{.kind = Field::Kind::kPassword,
                  .name = "password",
                  .label = texts.Get("set_password.password"),
                  .hint = texts.Get("set_password.hint"),
                  .autocomplete = "new-password"},
                 {.kind = Field::Kind::kPassword,
                  .name = "password_again",
                  .label = texts.Get("set_password.again"),
                  .autocomplete = "new-password"}};
  return form;
}

http::Response SignInPages::DeadLinkPage() {
  const Texts& texts = desk_.texts();
  Page page{"error", texts.Get("set_password.dead_title"), {}, kInvalidStatus};
  page.is_private = true;
  page.view = {{"paragraphs", Json::Array({texts.Get("set_password.dead_first"),
                                           texts.Get("set_password.dead_second")})}};
  http::Response response = desk_.Show(page, Visitor{});
  AddHeader(response, "Set-Cookie", EndedCookie(kLinkCookie));
  return response;
}

base::Result<http::Response> SignInPages::ShowSetPassword(const http::Request& request) {
  const std::string secret = CookieOf(request, kLinkCookie);
  if (!identity::HashOfSecret(secret)) return DeadLinkPage();
  return SetPasswordPage(SetPasswordForm(secret), 200);
}

base::Result<http::Response> SignInPages::SetPassword(const http::Request& request) {
  TRY(RequireOwnOrigin(request, desk_.options().own_origin));
  const Form form = TRY(Form::Parse(request));
  const std::string secret = CookieOf(request, kLinkCookie);
  if (!identity::HashOfSecret(secret)) return DeadLinkPage();
  if (!identity::IsFormToken(secret, form.Raw(kFormTokenField))) {
    return base::Fail(ErrorCode::kForbidden, "This form belongs to another link");
  }
  FormView view = SetPasswordForm(secret);
  const std::string password(form.Raw("password"));
  if (password != form.Raw("password_again")) {
    view.SetError("password_again", desk_.texts().Get("set_password.different"));
    return SetPasswordPage(view, kInvalidStatus);
  }
  const auto set = desk_.directory().SetPassword(secret, password);
  if (!set) {
    const base::Error& error = set.error();
    if (error.code == ErrorCode::kUnauthenticated) return DeadLinkPage();
    if (error.code != ErrorCode::kInvalid && error.code != ErrorCode::kTooLarge) {
      return base::Fail(error);
    }
    view.SetError("password", base::Format("{}. {}", error.what, error.Remedy()));
    return SetPasswordPage(view, kInvalidStatus);
  }
  http::Response response = SeeOther("/sign-in?done=password");
  AddHeader(response, "Set-Cookie", EndedCookie(kLinkCookie));
  return response;
}

}  // namespace web
