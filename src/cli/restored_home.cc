#include "cli/restored_home.h"

#include "agreements/restored.h"
#include "identity/restored.h"

namespace cli {

base::Result<RestoredCounts> RecordRestore(base::World& world, Home& home,
                                           const BackupManifest& manifest) {
  RestoredCounts counts;
  ledger::LeafDraft leaf(ledger::LeafKind::kHomeRestored);
  const auto change = [&](storage::Transaction& transaction) -> base::Result<void> {
    const std::int64_t outbox =
        TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
    counts.agreements = TRY(agreements::SuspendRestored(transaction, outbox, world.clock().Now()));
    counts.tokens = TRY(identity::EndAllSecrets(transaction, outbox));
    leaf = ledger::LeafDraft(ledger::LeafKind::kHomeRestored)
               .Number("access_size", manifest.logs[1].size)
               .Number("agreements", counts.agreements)
               .Number("register_size", manifest.logs[0].size)
               .Number("tokens", counts.tokens);
    return {};
  };
  TRY(home.ledger().Record(change, leaf));
  return counts;
}

}  // namespace cli
