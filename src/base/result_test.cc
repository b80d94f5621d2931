#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace base {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Fail(ErrorCode::kInvalid, "The number is odd", "value");
  return value / 2;
}

Result<int> Quarter(int value) {
  const int half = TRY(Half(value));
  return TRY(Half(half));
}

Result<void> MustBeEven(int value) {
  TRY(Half(value));
  return {};
}

Result<std::string> Chain(int value) {
  TRY(MustBeEven(value));
  return std::string("even");
}

Result<std::unique_ptr<int>> Owned(int value) { return std::make_unique<int>(TRY(Half(value))); }

}  // namespace

TEST_CASE("TRY gives the value or leaves with the error") {
  REQUIRE(Quarter(8).value() == 2);
  REQUIRE(Quarter(6).error().what == "The number is odd");
  REQUIRE(Chain(2).value() == "even");
  REQUIRE(Chain(3).error().where == "value");
  REQUIRE(*Owned(4).value() == 2);
}

TEST_CASE("an error says what, where and how to mend it") {
  const Error plain{ErrorCode::kInvalid, "The number is odd", "value", {}};
  REQUIRE(plain.Text() ==
          "The number is odd (value). Correct the part that is named and try again.");
  const Error own{ErrorCode::kInvalid, "The number is odd", {}, "Send an even one."};
  REQUIRE(own.Text() == "The number is odd. Send an even one.");
}

}  // namespace base
