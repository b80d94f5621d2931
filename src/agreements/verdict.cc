#include "agreements/verdict.h"

#include <algorithm>

namespace agreements {
namespace {

using base::Json;

constexpr std::string_view kVerdictFormat = "tabularium-verdict-1";

Json DayJson(const std::optional<base::CivilDay>& day) { return day ? Json(day->Text()) : Json(); }

Json FindingJson(const Finding& finding) {
  Json declared;
  if (finding.declared) {
    declared = Json::Object({{"title", finding.declared->title},
                             {"date", DayJson(finding.declared->date)},
                             {"held_by", finding.declared->held_by}});
  }
  return Json::Object({{"rule", finding.rule},
                       {"group", kRuleGroupNames[static_cast<std::size_t>(finding.group)]},
                       {"outcome", OutcomeName(finding.outcome)},
                       {"sentence", finding.sentence},
                       {"remedy", finding.remedy},
                       {"citation", finding.citation},
                       {"sureness", kSurenessNames[static_cast<std::size_t>(finding.sureness)]},
                       {"declared", std::move(declared)}});
}

Json CountsJson(const Verdict& verdict) {
  Json::Members counts;
  for (std::size_t i = kOutcomeNames.size(); i-- > 0;) {
    counts.emplace_back(std::string(kOutcomeNames[i]), verdict.Count(static_cast<Outcome>(i)));
  }
  return Json::Object(std::move(counts));
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

bool Verdict::MayBeSent() const { return outcome < Outcome::kNotChecked; }

std::size_t Verdict::Count(Outcome of) const {
  return static_cast<std::size_t>(std::ranges::count(findings, of, &Finding::outcome));
}

Json VerdictJson(const Verdict& verdict) {
  Json::Items findings;
  for (const Finding& finding : verdict.findings) findings.push_back(FindingJson(finding));
  Json::Items others;
  for (const OtherPower& other : verdict.other_powers) {
    others.push_back(
        Json::Object({{"power", other.power}, {"title", other.title}, {"purpose", other.purpose}}));
  }
  return Json::Object({{"format", kVerdictFormat},
                       {"outcome", OutcomeName(verdict.outcome)},
                       {"may_be_sent", verdict.MayBeSent()},
                       {"power", verdict.power},
                       {"checked", verdict.checked.Text()},
                       {"law", Json::Object({{"edition", verdict.law_edition.Text()},
                                             {"digest", verdict.law_digest.Hex()}})},
                       {"counts", CountsJson(verdict)},
                       {"findings", Json::Array(std::move(findings))},
                       {"other_powers", Json::Array(std::move(others))}});
}

}  // namespace agreements
