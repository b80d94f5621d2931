// The ledger's figures: durable entries a second beside plain appending of the same bytes with the
// same syncs.
//
// Prints one JSON object a line; bench/run gathers them. Sizes and times are named below. The peer
// is measured in the same run, alternating with ours, and the median of the rounds is taken.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "ledger/log.h"

namespace {

constexpr std::size_t kLeafBytes = 300;
constexpr std::int64_t kRoundMicroseconds = 2'000'000;
constexpr int kRounds = 3;
constexpr std::size_t kCallers = 4;
constexpr const char* kName = "bench.example/access";

std::string LeafOf(std::uint64_t number) {
  std::string leaf = base::Format("{{\"kind\":\"bench\",\"number\":{}}}", number);
  leaf.resize(kLeafBytes, ' ');
  return leaf;
}

struct Rate {
  double entries_per_s = 0;
  double leaves_per_sync = 0;
};

// How many batches the log wrote, each with one sync: by the heads in its file
// (docs/formats/entries.md).
std::uint64_t BatchesIn(base::World& world, const std::string& path) {
  constexpr std::size_t kFileMarkBytes = 16;
  constexpr std::size_t kHeadBytes = 56;
  const auto mapping = world.files().MapReadOnly(path).value();
  const std::string_view bytes = mapping->bytes();
  std::uint64_t batches = 0;
  for (std::size_t at = kFileMarkBytes; at + kHeadBytes <= bytes.size(); ++batches) {
    at += kHeadBytes + base::LoadLittle32(bytes.substr(at + 4));
  }
  return batches;
}

// One caller who keeps so many leaves under way until the round is over. Returns how many there
// were.
std::uint64_t Call(base::World& world, ledger::Log& log, std::size_t outstanding,
                   std::int64_t end_us) {
  std::deque<ledger::Log::Ticket> tickets;
  std::uint64_t done = 0;
  for (;;) {
    const bool goes_on = world.clock().MonotonicMicroseconds() < end_us;
    while (goes_on && tickets.size() < outstanding) {
      tickets.push_back(log.Submit(LeafOf(done + tickets.size())));
    }
    if (tickets.empty()) return done;
    CHECK(log.Wait(tickets.front()).has_value());
    tickets.pop_front();
    ++done;
  }
}

// Keeps `outstanding` leaves under way for a round, spread over a few callers as in a server: while
// one of them waits for the disk, the others prepare.
Rate MeasureLog(base::World& world, const std::string& folder, std::size_t outstanding) {
  auto key = base::SigningKey::Random(world.randomness());
  ledger::KeyList keys{{{kName, key.public_key()}, 0, std::nullopt}};
  const auto log =
      ledger::Log::Open(world, folder, kName, std::move(key), keys, [](auto, auto, auto) {
        return base::Result<void>{};
      }).value();
  const std::size_t callers = std::min(kCallers, outstanding);
  std::atomic<std::uint64_t> done = 0;
  const std::int64_t start_us = world.clock().MonotonicMicroseconds();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < callers; ++i) {
      threads.emplace_back(
          [&] { done += Call(world, *log, outstanding / callers, start_us + kRoundMicroseconds); });
    }
  }
  const std::int64_t took_us = world.clock().MonotonicMicroseconds() - start_us;
  const std::uint64_t batches = BatchesIn(world, folder + "/entries");
  return {static_cast<double>(done) * 1e6 / static_cast<double>(took_us),
          static_cast<double>(done) / static_cast<double>(batches)};
}

// Appends the same bytes with as many leaves to a sync, and does nothing else.
Rate MeasurePlain(base::World& world, const std::string& path, std::size_t leaves_per_sync) {
  const auto file = world.files().Open(path, base::OpenMode::kCreateNew).value();
  std::uint64_t offset = 0;
  std::uint64_t done = 0;
  const std::int64_t start = world.clock().MonotonicMicroseconds();
  const auto elapsed = [&] { return world.clock().MonotonicMicroseconds() - start; };
  while (elapsed() < kRoundMicroseconds) {
    std::string bytes;
    for (std::size_t i = 0; i < leaves_per_sync; ++i) {
      base::AppendBig16(bytes, kLeafBytes);
      bytes += LeafOf(done++);
    }
    CHECK(file->WriteAt(offset, bytes).has_value());
    CHECK(file->Sync().has_value());
    offset += bytes.size();
  }
  return {static_cast<double>(done) * 1e6 / static_cast<double>(elapsed()),
          static_cast<double>(leaves_per_sync)};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Print(const std::string& name, double value, base::Json goal, double peer_value, double ratio,
           base::Json met) {
  const base::Json row =
      base::Json::Object({{"name", name},
                          {"value", value},
                          {"unit", "entries/s"},
                          {"goal", std::move(goal)},
                          {"peer", "the same bytes appended with the same syncs, nothing else"},
                          {"peer_value", peer_value},
                          {"ratio", ratio},
                          {"met", std::move(met)}});
  std::printf("%s\n", base::WriteJson(row).c_str());
  std::fflush(stdout);
}

// Folders stay until the end of the run: a file system that has just removed thousands of files is
// slow to make new ones, which would be measured as ours.
using Folders = std::vector<std::unique_ptr<base::TemporaryFolder>>;

void Compare(base::World& world, std::size_t outstanding, Folders& folders) {
  constexpr double kLeastRatio = 0.7;
  constexpr double kLeastRate = 100'000;
  constexpr std::size_t kJudgedOutstanding = 256;
  std::vector<double> ours;
  std::vector<double> plain;
  for (int round = 0; round < kRounds; ++round) {
    folders.push_back(std::make_unique<base::TemporaryFolder>());
    const base::TemporaryFolder& folder = *folders.back();
    const Rate log = MeasureLog(world, folder / "log", outstanding);
    ours.push_back(log.entries_per_s);
    const auto leaves = static_cast<std::size_t>(std::lround(log.leaves_per_sync));
    plain.push_back(MeasurePlain(world, folder / "plain", leaves).entries_per_s);
  }
  const double value = Median(ours);
  const double peer = Median(plain);
  const bool judged = outstanding == kJudgedOutstanding;
  Print(base::Format("ledger.durable-entries.{}-outstanding", outstanding), value,
        judged ? base::Json(">= 100000 and >= 0.7 of the peer") : base::Json(), peer, value / peer,
        judged ? base::Json(value >= kLeastRate && value / peer >= kLeastRatio) : base::Json());
}

}  // namespace

int main() {
  const auto world = base::MakeRealWorld();
  Folders folders;
  for (const std::size_t outstanding : {1U, 64U, 256U}) Compare(*world, outstanding, folders);
  return 0;
}
