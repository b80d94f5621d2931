// The policies in tests/policy/data/*.test: for each, what DuckDB gives under the compiled SQL, and
// what the evaluator gives, is what a person wrote down. tests/policy/data/README.md tells how to
// write one. A failure names file and line of its case.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "agreements/policy_evaluator.h"
#include "agreements/policy_testing.h"
#include "base/bytes.h"
#include "base/real_world.h"
#include "base/world.h"

namespace agreements {
namespace {

constexpr std::size_t kLeastCases = 30;
constexpr std::size_t kMaxLines = 10'000;

using Section = std::vector<std::string>;
using Sections = std::map<std::string, Section, std::less<>>;

struct PolicyCase {
  std::string name;
  std::string place;  // "bands.test:12"
  Sections sections;  // its own over those that stand before the first case of the file
};

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<PolicyCase> CasesIn(const std::string& file, std::string_view text) {
  std::vector<PolicyCase> cases;
  Sections shared;
  Section* section = nullptr;
  std::size_t number = 0;
  for (const std::string_view line : base::Split(text, '\n', kMaxLines)) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("  ")) {
      INFO(file << ":" << number << ": a line that belongs to nothing");
      REQUIRE(section != nullptr);
      section->push_back(Trimmed(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    INFO(file << ":" << number << ": neither a section nor indented");
    REQUIRE(colon != std::string_view::npos);
    const std::string key(line.substr(0, colon));
    const std::string rest = Trimmed(line.substr(colon + 1));
    if (key == "case") {
      cases.push_back({rest, base::Format("{}:{}", file, number), shared});
      section = nullptr;
      continue;
    }
    section = &(cases.empty() ? shared : cases.back().sections)[key];
    section->clear();
    if (!rest.empty()) section->push_back(rest);
  }
  return cases;
}

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  for (const std::string_view cell : base::Split(line, '|', 100)) cells.push_back(Trimmed(cell));
  return cells;
}

const Section& SectionOf(const PolicyCase& each, const std::string& key) {
  static const Section none;
  const auto found = each.sections.find(key);
  return found == each.sections.end() ? none : found->second;
}

// --- what a case says --------------------------------------------------------------------------

// name | type | meaning | treatments
base::Json SchemaIn(const Section& lines) {
  base::Json::Items columns;
  for (const std::string& line : lines) {
    const auto cells = Cells(line);
    REQUIRE(cells.size() == 4);
    std::vector<std::string> treatments;
    for (const std::string_view each : base::Split(cells[3], ' ', 10))
      treatments.emplace_back(each);
    columns.push_back(SchemaColumnJson(cells[0], cells[1], cells[2], treatments));
  }
  return base::Json::Array(std::move(columns));
}

// A cell as it is written: (null), "a text with blanks at its ends", or the plain text. \n and
// \uXXXX stand for what they stand for in JSON.
std::optional<std::string> Unwritten(const std::string& written) {
  if (written == "(null)") return std::nullopt;
  if (written.size() < 2 || !written.starts_with('"')) return written;
  return JsonOf(written).AsString();
}

// token(meaning, normalised), computed from its definition.
std::string TokenIn(const std::string& written) {
  const std::size_t comma = written.find(", ");
  REQUIRE(comma != std::string::npos);
  const std::string meaning = written.substr(6, comma - 6);
  const std::string text = written.substr(comma + 2, written.size() - comma - 3);
  const std::string zero(1, '\0');
  return "t_" + base::HmacSha256(kTestTokenKey, "tabularium-token-1" + zero + meaning + zero + text)
                    .Hex()
                    .substr(0, 32);
}

std::vector<Row> RowsIn(const Section& lines, const std::vector<std::string>& types) {
  std::vector<Row> rows;
  for (const std::string& line : lines) {
    const auto cells = Cells(line);
    INFO(line);
    REQUIRE(cells.size() == types.size());
    Row row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool is_token = cells[i].starts_with("token(");
      row.push_back(is_token ? Cell(TokenIn(cells[i])) : CellOf(Unwritten(cells[i]), types[i]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> TypesOf(const base::Json& schema) {
  std::vector<std::string> types;
  for (const base::Json& column : schema.AsArray()) {
    types.push_back(column.Find("type")->AsString());
  }
  return types;
}

PolicyEvaluator::Table TableIn(const Section& schema, const Section& rows) {
  PolicyEvaluator::Table table{.schema = SchemaIn(schema), .rows = {}};
  table.rows = RowsIn(rows, TypesOf(table.schema));
  return table;
}

std::string Joined(const Section& lines, std::string_view between = "\n") {
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += between;
    text += line;
  }
  return text;
}

// The policy as it stands; members that every policy has and that a case left out are filled in.
base::Json PolicyIn(const Section& lines) {
  const base::Json given = JsonOf(Joined(lines));
  base::Json::Members members = given.AsObject();
  const base::Json any = base::Json::Array({"any"});
  const std::string person(32, 'a');
  for (const auto& [name, value] :
       {base::Json::Member("format", kPolicyFormat), base::Json::Member("dataset", "the-dataset"),
        base::Json::Member("columns", base::Json::Array({})), base::Json::Member("purposes", any),
        base::Json::Member("recipients", base::Json::Array({person})),
        base::Json::Member("doors", any)}) {
    if (given.Find(name) == nullptr) members.emplace_back(name, value);
  }
  return base::Json::Object(std::move(members));
}

// --- the run -----------------------------------------------------------------------------------

class CaseRun {
 public:
  CaseRun(PolicyDesk& desk, const PolicyCase& each)
      : desk_(desk),
        case_(each),
        dataset_(TableIn(SectionOf(each, "dataset"), SectionOf(each, "rows"))),
        list_(TableIn(SectionOf(each, "list"), SectionOf(each, "list rows"))),
        schema_(SchemaOf(dataset_.schema)) {
    if (!list_.schema.AsArray().empty()) list_schema_ = SchemaOf(list_.schema);
  }

  void Check() {
    const auto compiled = Compiled();
    const Section& refused = SectionOf(case_, "refused");
    if (!refused.empty()) {
      REQUIRE_FALSE(compiled.has_value());
      REQUIRE(compiled.error().where + ": " + compiled.error().what == Joined(refused, " "));
      return;
    }
    if (!compiled) MESSAGE(compiled.error().Text());
    REQUIRE(compiled.has_value());
    CheckRows(*compiled);
    CheckCounts(*compiled);
  }

 private:
  // Everything that can refuse, in the order in which it does for an agreement.
  base::Result<CompiledPolicy> Compiled() {
    const base::Json json = PolicyIn(SectionOf(case_, "policy"));
    Policy policy = TRY(ReadPolicy(base::JsonItem(json, "")));
    const Section& properties = SectionOf(case_, "properties");
    if (!properties.empty()) {
      RecipientProperties values;
      for (const auto& [name, value] : JsonOf(Joined(properties)).AsObject()) values[name] = value;
      TRY(BindPolicy(policy, values));
    }
    json_ = PolicyJson(policy);
    const PolicySchemas schemas{.dataset = &schema_,
                                .list = list_schema_ ? &*list_schema_ : nullptr};
    auto compiled =
        TRY(CompilePolicy(policy, schemas, {TableSource("dataset"), TableSource("list")}));
    desk_.MakeTable("dataset", schema_, dataset_.rows);
    if (!policy.member_of) return compiled;
    desk_.MakeTable("list", *list_schema_, list_.rows);
    TRY(CheckList(*policy.member_of, TRY(CountList(desk_.duckdb(), compiled))));
    return compiled;
  }

  void CheckRows(const CompiledPolicy& compiled) {
    Section expected = SectionOf(case_, "expect");
    REQUIRE_FALSE(expected.empty());
    std::vector<std::string> names;
    std::vector<std::string> types;
    for (const OutputColumn& column : compiled.columns) {
      names.push_back(column.name);
      types.push_back(engine::TypeText(column.type));
    }
    REQUIRE(names == Cells(expected.front()));
    expected.erase(expected.begin());
    const auto rows = RowsIn(expected, types);
    Compare(desk_.Rows(compiled.extract_sql, compiled.columns), rows);
    INFO("by the evaluator");
    Compare(PolicyEvaluator(json_, dataset_, list_, kTestTokenKey).Evaluate().rows, rows);
  }

  static void Compare(const std::vector<Row>& got, const std::vector<Row>& expected) {
    REQUIRE(got.size() == expected.size());
    for (std::size_t row = 0; row < got.size(); ++row) {
      INFO("row " << row + 1 << " of those expected");
      REQUIRE(std::ranges::equal(got[row], expected[row], SameCell));
    }
  }

  // "rows 5, steps 4 3, left empty 0 2", where a case says so.
  void CheckCounts(const CompiledPolicy& compiled) {
    const Section& expected = SectionOf(case_, "counts");
    if (expected.empty()) return;
    const auto counts = CountRows(desk_.duckdb(), compiled);
    REQUIRE(counts.has_value());
    std::string text = base::Format("rows {}, steps", counts->rows);
    for (const std::uint64_t each : counts->after_step) text += base::Format(" {}", each);
    text += ", left empty";
    for (const std::uint64_t each : counts->left_empty) text += base::Format(" {}", each);
    REQUIRE(text == Joined(expected));
  }

  PolicyDesk& desk_;
  const PolicyCase& case_;
  PolicyEvaluator::Table dataset_;
  PolicyEvaluator::Table list_;
  catalogue::Schema schema_;
  std::optional<catalogue::Schema> list_schema_;
  base::Json json_;
};

TEST_CASE("policies give the rows, or the refusal, that a person wrote down") {
  const auto world = base::MakeRealWorld();
  const std::string folder = std::string(TABULARIUM_SOURCE_FOLDER) + "/tests/policy/data";
  PolicyDesk desk;
  std::size_t run = 0;
  for (const std::string& file : world->files().List(folder).value()) {
    if (!file.ends_with(".test")) continue;
    const auto text =
        base::ReadWholeFile(world->files(), base::JoinPath(folder, file), base::kMaxWholeFileBytes);
    REQUIRE(text.has_value());
    for (const PolicyCase& each : CasesIn(file, *text)) {
      INFO("tests/policy/data/" << each.place << ": " << each.name);
      CaseRun(desk, each).Check();
      ++run;
    }
  }
  REQUIRE(run >= kLeastCases);
}

}  // namespace
}  // namespace agreements
