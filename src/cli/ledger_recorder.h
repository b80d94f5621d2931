// The Recorder that identity asks for, over the ledger: one event, one leaf of the register log.
//
// Thread safety: any thread, as Ledger::Record.
#pragma once

#include "identity/recorder.h"
#include "ledger/ledger.h"

namespace cli {

class LedgerRecorder final : public identity::Recorder {
 public:
  explicit LedgerRecorder(ledger::Ledger& ledger) : ledger_(ledger) {}

  base::Result<std::uint64_t> Record(const Change& change, const identity::Event& event) override;

 private:
  ledger::Ledger& ledger_;
};

}  // namespace cli
