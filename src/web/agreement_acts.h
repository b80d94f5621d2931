// What the two bodies of an agreement, and an administrator of the platform, may do with it on its
// pages: pause, resume, stop and close, each as the table of states allows it (states.h), and the
// reasons of each.
//
// The domain checks all of it again; this decides what is offered. Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "agreements/agreement.h"
#include "agreements/reasons.h"
#include "agreements/states.h"
#include "base/event_log.h"
#include "base/json.h"
#include "identity/principal.h"
#include "web/texts.h"

namespace web {

// In the words of addresses and forms: "pause", "resume", "stop", "close".
enum class AgreementAct : unsigned char { kPause, kResume, kStop, kClose };
inline constexpr std::array<AgreementAct, 4> kAgreementActs = {
    AgreementAct::kPause, AgreementAct::kResume, AgreementAct::kStop, AgreementAct::kClose};

std::string_view NameOf(AgreementAct act);
std::optional<AgreementAct> ParseAgreementAct(std::string_view name);
agreements::AgreementEvent EventOf(AgreementAct act);
// Whether what flows ends with it.
constexpr bool IsForGood(AgreementAct act) {
  return act == AgreementAct::kStop || act == AgreementAct::kClose;
}
// The list that its reason comes from.
agreements::ReasonUse ReasonUseOf(AgreementAct act);

// In which parts somebody may act on an agreement at all, whatever its state: none for a stranger,
// for whom the pages do not exist.
std::vector<agreements::Part> PartsOf(const identity::Principal& reader,
                                      const agreements::Agreement& agreement);

// An act that is open now, and the part in which it is done.
struct OpenAct {
  AgreementAct act;
  agreements::Part part;

  friend bool operator==(const OpenAct&, const OpenAct&) = default;
};

// In the order of AgreementAct; each act once, in the first part that may.
std::vector<OpenAct> OpenActs(agreements::AgreementState state,
                              const std::vector<agreements::Part>& parts);

// The reasons of a list, in the order of the enumeration.
std::vector<agreements::Reason> ReasonsFor(agreements::ReasonUse use);
// The same as choices of a select: value, words, is_chosen.
base::Json ReasonChoicesJson(agreements::ReasonUse use, std::string_view chosen,
                             const Texts& texts);

}  // namespace web
