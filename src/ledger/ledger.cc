#include "ledger/ledger.h"

#include "base/format.h"

namespace ledger {

using storage::LogName;
using storage::OutboxRepository;
using storage::PendingLeaf;
using storage::Transaction;

base::Result<std::unique_ptr<Ledger>> Ledger::Open(base::World& world, storage::Store& store,
                                                   LogIdentity register_log,
                                                   LogIdentity access_log) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Ledger> ledger(new Ledger(world, store));
  ledger->register_ = TRY(ledger->OpenLog(LogName::kRegister, std::move(register_log)));
  ledger->access_ = TRY(ledger->OpenLog(LogName::kAccess, std::move(access_log)));
  TRY(ledger->SendPending());
  return ledger;
}

base::Result<std::vector<PendingLeaf>> Ledger::PendingOf(LogName name) {
  std::vector<PendingLeaf> rows;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    rows = TRY(OutboxRepository(transaction).Pending(name, kMaxPendingLeaves));
    return {};
  }));
  return rows;
}

// While the log is read, the leaves that the store holds as pending are looked for in it. The
// comparison is of whole leaves: equal bytes under one number are the same leaf.
base::Result<std::unique_ptr<Log>> Ledger::OpenLog(LogName name, LogIdentity identity) {
  std::uint64_t least_size = 0;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    least_size = TRY(OutboxRepository(transaction).LeastLogSize(name));
    return {};
  }));
  std::map<std::int64_t, std::string> pending;
  for (PendingLeaf& row : TRY(PendingOf(name))) pending[row.id] = std::move(row.leaf);
  const auto look = [&](std::uint64_t index, std::string_view leaf,
                        const Hash&) -> base::Result<void> {
    if (pending.empty()) return {};
    const auto id = OutboxIdOf(leaf);
    const auto found = id ? pending.find(*id) : pending.end();
    if (found == pending.end()) return {};
    if (found->second != leaf) {
      return base::Fail(base::ErrorCode::kDamaged,
                        base::Format("Leaf {} is not what the store says was recorded", index),
                        identity.folder, "The store and the log are not of the same home.");
    }
    auto traffic = traffic_.Lock();
    traffic->recorded[{name, *id}] = index;
    return {};
  };
  return Log::Open(world_, identity.folder, identity.origin, std::move(identity.signing_key),
                   identity.keys, look, least_size);
}

base::Result<std::uint64_t> Ledger::Record(const storage::Store::Change& change,
                                           const LeafDraft& leaf) {
  const LogName name = LogOf(leaf.kind());
  const base::Instant now = world_.clock().Now();
  PendingLeaf row;
  bool is_claimed = false;
  const auto committed = store_.Write([&](Transaction& transaction) -> base::Result<void> {
    if (TRY(OutboxRepository(transaction).CountPending(name, kMaxPendingLeaves)) ==
        kMaxPendingLeaves) {
      return base::Fail(base::ErrorCode::kUnavailable, "Too many entries wait for their log", {},
                        "Look after the disk of the logs, then start again.");
    }
    TRY(change(transaction));
    row = TRY(OutboxRepository(transaction).Add(name, [&](std::int64_t id) {
      return leaf.Write(id, now);
    }));
    // Inside the transaction: from its commit on, the row is ours to send and nobody else's.
    auto traffic = traffic_.Lock();
    traffic->under_way.insert({name, row.id});
    is_claimed = true;
    return {};
  });
  auto outcome = committed ? Send(name, row) : base::Fail(committed.error());
  // Only our own claim: when the commit failed, the number went to another Record since.
  if (is_claimed) Unclaim({name, row.id});
  return outcome;
}

// Puts a pending row into its log, unless it is there, and stores its index.
base::Result<std::uint64_t> Ledger::Send(LogName name, const PendingLeaf& row) {
  std::optional<std::uint64_t> index;
  {
    auto traffic = traffic_.Lock();
    const auto found = traffic->recorded.find({name, row.id});
    if (found != traffic->recorded.end()) index = found->second;
  }
  if (!index) {
    index = TRY(log(name).Append(row.leaf));
    auto traffic = traffic_.Lock();
    traffic->recorded[{name, row.id}] = *index;
  }
  TRY(store_.Write([&](Transaction& transaction) {
    return OutboxRepository(transaction).SetIndex(name, row.id, *index);
  }));
  auto traffic = traffic_.Lock();
  traffic->recorded.erase({name, row.id});
  return *index;
}

// A row that was pending when the list was read may have been sent by its Record since.
base::Result<void> Ledger::SendIfPending(LogName name, const PendingLeaf& row) {
  std::optional<std::uint64_t> index;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    index = TRY(OutboxRepository(transaction).IndexOf(name, row.id));
    return {};
  }));
  if (!index) TRY(Send(name, row));
  return {};
}

void Ledger::Unclaim(const RowKey& row) {
  auto traffic = traffic_.Lock();
  traffic->under_way.erase(traffic->under_way.find(row));
}

base::Result<void> Ledger::SendPendingOf(LogName name) {
  for (const PendingLeaf& row : TRY(PendingOf(name))) {
    {
      auto traffic = traffic_.Lock();
      if (traffic->under_way.contains({name, row.id})) continue;
      traffic->under_way.insert({name, row.id});
    }
    const auto sent = SendIfPending(name, row);
    Unclaim({name, row.id});
    if (!sent) return base::Fail(sent.error());
  }
  return {};
}

base::Result<void> Ledger::SendPending() {
  TRY(SendPendingOf(LogName::kRegister));
  return SendPendingOf(LogName::kAccess);
}

}  // namespace ledger
