// What the gate tells of uses: how many a day has left, and what the log tells of an agreement.
#include <algorithm>

#include "agreements/gate.h"
#include "identity/visibility.h"
#include "storage/accesses.h"
#include "storage/store.h"

namespace agreements {

base::Result<Gate::DayUses> Gate::UsesToday(const identity::Principal& principal,
                                            std::string_view number) {
  const base::CivilDay today = TRY(base::LondonDay(world_.clock().Now()));
  auto state = state_.Lock();
  const auto found = state->entries.find(number);
  if (found == state->entries.end() || !IsParty(found->second.terms, principal)) {
    return identity::Absent();
  }
  const Entry& entry = found->second;
  return DayUses{entry.day == today ? entry.accesses : 0, entry.terms.accesses_per_day};
}

base::Result<Gate::Uses> Gate::UsesOf(std::string_view number, std::uint64_t log_size,
                                      std::size_t limit) {
  Uses uses;
  TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    storage::AccessRepository accesses(transaction);
    uses = {.total = TRY(accesses.CountWithin(number, log_size)), .days = {}, .latest = {}};
    for (const auto& each : TRY(accesses.DaysWithin(number, log_size, kMaxUseDays))) {
      uses.days.push_back({{static_cast<std::int32_t>(each.day)}, each.accesses});
    }
    const std::size_t most = std::min(limit, kMaxListedUses);
    for (const auto& each : TRY(accesses.ListWithin(number, log_size, log_size, most))) {
      if (each.opened_index) uses.latest.push_back({*each.opened_index, each.closed_index});
    }
    return {};
  }));
  return uses;
}

base::Result<std::uint64_t> Gate::CountUses(std::string_view number, std::uint64_t log_size) {
  std::uint64_t count = 0;
  TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    count = TRY(storage::AccessRepository(transaction).CountWithin(number, log_size));
    return {};
  }));
  return count;
}

}  // namespace agreements
