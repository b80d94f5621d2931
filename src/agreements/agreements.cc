// Changes of agreements: how each is made whole, and what the gate is told.
//
// The order of a change, and what a crash after each step leaves:
//   1  a first look, so that a stranger's attempt holds nobody up         nothing
//   2  the gate is held: nobody new is let in                             nothing
//   3  one transaction: the row, its history, its texts, the leaf         sent again at start
//      -- milestone: a stop is a fact; a grant is written and does not count yet --
//   4  the log has the leaf, the store its index: a grant counts          the same
//   5  the gate is told what the store says; what streams is stopped      told at start
//   6  the listener is told                                               it looks at start
// Where step 5 cannot read the store, an agreement stays held. After a stop whose commit may have
// failed, it is put as suspended from memory, so that nothing streams on while the disk is broken.
#include "agreements/agreements.h"

#include <utility>

#include "agreements/internal/agreement_rows.h"
#include "agreements/internal/request_rows.h"
#include "agreements/internal/sharing.h"
#include "base/check.h"
#include "base/format.h"
#include "identity/current_principal.h"
#include "identity/visibility.h"
#include "ledger/ledger.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using identity::Principal;
using ledger::LeafDraft;
using ledger::LeafKind;
using storage::AgreementRepository;
using storage::AgreementRow;
using storage::Transaction;

constexpr std::size_t kDueAtOnce = 500;

bool IsGrant(AgreementEvent event) {
  return event == AgreementEvent::kCountersign || event == AgreementEvent::kResume;
}

base::Result<AgreementRow> RowOf(Transaction& transaction, std::string_view number) {
  auto row = TRY(AgreementRepository(transaction).Find(number));
  if (!row) return identity::Absent();
  return std::move(*row);
}

// The policy of a row fits the newest schemas; kConflict at the place where it does not.
base::Result<void> CheckAgainstSchemas(const Policy& policy, const internal::Facts& facts) {
  auto checked = CheckPolicy(policy, facts.Schemas());
  if (checked) return {};
  return Fail(ErrorCode::kConflict, "The policy does not fit the newest version of the data",
              checked.error().where,
              "The columns have changed since the request; a new request is needed.");
}

}  // namespace

RecipientProperties PropertiesOf(const identity::Organisation& recipient) {
  RecipientProperties properties;
  if (!recipient.area_code.empty()) properties.emplace("area-code", recipient.area_code);
  return properties;
}

struct Agreements::Change {
  std::string_view number;
  AgreementEvent event = AgreementEvent::kSuspend;
  const Principal* actor = nullptr;  // null: the clock
  std::optional<Reason> reason{};    // nothing: of a signature
  std::string_view words{};
  std::string salt{};
  std::function<base::Result<void>(Transaction& transaction, AgreementRow& row)> act{};
  const identity::Along* along = nullptr;
};

base::Result<AgreementRow> Agreements::Look(Transaction& transaction, const Change& change,
                                            Part& part, AgreementState& next) {
  AgreementRow row = TRY(RowOf(transaction, change.number));
  part = Part::kClock;
  if (change.actor != nullptr) {
    const Principal current = TRY(identity::CurrentPrincipal(transaction, *change.actor));
    part = TRY(internal::PartOf(transaction, current, row, change.event));
  }
  const auto to = Next(TRY(internal::WrittenState(row)), change.event, part);
  if (!to) {
    return Fail(ErrorCode::kConflict, "The state of the agreement does not allow this", row.number);
  }
  if (IsGrant(change.event) && !row.leaf_index) {
    return Fail(ErrorCode::kUnavailable,
                "The change before is committed, but not yet in the register log", row.number,
                "Try again in a moment; if it goes on, look after the disk of the logs.");
  }
  next = *to;
  return row;
}

base::Result<void> Agreements::Apply(Transaction& transaction, const Change& change,
                                     LeafDraft& leaf) {
  Part part = Part::kClock;
  AgreementState next = AgreementState::kSuspended;
  AgreementRow row = TRY(Look(transaction, change, part, next));
  if (change.act) TRY(change.act(transaction, row));
  row.state_before = row.state;
  row.state = CodeOf(next).view();
  row.outbox = TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
  row.changed = world_.clock().Now();
  if (IsOver(next)) row.token_key.clear();
  TRY(AgreementRepository(transaction).Update(row));
  storage::HistoryRow event{.number = row.number,
                            .event = std::string(CodeOf(change.event).view()),
                            .state = row.state,
                            .part = std::string(CodeOf(part).view()),
                            .reason = {},
                            .comment = {},
                            .at = row.changed,
                            .outbox = row.outbox};
  if (change.reason) {
    event.reason = CodeOf(*change.reason).view();
    event.words = TRY(internal::AddText(transaction, row.number, change.salt, change.words));
    leaf = LeafDraft(LeafKind::kAgreementChanged)
               .PublicNumber("agreement", row.number)
               .Code("event", CodeOf(change.event))
               .Code("part", CodeOf(part))
               .Code("reason", CodeOf(*change.reason))
               .Code("state", CodeOf(next))
               .Digest("words", *event.words);
  } else {
    leaf = LeafDraft(LeafKind::kAgreementCountersigned)
               .PublicNumber("agreement", row.number)
               .Digest("law", law_.digest)
               .Digest("policy", base::Sha256(row.policy))
               .Digest("verdict", base::Sha256(row.verdict));
  }
  TRY(storage::HistoryRepository(transaction).Add(event));
  if (change.along == nullptr) return {};
  return identity::WriteAlong(*change.along, transaction, row.number);
}

// Puts what the store says. With the turn held.
base::Result<void> Agreements::TellGate(const std::string& number, Unsettled& unsettled) {
  std::optional<AgreementRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    row = TRY(RowOf(transaction, number));
    return {};
  }));
  Terms terms = TRY(internal::TermsOf(*row));
  const bool is_settled = terms.state == TRY(internal::WrittenState(*row));
  if (is_settled) {
    unsettled.erase(number);
  } else {
    unsettled.insert(number);
  }
  gate_.Put(std::move(terms));
  return {};
}

base::Result<void> Agreements::Make(const Change& change) {
  const std::string number(change.number);
  std::optional<Terms> before;
  base::Result<void> outcome;
  std::optional<AgreementState> stopped;
  {
    auto turn = turn_.Lock();
    TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
      Part part = Part::kClock;
      AgreementState next = AgreementState::kSuspended;
      before = TRY(internal::TermsOf(TRY(Look(transaction, change, part, next))));
      if (!Flows(next)) stopped = next;
      return {};
    }));
    gate_.Hold(number);
    LeafDraft leaf(LeafKind::kAgreementChanged);
    const auto recorded =
        ledger_.Record([&](Transaction& t) { return Apply(t, change, leaf); }, leaf);
    if (!recorded) outcome = Fail(recorded.error());
    const bool is_told = TellGate(number, *turn).has_value();
    // With kUnavailable nobody knows whether the stop is committed.
    const bool is_unknown = !recorded && recorded.error().code == ErrorCode::kUnavailable;
    if (stopped && (!is_told || is_unknown)) {
      before->state = AgreementState::kSuspended;
      gate_.Put(*before);
      turn->insert(number);  // the next Tick tells the truth, when there is one
    }
  }
  // Told also where the leaf is pending: a stop counts from its commit. Where nothing was
  // committed, hearing it once too often costs an extract that is made again.
  const bool may_be_committed = outcome || outcome.error().code == ErrorCode::kUnavailable ||
                                outcome.error().code == ErrorCode::kStorageFull;
  if (stopped && may_be_committed && listener_ != nullptr) listener_->Stopped(number, *stopped);
  return outcome;
}

base::Result<Agreement> Agreements::MakeFor(const Principal& actor, const Change& change) {
  TRY(Make(change));
  return Find(actor, change.number);
}

// --- the signature ------------------------------------------------------------------------------

base::Result<void> Agreements::Sign(Transaction& transaction, AgreementRow& row) {
  const base::Instant now = world_.clock().Now();
  if (TRY(base::LondonDay(now)) > row.last_day) {
    return Fail(ErrorCode::kConflict, "The last day of the agreement is over", row.number,
                "Data can be had under a new agreement alone.");
  }
  RequestDocument document = TRY(internal::ParseDocument(row.document));
  const auto facts = TRY(internal::LoadFacts(transaction, document, row.recipient));
  Policy policy = TRY(internal::PolicyOf(row));
  TRY(BindPolicy(policy, PropertiesOf(facts.asker)));
  TRY(CheckAgainstSchemas(policy, facts));
  TRY(internal::CheckRecipients(transaction, policy, row.recipient));
  const Verdict verdict =
      TRY(internal::CheckDocument(document, facts, law_, settings_.server_operator, now));
  TRY(internal::RequireNoRefusal(verdict));
  row.policy = internal::CanonicalText(PolicyJson(policy));
  row.verdict = internal::CanonicalText(VerdictJson(verdict));
  if (facts.list && !policy.member_of->follow_newer) row.list_version = facts.list->latest->number;
  return {};
}

base::Result<Agreement> Agreements::Countersign(const Principal& actor, std::string_view number,
                                                const identity::Along& along) {
  return MakeFor(actor, {.number = number,
                         .event = AgreementEvent::kCountersign,
                         .actor = &actor,
                         .act = [this](Transaction& transaction,
                                       AgreementRow& row) { return Sign(transaction, row); },
                         .along = &along});
}

// --- what ends or pauses it ---------------------------------------------------------------------

base::Result<Agreement> Agreements::Stop(const Principal& actor, std::string_view number,
                                         AgreementEvent event, const Decision& decision,
                                         const identity::Along& along) {
  const bool is_decline = event == AgreementEvent::kDecline;
  TRY(internal::CheckWordsText(decision.words));
  TRY(internal::CheckReason(decision.reason, is_decline ? ReasonUse::kDecline : ReasonUse::kStop));
  return MakeFor(actor, {.number = number,
                         .event = event,
                         .actor = &actor,
                         .reason = decision.reason,
                         .words = decision.words,
                         .salt = world_.randomness().Bytes(internal::kSaltBytes),
                         .along = &along});
}

base::Result<Agreement> Agreements::Decline(const Principal& actor, std::string_view number,
                                            const Decision& decision,
                                            const identity::Along& along) {
  return Stop(actor, number, AgreementEvent::kDecline, decision, along);
}

base::Result<Agreement> Agreements::Close(const Principal& actor, std::string_view number,
                                          const Decision& decision, const identity::Along& along) {
  return Stop(actor, number, AgreementEvent::kClose, decision, along);
}

base::Result<Agreement> Agreements::Suspend(const Principal& actor, std::string_view number,
                                            const Decision& decision,
                                            const identity::Along& along) {
  return Stop(actor, number, AgreementEvent::kSuspend, decision, along);
}

base::Result<Agreement> Agreements::Revoke(const Principal& actor, std::string_view number,
                                           const Decision& decision, const identity::Along& along) {
  return Stop(actor, number, AgreementEvent::kRevoke, decision, along);
}

base::Result<void> Agreements::CheckForResuming(Transaction& transaction, AgreementRow& row,
                                                const std::optional<base::CivilDay>& next_review) {
  const base::CivilDay today = TRY(base::LondonDay(world_.clock().Now()));
  if (today > row.last_day) {
    return Fail(ErrorCode::kConflict, "The last day of the agreement is over", row.number,
                "Data can be had under a new agreement alone.");
  }
  if (next_review) row.review_day = next_review;
  if (row.review_day && (*row.review_day < today || *row.review_day > row.last_day)) {
    return Fail(ErrorCode::kInvalid, "The day of the review is not between today and the last day",
                "review_day", "Name a day for the next review.");
  }
  const RequestDocument document = TRY(internal::ParseDocument(row.document));
  const auto facts = TRY(internal::LoadFacts(transaction, document, row.recipient));
  return CheckAgainstSchemas(TRY(internal::PolicyOf(row)), facts);
}

base::Result<Agreement> Agreements::Resume(const Principal& actor, std::string_view number,
                                           const Decision& decision,
                                           const std::optional<base::CivilDay>& next_review,
                                           const identity::Along& along) {
  TRY(internal::CheckWordsText(decision.words));
  TRY(internal::CheckReason(decision.reason, ReasonUse::kResume));
  const auto act = [&](Transaction& transaction, AgreementRow& row) {
    return CheckForResuming(transaction, row, next_review);
  };
  return MakeFor(actor, {.number = number,
                         .event = AgreementEvent::kResume,
                         .actor = &actor,
                         .reason = decision.reason,
                         .words = decision.words,
                         .salt = world_.randomness().Bytes(internal::kSaltBytes),
                         .act = act,
                         .along = &along});
}

// --- the clock ----------------------------------------------------------------------------------

namespace {

struct Due {
  AgreementEvent event;
  Reason reason;
};

// What a day brings to an agreement as it is written.
base::Result<std::optional<Due>> DueOn(const AgreementRow& row, base::CivilDay today) {
  const AgreementState state = TRY(internal::WrittenState(row));
  using Found = std::optional<Due>;
  if (state == AgreementState::kAwaitingSignature) {
    if (today.days <= row.approved_day.days + kDaysToSign) return Found{};
    return Found({AgreementEvent::kLapse, Reason::kTimeOver});
  }
  if (state != AgreementState::kActive && state != AgreementState::kSuspended) return Found{};
  if (today > row.last_day) return Found({AgreementEvent::kExpire, Reason::kTimeOver});
  if (state == AgreementState::kActive && row.review_day && today > *row.review_day) {
    return Found({AgreementEvent::kSuspend, Reason::kReviewMissed});
  }
  return Found{};
}

}  // namespace

base::Result<void> Agreements::SuspendByClock(std::string_view number, Reason reason) {
  return Make({.number = number,
               .event = AgreementEvent::kSuspend,
               .reason = reason,
               .salt = world_.randomness().Bytes(internal::kSaltBytes)});
}

base::Result<std::size_t> Agreements::MakeDue(const AgreementRow& row, base::CivilDay today) {
  const auto due = TRY(DueOn(row, today));
  if (!due) return 0;
  // In the transaction once more: somebody may have changed it since the list was read.
  const auto act = [&](Transaction&, AgreementRow& now) -> base::Result<void> {
    const auto still = TRY(DueOn(now, today));
    if (still && still->event == due->event) return {};
    return Fail(ErrorCode::kConflict, "It has changed meanwhile");
  };
  const auto made = Make({.number = row.number,
                          .event = due->event,
                          .reason = due->reason,
                          .salt = world_.randomness().Bytes(internal::kSaltBytes),
                          .act = act});
  if (made) return 1;
  if (made.error().code == ErrorCode::kConflict) return 0;
  return Fail(made.error());
}

base::Result<std::size_t> Agreements::Tick() {
  const base::CivilDay today = TRY(base::LondonDay(world_.clock().Now()));
  {
    auto turn = turn_.Lock();
    const Unsettled pending = *turn;
    for (const std::string& number : pending) TRY(TellGate(number, *turn));
  }
  std::size_t changed = 0;
  std::optional<base::Error> first;  // one that fails holds up no other
  const base::CivilDay approved_before{today.days - kDaysToSign};
  for (std::string after;;) {
    std::vector<AgreementRow> rows;
    TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
      rows =
          TRY(AgreementRepository(transaction).ListDue(today, approved_before, after, kDueAtOnce));
      return {};
    }));
    for (const AgreementRow& row : rows) {
      const auto made = MakeDue(row, today);
      if (made) changed += *made;
      if (!made && !first) first = made.error();
    }
    if (rows.size() < kDueAtOnce) break;
    after = rows.back().number;
  }
  if (first) return Fail(*std::move(first));
  return changed;
}

}  // namespace agreements
