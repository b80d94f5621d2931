// The streams of workers: worker.cc, worker_life.cc and worker_pool.cc once more.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "base/format.h"
#include "base/real_world.h"
#include "engine/frame.h"
#include "engine/testing.h"
#include "engine/worker.h"
#include "engine/worker_pool.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::int64_t kAskMs = 10'000;
constexpr std::int64_t kSlackMs = 500;

class TestWorker {
 public:
  explicit TestWorker(const std::string& kind = "test.flow") {
    auto worker = Worker::Start(*world_, StartOf(kind), kStartMs);
    if (!worker) FAIL(worker.error().Text());
    worker_ = std::move(*worker);
  }
  Worker* operator->() { return worker_.get(); }
  std::int64_t NowMs() { return world_->clock().MonotonicMicroseconds() / 1'000; }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  std::unique_ptr<Worker> worker_;
};

// Sizes of the chunks up to the end, or up to a failure.
struct Flowed {
  std::vector<std::size_t> sizes;
  std::uint64_t bytes = 0;
  std::optional<base::Error> error;
};

template <typename Stream>
Flowed Read(Stream& stream, std::int64_t deadline_ms = kAskMs) {
  Flowed flowed;
  for (;;) {
    auto chunk = stream.NextChunk(deadline_ms);
    if (!chunk) {
      flowed.error = std::move(chunk).error();
      return flowed;
    }
    if (!*chunk) return flowed;
    flowed.sizes.push_back((*chunk)->size());
    flowed.bytes += (*chunk)->size();
  }
}

}  // namespace

// Large blocks of a sanitizer's allocator do not fit into the sandbox; ThreadSanitizer's not even
// at the size of a chunk.
TEST_CASE("a stream is chunks of a bounded size and a last word" * doctest::skip(kIsSanitized)) {
  TestWorker worker;
  for (const auto& [request, sizes] : std::vector<std::pair<std::string, std::vector<std::size_t>>>{
           {"0|0|done", {}},
           {"1|1|done", {1}},
           {"1|262144|done", {262'144}},
           {"1|262145|done", {262'144, 1}},
           {"3|100000|done", {262'144, 37'856}},
           {"2|600000|done", {262'144, 262'144, 262'144, 262'144, 151'424}},
           {"5|0|done", {}}}) {
    CAPTURE(request);
    REQUIRE(worker->Begin(request, kAskMs).has_value());
    const Flowed flowed = Read(*worker.operator->());
    REQUIRE(!flowed.error.has_value());
    REQUIRE(flowed.sizes == sizes);
    REQUIRE(worker->stream_reply() == "done");
  }
  REQUIRE(worker->alive());
}

TEST_CASE("an error may come before the first chunk and after any, and the worker lives on" *
          doctest::skip(kIsThreadSanitized)) {
  TestWorker worker;
  for (const char* request : {"0|0|fail", "1|10|fail", "9|262144|fail"}) {
    REQUIRE(worker->Begin(request, kAskMs).has_value());
    const Flowed flowed = Read(*worker.operator->());
    REQUIRE(flowed.error.has_value());
    REQUIRE(flowed.error->code == ErrorCode::kConflict);
    REQUIRE(flowed.sizes.size() == (request[0] == '9' ? 9 : 0));  // a chunk begun is not sent
    REQUIRE(worker->alive());
  }
  REQUIRE(worker->Begin("1|1|well", kAskMs).has_value());
  REQUIRE(Read(*worker.operator->()).bytes == 1);
}

TEST_CASE("a kind that answers at once can be read as a stream of nothing") {
  TestWorker worker("test.echo");
  REQUIRE(worker->Begin("hello", kAskMs).has_value());
  REQUIRE(Read(*worker.operator->()).bytes == 0);
  REQUIRE(worker->stream_reply() == "hello");
  REQUIRE(worker->Ask("again", kAskMs).value_or("") == "again");
}

TEST_CASE("a chunk that nobody asked for is a breach") {
  TestWorker worker;
  REQUIRE(worker->Ask("1|5|done", kAskMs).error().code == ErrorCode::kUnavailable);
  REQUIRE(!worker->alive());
}

TEST_CASE("a worker that breaks the rules in mid-stream is dead, in time") {
  for (const char* how :
       {"chunk", "chunk of nothing", "large chunk", "chunk and crash", "half a chunk", "lie",
        "half a head", "unknown kind", "ready again", "error that is none", "mute", "spin"}) {
    CAPTURE(how);
    TestWorker worker("test.misbehave");
    const std::int64_t begin_ms = worker.NowMs();
    REQUIRE(worker->Begin(how, 300).has_value());
    const Flowed flowed = Read(*worker.operator->(), 300);
    REQUIRE(flowed.error.has_value());
    REQUIRE(flowed.error->code == ErrorCode::kUnavailable);
    REQUIRE(worker.NowMs() - begin_ms < 600 + kSlackMs);
    REQUIRE(!worker->alive());
    REQUIRE(!worker->NextChunk(300).has_value());  // and stays so
    REQUIRE(!worker->Ask("mute", 300).has_value());
  }
}

TEST_CASE("a worker that crashes after its chunks has given no whole stream" *
          doctest::skip(kIsThreadSanitized)) {
  TestWorker worker;
  REQUIRE(worker->Begin("3|262144|crash", kAskMs).has_value());
  const Flowed flowed = Read(*worker.operator->());
  REQUIRE(flowed.error.has_value());
  REQUIRE(flowed.sizes.size() == 3);
}

// A sanitized worker in the sandbox may end by itself before it is killed.
TEST_CASE("Kill from another thread ends a waiting reader at once" * doctest::skip(kIsSanitized)) {
  TestWorker worker;
  REQUIRE(worker->Begin("1|262144|hang", kAskMs).has_value());
  REQUIRE(worker->NextChunk(kAskMs).value()->size() == 262'144);
  const std::int64_t begin_ms = worker.NowMs();
  std::jthread killer([&] { worker->Kill(); });
  const auto chunk = worker->NextChunk(60'000);
  REQUIRE(!chunk.has_value());
  REQUIRE(chunk.error().code == ErrorCode::kUnavailable);
  REQUIRE(chunk.error().what == "A worker process was killed");
  REQUIRE(worker.NowMs() - begin_ms < kSlackMs);
}

TEST_CASE("after Kill nothing is given of what had been sent already" *
          doctest::skip(kIsThreadSanitized)) {
  TestWorker worker;
  REQUIRE(worker->Begin("1000000|262144|done", kAskMs).has_value());
  REQUIRE(worker->NextChunk(kAskMs).has_value());
  worker->Kill();
  for (int again = 0; again < 3; ++again) {
    const auto chunk = worker->NextChunk(kAskMs);
    REQUIRE(!chunk.has_value());
    REQUIRE(chunk.error().what == "A worker process was killed");
  }
}

TEST_CASE("a worker of a pool comes back after a whole stream, and is retired after a cut one" *
          doctest::skip(kIsThreadSanitized)) {
  const auto world = base::MakeRealWorld();
  WorkerPool pool(*world, {StartOf("test.flow")}, {.idle_workers = 1});
  const auto started = [&] { return pool.counts().started; };
  const auto run = [&](const char* request, bool to_its_end) {
    auto loan = pool.Take("test.flow");
    REQUIRE(loan.has_value());
    const std::uint64_t before = started();
    REQUIRE(loan->Begin(request, kAskMs).has_value());
    if (to_its_end) {
      (void)Read(*loan);
      if (std::string_view(request).ends_with("done")) REQUIRE(loan->stream_reply() == "done");
    }
    return before;
  };
  const auto await_idle = [&] {
    const std::int64_t end = world->clock().MonotonicMicroseconds() + kStartMs * 1'000;
    while (pool.counts().idle < 1) {
      REQUIRE(world->clock().MonotonicMicroseconds() < end);
      std::this_thread::yield();
    }
  };
  await_idle();
  REQUIRE(run("3|262144|done", true) == 1);
  REQUIRE(run("3|262144|done", true) == 1);
  REQUIRE(pool.counts().started == 1);
  for (const auto& [request, to_its_end] :
       {std::pair{"9|262144|done", false}, std::pair{"1|1|fail", true},
        std::pair{"1|1|crash", true}}) {
    const std::uint64_t before = run(request, to_its_end);
    await_idle();
    REQUIRE(started() == before + 1);
  }
}

}  // namespace engine
