#include "cli/publish_command.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Json;

constexpr const char* kDraft =
    R"({"proposal":[{"name":"nino"},{"name":"pay"}],"previous_version":3})";

std::string Confirmed(std::string_view document, bool confirm) {
  const Json draft = base::ParseJson(kDraft, base::kRequestJson).value();
  const Json given =
      document.empty() ? Json() : base::ParseJson(document, base::kRequestJson).value();
  const auto made = ConfirmationOf(draft, given, confirm);
  return made ? base::WriteJson(*made) : std::string(base::RowOf(made.error().code).name);
}

}  // namespace

TEST_CASE("--confirm confirms what was proposed, for the version that was compared") {
  REQUIRE(Confirmed("", true) ==
          R"({"columns":[{"name":"nino","confirmed":true},{"name":"pay","confirmed":true}],)"
          R"("previous_version":3})");
}

TEST_CASE("a document goes as it is, and --confirm adds the other columns") {
  constexpr const char* kClasses =
      R"({"key":{"column":"nino"},"columns":[{"name":"pay","class":"public"}]})";
  REQUIRE(Confirmed(kClasses, false) ==
          R"({"key":{"column":"nino"},"columns":[{"name":"pay","class":"public"}],)"
          R"("previous_version":3})");
  REQUIRE(Confirmed(kClasses, true) ==
          R"({"key":{"column":"nino"},"columns":[{"name":"pay","class":"public"},)"
          R"({"name":"nino","confirmed":true}],"previous_version":3})");
  REQUIRE(Confirmed(R"({"columns":[],"previous_version":0})", false) ==
          R"({"previous_version":0,"columns":[]})");
}

TEST_CASE("a document that is none is refused before anything is sent") {
  for (const char* document : {"[]", "7", "{}", R"({"columns":{}})"}) {
    REQUIRE(Confirmed(document, true) == "invalid");
  }
}

TEST_CASE("what is missing is said with its remedy, without a server") {
  base::SimulatedWorld world(1);
  std::string said;
  Terminal terminal{[](std::string_view) {}, [&](std::string_view text) { said = text; }};
  const auto run = [&](const PublishOptions& options, const char* token) {
    return RunPublish({world, terminal, storage::StoreFiles::kWorld, token}, options);
  };
  PublishOptions options;
  options.path = "absent.csv";
  options.dataset = "jobs";
  REQUIRE(run(options, "") == 4);
  REQUIRE(said.find("TABULARIUM_TOKEN") != std::string::npos);
  REQUIRE(run(options, "tab_x") == 3);
  options.dataset.clear();
  REQUIRE(run(options, "tab_x") == 2);
  options.classes_path = "absent.json";
  REQUIRE(run(options, "tab_x") == 3);
  options.server.server = "ftp://example.org";
  options.classes_path.clear();
  REQUIRE(run(options, "tab_x") == 2);
}

}  // namespace cli
