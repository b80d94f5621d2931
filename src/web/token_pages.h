// Tokens of one account, of a person's own or of a machine: the list, the form for a new one, the
// token itself once, and its withdrawal. Whose tokens they are is decided by the pages that use
// this. Thread safety: like Desk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "identity/directory.h"
#include "web/desk.h"
#include "web/form.h"

namespace web {

// The account and where its pages are.
struct TokenTarget {
  identity::SubjectId subject;
  identity::Scopes allowed;  // the most that a token of it may have
  std::string account_url;
  std::string name;  // of the account
  Section section = Section::kAccount;
};

class TokenPages {
 public:
  explicit TokenPages(Desk& desk) : desk_(desk) {}

  // The rows of the template `tokens`, without those that were withdrawn or have ended.
  base::Result<base::Json> Rows(const Visitor& visitor, const TokenTarget& target);

  http::Response ShowNew(const Visitor& visitor, const TokenTarget& target);
  base::Result<http::Response> Create(const Visitor& visitor, const TokenTarget& target,
                                      const Form& form);
  base::Result<http::Response> ShowWithdraw(const Visitor& visitor, const TokenTarget& target,
                                            std::string_view id);
  base::Result<http::Response> Withdraw(const Visitor& visitor, const TokenTarget& target,
                                        std::string_view id);

 private:
  [[nodiscard]] FormView NewForm(const Visitor& visitor, const TokenTarget& target) const;
  base::Result<identity::TokenRecord> Require(const Visitor& visitor, const TokenTarget& target,
                                              std::string_view id);

  Desk& desk_;
};

}  // namespace web
