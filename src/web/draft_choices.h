// What a publisher chooses on the page that checks a draft: type, class and forms of each column,
// the key, who may know of the dataset, and the confirmations.
//
// The form names columns by their place, never by their name, since names come from files of
// strangers. What a form leaves out is denied: a column without a ticked form is never given.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/confirmation.h"
#include "catalogue/dataset.h"
#include "web/form.h"
#include "web/texts.h"

namespace web {

// A column has at most nine fields.
inline constexpr FormLimits kPublicationForm{.max_bytes = 1U << 20U, .max_fields = 25'000};

// A type that a column may be given.
struct TypeOption {
  std::string value;  // in the form: "string", "date-or-empty"
  engine::ColumnType type;
  bool strays_become_empty = false;
};

// The type that was found first; text; where values stray, types whose strays become empty.
std::vector<TypeOption> TypeOptionsOf(const catalogue::Draft& draft, std::size_t column);

// The classes that a form offers, in order; "identifier" is personal and singles out by itself.
std::vector<std::string_view> ClassOptions();

// The forms that any of the column's types can have, without "never given".
std::uint32_t TreatmentsOffered(const catalogue::Draft& draft, std::size_t column);

struct ColumnChoice {
  std::string type;                  // of TypeOptionsOf
  std::string column_class;          // of ClassOptions
  std::uint32_t treatments = 0;      // ticked; nothing: never given
  bool is_public_confirmed = false;  // asked once more
};

struct DraftChoices {
  std::vector<ColumnChoice> columns;
  std::string key_column;  // its place as a number; empty: none
  catalogue::KeyNormalisation normalisation = catalogue::KeyNormalisation::kExact;
  std::optional<catalogue::DatasetVisibility> visibility;  // where it can still be chosen
  bool is_confirmed = false;                               // the class of all columns
  bool accepts_loss = false;                               // of columns on which agreements rest
  std::uint64_t previous_version = 0;
};

// What the draft proposes, with the key of the version before.
DraftChoices ProposedChoices(const catalogue::Draft& draft,
                             const std::optional<catalogue::DatasetKey>& previous_key);

// kInvalid for a form that no page of ours has sent.
base::Result<DraftChoices> ReadChoices(const Form& form, const catalogue::Draft& draft);

// Whether a class that opens the column's values must be confirmed once more: it was not proposed,
// or proposed without being sure.
bool OpensColumn(const catalogue::Draft& draft, std::size_t column, const ColumnChoice& choice);

struct ChoiceError {
  std::string field;  // id of the control
  std::string words;
};
// What is missing before the draft can be published.
std::vector<ChoiceError> MissingChoices(const catalogue::Draft& draft, const DraftChoices& choices,
                                        const Texts& texts);

// Choices without anything missing, as the catalogue takes them.
catalogue::Confirmation ConfirmationOf(const catalogue::Draft& draft, const DraftChoices& choices);

}  // namespace web
