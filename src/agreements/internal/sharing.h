// What requests and agreements both ask of the store inside their transactions. Inside agreements
// only; a function lives as long as the Transaction that it is given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/history.h"
#include "agreements/policy_check.h"
#include "agreements/reasons.h"
#include "agreements/request_document.h"
#include "agreements/states.h"
#include "agreements/verdict.h"
#include "base/world.h"
#include "identity/principal.h"
#include "storage/datasets.h"
#include "storage/histories.h"
#include "storage/requests.h"

namespace agreements::internal {

inline constexpr std::size_t kSaltBytes = 32;
inline constexpr std::size_t kMaxHistory = 10'000;

// The bodies, the dataset and the newest schemas that a document speaks of.
struct Facts {
  identity::Organisation owner;
  identity::Organisation asker;
  storage::DatasetRow dataset;
  catalogue::Schema schema;
  std::optional<storage::DatasetRow> list;
  std::optional<catalogue::Schema> list_schema;

  [[nodiscard]] PolicySchemas Schemas() const {
    return {&schema, list_schema ? &*list_schema : nullptr};
  }
};

// kNotFound at the place of a dataset that the asker may not know of or that has no version;
// kInvalid for one of the asker's own, and for a list that is not the asker's.
base::Result<Facts> LoadFacts(storage::Transaction& transaction, const RequestDocument& document,
                              const identity::OrganisationId& asker);

base::Result<identity::Organisation> OrganisationOf(storage::Transaction& transaction,
                                                    const identity::OrganisationId& id);

// kInvalid at the place of a recipient who is nobody of the asking body, or is disabled.
base::Result<void> CheckRecipients(storage::Transaction& transaction, const Policy& policy,
                                   const identity::OrganisationId& asker);

// The gateway check of a document, as the law and the schema are now.
base::Result<Verdict> CheckDocument(const RequestDocument& document, const Facts& facts,
                                    const Law& law, const Processor& server_operator,
                                    base::Instant now);
// kConflict that names the rules, unless the verdict lets it be sent.
base::Result<void> RequireNoRefusal(const Verdict& verdict);

base::Result<RequestDocument> ParseDocument(std::string_view text);
base::Json ParseStored(std::string_view text);

// "DSR-2026-0001": the next number of the year in London.
base::Result<std::string> NewNumber(storage::Transaction& transaction, std::string_view series,
                                    base::Instant now);

base::Result<Body> BodyOf(storage::Transaction& transaction, const identity::OrganisationId& id);
base::Result<std::vector<HistoryEvent>> HistoryOf(storage::Transaction& transaction,
                                                  std::string_view number);

// Puts a text beside the log and returns its digest. Safe to run again with the same salt.
base::Result<base::Digest> AddText(storage::Transaction& transaction, std::string_view number,
                                   std::string_view salt, std::string_view text);
// kTooLarge or kInvalid for words that are too long or no plain text.
base::Result<void> CheckWordsText(std::string_view words);
base::Result<void> CheckReason(Reason reason, ReasonUse use);

// Cursors of lists by change. kInvalid for one that is not ours, or of another scope.
std::string CursorOf(std::string_view key, std::string_view scope,
                     const storage::ChangePosition& position);
base::Result<std::optional<storage::ChangePosition>> PositionOf(std::string_view key,
                                                                std::string_view scope,
                                                                std::string_view cursor);

}  // namespace agreements::internal
