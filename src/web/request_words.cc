#include "web/request_words.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "agreements/proposal.h"
#include "base/format.h"
#include "web/json_view.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using Choices = std::vector<Choice>;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> kNatureFlags = {"revenue", "health_or_care", "patient",
                                                          "companies"};
constexpr std::array<std::string_view, 4> kScaleFlags = {"profiling", "large_scale",
                                                         "public_monitoring", "high_risk"};

template <typename T>
Choices Entries(const std::vector<T>& entries) {
  Choices choices;
  for (const T& entry : entries) choices.push_back({entry.id, entry.title});
  return choices;
}

Choices Named(std::string_view family, Names names, const Texts& texts) {
  Choices choices;
  for (const std::string_view name : names) {
    if (name.empty()) continue;  // what is not said
    choices.push_back({std::string(name), texts.Get(Format("ask_word.{}.{}", family, name))});
  }
  return choices;
}

Choices Powers(const agreements::Law& law, const Texts& texts) {
  Choices choices;
  for (const auto& power : law.powers) {
    choices.push_back({power.id, texts.Get(power.checked ? "ask.power" : "ask.power_unchecked",
                                           {{"title", power.title}, {"for", power.purpose}})});
  }
  return choices;
}

Choices Acts(const Json& document, const agreements::Law& law, const Texts& texts) {
  const Json& proposal = MemberOf(document, "proposal");
  const std::string power = TextOf(proposal, "power");
  const std::string objective = TextOf(proposal, "objective");
  Choices choices;
  for (const auto& each : law.powers) {
    if (!power.empty() && each.id != power) continue;
    for (const auto& act : each.acts) choices.push_back({act.id, act.title});
  }
  for (const auto& each : law.objectives) {
    if (each.id != objective) continue;
    for (const auto& act : each.acts) choices.push_back({act.id, act.title});
  }
  choices.push_back({std::string(agreements::kNoAct), texts.Get("ask.no_act")});
  return choices;
}

// Words of proposals, which no list of the law holds.
Choices WordsOfProposals(AnswerWords words, const Texts& texts) {
  switch (words) {
    case AnswerWords::kRoles:
      return Named("role", agreements::kRoleNames, texts);
    case AnswerWords::kRegimes:
      return Named("regime", agreements::kRegimeNames, texts);
    case AnswerWords::kOwedTo:
      return Named("owed_to", agreements::kOwedToNames, texts);
    case AnswerWords::kOffences:
      return Named("offence", agreements::kOffenceNames, texts);
    case AnswerWords::kLosers:
      return Named("loser", agreements::kLoserNames, texts);
    case AnswerWords::kBeneficiaries:
      return Named("beneficiaries", agreements::kBeneficiariesNames, texts);
    case AnswerWords::kNature:
      return Named("nature", kNatureFlags, texts);
    case AnswerWords::kScale:
      return Named("scale", kScaleFlags, texts);
    default:
      return {};
  }
}

}  // namespace

std::vector<Choice> AnswersOffered(AnswerWords words, const Json& document,
                                   const agreements::Law& law, const Texts& texts) {
  switch (words) {
    case AnswerWords::kPowers:
      return Powers(law, texts);
    case AnswerWords::kObjectives:
      return Entries(law.objectives);
    case AnswerWords::kActs:
      return Acts(document, law, texts);
    case AnswerWords::kBases:
      return Entries(law.bases);
    case AnswerWords::kConditions:
      return Entries(law.conditions);
    case AnswerWords::kSchedule1:
      return Entries(law.schedule_1);
    case AnswerWords::kCountries:
      return Named("country", Names(agreements::kCountries).first(4), texts);
    default:
      return WordsOfProposals(words, texts);
  }
}

}  // namespace web
