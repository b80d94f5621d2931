#include "ledger/leaf.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/check.h"
#include "base/slug.h"

namespace ledger {
namespace {

using storage::LogName;

struct FieldRow {
  std::string_view name;
  std::string_view type;
};

struct KindRow {
  LeafKind kind;
  std::string_view name;
  LogName log;
  std::span<const FieldRow> fields;
};

constexpr std::string_view kCode = "code";
constexpr std::string_view kNumber = "number";
constexpr std::string_view kFlag = "flag";
constexpr std::string_view kDigest = "digest";
constexpr std::string_view kOrigin = "origin";
constexpr std::string_view kKey = "key";
constexpr std::string_view kSlug = "slug";
constexpr std::string_view kPublicNumber = "public number";

constexpr std::array kHomeCreatedFields = {FieldRow{"origin", kOrigin},
                                           FieldRow{"demonstration", kFlag}};
constexpr std::array kKeyFields = {FieldRow{"key", kKey}, FieldRow{"first_size", kNumber}};
constexpr std::array kOrganisationFields = {FieldRow{"organisation", kSlug}};
constexpr std::array kSubjectFields = {FieldRow{"organisation", kSlug}, FieldRow{"subject", kCode}};
constexpr std::array kRoleFields = {FieldRow{"organisation", kSlug}, FieldRow{"role", kCode},
                                    FieldRow{"subject", kCode}};
constexpr std::array kDatasetFields = {FieldRow{"organisation", kSlug}, FieldRow{"dataset", kSlug},
                                       FieldRow{"version", kNumber},    FieldRow{"data", kDigest},
                                       FieldRow{"schema", kDigest},     FieldRow{"rows", kNumber}};
constexpr std::array kCommitmentFields = {FieldRow{"organisation", kSlug},
                                          FieldRow{"commitment", kDigest}};

constexpr std::array kAccessOpenedFields = {
    FieldRow{"agreement", kPublicNumber}, FieldRow{"commitment", kDigest},
    FieldRow{"dataset", kSlug},           FieldRow{"door", kCode},
    FieldRow{"purpose", kSlug},           FieldRow{"version", kNumber}};
constexpr std::array kAccessOpenedPrivateFields = {
    FieldRow{"agreement", kPublicNumber}, FieldRow{"commitment", kDigest},
    FieldRow{"dataset_commitment", kDigest}, FieldRow{"door", kCode}, FieldRow{"purpose", kSlug}};
constexpr std::array kAccessClosedFields = {
    FieldRow{"body", kDigest},  FieldRow{"bytes", kNumber}, FieldRow{"opened", kNumber},
    FieldRow{"outcome", kCode}, FieldRow{"rows", kNumber},  FieldRow{"template", kDigest}};
constexpr std::array kAccessRefusedFields = {FieldRow{"agreement", kPublicNumber},
                                             FieldRow{"door", kCode}, FieldRow{"reason", kCode}};

constexpr std::array kRequestRejectedFields = {
    FieldRow{"owner", kSlug}, FieldRow{"reason", kCode}, FieldRow{"recipient", kSlug},
    FieldRow{"request", kPublicNumber}, FieldRow{"words", kDigest}};
constexpr std::array kAgreementApprovedFields = {FieldRow{"agreement", kPublicNumber},
                                                 FieldRow{"dataset", kSlug},
                                                 FieldRow{"document", kDigest},
                                                 FieldRow{"law", kDigest},
                                                 FieldRow{"owner", kSlug},
                                                 FieldRow{"policy", kDigest},
                                                 FieldRow{"purpose", kDigest},
                                                 FieldRow{"recipient", kSlug},
                                                 FieldRow{"request", kPublicNumber},
                                                 FieldRow{"sentence", kDigest},
                                                 FieldRow{"verdict", kDigest},
                                                 FieldRow{"words", kDigest}};
constexpr std::array kAgreementCountersignedFields = {
    FieldRow{"agreement", kPublicNumber}, FieldRow{"law", kDigest}, FieldRow{"policy", kDigest},
    FieldRow{"verdict", kDigest}};
constexpr std::array kAgreementChangedFields = {FieldRow{"agreement", kPublicNumber},
                                                FieldRow{"event", kCode},
                                                FieldRow{"part", kCode},
                                                FieldRow{"reason", kCode},
                                                FieldRow{"state", kCode},
                                                FieldRow{"words", kDigest}};
constexpr std::array kTextRemovedFields = {FieldRow{"text", kDigest}};
constexpr std::array kHomeRestoredFields = {
    FieldRow{"access_size", kNumber}, FieldRow{"agreements", kNumber},
    FieldRow{"register_size", kNumber}, FieldRow{"tokens", kNumber}};
constexpr std::array kAccessRehearsedFields = {
    FieldRow{"dataset", kSlug}, FieldRow{"request", kPublicNumber}, FieldRow{"version", kNumber}};
constexpr std::array kAccessRehearsedPrivateFields = {FieldRow{"dataset_commitment", kDigest},
                                                      FieldRow{"request", kPublicNumber}};

// docs/formats/leaves.md shows the same table.
constexpr std::array kKinds = {
    KindRow{LeafKind::kHomeCreated, "home.created", LogName::kRegister, kHomeCreatedFields},
    KindRow{LeafKind::kKeyCreated, "key.created", LogName::kRegister, kKeyFields},
    KindRow{LeafKind::kKeyRotated, "key.rotated", LogName::kRegister, kKeyFields},
    KindRow{LeafKind::kOrganisationCreated, "organisation.created", LogName::kRegister,
            kOrganisationFields},
    KindRow{LeafKind::kRoleGranted, "role.granted", LogName::kRegister, kRoleFields},
    KindRow{LeafKind::kRoleWithdrawn, "role.withdrawn", LogName::kRegister, kRoleFields},
    KindRow{LeafKind::kTokenCreated, "token.created", LogName::kRegister, kSubjectFields},
    KindRow{LeafKind::kTokenWithdrawn, "token.withdrawn", LogName::kRegister, kSubjectFields},
    KindRow{LeafKind::kPersonDisabled, "person.disabled", LogName::kRegister, kOrganisationFields},
    KindRow{LeafKind::kAccessOpened, "access.opened", LogName::kAccess, kAccessOpenedFields},
    KindRow{LeafKind::kAccessOpenedPrivate, "access.opened", LogName::kAccess,
            kAccessOpenedPrivateFields},
    KindRow{LeafKind::kAccessClosed, "access.closed", LogName::kAccess, kAccessClosedFields},
    KindRow{LeafKind::kAccessRefused, "access.refused", LogName::kAccess, kAccessRefusedFields},
    KindRow{LeafKind::kAccessRehearsed, "access.rehearsed", LogName::kAccess,
            kAccessRehearsedFields},
    KindRow{LeafKind::kAccessRehearsedPrivate, "access.rehearsed", LogName::kAccess,
            kAccessRehearsedPrivateFields},
    KindRow{LeafKind::kDatasetPublished, "dataset.published", LogName::kRegister, kDatasetFields},
    KindRow{LeafKind::kPrivateDatasetPublished, "private-dataset.published", LogName::kRegister,
            kCommitmentFields},
    KindRow{LeafKind::kRequestRejected, "request.rejected", LogName::kRegister,
            kRequestRejectedFields},
    KindRow{LeafKind::kAgreementApproved, "agreement.approved", LogName::kRegister,
            kAgreementApprovedFields},
    KindRow{LeafKind::kAgreementCountersigned, "agreement.countersigned", LogName::kRegister,
            kAgreementCountersignedFields},
    KindRow{LeafKind::kAgreementChanged, "agreement.changed", LogName::kRegister,
            kAgreementChangedFields},
    KindRow{LeafKind::kTextRemoved, "text.removed", LogName::kRegister, kTextRemovedFields},
    KindRow{LeafKind::kHomeRestored, "home.restored", LogName::kRegister, kHomeRestoredFields},
};

const KindRow& RowOf(LeafKind kind) {
  const KindRow& row = kKinds[static_cast<std::size_t>(kind)];
  CHECK(row.kind == kind);
  return row;
}

constexpr std::uint64_t kMaxNumber = (1ULL << 53U) - 1;
constexpr std::string_view kOutboxMember = "\"outbox\":";

}  // namespace

bool IsPublicNumber(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  constexpr std::size_t kMinDigits = 4;
  constexpr std::size_t kMaxDigits = 9;
  if (!text.starts_with("DSR-") && !text.starts_with("DSA-")) return false;
  text.remove_prefix(4);
  const auto all_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (text.size() < kYearDigits + 1 + kMinDigits || text[kYearDigits] != '-') return false;
  const std::string_view number = text.substr(kYearDigits + 1);
  return all_digits(text.substr(0, kYearDigits)) && all_digits(number) &&
         number.size() <= kMaxDigits && (number.size() == kMinDigits || number.front() != '0');
}

LogName LogOf(LeafKind kind) { return RowOf(kind).log; }

LeafDraft& LeafDraft::Set(base::Literal field, std::string_view type, base::Json value) {
  const auto fields = RowOf(kind_).fields;
  CHECK(std::ranges::any_of(
      fields, [&](const FieldRow& row) { return row.name == field.view() && row.type == type; }));
  for (const auto& [name, there] : members_) CHECK(name != field.view());
  members_.emplace_back(std::string(field.view()), std::move(value));
  return *this;
}

LeafDraft& LeafDraft::Code(base::Literal field, base::Literal word) {
  return Set(field, kCode, word.view());
}

LeafDraft& LeafDraft::Number(base::Literal field, std::uint64_t number) {
  CHECK(number <= kMaxNumber);
  return Set(field, kNumber, number);
}

LeafDraft& LeafDraft::Flag(base::Literal field, bool flag) { return Set(field, kFlag, flag); }

LeafDraft& LeafDraft::Digest(base::Literal field, const base::Digest& digest) {
  return Set(field, kDigest, digest.Hex());
}

LeafDraft& LeafDraft::Origin(base::Literal field, std::string_view origin) {
  CHECK(IsOrigin(origin));
  return Set(field, kOrigin, origin);
}

LeafDraft& LeafDraft::Key(base::Literal field, const VerifierKey& key) {
  CHECK(IsOrigin(key.name));
  return Set(field, kKey, key.Text());
}

LeafDraft& LeafDraft::Slug(base::Literal field, std::string_view slug) {
  CHECK(base::IsSlug(slug));
  return Set(field, kSlug, slug);
}

LeafDraft& LeafDraft::PublicNumber(base::Literal field, std::string_view number) {
  CHECK(IsPublicNumber(number));
  return Set(field, kPublicNumber, number);
}

std::string LeafDraft::Write(std::int64_t outbox_id, base::Instant now) const {
  const KindRow& row = RowOf(kind_);
  CHECK(members_.size() == row.fields.size());
  const std::string time = row.log == LogName::kAccess ? now.HourText() : now.Text();
  base::Json::Members members = members_;
  members.emplace_back("kind", row.name);
  members.emplace_back("outbox", outbox_id);
  members.emplace_back("time", time);
  auto text = base::WriteCanonicalJson(base::Json::Object(std::move(members)));
  CHECK(text.has_value());
  return std::move(*text);
}

std::optional<std::int64_t> OutboxIdOf(std::string_view leaf) {
  // No field's value can hold this text: none may hold a quotation mark.
  const std::size_t at = leaf.find(kOutboxMember);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = leaf.substr(at + kOutboxMember.size());
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  const auto id = base::ParseDecimal(digits);
  if (!id || *id > kMaxNumber) return std::nullopt;
  return static_cast<std::int64_t>(*id);
}

}  // namespace ledger
