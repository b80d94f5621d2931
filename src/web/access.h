// Gates of the pages: who may know of a page at all. Whoever may not is told what everybody is told
// of what does not exist. Thread safety: like Desk.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "identity/directory.h"
#include "web/desk.h"

namespace web {

std::unexpected<base::Error> NothingHere();

base::Result<void> RequirePlatformAdministrator(const Visitor& visitor);

// The organisation with this slug, when its accounts are the visitor's to change.
base::Result<identity::Organisation> RequireAdministered(Desk& desk, const Visitor& visitor,
                                                         std::string_view slug);

// An account of that organisation, by the text of its id.
base::Result<identity::Account> RequireAccount(Desk& desk, const Visitor& visitor,
                                               const identity::Organisation& at,
                                               std::string_view id);

// The roles of one account, also those that are not on record yet, without those withdrawn; at the
// platform only for whoever administers it.
base::Result<std::vector<identity::GrantRecord>> GrantsOf(Desk& desk, const Visitor& visitor,
                                                          const identity::Account& account);

// "Approver", or "Administrator of the platform".
std::string RoleWords(const identity::RoleAt& at, const Texts& texts);

}  // namespace web
