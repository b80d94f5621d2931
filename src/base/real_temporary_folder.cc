#include "base/real_temporary_folder.h"

#include <stdlib.h>

#include <filesystem>

#include "base/bytes.h"
#include "base/check.h"

namespace base {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "tabularium-XXXXXX").string();
  const char* made = ::mkdtemp(name.data());
  CHECK(made != nullptr);
  path_ = made;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what stays behind is in the machine's temporary folder
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::operator/(std::string_view name) const {
  return JoinPath(path_, name);
}

}  // namespace base
