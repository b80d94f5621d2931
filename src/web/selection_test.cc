// Tests of: selection_view.cc
#include "web/selection.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/json_reader.h"
#include "base/simulated_world.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::Test;
using base::Json;
using engine::ColumnKind;

catalogue::SchemaColumn Column(std::string name, ColumnKind kind, std::uint32_t treatments) {
  catalogue::SchemaColumn column;
  column.name = std::move(name);
  column.type = {.kind = kind};
  column.treatments = treatments;
  return column;
}

// Columns: 0 a key, 1 a day, 2 a number, 3 an area, 4 one that is never given, 5 a share.
const catalogue::Schema& Jobs() {
  static const catalogue::Schema schema = {
      {Column("nino", ColumnKind::kString, catalogue::kToken),
       Column("left", ColumnKind::kDate, catalogue::kShow | catalogue::kMonth),
       Column("pay", ColumnKind::kLong, catalogue::kShow | catalogue::kBand),
       Column("area", ColumnKind::kString, catalogue::kShow),
       Column("tax_code", ColumnKind::kString, catalogue::kDrop),
       Column("share", ColumnKind::kDouble, catalogue::kShow | catalogue::kBand)}};
  return schema;
}

const std::vector<OwnList>& Lists() {
  static const std::vector<OwnList> lists = {
      {.slug = "overdue-1",
       .title = "Overdue",
       .rows = 400,
       .key = catalogue::DatasetKey{"nino", catalogue::KeyNormalisation::kCompact},
       .schema = {{Column("nino", ColumnKind::kString, catalogue::kToken),
                   Column("reference", ColumnKind::kString, catalogue::kShow)}}},
      {.slug = "no-key-1", .title = "No key", .rows = 400}};
  return lists;
}

SelectionSources Sources(const agreements::Policy* policy = nullptr) {
  return {.schema = &Jobs(),
          .policy = policy,
          .lists = &Lists(),
          .dataset = "jobs-1",
          .owner_name = "Revenue",
          .own_id = "0123456789abcdef0123456789abcdef",
          .first_purpose = "collect-debt"};
}

Form Sent(std::string body) {
  base::SimulatedWorld world{1};
  http::Request request{http::RequestId::Random(world.randomness())};
  request.body = std::move(body);
  REQUIRE(request.headers.Add("Content-Type", "application/x-www-form-urlencoded").has_value());
  return Form::Parse(request, kSelectionForm).value();
}

agreements::Policy Read(const std::string& body, std::vector<SelectionError>& errors,
                        const agreements::Policy* policy = nullptr) {
  const SelectionSources sources = Sources(policy);
  return PolicyOf(ReadSelection(Sent(body), sources), sources, English(), errors);
}

std::vector<std::string> Refused(const std::string& body) {
  std::vector<SelectionError> errors;
  Read(body, errors);
  std::vector<std::string> fields;
  for (const SelectionError& error : errors) {
    REQUIRE_FALSE(error.words.empty());
    fields.push_back(error.field);
  }
  return fields;
}

using Fields = std::vector<std::string>;

}  // namespace

TEST_CASE("a new policy holds what was chosen and the least besides") {
  std::vector<SelectionError> errors;
  const auto policy = Read(
      "t-0=token&w-0=One+person&t-2=band&b-2=0,+5000&t-4=drop&conditions=3&c0-column=3&"
      "c0-test=own-area&c1-column=1&c1-test=greater&c1-value=31+3+2026&c2-column=3&"
      "c2-test=in&c2-value=a,+b&list=overdue-1&list-column=0&list-least=100&k-1=carry&"
      "kw-1=Which",
      errors);
  REQUIRE(errors.empty());
  REQUIRE(policy.dataset == "jobs-1");
  REQUIRE(policy.recipients == Fields{"0123456789abcdef0123456789abcdef"});
  REQUIRE(policy.purposes == Fields{"collect-debt"});
  REQUIRE(policy.doors == Fields{"query"});
  REQUIRE(policy.columns.size() == 2);
  REQUIRE(policy.columns[0].reason == "One person");
  REQUIRE(policy.columns[1].bands[1].from == Json(5000));
  const auto& parts = policy.condition->parts;
  REQUIRE(parts.size() == 3);
  REQUIRE(parts[0].operands[0].property == "area-code");
  REQUIRE(parts[1].operands[0].literal == Json("2026-03-31"));
  REQUIRE(parts[2].operands.size() == 2);
  REQUIRE(policy.member_of->normalisation == engine::Normalisation::kCompact);
  REQUIRE(policy.member_of->greatest_entries == 800);
  REQUIRE(policy.member_of->carry[0].column == "reference");
  // What is saved is what is chosen when the page is shown again.
  const Selection again = SelectionOf(Sources(&policy));
  std::vector<SelectionError> none;
  REQUIRE(PolicyOf(again, Sources(&policy), English(), none) == policy);
  REQUIRE(again.conditions[0].test == "own-area");
  REQUIRE(again.conditions[1].value == "31 03 2026");
}

TEST_CASE("what cannot be is said at its control") {
  REQUIRE(Refused("") == Fields{"t-0"});
  REQUIRE(Refused("t-0=show") == Fields{"t-0"});
  REQUIRE(Refused("t-0=nothing") == Fields{"t-0"});
  REQUIRE(Refused("t-4=show") == Fields{"t-4"});
  REQUIRE(Refused("t-2=band&b-2=low") == Fields{"b-2"});
  REQUIRE(Refused("t-2=band") == Fields{"b-2"});
  const std::string one = "t-0=token&conditions=1&c0-column=";
  REQUIRE(Refused(one) == Fields{"c0-column"});
  REQUIRE(Refused(one + "9") == Fields{"c0-column"});
  REQUIRE(Refused(one + "1&c0-test=less&c0-value=31+2+2026") == Fields{"c0-value"});
  REQUIRE(Refused(one + "2&c0-test=less&c0-value=1.5") == Fields{"c0-value"});
  REQUIRE(Refused(one + "2&c0-test=less") == Fields{"c0-value"});
  REQUIRE(Refused(one + "2&c0-test=is-null").empty());
  // Nor is a test taken that the page does not offer; "not" would be one of no condition at all.
  for (const char* const test : {"", "nearly", "not", "and", "or", "between"}) {
    REQUIRE(Refused(one + "2&c0-value=5&c0-test=" + test) == Fields{"c0-test"});
  }
  REQUIRE(Refused(one + "5&c0-test=less&c0-value=1.5").empty());
  for (const char* const endless : {"inf", "-inf", "infinity", "nan"}) {
    REQUIRE(Refused(one + "5&c0-test=less&c0-value=" + endless) == Fields{"c0-value"});
    REQUIRE(Refused(std::string("t-5=band&b-5=0,") + endless) == Fields{"b-5"});
  }
  REQUIRE(Refused("t-0=token&list=other") == Fields{"list"});
  REQUIRE(Refused("t-0=token&list=no-key-1") == Fields{"list"});
  const std::string list = "t-0=token&list=overdue-1&list-least=";
  REQUIRE(Refused(list + "100") == Fields{"list-column"});
  REQUIRE(Refused(list + "401&list-column=0") == Fields{"list"});
  REQUIRE(Refused(list + "0&list-column=0") == Fields{"list-least"});
  REQUIRE(Refused(list + "10&list-column=0&list-greatest=x") == Fields{"list-greatest"});
}

TEST_CASE("a condition that the page does not know is kept, and can be taken away") {
  const std::string text =
      R"({"format":"tabularium-policy-1","dataset":"jobs-1","purposes":["p"],"doors":["query"],)"
      R"("recipients":["0123456789abcdef0123456789abcdef"],)"
      R"("columns":[{"name":"nino","treatment":"token"}],)"
      R"("condition":{"test":"and","conditions":[{"test":"is-null","column":"left"},)"
      R"({"test":"not","condition":{"test":"is-null","column":"area"}}]}})";
  const Json json = base::ParseJson(text, base::kRequestJson).value();
  const auto policy = agreements::ReadPolicy(base::JsonItem(json, "")).value();
  const Selection choices = SelectionOf(Sources(&policy));
  REQUIRE(choices.conditions[1].kept == 1);
  std::vector<SelectionError> errors;
  const std::string body = "t-0=token&conditions=2&c0-column=1&c0-test=is-null&c1-kept=1";
  REQUIRE(Read(body, errors, &policy) == policy);
  REQUIRE(Read(body + "&remove=1", errors, &policy).condition->parts.size() == 1);
  REQUIRE(errors.empty());
}

TEST_CASE("conditions are added one by one, and not without end") {
  const auto count = [](const std::string& body) {
    return ReadSelection(Sent(body), Sources()).conditions.size();
  };
  REQUIRE(count("action=add") == 1);
  REQUIRE(count("conditions=2&remove=0") == 1);
  REQUIRE(count("conditions=999999999999") == kMaxPageConditions);
  REQUIRE(count("conditions=999999&action=add") == kMaxPageConditions);
  REQUIRE(count("conditions=x") == 0);
}

}  // namespace web
