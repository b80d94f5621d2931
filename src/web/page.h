// A page as a handler describes it, and the frame around it: header, notices, way back, footer.
//
// A page names its template and gives the view; the frame adds what every page has. Desk turns both
// into a response (desk.h). Values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/event_log.h"
#include "base/json.h"

namespace web {

struct Crumb {
  std::string words;
  std::string url;
};

// The items of the navigation; the one that a page belongs to is marked.
enum class Section : unsigned char {
  kNone,
  kDatasets,
  kAgreements,
  kRequests,
  kRegisterLog,
  kAdministration,
  kAccount,
  kSignIn
};

struct Page {
  base::Literal template_name;
  std::string title;
  base::Json::Members view = {};
  int status = 200;
  Section section = Section::kNone;
  std::vector<Crumb> crumbs = {};  // from the outermost to this page itself
  std::optional<Crumb> back = {};  // inside a task, in place of crumbs
  bool has_error = false;          // of a form: the title says so first
  bool is_private = false;         // must not be kept by any cache, though nobody is signed in
  bool fills_width = false;        // brings its own containers (the start page)
};

}  // namespace web
