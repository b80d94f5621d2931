#include "web/query_error.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "web/column_words.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;

constexpr std::string_view kUnknownColumn = "Referenced column \"";
constexpr std::size_t kMaxMessageBytes = 600;
constexpr std::size_t kMaxShownLineBytes = 200;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

std::string_view LineOf(std::string_view sql, std::size_t line) {
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = sql.find('\n');
    if (end == std::string_view::npos) return {};
    sql.remove_prefix(end + 1);
  }
  return sql.substr(0, sql.find('\n'));
}

// What DuckDB says, without the part that shows SQL which the asker never wrote.
std::string MessageOf(std::string_view what) {
  what = what.substr(0, std::min(what.find("\n\nLINE "), what.find("\nLINE ")));
  what = what.substr(0, kMaxMessageBytes);
  std::string out(what.substr(0, base::ValidUtf8Bytes(what)));
  std::ranges::replace(out, '\n', ' ');
  return ShownText(out);
}

// The line with the word that is at fault marked, and how far the sign below it stands.
Json MarkedJson(std::string_view sql, const SqlSpot& spot) {
  const std::string_view line = LineOf(sql, spot.line);
  const std::size_t at = spot.column - 1;
  if (at > line.size() || line.size() > kMaxShownLineBytes) return {};
  std::size_t end = at;
  while (end < line.size() && IsWordByte(line[end])) ++end;
  if (end == at && end < line.size()) ++end;
  const std::string number = Format("{}", spot.line);
  const std::size_t before =
      number.size() + 2 + base::CountCodePoints(base::RepairedUtf8(line.substr(0, at)));
  return Json::Object({{"line", number},
                       {"before", Json::Repaired(line.substr(0, at))},
                       {"word", Json::Repaired(line.substr(at, end - at))},
                       {"after", Json::Repaired(line.substr(end))},
                       {"indent", std::string(before, ' ')}});
}

struct Fault {
  std::string what;
  std::string hint;
  std::string sign;  // below the word
  std::optional<SqlSpot> spot;
};

Fault FaultOf(const base::Error& error, std::string_view sql, const catalogue::Schema& schema,
              const std::string& dataset_title, const Texts& texts) {
  const std::string unknown = UnknownColumnOf(error.what);
  if (unknown.empty()) {
    return {MessageOf(error.what), std::string(error.Remedy()), {}, SpotOf(error.where)};
  }
  const bool is_left_out = std::ranges::any_of(schema.columns, [&](const auto& column) {
    return std::ranges::equal(column.name, unknown, {}, Lower, Lower);
  });
  const std::string dataset = ShownText(dataset_title);
  return {texts.Get("query.unknown_column", {{"column", ShownColumn(unknown)}}),
          texts.Get(is_left_out ? "query.left_out" : "query.nowhere", {{"dataset", dataset}}),
          texts.Get(is_left_out ? "query.sign_left_out" : "query.sign_unknown"),
          SpotOfName(sql, unknown)};
}

}  // namespace

std::optional<SqlSpot> SpotOf(std::string_view where) {
  constexpr std::string_view kLine = "line ";
  constexpr std::string_view kColumn = ", column ";
  const std::size_t comma = where.find(kColumn);
  if (!where.starts_with(kLine) || comma == std::string_view::npos) return std::nullopt;
  const auto line = base::ParseDecimal(where.substr(kLine.size(), comma - kLine.size()));
  const auto column = base::ParseDecimal(where.substr(comma + kColumn.size()));
  if (!line || !column || *line == 0 || *column == 0) return std::nullopt;
  return SqlSpot{*line, *column};
}

std::optional<SqlSpot> SpotOfName(std::string_view sql, std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t at = 0; at + name.size() <= sql.size(); ++at) {
    const std::size_t end = at + name.size();
    const bool is_word = (at == 0 || !IsWordByte(sql[at - 1])) &&
                         (end == sql.size() || !IsWordByte(sql[end])) &&
                         std::ranges::equal(sql.substr(at, name.size()), name, {}, Lower, Lower);
    if (!is_word) continue;
    const std::string_view before = sql.substr(0, at);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    return SqlSpot{lines + 1, at - (before.rfind('\n') + 1) + 1};  // npos + 1 is 0
  }
  return std::nullopt;
}

std::string UnknownColumnOf(std::string_view message) {
  const std::size_t begin = message.find(kUnknownColumn);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = message.substr(begin + kUnknownColumn.size());
  const std::size_t end = rest.find("\" not found");
  return end == std::string_view::npos ? std::string{} : std::string(rest.substr(0, end));
}

Json QueryErrorJson(const base::Error& error, std::string_view sql, const catalogue::Schema& schema,
                    const std::string& dataset_title, const Texts& texts) {
  const Fault fault = FaultOf(error, sql, schema, dataset_title, texts);
  std::string at_field = fault.what;
  if (fault.spot) {
    at_field = texts.Get("query.at", {{"line", Format("{}", fault.spot->line)},
                                      {"column", Format("{}", fault.spot->column)},
                                      {"what", fault.what}});
  }
  return Json::Object({{"what", Json::Repaired(fault.what)},
                       {"at_field", Json::Repaired(at_field)},
                       {"hint", Json::Repaired(fault.hint)},
                       {"sign", Json::Repaired(fault.sign)},
                       {"marked", fault.spot ? MarkedJson(sql, *fault.spot) : Json()}});
}

}  // namespace web
