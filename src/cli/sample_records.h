// Demonstration data: synthetic people and their jobs, the same for the same seed on every machine.
//
// Two files that belong together: `paye-employments`, one row a job, and `overdue-2026`, a
// council's list of accounts whose holders it looks for. With 200,000 rows, 9,316 jobs lie in the
// council's area, 7,840 of them are current, and 4,212 of the list's 4,655 people hold one of
// those, one job each. No value can be anybody's: National Insurance numbers begin with QQ,
// postcodes with ZZ, e-mail ends in example.org, telephone numbers come from the range kept for
// drama.
//
// Pure functions of SampleShape and the row; safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"

namespace cli {

inline constexpr std::uint64_t kMaxSampleRows = 100'000'000;

struct SampleShape {
  std::uint64_t rows = 200'000;
  std::uint64_t seed = 1;
  std::uint64_t edition = 1;  // a later one has other pay in one row of fifty

  // How many rows each condition leaves; in proportion when `rows` is not 200,000.
  [[nodiscard]] std::uint64_t InArea() const { return rows * 9'316 / 200'000; }
  [[nodiscard]] std::uint64_t Current() const { return rows * 7'840 / 200'000; }
  [[nodiscard]] std::uint64_t Matching() const { return rows * 4'212 / 200'000; }
  [[nodiscard]] std::uint64_t Listed() const { return rows * 4'655 / 200'000; }
};

inline constexpr std::string_view kSampleAreaCode = "E07000999";

std::string_view EmploymentHeader();
// One line of paye-employments, without its end; `row` counts from 0.
std::string EmploymentLine(const SampleShape& shape, std::uint64_t row);

std::string_view OverdueHeader();
// One line of overdue-2026, without its end; `account` counts from 0 to Listed() - 1.
std::string OverdueLine(const SampleShape& shape, std::uint64_t account);

// Writes both files into a folder that is there. kConflict when one of them is there already.
base::Result<void> WriteSampleFiles(base::Files& files, const std::string& folder,
                                    const SampleShape& shape);

}  // namespace cli
