// The row condition of a policy: a typed tree of tests, as the JSON holds it
// (docs/formats/policy.md, condition).
//
// Whether columns exist and literals fit is checked against a schema by CheckPolicy; what a test
// means is SQL's three-valued logic, and only TRUE lets a row pass. Values. Invariants of what
// ReadCondition gave: at most kMaxConditionDepth levels, kMaxConditionTests nodes and kMaxLiterals
// literals, and each node has the members of its test.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy_literal.h"

namespace agreements {

inline constexpr std::size_t kMaxConditionDepth = 8;
inline constexpr std::size_t kMaxConditionTests = 500;
inline constexpr std::size_t kMaxInValues = 1'000;
inline constexpr std::size_t kMaxLiterals = 5'000;

enum class Test : unsigned char {
  kAnd,
  kOr,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kAtMost,
  kGreater,
  kAtLeast,
  kIn,
  kBetween,
  kStartsWith,
  kIsNull,
  kIsNotNull,
};

std::string_view TestName(Test test);

struct Condition {
  Test test = Test::kAnd;
  std::vector<Condition> parts;   // of kAnd, kOr; one of kNot
  std::string column;             // of all others
  std::vector<Operand> operands;  // of kIn many, of kBetween least and greatest, of nulls none

  friend bool operator==(const Condition&, const Condition&) = default;
};

// Unknown members and everything beyond a limit are refused, at the JSON pointer.
base::Result<Condition> ReadCondition(const base::JsonItem& item);
base::Json ConditionJson(const Condition& condition);

// Where the operand of a place stands: "/value", "/values/3", "/greatest".
std::string OperandPointer(const Condition& condition, std::size_t operand);
// Where a part stands: "/conditions/2", "/condition".
std::string PartPointer(const Condition& condition, std::size_t part);

// The properties of the recipient by code; each value is a literal.
using RecipientProperties = std::map<std::string, base::Json, std::less<>>;

// Gives each property of the tree the value that `properties` has, whatever it held. kInvalid at
// the place of a property that the recipient has not.
base::Result<void> BindProperties(Condition& condition, const RecipientProperties& properties,
                                  const std::string& pointer);

}  // namespace agreements
