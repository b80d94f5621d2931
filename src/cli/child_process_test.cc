#include "cli/child_process.h"

#include <doctest/doctest.h>

namespace cli {

TEST_CASE("a child's words and exit code come back") {
  const auto outcome = RunChild("/bin/sh", {"-c", "echo out; echo err >&2; exit 7"}).value();
  REQUIRE(outcome.exit_code == 7);
  REQUIRE(outcome.output == "out\nerr\n");
  REQUIRE(RunChild("/bin/sh", {"-c", "kill -9 $$"}).value().exit_code == 137);
  REQUIRE(RunChild("/bin/cat", {}).value().output.empty());
}

TEST_CASE("a program that is not there, and one that says too much, are errors") {
  REQUIRE(RunChild("/nowhere/program", {}).error().code == base::ErrorCode::kUnavailable);
  REQUIRE(RunChild("/bin/sh", {"-c", "head -c 5000000 /dev/zero"}).error().code ==
          base::ErrorCode::kTooLarge);
}

}  // namespace cli
