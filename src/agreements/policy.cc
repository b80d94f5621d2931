#include "agreements/policy.h"

#include <array>
#include <set>
#include <utility>

#include "base/canonical_json.h"
#include "base/check.h"
#include "base/format.h"
#include "base/ids.h"
#include "base/json_text.h"
#include "base/slug.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;
using base::JsonItem;
using base::JsonReader;

constexpr std::array<std::string_view, 3> kNormalisations = {"exact", "compact", "name"};
constexpr std::size_t kMaxTreatmentBytes = 32;

// A name of a column: no U+0000, and the limit counts bytes as that of a schema does.
base::Result<std::string> ReadName(JsonReader& reader, std::string_view field) {
  const JsonItem item = TRY(reader.Field(field));
  std::string name = TRY(item.Text({.min = 1, .max = catalogue::kMaxColumnNameBytes}));
  if (name.size() > catalogue::kMaxColumnNameBytes || name.find('\0') != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "A column's name is too long or holds U+0000", item.pointer(),
                "Write the name as the schema has it.");
  }
  return name;
}

base::Result<std::string> ReadSlug(const JsonItem& item) {
  std::string slug = TRY(item.Text({.min = 1, .max = base::kMaxSlugBytes}));
  if (base::IsSlug(slug)) return slug;
  return Fail(ErrorCode::kInvalid, "A code or short name has other characters than it may",
              item.pointer(), "Write small letters, digits and single hyphens.");
}

base::Result<std::string> ReadSubject(const JsonItem& item) {
  constexpr std::size_t kIdCharacters = 2 * base::kIdBytes;
  std::string id = TRY(item.Text({.min = kIdCharacters, .max = kIdCharacters}));
  if (base::Id<struct AnySubject>::Parse(id)) return id;
  return Fail(ErrorCode::kInvalid, "This is no id of a person or machine", item.pointer(),
              "Write 32 hex digits in small letters.");
}

// An array of texts, no two of them equal.
base::Result<std::vector<std::string>> ReadSet(JsonReader& reader, std::string_view field,
                                               std::size_t max,
                                               base::Result<std::string> (*read)(const JsonItem&)) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  for (const JsonItem& item : TRY(reader.Array(field, {1, max}))) {
    texts.push_back(TRY(read(item)));
    if (seen.insert(texts.back()).second) continue;
    return Fail(ErrorCode::kInvalid, "This stands here twice", item.pointer(), "Remove one.");
  }
  return texts;
}

base::Result<std::string> ReadReason(JsonReader& reader) {
  auto reason = TRY(reader.OptionalText("reason", {.min = 1, .max = kMaxReasonCharacters}));
  return std::move(reason).value_or("");
}

base::Result<PolicyBand> ReadBand(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  const JsonItem from = TRY(reader.Field("from"));
  const Operand edge = TRY(ReadOperand(from));
  if (!edge.property.empty()) {
    return Fail(ErrorCode::kInvalid, "The edge of a band is a literal", from.pointer());
  }
  auto label = TRY(reader.OptionalText("label", {.min = 1, .max = kMaxLabelCharacters}));
  TRY(reader.Finish());
  return PolicyBand{.from = edge.literal, .label = std::move(label).value_or("")};
}

base::Result<PolicyColumn> ReadColumn(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  PolicyColumn column;
  column.name = TRY(ReadName(reader, "name"));
  const JsonItem named = TRY(reader.Field("treatment"));
  const auto treatment =
      catalogue::TreatmentOfName(TRY(named.Text({.min = 1, .max = kMaxTreatmentBytes})));
  if (!treatment) {
    return Fail(ErrorCode::kInvalid, "There is no treatment of this name", named.pointer());
  }
  column.treatment = *treatment;
  column.reason = TRY(ReadReason(reader));
  if (column.treatment == catalogue::kBand) {
    for (const JsonItem& band : TRY(reader.Array("bands", {1, kMaxBands}))) {
      column.bands.push_back(TRY(ReadBand(band)));
    }
  }
  TRY(reader.Finish());
  return column;
}

base::Result<CarriedColumn> ReadCarried(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  CarriedColumn carried;
  carried.column = TRY(ReadName(reader, "column"));
  if (TRY(reader.Optional("as"))) carried.as = TRY(ReadName(reader, "as"));
  carried.reason = TRY(ReadReason(reader));
  TRY(reader.Finish());
  return carried;
}

base::Result<MemberOf> ReadMemberOf(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  MemberOf member;
  member.column = TRY(ReadName(reader, "column"));
  member.list = TRY(ReadSlug(TRY(reader.Field("list"))));
  member.list_column = TRY(ReadName(reader, "list_column"));
  member.normalisation =
      static_cast<engine::Normalisation>(TRY(reader.OneOf("normalisation", kNormalisations)));
  if (const auto carry = TRY(reader.Optional("carry"))) {
    for (const JsonItem& each : TRY(carry->Array({0, kMaxCarried}))) {
      member.carry.push_back(TRY(ReadCarried(each)));
    }
  }
  member.least_entries = TRY(reader.OptionalInteger("least_entries", 1, kMaxListEntries))
                             .value_or(kDefaultLeastEntries);
  member.greatest_entries =
      TRY(reader.Integer("greatest_entries", member.least_entries, kMaxListEntries));
  member.follow_newer = TRY(reader.Bool("follow_newer"));
  TRY(reader.Finish());
  return member;
}

base::Result<void> ReadFormat(JsonReader& reader) {
  const JsonItem format = TRY(reader.Field("format"));
  const std::string name = TRY(format.Text({.min = 1, .max = 64}));
  if (name == kPolicyFormat) return {};
  if (name.starts_with("tabularium-policy-")) {
    return Fail(ErrorCode::kNewerFormat, "The policy is of another format than this program knows",
                format.pointer());
  }
  return Fail(ErrorCode::kInvalid, "This is no policy", format.pointer(),
              Format("Write {}.", kPolicyFormat));
}

base::Result<void> ReadColumns(JsonReader& reader, std::vector<PolicyColumn>& columns) {
  std::set<std::string> names;
  for (const JsonItem& item : TRY(reader.Array("columns", {0, kMaxPolicyColumns}))) {
    columns.push_back(TRY(ReadColumn(item)));
    if (names.insert(columns.back().name).second) continue;
    return Fail(ErrorCode::kInvalid, "The column stands here twice", item.pointer() + "/name",
                "Give one treatment for each column.");
  }
  return {};
}

void AddText(Json::Members& members, const char* name, const std::string& text) {
  if (!text.empty()) members.emplace_back(name, text);
}

Json ColumnJson(const PolicyColumn& column) {
  Json::Members members = {
      {"name", column.name},
      {"treatment", catalogue::TreatmentNames(column.treatment).front()},
  };
  if (!column.bands.empty()) {
    Json::Items bands;
    for (const PolicyBand& band : column.bands) {
      Json::Members each = {{"from", band.from}};
      AddText(each, "label", band.label);
      bands.push_back(Json::Object(std::move(each)));
    }
    members.emplace_back("bands", Json::Array(std::move(bands)));
  }
  AddText(members, "reason", column.reason);
  return Json::Object(std::move(members));
}

Json MemberOfJson(const MemberOf& member) {
  Json::Items carry;
  for (const CarriedColumn& each : member.carry) {
    Json::Members members = {{"column", each.column}};
    AddText(members, "as", each.as);
    AddText(members, "reason", each.reason);
    carry.push_back(Json::Object(std::move(members)));
  }
  return Json::Object({{"column", member.column},
                       {"list", member.list},
                       {"list_column", member.list_column},
                       {"normalisation", engine::NormalisationName(member.normalisation)},
                       {"carry", Json::Array(std::move(carry))},
                       {"least_entries", member.least_entries},
                       {"greatest_entries", member.greatest_entries},
                       {"follow_newer", member.follow_newer}});
}

Json TextsJson(const std::vector<std::string>& texts) {
  return Json::Array(Json::Items(texts.begin(), texts.end()));
}

}  // namespace

base::Result<Policy> ReadPolicy(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  TRY(ReadFormat(reader));
  Policy policy;
  policy.dataset = TRY(ReadSlug(TRY(reader.Field("dataset"))));
  TRY(ReadColumns(reader, policy.columns));
  if (const auto condition = TRY(reader.Optional("condition"))) {
    policy.condition = TRY(ReadCondition(*condition));
  }
  if (const auto member = TRY(reader.Optional("member_of"))) {
    policy.member_of = TRY(ReadMemberOf(*member));
  }
  policy.purposes = TRY(ReadSet(reader, "purposes", kMaxPurposes, ReadSlug));
  policy.recipients = TRY(ReadSet(reader, "recipients", kMaxRecipients, ReadSubject));
  policy.doors = TRY(ReadSet(reader, "doors", kMaxDoors, ReadSlug));
  policy.uses_per_day = TRY(reader.OptionalInteger("uses_per_day", 1, kMaxUsesPerDay));
  TRY(reader.Finish());
  return policy;
}

Json PolicyJson(const Policy& policy) {
  Json::Items columns;
  for (const PolicyColumn& column : policy.columns) columns.push_back(ColumnJson(column));
  Json::Members members = {{"format", kPolicyFormat},
                           {"dataset", policy.dataset},
                           {"columns", Json::Array(std::move(columns))}};
  if (policy.condition) members.emplace_back("condition", ConditionJson(*policy.condition));
  if (policy.member_of) members.emplace_back("member_of", MemberOfJson(*policy.member_of));
  members.emplace_back("purposes", TextsJson(policy.purposes));
  members.emplace_back("recipients", TextsJson(policy.recipients));
  members.emplace_back("doors", TextsJson(policy.doors));
  if (policy.uses_per_day) members.emplace_back("uses_per_day", *policy.uses_per_day);
  return Json::Object(std::move(members));
}

base::Digest PolicyDigest(const Policy& policy) {
  const auto canonical = base::WriteCanonicalJson(PolicyJson(policy));
  CHECK(canonical.has_value());
  return base::Sha256(*canonical);
}

base::Result<void> BindPolicy(Policy& policy, const RecipientProperties& properties) {
  if (!policy.condition) return {};
  return BindProperties(*policy.condition, properties, "/condition");
}

}  // namespace agreements
