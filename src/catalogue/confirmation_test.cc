#include "catalogue/confirmation.h"

#include <doctest/doctest.h>

namespace catalogue {
namespace {

using base::ErrorCode;
using engine::ColumnKind;

Schema Proposal() {
  SchemaColumn id;
  id.name = "id";
  id.type = {ColumnKind::kLong};
  id.meaning = "identifier";
  id.identifies = true;
  id.treatments = kToken | kBand;
  SchemaColumn text = id;
  text.name = "text";
  text.type = {ColumnKind::kString};
  text.treatments = kShow;
  return {{id, text}};
}

base::Result<Confirmation> Read(const std::string& text) {
  const auto json = base::ParseJson(text, base::kRequestJson).value();
  return ReadConfirmation(base::JsonItem(json, ""));
}

ErrorCode Refused(const Confirmation& confirmation) {
  const auto schema = ConfirmSchema(Proposal(), confirmation);
  REQUIRE_FALSE(schema.has_value());
  return schema.error().code;
}

}  // namespace

TEST_CASE("a confirmation is read with all its members, and with none but the list of columns") {
  const Confirmation full = Read(R"({"columns":[{"name":"id","title":"Number","class":"public",
      "confirmed":true,"identifies":false,"treatments":["show","band"],"type":"string",
      "strays_become_empty":true}],"key":{"column":"id","normalisation":"compact"},
      "accepted":["old"],"previous_version":3})")
                                .value();
  REQUIRE(full.columns.size() == 1);
  REQUIRE(full.columns[0].title == "Number");
  REQUIRE(full.columns[0].column_class == ColumnClass::kPublic);
  REQUIRE(full.columns[0].treatments == (kShow | kBand));
  REQUIRE(full.columns[0].type == engine::ColumnType{ColumnKind::kString});
  REQUIRE(full.columns[0].strays_become_empty);
  REQUIRE(full.key == DatasetKey{"id", KeyNormalisation::kCompact});
  REQUIRE(full.accepted == std::vector<std::string>{"old"});
  REQUIRE(full.previous_version == 3);
  const Confirmation empty = Read(R"({"columns":[]})").value();
  REQUIRE(empty.columns.empty());
  REQUIRE_FALSE(empty.key.has_value());
  REQUIRE_FALSE(empty.previous_version.has_value());
}

TEST_CASE("words that are not in our lists and members that we do not know are refused by place") {
  const auto where = [](const std::string& column) {
    const auto read = Read("{\"columns\":[{\"name\":\"id\"," + column + "}]}");
    REQUIRE_FALSE(read.has_value());
    REQUIRE(read.error().code == ErrorCode::kInvalid);
    return read.error().where;
  };
  REQUIRE(where(R"("class":"secret")") == "/columns/0/class");
  REQUIRE(where(R"("treatments":["shown"])") == "/columns/0/treatments/0");
  REQUIRE(where(R"("treatments":[])") == "/columns/0/treatments");
  REQUIRE(where(R"("type":"text")") == "/columns/0/type");
  REQUIRE(where(R"("colour":1)") == "/columns/0/colour");
  REQUIRE_FALSE(Read("{}").has_value());
  REQUIRE_FALSE(Read(R"({"columns":[],"key":{"column":"a","normalisation":"none"}})").has_value());
}

TEST_CASE("what is said replaces the proposal, the rest stays") {
  const Schema schema =
      ConfirmSchema(Proposal(), {.columns = {{.name = "id",
                                              .title = "Number",
                                              .column_class = ColumnClass::kPublic,
                                              .confirmed = true,
                                              .treatments = kShow}}})
          .value();
  REQUIRE(schema.columns[0].title == "Number");
  REQUIRE(schema.columns[0].Class() == ColumnClass::kPublic);
  REQUIRE_FALSE(schema.columns[0].identifies);
  REQUIRE(schema.columns[0].treatments == kShow);
  REQUIRE(schema.columns[1] == Proposal().columns[1]);
  const Schema open =
      ConfirmSchema(Proposal(), {.columns = {{.name = "id", .column_class = ColumnClass::kPublic}}})
          .value();
  REQUIRE(open.columns[0].Class() == ColumnClass::kPersonal);
}

TEST_CASE("a type may be widened to text, or text narrowed with its strays left empty") {
  const auto typed = [](const std::string& name, ColumnKind kind, bool strays) {
    return Confirmation{
        .columns = {
            {.name = name, .type = engine::ColumnType{kind}, .strays_become_empty = strays}}};
  };
  const Schema text = ConfirmSchema(Proposal(), typed("id", ColumnKind::kString, false)).value();
  REQUIRE(text.columns[0].type.kind == ColumnKind::kString);
  REQUIRE(text.columns[0].treatments == kToken);  // bands need a number
  REQUIRE(ConfirmSchema(Proposal(), typed("text", ColumnKind::kLong, true)).has_value());
  REQUIRE(ConfirmSchema(Proposal(), typed("text", ColumnKind::kDate, true)).has_value());
  REQUIRE(Refused(typed("text", ColumnKind::kLong, false)) == ErrorCode::kInvalid);
  REQUIRE(Refused(typed("text", ColumnKind::kDouble, true)) == ErrorCode::kInvalid);
  REQUIRE(Refused(typed("id", ColumnKind::kDate, true)) == ErrorCode::kInvalid);
  REQUIRE(Refused(typed("id", ColumnKind::kLong, true)) == ErrorCode::kInvalid);
}

TEST_CASE("columns and keys that are not there, or there twice, are refused") {
  REQUIRE(Refused({.columns = {{.name = "none"}}}) == ErrorCode::kInvalid);
  REQUIRE(Refused({.columns = {{.name = "id"}, {.name = "id"}}}) == ErrorCode::kInvalid);
  REQUIRE(Refused({.columns = {{.name = "id", .treatments = kMonth}}}) == ErrorCode::kInvalid);
  REQUIRE(Refused({.key = DatasetKey{.column = "ID"}}) == ErrorCode::kInvalid);
  REQUIRE(ConfirmSchema(Proposal(), {.key = DatasetKey{.column = "id"}}).has_value());
}

}  // namespace catalogue
