#include "agreements/internal/sharing.h"

#include "agreements/gateway.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "catalogue/cursor.h"
#include "storage/subjects.h"

namespace agreements {

using base::Json;

Json BodyJson(const Body& body) { return Json::Object({{"slug", body.slug}, {"name", body.name}}); }

Json HistoryJson(const std::vector<HistoryEvent>& history) {
  Json::Items items;
  for (const HistoryEvent& each : history) {
    items.push_back(Json::Object({{"event", each.event},
                                  {"state", each.state},
                                  {"part", each.part},
                                  {"reason", each.reason},
                                  {"comment", each.comment},
                                  {"words", each.words ? Json(each.words->Hex()) : Json()},
                                  {"time", each.at.Text()},
                                  {"leaf", each.leaf_index ? Json(*each.leaf_index) : Json()}}));
  }
  return Json::Array(std::move(items));
}

}  // namespace agreements

namespace agreements::internal {
namespace {

using base::ErrorCode;
using base::Fail;
using storage::Transaction;

base::Result<catalogue::Schema> NewestSchema(Transaction& transaction,
                                             const storage::DatasetId& id) {
  // One whose leaf is pending will count, so policies must fit it already.
  const auto version = TRY(storage::VersionRepository(transaction).Newest(id));
  CHECK(version.has_value());  // the dataset has one that counts
  const Json json = TRY(base::ParseJson(version->schema, base::kSyntaxTreeJson));
  return catalogue::ReadSchema(base::JsonItem(json, ""));
}

// A dataset that this body may know of, with a version that counts.
base::Result<storage::DatasetRow> KnownDataset(Transaction& transaction, std::string_view slug,
                                               const identity::OrganisationId& asker,
                                               const char* where) {
  auto row = TRY(storage::DatasetRepository(transaction).FindBySlug(slug));
  const bool is_known = row && row->latest && (!row->is_private || row->organisation == asker);
  if (is_known) return std::move(*row);
  return Fail(ErrorCode::kNotFound, "There is no such dataset with a published version", where,
              "Name a dataset by the slug that the catalogue shows.");
}

}  // namespace

base::Result<identity::Organisation> OrganisationOf(Transaction& transaction,
                                                    const identity::OrganisationId& id) {
  const auto row = TRY(storage::OrganisationRepository(transaction).Find(id));
  CHECK(row.has_value());  // the store refers to it
  return identity::Organisation{row->id,      row->slug,    row->name,     row->kind,
                                row->created, row->country, row->area_code};
}

base::Result<Facts> LoadFacts(Transaction& transaction, const RequestDocument& document,
                              const identity::OrganisationId& asker) {
  auto dataset = TRY(KnownDataset(transaction, document.dataset, asker, "/dataset"));
  if (dataset.organisation == asker) {
    return Fail(ErrorCode::kInvalid, "The dataset is your own organisation's", "/dataset",
                "Nobody needs an agreement for the data of their own body.");
  }
  Facts facts{.owner = TRY(OrganisationOf(transaction, dataset.organisation)),
              .asker = TRY(OrganisationOf(transaction, asker)),
              .dataset = dataset,
              .schema = TRY(NewestSchema(transaction, dataset.id)),
              .list = {},
              .list_schema = {}};
  if (!document.policy || !document.policy->member_of) return facts;
  facts.list = TRY(
      KnownDataset(transaction, document.policy->member_of->list, asker, "/policy/member_of/list"));
  if (facts.list->organisation != asker) {
    return Fail(ErrorCode::kInvalid, "The list is not a dataset of the asking body",
                "/policy/member_of/list", "Name a dataset that your own organisation published.");
  }
  facts.list_schema = TRY(NewestSchema(transaction, facts.list->id));
  return facts;
}

base::Result<void> CheckRecipients(Transaction& transaction, const Policy& policy,
                                   const identity::OrganisationId& asker) {
  for (std::size_t i = 0; i < policy.recipients.size(); ++i) {
    const auto id = identity::SubjectId::Parse(policy.recipients[i]);
    const auto subject = id ? TRY(storage::SubjectRepository(transaction).Find(*id))
                            : std::optional<storage::SubjectRow>{};
    if (subject && subject->organisation == asker && !subject->is_disabled) continue;
    return Fail(ErrorCode::kInvalid, "This recipient is nobody of the asking body",
                base::Format("/policy/recipients/{}", i),
                "Name people and machines of your own organisation by their ids.");
  }
  return {};
}

base::Result<Verdict> CheckDocument(const RequestDocument& document, const Facts& facts,
                                    const Law& law, const Processor& server_operator,
                                    base::Instant now) {
  const Proposal proposal = TRY(ComposeProposal(document, {.owner = &facts.owner,
                                                           .asker = &facts.asker,
                                                           .schema = &facts.schema,
                                                           .law = &law,
                                                           .server_operator = &server_operator,
                                                           .today = TRY(base::LondonDay(now))}));
  return CheckGateway(proposal, law);
}

base::Result<void> RequireNoRefusal(const Verdict& verdict) {
  if (verdict.MayBeSent()) return {};
  std::string rules;
  for (const Finding& finding : verdict.findings) {
    if (finding.outcome < Outcome::kNotChecked) continue;
    rules += (rules.empty() ? "" : ", ") + finding.rule;
  }
  return Fail(ErrorCode::kConflict, "The gateway check does not let this be sent", rules,
              "Look at the verdict: each of these rules says what to do.");
}

base::Result<RequestDocument> ParseDocument(std::string_view text) {
  const Json json = TRY(base::ParseJson(text, base::kRequestJson));
  return ReadRequestDocument(json);
}

Json ParseStored(std::string_view text) {
  if (text.empty()) return {};
  auto json = base::ParseJson(text, base::kSyntaxTreeJson);
  return json ? std::move(*json) : Json();
}

base::Result<std::string> NewNumber(Transaction& transaction, std::string_view series,
                                    base::Instant now) {
  const std::string day = TRY(base::LondonDay(now)).Text();
  const std::string year = day.substr(0, day.find('-'));
  const auto digits = base::ParseDecimal(year);
  CHECK(digits.has_value());
  const std::int64_t next =
      TRY(storage::NumberRepository(transaction).Next(series, static_cast<std::int64_t>(*digits)));
  return base::Format("{}-{}-{:04}", series, year, next);
}

base::Result<Body> BodyOf(Transaction& transaction, const identity::OrganisationId& id) {
  const auto organisation = TRY(OrganisationOf(transaction, id));
  return Body{id, organisation.slug, organisation.name};
}

base::Result<std::vector<HistoryEvent>> HistoryOf(Transaction& transaction,
                                                  std::string_view number) {
  std::vector<HistoryEvent> history;
  for (auto& row : TRY(storage::HistoryRepository(transaction).ListOf(number, kMaxHistory))) {
    history.push_back({std::move(row.event), std::move(row.state), std::move(row.part),
                       std::move(row.reason), std::move(row.comment), row.words, row.at,
                       row.leaf_index});
  }
  return history;
}

base::Result<base::Digest> AddText(Transaction& transaction, std::string_view number,
                                   std::string_view salt, std::string_view text) {
  const base::Digest digest = base::Sha256(salt, text);
  TRY(storage::TextRepository(transaction)
          .Add({.digest = digest,
                .number = std::string(number),
                .salt = std::string(salt),
                .text = std::string(text)}));
  return digest;
}

base::Result<void> CheckWordsText(std::string_view words) {
  if (words.size() > 4 * kMaxWordsCharacters) {
    return Fail(ErrorCode::kTooLarge, "The words are too long", "words",
                base::Format("Write at most {} characters.", kMaxWordsCharacters));
  }
  if (!base::IsUtf8(words) || words.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalid, "The words are no plain text", "words");
  }
  return {};
}

base::Result<void> CheckReason(Reason reason, ReasonUse use) {
  if (IsReasonFor(reason, use)) return {};
  return Fail(ErrorCode::kInvalid, "This reason is not one for this act", "reason",
              "Choose one from the list of the act.");
}

namespace {
constexpr std::size_t kMaxCursorBytes = 1'024;
constexpr std::size_t kIdDigits = 32;
}  // namespace

// A public number is no id, so both parts stand in the sort key.
std::string CursorOf(std::string_view key, std::string_view scope,
                     const storage::ChangePosition& position) {
  return catalogue::SealCursor(
      key, scope,
      {base::Format("{} {}", position.changed, position.number), std::string(kIdDigits, '0')});
}

base::Result<std::optional<storage::ChangePosition>> PositionOf(std::string_view key,
                                                                std::string_view scope,
                                                                std::string_view cursor) {
  if (cursor.empty()) return std::optional<storage::ChangePosition>{};
  if (cursor.size() <= kMaxCursorBytes) {
    const auto position = catalogue::OpenCursor(key, scope, cursor);
    const std::string text = position ? position->sort_key : std::string();
    const auto changed = base::ParseDecimal(text.substr(0, text.find(' ')));
    if (changed) {
      return std::optional(storage::ChangePosition{static_cast<std::int64_t>(*changed),
                                                   text.substr(text.find(' ') + 1)});
    }
  }
  return Fail(ErrorCode::kInvalid, "The cursor is of another list", "cursor",
              "Begin again with the first page.");
}

}  // namespace agreements::internal
