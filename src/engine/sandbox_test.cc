// What native code in a worker could do: the probes of test_kinds.h, under each profile and with
// the Landlock of older kernels.
//
// Tests of: sandbox.cc, system_call_filter.cc
#include "engine/sandbox.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <set>

#include "base/real_world.h"
#include "engine/test_kinds.h"
#include "engine/testing.h"
#include "engine/worker.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kProbeMs = 5'000;

// Workers of one kind, one after the other: whoever is killed gets a successor.
class ProbedWorkers {
 public:
  explicit ProbedWorkers(WorkerStart start) : start_(std::move(start)) {}

  // "got through", "refused: <errno>" or "killed".
  std::string Try(const std::string& probe, const std::string& folder) {
    if (worker_ == nullptr || !worker_->alive()) {
      auto worker = Worker::Start(*world_, start_, kStartMs);
      if (!worker) FAIL(worker.error().Text());
      worker_ = std::move(*worker);
    }
    const auto reply =
        worker_->Ask(probe + "|" + folder + "|" + std::to_string(::getpid()), kProbeMs);
    if (reply) return *reply;
    REQUIRE(reply.error().code == ErrorCode::kUnavailable);
    REQUIRE(reply.error().what == "A worker process ended before its answer was complete");
    return "killed";
  }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  WorkerStart start_;
  std::unique_ptr<Worker> worker_;
};

struct Place {
  TemporaryFolder around;
  std::string closed = around.Make("closed");  // what no worker may change
  std::string open = around.Make("open");      // what a trusted worker may
  Place() {
    for (const char* name : {"closed/victim", "closed/secret", "open/victim"}) {
      (void)around.Write(name, "old");
    }
  }
};

WorkerStart ProbeStart(WorkerProfile profile, const Place& place, int landlock_abi) {
  constexpr const char* kKinds[] = {"test.probe.parse", "test.probe.query", "test.probe.trusted"};
  WorkerStart start = StartOf(kKinds[static_cast<std::size_t>(profile)], profile);
  // Named to be read: what may be read must be safe from being changed all the same.
  if (profile != WorkerProfile::kParse) start.readable_files = {place.closed + "/victim"};
  if (profile == WorkerProfile::kTrusted) start.writable_folder = place.open;
  start.sandbox.max_landlock_abi = landlock_abi;
  return start;
}

void RequireHeld(WorkerProfile profile, int landlock_abi) {
  const Place place;
  const std::string before = place.around.Tree();
  ProbedWorkers workers(ProbeStart(profile, place, landlock_abi));
  for (const Probes* probes : {&LookingProbes(), &PowerProbes(), &ChangingProbes()}) {
    for (const auto& [name, probe] : *probes) {
      CAPTURE(name);
      CAPTURE(landlock_abi);
      REQUIRE(workers.Try(name, place.closed) != "got through");
      REQUIRE(place.around.Tree() == before);
    }
  }
  const bool may_have_threads = profile != WorkerProfile::kParse;
  REQUIRE((workers.Try("thread", place.closed) == "got through") == may_have_threads);
}

}  // namespace

TEST_CASE("the least that a kernel must offer") {
  const SandboxSupport support = ProbeSandbox();
  REQUIRE(support.landlock_abi >= 1);
  REQUIRE(support.landlock_abi <= kNewestLandlockAbi);
  REQUIRE(support.seccomp);
  REQUIRE(CheckSandbox(support, {}).has_value());
  REQUIRE(CheckSandbox({.landlock_abi = 1, .seccomp = true}, {}).has_value());
  for (const SandboxSupport& less : {SandboxSupport{0, true}, SandboxSupport{7, false}}) {
    const auto refused = CheckSandbox(less, {});
    REQUIRE(!refused.has_value());
    REQUIRE(refused.error().code == ErrorCode::kUnavailable);
    REQUIRE(refused.error().remedy.find("kernel") != std::string::npos);
    REQUIRE(CheckSandbox(less, {.run_without_sandbox_at_my_own_risk = true}).has_value());
  }
  REQUIRE(!CheckSandbox(support, {.max_landlock_abi = 0}).has_value());
}

TEST_CASE("a parse worker gets nowhere" * doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) RequireHeld(WorkerProfile::kParse, abi);
}
TEST_CASE("a query worker gets nowhere" * doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) RequireHeld(WorkerProfile::kQuery, abi);
}
TEST_CASE("a trusted worker gets nowhere outside its folder" * doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) RequireHeld(WorkerProfile::kTrusted, abi);
}

TEST_CASE("a trusted worker can do in its folder what writing takes, and no more" *
          doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) {
    CAPTURE(abi);
    const std::set<std::string> needed = {"create", "overwrite", "mkdir", "rename", "unlink"};
    for (const auto& [name, probe] : ChangingProbes()) {
      CAPTURE(name);
      const Place place;
      ProbedWorkers workers(ProbeStart(WorkerProfile::kTrusted, place, abi));
      REQUIRE((workers.Try(name, place.open) == "got through") == needed.contains(name));
    }
  }
}

TEST_CASE("a trusted worker writes Parquet into its folder alone" * doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) {
    const Place place;
    WorkerStart start = StartOf("test.write", WorkerProfile::kTrusted);
    start.writable_folder = place.open;
    start.sandbox.max_landlock_abi = abi;
    start.limits.threads = 12;  // more than malloc has arenas at first
    const auto world = base::MakeRealWorld();
    auto worker = Worker::Start(*world, start, kStartMs);
    REQUIRE(worker.has_value());
    const auto copy = [&](const std::string& path, int rows) {
      const auto reply = (*worker)->Ask("COPY (SELECT range AS a, hash(range) AS b FROM range(" +
                                            std::to_string(rows) + ")) TO " + SqlText(path),
                                        30'000);
      if (!reply) CAPTURE(reply.error().Text());
      return reply.value_or("refused");
    };
    REQUIRE(copy(place.open + "/a.parquet", 2'000'000) == "2000000\n");
    REQUIRE(copy(place.open + "/a.csv", 10) == "10\n");
    REQUIRE(copy(place.open + "/a.csv", 11) == "11\n");  // in the place of the first
    REQUIRE(copy(place.closed + "/a.parquet", 10) == "refused");
    REQUIRE(place.around.Has("open/a.parquet"));
    REQUIRE(!place.around.Has("closed/a.parquet"));
    const auto parts =
        (*worker)->Ask("COPY (SELECT range AS a, range % 3 AS b FROM range(100)) TO " +
                           SqlText(place.open + "/parts") + " (FORMAT parquet, PARTITION_BY (b))",
                       30'000);
    REQUIRE(parts.value_or("refused") == "100\n");
  }
}

TEST_CASE("a trusted worker that writes too much is told that storage is full" *
          doctest::skip(kIsSanitized)) {
  const Place place;
  WorkerStart start = StartOf("test.write", WorkerProfile::kTrusted);
  start.writable_folder = place.open;
  start.limits.written_file_bytes = 1U << 20U;
  const auto world = base::MakeRealWorld();
  auto worker = Worker::Start(*world, start, kStartMs);
  REQUIRE(worker.has_value());
  const auto reply = (*worker)->Ask(
      "COPY (SELECT hash(range) AS a FROM range(1000000)) TO " + SqlText(place.open + "/a.parquet"),
      30'000);
  REQUIRE(!reply.has_value());
  REQUIRE(reply.error().code == ErrorCode::kStorageFull);
  REQUIRE((*worker)->Ask("SELECT 1", kProbeMs).value_or("dead") == "1\n");
}

TEST_CASE("processor time has an end" * doctest::skip(kIsSanitized)) {
  WorkerStart start = StartOf("test.misbehave");
  start.limits.cpu_s = 1;
  const auto world = base::MakeRealWorld();
  auto worker = Worker::Start(*world, start, kStartMs);
  REQUIRE(worker.has_value());
  const auto reply = (*worker)->Ask("spin", 30'000);
  REQUIRE(!reply.has_value());
  REQUIRE(reply.error().what == "A worker process ended before its answer was complete");
}

}  // namespace engine
