// Tests of: request_words.cc
#include "web/request_part.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/simulated_world.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;

const PartSources& Sources() {
  static const PartSources sources{&TheLaw(), "0123456789abcdef0123456789abcdef"};
  return sources;
}

Json Parsed(const std::string& text) { return base::ParseJson(text, base::kRequestJson).value(); }

Json Draft(const std::string& proposal = "{}") {
  return Parsed(
      R"({"format":"tabularium-request-1","title":"Jobs","dataset":"jobs-1","proposal":)" +
      proposal + "}");
}

Form Sent(std::string body) {
  base::SimulatedWorld world{1};
  http::Request request{http::RequestId::Random(world.randomness())};
  request.body = std::move(body);
  REQUIRE(request.headers.Add("Content-Type", "application/x-www-form-urlencoded").has_value());
  return Form::Parse(request).value();
}

std::string TextAt(const Json& document, std::string_view place) {
  const Json& value = ValueAt(document, place);
  return value.kind() == Json::Kind::kString ? value.AsString() : "(none)";
}

bool Asks(const std::vector<Field>& fields, std::string_view name) {
  return std::ranges::find(fields, name, &Field::name) != fields.end();
}

}  // namespace

TEST_CASE("days are read as people write them, and only those that exist") {
  REQUIRE(ParseDay("31 03 2026")->Text() == "2026-03-31");
  REQUIRE(ParseDay("1/3/2026")->Text() == "2026-03-01");
  REQUIRE(ParseDay("01.03.2026")->Text() == "2026-03-01");
  REQUIRE(ParseDay("2026-03-31")->Text() == "2026-03-31");
  for (const char* text :
       {"", "31 02 2026", "31 03", "1 2 3 4", "a b c", "0 1 2026", "1 1 99999999999999999999"}) {
    CAPTURE(text);
    REQUIRE_FALSE(ParseDay(text).has_value());
  }
}

TEST_CASE("a value is put in its place and taken away, and the rest stays") {
  Json document = WithValue(Draft(), "/proposal/debt/due", "2026-03-31");
  REQUIRE(TextAt(document, "/proposal/debt/due") == "2026-03-31");
  REQUIRE(TextAt(document, "/title") == "Jobs");
  document = WithValue(document, "/proposal/debt/due", Json());
  REQUIRE(document == Draft());
  REQUIRE(ValueAt(document, "/title/of/nothing").kind() == Json::Kind::kNull);
}

TEST_CASE("every question has its words, and every choice") {
  for (const char* power : {"dea-35", "dea-48", "dea-56"}) {
    const Json document = Draft(R"({"power":")" + std::string(power) + "\"}");
    for (std::size_t i = 0; i < kRequestPartNames.size(); ++i) {
      const auto fields = PartFields(static_cast<RequestPart>(i), document, Sources(), English());
      REQUIRE_FALSE(fields.empty());
      for (const Field& field : fields) {
        CAPTURE(field.name);
        REQUIRE_FALSE(field.label.empty());
        const bool chooses =
            field.kind == Field::Kind::kSelect || field.kind == Field::Kind::kCheckboxes;
        REQUIRE(field.choices.empty() != chooses);
      }
    }
  }
}

TEST_CASE("some questions belong to one power") {
  const auto of = [](const std::string& proposal) {
    return PartFields(RequestPart::kPower, Draft(proposal), Sources(), English());
  };
  REQUIRE_FALSE(Asks(of("{}"), "proposal.debt.due"));
  REQUIRE(Asks(of(R"({"power":"dea-48"})"), "proposal.debt.due"));
  REQUIRE(Asks(of(R"({"power":"dea-56"})"), "proposal.fraud.loser"));
}

TEST_CASE("answers stand in their places, and what is empty is taken away") {
  const Json before = Draft(R"({"power":"dea-48","act":"collect-debt","territory":["wales"]})");
  const auto answers =
      ReadPart(RequestPart::kPower,
               Sent("proposal.power=dea-48&proposal.act=&proposal.debt.owed_to=crown&"
                    "proposal.debt.due=31+3+2026&proposal.territory=england&"
                    "proposal.territory=scotland&proposal.nature=companies&"
                    "proposal.held_for.function=Tax"),
               before, Sources(), English());
  REQUIRE(answers.IsRight());
  REQUIRE(TextAt(answers.document, "/proposal/debt/due") == "2026-03-31");
  REQUIRE(TextAt(answers.document, "/proposal/act") == "(none)");
  REQUIRE(base::WriteJson(ValueAt(answers.document, "/proposal/territory")) ==
          R"(["england","scotland"])");
  REQUIRE(base::WriteJson(ValueAt(answers.document, "/proposal/nature")) ==
          R"({"companies":true})");
}

TEST_CASE("what cannot be read is kept in its field and said there") {
  const auto answers =
      ReadPart(RequestPart::kDates, Sent("proposal.start=31+2+2026&proposal.end=1+1+2027"), Draft(),
               Sources(), English());
  REQUIRE_FALSE(answers.IsRight());
  REQUIRE(answers.fields.front().value == "31 2 2026");
  REQUIRE(answers.fields.front().error == "Enter a real date, like 31 03 2026");
  REQUIRE(FieldAt(answers.fields, "/proposal/end") == "proposal.end");
  REQUIRE(FieldAt(answers.fields, "/end") == "proposal.end");
  REQUIRE(FieldAt(answers.fields, "/policy").empty());
}

TEST_CASE("lines are a list, and a number is one") {
  const Json before = Parsed(R"({"title":"Jobs","policy":{"recipients":["a"]},"proposal":{}})");
  const auto answers = ReadPart(
      RequestPart::kPeople,
      Sent("policy.recipients=+ab+%0D%0A%0D%0Acd&policy.purposes=tax&policy.uses_per_day=20"),
      before, Sources(), English());
  REQUIRE(base::WriteJson(ValueAt(answers.document, "/policy")) ==
          R"({"recipients":["ab","cd"],"purposes":["tax"],"uses_per_day":20})");
  for (const char* const number : {"many", "-1", "9223372036854775808", "18446744073709551615"}) {
    CAPTURE(number);
    const Form sent = Sent("policy.uses_per_day=" + std::string(number));
    REQUIRE_FALSE(ReadPart(RequestPart::kPeople, sent, before, Sources(), English()).IsRight());
  }
}

TEST_CASE("a part is as far as its answers, and a refusal is its problem") {
  using enum PartStatus;
  REQUIRE(StatusOf(RequestPart::kWhy, Draft(), {}) == kNotStarted);
  REQUIRE(StatusOf(RequestPart::kPeople, Draft(), {}) == kCannot);
  REQUIRE(StatusOf(RequestPart::kDates, Draft(R"({"start":"2026-01-01"})"), {}) == kInProgress);
  const Json whole = Draft(R"({"start":"2026-01-01","end":"2027-01-01","deletion":"By the team"})");
  REQUIRE(StatusOf(RequestPart::kDates, whole, {}) == kCompleted);
  const Json refused = Parsed(R"({"findings":[{"outcome":"refused","group":"power"}]})");
  REQUIRE(StatusOf(RequestPart::kDates, whole, refused) == kCompleted);
  REQUIRE(StatusOf(RequestPart::kPower, Draft(R"({"power":"dea-48"})"), refused) == kProblem);
}

}  // namespace web
