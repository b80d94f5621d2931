// The document of a request (docs/formats/request.md), and the proposal that the gateway check
// reads of it.
//
// What stands in one place is not written in a second: bodies come from the organisations, classes
// of columns from the schema, treatments and rows from the policy. ComposeProposal puts them
// together. Values and pure functions, any thread.
#pragma once

#include <optional>
#include <string>

#include "agreements/law.h"
#include "agreements/policy.h"
#include "agreements/proposal.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalogue/schema.h"
#include "identity/accounts.h"

namespace agreements {

inline constexpr std::string_view kRequestFormat = "tabularium-request-1";
inline constexpr std::size_t kMaxRequestBytes = 512U << 10U;
inline constexpr std::size_t kMaxRequestTitleCharacters = 200;
inline constexpr std::size_t kMaxSentenceCharacters = 1'000;

struct RequestDocument {
  std::string title;
  std::string sentence;  // may be empty in a draft
  std::string dataset;   // slug
  std::optional<Policy> policy;
  Proposal proposal;  // what the asker states, no more
};

// kInvalid or kTooLarge at the JSON pointer; also for what the server fills in, and for days in
// the wrong order.
base::Result<RequestDocument> ReadRequestDocument(const base::Json& json);
// What ReadRequestDocument reads back as the same.
base::Json RequestDocumentJson(const RequestDocument& document);

struct ProposalSources {
  const identity::Organisation* owner = nullptr;
  const identity::Organisation* asker = nullptr;
  const catalogue::Schema* schema = nullptr;   // of the dataset
  const Law* law = nullptr;                    // for the bodies that it lists
  const Processor* server_operator = nullptr;  // its name empty: nobody but the bodies
  base::CivilDay today;
};

// kInvalid for a column that the schema does not have.
base::Result<Proposal> ComposeProposal(const RequestDocument& document,
                                       const ProposalSources& sources);

}  // namespace agreements
