// What the tests of the catalogue share: a home of two organisations, and workers that a simulation
// plays.
//
// Header only, for tests of this folder, which include doctest first. Functions give what they
// make; failures end the test.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/json.h"
#include "base/result_testing.h"
#include "base/simulated_world.h"
#include "catalogue/catalogue.h"
#include "catalogue/file_workers.h"
#include "ledger/ledger.h"
#include "storage/grants.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace catalogue {

using base::Bad;
using base::CodeOfBad;
using base::Good;

// Files of these workers are texts: a first line of columns as "name:type,name:type", then one line
// for each row. What they write is the columns and the rows as they are.
class PlayedWorkers final : public FileWorkers {
 public:
  explicit PlayedWorkers(base::World& world) : world_(world) {}

  base::Result<std::string> ReadDraft(const std::string& path) override {
    const std::string bytes = TRY(base::ReadWholeFile(world_.files(), path, 1U << 20U));
    if (!bytes.starts_with("cols ")) {
      return base::Fail(base::ErrorCode::kInvalid, "The file is none", "byte 0");
    }
    const std::string head = bytes.substr(5, bytes.find('\n') - 5);
    base::Json::Items columns;
    for (const std::string_view column : base::Split(head, ',', 100)) {
      const auto parts = base::Split(column, ':', 2);
      columns.push_back(ColumnJson(parts[0], parts.at(1)));
    }
    return base::WriteCanonicalJson(base::Json::Object(
        {{"kind", "file-draft-1"}, {"columns", base::Json::Array(std::move(columns))}}));
  }

  base::Result<WrittenVersion> WriteVersion(const VersionOrder& order) override {
    ++written;
    if (const auto call = between) call();  // a copy: the call may replace it
    const std::string bytes = TRY(base::ReadWholeFile(world_.files(), order.source, 1U << 20U));
    std::string text = "PAR1 ";
    base::Json::Items profile;
    for (const OrderedColumn& column : order.columns) {
      text += column.column.name + ":" + engine::TypeText(column.column.type) + " ";
      profile.push_back(base::Json::Object({{"name", column.column.name}}));
    }
    text += bytes.substr(bytes.find('\n'));
    const auto file = TRY(world_.files().Open(order.output, base::OpenMode::kCreateNew));
    // In two pieces, as a worker would, and without a sync.
    TRY(file->WriteAt(0, std::string_view(text).substr(0, text.size() / 2)));
    TRY(file->WriteAt(text.size() / 2, std::string_view(text).substr(text.size() / 2)));
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(bytes, '\n')) - 1;
    return WrittenVersion{lines, base::Json::Array(std::move(profile))};
  }

  std::function<void()> between;  // called while a version is being written
  int written = 0;

 private:
  static base::Json ColumnJson(std::string_view name, std::string_view type) {
    using base::Json;
    return Json::Object({{"name", name},
                         {"type", Json::Object({{"name", type}})},
                         {"meaning", Json::Object({{"type", "unrecognised"}})},
                         {"class", Json::Object({{"name", "personal"}, {"identifies", false}})},
                         {"treatments", Json::Array({"show", "mask"})}});
  }

  base::World& world_;
};

// Policies as a test wants them.
class PlayedPolicies final : public LivePolicies {
 public:
  base::Result<std::vector<LivePolicy>> Naming(const DatasetId& /*dataset*/,
                                               std::span<const std::string> columns) override {
    std::vector<LivePolicy> found;
    for (const LivePolicy& policy : live) {
      LivePolicy part{policy.agreement, {}};
      for (const std::string& column : policy.columns) {
        if (std::ranges::find(columns, column) != columns.end()) part.columns.push_back(column);
      }
      if (!part.columns.empty()) found.push_back(part);
    }
    return found;
  }
  base::Result<void> Suspend(std::span<const LivePolicy> policies) override {
    for (const LivePolicy& policy : policies) suspended.push_back(policy.agreement);
    return {};
  }

  std::vector<LivePolicy> live;
  std::vector<std::string> suspended;
};

inline ledger::LogIdentity TestLog(const std::string& home, const std::string& name,
                                   char seed_letter) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, seed_letter)).value();
  const std::string origin = "example.org/" + name;
  ledger::KeyList keys{
      ledger::ListedKey{ledger::VerifierKey{origin, key.public_key()}, 0, std::nullopt}};
  return {home + "/log/" + name, origin, std::move(key), std::move(keys)};
}

// What a program holds while it runs; made anew after a simulated crash.
struct Running {
  struct Place {
    std::string home = "home";
    storage::StoreFiles files = storage::StoreFiles::kWorld;
    std::uint64_t max_upload_bytes = kMaxUploadBytes;
  };
  static base::Result<std::unique_ptr<Running>> Open(base::World& world, FileWorkers& workers,
                                                     LivePolicies& policies, const Place& place) {
    auto running = std::make_unique<Running>();
    running->store = TRY(storage::Store::Open(world, place.home + "/store", place.files));
    running->ledger =
        TRY(ledger::Ledger::Open(world, *running->store, TestLog(place.home, "register", 'r'),
                                 TestLog(place.home, "access", 'a')));
    running->catalogue = TRY(
        Catalogue::Open(world, *running->store, *running->ledger, workers, policies,
                        {place.home, std::string(kCursorKeyBytes, 'c'), place.max_upload_bytes}));
    return running;
  }

  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<Catalogue> catalogue;
};

// The department with Noor, its publisher, and the council with Ada, who has no role.
struct TestHome {
  TestHome(base::World& the_world, FileWorkers& the_workers, Running::Place the_place)
      : any_world(the_world), any_workers(the_workers), place(std::move(the_place)) {
    Start();
    const auto department = AddOrganisation("department");
    const auto council = AddOrganisation("council");
    noor = AddPerson(department, "noor@example.org");
    ada = AddPerson(council, "ada@example.org");
    Grant(*noor, identity::Role::kPublisher);
  }

  void Start() { running = Good(Running::Open(any_world, any_workers, policies, place)); }
  Catalogue& catalogue() { return *running->catalogue; }

  struct Organisation {
    identity::OrganisationId id;
    std::string slug;
  };
  Organisation AddOrganisation(const std::string& name) {
    const auto id = identity::OrganisationId::Random(any_world.randomness());
    const std::string slug = name + "-" + id.Text().substr(0, 6);
    ledger::LeafDraft leaf(ledger::LeafKind::kOrganisationCreated);
    leaf.Slug("organisation", slug);
    Good(running->ledger->Record(
        [&](storage::Transaction& transaction) -> base::Result<void> {
          const auto outbox =
              TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
          return storage::OrganisationRepository(transaction)
              .Add({id, slug, "The " + name, "office", any_world.clock().Now(), outbox, false});
        },
        leaf));
    return {id, slug};
  }
  identity::Principal AddPerson(const Organisation& at, const std::string& email) {
    const auto id = identity::SubjectId::Random(any_world.randomness());
    Good(running->store->Write([&](storage::Transaction& transaction) {
      return storage::SubjectRepository(transaction)
          .Add({id, storage::SubjectKind::kPerson, at.id, "Somebody", false, email});
    }));
    return {identity::SubjectKind::kPerson, id,  at.id, at.slug, {},
            identity::kScopesOfEverybody,   true};
  }
  void Grant(identity::Principal& person, identity::Role role) {
    ledger::LeafDraft leaf(ledger::LeafKind::kRoleGranted);
    leaf.Slug("organisation", person.organisation_slug)
        .Code("role", "publisher")
        .Code("subject", "person");
    grants.push_back(storage::GrantId::Random(any_world.randomness()));
    Good(running->ledger->Record(
        [&](storage::Transaction& transaction) -> base::Result<void> {
          const auto outbox =
              TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
          return storage::GrantRepository(transaction)
              .Add({grants.back(),
                    person.id,
                    person.organisation,
                    std::string(identity::RowOf(role).code.view()),
                    outbox,
                    storage::Standing::kPending,
                    {}});
        },
        leaf));
    person.roles.push_back({role, person.organisation});
    person.scopes = person.scopes | identity::RowOf(role).scopes;
  }
  void WithdrawGrants() {
    Good(running->store->Write([&](storage::Transaction& transaction) -> base::Result<void> {
      for (const auto& grant : grants) {
        TRY(storage::GrantRepository(transaction).Withdraw(grant, 1));
      }
      return {};
    }));
  }

  Dataset Make(const std::string& short_name, DatasetVisibility visibility,
               const std::string& title = "Jobs") {
    return Good(catalogue().CreateDataset(
        *noor, {short_name, title, "One row for each job.", visibility, "", ""}));
  }
  base::Result<Draft> Upload(const DatasetId& dataset, std::string_view bytes) {
    auto upload = TRY(catalogue().BeginUpload(*noor, dataset));
    TRY(upload->Append(bytes.substr(0, bytes.size() / 2)));
    TRY(upload->Append(bytes.substr(bytes.size() / 2)));
    return catalogue().FinishUpload(*noor, std::move(upload));
  }
  base::Result<PublishedVersion> Publish(const DatasetId& dataset, std::string_view bytes,
                                         const Confirmation& confirmation = {}) {
    const Draft draft = TRY(Upload(dataset, bytes));
    return catalogue().Publish(*noor, draft.summary.id, confirmation);
  }

  // The names of what lies in a folder; none when it is not there.
  std::vector<std::string> Names(const std::string& folder) {
    return any_world.files().List(folder).value_or(std::vector<std::string>{});
  }
  std::string Bytes(const std::string& path) {
    return Good(base::ReadWholeFile(any_world.files(), path, 1U << 20U));
  }
  // The leaves of the register log that tell of a publication.
  std::vector<base::Json> PublicationLeaves() {
    std::vector<base::Json> leaves;
    ledger::Log& log = running->ledger->register_log();
    for (std::uint64_t index = 0; index < log.size(); ++index) {
      auto json = base::ParseJson(Good(log.Leaf(index)), base::kRequestJson).value();
      if (json.Find("kind")->AsString().ends_with("dataset.published")) leaves.push_back(json);
    }
    return leaves;
  }

  base::World& any_world;
  FileWorkers& any_workers;
  Running::Place place;
  PlayedPolicies policies;
  std::unique_ptr<Running> running;
  std::vector<storage::GrantId> grants;
  std::optional<identity::Principal> noor;
  std::optional<identity::Principal> ada;
};

struct SimulatedParts {
  explicit SimulatedParts(std::uint64_t seed) : world(seed), workers(world) {
    world.SetNow(base::ParseInstant("2026-11-24T10:00:00Z").value());
  }
  base::SimulatedWorld world;
  PlayedWorkers workers;
};

// The same in a simulated world.
struct SmallHome : SimulatedParts, TestHome {
  explicit SmallHome(std::uint64_t seed = 1, std::uint64_t max_upload_bytes = kMaxUploadBytes)
      : SimulatedParts(seed), TestHome(world, workers, {.max_upload_bytes = max_upload_bytes}) {}

  void Restart(base::CrashMode mode) {
    running.reset();
    world.Restart(mode);
    Start();
  }
};

inline constexpr std::string_view kFirstFile = "cols id:long,name:string\n1,a\n2,b\n";
inline constexpr std::string_view kSecondFile = "cols id:long,name:string\n1,a\n2,b\n3,c\n";

}  // namespace catalogue
