#include "catalogue/draft_report.h"

#include <optional>
#include <utility>

namespace catalogue {
namespace {

using base::Json;

// Values of public columns come from DuckDB as UTF-8, but a file of a stranger is behind them.
Json OptionalText(const std::optional<std::string>& text) {
  return text ? Json::Repaired(*text) : Json(nullptr);
}

Json ValuesJson(const std::optional<PublicValues>& values) {
  if (!values) return nullptr;
  Json::Items top;
  for (const ValueCount& each : values->top) {
    top.push_back(Json::Object({{"value", Json::Repaired(each.value)}, {"rows", each.rows}}));
  }
  Json::Items histogram(values->histogram.begin(), values->histogram.end());
  return Json::Object({{"distinct", values->distinct},
                       {"distinct_is_exact", values->distinct_is_exact},
                       {"min", OptionalText(values->min)},
                       {"max", OptionalText(values->max)},
                       {"top", Json::Array(std::move(top))},
                       {"histogram", Json::Array(std::move(histogram))}});
}

}  // namespace

Json ProfileJson(const ColumnReading& reading, const ColumnDraft& draft) {
  Json::Items shapes;
  for (const Shape& shape : reading.Shapes()) {
    shapes.push_back(Json::Object({{"shape", shape.text}, {"rows", shape.rows}}));
  }
  return Json::Object({{"filled", reading.values()},
                       {"empty", reading.empty()},
                       {"min_characters", reading.min_characters()},
                       {"max_characters", reading.max_characters()},
                       {"shapes", Json::Array(std::move(shapes))},
                       {"values", ValuesJson(draft.values)}});
}

Json VersionProfileJson(const std::string& name, const ColumnReading& reading,
                        const ColumnDraft& draft, std::uint64_t emptied) {
  Json::Items remarks;
  for (const Remark& remark : draft.remarks) {
    remarks.push_back(Json::Object({{"code", remark.code}, {"rows", remark.rows}}));
  }
  Json::Members members = {{"name", name}};
  for (const Json::Member& member : ProfileJson(reading, draft).AsObject()) {
    members.push_back(member);
  }
  members.emplace_back("emptied", emptied);
  members.emplace_back("remarks", Json::Array(std::move(remarks)));
  return Json::Object(std::move(members));
}

}  // namespace catalogue
