// Agreements: from the owner's approval to the end, and what the gate knows of them.
//
// docs/formats/agreement.md says what happens when. Every change is one transaction with its leaf:
// the actor as it is now, the table of states, what the change does, its history. The gate is held
// before the commit and told afterwards what is true in the store: a grant counts once its leaf has
// an index, a stop from its commit. Changes come one at a time, so that the gate never hears an
// older truth after a newer one.
//
// Errors: identity::Absent() for what is not there; kForbidden without the part; kConflict where
// the state, a rule of the gateway or the newest schema does not allow it. kUnavailable or
// kStorageFull may mean that the change is committed and its leaf pending: a stop counts already, a
// grant counts once Tick has seen the index.
//
// Thread safety: all methods but SetListener from any thread; they block on the disk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/agreement.h"
#include "agreements/gate.h"
#include "agreements/requests.h"
#include "agreements/token_keys.h"
#include "base/guarded.h"
#include "catalogue/live_policies.h"

namespace storage {
struct AgreementRow;
}  // namespace storage

namespace agreements {

inline constexpr std::size_t kMaxAgreementsPerPage = 50;
inline constexpr std::int32_t kDaysToSign = 30;

// What the floor above does when data stops flowing: extracts go.
class AgreementListener {
 public:
  virtual ~AgreementListener() = default;
  // The agreement is suspended or over, and the gate knows. Called in the thread of the change,
  // without any lock; may be called twice.
  virtual void Stopped(const std::string& number, AgreementState state) = 0;
};

// What an access under an agreement uses: reads the store alone, so that the gate can be opened
// before the agreements.
class AgreementVersions final : public VersionSource {
 public:
  explicit AgreementVersions(storage::Store& store) : store_(store) {}
  base::Result<std::vector<PinnedVersion>> Newest(std::string_view agreement) override;

 private:
  storage::Store& store_;
};

// The properties of a recipient that a row condition may name: area-code.
RecipientProperties PropertiesOf(const identity::Organisation& recipient);

struct AgreementQuery {
  std::optional<AgreementState> state{};
  std::optional<identity::OrganisationId> party{};  // owner or recipient
  std::optional<identity::OrganisationId> owner{};
  std::optional<identity::OrganisationId> recipient{};
  std::string power{};  // id of the law's list; empty: all
  std::string cursor{};
  std::size_t limit = kMaxAgreementsPerPage;
};

struct AgreementPage {
  std::vector<Agreement> agreements;  // the latest approval first
  std::string next_cursor;            // empty: this is the last page
};

class Agreements final : public catalogue::LivePolicies {
 public:
  // Who asks to see something: a principal, or nobody that is known.
  using Reader = std::optional<identity::Principal>;

  // Tells the gate of every agreement, and catches up with what days brought. All that is passed in
  // outlives it; the ledger has sent its pending leaves, and no key stands bare.
  static base::Result<std::unique_ptr<Agreements>> Open(base::World& world, storage::Store& store,
                                                        ledger::Ledger& ledger, Gate& gate,
                                                        const Law& law, TokenKeyWrapping& wrapping,
                                                        SharingSettings settings);
  Agreements(const Agreements&) = delete;
  Agreements& operator=(const Agreements&) = delete;

  // Once, before other threads use this; the listener outlives it.
  void SetListener(AgreementListener& listener) { listener_ = &listener; }

  // --- the decision ---
  // Accepts a request in review; returns the agreement that awaits its signature. The words become
  // public.
  base::Result<Agreement> Approve(const identity::Principal& actor, std::string_view request,
                                  std::uint64_t revision, std::string_view words,
                                  const identity::Along& along = {});

  // --- the recipient ---
  base::Result<Agreement> Countersign(const identity::Principal& actor, std::string_view number,
                                      const identity::Along& along = {});
  base::Result<Agreement> Decline(const identity::Principal& actor, std::string_view number,
                                  const Decision& decision, const identity::Along& along = {});
  base::Result<Agreement> Close(const identity::Principal& actor, std::string_view number,
                                const Decision& decision, const identity::Along& along = {});

  // --- the owner; an administrator of the platform may suspend as well ---
  base::Result<Agreement> Suspend(const identity::Principal& actor, std::string_view number,
                                  const Decision& decision, const identity::Along& along = {});
  // A new day of review is needed where the old one is over.
  base::Result<Agreement> Resume(const identity::Principal& actor, std::string_view number,
                                 const Decision& decision,
                                 const std::optional<base::CivilDay>& next_review,
                                 const identity::Along& along = {});
  base::Result<Agreement> Revoke(const identity::Principal& actor, std::string_view number,
                                 const Decision& decision, const identity::Along& along = {});

  // --- the clock ---
  // Lapses, expires and suspends what is due, and tells the gate of grants whose leaf has got its
  // index since. Returns how many agreements changed.
  base::Result<std::size_t> Tick();

  // --- reading ---
  base::Result<Agreement> Find(const Reader& reader, std::string_view number);
  base::Result<AgreementPage> List(const Reader& reader, const AgreementQuery& query);
  // How many the pages of a query hold. Agreements are public, so it depends on no reader.
  base::Result<std::uint64_t> Count(const AgreementQuery& query);
  // The policy and the key, for whoever holds a Permit.
  base::Result<Granted> GrantedBy(const Permit& permit);
  // The same by number, for the one who makes extracts and compares the policy's digest with that
  // of the Permit. kConflict once the key is destroyed, kDamaged where it cannot be unwrapped.
  base::Result<Granted> GrantedUnder(const std::string& number);
  // kNotFound for a digest that is none of a text of ours.
  base::Result<PublicText> TextOf(const base::Digest& digest);
  // By an administrator of the platform; kConflict when it is removed already.
  base::Result<void> RemoveText(const identity::Principal& actor, const base::Digest& digest,
                                const identity::Along& along = {});

  // --- catalogue::LivePolicies ---
  base::Result<std::vector<catalogue::LivePolicy>> Naming(
      const catalogue::DatasetId& dataset, std::span<const std::string> columns) override;
  base::Result<void> Suspend(std::span<const catalogue::LivePolicy> policies) override;

 private:
  struct Change;
  struct Approval;
  using Unsettled = std::set<std::string, std::less<>>;  // grants whose leaf has no index yet

  Agreements(base::World& world, storage::Store& store, ledger::Ledger& ledger, Gate& gate,
             const Law& law, TokenKeyWrapping& wrapping, SharingSettings settings)
      : world_(world),
        store_(store),
        ledger_(ledger),
        gate_(gate),
        law_(law),
        wrapping_(wrapping),
        settings_(std::move(settings)) {}

  base::Result<storage::AgreementRow> Look(storage::Transaction& transaction, const Change& change,
                                           Part& part, AgreementState& next);
  base::Result<void> Apply(storage::Transaction& transaction, const Change& change,
                           ledger::LeafDraft& leaf);
  base::Result<void> Accept(storage::Transaction& transaction, Approval& approval,
                            ledger::LeafDraft& leaf);
  base::Result<void> Make(const Change& change);
  base::Result<Agreement> MakeFor(const identity::Principal& actor, const Change& change);
  base::Result<Agreement> Stop(const identity::Principal& actor, std::string_view number,
                               AgreementEvent event, const Decision& decision,
                               const identity::Along& along);
  base::Result<void> TellGate(const std::string& number, Unsettled& unsettled);
  base::Result<void> Sign(storage::Transaction& transaction, storage::AgreementRow& row);
  base::Result<void> CheckForResuming(storage::Transaction& transaction, storage::AgreementRow& row,
                                      const std::optional<base::CivilDay>& next_review);
  base::Result<void> ForAll(const std::function<base::Result<void>(const storage::AgreementRow&)>&);
  base::Result<void> SuspendByClock(std::string_view number, Reason reason);
  base::Result<std::size_t> MakeDue(const storage::AgreementRow& row, base::CivilDay today);

  base::World& world_;
  storage::Store& store_;
  ledger::Ledger& ledger_;
  Gate& gate_;
  const Law& law_;
  TokenKeyWrapping& wrapping_;
  const SharingSettings settings_;
  AgreementListener* listener_ = nullptr;
  base::Guarded<Unsettled> turn_;  // held for the whole of a change
};

}  // namespace agreements
