#include "web/draft_choices.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.h"
#include "base/format.h"
#include "web/column_words.h"
#include "web/json_view.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using catalogue::ColumnClass;
using catalogue::Draft;
using catalogue::SchemaColumn;
using engine::ColumnKind;
using engine::ColumnType;

constexpr std::string_view kIdentifier = "identifier";
constexpr std::array<std::string_view, 6> kClassOptions = {
    kIdentifier, "personal", "special-category", "criminal", "confidential-business", "public"};

std::unexpected<base::Error> ForeignChoice() {
  return base::Fail(base::ErrorCode::kInvalid, "The form is not the one of this draft", {},
                    "Go back, load the page anew and send it again.");
}

const Json& ReportOf(const Draft& draft, std::size_t column) {
  static const Json kNone;
  const Json::Items& columns = ItemsOf(draft.report, "columns");
  return column < columns.size() ? columns[column] : kNone;
}

bool HasStrays(const Json& report) {
  return std::ranges::any_of(ItemsOf(report, "remarks"), [](const Json& remark) {
    return TextOf(remark, "code") == "stray-values";
  });
}

bool IsSure(const Draft& draft, std::size_t column) {
  return draft.proposal.columns[column].confirmed ||
         IsTrue(MemberOf(ReportOf(draft, column), "class"), "sure");
}

std::string ProposedClass(const Draft& draft, std::size_t column) {
  const SchemaColumn& proposed = draft.proposal.columns[column];
  if (proposed.column_class == ColumnClass::kPersonal && proposed.identifies) {
    return std::string(kIdentifier);
  }
  if (proposed.column_class == ColumnClass::kPublic && !IsSure(draft, column)) {
    return std::string(ColumnClassName(ColumnClass::kPersonal));
  }
  return std::string(ColumnClassName(proposed.column_class));
}

// The field `type-12` belongs to column 12 of so many.
struct ColumnField {
  std::string_view kind;
  std::size_t column = 0;
};
std::optional<ColumnField> ColumnFieldOf(std::string_view name, std::size_t columns) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto column = base::ParseDecimal(name.substr(dash + 1));
  if (!column || *column >= columns) return std::nullopt;
  return ColumnField{name.substr(0, dash), static_cast<std::size_t>(*column)};
}

base::Result<void> Take(const ColumnField& field, std::string_view value, ColumnChoice& choice) {
  if (field.kind == "type") {
    choice.type = value;
  } else if (field.kind == "class") {
    choice.column_class = value;
  } else if (field.kind == "open") {
    choice.is_public_confirmed = value == "yes";
  } else if (field.kind == "as") {
    const auto treatment = catalogue::TreatmentOfName(value);
    if (!treatment) return ForeignChoice();
    choice.treatments |= *treatment;
  }
  return {};
}

base::Result<void> CheckColumn(const Draft& draft, std::size_t column, const ColumnChoice& choice) {
  const auto types = TypeOptionsOf(draft, column);
  if (std::ranges::find(types, choice.type, &TypeOption::value) == types.end() ||
      std::ranges::find(kClassOptions, choice.column_class) == kClassOptions.end() ||
      (choice.treatments & ~TreatmentsOffered(draft, column)) != 0) {
    return ForeignChoice();
  }
  return {};
}

catalogue::ConfirmedColumn ConfirmedOf(const Draft& draft, std::size_t column,
                                       const ColumnChoice& choice) {
  const SchemaColumn& proposed = draft.proposal.columns[column];
  const auto types = TypeOptionsOf(draft, column);
  const auto type = std::ranges::find(types, choice.type, &TypeOption::value);
  catalogue::ConfirmedColumn confirmed{.name = proposed.name};
  confirmed.type = type->type;
  confirmed.strays_become_empty = type->strays_become_empty;
  const bool is_identifier = choice.column_class == kIdentifier;
  const auto named = catalogue::ColumnClassOfName(choice.column_class);
  confirmed.column_class = named.value_or(ColumnClass::kPersonal);
  // A special category may single out as well; the form does not ask about that.
  const bool is_told = is_identifier || confirmed.column_class == ColumnClass::kPersonal;
  confirmed.identifies = is_told ? is_identifier : proposed.identifies;
  if (confirmed.column_class == ColumnClass::kPublic) confirmed.identifies = false;
  const std::uint32_t possible = choice.treatments & catalogue::TreatmentsOfType(*confirmed.type);
  confirmed.treatments = possible == 0 ? std::uint32_t{catalogue::kDrop} : possible;
  confirmed.confirmed = true;
  return confirmed;
}

}  // namespace

std::vector<TypeOption> TypeOptionsOf(const Draft& draft, std::size_t column) {
  const ColumnType& found = draft.proposal.columns[column].type;
  std::vector<TypeOption> options = {{engine::TypeText(found), found, false}};
  if (found.kind != ColumnKind::kString) {
    options.push_back({"string", {}, false});
  } else if (HasStrays(ReportOf(draft, column))) {
    options.push_back({"long-or-empty", {.kind = ColumnKind::kLong}, true});
    options.push_back({"date-or-empty", {.kind = ColumnKind::kDate}, true});
  }
  return options;
}

std::vector<std::string_view> ClassOptions() {
  return {kClassOptions.begin(), kClassOptions.end()};
}

std::uint32_t TreatmentsOffered(const Draft& draft, std::size_t column) {
  std::uint32_t offered = 0;
  for (const TypeOption& option : TypeOptionsOf(draft, column)) {
    offered |= catalogue::TreatmentsOfType(option.type);
  }
  return offered & ~std::uint32_t{catalogue::kDrop};
}

DraftChoices ProposedChoices(const Draft& draft,
                             const std::optional<catalogue::DatasetKey>& previous_key) {
  DraftChoices choices;
  choices.previous_version = draft.previous_version.value_or(0);
  for (std::size_t i = 0; i < draft.proposal.columns.size(); ++i) {
    const SchemaColumn& proposed = draft.proposal.columns[i];
    choices.columns.push_back({.type = engine::TypeText(proposed.type),
                               .column_class = ProposedClass(draft, i),
                               .treatments = proposed.treatments & TreatmentsOffered(draft, i)});
    if (previous_key && previous_key->column == proposed.name) {
      choices.key_column = Format("{}", i);
      choices.normalisation = previous_key->normalisation;
    }
  }
  return choices;
}

base::Result<DraftChoices> ReadChoices(const Form& form, const Draft& draft) {
  const std::size_t count = draft.proposal.columns.size();
  DraftChoices choices;
  choices.columns.resize(count);
  for (const auto& field : form.fields()) {
    if (const auto of = ColumnFieldOf(field.name, count)) {
      TRY(Take(*of, field.value, choices.columns[of->column]));
    }
  }
  for (std::size_t i = 0; i < count; ++i) TRY(CheckColumn(draft, i, choices.columns[i]));
  choices.key_column = form.Text("key");
  const auto place = base::ParseDecimal(choices.key_column);
  if (!choices.key_column.empty() && (!place || *place >= count)) return ForeignChoice();
  choices.normalisation = catalogue::KeyNormalisationOfName(form.Raw("key_form"))
                              .value_or(catalogue::KeyNormalisation::kExact);
  if (form.Raw("seen") == "all") choices.visibility = catalogue::DatasetVisibility::kPublic;
  if (form.Raw("seen") == "own") choices.visibility = catalogue::DatasetVisibility::kPrivate;
  choices.is_confirmed = form.Raw("confirm") == "yes";
  choices.accepts_loss = form.Raw("accept") == "yes";
  const auto previous = base::ParseDecimal(form.Raw("previous_version"));
  if (!previous) return ForeignChoice();
  choices.previous_version = *previous;
  return choices;
}

bool OpensColumn(const Draft& draft, std::size_t column, const ColumnChoice& choice) {
  const bool was_public = draft.proposal.columns[column].column_class == ColumnClass::kPublic;
  return choice.column_class == ColumnClassName(ColumnClass::kPublic) &&
         !(was_public && IsSure(draft, column));
}

std::vector<ChoiceError> MissingChoices(const Draft& draft, const DraftChoices& choices,
                                        const Texts& texts) {
  std::vector<ChoiceError> errors;
  for (std::size_t i = 0; i < choices.columns.size(); ++i) {
    const ColumnChoice& choice = choices.columns[i];
    if (choice.is_public_confirmed || !OpensColumn(draft, i, choice)) continue;
    const std::string name = ShownColumn(draft.proposal.columns[i].name);
    errors.push_back({Format("open-{}", i), texts.Get("check.open_missing", {{"name", name}})});
  }
  if (!draft.previous_version && !choices.visibility) {
    errors.push_back({"seen", texts.Get("check.seen_missing")});
  }
  if (!choices.is_confirmed) errors.push_back({"confirm", texts.Get("check.confirm_missing")});
  return errors;
}

catalogue::Confirmation ConfirmationOf(const Draft& draft, const DraftChoices& choices) {
  catalogue::Confirmation confirmation;
  std::set<std::string> lost;
  for (std::size_t i = 0; i < choices.columns.size(); ++i) {
    confirmation.columns.push_back(ConfirmedOf(draft, i, choices.columns[i]));
    const auto& column = confirmation.columns.back();
    if (*column.type != draft.proposal.columns[i].type) lost.insert(column.name);
  }
  if (const auto place = base::ParseDecimal(choices.key_column)) {
    confirmation.key = {.column = draft.proposal.columns.at(*place).name,
                        .normalisation = choices.normalisation};
  }
  if (choices.accepts_loss) {
    for (std::string& name : draft.change.Lost()) lost.insert(std::move(name));
    confirmation.accepted.assign(lost.begin(), lost.end());
  }
  confirmation.previous_version = choices.previous_version;
  return confirmation;
}

}  // namespace web
