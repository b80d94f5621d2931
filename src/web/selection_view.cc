// The view of the page “Which data”. Pure.
#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "web/column_words.h"
#include "web/policy_words.h"
#include "web/request_selection_pages.h"
#include "web/verdict_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using catalogue::SchemaColumn;

Json ErrorAt(const std::vector<SelectionError>& errors, const std::string& field) {
  const auto found = std::ranges::find(errors, field, &SelectionError::field);
  return found == errors.end() ? Json() : Json::Repaired(found->words);
}

Json ChoiceJson(std::string_view value, const std::string& words, bool is_chosen) {
  return Json::Object({{"value", Json::Repaired(value)},
                       {"words", Json::Repaired(words)},
                       {"is_chosen", is_chosen}});
}

// The forms that the owner allows, and one more when it is chosen and not allowed any more.
Json TreatmentsJson(const SchemaColumn& column, const ColumnPick& pick, const Texts& texts) {
  Json::Items items = {ChoiceJson("drop", texts.Get("policy.as.drop"), pick.treatment == "drop")};
  for (const auto name : catalogue::TreatmentNames(column.treatments & ~catalogue::kDrop)) {
    items.push_back(
        ChoiceJson(name, texts.Get(Format("policy.as.{}", name)), pick.treatment == name));
  }
  const auto chosen = catalogue::TreatmentOfName(pick.treatment);
  if (chosen && *chosen != catalogue::kDrop && (column.treatments & *chosen) == 0) {
    items.push_back(ChoiceJson(
        pick.treatment, texts.Get("data.as_not_allowed", {{"form", TreatmentName(*chosen, texts)}}),
        true));
  }
  return Json::Array(std::move(items));
}

Example ExampleFor(const SchemaColumn& column, const ColumnPick& pick,
                   const SelectionSources& sources, const Texts& texts) {
  const auto treatment = catalogue::TreatmentOfName(pick.treatment);
  if (!treatment) return {};
  static const std::vector<agreements::PolicyBand> kNone;
  const auto* bands = &kNone;
  if (sources.policy != nullptr) {
    for (const auto& saved : sources.policy->columns) {
      if (saved.name == column.name) bands = &saved.bands;
    }
  }
  return ExampleOf(column, *treatment, *bands, texts);
}

Json ColumnJson(std::size_t i, const Selection& choices, const std::vector<SelectionError>& errors,
                const SelectionSources& sources, const Texts& texts) {
  const SchemaColumn& column = sources.schema->columns[i];
  const ColumnPick& pick = choices.columns[i];
  const bool is_given = pick.treatment != "drop";
  const bool is_never = (column.treatments & ~catalogue::kDrop) == 0 && !is_given;
  const Example example = ExampleFor(column, pick, sources, texts);
  return Json::Object({{"place", Format("{}", i)},
                       {"name", Json::Repaired(ShownColumn(column.name))},
                       {"name_pieces", NamePieces(column.name)},
                       {"is_off", !is_given},
                       {"is_never", is_never},
                       {"treatments", TreatmentsJson(column, pick, texts)},
                       {"treatment_error", ErrorAt(errors, Format("t-{}", i))},
                       {"example", Json::Repaired(example.text)},
                       {"label", example.label.empty() ? Json() : Json::Repaired(example.label)},
                       {"reason", Json::Repaired(pick.reason)},
                       {"has_reason", is_given},
                       {"has_bands", (column.treatments & catalogue::kBand) != 0},
                       {"edges", Json::Repaired(pick.edges)},
                       {"edges_error", ErrorAt(errors, Format("b-{}", i))}});
}

Json ColumnChoicesJson(const SelectionSources& sources, const std::string& chosen,
                       const Texts& texts) {
  Json::Items items = {ChoiceJson("", texts.Get("data.choose_column"), chosen.empty())};
  for (std::size_t i = 0; i < sources.schema->columns.size(); ++i) {
    const SchemaColumn& column = sources.schema->columns[i];
    // Each row that passes would tell the value of a column that is never given.
    if ((column.treatments & ~catalogue::kDrop) == 0) continue;
    const std::string place = Format("{}", i);
    items.push_back(ChoiceJson(place, ShownColumn(column.name), place == chosen));
  }
  return Json::Array(std::move(items));
}

Json ConditionJson(std::size_t i, const ConditionPick& pick,
                   const std::vector<SelectionError>& errors, const SelectionSources& sources,
                   const std::vector<std::string>& sentences, const Texts& texts) {
  Json::Items tests;
  for (const auto test : ConditionTests()) {
    tests.push_back(ChoiceJson(test, texts.Get(Format("data.test.{}", test)), test == pick.test));
  }
  Json kept;
  if (pick.kept) {
    kept = Json::Repaired(*pick.kept < sentences.size() ? sentences[*pick.kept] : std::string{});
  }
  return Json::Object({{"row", Format("{}", i)},
                       {"nth", Format("{}", i + 1)},
                       {"kept", kept},
                       {"kept_place", pick.kept ? Format("{}", *pick.kept) : std::string{}},
                       {"is_kept", pick.kept.has_value()},
                       {"column_choices", ColumnChoicesJson(sources, pick.column, texts)},
                       {"column_error", ErrorAt(errors, Format("c{}-column", i))},
                       {"tests", Json::Array(std::move(tests))},
                       {"test_error", ErrorAt(errors, Format("c{}-test", i))},
                       {"value", Json::Repaired(pick.value)},
                       {"value_error", ErrorAt(errors, Format("c{}-value", i))}});
}

// The columns of the chosen list, each of which may come back beside its row.
Json CarryJson(const Selection& choices, const SelectionSources& sources, const Texts& texts) {
  const auto list = std::ranges::find(*sources.lists, choices.list.list, &OwnList::slug);
  if (list == sources.lists->end()) return {};
  Json::Items rows;
  for (std::size_t i = 0; i < list->schema.columns.size(); ++i) {
    const SchemaColumn& column = list->schema.columns[i];
    const auto carried = choices.list.carry.find(column.name);
    const bool is_carried = carried != choices.list.carry.end();
    const Example example = ExampleOf(column, catalogue::kShow, {}, texts);
    rows.push_back(
        Json::Object({{"place", Format("{}", i)},
                      {"name", Json::Repaired(ShownColumn(column.name))},
                      {"name_pieces", NamePieces(column.name)},
                      {"is_off", !is_carried},
                      {"is_carried", is_carried},
                      {"example", Json::Repaired(is_carried ? example.text : std::string{})},
                      {"reason", Json::Repaired(is_carried ? carried->second : std::string{})}}));
  }
  return Json::Object({{"list_title", Json::Repaired(ShownText(list->title))},
                       {"carried_columns", Json::Array(std::move(rows))}});
}

Json ListJson(const Selection& choices, const std::vector<SelectionError>& errors,
              const SelectionSources& sources, const Texts& texts) {
  Json::Items lists = {ChoiceJson("", texts.Get("data.no_list_chosen"), choices.list.list.empty())};
  for (const OwnList& list : *sources.lists) {
    lists.push_back(ChoiceJson(list.slug,
                               texts.Get("data.own_list", {{"title", ShownText(list.title)},
                                                           {"rows", NumberText(list.rows)}}),
                               list.slug == choices.list.list));
  }
  return Json::Object({{"lists", Json::Array(std::move(lists))},
                       {"list_error", ErrorAt(errors, "list")},
                       {"list_columns", ColumnChoicesJson(sources, choices.list.column, texts)},
                       {"list_column_error", ErrorAt(errors, "list-column")},
                       {"least", Json::Repaired(choices.list.least)},
                       {"least_error", ErrorAt(errors, "list-least")},
                       {"greatest", Json::Repaired(choices.list.greatest)},
                       {"greatest_error", ErrorAt(errors, "list-greatest")}});
}

// What was saved last, beside the form. Nothing in it depends on how many rows match.
Json SavedJson(const SelectionSources& sources, const SeenRequest& seen, const agreements::Law& law,
               const Texts& texts) {
  if (sources.policy == nullptr) return {};
  const RequestSources of = seen.Sources(law);
  Json::Items sentences;
  for (const auto& each : RowSentences(*sources.policy, of.policy, texts)) {
    sentences.push_back(Json::Repaired(each));
  }
  return Json::Object({{"columns_words", ColumnCountWords(*sources.policy, of.policy, texts)},
                       {"rows_words", RowCountWords(*sources.policy, texts)},
                       {"saved_at", DateTimeText(seen.request.changed, texts)},
                       {"has_sentences", !sentences.empty()},
                       {"sentences", Json::Array(std::move(sentences))}});
}

Json SummaryJson(const std::vector<SelectionError>& errors) {
  Json::Items items;
  for (const SelectionError& error : errors) {
    items.push_back(
        Json::Object({{"url", "#" + error.field}, {"words", Json::Repaired(error.words)}}));
  }
  if (items.empty()) return {};
  return Json::Object({{"errors", Json::Array(std::move(items))}});
}

}  // namespace

Json::Members SelectionView(const Selection& choices, const std::vector<SelectionError>& errors,
                            const SelectionSources& sources, const SeenRequest& seen,
                            const agreements::Law& law, const Texts& texts) {
  Json::Items columns;
  for (std::size_t i = 0; i < choices.columns.size(); ++i) {
    columns.push_back(ColumnJson(i, choices, errors, sources, texts));
  }
  std::vector<std::string> sentences;
  if (sources.policy != nullptr) {
    sentences = RowSentences(*sources.policy, seen.Sources(law).policy, texts);
  }
  Json::Items conditions;
  for (std::size_t i = 0; i < choices.conditions.size(); ++i) {
    conditions.push_back(
        ConditionJson(i, choices.conditions[i], errors, sources, sentences, texts));
  }
  const std::uint64_t rows = seen.dataset && seen.dataset->latest ? seen.dataset->latest->rows : 0;
  Json saved = errors.empty() ? SavedJson(sources, seen, law, texts) : Json();
  const std::string wrong =
      errors.empty() ? std::string{}
                     : texts.Get(errors.size() == 1 ? "data.correct.one" : "data.correct.many",
                                 {{"count", NumberText(errors.size())}});
  return {{"error_summary", SummaryJson(errors)},
          {"number", seen.request.number},
          {"dataset_title", Json::Repaired(ShownText(seen.request.dataset_title))},
          {"owner", Json::Repaired(sources.owner_name)},
          {"dataset_url", "/datasets/" + seen.request.dataset + "#cols"},
          {"action_url", seen.Url("data")},
          {"columns", Json::Array(std::move(columns))},
          {"carry", CarryJson(choices, sources, texts)},
          {"condition_count", Format("{}", conditions.size())},
          {"has_conditions", !conditions.empty()},
          {"conditions", Json::Array(std::move(conditions))},
          {"list", ListJson(choices, errors, sources, texts)},
          {"total_rows", NumberText(rows)},
          {"saved", std::move(saved)},
          {"wrong", wrong.empty() ? Json() : Json(wrong)},
          {"save_error", ErrorAt(errors, "save")},
          {"verdict", VerdictView(seen.request.verdict, seen.Url("check"), texts)}};
}

}  // namespace web
