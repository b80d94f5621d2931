#include "web/query_view.h"

#include <algorithm>

#include "base/format.h"
#include "web/column_words.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::AgreementState;
using agreements::OutputColumn;
using base::Format;
using base::Json;

constexpr std::int64_t kMillisecondsPerSecond = 1'000;

// "text, token", "number, lower edge of 8 bands: 15000 stands for £15,000 to £19,999"
std::string FormOf(const OutputColumn& column, const Texts& texts) {
  std::string form = TypeWords(column.type, texts);
  if (column.form == "band" && !column.bands.empty()) {
    const auto& middle = column.bands[column.bands.size() / 2];
    return texts.Get("query.column_bands", {{"type", form},
                                            {"bands", NumberText(column.bands.size())},
                                            {"from", middle.from},
                                            {"label", ShownText(middle.label)}});
  }
  const std::string key = Format("query_form.{}", column.form);
  if (!texts.Has(key)) return form;
  return Format("{}, {}", form, texts.Get(key));
}

Json ColumnsJson(const std::vector<OutputColumn>& columns, const Texts& texts) {
  Json::Items items;
  for (const OutputColumn& each : columns) {
    items.push_back(Json::Object(
        {{"name_pieces", NamePieces(each.name)}, {"form", Json::Repaired(FormOf(each, texts))}}));
  }
  return Json::Array(std::move(items));
}

}  // namespace

std::string StandstillWords(const agreements::Agreement& agreement, const Texts& texts) {
  if (agreement.state == AgreementState::kActive) return {};
  const std::string key = Format("query_still.{}", agreements::CodeOf(agreement.state).view());
  return texts.Get(texts.Has(key) ? std::string_view(key) : "query_still.ended");
}

std::string ElapsedWords(std::int64_t ms, const Texts& texts) {
  if (ms < kMillisecondsPerSecond) {
    return texts.Get(
        "query.milliseconds",
        {{"count", NumberText(static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 1)))}});
  }
  return DurationText(ms / kMillisecondsPerSecond, texts);
}

Json::Members QueryColumnsJson(const agreements::Policy& policy,
                               const std::vector<OutputColumn>& columns, std::size_t all,
                               const Texts& texts) {
  const std::size_t carried = policy.member_of ? policy.member_of->carry.size() : 0;
  const std::size_t own = columns.size() - std::min(carried, columns.size());
  const std::size_t others = all - std::min(own, all);
  return {{"columns", ColumnsJson(columns, texts)},
          {"has_columns", !columns.empty()},
          {"column_count", NumberText(columns.size())},
          {"own", NumberText(own)},
          {"carried", NumberText(carried)},
          {"has_carried", carried > 0},
          {"others", others > 0 ? Json(NumberText(others)) : Json()}};
}

}  // namespace web
