// What an asker chooses on the page “Which data”: the form of each column and why, conditions of
// rows, and a list of their own that rows must be on.
//
// The page knows rows of simple tests that must all hold. Whatever else a policy has as a
// condition, such as alternatives, it keeps as it is: such a part is shown in words and can be
// taken away. Columns are named by their place in the schema, since their names come from files of
// strangers.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy.h"
#include "base/result.h"
#include "catalogue/dataset.h"
#include "web/form.h"
#include "web/texts.h"

namespace web {

// A column has three fields.
inline constexpr FormLimits kSelectionForm{.max_bytes = 1U << 20U, .max_fields = 25'000};
inline constexpr std::size_t kMaxPageConditions = 50;

struct ColumnPick {
  std::string treatment = "drop";
  std::string reason{};
  std::string edges{};  // of bands, as they were typed: "0, 5000"
};

struct ConditionPick {
  std::string column;                 // its place in the schema; empty: not chosen yet
  std::string test = "equal";         // a name of ConditionTests
  std::string value{};                // as it was typed
  std::optional<std::size_t> kept{};  // a part of the policy that the page does not know to change
};

struct ListPick {
  std::string list{};    // slug; empty: none
  std::string column{};  // of the dataset, by its place
  std::string least = "100";
  std::string greatest{};
  std::map<std::string, std::string> carry{};  // names of columns of the list, each with its reason
};

struct Selection {
  std::vector<ColumnPick> columns;
  std::vector<ConditionPick> conditions{};
  ListPick list{};
};

struct SelectionError {
  std::string field;  // id of the control
  std::string words;
};

// A list of the asker's: a dataset of their own body with its latest version.
struct OwnList {
  std::string slug;
  std::string title;
  std::uint64_t rows = 0;
  std::optional<catalogue::DatasetKey> key{};
  catalogue::Schema schema{};
};

struct SelectionSources {
  const catalogue::Schema* schema = nullptr;    // never null
  const agreements::Policy* policy = nullptr;   // as it is saved; null: none yet
  const std::vector<OwnList>* lists = nullptr;  // never null
  std::string dataset;                          // slug
  std::string owner_name;
  std::string own_id;         // the first recipient of a new policy
  std::string first_purpose;  // a code, of a new policy
};

// The tests that the page offers: "own-area" is equality with the area of the asker.
std::vector<std::string_view> ConditionTests();
bool NeedsValue(std::string_view test);

Selection SelectionOf(const SelectionSources& sources);
Selection ReadSelection(const Form& form, const SelectionSources& sources);

// The policy of these choices; what cannot be one stands in `errors`, and the policy then counts
// for nothing.
agreements::Policy PolicyOf(const Selection& choices, const SelectionSources& sources,
                            const Texts& texts, std::vector<SelectionError>& errors);

}  // namespace web
