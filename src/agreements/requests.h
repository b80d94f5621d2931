// Requests: what one body asks of another, from the first draft to the decision.
//
// docs/formats/request.md says what a document holds and who sees what; states.h has the table of
// who may do which step. Whoever acts is looked up again inside the transaction of the change, and
// so is everything that the gateway check reads. Each change names the revision that it is made for
// and is kStale for another. What the asker may not know of is identity::Absent().
//
// Errors: kInvalid at the JSON pointer for a document; kForbidden without the role that the step
// needs; kConflict where the state does not allow the step, or where a rule refuses (`where` names
// the rules). An error of kind kUnavailable or kStorageFull from Reject or Approve may mean that
// the decision is committed and its leaf pending.
//
// Thread safety: all methods from any thread; they block on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/history.h"
#include "agreements/law.h"
#include "agreements/proposal.h"
#include "agreements/reasons.h"
#include "agreements/states.h"
#include "agreements/verdict.h"
#include "base/json.h"
#include "base/result.h"
#include "base/world.h"
#include "identity/along.h"
#include "identity/principal.h"

namespace ledger {
class Ledger;
class LeafDraft;
}  // namespace ledger
namespace storage {
struct RequestRow;
class Store;
class Transaction;
}  // namespace storage

namespace agreements {

inline constexpr std::size_t kMaxRequestsPerPage = 50;

struct Request {
  std::string number;
  RequestState state = RequestState::kDraft;
  std::uint64_t revision = 1;
  Body asker;
  Body owner;
  std::string dataset;  // slug
  std::string dataset_title;
  base::Json document;  // as the reader may see it: for the owner, as it was last sent
  base::Json verdict;   // of the last check; null: none
  std::string agreement;
  base::Instant created;
  base::Instant changed;
  bool is_own_edit = false;             // the reader edited it
  std::vector<HistoryEvent> history{};  // empty in lists
};

enum class RequestBox : unsigned char {
  kWaiting,       // sent to the reader's body, who may decide
  kReturned,      // sent back to the reader
  kSentByYou,     // all that the reader edited
  kSentByOthers,  // of the reader's body
};

struct RequestQuery {
  RequestBox box = RequestBox::kSentByYou;
  std::string cursor{};  // of the page before; empty: the first page
  std::size_t limit = kMaxRequestsPerPage;
};

struct RequestPage {
  std::vector<Request> requests;  // the latest change first
  std::string next_cursor;        // empty: this is the last page
};

struct Decision {
  Reason reason = Reason::kOther;  // of a rejection
  std::string words{};             // they become public, beside the log
};

struct SharingSettings {
  std::string cursor_key;     // seals cursors: at least 32 bytes
  Processor server_operator;  // who runs this server; its name may be empty
};

class Requests {
 public:
  // All that is passed in outlives it.
  Requests(base::World& world, storage::Store& store, ledger::Ledger& ledger, const Law& law,
           SharingSettings settings)
      : world_(world), store_(store), ledger_(ledger), law_(law), settings_(std::move(settings)) {}
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  // --- the asking body ---
  base::Result<Request> Create(const identity::Principal& actor, const base::Json& document,
                               const identity::Along& along = {});
  // The dataset cannot change.
  base::Result<Request> Edit(const identity::Principal& actor, std::string_view number,
                             std::uint64_t revision, const base::Json& document,
                             const identity::Along& along = {});
  // Whoever sees the request may ask; the answer is kept.
  base::Result<Verdict> Check(const identity::Principal& actor, std::string_view number);
  base::Result<Request> Submit(const identity::Principal& actor, std::string_view number,
                               std::uint64_t revision, const identity::Along& along = {});
  base::Result<Request> Cancel(const identity::Principal& actor, std::string_view number,
                               std::uint64_t revision, const identity::Along& along = {});

  // --- the owner ---
  base::Result<Request> Take(const identity::Principal& actor, std::string_view number,
                             std::uint64_t revision, const identity::Along& along = {});
  // The comment says what must change; the two bodies see it.
  base::Result<Request> Return(const identity::Principal& actor, std::string_view number,
                               std::uint64_t revision, std::string_view comment,
                               const identity::Along& along = {});
  base::Result<Request> Reject(const identity::Principal& actor, std::string_view number,
                               std::uint64_t revision, const Decision& decision,
                               const identity::Along& along = {});

  // --- reading ---
  base::Result<Request> Find(const identity::Principal& asker, std::string_view number);
  base::Result<RequestPage> List(const identity::Principal& asker, const RequestQuery& query);

 private:
  struct Move;

  base::Result<void> Apply(storage::Transaction& transaction, const identity::Principal& actor,
                           const Move& move, ledger::LeafDraft* leaf);
  base::Result<Request> Make(const identity::Principal& actor, const Move& move);
  base::Result<void> CheckForSending(storage::Transaction& transaction, storage::RequestRow& row);
  base::Result<void> ReplaceDocument(storage::Transaction& transaction, storage::RequestRow& row,
                                     const base::Json& json);

  base::World& world_;
  storage::Store& store_;
  ledger::Ledger& ledger_;
  const Law& law_;
  const SharingSettings settings_;
};

base::Json RequestJson(const Request& request);

}  // namespace agreements
