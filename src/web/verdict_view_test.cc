#include "web/verdict_view.h"

#include <doctest/doctest.h>

#include "base/event_log.h"
#include "web/embedded.h"
#include "web/json_view.h"
#include "web/templates.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;

Json Parsed(const std::string& text) { return base::ParseJson(text, base::kRequestJson).value(); }

Json Verdict(const std::string& counts, const std::string& findings, bool may_be_sent = true) {
  return Parsed(R"({"format":"tabularium-verdict-1","outcome":"advice","may_be_sent":)" +
                std::string(may_be_sent ? "true" : "false") +
                R"(,"power":"dea-48","checked":"2026-09-14","law":{"edition":"2026-11-24",)"
                R"("digest":"00"},"counts":{)" +
                counts + "},\"findings\":[" + findings +
                R"(],"other_powers":[{"power":"dea-56","title":"Section 56","purpose":"Fraud"}]})");
}

std::string Finding(const std::string& rule, const std::string& outcome, const std::string& group,
                    const std::string& more = R"("declared":null)") {
  return R"({"rule":")" + rule + R"(","group":")" + group + R"(","outcome":")" + outcome +
         R"(","sentence":"So it is <b>.","remedy":"Do it.","citation":"An Act","sureness":"act",)" +
         more + "}";
}

Json Mixed() {
  return Verdict(
      R"("refused":0,"not-checked-yet":0,"advice":2,"note":1,"holds":20)",
      Finding("DEA-0-1", "holds", "power") + "," + Finding("N-1", "note", "power") + "," +
          Finding("A-1", "advice", "power") + "," +
          Finding("DP-3", "holds", "data-protection",
                  R"("declared":{"title":"T","date":"2026-09-01","held_by":"the council"})"));
}

std::string Rendered(base::Literal name, const Json& view) {
  const auto templates = Templates::Compile(TemplateFiles(), English());
  REQUIRE(templates.has_value());
  const auto text = (*templates)->Render(name, Json::Object({{"verdict", view}}));
  REQUIRE(text.has_value());
  return *text;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("one line says what the verdict is, the worst first") {
  REQUIRE(VerdictWords(Mixed(), English()) == "No rule refuses this");
  REQUIRE(VerdictCounts(Mixed(), English()) == "2 pieces of advice, 1 note, 20 hold");
  REQUIRE(VerdictOpen(Mixed(), English()) == "2 pieces of advice, 1 note");
  const Json refused = Verdict(R"("refused":1,"advice":0,"note":0,"holds":3)", "", false);
  REQUIRE(VerdictWords(refused, English()) == "1 rule refuses this");
  REQUIRE(VerdictOpen(refused, English()) == "1 refuses");
  REQUIRE_FALSE(LetsSend(refused));
  const Json unchecked = Verdict(R"("refused":0,"not-checked-yet":1)", "", false);
  REQUIRE(VerdictWords(unchecked, English()) == "Not checked yet");
}

TEST_CASE("no verdict is not checked yet, and lets nothing be sent") {
  REQUIRE(VerdictWords(Json(), English()) == "Not checked yet");
  REQUIRE(VerdictCounts(Json(), English()).empty());
  REQUIRE_FALSE(LetsSend(Json()));
  REQUIRE(RulesChecked(Json()) == 0);
  const std::string panel = Rendered("verdict_panel", VerdictView(Json(), {}, English()));
  REQUIRE(Has(panel, "Legal check: Not checked yet"));
  REQUIRE_FALSE(Has(panel, "tab-panel--pass"));
}

TEST_CASE("advice stands before notes, what holds in its group, the id last") {
  const Json view = VerdictView(Mixed(), "/requests/DSR-2026-0001/check", English());
  const auto& open = ItemsOf(MemberOf(view, "open"), "rules");
  REQUIRE(open.size() == 2);
  REQUIRE(TextOf(open[0], "rule") == "A-1");
  REQUIRE(TextOf(open[1], "rule") == "N-1");
  REQUIRE(ItemsOf(MemberOf(view, "power"), "rules").size() == 1);
  const std::string page = Rendered("verdict", view);
  REQUIRE(Has(page, "So it is &lt;b&gt;."));
  REQUIRE(Has(page, "“T”, 1 September 2026, held by the council. Declared, not seen"));
  REQUIRE(Has(page, "An Act. Read in the Act. Rule <code>DP-3</code>."));
  REQUIRE_FALSE(Has(page, "What stops it"));
  const std::string panel = Rendered("verdict_panel", view);
  REQUIRE(Has(panel, "tab-panel--advice"));
  REQUIRE(Has(panel, "20 rules hold. Left open:"));
  REQUIRE(Has(panel, "href=\"/requests/DSR-2026-0001/check\""));
}

TEST_CASE("a refusal and a power that is not encoded stop the request") {
  const Json refused = Verdict(
      R"("refused":1,"not-checked-yet":1,"advice":0,"note":0,"holds":0)",
      Finding("B-1", "not-checked-yet", "power") + "," + Finding("B-2", "refused", "power"), false);
  const Json view = VerdictView(refused, {}, English());
  const auto& stops = ItemsOf(MemberOf(view, "stops"), "rules");
  REQUIRE(TextOf(stops.at(0), "rule") == "B-2");
  REQUIRE(TextOf(stops.at(1), "word") == "Not checked yet");
  REQUIRE(TextOf(view, "panel") == "tab-panel--refuse");
  REQUIRE(ItemsOf(MemberOf(view, "others"), "powers").size() == 1);
  REQUIRE(Has(Rendered("verdict", view), "What stops it"));
}

TEST_CASE("a verdict of another form shows nothing that is not there") {
  const Json odd = Parsed(R"({"counts":[],"findings":[1,{"outcome":"odd","rule":7}],"law":4})");
  REQUIRE(VerdictWords(odd, English()) == "Not checked yet");
  REQUIRE(MemberOf(VerdictView(odd, {}, English()), "open").kind() == Json::Kind::kNull);
}

}  // namespace web
