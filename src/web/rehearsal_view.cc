#include "web/rehearsal_view.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/format.h"
#include "base/hmac.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Policy;
using base::Format;
using base::Json;

constexpr std::string_view kSealOf = "tabularium-rehearsal-1\n";
constexpr std::size_t kMaxCarriedBytes = 64U << 10U;
constexpr std::uint64_t kBarWidth = 290;  // of all rows
constexpr std::uint64_t kLeastBarWidth = 2;

ShownCount Veiled(std::uint64_t count) {
  if (exchange::IsVeiled(count)) return std::nullopt;
  return count;
}

std::vector<ShownCount> Veiled(const std::vector<std::uint64_t>& counts) {
  std::vector<ShownCount> shown;
  for (const std::uint64_t each : counts) shown.push_back(Veiled(each));
  return shown;
}

Json CountJson(const ShownCount& count) { return count ? Json(*count) : Json(); }

Json CountsJson(const std::vector<ShownCount>& counts) {
  Json::Items items;
  for (const ShownCount& each : counts) items.push_back(CountJson(each));
  return Json::Array(std::move(items));
}

ShownCount CountIn(const Json& json) {
  if (json.kind() != Json::Kind::kInteger || json.AsInteger() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(json.AsInteger());
}

std::vector<ShownCount> CountsIn(const Json& json, std::string_view name) {
  std::vector<ShownCount> counts;
  for (const Json& each : ItemsOf(json, name)) counts.push_back(CountIn(each));
  return counts;
}

std::string SealOf(std::string_view text, std::string_view session_secret) {
  return base::HmacSha256Key(session_secret).Sign({kSealOf, text}).Hex();
}

// Where values are shown as they are or masked, none is left empty by its treatment.
bool CanBeLeftEmpty(const agreements::PolicyColumn& column) {
  return column.treatment != catalogue::kShow && column.treatment != catalogue::kMask;
}

// The rows of the columns table, with what each leaves empty.
Json ColumnRowsJson(const ShownRehearsal& rehearsal, const Policy& policy,
                    const PolicySources& sources, const Texts& texts) {
  const Json columns = PolicyColumnsJson(policy, sources, texts);
  std::vector<std::string> empty;
  for (const agreements::PolicyColumn& column : policy.columns) {
    if (column.treatment == catalogue::kDrop) continue;
    const std::size_t place = empty.size();
    const bool is_counted = CanBeLeftEmpty(column) && place < rehearsal.left_empty.size();
    empty.push_back(is_counted ? CountText(rehearsal.left_empty[place], texts) : std::string{});
    if (empty.back() == "0") empty.back() = texts.Get("dry_run.none");
  }
  Json::Items rows;
  for (const Json& each : columns.AsArray()) {
    Json::Members row = each.AsObject();
    row.emplace_back("left_empty", rows.size() < empty.size() ? empty[rows.size()] : std::string{});
    rows.push_back(Json::Object(std::move(row)));
  }
  return Json::Array(std::move(rows));
}

Json StepJson(const ShownCount& count, std::uint64_t all, const std::string& words, bool is_last,
              const Texts& texts) {
  const std::uint64_t of_all = all == 0 ? 0 : count.value_or(0) * kBarWidth / all;
  return Json::Object({{"count", CountText(count, texts)},
                       {"step", Json::Repaired(words)},
                       {"width", Format("{}", std::max(of_all, kLeastBarWidth))},
                       {"is_last", is_last}});
}

Json StepsJson(const ShownRehearsal& rehearsal, const Policy& policy, const PolicySources& sources,
               const Texts& texts) {
  const auto sentences = RowSentences(policy, sources, texts);
  Json::Items steps = {StepJson(rehearsal.rows, rehearsal.rows, texts.Get("dry_run.in_dataset"),
                                rehearsal.after_step.empty(), texts)};
  for (std::size_t i = 0; i < rehearsal.after_step.size(); ++i) {
    const bool is_last = i + 1 == rehearsal.after_step.size();
    std::string words = i < sentences.size() ? sentences[i] : std::string{};
    if (is_last && rehearsal.has_list) {
      words = texts.Get("dry_run.of_entries",
                        {{"words", words}, {"count", CountText(rehearsal.list_entries, texts)}});
    }
    steps.push_back(StepJson(rehearsal.after_step[i], rehearsal.rows, words, is_last, texts));
  }
  return Json::Array(std::move(steps));
}

Json LeftOutJson(const Policy& policy, const PolicySources& sources, const Texts& texts) {
  if (sources.schema == nullptr) return {};
  const auto names = LeftOutColumns(policy, *sources.schema);
  if (names.empty()) return {};
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return Json::Object(
      {{"left_words", texts.Get(names.size() == 1 ? "dry_run.one_stays" : "dry_run.stay",
                                {{"count", NumberText(names.size())}})},
       {"left_names", Json::Repaired(list)}});
}

}  // namespace

ShownRehearsal Shown(const exchange::RequestRehearsal& rehearsal) {
  const auto& counts = rehearsal.counts;
  return {.entry = rehearsal.index,
          .version = rehearsal.version.version,
          .rows = counts.rows.rows,
          .after_step = Veiled(counts.rows.after_step),
          .matched = Veiled(counts.rows.matched),
          .left_empty = Veiled(counts.rows.left_empty),
          .has_list = counts.list.has_value(),
          .list_entries = counts.list ? Veiled(counts.list->entries) : ShownCount{}};
}

CarriedRehearsal Sealed(const ShownRehearsal& rehearsal, const RehearsedRequest& request,
                        std::string_view session_secret) {
  std::string text =
      base::WriteJson(Json::Object({{"request", request.number},
                                    {"revision", request.revision},
                                    {"entry", rehearsal.entry},
                                    {"version", rehearsal.version},
                                    {"rows", rehearsal.rows},
                                    {"after_step", CountsJson(rehearsal.after_step)},
                                    {"matched", CountJson(rehearsal.matched)},
                                    {"left_empty", CountsJson(rehearsal.left_empty)},
                                    {"has_list", rehearsal.has_list},
                                    {"list_entries", CountJson(rehearsal.list_entries)}}));
  std::string seal = SealOf(text, session_secret);
  return {std::move(text), std::move(seal)};
}

std::optional<ShownRehearsal> Opened(const CarriedRehearsal& carried,
                                     const RehearsedRequest& request,
                                     std::string_view session_secret) {
  if (carried.text.empty() || carried.text.size() > kMaxCarriedBytes) return std::nullopt;
  if (!base::SecretsEqual(carried.seal, SealOf(carried.text, session_secret))) return std::nullopt;
  const auto json = base::ParseJson(carried.text, base::kRequestJson);
  if (!json || TextOf(*json, "request") != request.number ||
      CountOf(*json, "revision") != request.revision) {
    return std::nullopt;
  }
  return ShownRehearsal{.entry = CountOf(*json, "entry"),
                        .version = CountOf(*json, "version"),
                        .rows = CountOf(*json, "rows"),
                        .after_step = CountsIn(*json, "after_step"),
                        .matched = CountIn(MemberOf(*json, "matched")),
                        .left_empty = CountsIn(*json, "left_empty"),
                        .has_list = IsTrue(*json, "has_list"),
                        .list_entries = CountIn(MemberOf(*json, "list_entries"))};
}

std::string CountText(const ShownCount& count, const Texts& texts) {
  return count ? NumberText(*count) : texts.Get("dry_run.few");
}

Json DryRunJson(const ShownRehearsal& rehearsal, const Policy& policy, const PolicySources& sources,
                std::uint64_t latest, const Texts& texts) {
  const Json condition = policy.condition
                             ? Json(base::WriteJson(agreements::ConditionJson(*policy.condition)))
                             : Json();
  return Json::Object({{"version", NumberText(rehearsal.version)},
                       {"newer", latest == rehearsal.version ? Json() : Json(NumberText(latest))},
                       {"entry", NumberText(rehearsal.entry)},
                       {"what_leaves", ColumnCountWords(policy, sources, texts)},
                       {"column_rows", ColumnRowsJson(rehearsal, policy, sources, texts)},
                       {"left_out", LeftOutJson(policy, sources, texts)},
                       {"steps", StepsJson(rehearsal, policy, sources, texts)},
                       {"condition", condition}});
}

}  // namespace web
