#include "agreements/policy.h"

#include <doctest/doctest.h>

#include <array>

#include "agreements/policy_testing.h"
#include "base/canonical_json.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;

constexpr const char* kExample = R"({
  "format": "tabularium-policy-1", "dataset": "paye-employments",
  "columns": [
    {"name": "nino", "treatment": "token", "reason": "Keep jobs together"},
    {"name": "pay", "treatment": "band",
     "bands": [{"from": "0.00"}, {"from": "15000.00", "label": "£15,000 or more"}]}],
  "condition": {"test": "equal", "column": "area", "value": {"property": "area-code"}},
  "member_of": {"column": "nino", "list": "overdue-2026", "list_column": "nino",
                "normalisation": "compact", "carry": [{"column": "account", "as": "our_account"}],
                "least_entries": 100, "greatest_entries": 10000, "follow_newer": true},
  "purposes": ["council-tax-recovery"],
  "recipients": ["0123456789abcdef0123456789abcdef"],
  "doors": ["query", "download"], "uses_per_day": 20})";

base::Result<Policy> ReadJson(const Json& json) { return ReadPolicy(base::JsonItem(json, "")); }
base::Result<Policy> Read(const std::string& text) { return ReadJson(JsonOf(text)); }

// The example with one piece of its text replaced.
std::string Changed(std::string_view from, std::string_view to) {
  std::string text = kExample;
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("a policy comes back as it was written, and so does its canonical form") {
  const Policy policy = Read(kExample).value();
  REQUIRE(policy.columns[1].bands[1].label == "\u00A315,000 or more");
  REQUIRE(policy.member_of->normalisation == engine::Normalisation::kCompact);
  REQUIRE(PolicyJson(policy) == JsonOf(kExample));
  const std::string canonical = base::WriteCanonicalJson(PolicyJson(policy)).value();
  const Json again = base::ParseCanonicalJson(canonical, base::kRequestJson).value();
  REQUIRE(ReadJson(again).value() == policy);
  REQUIRE(PolicyDigest(policy) == base::Sha256(canonical));
}

TEST_CASE("a literal of 1e20 keeps its meaning in the canonical form") {
  Policy policy = Read(Changed(R"({"property": "area-code"})", "1e20")).value();
  const std::string canonical = base::WriteCanonicalJson(PolicyJson(policy)).value();
  const Json again = base::ParseCanonicalJson(canonical, base::kRequestJson).value();
  REQUIRE(ReadJson(again).value() == policy);
}

TEST_CASE("what may be left out has a meaning") {
  const Policy least = Read(R"({"format": "tabularium-policy-1", "dataset": "a", "columns": [],
      "purposes": ["b"], "recipients": ["0123456789abcdef0123456789abcdef"], "doors": ["c"]})")
                           .value();
  REQUIRE_FALSE(least.condition.has_value());
  REQUIRE_FALSE(least.member_of.has_value());
  REQUIRE_FALSE(least.uses_per_day.has_value());
  const Policy policy = Read(Changed(R"("least_entries": 100, )", "")).value();
  REQUIRE(policy.member_of->least_entries == kDefaultLeastEntries);
  REQUIRE(Read(Changed(R"("carry": [{"column": "account", "as": "our_account"}],)", ""))
              ->member_of->carry.empty());
}

// One change of the example, and the place that is refused then.
struct Bad {
  const char* from;
  const char* to;
  const char* where;
};
constexpr std::array kBad = {
    Bad{"\"tabularium-policy-1\"", "\"policy\"", "/format"},
    Bad{"\"paye-employments\"", "\"PAYE employments\"", "/dataset"},
    Bad{"\"name\": \"nino\", ", "", "/columns/0/name"},
    Bad{"\"name\": \"nino\"", "\"name\": \"pay\"", "/columns/1/name"},
    Bad{"\"name\": \"nino\"", "\"name\": \"a\\u0000\"", "/columns/0/name"},
    Bad{"\"token\"", "\"tokens\"", "/columns/0/treatment"},
    Bad{"\"token\"", "\"token\", \"bands\": [{\"from\": 1}]", "/columns/0/bands"},
    Bad{"\"band\",", "\"band\", \"why\": \"x\",", "/columns/1/why"},
    Bad{"{\"from\": \"0.00\"}", "{\"from\": null}", "/columns/1/bands/0/from"},
    Bad{"{\"from\": \"0.00\"}", "{\"from\": {\"property\": \"a\"}}", "/columns/1/bands/0/from"},
    Bad{"{\"from\": \"0.00\"}", "{\"to\": 1}", "/columns/1/bands/0/from"},
    Bad{"\"Keep jobs together\"", "\"\"", "/columns/0/reason"},
    Bad{"\"compact\"", "\"soundex\"", "/member_of/normalisation"},
    Bad{"\"overdue-2026\"", "\"Overdue\"", "/member_of/list"},
    Bad{"\"as\": \"our_account\"", "\"as\": \"\"", "/member_of/carry/0/as"},
    Bad{"\"least_entries\": 100", "\"least_entries\": 0", "/member_of/least_entries"},
    Bad{"\"greatest_entries\": 10000", "\"greatest_entries\": 99", "/member_of/greatest_entries"},
    Bad{"\"follow_newer\": true", "\"follow_newer\": 1", "/member_of/follow_newer"},
    Bad{"[\"council-tax-recovery\"]", "[]", "/purposes"},
    Bad{"[\"council-tax-recovery\"]", "[\"a\", \"b\", \"a\"]", "/purposes/2"},
    Bad{"0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789abcdef", "/recipients/0"},
    Bad{"\"download\"", "\"query\"", "/doors/1"},
    Bad{"\"uses_per_day\": 20", "\"uses_per_day\": 0", "/uses_per_day"},
    Bad{"\"uses_per_day\": 20", "\"usesPerDay\": 20", "/usesPerDay"},
};

TEST_CASE("what a policy may not hold is refused at its place") {
  for (const Bad& bad : kBad) {
    CAPTURE(bad.from);
    CAPTURE(bad.to);
    const auto policy = Read(Changed(bad.from, bad.to));
    REQUIRE_FALSE(policy.has_value());
    REQUIRE(policy.error().code == ErrorCode::kInvalid);
    REQUIRE(policy.error().where == bad.where);
  }
  REQUIRE(Read(Changed("policy-1", "policy-2")).error().code == ErrorCode::kNewerFormat);
}

TEST_CASE("a name has at most 512 bytes, however few its characters are") {
  std::string wide;
  for (std::size_t i = 0; i < catalogue::kMaxColumnNameBytes / 2; ++i) wide += "\u00E9";
  REQUIRE(Read(Changed("\"name\": \"nino\"", "\"name\": \"" + wide + "\"")).has_value());
  const auto longer = Read(Changed("\"name\": \"nino\"", "\"name\": \"" + wide + "e\""));
  REQUIRE(longer.error().where == "/columns/0/name");
}

TEST_CASE("bands, columns and recipients have limits") {
  const auto with_bands = [](std::size_t count) {
    Policy policy = Read(kExample).value();
    policy.columns[1].bands.assign(count, {.from = Json(1), .label = ""});
    return ReadJson(PolicyJson(policy));
  };
  REQUIRE(with_bands(kMaxBands).has_value());
  REQUIRE(with_bands(kMaxBands + 1).error().where == "/columns/1/bands");
  const auto with_recipients = [](std::size_t count) {
    Policy policy = Read(kExample).value();
    policy.recipients.clear();
    for (std::size_t i = 0; i < count; ++i) {
      policy.recipients.push_back(base::Format("{:032x}", i));
    }
    return ReadJson(PolicyJson(policy));
  };
  REQUIRE(with_recipients(kMaxRecipients).has_value());
  REQUIRE(with_recipients(kMaxRecipients + 1).error().where == "/recipients");
}

TEST_CASE("every byte of a policy may be flipped or cut off") {
  const std::string text = base::WriteJson(JsonOf(kExample));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x11);
    for (const std::string& bad : {flipped, text.substr(0, i)}) {
      const auto json = base::ParseJson(bad, base::kRequestJson);
      if (!json) continue;
      const auto policy = ReadJson(*json);
      if (policy) REQUIRE(ReadJson(PolicyJson(*policy)).value() == *policy);
      if (!policy) REQUIRE_FALSE(policy.error().what.empty());
    }
  }
}

}  // namespace
}  // namespace agreements
