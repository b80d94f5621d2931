// What the second implementation of docs/formats/policy.md knows of single values: normal forms,
// texts, days, literals, order, districts.
//
// Written from that page alone, as policy_evaluator.h; header only, for tests of this folder.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "agreements/policy_cells.h"
#include "base/json.h"
#include "base/text.h"

namespace agreements {

struct EvaluatorValues {
  // --- texts and normal forms ---

  static std::vector<char32_t> Points(const std::string& text) {
    std::vector<char32_t> points;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        points.push_back(byte);
      } else if (byte >= 0xF0) {
        points.push_back(byte & 7U);
      } else if (byte >= 0xE0) {
        points.push_back(byte & 15U);
      } else if (byte >= 0xC0) {
        points.push_back(byte & 31U);
      } else {
        points.back() = points.back() << 6U | (byte & 63U);
      }
    }
    return points;
  }
  static void Append(std::string& text, char32_t point) {
    if (point < 0x80) {
      text += static_cast<char>(point);
      return;
    }
    std::string tail;
    char32_t lead = 0x40;
    while (point >= lead / 2 || tail.empty()) {
      tail.insert(tail.begin(), static_cast<char>(0x80U | (point & 63U)));
      point >>= 6U;
      lead = tail.size() == 1 ? 0x40 : lead / 2;
    }
    const unsigned marks = tail.size() == 1 ? 0xC0U : tail.size() == 2 ? 0xE0U : 0xF0U;
    text += static_cast<char>(marks | point);
    text += tail;
  }
  static bool IsBlank(char32_t p) {
    return (p >= 0x09 && p <= 0x0D) || p == 0x20 || p == 0x85 || p == 0xA0 || p == 0x1680 ||
           (p >= 0x2000 && p <= 0x200A) || p == 0x2028 || p == 0x2029 || p == 0x202F ||
           p == 0x205F || p == 0x3000;
  }
  static bool IsMark(char32_t p) {
    return p == 0xAD || p == 0x61C || (p >= 0x200B && p <= 0x200F) ||
           (p >= 0x202A && p <= 0x202E) || (p >= 0x2060 && p <= 0x2064) ||
           (p >= 0x2066 && p <= 0x2069) || p == 0xFEFF;
  }
  static std::string Normal(const std::string& rule, const std::string& text) {
    if (rule == "exact") return base::Normalise(text);
    std::string kept;
    if (rule == "compact") {
      for (const char32_t point : Points(text)) {
        if (!IsBlank(point) && !IsMark(point)) Append(kept, point);
      }
      kept = base::Normalise(kept);
      for (char& c : kept) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      }
      return kept;
    }
    bool was_blank = true;  // so that none stands at the front
    for (const char32_t point : Points(text)) {
      if (IsMark(point)) continue;
      if (!IsBlank(point)) Append(kept, point);
      if (IsBlank(point) && !was_blank) kept += ' ';
      was_blank = IsBlank(point);
    }
    if (kept.ends_with(' ')) kept.pop_back();
    return base::FoldCase(kept);
  }
  static std::string RuleOf(const std::string& meaning) {
    for (const char* each :
         {"national-insurance-number", "nhs-number", "tax-reference", "company-number",
          "paye-reference", "council-tax-account", "passport-number", "bank-account", "sort-code",
          "uprn", "phone", "postcode", "area-code", "sic-code", "tax-code"}) {
      if (meaning == each) return "compact";
    }
    for (const char* each : {"forename", "surname", "person-name", "organisation-name", "title",
                             "address", "place", "email"}) {
      if (meaning == each) return "name";
    }
    return "exact";
  }

  // --- days and times ---

  struct Civil {
    std::int64_t year;
    unsigned month;
    unsigned day;
  };
  static std::int64_t DayOf(const Cell& cell, const std::string& type) {
    const std::int64_t whole = WholeOf(cell);
    if (type == "date") return whole;
    return whole / kDayMicroseconds - (whole % kDayMicroseconds < 0 ? 1 : 0);
  }
  // Nothing outside years 1 to 9999.
  static std::optional<Civil> CivilOf(const Cell& cell, const std::string& type) {
    const std::int64_t day = DayOf(cell, type);
    if (day < *DayIn("0001-01-01") || day > *DayIn("9999-12-31")) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
    return Civil{static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day())};
  }
  static std::string Digits(std::int64_t number, std::size_t count) {
    std::string digits = std::to_string(number);
    return std::string(count - std::min(count, digits.size()), '0') + digits;
  }
  // The text of a value as the page's table has it; nothing where it has none.
  static std::optional<std::string> TextOfValue(const Cell& cell, const std::string& type) {
    if (type == "boolean") return std::get<bool>(*cell) ? "true" : "false";
    if (type == "long") return std::to_string(WholeOf(cell));
    if (type != "date" && type != "timestamp") return TextOf(cell);
    const auto civil = CivilOf(cell, type);
    if (!civil) return std::nullopt;
    std::string text =
        Digits(civil->year, 4) + "-" + Digits(civil->month, 2) + "-" + Digits(civil->day, 2);
    if (type == "date") return text;
    const std::int64_t rest = WholeOf(cell) - DayOf(cell, type) * kDayMicroseconds;
    const std::int64_t seconds = rest / 1'000'000;
    return text + "T" + Digits(seconds / 3600, 2) + ":" + Digits(seconds / 60 % 60, 2) + ":" +
           Digits(seconds % 60, 2) + "." + Digits(rest % 1'000'000, 6) + "Z";
  }

  // --- comparing ---

  static Cell LiteralOf(const base::Json& json, const std::string& type) {
    const base::Json* bound = json.Find("value");
    const base::Json& literal = bound == nullptr ? json : *bound;
    if (type == "boolean") return literal.AsBool();
    const bool is_integer = literal.kind() == base::Json::Kind::kInteger;
    if (type == "double" && is_integer) return static_cast<double>(literal.AsInteger());
    if (type == "double") return literal.AsNumber();
    if (type == "long" && is_integer) return literal.AsInteger();
    return CellOf(literal.AsString(), type);
  }
  // -1, 0, 1; of numbers by value, of texts by bytes.
  template <typename T>
  static int Order(const T& left, const T& right) {
    return left < right ? -1 : right < left ? 1 : 0;
  }
  static int OrderOfDecimals(std::string left, std::string right) {
    const bool left_negative = left.starts_with('-');
    const bool right_negative = right.starts_with('-');
    if (left_negative) left.erase(0, 1);
    if (right_negative) right.erase(0, 1);
    const auto padded = [](const std::string& text) {
      const std::size_t point = std::min(text.find('.'), text.size());
      std::string fraction = point < text.size() ? text.substr(point + 1) : "";
      fraction.resize(40, '0');
      return std::string(40 - point, '0') + text.substr(0, point) + fraction;
    };
    const std::string a = padded(left);
    const std::string b = padded(right);
    const bool both_zero = a == b && a.find_first_not_of('0') == std::string::npos;
    if (both_zero) return 0;
    if (left_negative != right_negative) return left_negative ? -1 : 1;
    return left_negative ? Order(b, a) : Order(a, b);
  }
  static int Compare(const Cell& left, const Cell& right, const std::string& type) {
    if (type == "boolean") return Order(std::get<bool>(*left), std::get<bool>(*right));
    if (type == "double") return Order(std::get<double>(*left), std::get<double>(*right));
    if (type.starts_with("decimal")) return OrderOfDecimals(TextOf(left), TextOf(right));
    if (type == "string") return Order(TextOf(left), TextOf(right));
    return Order(WholeOf(left), WholeOf(right));
  }

  // --- treatments of one value ---

  static std::string WithPlaces(std::string text, std::size_t places) {
    std::size_t point = text.find('.');
    if (point == std::string::npos && places > 0) {
      point = text.size();
      text += '.';
    }
    if (places > 0) text.resize(point + 1 + places, '0');
    if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) {
      text.erase(0, 1);
    }
    return text;
  }
  static Cell District(const Cell& cell) {
    const std::string text = Normal("compact", TextOf(cell));
    const auto letter = [&text](std::size_t i) { return text[i] >= 'A' && text[i] <= 'Z'; };
    const auto digit = [&text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() < 5 || text.size() > 7) return std::nullopt;
    const std::size_t inward = text.size() - 3;
    if (!digit(inward) || !letter(inward + 1) || !letter(inward + 2)) return std::nullopt;
    std::size_t at = 0;
    if (!letter(at++)) return std::nullopt;
    if (letter(at)) ++at;
    if (at >= inward || !digit(at++)) return std::nullopt;
    if (at < inward && (letter(at) || digit(at))) ++at;
    if (at != inward) return std::nullopt;
    return text.substr(0, inward);
  }
};

}  // namespace agreements
