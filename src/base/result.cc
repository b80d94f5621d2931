#include "base/result.h"

namespace base {

std::string Error::Text() const {
  std::string text = what;
  if (!where.empty()) text += " (" + where + ")";
  text += ". ";
  text += Remedy();
  return text;
}

std::string_view Error::Remedy() const { return remedy.empty() ? RowOf(code).remedy : remedy; }

}  // namespace base
