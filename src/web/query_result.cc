#include "web/query_result.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/json_text.h"
#include "web/column_words.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::OutputBand;
using agreements::OutputColumn;
using base::Json;

constexpr base::JsonLimits kResultJson{
    .max_bytes = 2 * kMaxShownBytes, .max_depth = 8, .max_values = 2 * kMaxShownBytes};
constexpr std::size_t kRowDepth = 3;  // of the object, "rows", and a row

// The chart, in units of SVG.
constexpr std::int64_t kLabelRight = 200;
constexpr std::int64_t kBarLeft = 210;
constexpr std::int64_t kBarWidth = 150;
constexpr std::int64_t kBarHeight = 22;
constexpr std::int64_t kBarStep = 30;
constexpr std::int64_t kChartWidth = 440;
constexpr std::size_t kMaxLabelCharacters = 26;

// The cell at a place; null where there is none, since rows come from a worker.
const Json& CellAt(const Json& row, std::size_t place) {
  static const Json kNone;
  const bool is_there = row.kind() == Json::Kind::kArray && place < row.AsArray().size();
  return is_there ? row.AsArray()[place] : kNone;
}

std::string CellText(const Json& cell) {
  if (cell.kind() == Json::Kind::kString) return cell.AsString();
  return base::WriteJson(cell);
}

bool IsNumeric(std::string_view type) {
  return type == "long" || type == "double" || type.starts_with("decimal");
}

// Control characters and marks that turn the writing stay out of a page.
std::string ShownValue(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    // ShownName cuts what is long, so a long text is passed on in pieces of whole characters.
    std::string_view piece = text.substr(0, base::kShownNameBytes / 2);
    piece = piece.substr(0, std::max<std::size_t>(1, base::ValidUtf8Bytes(piece)));
    shown += base::ShownName(piece);
    text.remove_prefix(piece.size());
  }
  return ShownText(shown);
}

const OutputColumn* ColumnOf(const std::vector<OutputColumn>& columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name, &OutputColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

// The label of the band whose lower edge this is; empty where the column has none.
std::string BandLabel(const OutputColumn* column, const std::string& edge) {
  if (column == nullptr) return {};
  const auto band = std::ranges::find(column->bands, edge, &OutputBand::from);
  return band == column->bands.end() ? std::string{} : ShownText(band->label);
}

struct Head {
  std::string name;
  std::string type;
  const OutputColumn* column = nullptr;

  [[nodiscard]] bool HasBands() const { return column != nullptr && !column->bands.empty(); }
};

std::vector<Head> HeadsOf(const Json& result, const std::vector<OutputColumn>& columns) {
  std::vector<Head> heads;
  for (const Json& each : ItemsOf(result, "columns")) {
    const std::string name = TextOf(each, "name");
    heads.push_back({name, TextOf(each, "type"), ColumnOf(columns, name)});
  }
  return heads;
}

Json RowJson(const Json& row, const std::vector<Head>& heads) {
  Json::Items cells;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const Json& cell = CellAt(row, i);
    const bool is_null = cell.kind() == Json::Kind::kNull;
    const std::string text = is_null ? std::string{} : CellText(cell);
    const std::string label = BandLabel(heads[i].column, text);
    cells.push_back(Json::Object({{"is_first", i == 0},
                                  {"is_numeric", i > 0 && IsNumeric(heads[i].type)},
                                  {"is_null", is_null},
                                  {"text", Json::Repaired(ShownValue(text))},
                                  {"label", label.empty() ? Json() : Json::Repaired(label)}}));
  }
  return Json::Object({{"cells", Json::Array(std::move(cells))}});
}

std::string CutLabel(const std::string& label) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(label[i]) & 0xC0U) != 0x80U;
    if (begins && ++characters > kMaxLabelCharacters) return label.substr(0, i) + "…";
  }
  return label;
}

struct Bar {
  std::string label;
  std::string figure;
  double value = 0;
};

// Which columns the chart is of: the label, and the number. Nothing where it is not clear.
std::optional<std::pair<std::size_t, std::size_t>> AxesOf(const std::vector<Head>& heads) {
  std::optional<std::size_t> label;
  std::size_t texts = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const bool is_text = heads[i].type == "string";
    if (is_text) ++texts;
    if ((is_text || heads[i].HasBands()) && !label) label = i;
  }
  if (!label || texts > 1) return std::nullopt;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (i != *label && IsNumeric(heads[i].type) && !heads[i].HasBands()) return {{*label, i}};
  }
  return std::nullopt;
}

std::optional<double> NumberOf(const Json& cell) {
  const std::string text = CellText(cell);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  if (!is_whole || !(value >= 0) || value > 1e300) return std::nullopt;
  return value;
}

std::optional<std::vector<Bar>> BarsOf(const Json& result, const std::vector<Head>& heads,
                                       std::size_t label, std::size_t number, const Texts& texts) {
  std::vector<Bar> bars;
  for (const Json& row : ItemsOf(result, "rows")) {
    if (bars.size() == kMaxBars) break;
    const Json& name = CellAt(row, label);
    const auto value = NumberOf(CellAt(row, number));
    if (!value) return std::nullopt;
    const bool is_null = name.kind() == Json::Kind::kNull;
    const std::string words = is_null ? texts.Get("query.no_value") : ShownValue(CellText(name));
    const std::string band = is_null ? "" : BandLabel(heads[label].column, CellText(name));
    bars.push_back(
        {band.empty() ? words : band, ShownValue(CellText(CellAt(row, number))), *value});
  }
  if (bars.empty()) return std::nullopt;
  return bars;
}

Json BarJson(const Bar& bar, double greatest, std::size_t place) {
  const std::int64_t y = static_cast<std::int64_t>(place) * kBarStep;
  const std::int64_t width = greatest > 0 ? std::lround(bar.value / greatest * kBarWidth) : 0;
  return Json::Object({{"label", Json::Repaired(CutLabel(bar.label))},
                       {"figure", Json::Repaired(bar.figure)},
                       {"label_x", kLabelRight},
                       {"text_y", y + 16},
                       {"x", kBarLeft},
                       {"y", y},
                       {"width", std::max<std::int64_t>(width, 1)},
                       {"height", kBarHeight},
                       {"figure_x", kBarLeft + width + 8}});
}

}  // namespace

void PartialResult::Add(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() && rows() <= kMaxShownRows; ++i) {
    const char c = bytes[i];
    if (is_in_text_) {
      is_in_text_ = is_escaped_ || c != '"';
      is_escaped_ = !is_escaped_ && c == '\\';
    } else if (c == '"') {
      is_in_text_ = true;
    } else if (c == '[' || c == '{') {
      ++depth_;
    } else if (c == ']' || c == '}') {
      if (depth_ == kRowDepth && has_columns_) row_ends_.push_back(bytes_.size() + i + 1);
      if (depth_ == kRowDepth - 1) has_columns_ = true;
      if (depth_ > 0) --depth_;
    }
  }
  bytes_ += bytes;
}

base::Result<Json> PartialResult::FirstRows() const {
  const std::size_t columns_end = bytes_.find("],\"rows\":[");
  const bool has_rows = !row_ends_.empty();
  if (!has_rows && columns_end == std::string::npos) {
    return base::Fail(base::ErrorCode::kInvalid, "The result has no columns yet");
  }
  constexpr std::string_view kRowsBegin = "],\"rows\":[";
  // One whole row tells how many cells a row has; then as many rows as a page can hold.
  const auto upto = [&](std::size_t rows) {
    const std::size_t end = rows == 0 ? columns_end + kRowsBegin.size() : row_ends_[rows - 1];
    return base::ParseJson(bytes_.substr(0, end) + "]}", kResultJson);
  };
  const Json first = TRY(upto(has_rows ? 1 : 0));
  const std::size_t columns = std::max<std::size_t>(1, ItemsOf(first, "columns").size());
  const std::size_t most = std::max<std::size_t>(1, kMaxShownCells / columns);
  return upto(std::min({row_ends_.size(), kMaxShownRows, most}));
}

Json ResultTableJson(const Json& result, const std::vector<OutputColumn>& columns) {
  const std::vector<Head> heads = HeadsOf(result, columns);
  Json::Items names;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    names.push_back(Json::Object({{"name", Json::Repaired(ShownColumn(heads[i].name))},
                                  {"is_numeric", i > 0 && IsNumeric(heads[i].type)}}));
  }
  Json::Items rows;
  for (const Json& each : ItemsOf(result, "rows")) rows.push_back(RowJson(each, heads));
  const bool is_empty = rows.empty();
  return Json::Object({{"heads", Json::Array(std::move(names))},
                       {"rows", Json::Array(std::move(rows))},
                       {"is_empty", is_empty}});
}

Json ResultChartJson(const Json& result, const std::vector<OutputColumn>& columns,
                     const Texts& texts) {
  const std::vector<Head> heads = HeadsOf(result, columns);
  const auto axes = AxesOf(heads);
  if (!axes) return {};
  const auto [label, number] = *axes;
  const auto bars = BarsOf(result, heads, label, number, texts);
  if (!bars) return {};
  const auto [least, most] = std::ranges::minmax_element(*bars, {}, &Bar::value);
  Json::Items items;
  for (std::size_t i = 0; i < bars->size(); ++i) {
    items.push_back(BarJson((*bars)[i], most->value, i));
  }
  const std::string number_name = ShownColumn(heads[number].name);
  const std::string label_name = ShownColumn(heads[label].name);
  const std::string name = texts.Get("query.chart_name", {{"number", number_name},
                                                          {"label", label_name},
                                                          {"most", most->figure},
                                                          {"most_at", most->label},
                                                          {"least", least->figure},
                                                          {"least_at", least->label}});
  const auto height = static_cast<std::int64_t>(bars->size()) * kBarStep;
  return Json::Object({{"name", Json::Repaired(name)},
                       {"number_name", Json::Repaired(number_name)},
                       {"label_name", Json::Repaired(label_name)},
                       {"is_cut", ItemsOf(result, "rows").size() > bars->size()},
                       {"bar_count", NumberText(bars->size())},
                       {"width", kChartWidth},
                       {"height", height},
                       {"bars", Json::Array(std::move(items))}});
}

}  // namespace web
