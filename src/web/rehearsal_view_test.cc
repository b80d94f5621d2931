#include "web/rehearsal_view.h"

#include <doctest/doctest.h>

#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;

constexpr std::string_view kSecret = "the secret of a session";
const RehearsedRequest kRequest{"DSR-2026-0118", 3};

exchange::RequestRehearsal Counted() {
  return {
      .counts = {.rows = {.rows = 200'000,
                          .after_step = {9'316, 9, 0},
                          .matched = 0,
                          .left_empty = {23, 1, 0}},
                 .list = agreements::ListCounts{.rows = 4'700, .entries = 4'655, .keys = 4'655}},
      .version = {.dataset = "jobs", .version = 2, .is_public = true, .is_list = false},
      .index = 12'031};
}

agreements::Policy MakePolicy() {
  const auto column = [](std::string name, catalogue::Treatment treatment) {
    return agreements::PolicyColumn{
        .name = std::move(name), .treatment = treatment, .bands = {}, .reason = "why"};
  };
  agreements::Policy policy;
  policy.columns = {column("postcode", catalogue::kPostcodeDistrict),
                    column("surname", catalogue::kDrop), column("name", catalogue::kShow),
                    column("born", catalogue::kYear)};
  policy.member_of = agreements::MemberOf{};
  policy.member_of->list = "overdue";
  policy.member_of->carry = {{.column = "reference", .as = {}, .reason = {}}};
  return policy;
}

}  // namespace

TEST_CASE("a small count is veiled before it is written anywhere") {
  const ShownRehearsal shown = Shown(Counted());
  REQUIRE(shown.after_step == std::vector<ShownCount>{9'316, std::nullopt, 0});
  REQUIRE(shown.left_empty == std::vector<ShownCount>{23, std::nullopt, 0});
  const CarriedRehearsal carried = Sealed(shown, kRequest, kSecret);
  REQUIRE(carried.text.find("[9316,null,0]") != std::string::npos);
  REQUIRE(CountText(std::nullopt, English()) == "fewer than 10");
  REQUIRE(CountText(9'316, English()) == "9,316");
}

TEST_CASE("what was sealed comes back for the same request and session alone") {
  const ShownRehearsal shown = Shown(Counted());
  const CarriedRehearsal carried = Sealed(shown, kRequest, kSecret);
  REQUIRE(Opened(carried, kRequest, kSecret) == shown);
  REQUIRE_FALSE(Opened(carried, kRequest, "another session").has_value());
  REQUIRE_FALSE(Opened(carried, {"DSR-2026-0119", 3}, kSecret).has_value());
  REQUIRE_FALSE(Opened(carried, {"DSR-2026-0118", 4}, kSecret).has_value());
  CarriedRehearsal forged = carried;
  forged.text.replace(forged.text.find("9316"), 4, "9317");
  REQUIRE_FALSE(Opened(forged, kRequest, kSecret).has_value());
  REQUIRE_FALSE(Opened({carried.text, {}}, kRequest, kSecret).has_value());
  REQUIRE_FALSE(Opened({{}, carried.seal}, kRequest, kSecret).has_value());
  REQUIRE_FALSE(Opened({std::string(65'537, ' '), carried.seal}, kRequest, kSecret).has_value());
}

TEST_CASE("each column that leaves has its own count of what is left empty") {
  const Texts texts = English();
  const Json view = DryRunJson(Shown(Counted()), MakePolicy(), {}, 2, texts);
  const auto& rows = ItemsOf(view, "column_rows");
  REQUIRE(rows.size() == 4);  // three of the policy, one carried; what is left out is no row
  REQUIRE(TextOf(rows[0], "left_empty") == "23");
  REQUIRE(TextOf(rows[1], "left_empty").empty());  // shown as it is: nothing to be left empty
  REQUIRE(TextOf(rows[2], "left_empty") == "none");
  REQUIRE(TextOf(rows[3], "left_empty").empty());
  REQUIRE(TextOf(view, "entry") == "12,031");
  REQUIRE(MemberOf(view, "newer").kind() == Json::Kind::kNull);
  const Json old = DryRunJson(Shown(Counted()), MakePolicy(), {}, 3, texts);
  REQUIRE(TextOf(old, "newer") == "3");
}

TEST_CASE("the bar of a veiled count is as short as that of none") {
  const Json view = DryRunJson(Shown(Counted()), MakePolicy(), {}, 2, English());
  const auto& steps = ItemsOf(view, "steps");
  REQUIRE(steps.size() == 4);
  REQUIRE(TextOf(steps[0], "width") == "290");
  REQUIRE(TextOf(steps[1], "width") == "13");
  REQUIRE(TextOf(steps[2], "width") == TextOf(steps[3], "width"));
  REQUIRE(TextOf(steps[2], "count") == "fewer than 10");
  REQUIRE(IsTrue(steps[3], "is_last"));
}

}  // namespace web
