// Opening, reading, and what agreements tell the gate, the catalogue and the public.
#include <algorithm>

#include "agreements/agreements.h"
#include "agreements/internal/agreement_rows.h"
#include "agreements/internal/sharing.h"
#include "base/format.h"
#include "identity/current_principal.h"
#include "identity/visibility.h"
#include "ledger/ledger.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using ledger::LeafDraft;
using ledger::LeafKind;
using storage::AgreementRepository;
using storage::AgreementRow;
using storage::Transaction;

constexpr std::size_t kRowsAtOnce = 500;

base::Result<PinnedVersion> NewestOf(Transaction& transaction, const storage::DatasetId& id) {
  const auto dataset = TRY(storage::DatasetRepository(transaction).Find(id));
  if (!dataset || !dataset->latest) {
    return Fail(ErrorCode::kDamaged, "An agreement is about a dataset without a version", "store");
  }
  return PinnedVersion{.dataset = dataset->slug,
                       .version = static_cast<std::uint64_t>(dataset->latest->number),
                       .is_public = !dataset->is_private};
}

void AddColumnsOf(const Condition& condition, std::vector<std::string>& columns) {
  if (!condition.column.empty()) columns.push_back(condition.column);
  for (const Condition& part : condition.parts) AddColumnsOf(part, columns);
}

// The columns of a dataset that a policy rests on, as data or as list.
std::vector<std::string> RestsOn(const Policy& policy, bool as_list) {
  std::vector<std::string> columns;
  if (as_list) {
    columns.push_back(policy.member_of->list_column);
    for (const CarriedColumn& each : policy.member_of->carry) columns.push_back(each.column);
    return columns;
  }
  for (const PolicyColumn& each : policy.columns) columns.push_back(each.name);
  if (policy.condition) AddColumnsOf(*policy.condition, columns);
  if (policy.member_of) columns.push_back(policy.member_of->column);
  return columns;
}

storage::AgreementFilter FilterOf(const AgreementQuery& query) {
  storage::AgreementFilter filter{.party = query.party,
                                  .owner = query.owner,
                                  .recipient = query.recipient,
                                  .power = query.power};
  if (query.state) filter.state = CodeOf(*query.state).view();
  return filter;
}

base::Result<bool> IsLive(const AgreementRow& row) {
  const AgreementState state = TRY(internal::WrittenState(row));
  return state == AgreementState::kActive || state == AgreementState::kSuspended;
}

}  // namespace

base::Result<std::vector<PinnedVersion>> AgreementVersions::Newest(std::string_view agreement) {
  std::vector<PinnedVersion> versions;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(AgreementRepository(transaction).Find(agreement));
    if (!row) return identity::Absent();
    versions = {TRY(NewestOf(transaction, row->dataset))};
    if (!row->list) return {};
    PinnedVersion list = TRY(NewestOf(transaction, *row->list));
    list.is_list = true;
    if (row->list_version) list.version = static_cast<std::uint64_t>(*row->list_version);
    versions.push_back(std::move(list));
    return {};
  }));
  return versions;
}

base::Result<std::unique_ptr<Agreements>> Agreements::Open(
    base::World& world, storage::Store& store, ledger::Ledger& ledger, Gate& gate, const Law& law,
    TokenKeyWrapping& wrapping, SharingSettings settings) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Agreements> agreements(
      new Agreements(world, store, ledger, gate, law, wrapping, std::move(settings)));
  TRY(agreements->ForAll([&](const AgreementRow& row) -> base::Result<void> {
    gate.Put(TRY(internal::TermsOf(row)));
    return {};
  }));
  TRY(agreements->Tick());
  return agreements;
}

base::Result<void> Agreements::ForAll(
    const std::function<base::Result<void>(const AgreementRow&)>& each) {
  for (std::string after;;) {
    std::vector<AgreementRow> rows;
    TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
      rows = TRY(AgreementRepository(transaction).ListAll(after, kRowsAtOnce));
      return {};
    }));
    for (const AgreementRow& row : rows) TRY(each(row));
    if (rows.size() < kRowsAtOnce) return {};
    after = rows.back().number;
  }
}

base::Result<Agreement> Agreements::Find(const Reader& reader, std::string_view number) {
  std::optional<Agreement> agreement;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(AgreementRepository(transaction).Find(number));
    if (!row) return identity::Absent();
    agreement = TRY(internal::AgreementOf(transaction, *row, reader));
    agreement->history = TRY(internal::HistoryOf(transaction, row->number));
    return {};
  }));
  return *std::move(agreement);
}

base::Result<std::uint64_t> Agreements::Count(const AgreementQuery& query) {
  std::uint64_t count = 0;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    count = TRY(AgreementRepository(transaction).Count(FilterOf(query)));
    return {};
  }));
  return count;
}

base::Result<AgreementPage> Agreements::List(const Reader& reader, const AgreementQuery& query) {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxAgreementsPerPage);
  const auto text = [](const std::optional<identity::OrganisationId>& id) {
    return id ? id->Text() : std::string();
  };
  const std::string scope =
      base::Format("agreements {} {} {} {} {}", query.state ? CodeOf(*query.state).view() : "",
                   text(query.party), text(query.owner), text(query.recipient), query.power);
  const auto after = TRY(internal::PositionOf(settings_.cursor_key, scope, query.cursor));
  const storage::AgreementFilter filter = FilterOf(query);
  AgreementPage page;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto rows = TRY(AgreementRepository(transaction).List(filter, after, limit + 1));
    for (const AgreementRow& row : rows) {
      if (page.agreements.size() == limit) {
        const Agreement& last = page.agreements.back();
        page.next_cursor = internal::CursorOf(settings_.cursor_key, scope,
                                              {last.approved.microseconds, last.number});
        return {};
      }
      page.agreements.push_back(TRY(internal::AgreementOf(transaction, row, reader)));
    }
    return {};
  }));
  return page;
}

base::Result<Granted> Agreements::GrantedBy(const Permit& permit) {
  Granted granted = TRY(GrantedUnder(permit.agreement()));
  if (PolicyDigest(granted.policy) != permit.policy_digest()) {
    return Fail(ErrorCode::kConflict, "The agreement has changed", permit.agreement());
  }
  return granted;
}

base::Result<Granted> Agreements::GrantedUnder(const std::string& number) {
  std::optional<Granted> granted;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(AgreementRepository(transaction).Find(number));
    // The key goes with the end of the agreement, whatever permits are still about.
    if (!row || row->token_key.empty()) {
      return Fail(ErrorCode::kConflict, "The agreement has ended", number);
    }
    const auto version = static_cast<std::uint64_t>(row->token_key_version);
    granted = Granted{row->number,
                      TRY(internal::PolicyOf(*row)),
                      TRY(wrapping_.Unwrap({row->number, version}, row->token_key)),
                      version,
                      row->dataset,
                      row->list};
    return {};
  }));
  return *std::move(granted);
}

// --- texts beside the log -----------------------------------------------------------------------

base::Result<PublicText> Agreements::TextOf(const base::Digest& digest) {
  std::optional<storage::TextRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    row = TRY(storage::TextRepository(transaction).Find(digest));
    return {};
  }));
  if (!row) return identity::Absent();
  return PublicText{row->salt, row->text, row->removed_outbox.has_value(), row->removed_leaf_index};
}

base::Result<void> Agreements::RemoveText(const identity::Principal& actor,
                                          const base::Digest& digest,
                                          const identity::Along& along) {
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    if (!TRY(storage::TextRepository(transaction).Find(digest))) return identity::Absent();
    if (!TRY(identity::CurrentPrincipal(transaction, actor)).AdministersPlatform()) {
      return Fail(ErrorCode::kForbidden, "Texts are removed by administrators of the platform");
    }
    const auto outbox =
        TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
    if (!TRY(storage::TextRepository(transaction).Remove(digest, outbox))) {
      return Fail(ErrorCode::kConflict, "The text is removed already");
    }
    return identity::WriteAlong(along, transaction);
  };
  TRY(ledger_.Record(change, LeafDraft(LeafKind::kTextRemoved).Digest("text", digest)));
  return {};
}

// --- what the catalogue asks --------------------------------------------------------------------

base::Result<std::vector<catalogue::LivePolicy>> Agreements::Naming(
    const catalogue::DatasetId& dataset, std::span<const std::string> columns) {
  std::vector<catalogue::LivePolicy> found;
  TRY(ForAll([&](const AgreementRow& row) -> base::Result<void> {
    const bool is_list = row.list == dataset;
    if ((row.dataset != dataset && !is_list) || !TRY(IsLive(row))) return {};
    catalogue::LivePolicy policy{row.number, {}};
    const auto rests_on = RestsOn(TRY(internal::PolicyOf(row)), is_list);
    for (const std::string& column : columns) {
      if (std::ranges::find(rests_on, column) != rests_on.end()) policy.columns.push_back(column);
    }
    if (!policy.columns.empty()) found.push_back(std::move(policy));
    return {};
  }));
  return found;
}

base::Result<void> Agreements::Suspend(std::span<const catalogue::LivePolicy> policies) {
  for (const catalogue::LivePolicy& policy : policies) {
    const auto made = SuspendByClock(policy.agreement, Reason::kColumnsRemoved);
    // Suspended or over already: nothing flows, which is all that is wanted.
    if (!made && made.error().code != ErrorCode::kConflict) return made;
  }
  return {};
}

}  // namespace agreements
