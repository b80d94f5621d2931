#include "catalogue/schema_change.h"

#include <doctest/doctest.h>

namespace catalogue {
namespace {

using engine::ColumnKind;

SchemaColumn Column(const std::string& name, ColumnKind kind, const std::string& title = {}) {
  SchemaColumn column;
  column.name = name;
  column.title = title;
  column.type = {kind};
  column.meaning = "unrecognised";
  return column;
}

base::Json Report(const std::string& columns) {
  return base::ParseJson("{\"columns\":[" + columns + "]}", base::kRequestJson).value();
}

constexpr const char* kId =
    R"({"name":"id","type":{"name":"long"},"meaning":{"type":"identifier"},)"
    R"("class":{"name":"personal","identifies":true},"treatments":["token","drop"]})";

}  // namespace

TEST_CASE("a change names what went, what has another type and what is new") {
  const Schema before{{Column("a", ColumnKind::kLong), Column("b", ColumnKind::kLong),
                       Column("c", ColumnKind::kString)}};
  const Schema after{{Column("d", ColumnKind::kDate), Column("B", ColumnKind::kLong),
                      Column("a", ColumnKind::kString), Column("c", ColumnKind::kString, "C")}};
  const SchemaChange change = CompareSchemas(before, after);
  REQUIRE(change.removed == std::vector<std::string>{"b"});
  REQUIRE(change.retyped ==
          std::vector<RetypedColumn>{{"a", {ColumnKind::kLong}, {ColumnKind::kString}}});
  REQUIRE(change.added == std::vector<std::string>{"d", "B"});
  REQUIRE(change.Lost() == std::vector<std::string>{"b", "a"});
  REQUIRE(CompareSchemas(before, before) == SchemaChange{});
}

TEST_CASE("a proposal is as found; a known column of the same type keeps what was confirmed") {
  const Schema found = ProposeSchema(Report(kId), nullptr).value();
  REQUIRE(found.columns.size() == 1);
  REQUIRE(found.columns[0].name == "id");
  REQUIRE(found.columns[0].meaning == "identifier");
  REQUIRE(found.columns[0].identifies);
  REQUIRE_FALSE(found.columns[0].confirmed);
  REQUIRE(found.columns[0].treatments == (kToken | kDrop));
  Schema previous{{Column("id", ColumnKind::kLong, "Record number")}};
  previous.columns[0].confirmed = true;
  previous.columns[0].column_class = ColumnClass::kPublic;
  REQUIRE(ProposeSchema(Report(kId), &previous).value() == previous);
  previous.columns[0].type = {ColumnKind::kString};
  REQUIRE(ProposeSchema(Report(kId), &previous).value() == found);
}

TEST_CASE("a report that is none of ours is refused, whatever part of it is missing") {
  const auto refused = [](const base::Json& report) {
    const auto schema = ProposeSchema(report, nullptr);
    return !schema && schema.error().code == base::ErrorCode::kDamaged;
  };
  REQUIRE(refused(base::Json(1)));
  REQUIRE(refused(base::Json::Object({})));
  const std::string good = kId;
  for (const std::string part : {"\"name\":\"id\"", "\"long\"", "\"type\":\"identifier\"",
                                 "\"personal\"", "true", "\"token\""}) {
    CAPTURE(part);
    std::string bad = good;
    const std::size_t at = bad.find(part);
    REQUIRE(at != std::string::npos);
    const std::size_t colon = part.find(':');
    const std::string value = "7";
    bad.replace(at, part.size(),
                colon == std::string::npos ? value : part.substr(0, colon + 1) + value);
    REQUIRE(refused(Report(bad)));
  }
  const auto twice = ProposeSchema(Report(good + "," + good), nullptr);
  REQUIRE(twice.error().code == base::ErrorCode::kInvalid);
}

}  // namespace catalogue
