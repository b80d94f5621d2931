#include "web/selection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "base/format.h"
#include "web/column_words.h"
#include "web/request_part.h"

namespace web {
namespace {

using agreements::Condition;
using agreements::Operand;
using agreements::Policy;
using agreements::Test;
using base::Format;
using base::Json;
using catalogue::SchemaColumn;
using engine::ColumnKind;

constexpr std::string_view kOwnArea = "own-area";
constexpr std::string_view kAreaProperty = "area-code";
constexpr std::array<std::string_view, 11> kTests = {
    "equal",   "not-equal", "in",       "is-null",     "is-not-null", "less",
    "at-most", "greater",   "at-least", "starts-with", kOwnArea};

std::optional<Test> TestOfName(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Test::kIsNotNull); ++i) {
    if (agreements::TestName(static_cast<Test>(i)) == name) return static_cast<Test>(i);
  }
  return std::nullopt;
}

std::optional<std::size_t> PlaceOf(std::string_view text, const catalogue::Schema& schema) {
  const auto place = base::ParseDecimal(text);
  if (!place || *place >= schema.columns.size()) return std::nullopt;
  return static_cast<std::size_t>(*place);
}

std::optional<std::size_t> PlaceOfName(std::string_view name, const catalogue::Schema& schema) {
  const auto found = std::ranges::find(schema.columns, name, &SchemaColumn::name);
  if (found == schema.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - schema.columns.begin());
}

const OwnList* ListOf(const SelectionSources& sources, std::string_view slug) {
  const auto found = std::ranges::find(*sources.lists, slug, &OwnList::slug);
  return found == sources.lists->end() ? nullptr : &*found;
}

std::vector<std::string> Pieces(std::string_view text) {
  std::vector<std::string> pieces;
  for (std::string_view piece : base::Split(text, ',', agreements::kMaxInValues + 1)) {
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    while (piece.ends_with(' ')) piece.remove_suffix(1);
    if (!piece.empty()) pieces.emplace_back(piece);
  }
  return pieces;
}

// --- literals -----------------------------------------------------------------------------------

std::string Typed(const Json& literal) {
  if (literal.kind() != Json::Kind::kString) return base::WriteJson(literal);
  const std::string& text = literal.AsString();
  if (!base::ParseCivilDay(text)) return text;
  return Format("{} {} {}", text.substr(8, 2), text.substr(5, 2), text.substr(0, 4));
}

// What was typed as a literal of the column's type (docs/formats/policy.md); nothing where it is
// none. The policy's own check still has the last word.
std::optional<Json> LiteralOf(const std::string& text, const engine::ColumnType& type) {
  const char* const end = text.data() + text.size();
  if (type.kind == ColumnKind::kBoolean) {
    if (text == "true" || text == "yes") return Json(true);
    if (text == "false" || text == "no") return Json(false);
    return std::nullopt;
  }
  if (type.kind == ColumnKind::kLong) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return Json(number);
  }
  if (type.kind == ColumnKind::kDouble) {
    double number = 0;
    const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    // "inf" and "nan" are read too, and JSON has neither.
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) return std::nullopt;
    return Json(number);
  }
  if (type.kind == ColumnKind::kDate) {
    const auto day = ParseDay(text);
    if (!day) return std::nullopt;
    return Json(day->Text());
  }
  Json literal = text;
  if (!agreements::TypeLiteral(literal, type, "")) return std::nullopt;
  return literal;
}

// --- from the policy ----------------------------------------------------------------------------

// Whether the page has this part as a row of its own.
std::optional<ConditionPick> PickOf(const Condition& part, const catalogue::Schema& schema) {
  const auto name = agreements::TestName(part.test);
  const auto place = PlaceOfName(part.column, schema);
  if (std::ranges::find(kTests, name) == kTests.end() || !place) return std::nullopt;
  ConditionPick pick{.column = Format("{}", *place), .test = std::string(name)};
  for (const Operand& operand : part.operands) {
    if (!operand.property.empty()) {
      if (operand.property != kAreaProperty || part.test != Test::kEqual) return std::nullopt;
      pick.test = kOwnArea;
      return pick;
    }
    pick.value += (pick.value.empty() ? "" : ", ") + Typed(operand.literal);
  }
  // A value with a comma in it is one value, and would be read as two.
  const bool is_plain = part.test != Test::kIn || Pieces(pick.value).size() == part.operands.size();
  return is_plain ? std::optional(pick) : std::nullopt;
}

// The parts that must all hold.
std::vector<const Condition*> PartsOf(const Policy& policy) {
  std::vector<const Condition*> parts;
  if (!policy.condition) return parts;
  if (policy.condition->test != Test::kAnd) return {&*policy.condition};
  for (const Condition& part : policy.condition->parts) parts.push_back(&part);
  return parts;
}

// --- to the policy ------------------------------------------------------------------------------

class Writer {
 public:
  Writer(const SelectionSources& sources, const Texts& texts, std::vector<SelectionError>& errors)
      : sources_(sources), texts_(texts), errors_(errors) {}

  void AddColumn(std::size_t i, const ColumnPick& pick, Policy& policy) {
    const SchemaColumn& column = sources_.schema->columns[i];
    if (pick.treatment == "drop") return;
    const auto treatment = catalogue::TreatmentOfName(pick.treatment);
    if (!treatment || (column.treatments & *treatment) == 0) {
      Fail(Format("t-{}", i), "data.not_allowed", column.name);
      return;
    }
    agreements::PolicyColumn made{
        .name = column.name, .treatment = *treatment, .bands = {}, .reason = pick.reason};
    if (*treatment == catalogue::kBand) made.bands = Bands(i, column, pick.edges);
    policy.columns.push_back(std::move(made));
  }

  void AddCondition(std::size_t i, const ConditionPick& pick, std::vector<Condition>& parts) {
    if (pick.kept) {
      const auto old =
          sources_.policy == nullptr ? std::vector<const Condition*>{} : PartsOf(*sources_.policy);
      if (*pick.kept < old.size()) parts.push_back(*old[*pick.kept]);
      return;
    }
    const auto place = PlaceOf(pick.column, *sources_.schema);
    if (!place) return SayOf(i, "column", "data.no_column");
    const bool is_offered = std::ranges::find(kTests, pick.test) != kTests.end();
    if (!is_offered) return SayOf(i, "test", "data.no_test");  // "not" could not be written
    const SchemaColumn& column = sources_.schema->columns[*place];
    Condition part{.test = Test::kEqual, .parts = {}, .column = column.name, .operands = {}};
    if (pick.test == kOwnArea) {
      part.operands = {{.property = std::string(kAreaProperty), .literal = {}}};
    } else {
      part.test = TestOfName(pick.test).value_or(Test::kEqual);
      if (!AddOperands(i, pick, column, part)) return;
    }
    parts.push_back(std::move(part));
  }

  void AddList(const ListPick& pick, Policy& policy) {
    if (pick.list.empty()) return;
    const OwnList* list = ListOf(sources_, pick.list);
    const auto place = PlaceOf(pick.column, *sources_.schema);
    const auto least = base::ParseDecimal(pick.least);
    const auto greatest = base::ParseDecimal(pick.greatest);
    if (list == nullptr) return Say("list", "data.no_list");
    if (!list->key) return Say("list", "data.no_key");
    if (!place) Say("list-column", "data.no_list_column");
    if (!least || *least == 0) return Say("list-least", "data.no_least");
    if (list->rows < *least) return Say("list", "data.short_list");
    if (!greatest && !pick.greatest.empty()) return Say("list-greatest", "data.no_greatest");
    if (!place) return;
    agreements::MemberOf of{.column = sources_.schema->columns[*place].name,
                            .list = list->slug,
                            .list_column = list->key->column,
                            .normalisation = NormalisationOf(*list->key),
                            .carry = {},
                            .least_entries = static_cast<std::int64_t>(*least),
                            .greatest_entries = static_cast<std::int64_t>(
                                greatest.value_or(std::max(2 * list->rows, *least))),
                            .follow_newer = false};
    for (const auto& [column, reason] : pick.carry) {
      if (list->schema.Find(column) != nullptr) of.carry.push_back({column, {}, reason});
    }
    // The same list as before is compared as before.
    if (const auto* before = SameListBefore(pick.list)) {
      of.list_column = before->list_column;
      of.normalisation = before->normalisation;
      of.follow_newer = before->follow_newer;
    }
    policy.member_of = std::move(of);
  }

 private:
  static engine::Normalisation NormalisationOf(const catalogue::DatasetKey& key) {
    return key.normalisation == catalogue::KeyNormalisation::kCompact
               ? engine::Normalisation::kCompact
               : engine::Normalisation::kExact;
  }
  [[nodiscard]] const agreements::MemberOf* SameListBefore(std::string_view list) const {
    const bool is_same = sources_.policy != nullptr && sources_.policy->member_of &&
                         sources_.policy->member_of->list == list;
    return is_same ? &*sources_.policy->member_of : nullptr;
  }

  bool AddOperands(std::size_t i, const ConditionPick& pick, const SchemaColumn& column,
                   Condition& part) {
    if (!NeedsValue(pick.test)) return true;
    std::vector<std::string> typed = {pick.value};
    if (part.test == Test::kIn) typed = Pieces(pick.value);
    if (pick.value.empty() || typed.empty()) {
      SayOf(i, "value", "data.no_value");
      return false;
    }
    for (const std::string& each : typed) {
      auto literal = LiteralOf(each, column.type);
      if (!literal) {
        const bool is_day = column.type.kind == ColumnKind::kDate;
        SayOf(i, "value", is_day ? "data.no_day" : "data.no_literal");
        return false;
      }
      part.operands.push_back({.property = {}, .literal = std::move(*literal)});
    }
    return true;
  }

  std::vector<agreements::PolicyBand> Bands(std::size_t i, const SchemaColumn& column,
                                            const std::string& edges) {
    std::vector<agreements::PolicyBand> bands;
    for (const std::string& each : Pieces(edges)) {
      auto literal = LiteralOf(each, column.type);
      if (!literal) {
        bands.clear();
        break;
      }
      bands.push_back({.from = *literal, .label = LabelBefore(column.name, *literal)});
    }
    if (bands.empty()) Fail(Format("b-{}", i), "data.no_edges", column.name);
    return bands;
  }

  // Labels are not asked here; those that a policy has stay with their edges.
  [[nodiscard]] std::string LabelBefore(const std::string& name, const Json& from) const {
    if (sources_.policy == nullptr) return {};
    for (const auto& column : sources_.policy->columns) {
      if (column.name != name) continue;
      const auto found = std::ranges::find(column.bands, from, &agreements::PolicyBand::from);
      if (found != column.bands.end()) return found->label;
    }
    return {};
  }

  void Fail(std::string field, std::string_view key, const std::string& column) {
    errors_.push_back({std::move(field), texts_.Get(key, {{"column", ShownColumn(column)},
                                                          {"owner", sources_.owner_name}})});
  }
  void Say(std::string field, std::string_view key) {
    errors_.push_back({std::move(field), texts_.Get(key)});
  }
  // A sentence about the condition of this place, which people count from one.
  void SayOf(std::size_t i, std::string_view control, std::string_view key) {
    errors_.push_back(
        {Format("c{}-{}", i, control), texts_.Get(key, {{"number", Format("{}", i + 1)}})});
  }

  const SelectionSources& sources_;
  const Texts& texts_;
  std::vector<SelectionError>& errors_;
};

}  // namespace

std::vector<std::string_view> ConditionTests() { return {kTests.begin(), kTests.end()}; }

bool NeedsValue(std::string_view test) {
  return test != "is-null" && test != "is-not-null" && test != kOwnArea;
}

Selection SelectionOf(const SelectionSources& sources) {
  Selection choices;
  choices.columns.resize(sources.schema->columns.size());
  if (sources.policy == nullptr) return choices;
  const Policy& policy = *sources.policy;
  for (const auto& column : policy.columns) {
    const auto place = PlaceOfName(column.name, *sources.schema);
    if (!place) continue;
    ColumnPick& pick = choices.columns[*place];
    pick.treatment = catalogue::TreatmentNames(column.treatment).front();
    pick.reason = column.reason;
    for (const auto& band : column.bands) {
      pick.edges += (pick.edges.empty() ? "" : ", ") + Typed(band.from);
    }
  }
  const auto parts = PartsOf(policy);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto pick = PickOf(*parts[i], *sources.schema);
    if (!pick) pick = ConditionPick{.column = {}, .kept = i};
    choices.conditions.push_back(std::move(*pick));
  }
  if (policy.member_of) {
    const auto& of = *policy.member_of;
    const auto place = PlaceOfName(of.column, *sources.schema);
    choices.list = {.list = of.list,
                    .column = place ? Format("{}", *place) : std::string{},
                    .least = Format("{}", of.least_entries),
                    .greatest = Format("{}", of.greatest_entries)};
    for (const auto& each : of.carry) choices.list.carry.emplace(each.column, each.reason);
  }
  return choices;
}

Selection ReadSelection(const Form& form, const SelectionSources& sources) {
  Selection choices;
  for (std::size_t i = 0; i < sources.schema->columns.size(); ++i) {
    ColumnPick pick{.treatment = form.Text(Format("t-{}", i)),
                    .reason = form.Text(Format("w-{}", i)),
                    .edges = form.Text(Format("b-{}", i))};
    if (pick.treatment.empty()) pick.treatment = "drop";
    choices.columns.push_back(std::move(pick));
  }
  const auto count = std::min<std::uint64_t>(base::ParseDecimal(form.Raw("conditions")).value_or(0),
                                             kMaxPageConditions);
  for (std::size_t i = 0; i < count; ++i) {
    if (form.Raw("remove") == Format("{}", i)) continue;
    ConditionPick pick{.column = form.Text(Format("c{}-column", i)),
                       .test = form.Text(Format("c{}-test", i)),
                       .value = form.Text(Format("c{}-value", i))};
    if (const auto kept = base::ParseDecimal(form.Raw(Format("c{}-kept", i)))) {
      pick.kept = static_cast<std::size_t>(*kept);
    }
    choices.conditions.push_back(std::move(pick));
  }
  if (form.Raw("action") == "add" && choices.conditions.size() < kMaxPageConditions) {
    choices.conditions.emplace_back();
  }
  choices.list = {.list = form.Text("list"),
                  .column = form.Text("list-column"),
                  .least = form.Text("list-least"),
                  .greatest = form.Text("list-greatest")};
  if (const OwnList* list = ListOf(sources, choices.list.list)) {
    for (std::size_t i = 0; i < list->schema.columns.size(); ++i) {
      if (form.Raw(Format("k-{}", i)) != "carry") continue;
      choices.list.carry.emplace(list->schema.columns[i].name, form.Text(Format("kw-{}", i)));
    }
  }
  return choices;
}

agreements::Policy PolicyOf(const Selection& choices, const SelectionSources& sources,
                            const Texts& texts, std::vector<SelectionError>& errors) {
  // What this page does not ask stays as it is.
  Policy policy = sources.policy == nullptr ? Policy{} : *sources.policy;
  policy.dataset = sources.dataset;
  if (policy.recipients.empty()) policy.recipients = {sources.own_id};
  if (policy.purposes.empty()) policy.purposes = {sources.first_purpose};
  if (policy.doors.empty()) policy.doors = {"query"};
  policy.columns.clear();
  policy.condition.reset();
  policy.member_of.reset();
  Writer writer(sources, texts, errors);
  for (std::size_t i = 0; i < choices.columns.size(); ++i) {
    writer.AddColumn(i, choices.columns[i], policy);
  }
  std::vector<Condition> parts;
  for (std::size_t i = 0; i < choices.conditions.size(); ++i) {
    writer.AddCondition(i, choices.conditions[i], parts);
  }
  if (!parts.empty()) {
    policy.condition =
        Condition{.test = Test::kAnd, .parts = std::move(parts), .column = {}, .operands = {}};
  }
  writer.AddList(choices.list, policy);
  const bool gives =
      !policy.columns.empty() || (policy.member_of && !policy.member_of->carry.empty());
  if (errors.empty() && !gives) errors.push_back({"t-0", texts.Get("data.no_columns")});
  return policy;
}

}  // namespace web
