// Tests of: proposal.cc
#include "agreements/proposal.h"

#include <doctest/doctest.h>

#include "base/format.h"

namespace agreements {
namespace {

using base::Format;

constexpr std::string_view kParty =
    R"({"name":"A Council","kind":"district-council","country":"england",)"
    R"("serves":{"kind":"county-council","country":"wales"},"role":"joint-controller",)"
    R"("regime":"law-enforcement","basis":"consent","duty":"d","withdrawal":"w"})";
constexpr std::string_view kOwner =
    R"({"name":"HM Revenue and Customs","kind":"uk-department","body":"hmrc",)"
    R"("country":"united-kingdom"})";

// Every member, in the order in which it is written.
std::string Whole() {
  return Format(R"({{"owner":{},"asker":{},"recipients":[{}],)", kOwner, kParty, kParty) +
         R"("processors":[{"name":"P","country":"fr"}],"power":"dea-35",)"
         R"("objective":"fuel-poverty","act":"fuel-costs","purpose":"p","need":"n",)"
         R"("held_for":{"function":"f","named_function":true,"service":true},)"
         R"("other_uses":[{"use":"u","exception":"crime"}],)"
         R"("onward":[{"to":"t","exception":"court-order"}],"territory":["england","wales"],)"
         R"("condition":"health-care","schedule_1":"paragraph-2","criminal_authority":"a",)"
         R"("enforcement_reuse":"r","columns":[{"name":"c","class":"special-category",)"
         R"("identifies":true,"treatment":"postcode-district","reason":"why"}],)"
         R"("rows":{"any":["thing",1.5]},"rows_reason":"rr","member_of":{"column":"c",)"
         R"("list":"overdue-2026","list_column":"l","carry":["x"],"least_size":100,)"
         R"("greatest_size":5000,"follows_versions":true},"nature":{"revenue":true,)"
         R"("health_or_care":true,"patient":true,"companies":true},)"
         R"("debt":{"owed_to":"crown","due":"2026-01-01"},)"
         R"("fraud":{"offence":"scots-law","loser":"other"},)"
         R"("people":{"beneficiaries":"households","factors":["disability"],"least_age":16,)"
         R"("greatest_age":24},"scheme":{"name":"s","least_mhz":470,"greatest_mhz":790,)"
         R"("closes":"2027-01-01"},"scale":{"profiling":true,"large_scale":true,)"
         R"("public_monitoring":true,"high_risk":true},"start":"2026-09-21",)"
         R"("review":"2027-03-22","end":"2027-09-20","retention":"P6Y","deletion":"d",)"
         R"("informing":"i","contact":"c","documents":[{"kind":"dpia","title":"t",)"
         R"("date":"2026-09-01","held_by":"h","sha256":")" +
         std::string(64, 'a') + R"(","party":"P","covers":["principles"]}]})";
}

base::Result<Proposal> Read(std::string_view text) {
  const auto json = base::ParseJson(text, base::kRequestJson);
  REQUIRE(json.has_value());
  return ReadProposal(base::JsonItem(*json, ""), *base::ParseCivilDay("2026-09-14"));
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text = Whole();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string WordError(std::string_view from, std::string_view to) {
  static const Law law = *ReadLaw(LawFiles());
  const auto proposal = Read(Replaced(from, to));
  REQUIRE(proposal.has_value());
  const auto words = CheckWords(*proposal, law);
  return words ? "" : words.error().where;
}

TEST_CASE("a proposal comes back as it was written, with every member") {
  const auto proposal = Read(Whole());
  if (!proposal) FAIL(proposal.error().Text());
  REQUIRE(base::WriteJson(ProposalJson(*proposal)) == Whole());
  REQUIRE(proposal->today.Text() == "2026-09-14");
  REQUIRE(proposal->columns[0].treatment == catalogue::kPostcodeDistrict);
  REQUIRE(proposal->asker.serves->country == "wales");
}

TEST_CASE("an empty draft is a proposal, and is written as one") {
  const auto proposal = Read("{}");
  REQUIRE(proposal.has_value());
  REQUIRE(base::WriteJson(ProposalJson(*proposal)) == "{}");
}

TEST_CASE("every class and treatment has the name that the schema gives it") {
  for (std::uint32_t bit = catalogue::kShow; bit <= catalogue::kDrop; bit <<= 1U) {
    const std::string name(catalogue::TreatmentNames(bit).front());
    const auto read = Read(Replaced("postcode-district", name));
    REQUIRE(read.has_value());
    REQUIRE(read->columns[0].treatment == bit);
  }
  for (unsigned char i = 0; i < 5; ++i) {
    const auto column_class = static_cast<catalogue::ColumnClass>(i);
    const std::string name(catalogue::ColumnClassName(column_class));
    const auto read = Read(Replaced("special-category", name));
    REQUIRE(read.has_value());
    REQUIRE(read->columns[0].column_class == column_class);
  }
}

TEST_CASE("what no proposal may hold is refused with its place") {
  for (const auto& [from, to, where] :
       std::vector<std::tuple<std::string_view, std::string_view, std::string_view>>{
           {R"("need")", R"("needs")", "/needs"},
           {R"("role":"joint-controller")", R"("role":"boss")", "/asker/role"},
           {R"("role":"joint-controller")", R"("role":"")", "/asker/role"},
           {R"("kind":"district-council")", R"("kind":"District council")", "/asker/kind"},
           {R"("start":"2026-09-21")", R"("start":"2026-02-30")", "/start"},
           {R"("start":"2026-09-21")", R"("start":20260921)", "/start"},
           {R"("treatment":"postcode-district")", R"("treatment":"hide")", "/columns/0/treatment"},
           {R"("class":"special-category")", R"("class":"secret")", "/columns/0/class"},
           {R"("name":"c","class")", R"("name":"","class")", "/columns/0/name"},
           {R"("least_size":100)", R"("least_size":-1)", "/member_of/least_size"},
           {R"("sha256":"a)", R"("sha256":"A)", "/documents/0/sha256"},
           {R"("sha256":"aa)", R"("sha256":"a)", "/documents/0/sha256"},
           {R"("revenue":true)", R"("revenue":"yes")", "/nature/revenue"}}) {
    INFO(to);
    const auto read = Read(Replaced(from, to));
    REQUIRE_FALSE(read.has_value());
    REQUIRE(read.error().where == where);
  }
}

TEST_CASE("limits hold at their last good value and not at the next") {
  const auto purpose = [](std::size_t length) {
    return Read(
        Replaced(R"("purpose":"p")", Format(R"("purpose":"{}")", std::string(length, 'p'))));
  };
  REQUIRE(purpose(kMaxTextLength).has_value());
  REQUIRE(purpose(kMaxTextLength + 1).error().where == "/purpose");
  const auto uses = [](std::size_t count) {
    std::string list = R"({"use":"u"})";
    for (std::size_t i = 1; i < count; ++i) list += R"(,{"use":"u"})";
    return Read(Replaced(R"({"use":"u","exception":"crime"})", list));
  };
  REQUIRE(uses(kMaxProposalItems).has_value());
  REQUIRE(uses(kMaxProposalItems + 1).error().where == "/other_uses");
}

TEST_CASE("words that the law does not have are named by their place") {
  REQUIRE(WordError("fuel-costs", "fuel-costs").empty());
  REQUIRE(WordError("fuel-costs", kNoAct).empty());
  REQUIRE(WordError("fuel-costs", "fuel-cost") == "/act");
  REQUIRE(WordError("uk-department", "ministry") == "/owner/kind");
  REQUIRE(WordError(R"("body":"hmrc")", R"("body":"hmcr")") == "/owner/body");
  REQUIRE(WordError("united-kingdom", "britain") == "/owner/country");
  REQUIRE(WordError("county-council", "shire") == "/asker/serves/kind");
  REQUIRE(WordError(R"("basis":"consent")", R"("basis":"luck")") == "/asker/basis");
  REQUIRE(WordError(R"("country":"fr")", R"("country":"gb")") == "/processors/0/country");
  REQUIRE(WordError(R"("power":"dea-35")", R"("power":"dea-34")") == "/power");
  REQUIRE(WordError("fuel-poverty", "fuel") == "/objective");
  REQUIRE(WordError("crime", "fun") == "/other_uses/0");
  REQUIRE(WordError("court-order", "fun") == "/onward/0");
  REQUIRE(WordError("health-care", "health") == "/condition");
  REQUIRE(WordError("paragraph-2", "paragraph-99") == "/schedule_1");
  REQUIRE(WordError(R"("kind":"dpia")", R"("kind":"paper")") == "/documents/0/kind");
  REQUIRE(WordError(R"(["england","wales"])", R"(["england","united-kingdom"])") == "/territory/1");
  REQUIRE(WordError("uk-department", "public-body") == "/owner/kind");
}

TEST_CASE("a declared document is found by its kind, and by whom it is about") {
  Proposal proposal;
  proposal.documents.push_back({.kind = "dpia",
                                .title = "one",
                                .date = {},
                                .held_by = "",
                                .sha256 = "",
                                .party = "X",
                                .covers = {}});
  REQUIRE(proposal.Declared("dpia")->title == "one");
  REQUIRE(proposal.Declared("dpia", "X") != nullptr);
  REQUIRE(proposal.Declared("dpia", "Y") == nullptr);
  REQUIRE(proposal.Declared("business-case") == nullptr);
}

}  // namespace
}  // namespace agreements
