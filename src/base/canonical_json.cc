// RFC 8785 asks for two things that the plain writer does not do.
//
// Order: names compare by UTF-16 code units. UTF-8 bytes give the order of code points, and the two
// orders differ in one place only: code points above U+FFFF (lead bytes F0 to F4) are surrogates
// D800 to DFFF in UTF-16 and so come before U+E000 to U+FFFF (lead bytes EE and EF). Moving those
// lead bytes past F4 turns the one order into the other without converting anything: where two
// valid texts differ first, both bytes are lead bytes, or both belong inside a sequence and lie
// below C0.
//
// Numbers: std::to_chars gives the shortest digits that read back, the nearest to the exact value
// among those, as ECMA-262 (6.1.6.1.20) asks for; only where the point and the exponent go is
// different, and that is AppendEcmaScriptNumber.
#include "base/canonical_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/internal/json_parse.h"
#include "base/json_text.h"

namespace base {
namespace {

constexpr std::int64_t kLargestExactInteger = (std::int64_t{1} << 53) - 1;

// Appends the text that ECMA-262's Number::toString gives in base 10; number is finite. With
// digits d1…dk and the value 0.d1…dk * 10^n, the point stands inside the digits for 0 < n <= 21,
// before them for -6 < n <= 0, and an exponent is written otherwise.
void AppendEcmaScriptNumber(std::string& out, double number) {
  if (number == 0) {
    out += '0';  // -0 too
    return;
  }
  if (number < 0) out += '-';
  std::array<char, 32> buffer;
  const auto [end, status] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                           std::fabs(number), std::chars_format::scientific);
  // d.ddde+XX
  const std::string_view written(buffer.data(), end);
  const std::size_t exponent_at = written.find('e');
  std::string digits(written.substr(0, 1));
  if (exponent_at > 2) digits += written.substr(2, exponent_at - 2);
  int exponent = 0;
  const std::size_t plus = written[exponent_at + 1] == '+' ? 1 : 0;
  std::from_chars(written.data() + exponent_at + 1 + plus, end, exponent);

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // n of ECMA-262
  if (count <= point && point <= 21) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out.append(digits.insert(static_cast<std::size_t>(point), 1, '.'));
  } else if (-6 < point && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    if (count > 1) digits.insert(1, 1, '.');
    out.append(digits)
        .append(exponent < 0 ? "e-" : "e+")
        .append(std::to_string(std::abs(exponent)));
  }
}

// The place of a byte in the order of UTF-16; see the top.
unsigned Utf16Rank(char c) {
  const unsigned byte = static_cast<unsigned char>(c);
  if (byte == 0xEE || byte == 0xEF) return byte + 0x10;
  return byte;
}

bool IsBeforeInUtf16(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, Utf16Rank, Utf16Rank);
}

class CanonicalWriter {
 public:
  Result<std::string> Write(const Json& json) {
    TRY(Append(json, nullptr));
    return std::move(out_);
  }

 private:
  // The way back to the root, kept on the stack of the walk; a pointer is made of it for an error.
  struct Place {
    const Place* parent;
    std::string_view name;  // of a member
    std::size_t index;      // of an item
    bool is_member;
  };

  static std::string Pointer(const Place* place) {
    std::vector<const Place*> way;
    for (; place != nullptr; place = place->parent) way.push_back(place);
    std::string pointer;
    for (auto step = way.rbegin(); step != way.rend(); ++step) {
      pointer = (*step)->is_member ? ChildPointer(pointer, (*step)->name)
                                   : ChildPointer(pointer, (*step)->index);
    }
    return pointer;
  }

  Result<void> Append(const Json& json, const Place* place) {
    switch (json.kind()) {
      case Json::Kind::kNull:
        out_ += "null";
        return {};
      case Json::Kind::kBool:
        out_ += json.AsBool() ? "true" : "false";
        return {};
      case Json::Kind::kInteger:
        return AppendInteger(json.AsInteger(), place);
      case Json::Kind::kNumber:
        AppendEcmaScriptNumber(out_, json.AsNumber());
        return {};
      case Json::Kind::kString:
        AppendJsonString(out_, json.AsString());
        return {};
      case Json::Kind::kArray:
        return AppendArray(json.AsArray(), place);
      case Json::Kind::kObject:
        return AppendObject(json.AsObject(), place);
    }
    return Fail(ErrorCode::kInternal, "A JSON value is of no known kind");
  }

  Result<void> AppendInteger(std::int64_t integer, const Place* place) {
    if (integer < -kLargestExactInteger || integer > kLargestExactInteger) {
      return Fail(ErrorCode::kInvalid,
                  "An integer is beyond 2^53-1, so not every reader has it exactly", Pointer(place),
                  "Write it as a string.");
    }
    out_ += std::to_string(integer);
    return {};
  }

  Result<void> AppendArray(const Json::Items& items, const Place* place) {
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ',';
      const Place item{.parent = place, .name = {}, .index = i, .is_member = false};
      TRY(Append(items[i], &item));
    }
    out_ += ']';
    return {};
  }

  Result<void> AppendObject(const Json::Members& members, const Place* place) {
    std::vector<const Json::Member*> sorted;
    sorted.reserve(members.size());
    for (const Json::Member& member : members) sorted.push_back(&member);
    std::ranges::sort(sorted, IsBeforeInUtf16,
                      [](const Json::Member* member) -> std::string_view { return member->first; });
    out_ += '{';
    for (const Json::Member* member : sorted) {
      if (member != sorted.front()) out_ += ',';
      AppendJsonString(out_, member->first);
      out_ += ':';
      const Place value{.parent = place, .name = member->first, .index = 0, .is_member = true};
      TRY(Append(member->second, &value));
    }
    out_ += '}';
    return {};
  }

  std::string out_;
};

}  // namespace

Result<std::string> WriteCanonicalJson(const Json& json) { return CanonicalWriter().Write(json); }

Result<Json> ParseCanonicalJson(std::string_view text, const JsonLimits& limits) {
  Json json = TRY(internal::ParseJsonText(text, limits, internal::IntegerRule::kNearestBeyond));
  const std::string canonical = TRY(WriteCanonicalJson(json));
  if (canonical == text) return json;
  const auto differs = std::ranges::mismatch(text, canonical).in1;
  return Fail(ErrorCode::kInvalid, "The JSON text is not in canonical form (RFC 8785)",
              "byte " + std::to_string(differs - text.begin() + 1),
              "Write it without white space, with sorted members and the shortest numbers.");
}

bool IsCanonicalJson(std::string_view text) {
  return ParseCanonicalJson(text, kSyntaxTreeJson).has_value();
}

}  // namespace base
