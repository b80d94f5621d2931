#include "web/column_words.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/json_text.h"
#include "web/json_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using catalogue::ColumnClass;
using catalogue::SchemaColumn;
using engine::ColumnKind;

constexpr std::size_t kShownShapes = 3;
constexpr std::size_t kShownValues = 3;
constexpr std::size_t kShownValueBytes = 40;

std::string Joined(const std::vector<std::string>& words, const Texts& texts) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? texts.Get("column.or") : ", ";
    out += words[i];
  }
  return out;
}

// Values come from the file of a stranger: long ones are cut, and they cannot turn the words
// around them.
std::string ShownValue(std::string_view value) {
  std::string shown = base::ShownName(value);
  if (shown.size() > kShownValueBytes) {
    std::string_view cut(shown.data(), kShownValueBytes);
    cut = cut.substr(0, base::ValidUtf8Bytes(cut));
    shown = std::string(cut) + "…";
  }
  return ShownText(shown);
}

// What is told of the values of a public column: the commonest, or the range.
std::string ValueWords(const SchemaColumn& column, const Json& values, const Texts& texts) {
  const bool is_ordered =
      column.type.kind != ColumnKind::kString && column.type.kind != ColumnKind::kBoolean;
  const std::string min = TextOf(values, "min");
  const std::string max = TextOf(values, "max");
  if (is_ordered && !min.empty()) {
    return texts.Get("column.range", {{"min", ShownValue(min)}, {"max", ShownValue(max)}});
  }
  std::vector<std::string> shown;
  for (const Json& each : ItemsOf(values, "top")) {
    if (shown.size() == kShownValues) break;
    shown.push_back(ShownValue(TextOf(each, "value")));
  }
  if (shown.empty()) return {};
  std::string list;
  for (const std::string& each : shown) list += (list.empty() ? "" : ", ") + each;
  const bool is_all = CountOf(values, "distinct") <= shown.size();
  return is_all ? list : texts.Get("column.commonest", {{"values", list}});
}

std::string DistinctWords(const Json& values, const Texts& texts) {
  const std::string count = NumberText(CountOf(values, "distinct"));
  return IsTrue(values, "distinct_is_exact") ? count
                                             : texts.Get("column.about", {{"count", count}});
}

Json ColumnJson(const SchemaColumn& column, const Json& profile, const Texts& texts) {
  const Json& values = MemberOf(profile, "values");
  // The schema decides, not the profile: one that held values of another column would show none.
  const bool shows_values =
      column.Class() == ColumnClass::kPublic && values.kind() == Json::Kind::kObject;
  const bool has_shapes = HasShapes(profile);
  const Json form = FormWords(profile, texts);
  const std::string value_words = shows_values ? ValueWords(column, values, texts) : std::string{};
  const std::uint64_t empty = CountOf(profile, "empty");
  const bool is_personal = IsAboutPersons(column);
  std::string class_words = texts.Get(Format("class.{}", ColumnClassName(column.Class())));
  if (column.Class() == ColumnClass::kPersonal && column.identifies) {
    class_words = texts.Get("class.identifier");
  }
  return Json::Object({{"name_pieces", NamePieces(column.name)},
                       {"means", Json::Repaired(ShownText(MeaningWords(column, texts)))},
                       {"type", TypeWords(column.type, texts)},
                       {"class", class_words},
                       {"is_personal", is_personal},
                       {"shape", value_words.empty() && has_shapes ? form : Json()},
                       {"form", value_words.empty() && !has_shapes ? form : Json()},
                       {"values", value_words.empty() ? Json() : Json::Repaired(value_words)},
                       {"empty", ShareWords(empty, empty + CountOf(profile, "filled"), texts)},
                       {"distinct", shows_values ? DistinctWords(values, texts) : std::string{}},
                       {"given_as", TreatmentWords(column.treatments, texts)}});
}

}  // namespace

Json NamePieces(std::string_view name) {
  Json::Items pieces;
  std::string shown = ShownColumn(name);
  std::size_t begin = 0;
  while (begin < shown.size()) {
    const std::size_t end = std::min(shown.find('_', begin), shown.size() - 1);
    pieces.push_back(Json::Repaired(shown.substr(begin, end - begin + 1)));
    begin = end + 1;
  }
  return Json::Array(std::move(pieces));
}

std::string ShownColumn(std::string_view name) { return ShownText(base::ShownName(name)); }

std::string TypeWords(const engine::ColumnType& type, const Texts& texts) {
  const auto& row = engine::TypeTable()[static_cast<std::size_t>(type.kind)];
  if (type.kind == ColumnKind::kDecimal) {
    return texts.Get("type.decimal", {{"places", Format("{}", type.scale)}});
  }
  return texts.Get(Format("type.{}", row.name));
}

std::string MeaningWords(const SchemaColumn& column, const Texts& texts) {
  if (!column.title.empty()) return column.title;
  const std::string key = Format("meaning.{}", column.meaning);
  return texts.Has(key) ? texts.Get(key) : std::string{};
}

std::string TreatmentWords(std::uint32_t treatments, const Texts& texts) {
  std::vector<std::string> words;
  for (const std::string_view name : catalogue::TreatmentNames(treatments & ~catalogue::kDrop)) {
    std::string word = texts.Get(Format("treatment.{}", name));
    // Only the first of a list begins with a large letter.
    if (!words.empty()) word = texts.Get(Format("treatment_after.{}", name));
    words.push_back(std::move(word));
  }
  return words.empty() ? texts.Get("treatment.drop") : Joined(words, texts);
}

bool IsAboutPersons(const SchemaColumn& column) {
  const ColumnClass column_class = column.Class();
  return column_class != ColumnClass::kPublic && column_class != ColumnClass::kConfidentialBusiness;
}

bool HasShapes(const Json& profile) {
  const std::size_t count = ItemsOf(profile, "shapes").size();
  return count > 0 && count <= kShownShapes;
}

std::string FormWords(const Json& profile, const Texts& texts) {
  if (HasShapes(profile)) {
    std::string out;
    for (const Json& each : ItemsOf(profile, "shapes"))
      out += (out.empty() ? "" : ", ") + TextOf(each, "shape");
    return out;
  }
  if (CountOf(profile, "filled") == 0) return texts.Get("column.no_value");
  const std::string min = NumberText(CountOf(profile, "min_characters"));
  const std::string max = NumberText(CountOf(profile, "max_characters"));
  if (max == "1") return texts.Get("column.one_character");
  if (min == max) return texts.Get("column.length", {{"count", min}});
  return texts.Get("column.lengths", {{"min", min}, {"max", max}});
}

std::string ShareWords(std::uint64_t part, std::uint64_t all, const Texts& texts) {
  if (part == 0 || all == 0) return "0%";
  if (part * 100 < all) return texts.Get("column.under_one");
  if (part < all && part * 100 > all * 99) return texts.Get("column.over_99");
  return Format("{}%", (part * 200 + all) / (2 * all));
}

Json ColumnsJson(const catalogue::Schema& schema, const Json& profile, const Texts& texts) {
  Json::Items rows;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const SchemaColumn& column = schema.columns[i];
    // The profile has one object for each column, in their order.
    const bool is_there = profile.kind() == Json::Kind::kArray && i < profile.AsArray().size() &&
                          TextOf(profile.AsArray()[i], "name") == column.name;
    rows.push_back(ColumnJson(column, is_there ? profile.AsArray()[i] : Json(), texts));
  }
  return Json::Array(std::move(rows));
}

}  // namespace web
