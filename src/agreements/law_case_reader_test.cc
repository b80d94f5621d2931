// Reads cases of law from text; see law_case.h.
#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>

#include "agreements/law_case.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::string_view kBlanks = " \t";

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes the part of `rest` before `mark`, and leaves what follows it.
std::string_view TakeTo(std::string_view& rest, std::string_view mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view taken = rest.substr(0, at);
  rest = at == rest.npos ? std::string_view() : rest.substr(at + mark.size());
  return Trimmed(taken);
}

// true, false and whole numbers are themselves; what stands in quotes and all else is a text.
Json Value(std::string_view text) {
  if (text == "true" || text == "false") return {text == "true"};
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return {text.substr(1, text.size() - 2)};
  }
  std::int64_t number = 0;
  const std::string digits(text);
  const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && *last == '\0') return {number};
  return {text};
}

Json::Members MembersOf(const Json* json) {
  return json != nullptr && json->kind() == Json::Kind::kObject ? json->AsObject()
                                                                : Json::Members();
}
Json::Items ItemsOf(const Json* json) {
  return json != nullptr && json->kind() == Json::Kind::kArray ? json->AsArray() : Json::Items();
}

// `root` with the field at `path` ("asker.kind") as `change` makes it of what was there; without
// the field where the change gives null.
template <typename Change>
Json Changed(const Json* root, std::string_view path, const Change& change) {
  const std::string name(TakeTo(path, "."));
  Json::Members members = MembersOf(root);
  const auto at = std::ranges::find(members, name, &Json::Member::first);
  const Json* old = at == members.end() ? nullptr : &at->second;
  Json fresh = path.empty() ? change(old) : Changed(old, path, change);
  if (at != members.end()) members.erase(at);
  if (fresh.kind() != Json::Kind::kNull) members.emplace_back(name, std::move(fresh));
  return Json::Object(std::move(members));
}

// Whether an item of a list is meant by a word: it is the word, or one of its texts is.
bool IsMeant(const Json& item, std::string_view word) {
  const auto is = [word](const Json& json) {
    return json.kind() == Json::Kind::kString && json.AsString() == word;
  };
  const Json::Members members = MembersOf(&item);
  return is(item) ||
         std::ranges::any_of(members, [&](const auto& each) { return is(each.second); });
}

// JSON as it is, "name=a, country=b" as an object, anything else as a value.
Json ItemOf(std::string_view text) {
  if (text.starts_with('{')) {
    auto json = base::ParseJson(text, base::kRequestJson);
    if (json) return *std::move(json);
  }
  if (text.find('=') == text.npos) return Value(text);
  Json::Members members;
  while (!text.empty()) {
    std::string_view pair = TakeTo(text, ",");
    const std::string name(TakeTo(pair, "="));
    members.emplace_back(name, Value(Trimmed(pair)));
  }
  return Json::Object(std::move(members));
}

// Reads one file, line by line. A case begins at "case" and ends where the next one begins.
class CaseReader {
 public:
  CaseReader(std::string_view file, KnownProposals& known) : file_(file), known_(&known) {}

  base::Result<void> Line(std::string_view line) {
    ++line_;
    const std::string_view trimmed = Trimmed(line);
    if (trimmed.empty() || trimmed.front() == '#') return {};
    std::string_view rest = trimmed;
    const std::string word(TakeTo(rest, " "));
    return Statement(word, Trimmed(rest));
  }

  base::Result<std::vector<LawCase>> Take() {
    TRY(EndCase());
    return std::move(cases_);
  }

 private:
  base::Result<void> Statement(const std::string& word, std::string_view rest) {
    if (word == "proposal" || word == "case") {
      TRY(EndCase());
      open_ = true;
      is_case_ = word == "case";
      now_ = LawCase();
      now_.file = file_;
      now_.line = line_;
      now_.title = rest;
      now_.proposal = Json::Object({});
      return {};
    }
    if (!open_) return Fail("it stands before the first proposal or case");
    if (word == "like") return Like(rest);
    if (word == "today") return Day(rest, now_.today);
    if (word == "objective-ends") return ObjectiveEnds(rest);
    if (word == "expect") return Expect(rest);
    const auto outcome = std::ranges::find(kOutcomeNames, word);
    if (outcome != kOutcomeNames.end()) return ExpectFinding(*outcome, rest);
    return Edit(word, rest);
  }

  base::Result<void> Edit(const std::string& word, std::string_view rest) {
    if (word == "set") {
      const std::string_view path = TakeTo(rest, " ");
      const Json value = Value(Trimmed(rest));
      return Apply(path, [&](const Json*) { return Json(value); });
    }
    if (word == "clear") {
      return Apply(rest, [](const Json*) { return Json(); });
    }
    if (word == "add") {
      const std::string_view path = TakeTo(rest, " ");
      return Append(path, ItemOf(Trimmed(rest)));
    }
    if (word == "drop") {
      const std::string_view path = TakeTo(rest, " ");
      return Drop(path, Trimmed(rest));
    }
    if (word == "column") return Column(rest);
    if (word == "document") return Declare(rest);
    return Fail("no line begins with this word");
  }

  // column NAME (CLASS, TREATMENT): REASON
  base::Result<void> Column(std::string_view rest) {
    const std::string_view name = TakeTo(rest, "(");
    const std::string_view column_class = TakeTo(rest, ",");
    const std::string_view treatment = TakeTo(rest, ")");
    TakeTo(rest, ":");
    return Append("columns", Json::Object({{"name", name},
                                           {"class", column_class},
                                           {"treatment", treatment},
                                           {"reason", Trimmed(rest)}}));
  }

  // document KIND: TITLE, DAY, HELD BY
  base::Result<void> Declare(std::string_view rest) {
    const std::string_view kind = TakeTo(rest, ":");
    const std::string_view title = TakeTo(rest, ",");
    const std::string_view day = TakeTo(rest, ",");
    return Append(
        "documents",
        Json::Object(
            {{"kind", kind}, {"title", title}, {"date", day}, {"held_by", Trimmed(rest)}}));
  }

  base::Result<void> Append(std::string_view path, Json item) {
    return Apply(path, [&](const Json* old) {
      Json::Items items = ItemsOf(old);
      items.push_back(std::move(item));
      return Json::Array(std::move(items));
    });
  }

  base::Result<void> Drop(std::string_view path, std::string_view word) {
    bool dropped = false;
    TRY(Apply(path, [&](const Json* old) {
      Json::Items items = ItemsOf(old);
      dropped = std::erase_if(items, [word](const Json& item) { return IsMeant(item, word); }) > 0;
      return Json::Array(std::move(items));
    }));
    return dropped ? base::Result<void>() : Fail("there is nothing of this name to drop");
  }

  template <typename Change>
  base::Result<void> Apply(std::string_view path, const Change& change) {
    if (path.empty()) return Fail("it names no field");
    now_.proposal = Changed(&now_.proposal, path, change);
    return {};
  }

  base::Result<void> Like(std::string_view name) {
    const auto found = known_->find(std::string(name));
    if (found == known_->end()) return Fail("there is no proposal or case of this name above");
    now_.proposal = found->second.first;
    now_.today = found->second.second;
    return {};
  }

  base::Result<void> Day(std::string_view text, base::CivilDay& day) {
    const auto read = base::ParseCivilDay(text);
    if (!read) return Fail("there is no such day");
    day = *read;
    return {};
  }

  base::Result<void> ObjectiveEnds(std::string_view rest) {
    const std::string objective(TakeTo(rest, " "));
    base::CivilDay day;
    TRY(Day(Trimmed(rest), day));
    now_.objective_ends.emplace_back(objective, day);
    return {};
  }

  base::Result<void> Expect(std::string_view word) {
    const auto outcome = std::ranges::find(kOutcomeNames, word);
    if (outcome == kOutcomeNames.end()) return Fail("there is no such outcome");
    now_.outcome = static_cast<Outcome>(outcome - kOutcomeNames.begin());
    now_.outcome_line = line_;
    return {};
  }

  // OUTCOME RULE: WORDS, or several rules that hold, apart by blanks.
  base::Result<void> ExpectFinding(std::string_view outcome_name, std::string_view rest) {
    const auto outcome = static_cast<Outcome>(std::ranges::find(kOutcomeNames, outcome_name) -
                                              kOutcomeNames.begin());
    std::string_view rules = TakeTo(rest, ":");
    const std::string words(Trimmed(rest));
    if (rules.empty()) return Fail("it names no rule");
    while (!rules.empty()) {
      const std::string rule(TakeTo(rules, " "));
      rules = Trimmed(rules);
      now_.expected.push_back({line_, outcome, rule, words});
    }
    return {};
  }

  base::Result<void> EndCase() {
    if (!open_) return {};
    open_ = false;
    std::string_view title = now_.title;
    const std::string name(TakeTo(title, " "));
    if (!known_->try_emplace(name, now_.proposal, now_.today).second) {
      return Fail("two proposals or cases have one name");
    }
    if (!is_case_) return {};
    if (now_.outcome_line == 0) return Fail("the case above expects nothing");
    cases_.push_back(std::move(now_));
    return {};
  }

  [[nodiscard]] base::Result<void> Fail(std::string_view what) const {
    return base::Fail(ErrorCode::kInvalid, std::string(what), Format("{}:{}", file_, line_),
                      "docs/formats/law-cases.md shows the lines of a case.");
  }

  std::string file_;
  std::size_t line_ = 0;
  bool open_ = false;
  bool is_case_ = false;
  LawCase now_;
  KnownProposals* known_;
  std::vector<LawCase> cases_;
};

}  // namespace

base::Result<std::vector<LawCase>> ReadLawCases(std::string_view file, std::string_view text,
                                                KnownProposals& known) {
  if (text.size() > kMaxCaseFileBytes) {
    return base::Fail(ErrorCode::kTooLarge, "The file of cases is too large", std::string(file));
  }
  CaseReader reader(file, known);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    TRY(reader.Line(text.substr(0, end)));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  return reader.Take();
}

namespace {

base::Result<std::vector<LawCase>> Read(std::string_view text) {
  KnownProposals known;
  return ReadLawCases("a.test", text, known);
}

std::string WhereOf(std::string_view text) {
  const auto cases = Read(text);
  return cases ? "" : cases.error().where + " " + cases.error().what;
}

constexpr std::string_view kExample =
    "# a comment\n"
    "proposal base\n"
    "  today 2026-09-14\n"
    "  set asker.kind district-council\n"
    "  column a (personal, show): one, two\n"
    "  column b (public, show):\n"
    "  document dpia: Title, 2026-09-01, the team\n"
    "\n"
    "case 1 A title\n"
    "  like base\n"
    "  drop columns b\n"
    "  add processors name=X Ltd, country=england\n"
    "  add processors {\"name\": \"Y\"}\n"
    "  set people.least_age 16\n"
    "  set nature.revenue true\n"
    "  clear asker.kind\n"
    "  objective-ends fuel-poverty 2027-01-01\n"
    "  expect advice\n"
    "  advice DP-20: no reason\n"
    "  holds DP-1 DP-2\n";

TEST_CASE("a case is read with what it takes from another") {
  const auto cases = Read(kExample);
  REQUIRE(cases.has_value());
  REQUIRE(cases->size() == 1);
  const LawCase& one = cases->front();
  REQUIRE(one.line == 9);
  REQUIRE(one.title == "1 A title");
  REQUIRE(one.today.Text() == "2026-09-14");
  REQUIRE(
      base::WriteJson(one.proposal) ==
      R"({"documents":[{"kind":"dpia","title":"Title","date":"2026-09-01",)"
      R"("held_by":"the team"}],"columns":[{"name":"a","class":"personal",)"
      R"("treatment":"show","reason":"one, two"}],"processors":[{"name":"X Ltd",)"
      R"("country":"england"},{"name":"Y"}],"people":{"least_age":16},"nature":{"revenue":true},)"
      R"("asker":{}})");
  REQUIRE(one.objective_ends.front().second.Text() == "2027-01-01");
  REQUIRE(one.outcome == Outcome::kAdvice);
  REQUIRE(one.expected.size() == 3);
  REQUIRE(one.expected[0].words == "no reason");
  REQUIRE(one.expected[0].line == 19);
  REQUIRE(one.expected[2].rule == "DP-2");
}

TEST_CASE("a line of another form is refused with file and line") {
  REQUIRE(WhereOf("set a b\n") == "a.test:1 it stands before the first proposal or case");
  REQUIRE(WhereOf("case 1\n  expect lawful\n") == "a.test:2 there is no such outcome");
  REQUIRE(WhereOf("case 1\n  like none\n") ==
          "a.test:2 there is no proposal or case of this name above");
  REQUIRE(WhereOf("case 1\n  today 2026-02-30\n") == "a.test:2 there is no such day");
  REQUIRE(WhereOf("case 1\n  drop columns x\n") ==
          "a.test:2 there is nothing of this name to drop");
  REQUIRE(WhereOf("case 1\n  allow all\n") == "a.test:2 no line begins with this word");
  REQUIRE(WhereOf("case 1\n  set\n") == "a.test:2 it names no field");
  REQUIRE(WhereOf("case 1\n  holds\n") == "a.test:2 it names no rule");
  REQUIRE(WhereOf("case 1\n  today 2026-01-01\n") == "a.test:2 the case above expects nothing");
  REQUIRE(WhereOf("proposal a\nproposal a\n\n") == "a.test:3 two proposals or cases have one name");
  REQUIRE(Read(std::string(kMaxCaseFileBytes + 1, '\n')).error().code == ErrorCode::kTooLarge);
  REQUIRE(Read(std::string(kMaxCaseFileBytes, '\n')).has_value());
}

}  // namespace
}  // namespace agreements
