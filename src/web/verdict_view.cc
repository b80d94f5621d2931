#include "web/verdict_view.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/format.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;

// The worst first: an outcome of the format, and the colour of its word.
struct OutcomeRow {
  std::string_view outcome;
  std::string_view colour;
};
constexpr std::array kOutcomes = {
    OutcomeRow{"refused", "govuk-tag--red"}, OutcomeRow{"not-checked-yet", "govuk-tag--red"},
    OutcomeRow{"advice", "govuk-tag--yellow"}, OutcomeRow{"note", "govuk-tag--grey"},
    OutcomeRow{"holds", "govuk-tag--green"}};

bool IsVerdict(const Json& verdict) { return verdict.kind() == Json::Kind::kObject; }

std::uint64_t Counted(const Json& verdict, std::string_view outcome) {
  if (!IsVerdict(verdict)) return 0;
  return CountOf(MemberOf(verdict, "counts"), outcome);
}

std::string CountWords(std::string_view outcome, std::uint64_t count, const Texts& texts) {
  return texts.Get(Format("verdict.{}{}", outcome, count == 1 ? ".one" : ".many"),
                   {{"count", NumberText(count)}});
}

std::string Joined(const Json& verdict, bool with_holds, const Texts& texts) {
  std::string words;
  for (const OutcomeRow& row : kOutcomes) {
    const std::uint64_t count = Counted(verdict, row.outcome);
    if (count == 0 || (row.outcome == "holds" && !with_holds)) continue;
    words += (words.empty() ? "" : ", ") + CountWords(row.outcome, count, texts);
  }
  return words;
}

std::string DayWords(const std::string& day, const Texts& texts) {
  const auto parsed = base::ParseCivilDay(day);
  return parsed ? DayText(*parsed, texts) : std::string{};
}

Json DeclaredJson(const Json& declared, const Texts& texts) {
  if (declared.kind() != Json::Kind::kObject) return {};
  return Json::Repaired(
      texts.Get("verdict.declared", {{"title", ShownText(TextOf(declared, "title"))},
                                     {"date", DayWords(TextOf(declared, "date"), texts)},
                                     {"holder", ShownText(TextOf(declared, "held_by"))}}));
}

Json RuleJson(const Json& finding, const Texts& texts) {
  const std::string outcome = TextOf(finding, "outcome");
  std::string_view colour = kOutcomes.front().colour;
  for (const OutcomeRow& row : kOutcomes) {
    if (row.outcome == outcome) colour = row.colour;
  }
  const std::string word = Format("verdict.{}", outcome);
  const std::string sureness = Format("verdict.sureness.{}", TextOf(finding, "sureness"));
  const std::string remedy = TextOf(finding, "remedy");
  return Json::Object({{"word", texts.Has(word) ? texts.Get(word) : std::string{}},
                       {"colour", colour},
                       {"sentence", Json::Repaired(TextOf(finding, "sentence"))},
                       {"remedy", remedy.empty() ? Json() : Json::Repaired(remedy)},
                       {"citation", Json::Repaired(TextOf(finding, "citation"))},
                       {"sureness", texts.Has(sureness) ? texts.Get(sureness) : std::string{}},
                       {"is_declared", MemberOf(finding, "declared").kind() == Json::Kind::kObject},
                       {"declared", DeclaredJson(MemberOf(finding, "declared"), texts)},
                       {"rule", Json::Repaired(TextOf(finding, "rule"))}});
}

// Which list of the page a finding stands in.
enum class Shelf : unsigned char { kStops, kOpen, kPower, kProtection };
Shelf ShelfOf(const Json& finding) {
  const std::string outcome = TextOf(finding, "outcome");
  if (outcome == "refused" || outcome == "not-checked-yet") return Shelf::kStops;
  if (outcome == "advice" || outcome == "note") return Shelf::kOpen;
  return TextOf(finding, "group") == "power" ? Shelf::kPower : Shelf::kProtection;
}

Json RulesJson(const Json& verdict, Shelf shelf, const Texts& texts) {
  Json::Items rules;
  // Advice stands before notes.
  for (const OutcomeRow& row : kOutcomes) {
    for (const Json& finding : ItemsOf(verdict, "findings")) {
      if (TextOf(finding, "outcome") != row.outcome || ShelfOf(finding) != shelf) continue;
      rules.push_back(RuleJson(finding, texts));
    }
  }
  if (rules.empty()) return {};
  return Json::Object({{"rules", Json::Array(std::move(rules))}});
}

Json FiguresJson(const Json& verdict, const Texts& texts) {
  Json::Items figures;
  for (const OutcomeRow& row : kOutcomes) {
    const std::uint64_t count = Counted(verdict, row.outcome);
    if (row.outcome == "not-checked-yet" && count == 0) continue;
    figures.push_back(Json::Object({{"figure", texts.Get(Format("verdict.{}.figure", row.outcome))},
                                    {"count", NumberText(count)}}));
  }
  return Json::Array(std::move(figures));
}

Json OthersJson(const Json& verdict) {
  Json::Items others;
  for (const Json& other : ItemsOf(verdict, "other_powers")) {
    others.push_back(Json::Object({{"power", Json::Repaired(TextOf(other, "power"))},
                                   {"power_title", Json::Repaired(TextOf(other, "title"))},
                                   {"for", Json::Repaired(TextOf(other, "purpose"))}}));
  }
  if (others.empty()) return {};
  return Json::Object({{"powers", Json::Array(std::move(others))}});
}

std::string_view PanelOf(const Json& verdict) {
  if (!IsVerdict(verdict)) return "";
  if (!LetsSend(verdict)) return "tab-panel--refuse";
  const bool is_open = Counted(verdict, "advice") + Counted(verdict, "note") > 0;
  return is_open ? "tab-panel--advice" : "tab-panel--pass";
}

}  // namespace

std::string VerdictWords(const Json& verdict, const Texts& texts) {
  const std::uint64_t refused = Counted(verdict, "refused");
  if (refused > 0) return CountWords("refuse_this", refused, texts);
  if (!LetsSend(verdict)) return texts.Get("verdict.unchecked");
  return texts.Get("verdict.none_refuses");
}

std::string VerdictCounts(const Json& verdict, const Texts& texts) {
  return Joined(verdict, true, texts);
}

std::string VerdictOpen(const Json& verdict, const Texts& texts) {
  return Joined(verdict, false, texts);
}

std::uint64_t RulesChecked(const Json& verdict) {
  return IsVerdict(verdict) ? ItemsOf(verdict, "findings").size() : 0;
}

bool LetsSend(const Json& verdict) { return IsVerdict(verdict) && IsTrue(verdict, "may_be_sent"); }

Json VerdictView(const Json& verdict, const std::string& all_url, const Texts& texts) {
  const Json none = Json::Object({});
  const Json& read = IsVerdict(verdict) ? verdict : none;
  const std::uint64_t holds = Counted(verdict, "holds");
  return Json::Object({{"is_checked", IsVerdict(verdict)},
                       {"verdict_words", VerdictWords(verdict, texts)},
                       {"open_words", VerdictOpen(verdict, texts)},
                       {"is_refused", IsVerdict(verdict) && !LetsSend(verdict)},
                       {"panel", PanelOf(verdict)},
                       {"hold_words", CountWords("rules_hold", holds, texts)},
                       {"has_open", !VerdictOpen(verdict, texts).empty()},
                       {"figures", FiguresJson(verdict, texts)},
                       {"stops", RulesJson(read, Shelf::kStops, texts)},
                       {"open", RulesJson(read, Shelf::kOpen, texts)},
                       {"power", RulesJson(read, Shelf::kPower, texts)},
                       {"protection", RulesJson(read, Shelf::kProtection, texts)},
                       {"others", OthersJson(read)},
                       {"checked", DayWords(TextOf(read, "checked"), texts)},
                       {"edition", DayWords(TextOf(MemberOf(read, "law"), "edition"), texts)},
                       {"law_digest", Json::Repaired(TextOf(MemberOf(read, "law"), "digest"))},
                       {"all_url", all_url.empty() ? Json() : Json(all_url)}});
}

}  // namespace web
