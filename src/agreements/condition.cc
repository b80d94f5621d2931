#include "agreements/condition.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/format.h"
#include "catalogue/schema.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;

constexpr std::array<std::string_view, 14> kTestNames = {
    "and",     "or",       "not", "equal",   "not-equal",   "less",    "at-most",
    "greater", "at-least", "in",  "between", "starts-with", "is-null", "is-not-null"};

// What is left of the limits while a tree is read.
struct Allowance {
  std::size_t tests = kMaxConditionTests;
  std::size_t literals = kMaxLiterals;
};

base::Result<void> Spend(std::size_t& left, const char* what, const std::string& pointer) {
  if (left == 0) {
    return Fail(ErrorCode::kTooLarge, Format("A condition has too many {}", what), pointer,
                "Write it with fewer, or keep the values in a list.");
  }
  --left;
  return {};
}

base::Result<void> ReadOperands(base::JsonReader& reader, Condition& condition,
                                Allowance& allowance) {
  std::vector<base::JsonItem> items;
  switch (condition.test) {
    case Test::kIsNull:
    case Test::kIsNotNull:
      return {};
    case Test::kIn:
      items = TRY(reader.Array("values", {1, kMaxInValues}));
      break;
    case Test::kBetween:
      items.push_back(TRY(reader.Field("least")));
      items.push_back(TRY(reader.Field("greatest")));
      break;
    default:
      items.push_back(TRY(reader.Field("value")));
  }
  for (const base::JsonItem& item : items) {
    TRY(Spend(allowance.literals, "literals", item.pointer()));
    condition.operands.push_back(TRY(ReadOperand(item)));
  }
  return {};
}

// Recurses at most kMaxConditionDepth deep.
base::Result<Condition> ReadNode(const base::JsonItem& item, std::size_t depth,
                                 Allowance& allowance) {
  if (depth > kMaxConditionDepth) {
    return Fail(ErrorCode::kTooLarge,
                Format("A condition has more than {} levels", kMaxConditionDepth), item.pointer(),
                "Flatten it: an and within an and can be one.");
  }
  TRY(Spend(allowance.tests, "tests", item.pointer()));
  base::JsonReader reader = TRY(item.Object());
  Condition condition;
  condition.test = static_cast<Test>(TRY(reader.OneOf("test", kTestNames)));
  if (condition.test == Test::kAnd || condition.test == Test::kOr) {
    for (const base::JsonItem& part : TRY(reader.Array("conditions", {1, kMaxConditionTests}))) {
      condition.parts.push_back(TRY(ReadNode(part, depth + 1, allowance)));
    }
  } else if (condition.test == Test::kNot) {
    const base::JsonItem part = TRY(reader.Field("condition"));
    condition.parts.push_back(TRY(ReadNode(part, depth + 1, allowance)));
  } else {
    condition.column =
        TRY(reader.Text("column", {.min = 1, .max = catalogue::kMaxColumnNameBytes}));
    TRY(ReadOperands(reader, condition, allowance));
  }
  TRY(reader.Finish());
  return condition;
}

}  // namespace

std::string_view TestName(Test test) { return kTestNames[static_cast<std::size_t>(test)]; }

base::Result<Condition> ReadCondition(const base::JsonItem& item) {
  Allowance allowance;
  return ReadNode(item, 1, allowance);
}

Json ConditionJson(const Condition& condition) {
  Json::Members members = {{"test", TestName(condition.test)}};
  if (condition.test == Test::kNot) {
    members.emplace_back("condition", ConditionJson(condition.parts.front()));
  } else if (!condition.parts.empty()) {
    Json::Items parts;
    for (const Condition& part : condition.parts) parts.push_back(ConditionJson(part));
    members.emplace_back("conditions", Json::Array(std::move(parts)));
  } else {
    members.emplace_back("column", condition.column);
  }
  if (condition.test == Test::kIn) {
    Json::Items values;
    for (const Operand& operand : condition.operands) values.push_back(OperandJson(operand));
    members.emplace_back("values", Json::Array(std::move(values)));
    return Json::Object(std::move(members));
  }
  for (std::size_t i = 0; i < condition.operands.size(); ++i) {
    members.emplace_back(OperandPointer(condition, i).substr(1),
                         OperandJson(condition.operands[i]));
  }
  return Json::Object(std::move(members));
}

std::string OperandPointer(const Condition& condition, std::size_t operand) {
  if (condition.test == Test::kIn) return Format("/values/{}", operand);
  if (condition.test != Test::kBetween) return "/value";
  return operand == 0 ? "/least" : "/greatest";
}

std::string PartPointer(const Condition& condition, std::size_t part) {
  return condition.test == Test::kNot ? "/condition" : Format("/conditions/{}", part);
}

base::Result<void> BindProperties(Condition& condition, const RecipientProperties& properties,
                                  const std::string& pointer) {
  for (std::size_t i = 0; i < condition.operands.size(); ++i) {
    Operand& operand = condition.operands[i];
    if (operand.property.empty()) continue;
    const auto found = properties.find(operand.property);
    if (found == properties.end()) {
      return Fail(ErrorCode::kInvalid, "The recipient has no property of this code",
                  pointer + OperandPointer(condition, i),
                  "Have it entered with the organisation, or write the value itself.");
    }
    TRY(CheckLiteral(found->second, pointer + OperandPointer(condition, i)));
    operand.literal = found->second;
  }
  for (std::size_t i = 0; i < condition.parts.size(); ++i) {
    TRY(BindProperties(condition.parts[i], properties, pointer + PartPointer(condition, i)));
  }
  return {};
}

}  // namespace agreements
