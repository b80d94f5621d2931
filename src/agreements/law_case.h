// Cases of law as text, for tests: a proposal in lines that a policy officer reads and extends, and
// what the gateway check must say of it. docs/formats/law-cases.md has the format.
//
// A case is read into the JSON of a proposal and goes through ReadProposal and CheckWords, so a
// case can say nothing that a request could not. For tests alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agreements/law.h"
#include "agreements/proposal.h"
#include "agreements/verdict.h"
#include "base/result.h"

namespace agreements {

inline constexpr std::size_t kMaxCaseFileBytes = std::size_t{1} << 20U;

struct ExpectedFinding {
  std::size_t line = 0;  // from 1
  Outcome outcome = Outcome::kHolds;
  std::string rule;
  std::string words;  // that the sentence holds; may be empty
};

struct LawCase {
  std::string file;
  std::size_t line = 0;
  std::string title;
  base::Json proposal;
  base::CivilDay today;
  // A day that the case gives an objective in the law's data: (objective, last day).
  std::vector<std::pair<std::string, base::CivilDay>> objective_ends;
  std::size_t outcome_line = 0;
  Outcome outcome = Outcome::kHolds;
  std::vector<ExpectedFinding> expected;
};

// Proposals and cases by the first word of their title, for those below that are like them.
using KnownProposals = std::map<std::string, std::pair<base::Json, base::CivilDay>>;

// The cases of one file; what it names is added to `known`, where what the files before it named
// stands. kInvalid at "file:line" for a line that has another form.
base::Result<std::vector<LawCase>> ReadLawCases(std::string_view file, std::string_view text,
                                                KnownProposals& known);

// What a case makes wrong about a check, as "file:line: …"; empty: all is as expected. Findings
// that do not hold must be expected, each of them; of those that hold a case names the ones it is
// about.
using GatewayCheck = Verdict (*)(const Proposal& proposal, const Law& law, const void* context);
std::vector<std::string> Failures(const LawCase& of, const Law& law, GatewayCheck check,
                                  const void* context);

}  // namespace agreements
