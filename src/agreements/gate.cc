#include "agreements/gate.h"

#include <array>
#include <utility>

#include "base/canonical_json.h"
#include "base/check.h"
#include "base/format.h"
#include "base/slug.h"
#include "identity/visibility.h"
#include "ledger/ledger.h"
#include "storage/accesses.h"
#include "storage/outbox.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;
using ledger::LeafDraft;
using ledger::LeafKind;

constexpr std::int64_t kSecondsPerHour = 3'600;
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kOrphansAtOnce = 1'000;

constexpr std::array<base::Literal, 1> kDoorCodes = {"query"};
constexpr std::array<base::Literal, 6> kOutcomeCodes = {"complete", "failed",  "refused",
                                                        "cut",      "revoked", "unknown"};

Json VersionJson(const PinnedVersion& version) {
  return Json::Object({{"dataset", version.dataset}, {"version", version.version}});
}

std::string Canonical(const Json& json) {
  auto text = base::WriteCanonicalJson(json);
  CHECK(text.has_value());  // no number of ours is beyond 2^53
  return std::move(*text);
}

// docs/formats/access.md
std::string PrivateRecord(const identity::Principal& principal, const Question& question,
                          const std::vector<PinnedVersion>& versions) {
  Json::Items data;
  Json::Items lists;
  for (const PinnedVersion& each : versions) {
    (each.is_list ? lists : data).push_back(VersionJson(each));
  }
  return Canonical(Json::Object({{"agreement", question.agreement},
                                 {"door", CodeOf(question.door).view()},
                                 {"lists", Json::Array(std::move(lists))},
                                 {"params", question.params},
                                 {"purpose", question.purpose},
                                 {"sql", Json::Repaired(question.sql)},
                                 {"subject", principal.id.Text()},
                                 {"versions", Json::Array(std::move(data))}}));
}

LeafDraft OpeningLeaf(const Question& question, const PinnedVersion& data,
                      const base::Digest& commitment, std::string_view salt) {
  LeafDraft leaf(data.is_public ? LeafKind::kAccessOpened : LeafKind::kAccessOpenedPrivate);
  leaf.PublicNumber("agreement", question.agreement)
      .Digest("commitment", commitment)
      .Code("door", CodeOf(question.door))
      .Slug("purpose", question.purpose);
  if (data.is_public) return leaf.Slug("dataset", data.dataset).Number("version", data.version);
  return leaf.Digest("dataset_commitment", base::Sha256(salt, Canonical(VersionJson(data))));
}

}  // namespace

base::Literal CodeOf(Door door) { return kDoorCodes[static_cast<std::size_t>(door)]; }
base::Literal CodeOf(AccessOutcome outcome) {
  return kOutcomeCodes[static_cast<std::size_t>(outcome)];
}

// --- the permit
// -----------------------------------------------------------------------------------

struct Permit::Content {
  Gate* gate = nullptr;
  std::string agreement;
  base::Digest policy_digest;
  std::vector<PinnedVersion> versions;
  std::uint64_t access = 0;
  std::int64_t opened_outbox = 0;
  std::uint64_t opened_index = 0;
  std::stop_source stop;
};

Permit::Permit(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Permit::Permit(Permit&& other) noexcept = default;
Permit::~Permit() {
  if (content_ != nullptr) content_->gate->CloseDropped(*content_);
}

const std::string& Permit::agreement() const { return content_->agreement; }
const base::Digest& Permit::policy_digest() const { return content_->policy_digest; }
const std::vector<PinnedVersion>& Permit::versions() const { return content_->versions; }
std::uint64_t Permit::opened_index() const { return content_->opened_index; }
std::stop_token Permit::stop() const { return content_->stop.get_token(); }

// --- starting
// -------------------------------------------------------------------------------------

base::Result<std::unique_ptr<Gate>> Gate::Open(base::World& world, storage::Store& store,
                                               ledger::Ledger& ledger, VersionSource& versions) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Gate> gate(new Gate(world, store, ledger, versions));
  TRY(gate->CloseOrphans());
  TRY(gate->CountToday());
  return gate;
}

// In rounds, so that memory stays small however many there are; each round closes what it saw, so
// there are fewer every time.
base::Result<void> Gate::CloseOrphans() {
  while (true) {
    std::vector<storage::AccessRow> orphans;
    TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
      orphans = TRY(storage::AccessRepository(transaction).Open(kOrphansAtOnce));
      return {};
    }));
    for (const storage::AccessRow& each : orphans) {
      CHECK(each.opened_index.has_value());  // the ledger sent what was pending when it was opened
      TRY(RecordEnd(each.opened_outbox, *each.opened_index, {.outcome = AccessOutcome::kUnknown}));
    }
    if (orphans.size() < kOrphansAtOnce) return {};
  }
}

base::Result<void> Gate::CountToday() {
  counted_day_ = TRY(base::LondonDay(world_.clock().Now()));
  return store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    for (const auto& each :
         TRY(storage::AccessRepository(transaction).CountsOf(counted_day_.days, kMaxAgreements))) {
      counted_[each.agreement] = each.accesses;
    }
    return {};
  });
}

// --- what others tell it
// --------------------------------------------------------------------------

void Gate::Hold(std::string_view number) {
  auto state = state_.Lock();
  const auto entry = state->entries.find(number);
  if (entry != state->entries.end()) entry->second.is_held = true;
}

void Gate::Put(Terms terms) {
  std::vector<std::stop_source> stopped;
  {
    auto state = state_.Lock();
    auto entry = state->entries.find(terms.number);
    if (entry == state->entries.end()) {
      const auto counted = counted_.find(terms.number);
      const std::uint64_t accesses = counted == counted_.end() ? 0 : counted->second;
      const std::string number = terms.number;
      entry =
          state->entries
              .emplace(number,
                       Entry{.terms = std::move(terms), .day = counted_day_, .accesses = accesses})
              .first;
    } else {
      entry->second.terms = std::move(terms);
      entry->second.is_held = false;
    }
    if (!Flows(entry->second.terms.state)) {
      for (const auto& [access, open] : entry->second.open) stopped.push_back(open.stop);
    }
  }
  // Unlocked: a callback may close its access, which wants the lock.
  for (std::stop_source& each : stopped) each.request_stop();
}

void Gate::StopSubject(const identity::SubjectId& subject) {
  std::vector<std::stop_source> stopped;
  {
    auto state = state_.Lock();
    for (const auto& [number, entry] : state->entries) {
      for (const auto& [access, open] : entry.open) {
        if (open.subject == subject) stopped.push_back(open.stop);
      }
    }
  }
  for (std::stop_source& each : stopped) each.request_stop();
}

base::Result<std::vector<std::uint64_t>> Gate::EntriesOf(const identity::Principal& principal,
                                                         std::uint64_t opened_index) {
  std::optional<storage::AccessRow> row;
  TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    row = TRY(storage::AccessRepository(transaction).FindByIndex(opened_index));
    return {};
  }));
  if (!row) return identity::Absent();
  {
    auto state = state_.Lock();
    const auto entry = state->entries.find(row->agreement);
    if (entry == state->entries.end() || !IsParty(entry->second.terms, principal)) {
      return identity::Absent();
    }
  }
  std::vector<std::uint64_t> entries{opened_index};
  if (row->closed_index) entries.push_back(*row->closed_index);
  return entries;
}

std::size_t Gate::open_accesses() {
  auto state = state_.Lock();
  return state->open;
}

// --- an access
// ------------------------------------------------------------------------------------

// London's clocks are whole hours from UTC and change on the hour, so its day is looked up once an
// hour: the time zone's tables are slower than all the rest of a decision.
base::Result<base::CivilDay> Gate::Today(State& state) {
  const base::Instant now = world_.clock().Now();
  const std::int64_t hour = now.microseconds / (base::kMicrosecondsPerSecond * kSecondsPerHour);
  if (state.hour != hour) {
    state.today = TRY(base::LondonDay(now));
    state.hour = hour;
  }
  return state.today;
}

base::Result<std::variant<Gate::Admission, Gate::Refusal>> Gate::Admit(
    const identity::Principal& principal, const Question& question) {
  auto state = state_.Lock();
  const base::CivilDay today = TRY(Today(*state));
  const auto found = state->entries.find(question.agreement);
  if (found == state->entries.end() || !IsParty(found->second.terms, principal)) {
    return identity::Absent();
  }
  Entry& entry = found->second;
  const std::uint64_t used = entry.day == today ? entry.accesses : 0;
  if (const auto reason = Judge(entry.terms, principal, question.purpose, today, used)) {
    return Refusal{entry.terms, *reason};
  }
  if (entry.is_held || state->open >= kMaxOpenAccesses) {
    return base::Fail(ErrorCode::kBusy,
                      entry.is_held ? "The agreement is being changed at this moment"
                                    : "Too many accesses run at this moment",
                      entry.terms.number, "Try again in a moment.");
  }
  Admission admission{entry.terms, state->next_access++, today, std::stop_source()};
  entry.day = today;
  entry.accesses = used + 1;
  entry.open.emplace(admission.access, Access{principal.id, admission.stop});
  ++state->open;
  return admission;
}

void Gate::Leave(std::string_view number, std::uint64_t access, bool uncount) {
  auto state = state_.Lock();
  const auto entry = state->entries.find(number);
  if (entry == state->entries.end() || entry->second.open.erase(access) == 0) return;
  --state->open;
  if (uncount && entry->second.accesses > 0) --entry->second.accesses;
}

base::Result<Permit> Gate::Enter(const identity::Principal& principal, const Question& question) {
  if (question.sql.size() > kMaxSqlBytes) {
    return base::Fail(ErrorCode::kTooLarge, "The query is too long", "sql",
                      base::Format("Send at most {} bytes.", kMaxSqlBytes));
  }
  auto judged = TRY(Admit(principal, question));
  if (const auto* refusal = std::get_if<Refusal>(&judged)) {
    TRY(RecordRefusal(*refusal, question.door));
    return base::Fail(ErrorOf(refusal->reason, refusal->terms));
  }
  const auto& admission = std::get<Admission>(judged);
  auto permit = Record(principal, question, admission);
  if (!permit) Leave(question.agreement, admission.access, true);
  return permit;
}

base::Result<Permit> Gate::Record(const identity::Principal& principal, const Question& question,
                                  const Admission& admission) {
  auto versions = TRY(versions_.Newest(question.agreement));
  CHECK(!versions.empty());
  const std::string record = PrivateRecord(principal, question, versions);
  const std::string salt = world_.randomness().Bytes(kSaltBytes);
  std::int64_t outbox = 0;
  const auto change = [&](storage::Transaction& transaction) -> base::Result<void> {
    outbox = TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kAccess));
    return storage::AccessRepository(transaction)
        .Add({.opened_outbox = outbox,
              .agreement = question.agreement,
              .subject = principal.id,
              .day = admission.day.days,
              .salt = salt,
              .record = record,
              .closed_outbox = {},
              .opened_index = {},
              .closed_index = {}});
  };
  const LeafDraft leaf = OpeningLeaf(question, versions.front(), base::Sha256(salt, record), salt);
  const std::uint64_t index = TRY(ledger_.Record(change, leaf));
  // Milestone: the access is on record.
  auto content = std::make_unique<Permit::Content>(
      Permit::Content{this, question.agreement, admission.terms.policy_digest, std::move(versions),
                      admission.access, outbox, index, admission.stop});
  return Permit(std::move(content));
}

base::Result<Rehearsal> Gate::OpenRehearsal(const identity::Principal& principal,
                                            const identity::OrganisationId& owner,
                                            std::string_view request,
                                            const PinnedVersion& version) {
  if (principal.organisation != owner) return identity::Absent();
  if (!principal.MayDecideFor(owner)) {
    return base::Fail(ErrorCode::kForbidden, "You may not decide for the owner of the dataset", {},
                      "Ask an approver of your organisation, or use a token with scope decide.");
  }
  LeafDraft leaf(version.is_public ? LeafKind::kAccessRehearsed
                                   : LeafKind::kAccessRehearsedPrivate);
  leaf.PublicNumber("request", request);
  std::string salt;
  if (version.is_public) {
    leaf.Slug("dataset", version.dataset).Number("version", version.version);
  } else {
    salt = world_.randomness().Bytes(kSaltBytes);
    leaf.Digest("dataset_commitment", base::Sha256(salt, Canonical(VersionJson(version))));
  }
  const std::uint64_t index =
      TRY(ledger_.Record([](storage::Transaction&) -> base::Result<void> { return {}; }, leaf));
  // Milestone: the rehearsal is on record.
  return Rehearsal(std::string(request), version, std::move(salt), index);
}

base::Result<void> Gate::RecordRefusal(const Refusal& refusal, Door door) {
  TRY(ledger_.Record([](storage::Transaction&) -> base::Result<void> { return {}; },
                     LeafDraft(LeafKind::kAccessRefused)
                         .PublicNumber("agreement", refusal.terms.number)
                         .Code("door", CodeOf(door))
                         .Code("reason", CodeOf(refusal.reason))));
  return {};
}

base::Result<std::uint64_t> Gate::Close(Permit permit, const Ending& ending) {
  const std::unique_ptr<Permit::Content> content = std::move(permit.content_);
  CHECK(content != nullptr);
  Leave(content->agreement, content->access, false);
  return RecordEnd(content->opened_outbox, content->opened_index, ending);
}

// What cannot be put on record now is closed as unknown when the gate is opened next.
void Gate::CloseDropped(Permit::Content& content) {
  Leave(content.agreement, content.access, false);
  static_cast<void>(RecordEnd(content.opened_outbox, content.opened_index, {}));
}

base::Result<std::uint64_t> Gate::RecordEnd(std::int64_t opened_outbox, std::uint64_t opened_index,
                                            const Ending& ending) {
  const auto change = [&](storage::Transaction& transaction) -> base::Result<void> {
    const auto outbox =
        TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kAccess));
    const bool was_open = TRY(storage::AccessRepository(transaction).Close(opened_outbox, outbox));
    if (!was_open) return base::Fail(ErrorCode::kConflict, "The access has ended already");
    return {};
  };
  return ledger_.Record(change, LeafDraft(LeafKind::kAccessClosed)
                                    .Digest("body", ending.body)
                                    .Number("bytes", ending.bytes)
                                    .Number("opened", opened_index)
                                    .Code("outcome", CodeOf(ending.outcome))
                                    .Number("rows", ending.rows)
                                    .Digest("template", ending.query_template));
}

}  // namespace agreements
