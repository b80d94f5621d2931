#include "cli/exchange_wiring.h"

#include <chrono>
#include <utility>

namespace cli {
namespace {

constexpr std::chrono::milliseconds kRoundEvery(1'000);

}  // namespace

base::Result<exchange::AgreementPolicy> AgreedPolicies::PolicyOf(std::string_view agreement) {
  auto granted = TRY(agreements_.GrantedUnder(std::string(agreement)));
  return exchange::AgreementPolicy{.policy = std::move(granted.policy),
                                   .token_key = std::move(granted.token_key),
                                   .token_key_version = granted.token_key_version,
                                   .dataset = granted.dataset,
                                   .list = granted.list};
}

void ExtractRemoval::Stopped(const std::string& number, agreements::AgreementState /*state*/) {
  const auto removed = extracts_.Remove(number);
  if (removed) return;
  events_.Write(base::LogLevel::kError, "extracts.not-removed", {{"error", removed.error().code}});
}

base::Result<void> ExtractRemoval::RemoveStopped(agreements::Agreements& agreements) {
  agreements::AgreementQuery query;
  do {
    const auto page = TRY(agreements.List(std::nullopt, query));
    for (const agreements::Agreement& each : page.agreements) {
      if (!agreements::Flows(each.state)) TRY(extracts_.Remove(each.number));
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return {};
}

Housekeeping::Housekeeping(agreements::Agreements& agreements, catalogue::Catalogue& catalogue,
                           exchange::Extracts& extracts, engine::WorkerPool& workers,
                           ledger::Ledger& ledger, base::EventLog& events)
    : agreements_(agreements),
      catalogue_(catalogue),
      extracts_(extracts),
      workers_(workers),
      ledger_(ledger),
      events_(events),
      thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          Round();
          auto never = never_.Lock();
          never.WaitFor(stop, kRoundEvery, [](bool value) { return value; });
        }
      }) {}

void Housekeeping::Tell(base::Literal what, const base::Error& error) {
  events_.Write(base::LogLevel::kWarning, "housekeeping.failed",
                {{"what", what}, {"error", error.code}});
}

// One failure keeps the others from nothing.
void Housekeeping::Round() {
  if (const auto done = agreements_.Tick(); !done) Tell("agreements", done.error());
  if (const auto done = catalogue_.RemoveExpiredDrafts(); !done) Tell("drafts", done.error());
  if (const auto done = extracts_.RemoveUnused(); !done) Tell("extracts", done.error());
  workers_.RetireIdle();
  if (const auto done = ledger_.SendPending(); !done) Tell("pending-leaves", done.error());
}

}  // namespace cli
