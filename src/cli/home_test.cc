// Tests of: home.cc, home_keys.cc
#include "cli/home.h"

#include <doctest/doctest.h>

#include <string>

#include "base/simulated_world.h"

namespace cli {
namespace {

using base::ErrorCode;
using storage::LogName;
using storage::StoreFiles;

const HomeSettings kSettings{"data.example.org", true};

base::Result<std::unique_ptr<Home>> InitAt(base::World& world, const std::string& place,
                                           const HomeSettings& settings) {
  const HomeFounder founder{{"Ambleford District Council", "district-council"},
                            {"Ira", "ira@example.org"},
                            {base::kLeastPasswordMemoryBytes, 1}};
  auto made = TRY(Home::Init(world, place, settings, founder, StoreFiles::kWorld));
  return std::move(made.home);
}

base::Result<std::unique_ptr<Home>> InitHome(base::World& world) {
  return InitAt(world, "home", kSettings);
}

base::Result<std::unique_ptr<Home>> OpenHome(base::World& world) {
  return Home::Open(world, "home", StoreFiles::kWorld);
}

ledger::Log& RegisterOf(Home& home) { return home.ledger().log(LogName::kRegister); }

// How many leaves of the register log hold a text.
int CountLeaves(Home& home, std::string_view text) {
  int count = 0;
  for (std::uint64_t index = 0; index < RegisterOf(home).size(); ++index) {
    if (RegisterOf(home).Leaf(index).value().find(text) != std::string::npos) ++count;
  }
  return count;
}

// The newest checkpoint of a log opens with the public keys that the home shows to everybody.
void RequireCheckpointsOpen(base::World& world, Home& home) {
  const auto text = base::ReadWholeFile(world.files(), "home/keys.json", 1U << 20U).value();
  const auto keys = ledger::ParseKeyList(text).value();
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    REQUIRE(ledger::OpenCheckpoint(home.ledger().log(name).SignedCheckpoint(), keys).has_value());
  }
}

}  // namespace

TEST_CASE("a new home has its first five leaves, published") {
  base::SimulatedWorld world(1);
  const auto home = InitHome(world).value();
  REQUIRE(home->settings().origin == "data.example.org");
  REQUIRE(RegisterOf(*home).published_size() == 5);
  REQUIRE(CountLeaves(*home, "\"home.created\"") == 1);
  REQUIRE(CountLeaves(*home, "\"key.created\"") == 2);
  RequireCheckpointsOpen(world, *home);
}

TEST_CASE("init refuses a place that is taken and an origin that is none") {
  base::SimulatedWorld world(1);
  REQUIRE(InitHome(world).has_value());
  REQUIRE(InitHome(world).error().code == ErrorCode::kConflict);
  for (const char* bad : {"", "Data.Example", "a b", "caf\xc3\xa9"}) {
    CAPTURE(bad);
    REQUIRE(InitAt(world, "other", {bad, false}).error().code == ErrorCode::kInvalid);
  }
  REQUIRE(InitAt(world, "other", {std::string(200, 'a'), false}).error().code ==
          ErrorCode::kInvalid);
  REQUIRE_FALSE(world.files().Status("other").value().has_value());
}

TEST_CASE("a place is a folder of its own, with or without a slash at its end") {
  base::SimulatedWorld world(1);
  REQUIRE(InitAt(world, "home//", kSettings).has_value());
  REQUIRE(world.files().Status("home/home.json").value().has_value());
  for (const char* bad : {"", "/", ".", "..", "a/.", "a/.."}) {
    CAPTURE(bad);
    REQUIRE(InitAt(world, bad, kSettings).error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("a home is opened by one process at a time") {
  base::SimulatedWorld world(1);
  auto home = InitHome(world).value();
  REQUIRE(OpenHome(world).error().code == ErrorCode::kBusy);
  home.reset();
  REQUIRE(OpenHome(world).has_value());
}

TEST_CASE("no home, a newer one, a damaged one: each has its error and nothing is written") {
  base::SimulatedWorld world(1);
  REQUIRE(OpenHome(world).error().code == ErrorCode::kNotFound);
  REQUIRE(InitHome(world).has_value());
  const std::uint64_t steps = world.steps();
  const auto refused = [&](std::string_view text) {
    base::SimulatedWorld fresh(1);
    REQUIRE(InitHome(fresh).has_value());
    REQUIRE(base::ReplaceFile(fresh.files(), "home/home.json", text).has_value());
    return OpenHome(fresh).error().code;
  };
  REQUIRE(refused(R"({"format": 2, "origin": "a", "demonstration": true})") ==
          ErrorCode::kNewerFormat);
  REQUIRE(refused("{") == ErrorCode::kDamaged);
  REQUIRE(refused(R"({"format": 1, "origin": "A B", "demonstration": true})") ==
          ErrorCode::kDamaged);
  REQUIRE(refused(R"({"format": 1, "origin": "a", "demonstration": true, "more": 1})") ==
          ErrorCode::kInvalid);
  REQUIRE(world.steps() == steps);
}

TEST_CASE("a rotated key signs, the old checkpoints stay valid, and the leaf is there once") {
  base::SimulatedWorld world(1);
  const auto home = InitHome(world).value();
  const std::string before = RegisterOf(*home).SignedCheckpoint();
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    const auto key = home->RotateKey(name).value();
    REQUIRE(home->ledger().log(name).SignedCheckpoint().find(key.name) != std::string::npos);
    REQUIRE(CountLeaves(*home, key.Text()) == 1);
  }
  REQUIRE(home->Publish().has_value());
  RequireCheckpointsOpen(world, *home);
  const auto text = base::ReadWholeFile(world.files(), "home/keys.json", 1U << 20U).value();
  const auto keys = ledger::ParseKeyList(text).value();
  REQUIRE(keys.size() == 4);
  REQUIRE(ledger::OpenCheckpoint(before, keys).has_value());
  REQUIRE_FALSE(keys[0].MaySign(keys[0].last_size.value() + 1));
}

TEST_CASE("a crash at every step of init leaves a whole home or none") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      base::SimulatedWorld world(step);
      world.CrashBefore(step);
      const bool made = InitHome(world).has_value();
      const bool finished = !world.crashed();
      world.Restart(mode);
      const auto home = OpenHome(world);
      if (made) REQUIRE(home.has_value());
      if (home) {
        REQUIRE(RegisterOf(**home).size() == 5);
        RequireCheckpointsOpen(world, **home);
      } else {
        REQUIRE(home.error().code == ErrorCode::kNotFound);
      }
      if (finished) break;
    }
  }
}

TEST_CASE("a crash at every step of a rotation is finished or taken back by the next opening") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      base::SimulatedWorld world(step);
      auto home = InitHome(world).value();
      world.CrashBefore(world.steps() + step);
      const auto key = home->RotateKey(LogName::kRegister);
      const bool published = key && home->Publish().has_value();
      const bool finished = !world.crashed();
      home.reset();
      world.Restart(mode);
      home = OpenHome(world).value();
      REQUIRE(world.files().List("home/keys").value() ==
              std::vector<std::string>{"log-keys.json", "master-key.json", "sign-in-failures.key"});
      const int announced = CountLeaves(*home, "\"key.rotated\"");
      if (key) REQUIRE(announced == 1);
      const auto text = base::ReadWholeFile(world.files(), "home/keys.json", 1U << 20U).value();
      REQUIRE(ledger::ParseKeyList(text).value().size() ==
              2U + static_cast<std::size_t>(announced));
      REQUIRE(home->Publish().has_value());
      RequireCheckpointsOpen(world, *home);
      if (published) REQUIRE(RegisterOf(*home).size() == 6);
      if (finished) break;
    }
  }
}

}  // namespace cli
