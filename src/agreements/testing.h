// For tests of agreements: a gate over a real store and ledger in a simulated World. There is no
// other way to a Permit, in tests either.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agreements/gate.h"
#include "base/simulated_world.h"
#include "ledger/ledger.h"
#include "storage/grants.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace agreements {

inline ledger::LogIdentity SomeLog(const std::string& name, char seed) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, seed)).value();
  const std::string origin = "example.org/" + name;
  ledger::KeyList keys{{{origin, key.public_key()}, 0, std::nullopt}};
  return {"home/log/" + name, origin, std::move(key), std::move(keys)};
}

// One public dataset, and a list of the recipient.
class FixedVersions final : public VersionSource {
 public:
  base::Result<std::vector<PinnedVersion>> Newest(std::string_view) override { return versions; }
  std::vector<PinnedVersion> versions = {{"paye-employments-1a2b3c", 2, true, false},
                                         {"overdue-2026-4d5e6f", 1, false, true}};
};

// What a program holds while it runs; made anew after a simulated crash.
struct GateRun {
  explicit GateRun(base::World& world)
      : store(storage::Store::Open(world, "home", storage::StoreFiles::kWorld).value()),
        ledger(ledger::Ledger::Open(world, *store, SomeLog("register", 'r'), SomeLog("access", 'a'))
                   .value()),
        gate(Gate::Open(world, *store, *ledger, versions).value()) {}

  FixedVersions versions;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<Gate> gate;
};

inline constexpr const char* kAgreement = "DSA-2026-0041";

// A revenue department that owns, a council that receives, and an explorer of the council.
struct GateWorld {
  explicit GateWorld(std::uint64_t seed = 1)
      : world(seed),
        owner(identity::OrganisationId::Random(world.randomness())),
        council(identity::OrganisationId::Random(world.randomness())),
        ada_id(identity::SubjectId::Random(world.randomness())) {
    world.SetNow(base::ParseInstant("2026-11-24T10:00:00Z").value());
    run = std::make_unique<GateRun>(world);
    const auto done =
        run->store->Write([&](storage::Transaction& transaction) -> base::Result<void> {
          TRY(storage::OrganisationRepository(transaction)
                  .Add({council, "council-1", "Council", "council", {1}, 0, true}));
          return storage::SubjectRepository(transaction)
              .Add({ada_id, storage::SubjectKind::kPerson, council, "Ada", false,
                    "ada@example.org"});
        });
    if (done) run->gate->Put(InForce());
  }

  [[nodiscard]] Terms InForce() const {
    return {.number = kAgreement,
            .owner = owner,
            .recipient = council,
            .state = AgreementState::kActive,
            .first_day = base::ParseCivilDay("2026-09-21").value(),
            .last_day = base::ParseCivilDay("2027-03-31").value(),
            .purposes = {"debt-recovery"},
            .recipients = {ada_id},
            .accesses_per_day = 100};
  }
  [[nodiscard]] identity::Principal Ada() const {
    return {.kind = identity::SubjectKind::kPerson,
            .id = ada_id,
            .organisation = council,
            .organisation_slug = "council-1",
            .roles = {{identity::Role::kExplorer, council}},
            .scopes = {identity::Scope::kRead, identity::Scope::kQuery},
            .is_person_present = true};
  }
  static Question Ask(std::string purpose = "debt-recovery") {
    return {.agreement = kAgreement,
            .purpose = std::move(purpose),
            .door = Door::kQuery,
            .sql = "SELECT count(*) FROM paye_employments",
            .params = base::Json::Array({})};
  }
  Gate& gate() { return *run->gate; }
  ledger::Log& log() { return run->ledger->access_log(); }
  // The newest leaf of the access log.
  base::Json Newest() {
    return base::ParseJson(log().Leaf(log().size() - 1).value(), base::kRequestJson).value();
  }

  base::SimulatedWorld world;
  identity::OrganisationId owner;
  identity::OrganisationId council;
  identity::SubjectId ada_id;
  std::unique_ptr<GateRun> run;
};

}  // namespace agreements
