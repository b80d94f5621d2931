#include "web/texts.h"

#include <algorithm>

#include "base/check.h"
#include "base/format.h"
#include "base/json.h"

namespace web {
namespace {

using base::ErrorCode;

constexpr std::string_view kLinkOpens = "<a class=\"govuk-link\" href=\"";

std::unexpected<base::Error> BadText(std::string what, std::string_view key) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), std::string(key),
                    "Correct the catalogue of texts and build again.");
}

bool IsPlaceCharacter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
         character == '_';
}

bool IsPlaceName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, IsPlaceCharacter);
}

// Writes one text as a piece of a template. Its marks do not nest, except for places, which may
// stand anywhere; so one pass from left to right is enough and takes linear time.
class PieceWriter {
 public:
  PieceWriter(std::string_view key, std::string_view text) : key_(key), rest_(text) {}

  base::Result<std::string> Write() {
    while (!rest_.empty()) {
      if (rest_.starts_with("**")) {
        TRY(Enclosed("**", "<strong>", "</strong>"));
      } else if (rest_.front() == '`') {
        TRY(Enclosed("`", "<code>", "</code>"));
      } else if (rest_.front() == '[') {
        TRY(Link());
      } else if (rest_.front() == '{') {
        TRY(Variable());
      } else {
        out_ += EscapeHtml(rest_.substr(0, 1));
        rest_.remove_prefix(1);
      }
    }
    return std::move(out_);
  }

 private:
  // What stands before the next `mark`, which is taken away with it.
  base::Result<std::string_view> Until(std::string_view mark) {
    const std::size_t end = rest_.find(mark);
    if (end == std::string_view::npos) return BadText("A mark does not close", key_);
    const std::string_view inner = rest_.substr(0, end);
    rest_.remove_prefix(end + mark.size());
    return inner;
  }

  base::Result<void> Enclosed(std::string_view mark, std::string_view opens,
                              std::string_view closes) {
    rest_.remove_prefix(mark.size());
    const std::string_view inner = TRY(Until(mark));
    out_ += opens;
    out_ += TRY(PieceWriter(key_, inner).Write());
    out_ += closes;
    return {};
  }

  base::Result<void> Variable() {
    rest_.remove_prefix(1);
    const std::string_view name = TRY(Until("}"));
    if (!IsPlaceName(name)) return BadText("A place has no name", key_);
    out_ += base::Format("{{{{{}}}}}", name);
    return {};
  }

  base::Result<void> Link() {
    rest_.remove_prefix(1);
    const std::string_view words = TRY(Until("]("));
    const std::string_view target = TRY(Until(")"));
    const bool is_path = target.starts_with('/') && !target.starts_with("//");
    if (!is_path && (!IsPlaceName(target) || !target.ends_with("_url"))) {
      return BadText("A link leads neither to a path nor to a place that ends in _url", key_);
    }
    out_ += kLinkOpens;
    out_ += is_path ? EscapeHtml(target) : base::Format("{{{{{}}}}}", target);
    out_ += "\">" + TRY(PieceWriter(key_, words).Write()) + "</a>";
    return {};
  }

  std::string_view key_;
  std::string_view rest_;
  std::string out_;
};

}  // namespace

bool IsTextKey(std::string_view key) {
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == key.size()) return false;
  return std::ranges::all_of(key, [](char character) {
    return IsPlaceCharacter(character) || character == '.' || character == '-';
  });
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += character;
    }
  }
  return out;
}

base::Result<Texts> Texts::Parse(std::string_view json) {
  const base::Json catalogue = TRY(base::ParseJson(json, base::kRequestJson));
  if (catalogue.kind() != base::Json::Kind::kObject) {
    return BadText("A catalogue of texts is one object", "texts");
  }
  Texts texts;
  for (const auto& [key, text] : catalogue.AsObject()) {
    if (!IsTextKey(key)) return BadText("A key has not the form of page.text", key);
    if (text.kind() != base::Json::Kind::kString || text.AsString().empty() ||
        text.AsString().size() > kMaxTextBytes) {
      return BadText("A text is empty, too long or none", key);
    }
    texts.texts_.emplace(key, text.AsString());
    static_cast<void>(TRY(texts.TemplatePiece(key)));  // its marks close
  }
  return texts;
}

std::string Texts::Get(std::string_view key, std::initializer_list<Place> places) const {
  const auto found = texts_.find(key);
  CHECK(found != texts_.end());
  std::string out;
  std::string_view rest = found->second;
  while (true) {
    const std::size_t opens = rest.find('{');
    out += rest.substr(0, opens);
    if (opens == std::string_view::npos) return out;
    const std::size_t closes = rest.find('}', opens);
    const std::string_view name = rest.substr(opens + 1, closes - opens - 1);
    const auto* const place = std::ranges::find(places, name, &Place::name);
    CHECK(place != places.end());
    out += place->value;
    rest.remove_prefix(closes + 1);  // Parse has seen that it closes
  }
}

base::Result<std::string> Texts::TemplatePiece(std::string_view key) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return BadText("A template names a text that is missing", key);
  return PieceWriter(key, found->second).Write();
}

}  // namespace web
