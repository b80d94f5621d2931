// A second implementation of docs/formats/policy.md, row by row and value by value, for tests.
//
// It is written from that page alone and includes nothing of the policy's reader or compiler: the
// policy and the schemas come as JSON, the rows as cells. Slow and plain, so that it can be read
// beside the page. It judges no input: what it is given was accepted by the reader. Header only.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "agreements/policy_cells.h"
#include "agreements/policy_evaluator_values.h"
#include "base/crypto.h"
#include "base/json.h"

namespace agreements {

class PolicyEvaluator : private EvaluatorValues {
 public:
  struct Table {
    base::Json schema;  // docs/formats/schema.md
    std::vector<Row> rows;
  };
  struct Result {
    std::vector<Row> rows;
    std::vector<std::string> types;  // of the columns
    std::vector<std::string> names;
    std::vector<std::uint64_t> after_step;
    std::vector<std::uint64_t> left_empty;
    std::uint64_t list_rows = 0;
    std::uint64_t entries = 0;
    std::uint64_t keys = 0;
  };

  // `list` may be empty where the policy has no member_of.
  PolicyEvaluator(base::Json policy, Table dataset, Table list, std::string key)
      : policy_(std::move(policy)),
        dataset_(std::move(dataset)),
        list_(std::move(list)),
        key_(std::move(key)) {}

  Result Evaluate() {
    Result result;
    ReadList(result);
    Describe(result);
    const std::vector<const base::Json*> steps = Steps();
    const bool has_list = policy_.Find("member_of") != nullptr;
    result.after_step.assign(steps.size() + (has_list ? 1 : 0), 0);
    for (const Row& row : dataset_.rows) {
      std::size_t passed = 0;
      while (passed < steps.size() && IsTrue(Test(*steps[passed], row))) {
        ++result.after_step[passed++];
      }
      if (passed < steps.size()) continue;
      const Row* entry = has_list ? EntryOf(row) : nullptr;
      if (has_list && entry == nullptr) continue;
      if (has_list) ++result.after_step.back();
      result.rows.push_back(Given(row, entry, result.left_empty));
    }
    return result;
  }

 private:
  using Truth = std::optional<bool>;  // nothing: UNKNOWN
  static bool IsTrue(const Truth& truth) { return truth.has_value() && *truth; }

  // --- schemas ---

  static std::size_t Place(const Table& table, const std::string& name) {
    const auto& columns = table.schema.AsArray();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].Find("name")->AsString() == name) return i;
    }
    return columns.size();
  }
  static const base::Json& ColumnOf(const Table& table, const std::string& name) {
    return table.schema.AsArray()[Place(table, name)];
  }
  static const std::string& Text(const base::Json& object, const char* member) {
    return object.Find(member)->AsString();
  }

  // --- conditions ---

  std::vector<const base::Json*> Steps() const {
    std::vector<const base::Json*> steps;
    const base::Json* condition = policy_.Find("condition");
    if (condition == nullptr) return steps;
    if (Text(*condition, "test") != "and") return {condition};
    for (const base::Json& each : condition->Find("conditions")->AsArray()) steps.push_back(&each);
    return steps;
  }

  Truth Test(const base::Json& node, const Row& row) const {
    const std::string& test = Text(node, "test");
    if (test == "not") {
      const Truth inner = Test(*node.Find("condition"), row);
      return inner ? Truth(!*inner) : std::nullopt;
    }
    if (test != "and" && test != "or") return TestColumn(node, test, row);
    // One part of this truth decides; otherwise one that is UNKNOWN does.
    const bool deciding = test == "or";
    bool is_known = true;
    for (const base::Json& each : node.Find("conditions")->AsArray()) {
      const Truth part = Test(each, row);
      if (part == deciding) return deciding;
      is_known = is_known && part.has_value();
    }
    return is_known ? Truth(!deciding) : std::nullopt;
  }

  Truth TestColumn(const base::Json& node, const std::string& test, const Row& row) const {
    const std::string& name = Text(node, "column");
    const Cell& cell = row[Place(dataset_, name)];
    const std::string& type = Text(ColumnOf(dataset_, name), "type");
    if (test == "is-null") return !cell.has_value();
    if (test == "is-not-null") return cell.has_value();
    if (!cell || (type == "double" && std::isnan(std::get<double>(*cell)))) return std::nullopt;
    const auto order = [&](const char* member) {
      return Compare(cell, LiteralOf(*node.Find(member), type), type);
    };
    if (test == "in") {
      for (const base::Json& each : node.Find("values")->AsArray()) {
        if (Compare(cell, LiteralOf(each, type), type) == 0) return true;
      }
      return false;
    }
    if (test == "between") return order("least") >= 0 && order("greatest") <= 0;
    if (test == "starts-with") {
      return TextOf(cell).starts_with(TextOf(LiteralOf(*node.Find("value"), type)));
    }
    const int ordered = order("value");
    if (test == "equal") return ordered == 0;
    if (test == "not-equal") return ordered != 0;
    if (test == "less") return ordered < 0;
    if (test == "at-most") return ordered <= 0;
    if (test == "greater") return ordered > 0;
    return ordered >= 0;
  }

  // --- the list ---

  // The key by which a value is compared; nothing for one that matches nothing.
  std::optional<std::string> KeyOf(const Cell& cell, const std::string& type) const {
    if (!cell) return std::nullopt;
    if (type != "string") {
      // Equal values have equal texts; the days without one still are numbers.
      if (type == "date") return std::to_string(WholeOf(cell));
      return TextOfValue(cell, type);
    }
    std::string key = Normal(Text(*policy_.Find("member_of"), "normalisation"), TextOf(cell));
    return key.empty() ? std::nullopt : std::optional(std::move(key));
  }

  void ReadList(Result& result) {
    const base::Json* member = policy_.Find("member_of");
    if (member == nullptr) return;
    const std::string& name = Text(*member, "list_column");
    for (const Row& row : list_.rows) {
      ++result.list_rows;
      const auto key = KeyOf(row[Place(list_, name)], Text(ColumnOf(list_, name), "type"));
      if (!key) continue;
      ++result.entries;
      entries_[*key].push_back(&row);
    }
    result.keys = entries_.size();
  }

  // Only a key that one row of the list has.
  const Row* EntryOf(const Row& row) const {
    const std::string& name = Text(*policy_.Find("member_of"), "column");
    const auto key = KeyOf(row[Place(dataset_, name)], Text(ColumnOf(dataset_, name), "type"));
    if (!key) return nullptr;
    const auto found = entries_.find(*key);
    return found == entries_.end() || found->second.size() != 1 ? nullptr : found->second.front();
  }

  // --- treatments ---

  Cell Token(const Cell& cell, const base::Json& column) const {
    const std::string& type = Text(column, "type");
    const std::string& meaning = Text(column, "meaning");
    const auto text = TextOfValue(cell, type);
    if (!text) return std::nullopt;
    const std::string normal = Normal(type == "string" ? RuleOf(meaning) : "exact", *text);
    if (normal.empty()) return std::nullopt;
    const std::string zero(1, '\0');
    return "t_" + base::HmacSha256(key_, "tabularium-token-1" + zero + meaning + zero + normal)
                      .Hex()
                      .substr(0, 32);
  }
  static Cell Band(const Cell& cell, const std::string& type, const base::Json& bands) {
    if (type == "double" && std::isnan(std::get<double>(*cell))) return std::nullopt;
    Cell edge;
    for (const base::Json& band : bands.AsArray()) {
      const Cell from = LiteralOf(*band.Find("from"), type);
      if (Compare(from, cell, type) <= 0) edge = from;
    }
    if (edge && type.starts_with("decimal")) return WithPlaces(TextOf(edge), PlacesOf(type));
    return edge;
  }
  Cell Treated(const base::Json& named, const Cell& cell) const {
    if (!cell) return std::nullopt;
    const base::Json& column = ColumnOf(dataset_, Text(named, "name"));
    const std::string& type = Text(column, "type");
    const std::string& treatment = Text(named, "treatment");
    if (treatment == "show") return cell;
    if (treatment == "mask") return std::string("\u2022");
    if (treatment == "token") return Token(cell, column);
    if (treatment == "band") return Band(cell, type, *named.Find("bands"));
    if (treatment == "postcode-district") return District(cell);
    const auto civil = CivilOf(cell, type);
    if (!civil) return std::nullopt;
    if (treatment == "year") return civil->year;
    return Digits(civil->year, 4) + "-" + Digits(civil->month, 2);
  }

  // --- output ---

  void Describe(Result& result) const {
    for (const base::Json& named : policy_.Find("columns")->AsArray()) {
      const std::string& treatment = Text(named, "treatment");
      if (treatment == "drop") continue;
      const bool keeps = treatment == "show" || treatment == "band";
      result.names.push_back(Text(named, "name"));
      result.types.push_back(keeps ? Text(ColumnOf(dataset_, result.names.back()), "type")
                             : treatment == "year" ? "long"
                                                   : "string");
    }
    result.left_empty.assign(result.names.size(), 0);
    const base::Json* member = policy_.Find("member_of");
    const base::Json* carry = member == nullptr ? nullptr : member->Find("carry");
    if (carry == nullptr) return;
    for (const base::Json& each : carry->AsArray()) {
      result.names.push_back(Text(each, each.Find("as") == nullptr ? "column" : "as"));
      result.types.push_back(Text(ColumnOf(list_, Text(each, "column")), "type"));
    }
  }

  Row Given(const Row& row, const Row* entry, std::vector<std::uint64_t>& left_empty) const {
    Row given;
    for (const base::Json& named : policy_.Find("columns")->AsArray()) {
      if (Text(named, "treatment") == "drop") continue;
      const Cell& cell = row[Place(dataset_, Text(named, "name"))];
      given.push_back(Treated(named, cell));
      if (cell && !given.back()) ++left_empty[given.size() - 1];
    }
    if (entry == nullptr) return given;
    const base::Json* carry = policy_.Find("member_of")->Find("carry");
    if (carry == nullptr) return given;
    for (const base::Json& each : carry->AsArray()) {
      given.push_back((*entry)[Place(list_, Text(each, "column"))]);
    }
    return given;
  }

  base::Json policy_;
  Table dataset_;
  Table list_;
  std::string key_;
  std::map<std::string, std::vector<const Row*>> entries_;
};

}  // namespace agreements
