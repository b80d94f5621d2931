#include "identity/passwords.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/simulated_world.h"

namespace identity {
namespace {

constexpr base::PasswordCost kCheap{base::kLeastPasswordMemoryBytes, 1};

}  // namespace

TEST_CASE("an e-mail address has one form") {
  REQUIRE(NormaliseEmail("Ada.Lovelace@Example.ORG") == "ada.lovelace@example.org");
  REQUIRE(NormaliseEmail("a@b") == "a@b");
  for (const char* bad : {"", "@", "a@", "@b", "a", "a@b@c", "a b@c", " a@b", "a@b\n",
                          "\xc3\xa9@example.org", "a@b\x7f"}) {
    REQUIRE_FALSE(NormaliseEmail(bad).has_value());
  }
  const std::string longest = std::string(kMaxEmailBytes - 2, 'x') + "@y";
  REQUIRE(NormaliseEmail(longest).has_value());
  REQUIRE_FALSE(NormaliseEmail("x" + longest).has_value());
}

TEST_CASE("a password has a least and a greatest length and is not the e-mail address") {
  const auto code = [](std::string_view password) {
    const auto checked = CheckPassword(password, "ada.lovelace@example.org");
    return checked ? std::string("good") : std::string(base::RowOf(checked.error().code).name);
  };
  REQUIRE(code("twelve chars") == "good");
  REQUIRE(code("eleven char") == "invalid");
  // Twelve bytes, but six characters.
  REQUIRE(code("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9") == "invalid");
  REQUIRE(code("no utf-8 at all \xff") == "invalid");
  REQUIRE(code("Ada.Lovelace@EXAMPLE.org") == "invalid");
  REQUIRE(code(std::string(base::kMaxPasswordBytes, 'x')) == "good");
  REQUIRE(code(std::string(base::kMaxPasswordBytes + 1, 'x')) == "too-large");
}

TEST_CASE("a refused password is not repeated") {
  const auto refused = CheckPassword("hunter2", "a@b");
  REQUIRE(refused.error().Text().find("hunter2") == std::string::npos);
}

TEST_CASE("nobody's password fits nothing") {
  base::SimulatedWorld world(1);
  const auto passwords = Passwords::Open(world, kCheap).value();
  const std::string hash = passwords->Hash("a long enough one").value();
  REQUIRE(passwords->Fits("a long enough one", hash).value());
  REQUIRE_FALSE(passwords->Fits("another long one", hash).value());
  REQUIRE_FALSE(passwords->Fits("a long enough one", std::nullopt).value());
  REQUIRE_FALSE(passwords->Fits(std::string(base::kMaxPasswordBytes + 1, 'x'), hash).value());
}

TEST_CASE("as many as there are places at once are all served") {
  base::SimulatedWorld world(1);
  const auto passwords = Passwords::Open(world, kCheap).value();
  const std::string hash = passwords->Hash("a long enough one").value();
  std::atomic<int> fitting = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kMaxHashesAtOnce + kMaxHashesWaiting; ++i) {
      threads.emplace_back([&] {
        const auto fits = passwords->Fits("a long enough one", hash);
        if (fits && *fits) ++fitting;
      });
    }
  }
  REQUIRE(fitting == kMaxHashesAtOnce + kMaxHashesWaiting);
}

}  // namespace identity
