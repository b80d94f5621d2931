// No JSON may crash the reading of a proposal or the gateway check; what was read is written as it
// was, and the verdict is the worst of its findings.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agreements/gateway.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const agreements::Law law = *agreements::ReadLaw(agreements::LawFiles());
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto json = base::ParseJson(text, base::kRequestJson);
  if (!json) return 0;
  const base::CivilDay today{20'000};
  const auto proposal = agreements::ReadProposal(base::JsonItem(*json, ""), today);
  if (!proposal) return 0;
  const base::Json written = agreements::ProposalJson(*proposal);
  const auto again = agreements::ReadProposal(base::JsonItem(written, ""), today);
  Require(again.has_value());
  Require(agreements::ProposalJson(*again) == written);
  const bool known = agreements::CheckWords(*proposal, law).has_value();
  Require(known == agreements::CheckWords(*again, law).has_value());
  const agreements::Verdict verdict = agreements::CheckGateway(*proposal, law);
  Require(verdict == agreements::CheckGateway(*again, law));
  Require(std::ranges::max(verdict.findings, {}, &agreements::Finding::outcome).outcome ==
          verdict.outcome);
  base::WriteJson(agreements::VerdictJson(verdict));
  return 0;
}
