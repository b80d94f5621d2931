#include "cli/demo_asking.h"

#include <span>
#include <utility>
#include <vector>

#include "base/embedded_file.h"
#include "base/format.h"

namespace cli {

// Made by the build from examples/.
std::span<const base::EmbeddedFile> ExampleFiles();

namespace {

using base::Format;
using base::Json;
using http::Method;

constexpr std::string_view kExample = "debt-recovery/request.json";
constexpr std::string_view kOperator = "Tabularium demonstration office";
constexpr std::int32_t kDueDaysAgo = 200;
constexpr std::int32_t kReviewDays = 180;
constexpr std::int32_t kEndDays = 364;
constexpr std::size_t kMaxPlaces = 100;

std::string After(base::CivilDay today, std::int32_t days) {
  return base::CivilDay{today.days + days}.Text();
}

void Fill(std::string& text, const std::string& place, std::string_view value) {
  std::size_t filled = 0;
  for (std::size_t at = text.find(place); at != std::string::npos && filled < kMaxPlaces;
       at = text.find(place, at + value.size()), ++filled) {
    text.replace(at, place.size(), value);
  }
}

// The example with its places filled in.
base::Result<Json> DocumentUnder(std::string_view power, const Cast& cast, base::CivilDay today) {
  std::string text;
  for (const base::EmbeddedFile& each : ExampleFiles()) {
    if (each.name == kExample) text = each.bytes;
  }
  const std::vector<std::pair<std::string, std::string>> places = {
      {"@dataset@", cast.dataset},      {"@list@", cast.list},
      {"@recipient@", cast.officer},    {"@operator@", std::string(kOperator)},
      {"@power@", std::string(power)},  {"@due@", After(today, -kDueDaysAgo)},
      {"@start@", After(today, 0)},     {"@review@", After(today, kReviewDays)},
      {"@end@", After(today, kEndDays)}};
  for (const auto& [place, value] : places) Fill(text, place, value);
  return base::ParseJson(text, base::kRequestJson);
}

// Tells a verdict: the outcome, how many rules say what, and each refusal in its own words.
base::Result<void> TellVerdict(Story& story, const Json& verdict) {
  const Json* findings = verdict.Find("findings");
  std::size_t refused = 0;
  std::size_t advised = 0;
  for (const Json& each : findings->AsArray()) {
    const std::string outcome = TRY(TextIn(each, "outcome"));
    if (outcome == "advice") ++advised;
    if (outcome != "refused") continue;
    ++refused;
    story.Note(
        Format("refused by {}: {}", TRY(TextIn(each, "rule")), TRY(TextIn(each, "sentence"))));
    story.Note(
        Format("  to do: {} ({})", TRY(TextIn(each, "remedy")), TRY(TextIn(each, "citation"))));
  }
  story.Note(refused > 0 ? Format("{} of {} rules refuse this", refused, findings->AsArray().size())
                         : Format("no rule refuses this: {} rules, {} of them with advice",
                                  findings->AsArray().size(), advised));
  return {};
}

}  // namespace

base::Result<std::string> PlayAsking(Story& story, const Cast& cast, base::CivilDay today) {
  story.Tell(
      "Step 3, the rest, and 4. The officer drafts a request: 12 of 31 columns, each in a form "
      "and\n"
      "            with a reason; rows of the council's area, of people on its list. The first\n"
      "            draft names a power that the council is not specified for.");
  const Json wrong = TRY(DocumentUnder("srsa-45a", cast, today));
  const Json made = TRY(story.Post("ada", "/api/v1/requests", wrong));
  std::string number = TRY(TextIn(made, "number"));
  const std::string path = "/api/v1/requests/" + number;
  TRY(TellVerdict(story, TRY(story.Post("ada", path + "/check", Json(), 200))));
  TRY(story.Get("ada", path));
  TRY(story.Change("ada", Method::kPost, path + "/submit", Json(), 409));
  story.Note("what a rule refuses cannot be sent");
  story.Tell("The power is corrected: Digital Economy Act 2017, section 48.");
  TRY(story.Get("ada", path));
  TRY(story.Change("ada", Method::kPut, path, TRY(DocumentUnder("dea-48", cast, today)), 200));
  TRY(TellVerdict(story, TRY(story.Post("ada", path + "/check", Json(), 200))));
  TRY(story.Get("ada", path));
  TRY(story.Change("ada", Method::kPost, path + "/submit", Json(), 200));
  story.Tell("The owner's approver sees it waiting and takes it into review.");
  TRY(story.Get("olu", "/api/v1/requests?box=waiting"));
  TRY(story.Get("olu", path));
  TRY(story.Change("olu", Method::kPost, path + "/take", Json(), 200));
  return number;
}

}  // namespace cli
