#include "web/entry_words.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "identity/recorder.h"
#include "web/words.h"

namespace web {
namespace {

using base::Json;

constexpr base::JsonLimits kLeafJson{.max_bytes = 65'536, .max_depth = 32, .max_values = 10'000};

constexpr std::array<std::string_view, 6> kAdministrativeKinds = {
    "organisation.created", "role.granted",    "role.withdrawn",
    "token.created",        "token.withdrawn", "person.disabled",
};

std::string FieldText(const Entry& entry, std::string_view name) {
  const Json* const field = entry.fields.Find(name);
  if (field == nullptr) return {};
  return field->kind() == Json::Kind::kString ? field->AsString() : base::WriteJson(*field);
}

}  // namespace

Entry EntryOf(std::uint64_t index, std::string leaf) {
  Entry entry;
  entry.index = index;
  if (auto json = base::ParseJson(leaf, kLeafJson)) entry.fields = std::move(*json);
  entry.leaf = std::move(leaf);
  entry.kind = FieldText(entry, "kind");
  entry.time = base::ParseInstant(FieldText(entry, "time"));
  return entry;
}

base::Result<Entry> ReadEntry(ledger::Log& log, std::uint64_t index) {
  return EntryOf(index, TRY(log.Leaf(index)));
}

bool IsAdministrative(const Entry& entry) {
  return std::ranges::find(kAdministrativeKinds, entry.kind) != kAdministrativeKinds.end();
}

base::Result<OrganisationNames> ReadOrganisationNames(identity::Directory& directory) {
  OrganisationNames names;
  for (const auto& each : TRY(directory.ListOrganisations())) names[each.slug] = each.name;
  return names;
}

std::string RoleWords(std::string_view role, const Texts& texts) {
  const std::string key = base::Format("role.{}", role);
  return texts.Has(key) ? texts.Get(key) : std::string(role);
}

std::string SentenceOf(const Entry& entry, const OrganisationNames& names, const Texts& texts) {
  const auto name_in = [&](std::string_view field) {
    const std::string slug = FieldText(entry, field);
    const auto name = names.find(slug);
    return name == names.end() ? slug : ShownText(name->second);
  };
  std::string organisation = name_in("organisation");
  if (organisation == identity::kPlatformSlug) organisation = texts.Get("entry.platform");
  std::string key = base::Format("entry.{}", entry.kind);
  const std::string event = FieldText(entry, "event");
  if (!event.empty() && texts.Has(key + "." + event)) key += "." + event;
  const std::string subject = FieldText(entry, "subject");
  if (!subject.empty()) key += "." + subject;
  if (!texts.Has(key)) return texts.Get("entry.other", {{"kind", entry.kind}});
  return texts.Get(key, {{"organisation", organisation},
                         {"role", RoleWords(FieldText(entry, "role"), texts)},
                         {"origin", FieldText(entry, "origin")},
                         {"dataset", FieldText(entry, "dataset")},
                         {"version", FieldText(entry, "version")},
                         {"owner", name_in("owner")},
                         {"recipient", name_in("recipient")},
                         {"agreement", FieldText(entry, "agreement")},
                         {"request", FieldText(entry, "request")},
                         {"agreements", FieldText(entry, "agreements")},
                         {"register_size", FieldText(entry, "register_size")},
                         {"tokens", FieldText(entry, "tokens")},
                         {"first_size", FieldText(entry, "first_size")}});
}

}  // namespace web
