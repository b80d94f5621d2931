// From the store's rows to the catalogue's values, and who may see or change them. Inside catalogue
// only; functions that take a Transaction ask it as it stands.
#pragma once

#include <string_view>

#include "base/result.h"
#include "catalogue/dataset.h"
#include "identity/visibility.h"
#include "storage/datasets.h"
#include "storage/store.h"

namespace catalogue::internal {

Dataset DatasetOf(const storage::DatasetRow& row);
VersionSummary SummaryOf(const storage::VersionSummaryRow& row);
base::Result<Version> VersionOf(const storage::VersionRow& row);
DraftSummary DraftSummaryOf(const storage::DraftRow& row);
base::Result<Schema> SchemaOf(const storage::VersionRow& row);
base::Result<std::optional<DatasetKey>> KeyOf(const storage::VersionRow& row);

// What a dataset is in identity's table of visibility.
identity::ObjectKind KindOf(const storage::DatasetRow& row);
identity::Side SideOf(const Asker& asker, const identity::OrganisationId& owner);

// The dataset, when it is there and may be seen; Absent() otherwise.
base::Result<storage::DatasetRow> SeenDataset(storage::Transaction& transaction, const Asker& asker,
                                              const DatasetId& id);
// The draft with its dataset, when it is there, has time left and may be seen.
struct SeenDraft {
  storage::DraftRow draft;
  storage::DatasetRow dataset;
};
base::Result<SeenDraft> FindSeenDraft(storage::Transaction& transaction,
                                      const identity::Principal& actor, const DraftId& id,
                                      base::Instant now);

// The actor as it is now. kForbidden when it may not publish for the owner; Absent() when it may
// not know of the dataset.
base::Result<identity::Principal> RequirePublisher(storage::Transaction& transaction,
                                                   const identity::Principal& actor,
                                                   const storage::DatasetRow& dataset);

// Plain text of one line. kInvalid or kTooLarge, naming the field and never the text.
base::Result<void> CheckLine(std::string_view text, std::string_view field, std::size_t min_bytes,
                             std::size_t max_bytes);

}  // namespace catalogue::internal
