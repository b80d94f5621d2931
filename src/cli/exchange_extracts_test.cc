// Tests of: exchange/extracts.cc
//
// Extracts under real Permits, with a real catalogue and real workers. They stand here because only
// cli sees every part.
#include <doctest/doctest.h>

#include <thread>

#include "cli/exchange_testing.h"

namespace cli {
namespace {

using agreements::AgreementState;
using base::ErrorCode;
using catalogue::Bad;

engine::TextTable Rows(const exchange::Extract& extract, const std::string& sql) {
  const auto duckdb = Good(engine::Duckdb::Open(
      {.library_path = engine::TestLibrary(), .readable_files = {extract.path()}}));
  const std::string path = engine::SqlText(extract.path());
  return Good(duckdb->Query(base::Format("SELECT {} FROM read_parquet({})", sql, path), 1'000));
}

}  // namespace

TEST_CASE("an extract has the rows and columns of its policy, and is made once" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  const auto first = home.Enter();
  const auto extract = Good(home.extracts->Get(first));
  // Every third of the first 600 is on the list, and a fifth of them is of another area.
  REQUIRE(extract.record().rows == 160);
  REQUIRE(extract.dataset() == "paye-jobs");
  const auto table = Rows(extract, "* EXCLUDE (nino), nino[:2]");
  REQUIRE(table.names == std::vector<std::string>{"area", "born", "pay", "account", "nino[:2]"});
  REQUIRE(table.rows[1][3] == "00000001");
  REQUIRE(table.rows[1][4] == "t_");
  const auto second = home.Enter();
  REQUIRE(Good(home.extracts->Get(second)).path() == extract.path());
  REQUIRE(home.extracts->counts().made == 1);
  REQUIRE(home.InTheMaking().empty());
  // Found again after a restart.
  home.OpenExtracts();
  REQUIRE(Good(home.extracts->Get(second)).path() == extract.path());
  REQUIRE(home.extracts->counts().made == 0);
}

TEST_CASE("accesses that come together share one making" * doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home(20'000);
  std::vector<agreements::Permit> permits;
  for (int i = 0; i < 6; ++i) permits.push_back(home.Enter());
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (const auto& permit : permits) {
      threads.emplace_back([&] { good += home.extracts->Get(permit).has_value() ? 1 : 0; });
    }
  }
  REQUIRE(good == 6);
  REQUIRE(home.extracts->counts().made == 1);
  REQUIRE(home.OnDisk().size() == 1);
}

TEST_CASE("a new version has an extract of its own, and the older one goes when its time is over" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  home.superseded_ms = 0;
  home.OpenExtracts();
  const auto old_access = home.Enter();
  auto old_extract = std::make_unique<exchange::Extract>(Good(home.extracts->Get(old_access)));
  home.PublishJobs(900, 5);
  const auto new_access = home.Enter();
  const auto new_extract = Good(home.extracts->Get(new_access));
  REQUIRE(new_extract.record().version == 2);
  REQUIRE(Rows(new_extract, "max(pay)").rows != Rows(*old_extract, "max(pay)").rows);
  // In use, so it stays.
  REQUIRE(home.OnDisk().size() == 2);
  Good(home.extracts->RemoveUnused());
  REQUIRE(home.OnDisk().size() == 2);
  old_extract.reset();
  Good(home.extracts->RemoveUnused());
  REQUIRE(home.OnDisk() == std::vector<std::string>{new_extract.record().key.Hex()});
}

TEST_CASE("beyond the disk budget the least recently used extract goes" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  home.disk_bytes = 1;
  home.OpenExtracts();
  const auto permit = home.Enter();
  {
    const auto extract = Good(home.extracts->Get(permit));
    Good(home.extracts->RemoveUnused());
    REQUIRE(home.OnDisk().size() == 1);
  }
  Good(home.extracts->RemoveUnused());
  REQUIRE(home.OnDisk().empty());
  REQUIRE(Good(home.extracts->Get(permit)).record().rows == 160);
}

TEST_CASE("a stop in mid-making ends it, and nothing is left" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home(60'000);
  home.TakeWholePolicy();
  const auto permit = home.Enter();
  base::Result<exchange::Extract> outcome = base::Fail(ErrorCode::kInternal, "not asked yet");
  std::jthread asking([&] { outcome = home.extracts->Get(permit); });
  base::Clock& clock = home.any_world.clock();
  const std::int64_t deadline_us = clock.MonotonicMicroseconds() + 10'000'000;
  while (home.InTheMaking().empty() && clock.MonotonicMicroseconds() < deadline_us) {
    std::this_thread::yield();
  }
  home.gate->Put(home.Terms(AgreementState::kRevoked));
  Good(home.extracts->Remove(kAgreement));
  asking.join();
  REQUIRE(Bad(outcome).code == ErrorCode::kConflict);
  REQUIRE(home.OnDisk().empty());
  REQUIRE(home.InTheMaking().empty());
  REQUIRE(Bad(home.extracts->Get(permit)).code == ErrorCode::kConflict);
}

TEST_CASE("a full disk and a list that may not be used leave nothing" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  home.OpenExtracts(256);
  const auto permit = home.Enter();
  REQUIRE(Bad(home.extracts->Get(permit)).code == ErrorCode::kStorageFull);
  REQUIRE(home.OnDisk().empty());
  REQUIRE(home.InTheMaking().empty());
  home.OpenExtracts();
  home.source.agreement->policy.member_of->least_entries = 500;
  home.gate->Put(home.Terms(AgreementState::kActive));
  const auto short_list = home.Enter();
  const auto refused = Bad(home.extracts->Get(short_list));
  REQUIRE(refused.code == ErrorCode::kConflict);
  REQUIRE(refused.where == "/member_of/least_entries");
  REQUIRE(home.OnDisk().empty());
  REQUIRE(home.InTheMaking().empty());
  // The first access pinned the policy before.
  REQUIRE(Bad(home.extracts->Get(permit)).code == ErrorCode::kConflict);
}

TEST_CASE("a worker that is killed in mid-making leaves nothing, and the next access makes it" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home(20'000);
  home.OpenExtracts(1ULL << 30U, 1);
  const auto permit = home.Enter();
  REQUIRE(Bad(home.extracts->Get(permit)).code == ErrorCode::kUnavailable);
  REQUIRE(home.OnDisk().empty());
  REQUIRE(home.InTheMaking().empty());
  home.OpenExtracts();
  REQUIRE(Good(home.extracts->Get(permit)).record().rows == 160);
}

TEST_CASE("what a crash left in the making is removed at a start" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  const auto permit = home.Enter();
  const std::string key = Good(home.extracts->Get(permit)).record().key.Hex();
  auto& files = home.any_world.files();
  Good(files.MakeFolder(home.place.home + "/tmp/extracts/half"));
  Good(base::ReplaceFile(files, home.place.home + "/tmp/extracts/half/extract.parquet", "PAR1"));
  Good(files.Remove(home.place.home + "/extracts/" + key + "/extract.json"));
  home.OpenExtracts();
  REQUIRE(home.OnDisk().empty());
  REQUIRE(home.InTheMaking().empty());
  REQUIRE(Good(home.extracts->Get(permit)).record().key.Hex() == key);
}

TEST_CASE("removing an agreement's extracts takes them from the disk, used or not" *
          doctest::skip(engine::kIsSanitized)) {
  ExchangeWorld home;
  const auto permit = home.Enter();
  const auto extract = Good(home.extracts->Get(permit));
  Good(home.extracts->Remove("DSA-2026-9999"));
  REQUIRE(home.OnDisk().size() == 1);
  home.gate->Put(home.Terms(AgreementState::kSuspended));
  Good(home.extracts->Remove(kAgreement));
  REQUIRE(home.OnDisk().empty());
  // Resumed, it is made again.
  home.gate->Put(home.Terms(AgreementState::kActive));
  const auto again = home.Enter();
  REQUIRE(Good(home.extracts->Get(again)).path() == extract.path());
  REQUIRE(home.extracts->counts().made == 2);
}

}  // namespace cli
