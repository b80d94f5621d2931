#include "web/templates.h"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <map>
#include <ranges>
#include <sstream>

#include "base/format.h"

namespace web {
namespace {

namespace mustache = kainjow::mustache;

using base::ErrorCode;
using base::Json;

constexpr std::string_view kSuffix = ".mustache";
constexpr std::size_t kMaxTemplateBytes = 256U << 10U;

std::unexpected<base::Error> BadTemplate(std::string what, std::string_view name) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), std::string(name),
                    "Correct the template and build again.");
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Puts partials and texts into the source of a template. Each level of partials is one level of
// recursion, of which there are kMaxPartialDepth at most.
class Assembly {
 public:
  Assembly(std::span<const base::EmbeddedFile> files, const Texts& texts)
      : files_(files), texts_(texts) {}

  base::Result<std::string> Of(std::string_view name, std::size_t depth) {
    if (depth > kMaxPartialDepth) return BadTemplate("Templates nest too deep", name);
    const auto file = std::ranges::find(files_, std::string(name) + std::string(kSuffix),
                                        &base::EmbeddedFile::name);
    if (file == files_.end()) return BadTemplate("A template is missing", name);
    std::string out;
    std::string_view rest = file->bytes;
    while (!rest.empty()) {
      const std::size_t opens = std::min(rest.find("{{>"), rest.find("[["));
      out += rest.substr(0, opens);
      if (opens == std::string_view::npos) break;
      const bool is_text = rest[opens] == '[';
      const std::size_t mark = is_text ? 2 : 3;
      const std::size_t closes = rest.find(is_text ? "]]" : "}}", opens);
      if (closes == std::string_view::npos) return BadTemplate("A tag does not close", name);
      const auto inner = Trimmed(rest.substr(opens + mark, closes - opens - mark));
      out += is_text ? TRY(texts_.TemplatePiece(inner)) : TRY(Of(inner, depth + 1));
      rest.remove_prefix(closes + 2);
    }
    if (out.size() > kMaxTemplateBytes) return BadTemplate("A template is too long", name);
    return out;
  }

 private:
  std::span<const base::EmbeddedFile> files_;
  const Texts& texts_;
};

bool IsUrlName(std::string_view name) { return name == "url" || name.ends_with("_url"); }

base::Result<mustache::data> ToData(const Json& json, std::string_view name);

base::Result<mustache::data> ToList(const Json& json, std::string_view name) {
  mustache::data list(mustache::data::type::list);
  for (const Json& item : json.AsArray()) list.push_back(TRY(ToData(item, name)));
  return list;
}

base::Result<mustache::data> ToObject(const Json& json) {
  mustache::data object(mustache::data::type::object);
  for (const auto& [name, value] : json.AsObject()) object.set(name, TRY(ToData(value, name)));
  return object;
}

// Recurses as deep as the view, which is our own.
base::Result<mustache::data> ToData(const Json& json, std::string_view name) {
  switch (json.kind()) {
    case Json::Kind::kNull:
      return mustache::data(false);
    case Json::Kind::kBool:
      return mustache::data(json.AsBool());
    case Json::Kind::kArray:
      return ToList(json, name);
    case Json::Kind::kObject:
      return ToObject(json);
    case Json::Kind::kString:
      if (IsUrlName(name) && !IsSafeUrl(json.AsString())) {
        return base::Fail(ErrorCode::kInternal, "A page would hold an unsafe address",
                          std::string(name));
      }
      return mustache::data(json.AsString());
    case Json::Kind::kInteger:
    case Json::Kind::kNumber:
      break;
  }
  return mustache::data(base::WriteJson(json));
}

// Looks names up from the innermost value outwards, and remembers the first that is nowhere.
class StrictContext final : public mustache::basic_context<std::string> {
 public:
  explicit StrictContext(const mustache::data* view) { push(view); }

  void push(const mustache::data* value) override { values_.push_back(value); }
  void pop() override { values_.pop_back(); }

  const mustache::data* get(const std::string& name) const override {
    if (name == ".") return values_.back();
    for (const auto* const value : std::views::reverse(values_)) {
      if (!value->is_object()) continue;
      const auto* const found = value->get(name);
      if (found != nullptr) return found;
    }
    if (missing_.empty()) missing_ = name;
    return nullptr;
  }
  // Partials were put in when the template was compiled.
  const mustache::data* get_partial(const std::string&) const override { return nullptr; }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  std::vector<const mustache::data*> values_;
  mutable std::string missing_;
};

}  // namespace

// The library's render is not const, but changes nothing where no lambda stands in the view.
struct Templates::Compiled {
  std::map<std::string, std::unique_ptr<mustache::mustache>, std::less<>> by_name;
};

Templates::Templates(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Templates::~Templates() = default;

bool IsSafeUrl(std::string_view url) {
  const bool is_clean = std::ranges::all_of(url, [](char character) {
    return character > ' ' && character < '\x7f' && character != '\\';
  });
  if (!is_clean) return false;
  if (url.starts_with('/')) return !url.starts_with("//");
  return url.starts_with('#') || url.starts_with("https://");
}

base::Result<std::unique_ptr<Templates>> Templates::Compile(
    std::span<const base::EmbeddedFile> files, const Texts& texts) {
  auto compiled = std::make_unique<Compiled>();
  Assembly assembly(files, texts);
  for (const base::EmbeddedFile& file : files) {
    if (!file.name.ends_with(kSuffix)) return BadTemplate("A template has no suffix", file.name);
    const auto name = file.name.substr(0, file.name.size() - kSuffix.size());
    auto made = std::make_unique<mustache::mustache>(TRY(assembly.Of(name, 0)));
    if (!made->is_valid()) return BadTemplate(made->error_message(), name);
    made->set_custom_escape([](const std::string& text) { return EscapeHtml(text); });
    compiled->by_name.emplace(name, std::move(made));
  }
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Templates>(new Templates(std::move(compiled)));
}

base::Result<std::string> Templates::Render(base::Literal name, const Json& view) const {
  const auto found = compiled_->by_name.find(name.view());
  if (found == compiled_->by_name.end()) {
    return base::Fail(ErrorCode::kInternal, "A page has no template", std::string(name.view()));
  }
  const mustache::data data = TRY(ToData(view, {}));
  StrictContext context(&data);
  std::ostringstream out;
  found->second->render(context, out);
  if (!context.missing().empty()) {
    return base::Fail(ErrorCode::kInternal, "A template names what its view lacks",
                      base::Format("{}: {}", name.view(), context.missing()));
  }
  return std::move(out).str();
}

}  // namespace web
