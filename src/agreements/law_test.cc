#include "agreements/law.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::Format;

// The files of the law, to be changed by a test.
class Files {
 public:
  Files() {
    for (const base::EmbeddedFile& file : LawFiles()) texts_[std::string(file.name)] = file.bytes;
  }

  // Puts `to` in the place of the first `from`, which must be there.
  Files& Replace(const std::string& file, std::string_view from, std::string_view to) {
    std::string& text = texts_.at(file);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    return *this;
  }
  std::string& operator[](const std::string& file) { return texts_[file]; }
  void Remove(const std::string& file) { texts_.erase(file); }

  [[nodiscard]] base::Result<Law> Read() const {
    std::vector<base::EmbeddedFile> files;
    for (const auto& [name, text] : texts_) files.push_back({name, text});
    return ReadLaw(files);
  }
  // What is wrong, with its place.
  [[nodiscard]] std::string Error() const {
    const auto law = Read();
    return law ? "" : Format("{}: {}", law.error().where, law.error().what);
  }

 private:
  std::map<std::string, std::string> texts_;
};

std::string ErrorWith(const std::string& file, std::string_view from, std::string_view to) {
  return Files().Replace(file, from, to).Error();
}

TEST_CASE("the law of the program is read whole") {
  const auto law = Files().Read();
  REQUIRE(law.has_value());
  REQUIRE(law->edition.Text() == "2026-11-24");
  REQUIRE(law->rules.size() == GatewayRules().size());
  const auto checked = std::ranges::count(law->powers, true, &Power::checked);
  REQUIRE(checked == 4);
  REQUIRE(law->powers.size() > 20);
  REQUIRE(Find(law->powers, "dea-48")->acts.size() == 5);
  REQUIRE(Find(law->powers, "dea-47") == nullptr);
  REQUIRE_FALSE(Find(law->powers, "srsa-45a")->commencement.front().from.has_value());
}

// LAW: "No combined authority, police, fire, school, regulator or health body" may use section 48.
TEST_CASE("Schedule 7 names none of those that it must not name") {
  const Law law = *Files().Read();
  const Schedule& schedule = *Find(law.schedules, "dea-7");
  for (const std::string kind :
       {"combined-authority", "police", "fire-authority", "school", "academy", "nhs-body"}) {
    Party party;
    party.place = {kind, "", "england"};
    INFO(kind);
    REQUIRE(MembershipOf(party, schedule, law).state == Membership::State::kNotNamed);
  }
  Party regulator;
  regulator.place = {"regulator", "energy-regulator", "england"};
  REQUIRE(MembershipOf(regulator, schedule, law).state == Membership::State::kNotNamed);
}

// SI 2018/912, Schedule, as the fact sheet lists the paragraphs of Schedule 4.
TEST_CASE("each objective is specified for the paragraphs that the regulations list") {
  const Law law = *Files().Read();
  const auto paragraphs = [&](std::string_view id) { return Find(law.objectives, id)->paragraphs; };
  const auto in_order = [](const std::vector<std::int64_t>& list) {
    return std::ranges::is_sorted(list) && std::ranges::adjacent_find(list) == list.end();
  };
  REQUIRE(paragraphs("multiple-disadvantages").size() == 5 + 2 + 7 + 8 + 6 + 8 + 3);
  REQUIRE(paragraphs("television-retuning").size() == 2 + 7 + 6 + 2);
  REQUIRE(paragraphs("fuel-poverty").size() == 3 + 12 + 2 + 6 + 1 + 6 + 2);
  REQUIRE(paragraphs("water-poverty").size() == 2 + 8 + 1 + 6 + 6);
  REQUIRE(paragraphs("early-learning") == std::vector<std::int64_t>{7, 10, 49, 50});
  for (const Objective& objective : law.objectives) REQUIRE(in_order(objective.paragraphs));
}

// Digital Economy Act 2017, sections 40(2), 41(2), 49(2), 50(2), 57(2), 58(2): the chapter on debt
// lacks physical harm, loss of life and emergencies, and five exceptions are for passing on alone.
TEST_CASE("each chapter has the exceptions of its own list") {
  const Law law = *Files().Read();
  const auto count = [&](std::vector<std::string> Exception::* list, const std::string& power) {
    return std::ranges::count_if(law.exceptions, [&](const Exception& exception) {
      return std::ranges::find(exception.*list, power) != (exception.*list).end();
    });
  };
  REQUIRE(count(&Exception::use, "dea-35") == 10);
  REQUIRE(count(&Exception::use, "dea-48") == 7);
  REQUIRE(count(&Exception::use, "dea-56") == 10);
  REQUIRE(count(&Exception::onward, "dea-35") == 15);
  REQUIRE(count(&Exception::onward, "dea-48") == 12);
  REQUIRE(count(&Exception::onward, "dea-56") == 15);
  for (const std::string id : {"physical-harm", "loss-of-life", "emergency"}) {
    const std::vector<std::string> others = {"dea-35", "dea-56"};
    REQUIRE(Find(law.exceptions, id)->use == others);
    REQUIRE(Find(law.exceptions, id)->onward == others);
  }
}

TEST_CASE("the digest follows what the files say, and not their blanks") {
  const base::Digest digest = Files().Read()->digest;
  REQUIRE(Files().Replace("powers.json", "\n", "\n \n").Read()->digest == digest);
  REQUIRE(Files().Replace("powers.json", "Collecting a debt", "Gathering a debt").Read()->digest !=
          digest);
  REQUIRE(Files().Replace("edition.json", "2026-11-24", "2026-11-25").Read()->digest != digest);
}

TEST_CASE("a file that has another form is refused with its name and place") {
  REQUIRE(ErrorWith("bodies.json", "tabularium-law-1", "tabularium-law-2")
              .starts_with("law/bodies.json /format"));
  REQUIRE(ErrorWith("bodies.json", "\"competent\"", "\"competence\"")
              .starts_with("law/bodies.json /kinds/"));
  REQUIRE(ErrorWith("powers.json", "\"sureness\": \"act\"", "\"sureness\": \"sure\"")
              .starts_with("law/powers.json /powers/0/sureness"));
  REQUIRE(ErrorWith("powers.json", "2018-07-19", "2018-02-30")
              .starts_with("law/powers.json /powers/0/commencement/0/from"));
  REQUIRE(ErrorWith("edition.json", "{", "[").starts_with("law/edition.json line"));
  REQUIRE(ErrorWith("objectives.json", "\"fuel-poverty\"", "\"Fuel poverty\"")
              .starts_with("law/objectives.json /objectives/2/id"));
  REQUIRE(ErrorWith("conditions.json", "\"required\"", "\"wanted\"")
              .starts_with("law/conditions.json /schedule_1/0/policy_document"));
  Files missing;
  missing.Remove("rules.json");
  REQUIRE(missing.Error() == "law: These are not the files of a law");
  Files more;
  more["notes.json"] = "{}";
  REQUIRE(more.Error() == "law: These are not the files of a law");
}

TEST_CASE("what one entry names must be in the law") {
  const std::string absent = "It names nobody, which is not in the law";
  REQUIRE(ErrorWith("bodies.json", "\"kind\": \"uk-department\"", "\"kind\": \"nobody\"") ==
          "law: bodies, home-office: " + absent);
  REQUIRE(ErrorWith("schedules.json", "\"home-office\"", "\"nobody\"") ==
          "law: schedules, dea-4: " + absent);
  REQUIRE(ErrorWith("schedules.json", "[\"police\"]", "[\"nobody\"]") ==
          "law: schedules, dea-4: " + absent);
  REQUIRE(ErrorWith("schedules.json", "[\"england\"]", "[\"france\"]") ==
          "law: schedules, dea-4: It names france, which is no country of the law");
  REQUIRE(ErrorWith("schedules.json", "\"countries\": [\"england\"]", "\"countries\": []") ==
          "law: schedules, dea-4: Kinds of body need countries, and countries need kinds");
  REQUIRE(ErrorWith("powers.json", "\"schedule\": \"dea-7\"", "\"schedule\": \"nobody\"") ==
          "law: powers, dea-48: " + absent);
  REQUIRE(ErrorWith("powers.json", "\"country\": \"wales\"", "\"country\": \"mars\"") ==
          "law: powers, dea-35: It names mars, which is no country of the law");
  REQUIRE(ErrorWith("powers.json", "\"checked\": false", "\"checked\": true")
              .starts_with("law: powers, dea-36: A power has commencement dates"));
  REQUIRE(ErrorWith("objectives.json", "\"power\": \"dea-35\"", "\"power\": \"nobody\"") ==
          "law: objectives, multiple-disadvantages: " + absent);
  REQUIRE(ErrorWith("objectives.json", "\"countries\": [\"england\"", "\"countries\": [\"mars\"") ==
          "law: objectives, multiple-disadvantages: It names mars, which is no country of the law");
  REQUIRE(ErrorWith("objectives.json", ", \"greatest_mhz\": 790", "") ==
          "law: objectives, television-retuning: A band of frequencies has two ends");
  REQUIRE(ErrorWith("objectives.json", ", \"greatest_age\": 24", "") ==
          "law: objectives, multiple-disadvantages: A range of ages has two ends");
  REQUIRE(ErrorWith("conditions.json", "\"use\": [\"dea-35\"", "\"use\": [\"nobody\"") ==
          "law: exceptions, already-public: " + absent);
  REQUIRE(ErrorWith("conditions.json", "\"onward\": [\"dea-35\"", "\"onward\": [\"nobody\"") ==
          "law: exceptions, already-public: " + absent);
  REQUIRE(ErrorWith("rules.json", "\"powers\": [\"srsa-45a\"]", "\"powers\": [\"nobody\"]") ==
          "law: rules, DEA-0-1: " + absent);
}

TEST_CASE("a body is found by its name or an alias, and no two have one") {
  const Law law = *Files().Read();
  REQUIRE(BodyOfName(law, "HM Revenue and Customs")->id == "hmrc");
  REQUIRE(BodyOfName(law, "office for national statistics")->id == "statistics-board");
  REQUIRE(BodyOfName(law, "Ambleford District Council") == nullptr);
  REQUIRE(ErrorWith("bodies.json", "\"Ofgem\"", "\"home office\"") ==
          "law: bodies, energy-regulator: Another name of the list is the same, apart from its "
          "case");
}

TEST_CASE("ids differ in each list") {
  for (const auto& [file, from, to] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"bodies.json", "\"id\": \"uk-agency\"", "\"id\": \"uk-department\""},
           {"bodies.json", "\"id\": \"defence\"", "\"id\": \"home-office\""},
           {"schedules.json", "\"id\": \"dea-8\"", "\"id\": \"dea-7\""},
           {"powers.json", "\"id\": \"dea-36\"", "\"id\": \"dea-37\""},
           {"objectives.json", "\"id\": \"water-poverty\"", "\"id\": \"fuel-poverty\""},
           {"conditions.json", "\"id\": \"contract\"", "\"id\": \"consent\""},
           {"conditions.json", "\"id\": \"paragraph-2\"", "\"id\": \"paragraph-1\""},
           {"conditions.json", "\"id\": \"crime\"", "\"id\": \"consent\""},
           {"conditions.json", "\"id\": \"dpia\"", "\"id\": \"business-case\""},
           {"rules.json", "\"id\": \"DP-2\"", "\"id\": \"DP-1\""}}) {
    INFO(to);
    REQUIRE(ErrorWith(file, from, to).ends_with("Two entries have one id"));
  }
}

TEST_CASE("each rule of the program has its source, and each source its rule") {
  REQUIRE(ErrorWith("rules.json", "\"id\": \"DP-2\"", "\"id\": \"DP-99\"") ==
          "law: rules, DP-99: The program has no rule of this id");
  Files files;
  std::string& text = files["rules.json"];
  const std::size_t at = text.find("    {\"id\": \"DP-2\"");
  text.erase(at, text.find('\n', at) + 1 - at);
  REQUIRE(files.Error() == "law: rules, DP-2: The source of this rule is missing");
}

TEST_CASE("a text may have 400 characters and no more") {
  const std::string from = "Collecting a debt";
  REQUIRE(ErrorWith("powers.json", from, std::string(400, 'a')).empty());
  REQUIRE(ErrorWith("powers.json", from, std::string(401, 'a')).find("title") != std::string::npos);
  REQUIRE_FALSE(ErrorWith("powers.json", from, "").empty());
}

TEST_CASE("a changed byte never ends the program, and never leaves the digest as it was") {
  const base::Digest digest = Files().Read()->digest;
  for (const base::EmbeddedFile& file : LawFiles()) {
    for (std::size_t at = 0; at < file.bytes.size(); at += 499) {
      Files files;
      std::string& text = files[std::string(file.name)];
      text[at] = text[at] == 'x' ? 'y' : 'x';
      const auto law = files.Read();
      if (law) REQUIRE(law->digest != digest);
    }
  }
}

TEST_CASE("a rule stands where it stands for the power, or whatever the power") {
  const RuleSource source{
      .id = "DEA-0-1", .says = "", .citations = {{{"dea-48"}, "section 48"}, {{}, "any"}}};
  REQUIRE(source.For("dea-48")->citation == "section 48");
  REQUIRE(source.For("dea-56")->citation == "any");
  const RuleSource bound{.id = "DEA-48-1", .says = "", .citations = {{{"dea-48"}, "section 48"}}};
  REQUIRE(bound.For("dea-56") == nullptr);
}

}  // namespace
}  // namespace agreements
