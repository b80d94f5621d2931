#include "agreements/restored.h"

#include "agreements/internal/agreement_rows.h"
#include "agreements/reasons.h"
#include "storage/agreements.h"
#include "storage/histories.h"

namespace agreements {
namespace {

using storage::AgreementRepository;
using storage::AgreementRow;

constexpr std::size_t kRowsAtOnce = 500;

base::Result<void> SuspendOne(storage::Transaction& transaction, AgreementRow& row,
                              std::int64_t outbox, base::Instant now) {
  row.state_before = row.state;
  row.state = CodeOf(AgreementState::kSuspended).view();
  row.outbox = outbox;
  row.changed = now;
  TRY(AgreementRepository(transaction).Update(row));
  return storage::HistoryRepository(transaction)
      .Add({.number = row.number,
            .event = std::string(CodeOf(AgreementEvent::kSuspend).view()),
            .state = row.state,
            .part = std::string(CodeOf(Part::kClock).view()),
            .reason = std::string(CodeOf(Reason::kRestored).view()),
            .comment = {},
            .at = now,
            .outbox = outbox});
}

}  // namespace

base::Result<std::uint64_t> SuspendRestored(storage::Transaction& transaction, std::int64_t outbox,
                                            base::Instant now) {
  std::uint64_t suspended = 0;
  for (std::string after;;) {
    auto rows = TRY(AgreementRepository(transaction).ListAll(after, kRowsAtOnce));
    for (AgreementRow& row : rows) {
      if (!Flows(TRY(internal::WrittenState(row)))) continue;
      TRY(SuspendOne(transaction, row, outbox, now));
      ++suspended;
    }
    if (rows.size() < kRowsAtOnce) return suspended;
    after = rows.back().number;
  }
}

}  // namespace agreements
