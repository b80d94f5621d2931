#include "web/agreement_view.h"

#include <algorithm>

#include "base/format.h"
#include "web/agreement_words.h"
#include "web/column_words.h"
#include "web/json_view.h"
#include "web/policy_words.h"
#include "web/request_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using agreements::HistoryEvent;
using agreements::Policy;
using agreements::PolicyColumn;
using base::CivilDay;
using base::Format;
using base::Json;
using catalogue::SchemaColumn;

constexpr std::size_t kShownUnseen = 12;
constexpr std::int32_t kDaysOfWeek = 7;
constexpr std::int32_t kFirstThursday = 3;  // 1970-01-01 came three days after a Monday

// The chart of weeks, in units of SVG.
constexpr std::int64_t kWeekStep = 62;
constexpr std::int64_t kBarLeft = 8;
constexpr std::int64_t kBarWidth = 46;
constexpr std::int64_t kGround = 135;
constexpr std::int64_t kMaxBarHeight = 103;

Json FieldJson(const Texts& texts, std::string_view key, const std::string& value,
               const Json& url = {}) {
  return Json::Object(
      {{"key", texts.Get(key)}, {"value", Json::Repaired(value)}, {"value_url", url}});
}

std::string Capitalised(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') {
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  }
  return words;
}

std::string DatesWords(const Agreement& agreement, const Texts& texts) {
  const std::string from = DayText(agreement.first_day, texts);
  const std::string until = DayText(agreement.last_day, texts);
  if (!agreement.review_day) {
    return texts.Get("agreement.dates", {{"from", from}, {"until", until}});
  }
  return texts.Get(
      "agreement.dates_review",
      {{"from", from}, {"until", until}, {"review", DayText(*agreement.review_day, texts)}});
}

std::string LawWords(const Agreement& agreement, const agreements::Law& law) {
  std::string words = PowerWords(agreement.fields.power, law);
  const auto* const objective = agreements::Find(law.objectives, agreement.fields.objective);
  if (objective != nullptr) words += ", " + objective->title;
  return words;
}

std::string FormWords(const PolicyColumn& column, const SchemaColumn* of, const Texts& texts) {
  if (column.treatment == catalogue::kBand && of != nullptr) {
    const Example example = ExampleOf(*of, column.treatment, column.bands, texts);
    return texts.Get("agreement_form.band", {{"count", NumberText(column.bands.size())},
                                             {"from", example.text},
                                             {"label", example.label}});
  }
  const std::string name(catalogue::TreatmentNames(column.treatment).front());
  const std::string key = "agreement_form." + name;
  return texts.Has(key) && name != "band" ? texts.Get(key) : TreatmentName(column.treatment, texts);
}

std::string AboutOf(const SchemaColumn* column, const std::string& name, const Texts& texts) {
  // That a meaning was not recognised says less than the name.
  const bool says =
      column != nullptr && (!column->title.empty() || column->meaning != "unrecognised");
  const std::string means = says ? MeaningWords(*column, texts) : std::string{};
  return means.empty() ? ShownColumn(name) : ShownText(means);
}

std::string EventWords(const Agreement& agreement, const HistoryEvent& event, const Texts& texts) {
  std::string key = Format("agreement_event.{}.{}", event.event, event.part);
  if (!texts.Has(key)) key = Format("agreement_event.{}", event.event);
  if (!texts.Has(key)) return event.event;
  return texts.Get(key, {{"owner", ShownText(agreement.owner.name)},
                         {"recipient", ShownText(agreement.recipient.name)}});
}

Json EventJson(const Agreement& agreement, const HistoryEvent& event, const std::string& words,
               const Texts& texts) {
  const bool is_stop = event.event == "revoke" || event.event == "close";
  const std::string reason = ReasonWords(event.reason, texts);
  return Json::Object(
      {{"mark", is_stop ? Json("tab-stop") : Json()},
       {"date", DateText(event.at, texts)},
       {"what", Json::Repaired(EventWords(agreement, event, texts))},
       {"reason", reason.empty() ? Json() : Json(reason)},
       {"said", words.empty() ? Json() : Json::Repaired(ShownText(words))},
       {"note", event.event == "approve"
                    ? Json(texts.Get("agreement.of_request", {{"request", agreement.request}}))
                    : Json()},
       {"entry", event.leaf_index ? Json(NumberText(*event.leaf_index)) : Json()},
       {"entry_url",
        event.leaf_index ? Json(Format("/register-log/{}", *event.leaf_index)) : Json()}});
}

Json MomentJson(std::string_view mark, CivilDay day, const std::string& what,
                const std::string& note, const Texts& texts) {
  return Json::Object({{"mark", mark},
                       {"date", DayText(day, texts)},
                       {"what", what},
                       {"reason", Json()},
                       {"said", Json()},
                       {"note", note.empty() ? Json() : Json(note)},
                       {"entry", Json()},
                       {"entry_url", Json()}});
}

CivilDay MondayOf(CivilDay day) { return {day.days - (day.days + kFirstThursday) % kDaysOfWeek}; }

Json WeekJson(CivilDay monday, std::uint64_t uses, std::uint64_t most, std::int64_t place,
              const Texts& texts) {
  const std::int64_t height =
      uses == 0 ? 0
                : std::max<std::int64_t>(1, static_cast<std::int64_t>(uses * kMaxBarHeight / most));
  const std::int64_t x = kBarLeft + place * kWeekStep;
  const std::string day = ShortDayText(monday, texts);
  return Json::Object({{"x", x},
                       {"y", kGround - height},
                       {"width", kBarWidth},
                       {"height", height},
                       {"text_x", x + kBarWidth / 2},
                       {"figure_y", kGround - height - 5},
                       {"figure", NumberText(uses)},
                       {"week", day.substr(0, day.rfind(' '))}});
}

}  // namespace

std::string ReasonWords(std::string_view reason, const Texts& texts) {
  if (reason.empty()) return {};
  const std::string key = Format("agreement_reason.{}", reason);
  return texts.Has(key) ? texts.Get(key) : std::string(reason);
}

Json AgreementFieldsJson(const Agreement& agreement, const agreements::Law& law,
                         const Texts& texts) {
  Json::Items rows;
  const auto add = [&](std::string_view key, const std::string& value, const Json& url = {}) {
    if (!value.empty()) rows.push_back(FieldJson(texts, key, value, url));
  };
  add("agreement.gives", ShownText(agreement.owner.name));
  add("agreement.receives", ShownText(agreement.recipient.name));
  add("agreement.why",
      agreement.purpose ? ShownText(*agreement.purpose) : texts.Get("agreement.removed"));
  add("agreement.law", LawWords(agreement, law));
  add("agreement.basis", Capitalised(BasisWords(agreement.fields.basis, law)));
  add("agreement.data_from", ShownText(agreement.dataset_title),
      Json("/datasets/" + agreement.dataset));
  add("agreement.way",
      texts.Get("agreement.way_words", {{"doors", DoorWords(agreement.policy, texts)}}));
  add("agreement.area", TerritoryWords(agreement.fields, texts));
  add("agreement.when", DatesWords(agreement, texts));
  add("agreement.kept", RetentionWords(agreement.fields.retention, texts));
  add("agreement.questions", ShownText(agreement.fields.contact));
  return Json::Array(std::move(rows));
}

Json SeenColumnsJson(const Policy& policy, const catalogue::Schema& schema, const Texts& texts) {
  Json::Items rows;
  for (const PolicyColumn& each : policy.columns) {
    if (each.treatment == catalogue::kDrop) continue;
    const SchemaColumn* const column = schema.Find(each.name);
    rows.push_back(Json::Object({{"about", Json::Repaired(AboutOf(column, each.name, texts))},
                                 {"name_pieces", NamePieces(each.name)},
                                 {"form", Json::Repaired(FormWords(each, column, texts))}}));
  }
  if (!policy.member_of) return Json::Array(std::move(rows));
  for (const auto& carried : policy.member_of->carry) {
    rows.push_back(Json::Object({{"about", texts.Get("agreement.own_column")},
                                 {"name_pieces", NamePieces(carried.OutputName())},
                                 {"form", texts.Get("policy.carried_its")}}));
  }
  return Json::Array(std::move(rows));
}

std::string UnseenWords(const Policy& policy, const catalogue::Schema& schema, const Texts& texts) {
  const auto names = LeftOutColumns(policy, schema);
  std::string words;
  const std::size_t shown = std::min(names.size(), kShownUnseen);
  for (std::size_t i = 0; i < shown; ++i) words += (i == 0 ? "" : ", ") + names[i];
  if (shown == names.size()) return words;
  return texts.Get("policy.and_more",
                   {{"values", words}, {"count", NumberText(names.size() - shown)}});
}

Json TimelineJson(const Agreement& agreement, const std::vector<std::string>& words, CivilDay today,
                  const std::string& uses, const Texts& texts) {
  Json::Items items;
  for (std::size_t i = 0; i < agreement.history.size(); ++i) {
    const std::string said = i < words.size() ? words[i] : std::string{};
    items.push_back(EventJson(agreement, agreement.history[i], said, texts));
  }
  const bool is_live =
      agreement.state == AgreementState::kActive || agreement.state == AgreementState::kSuspended;
  if (!is_live) return Json::Array(std::move(items));
  items.push_back(MomentJson("tab-now", today, texts.Get("agreement.today"), uses, texts));
  if (agreement.first_day > today) {
    items.push_back(
        MomentJson("tab-next", agreement.first_day, texts.Get("agreement.begins"), {}, texts));
  }
  if (agreement.review_day && *agreement.review_day >= today) {
    items.push_back(MomentJson("tab-next", *agreement.review_day, texts.Get("agreement.review"),
                               texts.Get("agreement.review_note"), texts));
  }
  items.push_back(
      MomentJson("tab-next", agreement.last_day, texts.Get("agreement.end"), {}, texts));
  return Json::Array(std::move(items));
}

Json WeeksJson(const std::vector<agreements::Gate::UsesOfDay>& days, CivilDay last,
               const Texts& texts) {
  if (days.empty()) return {};
  const CivilDay end = MondayOf(last);
  std::vector<std::uint64_t> counts(kShownWeeks, 0);
  std::size_t first_used = kShownWeeks;
  for (const auto& each : days) {
    const std::int32_t weeks_ago = (end.days - MondayOf(each.day).days) / kDaysOfWeek;
    if (weeks_ago < 0 || weeks_ago >= static_cast<std::int32_t>(kShownWeeks)) continue;
    const std::size_t place = kShownWeeks - 1 - static_cast<std::size_t>(weeks_ago);
    counts[place] += each.uses;
    first_used = std::min(first_used, place);
  }
  if (first_used == kShownWeeks) return {};
  const std::uint64_t most = *std::ranges::max_element(counts);
  Json::Items bars;
  std::string figures;
  for (std::size_t i = first_used; i < kShownWeeks; ++i) {
    const CivilDay monday{end.days - static_cast<std::int32_t>(kShownWeeks - 1 - i) * kDaysOfWeek};
    bars.push_back(
        WeekJson(monday, counts[i], most, static_cast<std::int64_t>(i - first_used), texts));
    figures += (figures.empty() ? "" : ", ") + NumberText(counts[i]);
  }
  const CivilDay begin{end.days -
                       static_cast<std::int32_t>(kShownWeeks - 1 - first_used) * kDaysOfWeek};
  return Json::Object({{"name", texts.Get("agreement.weeks_name", {{"from", DayText(begin, texts)},
                                                                   {"until", DayText(end, texts)},
                                                                   {"figures", figures}})},
                       {"bars", Json::Array(std::move(bars))}});
}

Json UseJson(const Entry& opened, const std::optional<Entry>& closed, bool is_party,
             const Texts& texts) {
  const std::string door = TextOf(opened.fields, "door");
  const std::string door_key = Format("policy.door.{}", door);
  std::string outcome = closed ? TextOf(closed->fields, "outcome") : "open";
  const std::string key = Format("use_outcome.{}", outcome);
  const bool has_rows = closed && outcome == "complete";
  return Json::Object(
      {{"index", NumberText(opened.index)},
       {"receipt_url", is_party ? Json(Format("/receipts/{}", opened.index)) : Json()},
       {"closed", closed ? NumberText(closed->index) : std::string{}},
       {"hour", opened.time ? HourText(*opened.time, texts) : std::string{}},
       {"what", Json::Repaired(texts.Has(door_key) ? texts.Get(door_key) : door)},
       {"rows", has_rows ? NumberText(CountOf(closed->fields, "rows")) : std::string{}},
       {"outcome", Json::Repaired(texts.Has(key) ? texts.Get(key) : outcome)}});
}

}  // namespace web
