#include "web/agreement_acts.h"

#include <algorithm>

#include "base/format.h"

namespace web {

using agreements::AgreementEvent;
using agreements::AgreementState;
using agreements::Part;
using agreements::Reason;
using agreements::ReasonUse;

std::string_view NameOf(AgreementAct act) {
  constexpr std::array<std::string_view, kAgreementActs.size()> kNames = {"pause", "resume", "stop",
                                                                          "close"};
  return kNames.at(static_cast<std::size_t>(act));
}

std::optional<AgreementAct> ParseAgreementAct(std::string_view name) {
  const auto* const found = std::ranges::find(kAgreementActs, name, NameOf);
  if (found == kAgreementActs.end()) return std::nullopt;
  return *found;
}

AgreementEvent EventOf(AgreementAct act) {
  constexpr std::array<AgreementEvent, kAgreementActs.size()> kEvents = {
      AgreementEvent::kSuspend, AgreementEvent::kResume, AgreementEvent::kRevoke,
      AgreementEvent::kClose};
  return kEvents.at(static_cast<std::size_t>(act));
}

ReasonUse ReasonUseOf(AgreementAct act) {
  return act == AgreementAct::kResume ? ReasonUse::kResume : ReasonUse::kStop;
}

std::vector<Part> PartsOf(const identity::Principal& reader,
                          const agreements::Agreement& agreement) {
  std::vector<Part> parts;
  // Nobody of the receiving body acts for the owner, also where both are one body.
  if (reader.MayDecideFor(agreement.owner.id) && reader.organisation != agreement.recipient.id) {
    parts.push_back(Part::kOwnerApprover);
  }
  if (reader.MayDecideFor(agreement.recipient.id)) parts.push_back(Part::kCountersigner);
  if (reader.AdministersPlatform()) parts.push_back(Part::kPlatformAdministrator);
  return parts;
}

std::vector<OpenAct> OpenActs(AgreementState state, const std::vector<Part>& parts) {
  std::vector<OpenAct> open;
  for (const AgreementAct act : kAgreementActs) {
    const auto may = std::ranges::find_if(
        parts, [&](Part part) { return agreements::Next(state, EventOf(act), part).has_value(); });
    if (may != parts.end()) open.push_back({act, *may});
  }
  return open;
}

std::vector<Reason> ReasonsFor(ReasonUse use) {
  std::vector<Reason> reasons;
  for (std::size_t i = 0; i < agreements::kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (agreements::IsReasonFor(reason, use)) reasons.push_back(reason);
  }
  return reasons;
}

base::Json ReasonChoicesJson(ReasonUse use, std::string_view chosen, const Texts& texts) {
  base::Json::Items items;
  for (const Reason reason : ReasonsFor(use)) {
    const std::string_view code = agreements::CodeOf(reason).view();
    items.push_back(
        base::Json::Object({{"value", code},
                            {"words", texts.Get(base::Format("reason_choice.{}", code))},
                            {"is_chosen", chosen == code}}));
  }
  return base::Json::Array(std::move(items));
}

}  // namespace web
