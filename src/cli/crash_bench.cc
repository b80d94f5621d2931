// Simulated crashes by the thousand: of the entries that were acknowledged before the machine
// stopped, how many are there afterwards? Each seed stops at another step, harshly or with torn
// writes. Prints one JSON object.
#include <cstdio>
#include <random>

#include "base/json.h"
#include "base/simulated_world.h"
#include "cli/home.h"

namespace {

constexpr std::uint64_t kSeeds = 1'000;
constexpr int kRotations = 3;

struct Tally {
  std::uint64_t acknowledged = 0;
  std::uint64_t found = 0;
};

// Makes a home, stops the machine somewhere in three changes of keys, opens the home again and
// counts.
void RunSeed(std::uint64_t seed, Tally& tally) {
  base::SimulatedWorld world(seed);
  std::mt19937_64 random(seed);
  const cli::HomeFounder founder{{"Bench", "office"},
                                 {"Somebody", "somebody@example.org"},
                                 {base::kLeastPasswordMemoryBytes, 1}};
  auto made =
      cli::Home::Init(world, "home", {"bench.example", true}, founder, storage::StoreFiles::kWorld);
  auto home = made ? base::Result<std::unique_ptr<cli::Home>>(std::move(made->home))
                   : base::Fail(made.error());
  const std::uint64_t start = world.steps();
  world.CrashBefore(start + random() % 200);
  std::uint64_t acknowledged = (*home)->ledger().register_log().size();
  for (int i = 0; i < kRotations; ++i) {
    const auto log = i % 2 == 0 ? storage::LogName::kRegister : storage::LogName::kAccess;
    if (!(*home)->RotateKey(log)) break;
    ++acknowledged;
    static_cast<void>((*home)->Publish());
  }
  home->reset();
  world.Restart(random() % 2 == 0 ? base::CrashMode::kHarsh : base::CrashMode::kTorn);
  tally.acknowledged += acknowledged;
  home = cli::Home::Open(world, "home", storage::StoreFiles::kWorld);
  if (!home) return;
  tally.found += std::min(acknowledged, (*home)->ledger().register_log().size());
}

}  // namespace

int main() {
  Tally tally;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) RunSeed(seed, tally);
  const auto found = static_cast<double>(tally.found);
  const auto acknowledged = static_cast<double>(tally.acknowledged);
  const base::Json row =
      base::Json::Object({{"name", "crash.acknowledged-entries-found.1000-seeds"},
                          {"value", found},
                          {"unit", "entries"},
                          {"goal", "all that were acknowledged"},
                          {"peer", "entries acknowledged before the crash"},
                          {"peer_value", acknowledged},
                          {"ratio", found / acknowledged},
                          {"met", tally.found == tally.acknowledged}});
  std::printf("%s\n", base::WriteJson(row).c_str());
  return 0;
}
