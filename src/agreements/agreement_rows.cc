#include "agreements/internal/agreement_rows.h"

#include <algorithm>

#include "agreements/internal/sharing.h"
#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/check.h"
#include "identity/visibility.h"

namespace agreements {

using base::Json;

namespace {

Json TextJson(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json DatasetJson(const Agreement& agreement) {
  return Json::Object({{"slug", agreement.dataset}, {"title", agreement.dataset_title}});
}

Json ColumnsJson(const Policy& policy) {
  Json::Items columns;
  for (const PolicyColumn& each : policy.columns) {
    columns.push_back(
        Json::Object({{"name", each.name},
                      {"treatment", catalogue::TreatmentNames(each.treatment).front()},
                      {"reason", each.reason}}));
  }
  return Json::Array(std::move(columns));
}

Json CarriedJson(const Policy& policy) {
  Json::Items carried;
  if (policy.member_of) {
    for (const CarriedColumn& each : policy.member_of->carry)
      carried.emplace_back(each.OutputName());
  }
  return Json::Array(std::move(carried));
}

Json RegisterJson(const RegisterFields& fields) {
  return Json::Object(
      {{"power", fields.power},
       {"objective", fields.objective},
       {"act", fields.act},
       {"basis", fields.basis},
       {"territory", Json::Array({fields.territory.begin(), fields.territory.end()})},
       {"retention", fields.retention},
       {"contact", fields.contact}});
}

}  // namespace

Json AgreementJson(const Agreement& agreement) {
  const Policy& policy = agreement.policy;
  Json::Members members = {
      {"number", agreement.number},
      {"request", agreement.request},
      {"state", CodeOf(agreement.state).view()},
      {"owner", BodyJson(agreement.owner)},
      {"recipient", BodyJson(agreement.recipient)},
      {"dataset", DatasetJson(agreement)},
      {"sentence", TextJson(agreement.sentence)},
      {"purpose", TextJson(agreement.purpose)},
      {"purposes", Json::Array({policy.purposes.begin(), policy.purposes.end()})},
      {"doors", Json::Array({policy.doors.begin(), policy.doors.end()})},
      {"columns", ColumnsJson(policy)},
      {"carried", CarriedJson(policy)},
      {"first_day", agreement.first_day.Text()},
      {"last_day", agreement.last_day.Text()},
      {"review_day", agreement.review_day ? Json(agreement.review_day->Text()) : Json()},
      {"approved", agreement.approved.Text()},
      {"changed", agreement.changed.Text()},
      {"policy_digest", agreement.policy_digest.Hex()},
      {"register", RegisterJson(agreement.fields)},
      {"history", HistoryJson(agreement.history)}};
  if (agreement.is_party) {
    members.emplace_back("policy", PolicyJson(policy));
    members.emplace_back("document", agreement.document);
    members.emplace_back("verdict", agreement.verdict);
    members.emplace_back("list", agreement.list.empty() ? Json() : Json(agreement.list));
    members.emplace_back("salt", base::HexEncode(agreement.salt));
  }
  return Json::Object(std::move(members));
}

}  // namespace agreements

namespace agreements::internal {
namespace {

using base::ErrorCode;
using base::Fail;
using storage::AgreementRow;
using storage::Transaction;

constexpr std::uint64_t kDefaultUsesPerDay = 1'000;

base::Result<AgreementState> ParseState(std::string_view code) {
  const auto state = ParseAgreementState(code);
  if (state) return *state;
  return Fail(ErrorCode::kDamaged, "The store holds a state that is none", "store");
}

base::Result<std::optional<std::string>> TextOf(Transaction& transaction,
                                                const base::Digest& digest) {
  const auto row = TRY(storage::TextRepository(transaction).Find(digest));
  if (!row || row->removed_outbox) return std::optional<std::string>{};
  return std::optional(row->text);
}

base::Result<RegisterFields> FieldsOf(const AgreementRow& row) {
  Proposal proposal = TRY(ParseDocument(row.document)).proposal;
  return RegisterFields{.power = std::move(proposal.power),
                        .objective = std::move(proposal.objective),
                        .act = std::move(proposal.act),
                        .basis = std::move(proposal.asker.basis),
                        .territory = std::move(proposal.territory),
                        .retention = std::move(proposal.retention),
                        .contact = std::move(proposal.contact)};
}

identity::Side SideOf(const AgreementRow& row, const Reader& reader) {
  if (!reader) return identity::Side::kAnonymous;
  if (reader->organisation == row.recipient) return identity::Side::kOwnBody;
  return reader->organisation == row.owner ? identity::Side::kOtherParty
                                           : identity::Side::kOtherBody;
}

base::Result<void> AddForParties(Transaction& transaction, const AgreementRow& row,
                                 Agreement& agreement) {
  agreement.is_party = true;
  agreement.document = ParseStored(row.document);
  agreement.verdict = ParseStored(row.verdict);
  agreement.salt = row.salt;
  if (!row.list) return {};
  const auto list = TRY(storage::DatasetRepository(transaction).Find(*row.list));
  if (list) agreement.list = list->slug;
  return {};
}

}  // namespace

std::string CanonicalText(const base::Json& json) {
  auto text = base::WriteCanonicalJson(json);
  CHECK(text.has_value());  // no number of ours is beyond 2^53
  return *std::move(text);
}

base::Result<AgreementState> WrittenState(const AgreementRow& row) { return ParseState(row.state); }

base::Result<AgreementState> CountingState(const AgreementRow& row) {
  const AgreementState written = TRY(ParseState(row.state));
  const bool is_pending_grant = Flows(written) && !row.leaf_index;
  return is_pending_grant ? ParseState(row.state_before) : written;
}

base::Result<Policy> PolicyOf(const AgreementRow& row) {
  const base::Json json = TRY(base::ParseCanonicalJson(row.policy, base::kRequestJson));
  return ReadPolicy(base::JsonItem(json, ""));
}

base::Result<Terms> TermsOf(const AgreementRow& row) {
  const Policy policy = TRY(PolicyOf(row));
  Terms terms{.number = row.number,
              .owner = row.owner,
              .recipient = row.recipient,
              .state = TRY(CountingState(row)),
              .first_day = row.first_day,
              .last_day = row.last_day,
              .purposes = policy.purposes,
              .accesses_per_day = kDefaultUsesPerDay,
              .policy_digest = base::Sha256(row.policy)};
  if (policy.uses_per_day) {
    terms.accesses_per_day = static_cast<std::uint64_t>(*policy.uses_per_day);
  }
  for (const std::string& each : policy.recipients) {
    if (const auto id = identity::SubjectId::Parse(each)) terms.recipients.push_back(*id);
  }
  return terms;
}

base::Result<Agreement> AgreementOf(Transaction& transaction, const AgreementRow& row,
                                    const Reader& reader) {
  const auto sight = identity::SightOf(identity::ObjectKind::kAgreement, SideOf(row, reader));
  if (sight == identity::Sight::kNothing) return identity::Absent();
  Agreement agreement{.number = row.number,
                      .request = row.request,
                      .state = TRY(CountingState(row)),
                      .owner = TRY(BodyOf(transaction, row.owner)),
                      .recipient = TRY(BodyOf(transaction, row.recipient)),
                      .dataset = {},
                      .dataset_title = {},
                      .sentence = TRY(TextOf(transaction, row.sentence)),
                      .purpose = TRY(TextOf(transaction, row.purpose)),
                      .policy = TRY(PolicyOf(row)),
                      .policy_digest = base::Sha256(row.policy),
                      .first_day = row.first_day,
                      .last_day = row.last_day,
                      .review_day = row.review_day,
                      .approved = row.approved,
                      .changed = row.changed,
                      .fields = TRY(FieldsOf(row)),
                      .history = {},
                      .document = {},
                      .verdict = {},
                      .list = {},
                      .salt = {}};
  if (sight == identity::Sight::kSee) TRY(AddForParties(transaction, row, agreement));
  const auto dataset = TRY(storage::DatasetRepository(transaction).Find(row.dataset));
  CHECK(dataset.has_value());
  agreement.dataset = dataset->slug;
  agreement.dataset_title = dataset->title;
  return agreement;
}

base::Result<Part> PartOf(Transaction& transaction, const identity::Principal& actor,
                          const AgreementRow& row, AgreementEvent event) {
  const bool is_for_recipient = event == AgreementEvent::kCountersign ||
                                event == AgreementEvent::kDecline ||
                                event == AgreementEvent::kClose;
  if (is_for_recipient) {
    if (!actor.MayDecideFor(row.recipient)) {
      return Fail(ErrorCode::kForbidden, "This is done by approvers of the recipient", {},
                  "Ask an approver of the body that receives the data.");
    }
    if (!TRY(storage::RequestRepository(transaction).IsEditor(row.request, actor.id))) {
      return Part::kCountersigner;
    }
    return Fail(ErrorCode::kForbidden, "You cannot sign this: you edited the request", {},
                "Ask another approver of your organisation.");
  }
  if (actor.MayDecideFor(row.owner) && actor.organisation != row.recipient) {
    return Part::kOwnerApprover;
  }
  if (event == AgreementEvent::kSuspend && actor.AdministersPlatform()) {
    return Part::kPlatformAdministrator;
  }
  return Fail(ErrorCode::kForbidden, "This is done by approvers of the owner", {},
              "Ask an approver of the body that owns the data.");
}

}  // namespace agreements::internal
