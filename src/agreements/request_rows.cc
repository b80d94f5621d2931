#include "agreements/internal/request_rows.h"

#include "agreements/internal/sharing.h"
#include "base/check.h"

namespace agreements::internal {
namespace {

using base::ErrorCode;
using base::Fail;
using storage::RequestRow;
using storage::Transaction;

identity::Side SideOf(const identity::Principal& asker, const RequestRow& row) {
  if (asker.organisation == row.asker) return identity::Side::kOwnBody;
  if (asker.organisation == row.owner) return identity::Side::kOtherParty;
  return identity::Side::kOtherBody;
}

}  // namespace

base::Result<RequestRow> SeenRequest(Transaction& transaction, const identity::Principal& asker,
                                     std::string_view number) {
  auto row = TRY(storage::RequestRepository(transaction).Find(number));
  if (!row) return identity::Absent();
  const auto kind =
      row->submitted.empty() ? identity::ObjectKind::kRequestDraft : identity::ObjectKind::kRequest;
  TRY(identity::RequireSight(kind, SideOf(asker, *row)));
  return std::move(*row);
}

base::Result<RequestState> StateOf(const RequestRow& row) {
  const auto state = ParseRequestState(row.state);
  if (state) return *state;
  return Fail(ErrorCode::kDamaged, "The store holds a state that is none", "store");
}

base::Result<Request> RequestOf(Transaction& transaction, const RequestRow& row,
                                const identity::Principal& reader) {
  const auto dataset = TRY(storage::DatasetRepository(transaction).Find(row.dataset));
  CHECK(dataset.has_value());
  // The owner sees what was sent, and not what the asker is writing since.
  const bool sees_edits = reader.organisation == row.asker;
  const std::string& document = sees_edits ? row.document : row.submitted;
  const bool is_checked = sees_edits || row.document == row.submitted;
  return Request{
      .number = row.number,
      .state = TRY(StateOf(row)),
      .revision = static_cast<std::uint64_t>(row.revision),
      .asker = TRY(BodyOf(transaction, row.asker)),
      .owner = TRY(BodyOf(transaction, row.owner)),
      .dataset = dataset->slug,
      .dataset_title = dataset->title,
      .document = ParseStored(document),
      .verdict = is_checked ? ParseStored(row.verdict) : base::Json(),
      .agreement = row.agreement,
      .created = row.created,
      .changed = row.changed,
      .is_own_edit = TRY(storage::RequestRepository(transaction).IsEditor(row.number, reader.id))};
}

base::Result<void> RequirePart(Transaction& transaction, const identity::Principal& actor,
                               const RequestRow& row, Part part) {
  if (part == Part::kRequester) {
    const bool may = actor.scopes.Has(identity::Scope::kRequest) &&
                     actor.Holds(identity::Role::kExplorer, row.asker);
    if (may) return {};
    return Fail(ErrorCode::kForbidden, "Requests are written by explorers of the asking body", {},
                "Ask an administrator of your organisation for the role explorer.");
  }
  CHECK(part == Part::kOwnerApprover);
  if (!actor.MayDecideFor(row.owner)) {
    return Fail(ErrorCode::kForbidden, "This is decided by approvers of the owner", {},
                "Ask an approver of the body that owns the data.");
  }
  const bool took_part =
      actor.organisation == row.asker ||
      TRY(storage::RequestRepository(transaction).IsEditor(row.number, actor.id));
  if (!took_part) return {};
  return Fail(ErrorCode::kForbidden, "You cannot decide this: you took part in it", {},
              "Ask another approver of the owner.");
}

}  // namespace agreements::internal
