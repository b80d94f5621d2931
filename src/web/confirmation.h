// The page that asks once more before something is taken away, and what forms of one kind share.
// Thread safety: like Desk.
#pragma once

#include <string>
#include <vector>

#include "web/desk.h"

namespace web {

struct Confirmation {
  std::string question;
  std::vector<std::string> consequences;
  std::string submit;
  std::string action_url;
  Crumb back;
  Section section = Section::kAdministration;
};

http::Response ShowConfirmation(Desk& desk, const Visitor& visitor,
                                const Confirmation& confirmation);

// A page with one form, its title and what stands above it and, if the act is recorded, below.
struct FormPage {
  std::string title;
  std::string intro;   // may be empty
  std::string record;  // what the act leaves on record; may be empty
  Crumb back;
  Section section = Section::kAdministration;
};

http::Response ShowFormPage(Desk& desk, const Visitor& visitor, const FormPage& described,
                            const FormView& form, int status = 200);

// Shows the form again with what the directory refused, at the field that it names. Any other error
// is handed back.
base::Result<http::Response> ShowRefusedForm(Desk& desk, const Visitor& visitor,
                                             const FormPage& described, FormView form,
                                             const base::Error& error);

// A page that shows a secret once.
struct SecretPage {
  std::string title;
  std::string intro;
  std::string secret;
  std::string label;
  Crumb onward;
  Section section = Section::kAdministration;
};
http::Response ShowSecret(Desk& desk, const Visitor& visitor, const SecretPage& described);

// The words for what was done just now, which the page after a form shows: the text "done.<code>"
// for the query's `done`. Null for anything else.
base::Json DoneJson(const http::Request& request, const Texts& texts);

}  // namespace web
