#include "web/access.h"

#include <algorithm>

#include "base/format.h"
#include "web/entry_words.h"

namespace web {

std::unexpected<base::Error> NothingHere() {
  return base::Fail(base::ErrorCode::kNotFound, "There is nothing at this address");
}

base::Result<void> RequirePlatformAdministrator(const Visitor& visitor) {
  if (!visitor.IsSignedIn() || !visitor.principal->AdministersPlatform()) return NothingHere();
  return {};
}

base::Result<identity::Organisation> RequireAdministered(Desk& desk, const Visitor& visitor,
                                                         std::string_view slug) {
  if (!visitor.IsSignedIn()) return NothingHere();
  auto found = desk.directory().FindOrganisation(slug);
  if (!found && found.error().code != base::ErrorCode::kNotFound) return found;
  if (!found || !visitor.principal->Administers(found->id)) return NothingHere();
  return found;
}

base::Result<identity::Account> RequireAccount(Desk& desk, const Visitor& visitor,
                                               const identity::Organisation& at,
                                               std::string_view id) {
  for (auto& each : TRY(desk.directory().ListSubjects(*visitor.principal, at.id))) {
    if (each.id.Text() == id) return std::move(each);
  }
  return NothingHere();
}

base::Result<std::vector<identity::GrantRecord>> GrantsOf(Desk& desk, const Visitor& visitor,
                                                          const identity::Account& account) {
  std::vector<identity::GrantRecord> found;
  const auto take = [&](std::vector<identity::GrantRecord> grants) {
    for (auto& grant : grants) {
      const bool stands = grant.standing != identity::Standing::kWithdrawn;
      if (stands && grant.subject == account.id) found.push_back(std::move(grant));
    }
  };
  take(TRY(desk.directory().ListGrants(*visitor.principal, account.organisation)));
  if (visitor.principal->AdministersPlatform()) {
    take(TRY(desk.directory().ListGrants(*visitor.principal, std::nullopt)));
  }
  return found;
}

std::string RoleWords(const identity::RoleAt& at, const Texts& texts) {
  const std::string role = RoleWords(identity::RowOf(at.role).code.view(), texts);
  return at.organisation ? role : texts.Get("role_at.platform", {{"role", role}});
}

}  // namespace web
