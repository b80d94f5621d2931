// Files that were put into the program when it was built: data of the law, templates, styles.
//
// The build writes, for each call of embed() in CMakeLists.txt, a function that gives them all,
// sorted by name. Values that live as long as the program.
#pragma once

#include <string_view>

namespace base {

struct EmbeddedFile {
  std::string_view name;  // from the folder that embed() names, with slashes
  std::string_view bytes;
};

}  // namespace base
