// A stranger's SQL against a query worker, as it stands: harder than the product, where only SQL
// regenerated from an accepted tree comes this far. attacks.tsv is the list.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/real_world.h"
#include "engine/testing.h"
#include "engine/worker.h"

namespace engine {
namespace {

constexpr std::int64_t kDeadlineMs = 1'000;
constexpr std::int64_t kSlackMs = 500;
constexpr std::uint64_t kMaxListBytes = 1U << 20U;
constexpr std::string_view kSecret = "the secret of another agreement";

// What becomes of an attack besides being contained, which all must be.
//   refused: an error, or a dead worker; answered: a reply; either: any of these
struct Attack {
  std::string outcome;
  std::string name;
  std::string sql;
};

std::vector<Attack> Attacks() {
  const auto world = base::MakeRealWorld();
  const std::string text =
      base::ReadWholeFile(world->files(),
                          std::string(TABULARIUM_SOURCE_FOLDER) + "/src/engine/attacks.tsv",
                          kMaxListBytes)
          .value();
  std::vector<Attack> attacks;
  for (const std::string_view line : base::Split(text, '\n', text.size())) {
    if (line.empty()) continue;
    const auto fields = base::Split(line, '\t', 3);
    REQUIRE(fields.size() == 3);
    attacks.emplace_back(std::string(fields[0]), std::string(fields[1]), std::string(fields[2]));
  }
  REQUIRE(attacks.size() > 80);
  return attacks;
}

void Replace(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// A socket that would notice a connection.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket_.number(), general, size) == 0);
    REQUIRE(::listen(socket_.number(), 8) == 0);
    REQUIRE(::getsockname(socket_.number(), general, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool WasCalled() const {
    const Descriptor caller(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    return caller.number() >= 0;
  }

 private:
  Descriptor socket_;
  int port_ = 0;
};

// A folder of one dataset, with neighbours, and the workers that may read the dataset alone.
class Range {
 public:
  Range(int landlock_abi, const std::string& kind) {
    folder_ = around_.Make("dataset");
    (void)around_.Write("secret", kSecret);
    (void)around_.Write("dataset/unlisted.txt", kSecret);
    (void)around_.Write("dataset/victim", "victim");
    for (const char* link : {"/link.csv", "/out_link.pq"}) {
      REQUIRE(::symlink((around_.path() + "/secret").c_str(), (folder_ + link).c_str()) == 0);
    }
    auto duckdb = Duckdb::Open({.library_path = TestLibrary(), .writable_folder = folder_});
    REQUIRE(duckdb.has_value());
    REQUIRE((*duckdb)
                ->Execute("COPY (SELECT range AS k, range % 7 AS x FROM range(10000)) TO " +
                          SqlText(folder_ + "/small.parquet"))
                .has_value());
    start_ = StartOf(kind, WorkerProfile::kQuery);
    start_.readable_files = {folder_ + "/small.parquet"};
    start_.limits.memory_bytes = 768U << 20U;
    start_.limits.duckdb_memory_bytes = 128U << 20U;
    start_.sandbox.max_landlock_abi = landlock_abi;
    before_ = around_.Tree();
  }

  std::unique_ptr<Worker> NewWorker() {
    auto worker = Worker::Start(*world_, start_, kStartMs);
    if (!worker) FAIL(worker.error().Text());
    return std::move(*worker);
  }

  // The reply to an attack, by a fresh worker, in time.
  base::Result<std::string> Try(const Attack& attack) {
    std::string sql = attack.sql;
    Replace(sql, "FOLDER", folder_);
    Replace(sql, "SERVER", std::to_string(::getpid()));
    Replace(sql, "PORT", std::to_string(listener_.port()));
    const auto worker = NewWorker();
    const std::int64_t begin_us = world_->clock().MonotonicMicroseconds();
    auto reply = worker->Ask(sql, kDeadlineMs);
    const std::int64_t spent_us = world_->clock().MonotonicMicroseconds() - begin_us;
    REQUIRE(spent_us < (kDeadlineMs + kSlackMs) * 1'000);
    return reply;
  }

  // Nothing was written, nobody was called, and the next worker answers.
  void RequireUnharmed() {
    REQUIRE(around_.Tree() == before_);
    REQUIRE(!listener_.WasCalled());
    const auto next = NewWorker();
    const auto reply = next->Ask("SELECT count(*) FROM small", kStartMs);
    REQUIRE(reply.value_or("no answer") == "10000\n");
  }

 private:
  TemporaryFolder around_;
  std::string folder_;
  Listener listener_;
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  WorkerStart start_;
  std::string before_;
};

bool TouchesFiles(const Attack& attack) {
  for (const char* word : {"FOLDER", "/etc", "/proc", "/dev", "http", "install", "load"}) {
    if (attack.sql.find(word) != std::string::npos) return true;
  }
  return false;
}

// With DuckDB's own settings as a wall, or with the kernel's walls alone.
enum class Walls : unsigned char { kAll, kKernel };

void RequireContained(int landlock_abi, Walls walls) {
  Range range(landlock_abi, walls == Walls::kAll ? "test.sql" : "test.sql.unlocked");
  for (const Attack& attack : Attacks()) {
    if (walls == Walls::kKernel && !TouchesFiles(attack)) continue;
    CAPTURE(attack.name);
    CAPTURE(landlock_abi);
    const auto reply = range.Try(attack);
    if (reply) {
      REQUIRE(reply->find("root:") == std::string::npos);
      REQUIRE(reply->find(kSecret) == std::string::npos);
    } else {
      REQUIRE(reply.error().what.find(kSecret) == std::string::npos);
    }
    if (walls == Walls::kAll && attack.outcome != "either")
      REQUIRE(reply.has_value() == (attack.outcome == "answered"));
    range.RequireUnharmed();
  }
}

}  // namespace

TEST_CASE("a stranger's SQL is contained, with Landlock of ABI 1" * doctest::skip(kIsSanitized)) {
  RequireContained(1, Walls::kAll);
}
TEST_CASE("a stranger's SQL is contained, with Landlock of ABI 2" * doctest::skip(kIsSanitized)) {
  RequireContained(2, Walls::kAll);
}
TEST_CASE("a stranger's SQL is contained, with the newest Landlock" * doctest::skip(kIsSanitized)) {
  RequireContained(kNewestLandlockAbi, Walls::kAll);
}

TEST_CASE("the kernel alone keeps files and sockets from a stranger's SQL" *
          doctest::skip(kIsSanitized)) {
  for (const int abi : {1, 2, kNewestLandlockAbi}) RequireContained(abi, Walls::kKernel);
}

}  // namespace engine
