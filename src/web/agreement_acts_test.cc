#include "web/agreement_acts.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "web/sample_agreement.h"

namespace web {
namespace {

using agreements::AgreementState;
using agreements::Part;
using agreements::Reason;
using agreements::ReasonUse;
using identity::Role;

struct Bodies {
  base::SimulatedWorld world{2};
  agreements::Agreement agreement = SampleAgreement();
  identity::OrganisationId owner = agreement.owner.id;
  identity::OrganisationId recipient = agreement.recipient.id;

  identity::Principal Approver(const identity::OrganisationId& at) {
    return {.kind = identity::SubjectKind::kPerson,
            .id = identity::SubjectId::Random(world.randomness()),
            .organisation = at,
            .organisation_slug = {},
            .roles = {{Role::kApprover, at}},
            .scopes = {identity::Scope::kDecide, identity::Scope::kAdminister}};
  }
};

using Open = std::vector<OpenAct>;

}  // namespace

TEST_CASE("each side is offered what the table of states allows, and no more") {
  const std::vector<Part> owner = {Part::kOwnerApprover};
  const std::vector<Part> recipient = {Part::kCountersigner};
  const std::vector<Part> platform = {Part::kPlatformAdministrator};
  const auto active = AgreementState::kActive;
  const auto paused = AgreementState::kSuspended;
  REQUIRE(OpenActs(active, owner) == Open{{AgreementAct::kPause, Part::kOwnerApprover},
                                          {AgreementAct::kStop, Part::kOwnerApprover}});
  REQUIRE(OpenActs(paused, owner) == Open{{AgreementAct::kResume, Part::kOwnerApprover},
                                          {AgreementAct::kStop, Part::kOwnerApprover}});
  REQUIRE(OpenActs(active, recipient) == Open{{AgreementAct::kClose, Part::kCountersigner}});
  REQUIRE(OpenActs(paused, recipient) == Open{{AgreementAct::kClose, Part::kCountersigner}});
  REQUIRE(OpenActs(active, platform) == Open{{AgreementAct::kPause, Part::kPlatformAdministrator}});
  REQUIRE(OpenActs(paused, platform).empty());
  REQUIRE(OpenActs(AgreementState::kAwaitingSignature, recipient).empty());
  REQUIRE(OpenActs(AgreementState::kAwaitingSignature, owner) ==
          Open{{AgreementAct::kStop, Part::kOwnerApprover}});
  for (const auto over : {AgreementState::kRevoked, AgreementState::kClosed,
                          AgreementState::kExpired, AgreementState::kDeclined}) {
    REQUIRE(
        OpenActs(over, {Part::kOwnerApprover, Part::kCountersigner, Part::kPlatformAdministrator})
            .empty());
  }
}

TEST_CASE("who is neither an approver of a body nor an administrator has no part") {
  Bodies bodies;
  REQUIRE(PartsOf(bodies.Approver(bodies.owner), bodies.agreement) ==
          std::vector<Part>{Part::kOwnerApprover});
  REQUIRE(PartsOf(bodies.Approver(bodies.recipient), bodies.agreement) ==
          std::vector<Part>{Part::kCountersigner});
  const auto other = identity::OrganisationId::Random(bodies.world.randomness());
  REQUIRE(PartsOf(bodies.Approver(other), bodies.agreement).empty());
  auto explorer = bodies.Approver(bodies.owner);
  explorer.roles = {{Role::kExplorer, bodies.owner}};
  REQUIRE(PartsOf(explorer, bodies.agreement).empty());
  auto machine = bodies.Approver(bodies.owner);
  machine.kind = identity::SubjectKind::kMachine;
  REQUIRE(PartsOf(machine, bodies.agreement).empty());
  auto administrator = bodies.Approver(other);
  administrator.roles = {{Role::kAdministrator, std::nullopt}};
  REQUIRE(PartsOf(administrator, bodies.agreement) ==
          std::vector<Part>{Part::kPlatformAdministrator});
}

TEST_CASE("names of acts lead back to them, and each act has reasons of its own list") {
  for (const AgreementAct act : kAgreementActs) {
    REQUIRE(ParseAgreementAct(NameOf(act)) == act);
    const auto reasons = ReasonsFor(ReasonUseOf(act));
    REQUIRE(reasons.size() >= 2);
    REQUIRE(reasons.back() == Reason::kOther);
  }
  REQUIRE_FALSE(ParseAgreementAct("revoke").has_value());
  REQUIRE_FALSE(ParseAgreementAct("").has_value());
  REQUIRE(ReasonsFor(ReasonUse::kResume) == std::vector<Reason>{Reason::kResolved, Reason::kOther});
}

}  // namespace web
