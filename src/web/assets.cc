#include "web/assets.h"

#include "base/check.h"
#include "base/crypto.h"
#include "base/format.h"
#include "web/embedded.h"

namespace web {
namespace {

constexpr std::size_t kDigestLetters = 16;
constexpr std::string_view kFontFace = "@font-face{";

std::string_view TypeOf(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

}  // namespace

std::string WithoutFontFaces(std::string_view css) {
  std::string out;
  while (true) {
    const std::size_t begin = css.find(kFontFace);
    out += css.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = css.find('}', begin);  // such a rule has no inner braces
    if (end == std::string_view::npos) return out;
    css.remove_prefix(end + 1);
  }
}

Assets::Assets() {
  base::Sha256Stream digest;
  for (const auto files : {FrameworkFiles(), StyleFiles()}) {
    for (const base::EmbeddedFile& file : files) {
      std::string bytes =
          file.name.ends_with(".css") ? WithoutFontFaces(file.bytes) : std::string(file.bytes);
      digest.Add(file.name);
      digest.Add(base::Sha256(bytes).view());
      files_.emplace(file.name, std::move(bytes));
    }
  }
  prefix_ = base::Format("/assets/{}/", digest.Finish().Hex().substr(0, kDigestLetters));
}

std::string Assets::UrlOf(std::string_view name) const {
  CHECK(files_.contains(name));
  return prefix_ + std::string(name);
}

std::optional<http::Response> Assets::Find(std::string_view path) const {
  if (!path.starts_with(prefix_)) return std::nullopt;
  const auto found = files_.find(path.substr(prefix_.size()));
  if (found == files_.end()) return std::nullopt;
  http::Response response = http::MakeResponse(200, TypeOf(found->first), found->second);
  const auto added = response.headers.Add("Cache-Control", "public, max-age=31536000, immutable");
  CHECK(added.has_value());
  return response;
}

}  // namespace web
