// Entries of the register log in plain words.
//
// A leaf is what the log holds; a reader of pages sees a sentence for each kind. A kind that these
// pages do not know yet is named as it stands. Thread safety: like Log and Directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "identity/directory.h"
#include "ledger/log.h"
#include "web/texts.h"

namespace web {

struct Entry {
  std::uint64_t index = 0;
  std::string leaf;  // its bytes
  std::string kind;
  std::optional<base::Instant> time;
  base::Json fields;  // the leaf as JSON; null when it is none
};

base::Result<Entry> ReadEntry(ledger::Log& log, std::uint64_t index);
// What a leaf says, of bytes that are at hand.
Entry EntryOf(std::uint64_t index, std::string leaf);

// Whether an administrator did it.
bool IsAdministrative(const Entry& entry);

// The names of organisations by their slugs.
using OrganisationNames = std::map<std::string, std::string, std::less<>>;
base::Result<OrganisationNames> ReadOrganisationNames(identity::Directory& directory);

// One sentence without a full stop: "Ambleford District Council joined".
std::string SentenceOf(const Entry& entry, const OrganisationNames& names, const Texts& texts);
// The words of a role in the pages, as "Approver".
std::string RoleWords(std::string_view role, const Texts& texts);

}  // namespace web
