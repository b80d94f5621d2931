// The owner's approval: from a request in review to an agreement that awaits its signature, as one
// fact. Everything that was checked when the request was sent is checked again, inside the
// transaction: law, schemas and people may have changed since.
#include "agreements/agreements.h"
#include "agreements/internal/agreement_rows.h"
#include "agreements/internal/request_rows.h"
#include "agreements/internal/sharing.h"
#include "base/check.h"
#include "identity/current_principal.h"
#include "ledger/ledger.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using identity::Principal;
using ledger::LeafDraft;
using ledger::LeafKind;
using storage::AgreementRow;
using storage::RequestRow;
using storage::Transaction;

// Salts and keys, made before the transaction.
struct Secrets {
  explicit Secrets(base::Randomness& randomness)
      : sentence(randomness.Bytes(internal::kSaltBytes)),
        purpose(randomness.Bytes(internal::kSaltBytes)),
        words(randomness.Bytes(internal::kSaltBytes)),
        agreement(randomness.Bytes(internal::kSaltBytes)),
        token_key(randomness.Bytes(kTokenKeyBytes)) {}
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;
  ~Secrets() { base::Wipe(token_key); }

  std::string sentence;
  std::string purpose;
  std::string words;
  std::string agreement;
  std::string token_key;
};

base::Result<RequestRow> DecidedRequest(Transaction& transaction, const Principal& actor,
                                        std::string_view number, std::uint64_t revision) {
  RequestRow row = TRY(internal::SeenRequest(transaction, actor, number));
  const Principal current = TRY(identity::CurrentPrincipal(transaction, actor));
  TRY(internal::RequirePart(transaction, current, row, Part::kOwnerApprover));
  if (static_cast<std::uint64_t>(row.revision) != revision) {
    return Fail(ErrorCode::kStale, "The request has changed since you looked", row.number);
  }
  if (Next(TRY(internal::StateOf(row)), RequestEvent::kApprove, Part::kOwnerApprover)) return row;
  return Fail(ErrorCode::kConflict, "The state of the request does not allow this", row.number);
}

}  // namespace

struct Agreements::Approval {
  const Principal& actor;
  std::string_view request;
  std::uint64_t revision;
  std::string_view words;
  const identity::Along& along;
  Secrets secrets;
  std::string number{};  // of the agreement, once it is known
};

namespace {

base::Result<Verdict> CheckAgain(Transaction& transaction, const RequestDocument& document,
                                 const internal::Facts& facts, const Law& law,
                                 const Processor& server_operator, base::Instant now) {
  CHECK(document.policy.has_value());  // it was sent
  if (TRY(base::LondonDay(now)) > *document.proposal.end) {
    return Fail(ErrorCode::kConflict, "The last day that is asked for is over", "/proposal/end",
                "Return the request, so that its days can be mended.");
  }
  const auto fits = CheckPolicy(*document.policy, facts.Schemas());
  if (!fits) {
    return Fail(ErrorCode::kConflict, "The policy does not fit the newest version of the data",
                "/policy" + fits.error().where, "Return the request, so that it can be mended.");
  }
  TRY(internal::CheckRecipients(transaction, *document.policy, facts.asker.id));
  Verdict verdict = TRY(internal::CheckDocument(document, facts, law, server_operator, now));
  TRY(internal::RequireNoRefusal(verdict));
  return verdict;
}

base::Result<AgreementRow> NewRow(Transaction& transaction, const RequestRow& request,
                                  const RequestDocument& document, const internal::Facts& facts,
                                  const Secrets& secrets, TokenKeyWrapping& wrapping,
                                  base::Instant now) {
  const std::string number = TRY(internal::NewNumber(transaction, "DSA", now));
  const std::string_view waiting = CodeOf(AgreementState::kAwaitingSignature).view();
  AgreementRow row{
      .number = number,
      .request = request.number,
      .owner = request.owner,
      .recipient = request.asker,
      .dataset = request.dataset,
      .state = std::string(waiting),
      .state_before = std::string(waiting),
      .outbox = TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister)),
      .policy = internal::CanonicalText(PolicyJson(*document.policy)),
      .document = request.submitted,
      .verdict = {},
      .sentence = TRY(internal::AddText(transaction, number, secrets.sentence, document.sentence)),
      .purpose =
          TRY(internal::AddText(transaction, number, secrets.purpose, document.proposal.purpose)),
      .salt = secrets.agreement,
      .token_key = wrapping.Wrap({number, kFirstTokenKeyVersion}, secrets.token_key),
      .token_key_version = static_cast<std::int64_t>(kFirstTokenKeyVersion),
      .first_day = *document.proposal.start,
      .last_day = *document.proposal.end,
      .review_day = document.proposal.review,
      .approved_day = TRY(base::LondonDay(now)),
      .approved = now,
      .changed = now};
  if (facts.list) row.list = facts.list->id;
  return row;
}

// The same event in the history of the request and in that of the agreement.
base::Result<void> AddEvents(Transaction& transaction, const RequestRow& request,
                             const AgreementRow& row, const base::Digest& words) {
  storage::HistoryRow event{.number = request.number,
                            .event = std::string(CodeOf(RequestEvent::kApprove).view()),
                            .state = request.state,
                            .part = std::string(CodeOf(Part::kOwnerApprover).view()),
                            .reason = {},
                            .comment = {},
                            .words = words,
                            .at = row.approved,
                            .outbox = row.outbox};
  storage::HistoryRepository history(transaction);
  TRY(history.Add(event));
  event.number = row.number;
  event.state = row.state;
  return history.Add(event);
}

}  // namespace

base::Result<void> Agreements::Accept(Transaction& transaction, Approval& approval,
                                      LeafDraft& leaf) {
  const base::Instant now = world_.clock().Now();
  RequestRow request =
      TRY(DecidedRequest(transaction, approval.actor, approval.request, approval.revision));
  const RequestDocument document = TRY(internal::ParseDocument(request.submitted));
  const auto facts = TRY(internal::LoadFacts(transaction, document, request.asker));
  const Verdict verdict =
      TRY(CheckAgain(transaction, document, facts, law_, settings_.server_operator, now));
  AgreementRow row =
      TRY(NewRow(transaction, request, document, facts, approval.secrets, wrapping_, now));
  row.verdict = internal::CanonicalText(VerdictJson(verdict));
  const base::Digest words =
      TRY(internal::AddText(transaction, row.number, approval.secrets.words, approval.words));
  TRY(storage::AgreementRepository(transaction).Add(row));
  request.state = CodeOf(RequestState::kAccepted).view();
  request.agreement = row.number;
  request.verdict = row.verdict;
  request.changed = now;
  ++request.revision;
  TRY(storage::RequestRepository(transaction).Update(request));
  TRY(AddEvents(transaction, request, row, words));
  leaf = LeafDraft(LeafKind::kAgreementApproved)
             .PublicNumber("agreement", row.number)
             .Slug("dataset", facts.dataset.slug)
             .Digest("document", base::Sha256(row.salt, internal::CanonicalText(
                                                            internal::ParseStored(row.document))))
             .Digest("law", law_.digest)
             .Slug("owner", facts.owner.slug)
             .Digest("policy", base::Sha256(row.policy))
             .Digest("purpose", row.purpose)
             .Slug("recipient", facts.asker.slug)
             .PublicNumber("request", request.number)
             .Digest("sentence", row.sentence)
             .Digest("verdict", base::Sha256(row.verdict))
             .Digest("words", words);
  approval.number = row.number;
  return identity::WriteAlong(approval.along, transaction, row.number);
}

base::Result<Agreement> Agreements::Approve(const Principal& actor, std::string_view request,
                                            std::uint64_t revision, std::string_view words,
                                            const identity::Along& along) {
  TRY(internal::CheckWordsText(words));
  Approval approval{actor, request, revision, words, along, Secrets(world_.randomness())};
  {
    auto turn = turn_.Lock();
    LeafDraft leaf(LeafKind::kAgreementApproved);
    const auto recorded =
        ledger_.Record([&](Transaction& t) { return Accept(t, approval, leaf); }, leaf);
    // Committed and pending: the gate may know of it already, it lets nobody in yet.
    if (!approval.number.empty()) static_cast<void>(TellGate(approval.number, *turn));
    if (!recorded) return Fail(recorded.error());
  }
  return Find(actor, approval.number);
}

}  // namespace agreements
