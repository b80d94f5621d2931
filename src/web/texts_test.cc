#include "web/texts.h"

#include <doctest/doctest.h>

#include "base/json.h"

namespace web {
namespace {

Texts One(std::string_view text) {
  return Texts::Parse(base::WriteJson(base::Json::Object({{"page.text", text}}))).value();
}

std::string Piece(std::string_view text) { return One(text).TemplatePiece("page.text").value(); }

}  // namespace

TEST_CASE("a text becomes a piece of a template: escaped, with marks and places") {
  REQUIRE(Piece("Fish & chips < \"3\"") == "Fish &amp; chips &lt; &quot;3&quot;");
  REQUIRE(Piece("Entry **{index}** of `{size}`") ==
          "Entry <strong>{{index}}</strong> of <code>{{size}}</code>");
  REQUIRE(Piece("[sign **in**](/sign-in)") ==
          "<a class=\"govuk-link\" href=\"/sign-in\">sign <strong>in</strong></a>");
  REQUIRE(Piece("[it](there_url)") == "<a class=\"govuk-link\" href=\"{{there_url}}\">it</a>");
}

TEST_CASE("a link in a text leads to a path of ours or to a value that is checked as an address") {
  for (const std::string_view text :
       {"[x](https://example.org)", "[x](//example.org)", "[x](javascript:alert)", "[x](place)",
        "[x](/a", "[x", "**x", "`x", "{x", "{X y}", "{}"}) {
    REQUIRE_FALSE(
        Texts::Parse(base::WriteJson(base::Json::Object({{"page.text", text}}))).has_value());
  }
}

TEST_CASE("places are filled in as plain text") {
  const Texts texts = One("{a} and {b}, {a}");
  REQUIRE(texts.Get("page.text", {{"a", "<1>"}, {"b", "{a}"}}) == "<1> and {a}, <1>");
}

TEST_CASE("a catalogue that is no flat object of texts is refused") {
  for (const std::string_view json :
       {"[]", "{\"page\":\"x\"}", "{\"page.x\":1}", "{\"page.x\":\"\"}", "{\".x\":\"y\"}",
        "{\"page.x\":{\"y\":\"z\"}}", "{\"page.x\":\"a\",\"page.x\":\"b\"}", "{"}) {
    REQUIRE_FALSE(Texts::Parse(json).has_value());
  }
  const std::string longest(kMaxTextBytes, 'a');
  REQUIRE(One(longest).Get("page.text") == longest);
  REQUIRE_FALSE(Texts::Parse("{\"page.text\":\"" + longest + "a\"}").has_value());
}

TEST_CASE("a template that names a text that is missing is an error with its key") {
  const auto piece = One("x").TemplatePiece("page.other");
  REQUIRE_FALSE(piece.has_value());
  REQUIRE(piece.error().where == "page.other");
}

}  // namespace web
