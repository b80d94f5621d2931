// Styles and pictures, under addresses that hold a digest of all of them: so a browser may keep
// them for good, and a new release has new addresses.
//
// The framework's rules for the font of GOV.UK are left out: that font is for gov.uk alone, and no
// page may ask for it. Immutable; safe from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace web {

// A style sheet without its @font-face rules.
std::string WithoutFontFaces(std::string_view css);

class Assets {
 public:
  Assets();

  // "/assets/<digest>/<name>"
  [[nodiscard]] std::string UrlOf(std::string_view name) const;
  // Nothing when there is no such asset; an old digest is no address of ours.
  [[nodiscard]] std::optional<http::Response> Find(std::string_view path) const;

 private:
  std::map<std::string, std::string, std::less<>> files_;  // bytes by name
  std::string prefix_;                                     // with a slash at its end
};

}  // namespace web
