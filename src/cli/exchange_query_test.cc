// Tests of: exchange/query.cc exchange/rehearsal_counts.cc
//
// The query door under real Permits, with a real catalogue and real workers: what comes out, what
// is refused, what is on record, and how fast a stop ends it.
#include "exchange/query.h"

#include <doctest/doctest.h>

#include <thread>

#include "cli/exchange_testing.h"
#include "exchange/rehearsal_counts.h"
#include "exchange/sql_parse.h"

namespace cli {
namespace {

using agreements::AgreementState;
using base::ErrorCode;
using catalogue::Bad;
using engine::ResultFormat;

constexpr std::int64_t kSecondUs = 1'000'000;

struct QueryWorld : ExchangeWorld {
  explicit QueryWorld(int rows = 1'000)
      : ExchangeWorld(rows),
        desk(*ExchangeParts::world, {exchange::SqlParseStart(engine::TestLibrary())},
             {.idle_workers = 1, .max_running = 8, .queue_ms = 20'000}),
        services{*ExchangeParts::world,
                 *gate,
                 *extracts,
                 desk,
                 {.library_path = engine::TestLibrary()}} {
    extract_pool = &desk;  // one pool for both, as the server has it
    OpenExtracts();
  }

  exchange::QueryQuestion Question(const std::string& sql,
                                   ResultFormat format = ResultFormat::kCsv) const {
    return {.agreement = kAgreement, .purpose = "debt-recovery", .sql = sql, .format = format};
  }
  base::Result<std::unique_ptr<exchange::QueryStream>> Open(
      const exchange::QueryQuestion& question) {
    return exchange::Query(services, *ada, question);
  }
  base::Result<std::unique_ptr<exchange::QueryStream>> Open(const std::string& sql) {
    return Open(Question(sql));
  }
  // The whole reply, closed as complete.
  base::Result<std::string> Run(const exchange::QueryQuestion& question) {
    auto stream = TRY(Open(question));
    std::string body;
    while (auto chunk = TRY(stream->Next())) body += *chunk;
    TRY(stream->Finish());
    return body;
  }
  base::Result<std::string> Run(const std::string& sql) { return Run(Question(sql)); }
  std::string Outcome() { return NewestLeaf().Find("outcome")->AsString(); }
  // As whoever revokes does: the gate first, then the extracts.
  void Revoke() {
    gate->Put(Terms(AgreementState::kRevoked));
    Good(extracts->Remove(kAgreement));
  }
  std::int64_t Now() { return any_world.clock().MonotonicMicroseconds(); }

  engine::WorkerPool desk;
  exchange::QueryServices services;
};

constexpr const char* kLongQuery =
    "SELECT a.nino, b.nino AS other, c.pay FROM paye_jobs a, paye_jobs b, paye_jobs c";
// No row comes before the last of a hundred thousand million.
constexpr const char* kHeavyQuery =
    "SELECT max(a.born + b.born * c.born - d.born + e.born) AS n "
    "FROM paye_jobs a, paye_jobs b, paye_jobs c, paye_jobs d, paye_jobs e";

}  // namespace

TEST_CASE("a query sees the extract in four formats, and its whole life is on record" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  const std::string sql =
      "SELECT area, count(*) AS people FROM \"paye-jobs\" GROUP BY area ORDER BY area LIMIT 1";
  const std::string csv = Good(home.Run(sql));
  REQUIRE(csv == "area,people\r\nE07000000,40\r\n");
  const auto closed = home.NewestLeaf();
  REQUIRE(closed.Find("kind")->AsString() == "access.closed");
  REQUIRE(closed.Find("outcome")->AsString() == "complete");
  REQUIRE(closed.Find("rows")->AsInteger() == 1);
  REQUIRE(closed.Find("bytes")->AsInteger() == static_cast<std::int64_t>(csv.size()));
  REQUIRE(closed.Find("body")->AsString() == base::Sha256(csv).Hex());
  const std::string template_ = closed.Find("template")->AsString();
  REQUIRE(template_ != base::Sha256({}).Hex());
  REQUIRE(Good(home.Run(home.Question(sql, ResultFormat::kNdjson))) ==
          "{\"area\":\"E07000000\",\"people\":40}\n");
  REQUIRE(Good(home.Run(home.Question(sql, ResultFormat::kJson))).starts_with("{\"columns\":["));
  REQUIRE(Good(home.Run(home.Question(sql, ResultFormat::kArrow))).size() > 100);
  REQUIRE(home.NewestLeaf().Find("template")->AsString() == template_);
  REQUIRE(home.extracts->counts().made == 1);
  REQUIRE(home.gate->open_accesses() == 0);
}

TEST_CASE("parameters are bound, by number and by name" * doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  auto question = home.Question("SELECT account FROM paye_jobs WHERE account = $1");
  question.params = base::Json::Array({"00000001"});
  REQUIRE(Good(home.Run(question)) == "account\r\n00000001\r\n");
  question.sql = "SELECT account FROM paye_jobs WHERE account = $last OR account = $first";
  question.params = base::Json::Object({{"last", "00000002"}, {"first", "' OR true --"}});
  REQUIRE(Good(home.Run(question)) == "account\r\n00000002\r\n");
  question.params = base::Json::Object({});
  REQUIRE(Bad(home.Run(question)).code == ErrorCode::kInvalid);
  REQUIRE(home.Outcome() == "refused");
}

TEST_CASE("what is not in the agreement cannot be reached, and the attempt is on record" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  for (const char* sql : {
           "SELECT name FROM paye_jobs",
           "SELECT * FROM read_parquet('/etc/passwd')",
           "SELECT * FROM 'extract.parquet'",
           "SELECT * FROM overdue_2026",
           "SELECT 1; SELECT 2",
           "COPY paye_jobs TO '/tmp/x.csv'",
           "SELECT getenv('HOME')",
           "SELECT",
           "",
       }) {
    CAPTURE(sql);
    std::optional<std::uint64_t> opened;
    auto asked = home.Question(sql);
    asked.on_opened = [&](std::uint64_t index) { opened = index; };
    const auto refused = Bad(home.Run(asked));
    REQUIRE(opened == static_cast<std::uint64_t>(home.NewestLeaf().Find("opened")->AsInteger()));
    REQUIRE(refused.code == ErrorCode::kInvalid);
    REQUIRE(refused.Text().find(home.place.home) == std::string::npos);
    REQUIRE(home.Outcome() == "refused");
    REQUIRE(home.NewestLeaf().Find("bytes")->AsInteger() == 0);
  }
  // Rows of another area, and of people who are not on the list, are not there.
  REQUIRE(Good(home.Run("SELECT count(*) AS n FROM paye_jobs WHERE area = 'E07000004'")) ==
          "n\r\n0\r\n");
  REQUIRE(Good(home.Run("SELECT count(*) AS n FROM paye_jobs")) == "n\r\n160\r\n");
  // Raw numbers are not there either.
  REQUIRE(Good(home.Run("SELECT count(*) AS n FROM paye_jobs WHERE nino LIKE 'QQ%'")) ==
          "n\r\n0\r\n");
  auto question = home.Question("SELECT 1");
  question.purpose.clear();
  REQUIRE(Bad(home.Run(question)).code == ErrorCode::kMalformed);
  REQUIRE(home.NewestLeaf().Find("reason")->AsString() == "no-purpose");
  question.purpose = "curiosity";
  REQUIRE(Bad(home.Run(question)).code == ErrorCode::kForbidden);
}

TEST_CASE("the next query sees a second version under the same policy" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  const std::string sql = "SELECT count(*) AS n, max(pay) AS most FROM paye_jobs";
  const std::string before = Good(home.Run(sql));
  auto open = Good(home.Open("SELECT count(*) AS n FROM paye_jobs"));
  home.PublishJobs(300, 5);
  REQUIRE(Good(home.Run(sql)) != before);
  REQUIRE(Good(home.Run("SELECT count(*) AS n FROM paye_jobs")) == "n\r\n80\r\n");
  // One that was open keeps its version.
  REQUIRE(Good(open->Next()) == "n\r\n160\r\n");
}

TEST_CASE("a revocation ends streams that are read and streams that are not, within a second" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home(5'000);
  home.TakeWholePolicy();
  auto idle = Good(home.Open(kLongQuery));
  auto read = Good(home.Open(kLongQuery));
  std::atomic<std::int64_t> ended_us = 0;
  std::atomic<std::uint64_t> got = 0;
  std::atomic<bool> is_conflict = false;
  std::jthread reader([&] {
    for (;;) {
      const auto chunk = read->Next();
      if (!chunk || !*chunk) {
        is_conflict = !chunk && chunk.error().code == ErrorCode::kConflict;
        break;
      }
      got += (*chunk)->size();
    }
    ended_us = home.Now();
  });
  while (got < 2'000'000) std::this_thread::yield();
  REQUIRE(home.OnDisk().size() == 1);
  const std::int64_t revoked_us = home.Now();
  home.Revoke();
  REQUIRE(home.OnDisk().empty());
  reader.join();
  REQUIRE(ended_us - revoked_us < kSecondUs);
  REQUIRE(is_conflict);
  REQUIRE(home.Outcome() == "revoked");
  REQUIRE(home.NewestLeaf().Find("bytes")->AsInteger() == static_cast<std::int64_t>(got));
  REQUIRE(idle->stop().stop_requested());
  REQUIRE(Bad(idle->Next()).code == ErrorCode::kConflict);
  REQUIRE(home.Outcome() == "revoked");
  REQUIRE(Bad(home.Open(kLongQuery)).code == ErrorCode::kConflict);
  REQUIRE(home.NewestLeaf().Find("reason")->AsString() == "ended");
  REQUIRE(home.Now() - revoked_us < kSecondUs);
  REQUIRE(home.gate->open_accesses() == 0);
}

TEST_CASE("fifty streams, half of them not read, end within a second of a revocation" *
          doctest::skip(engine::kIsSanitized)) {
  constexpr int kStreams = 50;
  QueryWorld home(2'000);
  home.TakeWholePolicy();
  engine::WorkerPool crowd(home.any_world, {exchange::SqlParseStart(engine::TestLibrary())},
                           {.idle_workers = 1, .max_running = kStreams + 2});
  const exchange::QueryServices services{home.any_world, *home.gate, *home.extracts, crowd,
                                         home.services.settings};
  std::vector<std::unique_ptr<exchange::QueryStream>> streams;
  for (int i = 0; i < kStreams; ++i) {
    streams.push_back(Good(exchange::Query(services, *home.ada, home.Question(kLongQuery))));
  }
  std::atomic<std::uint64_t> got = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < kStreams / 2; ++i) {
    readers.emplace_back([&got, &stream = *streams[static_cast<std::size_t>(i)]] {
      for (auto chunk = stream.Next(); chunk && *chunk; chunk = stream.Next()) {
        got += (*chunk)->size();
      }
    });
  }
  while (got < 20'000'000) std::this_thread::yield();
  const std::int64_t revoked_us = home.Now();
  home.Revoke();
  readers.clear();
  streams.clear();  // as a server lets go of those that wait for their readers
  REQUIRE(home.Now() - revoked_us < kSecondUs);
  REQUIRE(home.gate->open_accesses() == 0);
  REQUIRE(home.OnDisk().empty());
  auto& log = home.running->ledger->access_log();
  int revoked = 0;
  for (std::uint64_t index = 0; index < log.size(); ++index) {
    if (Good(log.Leaf(index)).find("\"outcome\":\"revoked\"") != std::string::npos) ++revoked;
  }
  REQUIRE(revoked == kStreams);
}

TEST_CASE("a query worker is kept for the next query, and gone before the extract" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  const std::string count = "SELECT count(*) AS n FROM paye_jobs";
  const std::string first = Good(home.Run(count));
  const std::uint64_t started = home.desk.counts().started;
  REQUIRE(home.desk.counts().kept == 1);
  for (int turn = 0; turn < 5; ++turn) REQUIRE(Good(home.Run(count)) == first);
  REQUIRE(home.desk.counts().started == started);
  // A refusal of DuckDB's retires the worker: what made it fail may have left something behind.
  REQUIRE(!home.Run("SELECT CAST('x' AS INTEGER) AS n FROM paye_jobs").has_value());
  REQUIRE(home.desk.counts().kept == 0);
  REQUIRE(Good(home.Run(count)) == first);
  REQUIRE(home.desk.counts().kept == 1);
  home.gate->Put(home.Terms(AgreementState::kSuspended));
  Good(home.extracts->Remove(kAgreement));
  REQUIRE(home.desk.counts().kept == 0);
  REQUIRE(home.OnDisk().empty());
  REQUIRE(Bad(home.Run(count)).code == ErrorCode::kConflict);
  // The same extract once more is another file in the same place.
  home.gate->Put(home.Terms(AgreementState::kActive));
  REQUIRE(Good(home.Run(count)) == first);
}

TEST_CASE("a reader that goes away is on record as cut, and one that has it all as complete" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  {
    auto stream = Good(home.Open(kLongQuery));
    REQUIRE(Good(stream->Next())->size() > 0);
    REQUIRE(Bad(stream->Finish()).code == ErrorCode::kConflict);
  }
  REQUIRE(home.Outcome() == "cut");
  REQUIRE(home.NewestLeaf().Find("bytes")->AsInteger() > 0);
  auto whole = Good(home.Open("SELECT 1 AS one FROM paye_jobs LIMIT 1"));
  while (Good(whole->Next())) {
  }
  home.Revoke();
  REQUIRE(Bad(whole->Finish()).code == ErrorCode::kConflict);
  REQUIRE(home.Outcome() == "revoked");
}

TEST_CASE("a failure and a deadline are on record, and the next query works" *
          doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  const auto failed = Bad(home.Run("SELECT CAST(account || 'x' AS BIGINT) AS n FROM paye_jobs"));
  REQUIRE(failed.code == ErrorCode::kInvalid);
  REQUIRE(home.Outcome() == "failed");
  // A worker that the kernel ends.
  home.services.settings.limits.cpu_s = 1;
  const auto killed = Bad(home.Run(kHeavyQuery));
  REQUIRE(killed.code == ErrorCode::kUnavailable);
  REQUIRE(home.Outcome() == "failed");
  home.services.settings.limits = {};
  home.services.settings.deadline_ms = 300;
  const auto late = Bad(home.Run(kHeavyQuery));
  REQUIRE(late.code == ErrorCode::kUnavailable);
  REQUIRE(home.Outcome() == "cut");
  home.services.settings.deadline_ms = exchange::kMaxQueryMs;
  REQUIRE(Good(home.Run("SELECT count(*) AS n FROM paye_jobs")) == "n\r\n160\r\n");
}

TEST_CASE("a rehearsal counts every row and gives none" * doctest::skip(engine::kIsSanitized)) {
  QueryWorld home;
  home.Grant(*home.noor, identity::Role::kApprover);
  const auto pinned = Good(home.versions.Newest(kAgreement));
  const auto rehearsal = Good(
      home.gate->OpenRehearsal(*home.noor, home.noor->organisation, "DSR-2026-0001", pinned[0]));
  const exchange::CountServices counting{
      .catalogue = home.catalogue(), .pool = home.pool, .library_path = engine::TestLibrary()};
  const auto& policy = home.source.agreement->policy;
  const auto counts = Good(exchange::CountPolicy(counting, rehearsal, policy, home.jobs.id,
                                                 exchange::ListVersion{home.accounts.id, 1}));
  REQUIRE(counts.rows.rows == 1'000);
  REQUIRE(counts.rows.after_step == std::vector<std::uint64_t>{800, 160});
  REQUIRE(counts.list->entries == 200);
  REQUIRE(home.OnDisk().empty());
  REQUIRE(Bad(exchange::CountPolicy(counting, rehearsal, policy, home.accounts.id, {})).code ==
          ErrorCode::kConflict);
  REQUIRE(Bad(exchange::CountPolicy(counting, rehearsal, policy, home.jobs.id, {})).code ==
          ErrorCode::kConflict);
}

}  // namespace cli
