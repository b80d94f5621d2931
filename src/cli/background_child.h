// Another run of a program that goes on while this one works: the server that the demonstration's
// story is told to.
//
// Its standard output is a pipe to us, of which the first line is read; its standard error goes to
// a file. One thread at a time. It ends with this object, at the latest.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"

namespace cli {

inline constexpr std::size_t kMaxFirstLineBytes = 4'096;
inline constexpr std::int64_t kChildEndMs = 10'000;  // after SIGTERM, before SIGKILL

class BackgroundChild {
 public:
  // Starts it and waits for its first line, at most `limit_ms`. Its standard error is added to the
  // file at `error_path`. kUnavailable when it cannot be
  // started, ends before, or says nothing in time.
  static base::Result<std::unique_ptr<BackgroundChild>> Start(
      base::Clock& clock, const std::string& program, const std::vector<std::string>& arguments,
      const std::string& error_path, std::int64_t limit_ms);
  BackgroundChild(const BackgroundChild&) = delete;
  BackgroundChild& operator=(const BackgroundChild&) = delete;
  ~BackgroundChild();  // End

  [[nodiscard]] const std::string& first_line() const { return first_line_; }
  // Asks it to end, and kills it when it does not. Returns its exit code; 128 + signal when one
  // ended it. Again: the same code.
  int End();
  // Waits until it ends by itself.
  int Await();

 private:
  BackgroundChild(pid_t process, int output) : process_(process), output_(output) {}
  base::Result<void> ReadFirstLine(base::Clock& clock, const std::string& program,
                                   std::int64_t limit_ms);

  pid_t process_;
  int output_;
  std::string first_line_;
  int exit_code_ = -1;  // not known yet
};

}  // namespace cli
