#include "base/json_reader.h"

#include <doctest/doctest.h>

#include <array>

namespace base {
namespace {

constexpr std::array<std::string_view, 2> kTreatments = {"keep", "drop"};

struct Column {
  std::string name;
  std::size_t treatment = 0;
};

struct Body {
  std::string title;
  std::int64_t count = 0;
  bool is_open = false;
  std::optional<std::string> note;
  std::vector<Column> columns;
};

Result<Column> ReadColumn(const JsonItem& item) {
  JsonReader reader = TRY(item.Object());
  Column column{.name = TRY(reader.Text("name", {.min = 1, .max = 10})),
                .treatment = TRY(reader.OneOf("treatment", kTreatments))};
  TRY(reader.Finish());
  return column;
}

Result<Body> ReadBody(const Json& json) {
  JsonReader reader(json, "request");
  Body body;
  body.title = TRY(reader.Text("title", {.min = 1, .max = 5}));
  body.count = TRY(reader.Integer("count", 1, 9));
  body.is_open = TRY(reader.Bool("open"));
  body.note = TRY(reader.OptionalText("note", {.max = 5}));
  for (const JsonItem& item : TRY(reader.Array("columns", {.max = 2}))) {
    body.columns.push_back(TRY(ReadColumn(item)));
  }
  TRY(reader.Finish());
  return body;
}

Result<Body> Read(std::string_view text) {
  const Json json = TRY(ParseJson(text, kRequestJson));
  return ReadBody(json);
}

Error Refused(std::string_view text) {
  const Result<Body> body = Read(text);
  REQUIRE_MESSAGE(!body.has_value(), std::string(text));
  REQUIRE(body.error().code == ErrorCode::kInvalid);
  REQUIRE(body.error().Text().find("secret") == std::string::npos);
  return body.error();
}

// A good body with one field replaced by other text, or dropped.
std::string With(std::string_view field, std::string_view text) {
  std::string body = R"({"title":"abc","count":3,"open":false,"columns":[]})";
  const std::size_t start = body.find("\"" + std::string(field) + "\":");
  const std::size_t end = body.find_first_of(",}", start);
  return body.replace(start, end - start, text);
}

TEST_CASE("a good body is read whole") {
  const Result<Body> body = Read(
      R"({"title":"\u20ac\u20ac\u20ac\u20ac\u20ac","count":9,"open":true,"note":"n",
          "columns":[{"name":"a","treatment":"keep"},{"treatment":"drop","name":"b"}]})");
  REQUIRE_MESSAGE(body.has_value(), body.error().Text());
  REQUIRE(body->title == "\u20ac\u20ac\u20ac\u20ac\u20ac");
  REQUIRE(body->count == 9);
  REQUIRE(body->is_open);
  REQUIRE(body->note == "n");
  REQUIRE(body->columns.size() == 2);
  REQUIRE(body->columns[1].treatment == 1);
}

TEST_CASE("an optional field may be absent or null, and no other type") {
  REQUIRE_FALSE(Read(With("open", R"("open":false)"))->note.has_value());
  REQUIRE_FALSE(Read(With("open", R"("open":false,"note":null)"))->note.has_value());
  REQUIRE(Refused(With("open", R"("open":false,"note":1)")).where == "/note");
}

TEST_CASE("each field refuses other types and ranges") {
  REQUIRE(Refused(With("title", R"("title":"")")).what ==
          "The text must have from 1 to 5 characters");
  REQUIRE(Refused(With("title", R"("title":"secret")")).where == "/title");
  REQUIRE(Refused(With("title", R"("title":null)")).what == "The field must be a text");
  REQUIRE(Refused(With("count", R"("count":0)")).what ==
          "The field must be an integer from 1 to 9");
  for (const std::string_view count : {"10", "1.0", "\"1\"", "true", "null", "[1]"}) {
    REQUIRE(Refused(With("count", "\"count\":" + std::string(count))).where == "/count");
  }
  REQUIRE(Refused(With("open", R"("open":0)")).what == "The field must be true or false");
  REQUIRE(Refused(With("columns", R"("columns":{})")).what == "The field must be an array");
  REQUIRE(Refused(With("columns", R"("columns":[1,2,3])")).what ==
          "The array must have from 0 to 2 items");
  REQUIRE(Refused(With("columns", R"("columns":[7])")).where == "/columns/0");
}

TEST_CASE("a name that is not in the list is answered with the list") {
  const Error error = Refused(
      With("columns",
           R"("columns":[{"name":"a","treatment":"keep"},{"name":"a","treatment":"secret"}])"));
  REQUIRE(error.where == "/columns/1/treatment");
  REQUIRE(error.what == "The field must be one of \"keep\", \"drop\"");
}

TEST_CASE("a missing field is named") {
  const Error error = Refused(R"({"title":"abc"})");
  REQUIRE(error.what == "The request lacks the field \"count\"");
  REQUIRE(error.where == "/count");
}

TEST_CASE("an unknown field is named, short and plain") {
  Error error = Refused(With("open", R"("open":true,"opne":"secret")"));
  REQUIRE(error.what == "The request has a field that is not known here: \"opne\"");
  REQUIRE(error.where == "/opne");
  error = Refused(With("open", R"("open":true,"a\u202e\nb)" + std::string(99, 'x') + "\":1"));
  REQUIRE(error.where == "/ab" + std::string(62, 'x') + "\u2026");
  REQUIRE(error.what.ends_with(": \"ab" + std::string(62, 'x') + "\u2026\""));
  error = Refused(With("columns", R"("columns":[{"name":"a","treatment":"keep","more":1}])"));
  REQUIRE(error.where == "/columns/0/more");
}

TEST_CASE("what is no object is refused by every read and by Finish") {
  const Json json = Json::Array({});
  JsonReader reader(json, "request");
  REQUIRE(reader.Text("a", {.max = 1}).error().what == "The request must be a JSON object");
  REQUIRE_FALSE(reader.Optional("a").has_value());
  REQUIRE_FALSE(reader.Finish().has_value());
}

TEST_CASE("numbers, inner objects and optional values") {
  const Json json =
      Json::Object({{"n", 2}, {"d", 0.5}, {"f", false}, {"o", Json::Object({{"i", 4}})}});
  JsonReader reader(json, "file");
  REQUIRE(*reader.Number("n", 0, 2) == 2.0);
  REQUIRE(*reader.Number("d", 0.5, 1) == 0.5);
  REQUIRE(reader.Number("d", 0.75, 1).error().what == "The field must be a number from 0.75 to 1");
  REQUIRE_FALSE(reader.Number("f", 0, 1).has_value());
  const auto flag = reader.OptionalBool("f");
  REQUIRE(flag->has_value());
  REQUIRE_FALSE(**flag);
  REQUIRE_FALSE(reader.OptionalBool("absent")->has_value());
  REQUIRE_FALSE(reader.Finish().has_value());
  Result<JsonReader> inner = reader.Object("o");
  REQUIRE(inner->Finish().error().where == "/o/i");
  REQUIRE(**inner->OptionalInteger("i", 0, 9) == 4);
  REQUIRE_FALSE(inner->OptionalInteger("j", 0, 9)->has_value());
  REQUIRE(inner->Finish().has_value());
  REQUIRE(reader.Finish().has_value());
  REQUIRE(reader.Object("n").error().what == "The field must be an object");
}

}  // namespace
}  // namespace base
