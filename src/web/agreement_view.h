// What the page of an agreement shows, from what is public of it: what is seen of each person, what
// happened and what comes, and how often data was opened. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agreements/agreement.h"
#include "agreements/gate.h"
#include "agreements/law.h"
#include "base/json.h"
#include "catalogue/schema.h"
#include "web/entry_words.h"
#include "web/texts.h"

namespace web {

inline constexpr std::size_t kShownWeeks = 9;

// The register fields in plain words: rows of the template `summary_list`.
base::Json AgreementFieldsJson(const agreements::Agreement& agreement, const agreements::Law& law,
                               const Texts& texts);

// Rows of what the recipient sees: `about`, `name_pieces`, `form`. Of the recipient's list the name
// in the output alone is told.
base::Json SeenColumnsJson(const agreements::Policy& policy, const catalogue::Schema& schema,
                           const Texts& texts);
// The columns that are not seen, in a sentence's list; empty where there are none.
std::string UnseenWords(const agreements::Policy& policy, const catalogue::Schema& schema,
                        const Texts& texts);

// What happened, today, and what comes. `texts_of` has the words beside the log for each event of
// the history, empty where there are none.
base::Json TimelineJson(const agreements::Agreement& agreement,
                        const std::vector<std::string>& words, base::CivilDay today,
                        const std::string& uses, const Texts& texts);

// Bars of the last kShownWeeks weeks up to `last`; null without any use.
base::Json WeeksJson(const std::vector<agreements::Gate::UsesOfDay>& days, base::CivilDay last,
                     const Texts& texts);

// One use as its two leaves tell it; the closing one may be missing yet.
base::Json UseJson(const Entry& opened, const std::optional<Entry>& closed, bool is_party,
                   const Texts& texts);

// "Breach suspected"; empty for none.
std::string ReasonWords(std::string_view reason, const Texts& texts);

}  // namespace web
