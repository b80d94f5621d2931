#include "cli/sample_records.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "base/simulated_world.h"

namespace cli {
namespace {

std::vector<std::string> FieldsOf(const std::string& line) {
  std::vector<std::string> fields;
  for (const std::string_view field : base::Split(line, ',', 100)) fields.emplace_back(field);
  return fields;
}

std::size_t ColumnOf(std::string_view header, std::string_view name) {
  const auto names = FieldsOf(std::string(header));
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  FAIL("no column ", name);
  return 0;
}

// The three counts of the story, taken from the lines themselves.
struct Counts {
  std::uint64_t in_area = 0, current = 0, matching = 0, listed = 0;
};

Counts CountsOf(const SampleShape& shape) {
  const std::size_t number = ColumnOf(EmploymentHeader(), "national_insurance_number");
  const std::size_t area = ColumnOf(EmploymentHeader(), "local_authority_code");
  const std::size_t ended = ColumnOf(EmploymentHeader(), "employment_end_date");
  Counts counts;
  std::set<std::string> listed;
  for (std::uint64_t account = 0; account < shape.Listed(); ++account) {
    listed.insert(FieldsOf(OverdueLine(shape, account))[1]);
  }
  counts.listed = listed.size();
  for (std::uint64_t row = 0; row < shape.rows; ++row) {
    const auto fields = FieldsOf(EmploymentLine(shape, row));
    if (fields[area] != kSampleAreaCode) continue;
    ++counts.in_area;
    if (!fields[ended].empty()) continue;
    ++counts.current;
    if (listed.contains(fields[number])) ++counts.matching;
  }
  return counts;
}

}  // namespace

TEST_CASE("the counts of the story come out exactly, and every listed person differs") {
  const Counts counts = CountsOf(SampleShape{});
  REQUIRE(counts.in_area == 9'316);
  REQUIRE(counts.current == 7'840);
  REQUIRE(counts.matching == 4'212);
  REQUIRE(counts.listed == 4'655);
}

TEST_CASE("smaller files keep the proportions") {
  const SampleShape shape{.rows = 5'000, .seed = 9};
  const Counts counts = CountsOf(shape);
  REQUIRE(counts.in_area == shape.InArea());
  REQUIRE(counts.current == shape.Current());
  REQUIRE(counts.matching == shape.Matching());
  REQUIRE(counts.listed == shape.Listed());
}

TEST_CASE("every line has a field for each of the 31 columns, and no value can be anybody's") {
  const SampleShape shape{.rows = 2'000};
  REQUIRE(FieldsOf(std::string(EmploymentHeader())).size() == 31);
  for (std::uint64_t row = 0; row < shape.rows; ++row) {
    const auto fields = FieldsOf(EmploymentLine(shape, row));
    REQUIRE(fields.size() == 31);
    REQUIRE(fields[1].starts_with("QQ"));
    REQUIRE(fields[11].starts_with("ZZ"));
    REQUIRE(fields[14].ends_with("@example.org"));
    REQUIRE(fields[15].starts_with("07700 900"));
  }
}

TEST_CASE("the same seed gives the same rows; a later edition changes pay alone, in some rows") {
  const SampleShape first{.rows = 5'000};
  const SampleShape second{.rows = 5'000, .seed = 1, .edition = 2};
  const std::size_t pay = ColumnOf(EmploymentHeader(), "taxable_pay_to_date");
  std::uint64_t changed = 0;
  for (std::uint64_t row = 0; row < first.rows; ++row) {
    REQUIRE(EmploymentLine(first, row) == EmploymentLine(first, row));
    auto before = FieldsOf(EmploymentLine(first, row));
    auto after = FieldsOf(EmploymentLine(second, row));
    if (before == after) continue;
    ++changed;
    for (std::size_t i = pay; i < pay + 2; ++i) before[i] = after[i];
    REQUIRE(before == after);
  }
  REQUIRE((changed > 50 && changed < 200));
  REQUIRE(EmploymentLine(first, 7) != EmploymentLine({.rows = 5'000, .seed = 2}, 7));
}

TEST_CASE("some people have two jobs, and only outside the council's area") {
  const SampleShape shape{.rows = 5'000};
  std::map<std::string, int> jobs;
  for (std::uint64_t row = 0; row < shape.rows; ++row) {
    ++jobs[FieldsOf(EmploymentLine(shape, row))[1]];
  }
  REQUIRE(jobs.size() < shape.rows);
  REQUIRE(jobs.size() > shape.rows * 8 / 10);
}

TEST_CASE("the files are written whole, once") {
  base::SimulatedWorld world(1);
  REQUIRE(world.files().MakeFolder("out").has_value());
  const SampleShape shape{.rows = 1'000};
  REQUIRE(WriteSampleFiles(world.files(), "out", shape).has_value());
  const auto text =
      base::ReadWholeFile(world.files(), "out/paye-employments.csv", 10U << 20U).value();
  REQUIRE(std::count(text.begin(), text.end(), '\n') == 1'001);
  REQUIRE(WriteSampleFiles(world.files(), "out", shape).error().code == base::ErrorCode::kConflict);
  REQUIRE(WriteSampleFiles(world.files(), "out", {.rows = 0}).error().code ==
          base::ErrorCode::kInvalid);
}

}  // namespace cli
