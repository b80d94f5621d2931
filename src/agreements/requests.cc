// Requests. Each step is one transaction: the row as it stands, the actor as it is now, the table
// of states, what the step does, the history, and what is written along.
#include "agreements/requests.h"

#include <algorithm>
#include <utility>

#include "agreements/internal/request_rows.h"
#include "agreements/internal/sharing.h"
#include "base/check.h"
#include "base/format.h"
#include "identity/current_principal.h"
#include "ledger/ledger.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;
using identity::Principal;
using storage::RequestRepository;
using storage::RequestRow;
using storage::Transaction;

Part PartOf(RequestEvent event) {
  const bool is_asking = event == RequestEvent::kEdit || event == RequestEvent::kSubmit ||
                         event == RequestEvent::kCancel;
  return is_asking ? Part::kRequester : Part::kOwnerApprover;
}

base::Result<std::string> StoredText(const RequestDocument& document) {
  std::string text = base::WriteJson(RequestDocumentJson(document));
  if (text.size() <= kMaxRequestBytes) return text;
  return Fail(ErrorCode::kTooLarge, "The request is too long", "request",
              base::Format("Keep it below {} bytes.", kMaxRequestBytes));
}

base::Result<void> CheckRevision(const RequestRow& row, std::uint64_t revision) {
  if (static_cast<std::uint64_t>(row.revision) == revision) return {};
  return Fail(ErrorCode::kStale, "The request has changed since you looked", row.number);
}

// What must be there before anybody else is asked to read it.
base::Result<void> CheckWhole(const RequestDocument& document) {
  const Proposal& proposal = document.proposal;
  const std::pair<bool, const char*> parts[] = {{document.policy.has_value(), "/policy"},
                                                {!document.sentence.empty(), "/sentence"},
                                                {!proposal.purpose.empty(), "/proposal/purpose"},
                                                {proposal.start.has_value(), "/proposal/start"},
                                                {proposal.end.has_value(), "/proposal/end"}};
  for (const auto& [is_there, where] : parts) {
    if (is_there) continue;
    return Fail(ErrorCode::kInvalid, "The request is not finished", where,
                "Fill in this part before you send the request.");
  }
  return {};
}

base::Result<void> CheckSaved(const RequestDocument& document, const internal::Facts& facts,
                              const Law& law) {
  TRY(CheckWords(document.proposal, law));
  if (!document.policy) return {};
  auto checked = CheckPolicy(*document.policy, facts.Schemas());
  if (!checked) checked.error().where = "/policy" + checked.error().where;
  return checked;
}

std::string ScopeOf(const Principal& asker, RequestBox box) {
  return base::Format("requests {} {}", asker.id.Text(), static_cast<int>(box));
}

base::Result<std::vector<RequestRow>> RowsOf(Transaction& transaction, const Principal& asker,
                                             RequestBox box,
                                             const std::optional<storage::ChangePosition>& after,
                                             std::size_t limit) {
  RequestRepository requests(transaction);
  const auto& body = asker.organisation;
  const auto code = [](RequestState state) { return CodeOf(state).view(); };
  switch (box) {
    case RequestBox::kWaiting:
      if (!asker.MayDecideFor(body)) return std::vector<RequestRow>{};
      return requests.ListOfOwner(body, code(RequestState::kSubmitted),
                                  code(RequestState::kInReview), after, limit);
    case RequestBox::kReturned:
      return requests.ListEditedIn(body, asker.id, code(RequestState::kReturned), after, limit);
    case RequestBox::kSentByYou:
      return requests.ListOfAsker(body, asker.id, true, after, limit);
    case RequestBox::kSentByOthers:
      break;
  }
  return requests.ListOfAsker(body, asker.id, false, after, limit);
}

}  // namespace

// One step of one request.
struct Requests::Move {
  std::string_view number;
  std::uint64_t revision = 0;
  RequestEvent event = RequestEvent::kEdit;
  std::string_view comment{};
  std::optional<Decision> decision{};
  std::string salt{};  // of the decision's words
  // What else the step does to the row.
  std::function<base::Result<void>(Transaction& transaction, RequestRow& row)> act{};
  const identity::Along* along = nullptr;
};

base::Result<void> Requests::ReplaceDocument(Transaction& transaction, RequestRow& row,
                                             const Json& json) {
  const RequestDocument document = TRY(ReadRequestDocument(json));
  const auto facts = TRY(internal::LoadFacts(transaction, document, row.asker));
  if (facts.dataset.id != row.dataset) {
    return Fail(ErrorCode::kInvalid, "The dataset of a request cannot change", "/dataset",
                "Cancel this request and write one for the other dataset.");
  }
  TRY(CheckSaved(document, facts, law_));
  row.document = TRY(StoredText(document));
  return {};
}

base::Result<void> Requests::CheckForSending(Transaction& transaction, RequestRow& row) {
  const RequestDocument document = TRY(internal::ParseDocument(row.document));
  TRY(CheckWhole(document));
  const auto facts = TRY(internal::LoadFacts(transaction, document, row.asker));
  TRY(CheckSaved(document, facts, law_));
  TRY(internal::CheckRecipients(transaction, *document.policy, row.asker));
  const Verdict verdict = TRY(internal::CheckDocument(
      document, facts, law_, settings_.server_operator, world_.clock().Now()));
  TRY(internal::RequireNoRefusal(verdict));
  row.verdict = base::WriteJson(VerdictJson(verdict));
  row.submitted = row.document;
  return {};
}

base::Result<void> Requests::Apply(Transaction& transaction, const Principal& actor,
                                   const Move& move, ledger::LeafDraft* leaf) {
  RequestRow row = TRY(internal::SeenRequest(transaction, actor, move.number));
  const Principal current = TRY(identity::CurrentPrincipal(transaction, actor));
  const Part part = PartOf(move.event);
  TRY(internal::RequirePart(transaction, current, row, part));
  TRY(CheckRevision(row, move.revision));
  const auto next = Next(TRY(internal::StateOf(row)), move.event, part);
  if (!next) {
    return Fail(ErrorCode::kConflict, "The state of the request does not allow this", row.number);
  }
  if (move.act) TRY(move.act(transaction, row));
  row.state = CodeOf(*next).view();
  ++row.revision;
  row.changed = world_.clock().Now();
  RequestRepository requests(transaction);
  TRY(requests.Update(row));
  if (part == Part::kRequester) TRY(requests.AddEditor(row.number, current.id));
  storage::HistoryRow event{.number = row.number,
                            .event = std::string(CodeOf(move.event).view()),
                            .state = row.state,
                            .part = std::string(CodeOf(part).view()),
                            .reason = {},
                            .comment = std::string(move.comment),
                            .at = row.changed};
  if (leaf != nullptr) {
    event.reason = CodeOf(move.decision->reason).view();
    event.words = TRY(internal::AddText(transaction, row.number, move.salt, move.decision->words));
    event.outbox = TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
    *leaf = ledger::LeafDraft(ledger::LeafKind::kRequestRejected)
                .Slug("owner", TRY(internal::BodyOf(transaction, row.owner)).slug)
                .Code("reason", CodeOf(move.decision->reason))
                .Slug("recipient", TRY(internal::BodyOf(transaction, row.asker)).slug)
                .PublicNumber("request", row.number)
                .Digest("words", *event.words);
  }
  if (move.event != RequestEvent::kEdit) {
    TRY(storage::HistoryRepository(transaction).Add(event));
  }
  return identity::WriteAlong(*move.along, transaction, row.number);
}

base::Result<Request> Requests::Make(const Principal& actor, const Move& move) {
  if (move.decision) {
    ledger::LeafDraft leaf(ledger::LeafKind::kRequestRejected);
    TRY(ledger_.Record([&](Transaction& t) { return Apply(t, actor, move, &leaf); }, leaf));
  } else {
    TRY(store_.Write([&](Transaction& t) { return Apply(t, actor, move, nullptr); }));
  }
  return Find(actor, move.number);
}

base::Result<Request> Requests::Create(const Principal& actor, const Json& document,
                                       const identity::Along& along) {
  const RequestDocument read = TRY(ReadRequestDocument(document));
  std::string number;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    const Principal current = TRY(identity::CurrentPrincipal(transaction, actor));
    const auto facts = TRY(internal::LoadFacts(transaction, read, current.organisation));
    const base::Instant now = world_.clock().Now();
    RequestRow row{.number = {},
                   .asker = current.organisation,
                   .owner = facts.dataset.organisation,
                   .dataset = facts.dataset.id,
                   .state = std::string(CodeOf(RequestState::kDraft).view()),
                   .document = TRY(StoredText(read)),
                   .submitted = {},
                   .verdict = {},
                   .agreement = {},
                   .created_by = current.id,
                   .created = now,
                   .changed = now};
    TRY(internal::RequirePart(transaction, current, row, Part::kRequester));
    TRY(CheckSaved(read, facts, law_));
    row.number = TRY(internal::NewNumber(transaction, "DSR", now));
    number = row.number;
    TRY(RequestRepository(transaction).Add(row));
    TRY(RequestRepository(transaction).AddEditor(row.number, current.id));
    return identity::WriteAlong(along, transaction, row.number);
  }));
  return Find(actor, number);
}

base::Result<Request> Requests::Edit(const Principal& actor, std::string_view number,
                                     std::uint64_t revision, const Json& document,
                                     const identity::Along& along) {
  return Make(actor, {.number = number,
                      .revision = revision,
                      .event = RequestEvent::kEdit,
                      .act = [&](Transaction& transaction, RequestRow& row) -> base::Result<void> {
                        TRY(ReplaceDocument(transaction, row, document));
                        row.verdict.clear();  // it was of another document
                        return {};
                      },
                      .along = &along});
}

base::Result<Verdict> Requests::Check(const Principal& actor, std::string_view number) {
  std::optional<Verdict> verdict;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    RequestRow row = TRY(internal::SeenRequest(transaction, actor, number));
    const bool sees_edits = actor.organisation == row.asker;
    const RequestDocument document =
        TRY(internal::ParseDocument(sees_edits ? row.document : row.submitted));
    const auto facts = TRY(internal::LoadFacts(transaction, document, row.asker));
    verdict = TRY(internal::CheckDocument(document, facts, law_, settings_.server_operator,
                                          world_.clock().Now()));
    const bool is_over = row.state == CodeOf(RequestState::kAccepted).view() ||
                         row.state == CodeOf(RequestState::kRejected).view() ||
                         row.state == CodeOf(RequestState::kCancelled).view();
    // What was decided keeps the verdict that it was decided with.
    if (is_over || (!sees_edits && row.document != row.submitted)) return {};
    row.verdict = base::WriteJson(VerdictJson(*verdict));
    return RequestRepository(transaction).Update(row);
  }));
  return *std::move(verdict);
}

base::Result<Request> Requests::Submit(const Principal& actor, std::string_view number,
                                       std::uint64_t revision, const identity::Along& along) {
  return Make(actor, {.number = number,
                      .revision = revision,
                      .event = RequestEvent::kSubmit,
                      .act = [this](Transaction& transaction,
                                    RequestRow& row) { return CheckForSending(transaction, row); },
                      .along = &along});
}

base::Result<Request> Requests::Cancel(const Principal& actor, std::string_view number,
                                       std::uint64_t revision, const identity::Along& along) {
  return Make(
      actor,
      {.number = number, .revision = revision, .event = RequestEvent::kCancel, .along = &along});
}

base::Result<Request> Requests::Take(const Principal& actor, std::string_view number,
                                     std::uint64_t revision, const identity::Along& along) {
  return Make(
      actor,
      {.number = number, .revision = revision, .event = RequestEvent::kTake, .along = &along});
}

base::Result<Request> Requests::Return(const Principal& actor, std::string_view number,
                                       std::uint64_t revision, std::string_view comment,
                                       const identity::Along& along) {
  TRY(internal::CheckWordsText(comment));
  if (comment.empty()) {
    return Fail(ErrorCode::kInvalid, "A return says what must change", "comment",
                "Write what the asking body is to mend.");
  }
  return Make(actor, {.number = number,
                      .revision = revision,
                      .event = RequestEvent::kReturn,
                      .comment = comment,
                      .along = &along});
}

base::Result<Request> Requests::Reject(const Principal& actor, std::string_view number,
                                       std::uint64_t revision, const Decision& decision,
                                       const identity::Along& along) {
  TRY(internal::CheckWordsText(decision.words));
  TRY(internal::CheckReason(decision.reason, ReasonUse::kReject));
  return Make(actor, {.number = number,
                      .revision = revision,
                      .event = RequestEvent::kReject,
                      .decision = decision,
                      .salt = world_.randomness().Bytes(internal::kSaltBytes),
                      .along = &along});
}

base::Result<Request> Requests::Find(const Principal& asker, std::string_view number) {
  std::optional<Request> request;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const RequestRow row = TRY(internal::SeenRequest(transaction, asker, number));
    request = TRY(internal::RequestOf(transaction, row, asker));
    request->history = TRY(internal::HistoryOf(transaction, row.number));
    return {};
  }));
  return *std::move(request);
}

base::Result<RequestPage> Requests::List(const Principal& asker, const RequestQuery& query) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxRequestsPerPage);
  const std::string scope = ScopeOf(asker, query.box);
  const auto after = TRY(internal::PositionOf(settings_.cursor_key, scope, query.cursor));
  RequestPage page;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto rows = TRY(RowsOf(transaction, asker, query.box, after, limit + 1));
    for (const RequestRow& row : rows) {
      if (page.requests.size() == limit) {
        const Request& last = page.requests.back();
        page.next_cursor = internal::CursorOf(settings_.cursor_key, scope,
                                              {last.changed.microseconds, last.number});
        return {};
      }
      page.requests.push_back(TRY(internal::RequestOf(transaction, row, asker)));
    }
    return {};
  }));
  return page;
}

Json RequestJson(const Request& request) {
  return Json::Object(
      {{"number", request.number},
       {"state", CodeOf(request.state).view()},
       {"revision", request.revision},
       {"asker", BodyJson(request.asker)},
       {"owner", BodyJson(request.owner)},
       {"dataset", Json::Object({{"slug", request.dataset}, {"title", request.dataset_title}})},
       {"document", request.document},
       {"verdict", request.verdict},
       {"agreement", request.agreement.empty() ? Json() : Json(request.agreement)},
       {"created", request.created.Text()},
       {"changed", request.changed.Text()},
       {"history", HistoryJson(request.history)}});
}

}  // namespace agreements
