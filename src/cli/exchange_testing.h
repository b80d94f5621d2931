// For tests of the whole exchange: a home on a real folder with a department that owns jobs, a
// council with its list of accounts, one agreement between them, real workers.
//
// It stands here because only cli sees every part. Header only; includes after doctest.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agreements/gate.h"
#include "agreements/policy_generator.h"
#include "base/real_world.h"
#include "catalogue/catalogue.h"
#include "catalogue/pool_file_workers.h"
#include "catalogue/testing.h"
#include "engine/testing.h"
#include "exchange/extracts.h"

namespace cli {

using catalogue::Good;

inline constexpr const char* kAgreement = "DSA-2026-0041";

// The newest version of the jobs, and the list.
class NewestVersions final : public agreements::VersionSource {
 public:
  base::Result<std::vector<agreements::PinnedVersion>> Newest(std::string_view) override {
    std::vector<agreements::PinnedVersion> versions;
    for (const auto& id : ids) {
      const auto record = TRY(catalogue->RecordOf(id));
      versions.push_back({.dataset = record.slug,
                          .version = record.latest->number,
                          .is_public = versions.empty(),
                          .is_list = !versions.empty()});
    }
    return versions;
  }
  catalogue::Catalogue* catalogue = nullptr;
  std::vector<catalogue::DatasetId> ids;
};

class OneAgreement final : public exchange::AgreementSource {
 public:
  base::Result<exchange::AgreementPolicy> PolicyOf(std::string_view) override {
    return agreement.value();
  }
  std::optional<exchange::AgreementPolicy> agreement;
};

struct ExchangeParts {
  ExchangeParts()
      : world(base::MakeRealWorld()),
        pool(*world, {}, {.max_running = 8, .queue_ms = 20'000}),
        workers(pool, {.library_path = engine::TestLibrary()}) {}
  engine::TemporaryFolder folder;
  std::unique_ptr<base::World> world;
  engine::WorkerPool pool;
  catalogue::PoolFileWorkers workers;
};

struct ExchangeWorld : ExchangeParts, catalogue::TestHome {
  explicit ExchangeWorld(int rows = 1'000)
      : TestHome(*ExchangeParts::world, workers,
                 {.home = folder.path() + "/home", .files = storage::StoreFiles::kSystem}),
        jobs(Make("paye-jobs", catalogue::DatasetVisibility::kPublic)),
        accounts(Make("overdue-2026", catalogue::DatasetVisibility::kPrivate)) {
    PublishJobs(rows, 1);
    Good(Publish(accounts.id, AccountsText(), AllTreatments({"nino", "account"})));
    versions.catalogue = &catalogue();
    versions.ids = {jobs.id, accounts.id};
    source.agreement = exchange::AgreementPolicy{.policy = PolicyOf(kPolicy),
                                                 .token_key = agreements::kTestTokenKey,
                                                 .token_key_version = 1,
                                                 .dataset = jobs.id,
                                                 .list = accounts.id};
    ada->roles.push_back({identity::Role::kExplorer, ada->organisation});
    ada->scopes = ada->scopes | identity::RowOf(identity::Role::kExplorer).scopes;
    gate = Good(agreements::Gate::Open(any_world, *running->store, *running->ledger, versions));
    gate->Put(Terms(agreements::AgreementState::kActive));
    OpenExtracts();
  }

  // --- the data ---
  static std::string JobsText(int rows, int salt) {
    std::string text = "nino,name,area,born,pay\n";
    for (int row = 0; row < rows; ++row) {
      text += base::Format("QQ{:06}A,Person {},E0700000{},19{:02}-0{}-11,{}.{:02}\n", row, row,
                           row % 5, row % 100, row % 9 + 1, row * 7 + salt, row % 100);
    }
    return text;
  }
  static std::string AccountsText() {
    std::string text = "nino,account\n";
    for (int row = 0; row < 200; ++row) {
      text += base::Format("qq {:06} a,{:08}\n", row * 3, row);
    }
    return text;
  }
  static catalogue::Confirmation AllTreatments(const std::vector<std::string>& names) {
    catalogue::Confirmation confirmation;
    for (const std::string& name : names) {
      confirmation.columns.push_back({.name = name,
                                      .column_class = catalogue::ColumnClass::kPersonal,
                                      .confirmed = true,
                                      .treatments = Allowed(name)});
    }
    return confirmation;
  }
  static std::uint32_t Allowed(const std::string& name) {
    if (name == "born") return catalogue::kShow | catalogue::kYear;
    return catalogue::kShow | catalogue::kMask | catalogue::kToken;
  }
  void PublishJobs(int rows, int salt) {
    Good(Publish(jobs.id, JobsText(rows, salt),
                 AllTreatments({"nino", "name", "area", "born", "pay"})));
  }

  // --- the agreement ---
  static constexpr std::string_view kPolicy = R"({
    "format": "tabularium-policy-1", "dataset": "paye-jobs",
    "columns": [{"name": "nino", "treatment": "token"}, {"name": "area", "treatment": "show"},
                {"name": "born", "treatment": "year"}, {"name": "pay", "treatment": "show"}],
    "condition": {"test": "not-equal", "column": "area", "value": "E07000004"},
    "member_of": {"column": "nino", "list": "overdue-2026", "list_column": "nino",
                  "normalisation": "compact", "carry": [{"column": "account"}],
                  "greatest_entries": 1000, "follow_newer": true},
    "purposes": ["debt-recovery"], "recipients": ["0123456789abcdef0123456789abcdef"],
    "doors": ["query"]})";
  static agreements::Policy PolicyOf(std::string_view text) {
    return Good(agreements::ReadPolicy(base::JsonItem(agreements::JsonOf(text), "")));
  }
  // Everything but the names, no list: as many rows as there are.
  void TakeWholePolicy() {
    auto& policy = source.agreement->policy;
    policy.member_of.reset();
    policy.condition.reset();
    source.agreement->list.reset();
    versions.ids.pop_back();
    gate->Put(Terms(agreements::AgreementState::kActive));
  }
  [[nodiscard]] agreements::Terms Terms(agreements::AgreementState state) const {
    return {.number = kAgreement,
            .owner = noor->organisation,
            .recipient = ada->organisation,
            .state = state,
            .first_day = base::ParseCivilDay("2020-01-01").value(),
            .last_day = base::ParseCivilDay("2999-12-31").value(),
            .purposes = {"debt-recovery"},
            .recipients = {ada->id},
            .accesses_per_day = 100'000,
            .policy_digest = agreements::PolicyDigest(source.agreement->policy)};
  }
  agreements::Question Ask(const std::string& sql = "SELECT 1") const {
    return {.agreement = kAgreement,
            .purpose = "debt-recovery",
            .door = agreements::Door::kQuery,
            .sql = sql,
            .params = base::Json::Array({})};
  }
  agreements::Permit Enter() { return Good(gate->Enter(*ada, Ask())); }

  // --- the extracts ---
  void OpenExtracts(std::uint64_t file_bytes = 1ULL << 30U,
                    std::int64_t deadline_ms = exchange::kMaxMakingMs) {
    exchange::ExtractSettings settings{.home = place.home, .library_path = engine::TestLibrary()};
    settings.limits.written_file_bytes = file_bytes;
    settings.deadline_ms = deadline_ms;
    settings.disk_bytes = disk_bytes;
    settings.superseded_ms = superseded_ms;
    extracts.reset();
    extracts =
        Good(exchange::Extracts::Open(any_world, catalogue(), source, *extract_pool, settings));
  }
  std::vector<std::string> OnDisk() { return Names(place.home + "/extracts"); }
  std::vector<std::string> InTheMaking() { return Names(place.home + "/tmp/extracts"); }

  base::Json NewestLeaf() {
    auto& log = running->ledger->access_log();
    return base::ParseJson(Good(log.Leaf(log.size() - 1)), base::kRequestJson).value();
  }

  catalogue::Dataset jobs;
  catalogue::Dataset accounts;
  NewestVersions versions;
  OneAgreement source;
  engine::WorkerPool* extract_pool = &pool;
  std::uint64_t disk_bytes = exchange::kMaxExtractDiskBytes;
  std::int64_t superseded_ms = exchange::kSupersededMs;
  std::unique_ptr<agreements::Gate> gate;
  std::unique_ptr<exchange::Extracts> extracts;
};

}  // namespace cli
