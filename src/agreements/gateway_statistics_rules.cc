// The rules SRSA-45A-*: data for the Statistics Board, Statistics and Registration Service Act
// 2007, section 45A.
#include <array>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

constexpr std::string_view kStatisticsBoard = "statistics-board";

std::optional<Answer> BoardNeedsIt(const Case& of) {
  for (const Party* party : of.Receivers()) {
    if (party->place.body == kStatisticsBoard) continue;
    return Refused(base::Format("This power is for giving data to the Statistics Board. {} is not "
                                "the Statistics Board.",
                                NameOf(of, *party)),
                   "Choose a power that this body may use.");
  }
  if (!IsStated(of.proposal.need)) {
    return Refused(
        "It is not stated for which of its functions the Statistics Board needs the "
        "data.",
        "Name the function.");
  }
  return Holds("The Statistics Board needs the data for a function of its own.");
}

std::optional<Answer> SourceConsents(const Case& of) {
  if (of.proposal.onward.empty() && of.proposal.other_uses.empty()) {
    return Holds("The Board uses the data for its own functions alone.");
  }
  if (const Document* consent = of.proposal.Declared("source-consent")) {
    return Declares("The consent of the body that the data comes from", *consent);
  }
  return Refused(
      "Statistical services and approved researchers need the consent of the body that "
      "the data comes from.",
      "Ask for the consent and declare it, or leave this out.");
}

constexpr std::array kRules = {
    GatewayRule{"SRSA-45A-1", BoardNeedsIt},
    GatewayRule{"SRSA-45A-2", SourceConsents},
};

}  // namespace

std::span<const GatewayRule> StatisticsRules() { return kRules; }

}  // namespace agreements
