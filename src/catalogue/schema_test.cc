#include "catalogue/schema.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace catalogue {
namespace {

SchemaColumn Column(std::string name, std::string_view type, std::uint32_t treatments) {
  return {.name = std::move(name),
          .title = "In plain words",
          .type = *engine::TypeOfText(type),
          .meaning = "unrecognised",
          .column_class = ColumnClass::kPublic,
          .confirmed = true,
          .treatments = treatments};
}

Schema Example() {
  Schema schema;
  schema.columns.push_back(Column("nino", "string", kToken | kDrop));
  schema.columns.push_back(Column("date_of_birth", "date", kMonth | kYear));
  schema.columns.push_back(Column("pay", "decimal(18,2)", kShow | kBand));
  return schema;
}

base::Result<Schema> Read(const base::Json& json) {
  return ReadSchema(base::JsonItem(json, "/columns"));
}

TEST_CASE("a schema comes back as it was written") {
  const Schema schema = Example();
  const auto text = base::WriteJson(SchemaJson(schema));
  const auto read = Read(*base::ParseJson(text, base::kRequestJson));
  REQUIRE(read.has_value());
  REQUIRE(*read == schema);
  REQUIRE(read->Find("pay")->type == engine::ColumnType{engine::ColumnKind::kDecimal, 18, 2});
  REQUIRE(read->Find("PAY") == nullptr);
}

TEST_CASE("what no schema may hold is refused with its place") {
  Schema schema = Example();
  SUBCASE("two names that differ in case alone") {
    schema.columns[2].name = "NINO";
    REQUIRE(CheckSchema(schema).error().where == "columns/2");
  }
  SUBCASE("a band of texts") {
    schema.columns[0].treatments = kBand;
    REQUIRE(CheckSchema(schema).error().where == "columns/0");
  }
  SUBCASE("no treatment at all") {
    schema.columns[1].treatments = 0;
    REQUIRE(CheckSchema(schema).error().where == "columns/1");
  }
  SUBCASE("no column") { schema.columns.clear(); }
  SUBCASE("an empty name") { schema.columns[0].name.clear(); }
  SUBCASE("a name beyond the limit") {
    schema.columns[0].name.assign(kMaxColumnNameBytes + 1, 'a');
  }
  REQUIRE(CheckSchema(schema).error().code == base::ErrorCode::kInvalid);
  REQUIRE_FALSE(Read(SchemaJson(schema)).has_value());
}

TEST_CASE("words that are not in the lists are refused") {
  const std::string good = base::WriteJson(SchemaJson(Example()));
  for (const auto& [from, to] : {std::pair{"\"token\"", "\"tokens\""},
                                 {"\"date\"", "\"decimal(40,2)\""},
                                 {"\"date\"", "\"decimal(5,02)\""},
                                 {"\"date\"", "\"decimal(0,0)\""},
                                 {"\"public\"", "\"open\""},
                                 {"\"identifies\"", "\"identifiable\""}}) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string_view(from).size(), to);
    const auto json = base::ParseJson(bad, base::kRequestJson);
    REQUIRE(json.has_value());
    REQUIRE(Read(*json).error().where.starts_with("/columns/"));
  }
}

TEST_CASE("what nobody confirmed counts as personal") {
  SchemaColumn column = Column("x", "string", kShow);
  REQUIRE(column.Class() == ColumnClass::kPublic);
  column.confirmed = false;
  REQUIRE(column.Class() == ColumnClass::kPersonal);
}

TEST_CASE("treatments have their names") {
  for (std::uint32_t bit = kShow; bit <= kDrop; bit <<= 1U) {
    REQUIRE(TreatmentOfName(TreatmentNames(bit).front()) == bit);
  }
  REQUIRE_FALSE(TreatmentOfName("Show").has_value());
  REQUIRE_FALSE(TreatmentOfName("").has_value());
}

}  // namespace
}  // namespace catalogue
