#include "agreements/policy_check.h"

#include <set>

#include "base/format.h"
#include "base/text.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using catalogue::Schema;
using catalogue::SchemaColumn;
using engine::ColumnKind;
using engine::ColumnType;

// A column that is never given may not be asked about either: a row that passes would tell it.
base::Result<const SchemaColumn*> TestedColumn(const Schema& schema, const std::string& name,
                                               const std::string& pointer) {
  const SchemaColumn* column = TRY(NamedColumn(schema, name, pointer));
  if (column->treatments == catalogue::kDrop) {
    return Fail(ErrorCode::kInvalid, "The owner never gives this column, so it cannot be tested",
                pointer, "Leave the test out.");
  }
  return column;
}

base::Result<void> CheckTest(Test test, const ColumnType& type, const std::string& pointer) {
  const bool is_order = test == Test::kLess || test == Test::kAtMost || test == Test::kGreater ||
                        test == Test::kAtLeast || test == Test::kBetween;
  if (is_order && type.kind == ColumnKind::kBoolean) {
    return Fail(ErrorCode::kInvalid, "True and false have no order", pointer + "/test",
                "Test with equal or not-equal.");
  }
  if (test == Test::kStartsWith && type.kind != ColumnKind::kString) {
    return Fail(ErrorCode::kInvalid, "Only a text can start with a text", pointer + "/test",
                "Test numbers and dates with between.");
  }
  return {};
}

// Recurses as deep as the tree, which ReadCondition limits.
base::Result<void> CheckCondition(const Condition& condition, const Schema& schema,
                                  const std::string& pointer) {
  for (std::size_t i = 0; i < condition.parts.size(); ++i) {
    TRY(CheckCondition(condition.parts[i], schema, pointer + PartPointer(condition, i)));
  }
  if (!condition.parts.empty()) return {};
  const SchemaColumn* column = TRY(TestedColumn(schema, condition.column, pointer + "/column"));
  TRY(CheckTest(condition.test, column->type, pointer));
  for (std::size_t i = 0; i < condition.operands.size(); ++i) {
    const Operand& operand = condition.operands[i];
    const std::string place = pointer + OperandPointer(condition, i);
    if (!operand.IsBound()) continue;
    const TypedLiteral literal = TRY(TypeLiteral(operand.literal, column->type, place));
    if (condition.test == Test::kStartsWith && std::get<std::string>(literal.value).empty()) {
      return Fail(ErrorCode::kInvalid, "Every text starts with an empty one", place,
                  "Write at least one character, or test with is-not-null.");
    }
  }
  return {};
}

base::Result<void> CheckTreatment(const PolicyColumn& column, const SchemaColumn& of,
                                  const std::string& pointer) {
  const bool is_possible =
      (catalogue::TreatmentsOfType(of.type) & column.treatment) != 0 &&
      !(column.treatment == catalogue::kToken && of.type.kind == ColumnKind::kDouble);
  if (!is_possible) {
    return Fail(
        ErrorCode::kInvalid,
        Format("A column of the type {} cannot have this treatment", engine::TypeText(of.type)),
        pointer + "/treatment",
        "Months and years need a date, bands a number, districts a text; a double has no "
        "token.");
  }
  if (column.treatment != catalogue::kDrop && (of.treatments & column.treatment) == 0) {
    return Fail(ErrorCode::kInvalid, "The owner of the dataset does not allow this treatment here",
                pointer + "/treatment", "Choose one of those that the schema names.");
  }
  return {};
}

// The names of the output, each once.
class OutputNames {
 public:
  base::Result<void> Add(const std::string& name, const std::string& pointer) {
    if (names_.insert(base::FoldCase(name)).second) return {};
    return Fail(ErrorCode::kInvalid, "Two columns of the output have this name, apart from case",
                pointer, "Give a carried column another name with \"as\", or leave one out.");
  }
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  std::set<std::string> names_;
};

bool CanBeKey(const ColumnType& type) {
  return type.kind == ColumnKind::kString || type.kind == ColumnKind::kLong ||
         type.kind == ColumnKind::kDate || type.kind == ColumnKind::kDecimal;
}

base::Result<void> CheckKeys(const MemberOf& member, const PolicySchemas& schemas) {
  const SchemaColumn* key = TRY(TestedColumn(*schemas.dataset, member.column, "/member_of/column"));
  if (!CanBeKey(key->type)) {
    return Fail(ErrorCode::kInvalid, "A column of this type cannot be compared with a list",
                "/member_of/column", "Texts, whole numbers, decimals and dates can.");
  }
  if (schemas.list == nullptr) {
    return Fail(ErrorCode::kNotFound, "The recipient has no list of this name", "/member_of/list");
  }
  const SchemaColumn* list_key =
      TRY(NamedColumn(*schemas.list, member.list_column, "/member_of/list_column"));
  if (list_key->type != key->type) {
    return Fail(ErrorCode::kInvalid,
                Format("The keys are of two types: {} in the dataset, {} in the list",
                       engine::TypeText(key->type), engine::TypeText(list_key->type)),
                "/member_of/list_column", "Publish the list with its key in the dataset's type.");
  }
  if (key->type.kind != ColumnKind::kString &&
      member.normalisation != engine::Normalisation::kExact) {
    return Fail(ErrorCode::kInvalid, "Only texts can be normalised", "/member_of/normalisation",
                "Write exact.");
  }
  return {};
}

base::Result<void> CheckMemberOf(const MemberOf& member, const PolicySchemas& schemas,
                                 OutputNames& names) {
  TRY(CheckKeys(member, schemas));
  for (std::size_t i = 0; i < member.carry.size(); ++i) {
    const std::string pointer = Format("/member_of/carry/{}", i);
    TRY(NamedColumn(*schemas.list, member.carry[i].column, pointer + "/column"));
    TRY(names.Add(member.carry[i].OutputName(),
                  pointer + (member.carry[i].as.empty() ? "/column" : "/as")));
  }
  return {};
}

}  // namespace

base::Result<const SchemaColumn*> NamedColumn(const Schema& schema, const std::string& name,
                                              const std::string& pointer) {
  const SchemaColumn* column = schema.Find(name);
  if (column == nullptr) {
    return Fail(ErrorCode::kInvalid, "There is no column of this name", pointer,
                "Write a name as the schema has it, in upper and lower case.");
  }
  // Names in SQL cannot hold it, and no other column may be taken for this one.
  if (name.find('\0') != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "The name of the column holds U+0000", pointer);
  }
  return column;
}

base::Result<std::vector<TypedLiteral>> TypeEdges(const PolicyColumn& column,
                                                  const ColumnType& type,
                                                  const std::string& pointer) {
  std::vector<TypedLiteral> edges;
  for (std::size_t i = 0; i < column.bands.size(); ++i) {
    const std::string place = Format("{}/bands/{}/from", pointer, i);
    TypedLiteral edge = TRY(TypeLiteral(column.bands[i].from, type, place));
    if (!edges.empty() && !ComesBefore(edges.back(), edge)) {
      return Fail(ErrorCode::kInvalid, "The edges of bands must rise", place,
                  "Write each band once, the lowest first.");
    }
    edges.push_back(std::move(edge));
  }
  return edges;
}

base::Result<void> CheckPolicy(const Policy& policy, const PolicySchemas& schemas) {
  OutputNames names;
  for (std::size_t i = 0; i < policy.columns.size(); ++i) {
    const PolicyColumn& column = policy.columns[i];
    const std::string pointer = Format("/columns/{}", i);
    const SchemaColumn* of = TRY(NamedColumn(*schemas.dataset, column.name, pointer + "/name"));
    if (column.treatment == catalogue::kDrop) continue;
    TRY(CheckTreatment(column, *of, pointer));
    TRY(TypeEdges(column, of->type, pointer));
    TRY(names.Add(column.name, pointer + "/name"));
  }
  if (policy.condition) TRY(CheckCondition(*policy.condition, *schemas.dataset, "/condition"));
  if (policy.member_of) TRY(CheckMemberOf(*policy.member_of, schemas, names));
  if (names.empty()) {
    return Fail(ErrorCode::kInvalid, "The policy gives no column at all", "/columns",
                "Name at least one with a treatment, or carry one of the list.");
  }
  return {};
}

}  // namespace agreements
