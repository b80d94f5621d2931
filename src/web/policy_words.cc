#include "web/policy_words.h"

#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"
#include "web/column_words.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Condition;
using agreements::Operand;
using agreements::Policy;
using agreements::PolicyColumn;
using agreements::Test;
using base::Format;
using base::Json;
using catalogue::SchemaColumn;
using catalogue::Treatment;
using engine::ColumnKind;

constexpr std::size_t kShownValues = 5;  // of a condition that names many
constexpr std::size_t kShownValueBytes = 80;

const SchemaColumn* ColumnOf(const catalogue::Schema* schema, std::string_view name) {
  return schema == nullptr ? nullptr : schema->Find(name);
}

std::string_view ViewKey(Viewpoint viewpoint) {
  if (viewpoint == Viewpoint::kRecipient) return "your";
  return viewpoint == Viewpoint::kOwner ? "their" : "its";
}

std::string CutValue(std::string_view value) {
  std::string shown = base::ShownName(value);
  if (shown.size() <= kShownValueBytes) return ShownText(shown);
  std::string_view cut(shown.data(), kShownValueBytes);
  cut = cut.substr(0, base::ValidUtf8Bytes(cut));
  return ShownText(std::string(cut) + "…");
}

// Literals of no column that is known are shown as the policy writes them.
std::string LiteralWords(const Json& literal, const SchemaColumn* column, const Texts& texts) {
  if (literal.kind() == Json::Kind::kBool) {
    return texts.Get(literal.AsBool() ? "policy.yes" : "policy.no");
  }
  if (literal.kind() != Json::Kind::kString) return base::WriteJson(literal);
  const std::string& text = literal.AsString();
  if (column != nullptr && column->type.kind == ColumnKind::kDate) {
    const auto day = base::ParseCivilDay(text);
    if (day) return DayText(*day, texts);
  }
  const bool is_number = column != nullptr && (column->type.kind == ColumnKind::kDecimal ||
                                               column->type.kind == ColumnKind::kLong);
  return is_number ? CutValue(text) : texts.Get("policy.quoted", {{"text", CutValue(text)}});
}

// Conditions as sentences. The depth of the tree has a limit of its own (kMaxConditionDepth), and
// so has the recursion.
class Sentences {
 public:
  Sentences(const PolicySources& sources, const Texts& texts) : sources_(sources), texts_(texts) {}

  [[nodiscard]] std::string Of(const Condition& condition) const {
    if (condition.test == Test::kAnd || condition.test == Test::kOr) return OfParts(condition);
    if (condition.test == Test::kNot) {
      return texts_.Get("policy.test.not", {{"condition", Of(condition.parts.front())}});
    }
    return OfColumn(condition);
  }

 private:
  [[nodiscard]] std::string OfParts(const Condition& condition) const {
    const std::string between =
        texts_.Get(condition.test == Test::kAnd ? "policy.and" : "policy.or");
    std::string words;
    for (const Condition& part : condition.parts) {
      words += (words.empty() ? "" : between) + Of(part);
    }
    return condition.parts.size() == 1 ? words
                                       : texts_.Get("policy.together", {{"conditions", words}});
  }

  [[nodiscard]] std::string OfColumn(const Condition& condition) const {
    const SchemaColumn* column = ColumnOf(sources_.schema, condition.column);
    const std::string name = ShownColumn(condition.column);
    const std::string key = Format("policy.test.{}", agreements::TestName(condition.test));
    const auto value = [&](std::size_t i) {
      return i < condition.operands.size() ? ValueWords(condition.operands[i], column)
                                           : std::string{};
    };
    if (condition.test == Test::kIn) {
      return texts_.Get(key, {{"column", name}, {"values", ListWords(condition, column)}});
    }
    if (condition.test == Test::kBetween) {
      return texts_.Get(key, {{"column", name}, {"least", value(0)}, {"greatest", value(1)}});
    }
    return texts_.Get(key, {{"column", name}, {"value", value(0)}});
  }

  [[nodiscard]] std::string ValueWords(const Operand& operand, const SchemaColumn* column) const {
    if (operand.property.empty()) return LiteralWords(operand.literal, column, texts_);
    std::string words = texts_.Get(Format("policy.{}_area", ViewKey(sources_.viewpoint)));
    if (operand.property != "area-code") words = CutValue(operand.property);
    std::string bound = sources_.area_code;
    if (operand.IsBound() && operand.literal.kind() == Json::Kind::kString) {
      bound = operand.literal.AsString();
    }
    return bound.empty() ? words : Format("{}, {}", words, CutValue(bound));
  }

  [[nodiscard]] std::string ListWords(const Condition& condition,
                                      const SchemaColumn* column) const {
    std::string words;
    const std::size_t shown = std::min(condition.operands.size(), kShownValues);
    for (std::size_t i = 0; i < shown; ++i) {
      words += (i == 0 ? "" : ", ") + ValueWords(condition.operands[i], column);
    }
    if (shown == condition.operands.size()) return words;
    return texts_.Get(
        "policy.and_more",
        {{"values", words}, {"count", NumberText(condition.operands.size() - shown)}});
  }

  const PolicySources& sources_;
  const Texts& texts_;
};

std::string ListSentence(const agreements::MemberOf& of, const PolicySources& sources,
                         const Texts& texts) {
  const std::string list = sources.list_title.empty() ? of.list : sources.list_title;
  return texts.Get(Format("policy.on_{}_list", ViewKey(sources.viewpoint)),
                   {{"column", ShownColumn(of.column)}, {"list", ShownText(list)}});
}

Json CarriedJson(const agreements::CarriedColumn& carried, const PolicySources& sources,
                 const Texts& texts) {
  const SchemaColumn* column = ColumnOf(sources.list_schema, carried.column);
  const Example example =
      column == nullptr ? Example{} : ExampleOf(*column, catalogue::kShow, {}, texts);
  return Json::Object(
      {{"name_pieces", NamePieces(carried.OutputName())},
       {"treatment", texts.Get(Format("policy.carried_{}", ViewKey(sources.viewpoint)))},
       {"example", Json::Repaired(example.text)},
       {"label", Json()},
       {"reason", Json::Repaired(ShownText(carried.reason))}});
}

}  // namespace

std::string TreatmentName(Treatment treatment, const Texts& texts) {
  const auto names = catalogue::TreatmentNames(treatment);
  return names.empty() ? std::string{} : texts.Get(Format("policy.as.{}", names.front()));
}

Example ExampleOf(const SchemaColumn& column, Treatment treatment,
                  const std::vector<agreements::PolicyBand>& bands, const Texts& texts) {
  if (treatment == catalogue::kDrop) return {};
  if (treatment == catalogue::kBand) {
    if (bands.empty()) return {};
    const std::size_t middle = bands.size() / 2;
    const auto edge = [&](std::size_t i) { return LiteralWords(bands[i].from, &column, texts); };
    if (!bands[middle].label.empty()) return {edge(middle), ShownText(bands[middle].label)};
    const bool is_last = middle + 1 == bands.size();
    return {edge(middle), is_last ? texts.Get("policy.band_last", {{"from", edge(middle)}})
                                  : texts.Get("policy.band", {{"from", edge(middle)},
                                                              {"below", edge(middle + 1)}})};
  }
  if (treatment != catalogue::kShow) {
    const auto names = catalogue::TreatmentNames(treatment);
    return {texts.Get(Format("policy.example.{}", names.front()))};
  }
  const std::string of_meaning = Format("policy.example_of.{}", column.meaning);
  if (column.type.kind == ColumnKind::kString && texts.Has(of_meaning)) {
    return {texts.Get(of_meaning)};
  }
  const auto& type = engine::TypeTable()[static_cast<std::size_t>(column.type.kind)];
  return {texts.Get(Format("policy.example_type.{}", type.name))};
}

Json PolicyColumnsJson(const Policy& policy, const PolicySources& sources, const Texts& texts) {
  Json::Items rows;
  for (const PolicyColumn& each : policy.columns) {
    if (each.treatment == catalogue::kDrop) continue;
    const SchemaColumn* column = ColumnOf(sources.schema, each.name);
    const Example example =
        column == nullptr ? Example{} : ExampleOf(*column, each.treatment, each.bands, texts);
    rows.push_back(
        Json::Object({{"name_pieces", NamePieces(each.name)},
                      {"treatment", TreatmentName(each.treatment, texts)},
                      {"example", Json::Repaired(example.text)},
                      {"label", example.label.empty() ? Json() : Json::Repaired(example.label)},
                      {"reason", Json::Repaired(ShownText(each.reason))}}));
  }
  if (policy.member_of) {
    for (const auto& carried : policy.member_of->carry) {
      rows.push_back(CarriedJson(carried, sources, texts));
    }
  }
  return Json::Array(std::move(rows));
}

std::size_t GivenColumns(const Policy& policy) {
  return static_cast<std::size_t>(std::ranges::count_if(
      policy.columns, [](const PolicyColumn& each) { return each.treatment != catalogue::kDrop; }));
}

std::string ColumnCountWords(const Policy& policy, const PolicySources& sources,
                             const Texts& texts) {
  const std::size_t given = GivenColumns(policy);
  std::string words;
  if (sources.schema == nullptr) {
    words = texts.Get(given == 1 ? "policy.columns.one" : "policy.columns.many",
                      {{"count", NumberText(given)}});
  } else {
    words = texts.Get("policy.columns_of", {{"count", NumberText(given)},
                                            {"all", NumberText(sources.schema->columns.size())}});
  }
  const std::size_t carried = policy.member_of ? policy.member_of->carry.size() : 0;
  if (carried == 0) return words;
  return texts.Get(Format("policy.plus_{}", ViewKey(sources.viewpoint)),
                   {{"columns", words}, {"count", NumberText(carried)}});
}

std::vector<std::string> RowSentences(const Policy& policy, const PolicySources& sources,
                                      const Texts& texts) {
  const Sentences sentences(sources, texts);
  std::vector<std::string> rows;
  if (policy.condition && policy.condition->test == Test::kAnd) {
    for (const Condition& part : policy.condition->parts) rows.push_back(sentences.Of(part));
  } else if (policy.condition) {
    rows.push_back(sentences.Of(*policy.condition));
  }
  if (policy.member_of) rows.push_back(ListSentence(*policy.member_of, sources, texts));
  return rows;
}

std::string RowCountWords(const Policy& policy, const Texts& texts) {
  std::size_t count = policy.member_of ? 1 : 0;
  if (policy.condition) {
    count += policy.condition->test == Test::kAnd ? policy.condition->parts.size() : 1;
  }
  if (count == 0) return texts.Get("policy.rows.all");
  return texts.Get(count == 1 ? "policy.rows.one" : "policy.rows.many",
                   {{"count", NumberText(count)}});
}

std::vector<std::string> LeftOutColumns(const Policy& policy, const catalogue::Schema& schema) {
  std::vector<std::string> names;
  for (const SchemaColumn& column : schema.columns) {
    const auto found = std::ranges::find(policy.columns, column.name, &PolicyColumn::name);
    if (found == policy.columns.end() || found->treatment == catalogue::kDrop) {
      names.push_back(ShownColumn(column.name));
    }
  }
  return names;
}

std::string DoorWords(const Policy& policy, const Texts& texts) {
  std::string doors;
  for (const std::string& door : policy.doors) {
    const std::string key = Format("policy.door.{}", door);
    const std::string word = texts.Has(key) ? texts.Get(key) : CutValue(door);
    doors += (doors.empty() ? "" : ", ") + word;
  }
  const std::int64_t uses = policy.uses_per_day.value_or(1'000);
  return texts.Get("policy.doors",
                   {{"doors", doors}, {"count", NumberText(static_cast<std::uint64_t>(uses))}});
}

}  // namespace web
