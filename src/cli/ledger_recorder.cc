#include "cli/ledger_recorder.h"

namespace cli {
namespace {

using identity::EventKind;
using ledger::LeafKind;

LeafKind KindOf(EventKind kind) {
  switch (kind) {
    case EventKind::kOrganisationCreated:
      return LeafKind::kOrganisationCreated;
    case EventKind::kRoleGranted:
      return LeafKind::kRoleGranted;
    case EventKind::kRoleWithdrawn:
      return LeafKind::kRoleWithdrawn;
    case EventKind::kTokenCreated:
      return LeafKind::kTokenCreated;
    case EventKind::kTokenWithdrawn:
      return LeafKind::kTokenWithdrawn;
    case EventKind::kPersonDisabled:
      break;
  }
  return LeafKind::kPersonDisabled;
}

}  // namespace

base::Result<std::uint64_t> LedgerRecorder::Record(const Change& change,
                                                   const identity::Event& event) {
  ledger::LeafDraft leaf(KindOf(event.kind));
  leaf.Slug("organisation", event.organisation);
  if (event.role) leaf.Code("role", identity::RowOf(*event.role).code);
  if (event.subject) {
    const bool is_machine = *event.subject == identity::SubjectKind::kMachine;
    leaf.Code("subject", is_machine ? base::Literal("machine") : base::Literal("person"));
  }
  return ledger_.Record(change, leaf);
}

}  // namespace cli
