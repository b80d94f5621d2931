// The wires between agreements and extracts: what an agreement says about its extract, that
// extracts go when it stops, and what has to be looked after now and then.
//
// Thread safety: any thread.
#pragma once

#include <string>
#include <string_view>
#include <thread>

#include "agreements/agreements.h"
#include "base/event_log.h"
#include "base/guarded.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "engine/worker_pool.h"
#include "exchange/extracts.h"
#include "ledger/ledger.h"

namespace cli {

class AgreedPolicies final : public exchange::AgreementSource {
 public:
  explicit AgreedPolicies(agreements::Agreements& agreements) : agreements_(agreements) {}
  base::Result<exchange::AgreementPolicy> PolicyOf(std::string_view agreement) override;

 private:
  agreements::Agreements& agreements_;
};

// Removes the extracts of agreements that have stopped: at once, and at the start for those that
// stopped while nobody looked.
class ExtractRemoval final : public agreements::AgreementListener {
 public:
  ExtractRemoval(exchange::Extracts& extracts, base::EventLog& events)
      : extracts_(extracts), events_(events) {}
  void Stopped(const std::string& number, agreements::AgreementState state) override;
  base::Result<void> RemoveStopped(agreements::Agreements& agreements);

 private:
  exchange::Extracts& extracts_;
  base::EventLog& events_;
};

// A thread that looks after days, drafts, extracts, idle workers and pending leaves until it ends.
class Housekeeping {
 public:
  Housekeeping(agreements::Agreements& agreements, catalogue::Catalogue& catalogue,
               exchange::Extracts& extracts, engine::WorkerPool& workers, ledger::Ledger& ledger,
               base::EventLog& events);
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  void Round();
  void Tell(base::Literal what, const base::Error& error);

  agreements::Agreements& agreements_;
  catalogue::Catalogue& catalogue_;
  exchange::Extracts& extracts_;
  engine::WorkerPool& workers_;
  ledger::Ledger& ledger_;
  base::EventLog& events_;
  base::Guarded<bool> never_{false};  // waited for, so that a stop ends the wait
  std::jthread thread_;               // last: it uses the others
};

}  // namespace cli
