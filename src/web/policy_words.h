// A policy (docs/formats/policy.md) in words: each column with its treatment and what would come of
// it, the row conditions as sentences, what the asker's list is for, and what does not leave.
//
// Examples are invented from the type and the meaning of a column, never from a row. Words of
// strangers, such as names of columns and texts that conditions compare with, are fit for a
// sentence (ShownText) and escaped by the template. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agreements/policy.h"
#include "base/json.h"
#include "catalogue/schema.h"
#include "web/texts.h"

namespace web {

// Who reads: it is "your list" to the recipient, and "their list" to the owner.
enum class Viewpoint : unsigned char { kRecipient, kOwner, kEverybody };

// What the words say beyond the policy.
struct PolicySources {
  const catalogue::Schema* schema = nullptr;       // of the dataset; null: columns by name alone
  const catalogue::Schema* list_schema = nullptr;  // of the list; null: not known to the reader
  std::string list_title = {};                     // empty: the name in the policy
  std::string area_code = {};                      // of the recipient, where it is known
  Viewpoint viewpoint = Viewpoint::kEverybody;
};

// "Show as it is", "Year only", "Leave out".
std::string TreatmentName(catalogue::Treatment treatment, const Texts& texts);

// What a recipient would see of a column. `label` is of bands: "£15,000 to £19,999".
struct Example {
  std::string text;
  std::string label = {};
};
Example ExampleOf(const catalogue::SchemaColumn& column, catalogue::Treatment treatment,
                  const std::vector<agreements::PolicyBand>& bands, const Texts& texts);

// The columns that reach the recipient: `name_pieces`, `treatment`, `example`, `label`, `reason`;
// the carried ones last.
base::Json PolicyColumnsJson(const agreements::Policy& policy, const PolicySources& sources,
                             const Texts& texts);

// How many columns of the dataset reach the recipient.
std::size_t GivenColumns(const agreements::Policy& policy);
// "12 of 31 columns, plus 1 carried from your list"
std::string ColumnCountWords(const agreements::Policy& policy, const PolicySources& sources,
                             const Texts& texts);

// What must hold of a row, one sentence for each condition; the list last. Empty: all rows.
std::vector<std::string> RowSentences(const agreements::Policy& policy,
                                      const PolicySources& sources, const Texts& texts);
// "Rows that meet 3 conditions", "All rows"
std::string RowCountWords(const agreements::Policy& policy, const Texts& texts);

// Names of the columns of the schema that do not reach the recipient, fit for a sentence.
std::vector<std::string> LeftOutColumns(const agreements::Policy& policy,
                                        const catalogue::Schema& schema);

// "Query. No more than 20 uses a day"
std::string DoorWords(const agreements::Policy& policy, const Texts& texts);

}  // namespace web
