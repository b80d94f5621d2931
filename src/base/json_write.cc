// Writing JSON: one walk over the value that appends to one string. It recurses as deep as the
// value, which the limits of the parser or our own hands have kept shallow.
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/json_text.h"

namespace base {
namespace {

void AppendInteger(std::string& out, std::int64_t integer) {
  std::array<char, 24> digits;
  const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), integer);
  out.append(digits.data(), end);
}

// The shortest digits that read back as the same double. Without a point or an exponent they would
// read back as an integer, so ".0" follows.
void AppendDouble(std::string& out, double number) {
  std::array<char, 32> digits;
  const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  const std::string_view written(digits.data(), end);
  out.append(written);
  if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class Writer {
 public:
  explicit Writer(bool is_pretty) : is_pretty_(is_pretty) {}

  std::string Write(const Json& json) {
    Append(json);
    return std::move(out_);
  }

 private:
  void Append(const Json& json) {
    switch (json.kind()) {
      case Json::Kind::kNull:
        out_ += "null";
        break;
      case Json::Kind::kBool:
        out_ += json.AsBool() ? "true" : "false";
        break;
      case Json::Kind::kInteger:
        AppendInteger(out_, json.AsInteger());
        break;
      case Json::Kind::kNumber:
        AppendDouble(out_, json.AsNumber());
        break;
      case Json::Kind::kString:
        AppendJsonString(out_, json.AsString());
        break;
      case Json::Kind::kArray:
        AppendAll('[', json.AsArray(), ']', [this](const Json& item) { Append(item); });
        break;
      case Json::Kind::kObject:
        AppendAll('{', json.AsObject(), '}', [this](const Json::Member& member) {
          AppendJsonString(out_, member.first);
          out_ += is_pretty_ ? ": " : ":";
          Append(member.second);
        });
        break;
    }
  }

  template <typename Parts, typename AppendPart>
  void AppendAll(char open, const Parts& parts, char close, AppendPart append_part) {
    out_ += open;
    ++depth_;
    bool is_first = true;
    for (const auto& part : parts) {
      if (!is_first) out_ += ',';
      is_first = false;
      BreakLine();
      append_part(part);
    }
    --depth_;
    if (!parts.empty()) BreakLine();
    out_ += close;
  }

  void BreakLine() {
    if (is_pretty_) out_.append("\n").append(2 * depth_, ' ');
  }

  bool is_pretty_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string WriteJson(const Json& json) { return Writer(false).Write(json); }

std::string WritePrettyJson(const Json& json) { return Writer(true).Write(json); }

}  // namespace base
