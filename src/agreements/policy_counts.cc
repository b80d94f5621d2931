#include "agreements/policy_counts.h"

#include "base/bytes.h"
#include "base/format.h"
#include "engine/token_function.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

// One row of whole numbers.
base::Result<std::vector<std::uint64_t>> Numbers(engine::Duckdb& duckdb, const std::string& sql,
                                                 std::size_t count) {
  const auto table = duckdb.Query(sql, 1);
  if (!table) {
    return Fail(table.error().code, "The rows could not be counted under the policy", {},
                "Look whether the version still has the types of its schema.");
  }
  std::vector<std::uint64_t> numbers;
  for (const auto& text :
       table->rows.empty() ? std::vector<std::optional<std::string>>() : table->rows.front()) {
    const auto number = text ? base::ParseDecimal(*text) : std::nullopt;
    if (number) numbers.push_back(*number);
  }
  if (numbers.size() != count) return Fail(ErrorCode::kInternal, "A count has another form");
  return numbers;
}

}  // namespace

base::Result<void> RegisterPolicyFunctions(engine::Duckdb& duckdb) {
  return engine::RegisterNormalFunction(duckdb);
}

base::Result<void> RegisterPolicyFunctions(engine::Duckdb& duckdb, std::string_view token_key) {
  TRY(engine::RegisterNormalFunction(duckdb));
  return engine::RegisterTokenFunction(duckdb, token_key);
}

base::Result<PolicyCounts> CountRows(engine::Duckdb& duckdb, const CompiledPolicy& compiled) {
  const auto numbers =
      TRY(Numbers(duckdb, compiled.counts_sql, 1 + compiled.steps + compiled.treated.size()));
  const auto steps_end = numbers.begin() + 1 + static_cast<std::ptrdiff_t>(compiled.steps);
  PolicyCounts counts;
  counts.rows = numbers.front();
  counts.after_step.assign(numbers.begin() + 1, steps_end);
  counts.matched = counts.after_step.empty() ? counts.rows : counts.after_step.back();
  counts.left_empty.assign(steps_end, numbers.end());
  return counts;
}

base::Result<ListCounts> CountList(engine::Duckdb& duckdb, const CompiledPolicy& compiled) {
  const auto numbers = TRY(Numbers(duckdb, compiled.list_sql, 3));
  return ListCounts{.rows = numbers[0], .entries = numbers[1], .keys = numbers[2]};
}

base::Result<void> CheckList(const MemberOf& member, const ListCounts& counts) {
  if (counts.keys != counts.entries) {
    return Fail(ErrorCode::kConflict, "Two entries of the list have one key after normalisation",
                "/member_of/list_column", "Publish the list with each key once.");
  }
  if (counts.entries < static_cast<std::uint64_t>(member.least_entries)) {
    return Fail(ErrorCode::kConflict,
                Format("The list has fewer than the {} entries that the agreement names",
                       member.least_entries),
                "/member_of/least_entries", "Publish a longer list.");
  }
  if (counts.entries > static_cast<std::uint64_t>(member.greatest_entries)) {
    return Fail(ErrorCode::kConflict,
                Format("The list has more than the {} entries that the agreement names",
                       member.greatest_entries),
                "/member_of/greatest_entries", "Publish a shorter list.");
  }
  return {};
}

}  // namespace agreements
