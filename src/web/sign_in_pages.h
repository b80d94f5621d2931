// Signing in and out, and setting a password with a one-time link. docs/formats/pages.md says how
// the secret of a link stays out of referrers and pages. Thread safety: like Desk.
#pragma once

#include <string>
#include <vector>

#include "web/desk.h"
#include "web/route.h"

namespace web {

class SignInPages {
 public:
  explicit SignInPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

  // The sign-in page in place of what a form whose session has ended would have done.
  http::Response ShowEnded(std::string_view path);

 private:
  struct SignInState {
    std::string email = {};
    std::string return_path = "/";
    std::string email_error = {};
    std::string password_error = {};
    std::string notice = {};
    int status = 200;
  };

  base::Result<http::Response> ShowSignIn(const http::Request& request);
  base::Result<http::Response> SignIn(const http::Request& request);
  base::Result<http::Response> SignOut(const http::Request& request);
  base::Result<http::Response> OpenLink(const http::Request& request, const std::string& secret);
  base::Result<http::Response> ShowSetPassword(const http::Request& request);
  base::Result<http::Response> SetPassword(const http::Request& request);

  http::Response SignInPage(const SignInState& state);
  base::Result<http::Response> Refused(const base::Error& error, SignInState state);
  http::Response SetPasswordPage(const FormView& form, int status);
  [[nodiscard]] FormView SetPasswordForm(const std::string& secret) const;
  http::Response DeadLinkPage();

  Desk& desk_;
};

}  // namespace web
