// The rules DEA-56-*: fraud against the public sector, Digital Economy Act 2017, section 56.
#include <array>

#include "agreements/gateway_rules.h"

namespace agreements {
namespace {

std::optional<Answer> BothAreNamed(const Case& of) { return MembershipAnswer(of, of.Parties()); }

std::optional<Answer> FraudWithLoss(const Case& of) {
  const Fraud fraud = of.proposal.fraud.value_or(Fraud{});
  if (fraud.offence == Offence::kUnstated || fraud.loser == Loser::kUnstated) {
    return Refused("It is not stated which fraud it is, and who loses by it.",
                   "State both: the offence, and the public authority that loses or may lose.");
  }
  if (fraud.offence == Offence::kOther) {
    return Refused("The offence is no fraud in the sense of the section.",
                   "Only section 1 of the Fraud Act 2006 and fraud in Scots law count.");
  }
  if (fraud.loser == Loser::kOther) {
    return Refused("No public authority loses or may lose by it.",
                   "This power is not about losses of others.");
  }
  return Holds("It is a fraud by which a public authority loses or may lose.");
}

std::optional<Answer> FraudAct(const Case& of) { return ActAnswer(of, of.power->acts, "fraud"); }

constexpr std::array kRules = {
    GatewayRule{"DEA-56-1", BothAreNamed},
    GatewayRule{"DEA-56-2", FraudWithLoss},
    GatewayRule{"DEA-56-3", FraudAct},
    GatewayRule{"DEA-56-4", PilotAnswer},
    GatewayRule{"DEA-56-5", NorthernIrelandAnswer},
};

}  // namespace

std::span<const GatewayRule> FraudRules() { return kRules; }

}  // namespace agreements
