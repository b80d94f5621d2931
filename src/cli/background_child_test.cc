#include "cli/background_child.h"

#include <doctest/doctest.h>

#include "base/real_world.h"

namespace cli {
namespace {

constexpr std::int64_t kLimitMs = 10'000;

base::Result<std::unique_ptr<BackgroundChild>> Shell(const std::string& script,
                                                     std::int64_t limit_ms = kLimitMs) {
  const auto world = base::MakeRealWorld();
  return BackgroundChild::Start(world->clock(), "/bin/sh", {"-c", script}, "/dev/null", limit_ms);
}

}  // namespace

TEST_CASE("a child that goes on is ready with its first line and ends when it is asked") {
  const auto child =
      Shell("trap 'kill $!; exit 7' TERM; tail -f /dev/null & echo ready; wait").value();
  REQUIRE(child->first_line() == "ready");
  REQUIRE(child->End() == 7);
  REQUIRE(child->End() == 7);
}

TEST_CASE("a child that ends by itself is waited for") {
  REQUIRE(Shell("echo ready; exit 3").value()->Await() == 3);
}

TEST_CASE("no program, no first line, or none in time, is an error") {
  using base::ErrorCode;
  const auto world = base::MakeRealWorld();
  REQUIRE(BackgroundChild::Start(world->clock(), "/nowhere/program", {}, "/dev/null", kLimitMs)
              .error()
              .code == ErrorCode::kUnavailable);
  REQUIRE(Shell("exit 0").error().code == ErrorCode::kUnavailable);
  REQUIRE(Shell("exec tail -f /dev/null", 100).error().code == ErrorCode::kUnavailable);
  REQUIRE(Shell("head -c 100000 /dev/zero; exec tail -f /dev/null").error().code ==
          ErrorCode::kUnavailable);
}

}  // namespace cli
