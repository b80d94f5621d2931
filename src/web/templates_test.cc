#include "web/templates.h"

#include <doctest/doctest.h>

namespace web {
namespace {

using base::Json;

const Texts& NoTexts() {
  static const Texts texts = Texts::Parse("{\"page.hello\":\"Hello **{name}**\"}").value();
  return texts;
}

std::string RenderOne(std::string_view source, const Json& view) {
  const base::EmbeddedFile files[] = {{"one.mustache", source}};
  return Templates::Compile(files, NoTexts()).value()->Render("one", view).value();
}

Json Named(std::string_view name) { return Json::Object({{"name", name}}); }

}  // namespace

TEST_CASE("values are escaped in text and in attributes, whatever they hold") {
  const std::string hostile = "\"><script>alert('1')</script>&amp;{{name}}[[page.hello]]";
  const std::string page = RenderOne("<p title=\"{{name}}\">{{name}}</p>", Named(hostile));
  REQUIRE(page.find("<script") == std::string::npos);
  REQUIRE(page.find("title=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)") != std::string::npos);
  REQUIRE(page.find("&amp;amp;{{name}}[[page.hello]]") != std::string::npos);  // not read again
}

TEST_CASE("letters of every script pass unchanged") {
  const std::string name = "Môn \u202eabc \u05d0\u05d1 \U0001F600";
  REQUIRE(RenderOne("{{name}}", Named(name)) == name);
}

TEST_CASE("texts of the catalogue and other templates are put in when compiled") {
  const base::EmbeddedFile files[] = {{"inner.mustache", "({{name}})"},
                                      {"outer.mustache", "[[ page.hello ]] {{> inner }}"}};
  const auto templates = Templates::Compile(files, NoTexts()).value();
  REQUIRE(templates->Render("outer", Named("<b>")).value() ==
          "Hello <strong>&lt;b&gt;</strong> (&lt;b&gt;)");
}

TEST_CASE("sections show lists and truths; null is false") {
  const Json view = Json::Object({{"yes", true},
                                  {"no", nullptr},
                                  {"items", Json::Array({"a", "b"})},
                                  {"rows", Json::Array({Json::Object({{"name", 1}})})}});
  REQUIRE(RenderOne("{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{^no}}-{{/no}}{{#items}}{{.}}{{/items}}"
                    "{{#rows}}{{name}}{{/rows}}",
                    view) == "y-ab1");
}

TEST_CASE("a name that the view lacks is an error, not a gap") {
  const base::EmbeddedFile files[] = {{"one.mustache", "{{#list}}{{nmae}}{{/list}}"}};
  const auto templates = Templates::Compile(files, NoTexts()).value();
  const auto page = templates->Render("one", Json::Object({{"list", Json::Array({Named("x")})}}));
  REQUIRE_FALSE(page.has_value());
  REQUIRE(page.error().where == "one: nmae");
  REQUIRE_FALSE(templates->Render("two", Json::Object({})).has_value());
}

TEST_CASE("an address that is not safe to follow never reaches a page") {
  for (const std::string_view url :
       {"javascript:alert(1)", "//example.org", "http://example.org", "data:text/html,x", "", "x",
        "/a b", "/a\nb", "/\\example.org", "\x01/x"}) {
    REQUIRE_FALSE(IsSafeUrl(url));
    const base::EmbeddedFile files[] = {{"one.mustache", "{{there_url}}"}};
    const auto templates = Templates::Compile(files, NoTexts()).value();
    REQUIRE_FALSE(templates->Render("one", Json::Object({{"there_url", url}})).has_value());
  }
  for (const std::string_view url : {"/", "/a?b=c", "#main", "https://example.org/"}) {
    REQUIRE(IsSafeUrl(url));
  }
}

TEST_CASE("templates that are none, are missing or nest without end are refused") {
  for (const std::string_view source :
       {"{{#a}}", "{{/a}}", "{{> one}}", "{{> two}}", "[[page.none]]", "[[page.hello", "{{a"}) {
    const base::EmbeddedFile files[] = {{"one.mustache", source}};
    REQUIRE_FALSE(Templates::Compile(files, NoTexts()).has_value());
  }
}

}  // namespace web
