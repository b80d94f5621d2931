// The templates of the pages, and the one place that knows the library which fills them in.
//
// A template is Mustache with two additions that are resolved once, at start: {{> name}} is the
// text of another template, and [[page.key]] a text of the catalogue (texts.h). A view is a JSON
// value. Every value is escaped for HTML; the layout alone takes a finished piece as it is. What
// escaping cannot do is done here: a member named `url` or `…_url` must be an address that is safe
// to follow. A template that names what its view lacks is an error, not a gap. Null is false.
//
// Immutable once compiled: Render from any thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/embedded_file.h"
#include "base/event_log.h"
#include "base/json.h"
#include "base/result.h"
#include "web/texts.h"

namespace web {

inline constexpr std::size_t kMaxPartialDepth = 8;

// Whether an address may stand in a page: a path of this server, a place on the same page, or
// another server over https.
bool IsSafeUrl(std::string_view url);

class Templates {
 public:
  // `files` are named <name>.mustache. kInvalid for a template that is none, names a template or
  // text that is missing, or nests deeper than kMaxPartialDepth.
  static base::Result<std::unique_ptr<Templates>> Compile(std::span<const base::EmbeddedFile> files,
                                                          const Texts& texts);
  Templates(const Templates&) = delete;
  Templates& operator=(const Templates&) = delete;
  ~Templates();

  // kInternal when the template names what the view lacks, or the view holds an unsafe address.
  [[nodiscard]] base::Result<std::string> Render(base::Literal name, const base::Json& view) const;

 private:
  struct Compiled;
  explicit Templates(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace web
