// A real folder that goes away with the object: for tests that need the machine's own files.
#pragma once

#include <string>
#include <string_view>

namespace base {

class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  // Removes it with all that is in it.
  ~TemporaryFolder();

  [[nodiscard]] const std::string& path() const { return path_; }
  // The path of a name in it.
  [[nodiscard]] std::string operator/(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace base
