#include "web/draft_view.h"

#include <algorithm>

#include "base/format.h"
#include "web/column_words.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using catalogue::Draft;

constexpr std::size_t kShownRows = 3;  // of a remark

Json ErrorOf(const std::vector<ChoiceError>& errors, std::string_view field) {
  const auto found = std::ranges::find(errors, field, &ChoiceError::field);
  return found == errors.end() ? Json() : Json::Repaired(found->words);
}

Json OptionJson(std::string_view value, std::string words, bool is_chosen) {
  return Json::Object({{"value", value}, {"words", std::move(words)}, {"is_chosen", is_chosen}});
}

Json TypesJson(const Draft& draft, std::size_t column, const ColumnChoice& choice,
               const Texts& texts) {
  Json::Items items;
  for (const TypeOption& option : TypeOptionsOf(draft, column)) {
    std::string words = TypeWords(option.type, texts);
    if (option.strays_become_empty) words = texts.Get("check.or_empty", {{"type", words}});
    items.push_back(OptionJson(option.value, std::move(words), option.value == choice.type));
  }
  return Json::Array(std::move(items));
}

Json ClassesJson(const ColumnChoice& choice, const Texts& texts) {
  Json::Items items;
  for (const std::string_view option : ClassOptions()) {
    items.push_back(OptionJson(option, texts.Get(Format("class_choice.{}", option)),
                               option == choice.column_class));
  }
  return Json::Array(std::move(items));
}

Json TreatmentsJson(const Draft& draft, std::size_t column, const ColumnChoice& choice,
                    const Texts& texts) {
  Json::Items items;
  for (const std::string_view name : catalogue::TreatmentNames(TreatmentsOffered(draft, column))) {
    const auto treatment = catalogue::TreatmentOfName(name);
    const bool is_ticked = treatment && (choice.treatments & *treatment) != 0;
    items.push_back(Json::Object({{"id", Format("as-{}-{}", column, name)},
                                  {"value", name},
                                  {"words", texts.Get(Format("treatment.{}", name))},
                                  {"is_chosen", is_ticked}}));
  }
  return Json::Array(std::move(items));
}

Json ColumnJson(const Draft& draft, std::size_t i, const DraftChoices& choices,
                const std::vector<ChoiceError>& errors, const Texts& texts) {
  const Json::Items& reports = ItemsOf(draft.report, "columns");
  const std::string& name = draft.proposal.columns[i].name;
  const ColumnChoice& choice = choices.columns[i];
  const auto findings = FindingsOf(i < reports.size() ? reports[i] : Json(), texts);
  Json::Items look;
  for (const std::string& each : findings.look) look.push_back(Json::Repaired(each));
  const Json error = ErrorOf(errors, Format("open-{}", i));
  const bool asks = OpensColumn(draft, i, choice) &&
                    (choice.is_public_confirmed || error.kind() != Json::Kind::kNull);
  Json open;
  if (asks) {
    open = Json::Object({{"is_open_ticked", choice.is_public_confirmed}, {"open_error", error}});
  }
  return Json::Object({{"place", Format("{}", i)},
                       {"name", Json::Repaired(ShownColumn(name))},
                       {"name_pieces", NamePieces(name)},
                       {"types", TypesJson(draft, i, choice, texts)},
                       {"classes", ClassesJson(choice, texts)},
                       {"forms", TreatmentsJson(draft, i, choice, texts)},
                       {"needs_look", !look.empty()},
                       {"look", Json::Array(std::move(look))},
                       {"said", Json::Repaired(findings.said)},
                       {"open", std::move(open)}});
}

Json NamesJson(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + ShownColumn(name);
  return list.empty() ? Json() : Json::Repaired(list);
}

Json ChangeJson(const Draft& draft, const DraftChoices& choices, const Texts& texts) {
  if (!draft.previous_version) return {};
  std::string retyped;
  for (const auto& column : draft.change.retyped) {
    if (!retyped.empty()) retyped += ", ";
    retyped += texts.Get("check.retyped_column", {{"name", ShownColumn(column.name)},
                                                  {"from", TypeWords(column.from, texts)},
                                                  {"to", TypeWords(column.to, texts)}});
  }
  const bool is_same = draft.change == catalogue::SchemaChange{};
  bool has_lost = !draft.change.Lost().empty();
  for (std::size_t i = 0; i < choices.columns.size(); ++i) {
    has_lost =
        has_lost || choices.columns[i].type != engine::TypeText(draft.proposal.columns[i].type);
  }
  return Json::Object({{"before", NumberText(*draft.previous_version)},
                       {"is_same", is_same},
                       {"removed", NamesJson(draft.change.removed)},
                       {"retyped", retyped.empty() ? Json() : Json::Repaired(retyped)},
                       {"added", NamesJson(draft.change.added)},
                       {"has_lost", has_lost},
                       {"is_accepted", choices.accepts_loss}});
}

Json KeysJson(const Draft& draft, const DraftChoices& choices, const Texts& texts) {
  Json::Items items;
  items.push_back(OptionJson("", texts.Get("check.no_key"), choices.key_column.empty()));
  for (std::size_t i = 0; i < draft.proposal.columns.size(); ++i) {
    const std::string place = Format("{}", i);
    items.push_back(
        Json::Object({{"value", place},
                      {"words", Json::Repaired(ShownColumn(draft.proposal.columns[i].name))},
                      {"is_chosen", place == choices.key_column}}));
  }
  return Json::Array(std::move(items));
}

std::string FileWords(const Draft& draft, const Texts& texts) {
  const bool is_csv = TextOf(draft.report, "format") == "csv";
  return texts.Get(is_csv ? "check.csv" : "check.parquet",
                   {{"rows", NumberText(CountOf(draft.report, "rows"))},
                    {"columns", NumberText(draft.proposal.columns.size())},
                    {"size", BytesText(draft.summary.bytes)}});
}

std::string RemarkWords(const Json& remark, std::uint64_t filled, const Texts& texts) {
  std::string rows;
  for (const Json& each : ItemsOf(remark, "first")) {
    if (!rows.empty()) rows += "; ";
    rows += texts.Get("remark.row", {{"row", NumberText(CountOf(each, "row"))},
                                     {"count", NumberText(CountOf(each, "characters"))}});
    if (&each - ItemsOf(remark, "first").data() + 1 == kShownRows) break;
  }
  std::string key = Format("remark.{}", TextOf(remark, "code"));
  if (!texts.Has(key)) key = "remark.other";
  const std::string words = texts.Get(
      key, {{"rows", NumberText(CountOf(remark, "rows"))}, {"filled", NumberText(filled)}});
  return rows.empty() ? words : texts.Get("remark.with_rows", {{"remark", words}, {"rows", rows}});
}

std::string SaidOf(const Json& profile, const Texts& texts) {
  const std::uint64_t filled = CountOf(profile, "filled");
  const std::uint64_t empty = CountOf(profile, "empty");
  if (filled == 0) return texts.Get("check.all_empty", {{"empty", NumberText(empty)}});
  const Json::Items& shapes = ItemsOf(profile, "shapes");
  const bool is_one_shape = shapes.size() == 1 && CountOf(shapes.front(), "rows") == filled;
  const std::string_view form_key = HasShapes(profile) ? "check.forms" : "check.lengths";
  std::string said =
      texts.Get(is_one_shape ? "check.one_form" : form_key,
                {{"filled", NumberText(filled)}, {"form", FormWords(profile, texts)}});
  if (empty > 0) {
    said = texts.Get("check.and_empty", {{"said", said}, {"empty", NumberText(empty)}});
  }
  const Json& values = MemberOf(profile, "values");
  if (values.kind() != Json::Kind::kObject) return said;
  const std::uint64_t distinct = CountOf(values, "distinct");
  return texts.Get(distinct == 1 ? "check.one_value" : "check.and_values",
                   {{"said", said}, {"distinct", NumberText(distinct)}});
}

}  // namespace

ColumnFindings FindingsOf(const Json& column_report, const Texts& texts) {
  ColumnFindings findings;
  const Json& profile = MemberOf(column_report, "profile");
  for (const Json& remark : ItemsOf(column_report, "remarks")) {
    findings.look.push_back(RemarkWords(remark, CountOf(profile, "filled"), texts));
  }
  findings.said = SaidOf(profile, texts);
  return findings;
}

Json::Members DraftView(const Draft& draft, const DraftChoices& choices,
                        const std::vector<ChoiceError>& errors, const Texts& texts) {
  Json::Items columns;
  std::size_t to_look_at = 0;
  for (std::size_t i = 0; i < draft.proposal.columns.size(); ++i) {
    columns.push_back(ColumnJson(draft, i, choices, errors, texts));
    to_look_at += IsTrue(columns.back(), "needs_look") ? 1 : 0;
  }
  Json::Items summary;
  for (const ChoiceError& error : errors) {
    summary.push_back(
        Json::Object({{"url", "#" + error.field}, {"words", Json::Repaired(error.words)}}));
  }
  const bool asks_who = !draft.previous_version;
  const auto sees = [&](catalogue::DatasetVisibility who) { return choices.visibility == who; };
  return {
      {"error_summary",
       summary.empty() ? Json() : Json::Object({{"errors", Json::Array(summary)}})},
      {"row_count", NumberText(CountOf(draft.report, "rows"))},
      {"look_words", to_look_at == 0 ? texts.Get("check.no_look")
                                     : texts.Get(to_look_at == 1 ? "check.one_look" : "check.looks",
                                                 {{"count", NumberText(to_look_at)}})},
      {"file", FileWords(draft, texts)},
      {"column_count", NumberText(columns.size())},
      {"column_rows", Json::Array(std::move(columns))},
      {"change", ChangeJson(draft, choices, texts)},
      {"keys", KeysJson(draft, choices, texts)},
      {"is_compact", choices.normalisation == catalogue::KeyNormalisation::kCompact},
      {"asks_who", asks_who},
      {"is_for_all", sees(catalogue::DatasetVisibility::kPublic)},
      {"is_for_own", sees(catalogue::DatasetVisibility::kPrivate)},
      {"seen_error", ErrorOf(errors, "seen")},
      {"publish_error", ErrorOf(errors, "publish")},
      {"is_confirmed", choices.is_confirmed},
      {"confirm_error", ErrorOf(errors, "confirm")},
      {"previous_version", Format("{}", choices.previous_version)},
      {"next_version", NumberText(draft.previous_version.value_or(0) + 1)}};
}

}  // namespace web
