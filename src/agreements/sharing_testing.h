// What the tests of requests and agreements share: a home of a department, a council and others,
// with people in every part, two datasets, and the document of a request that no rule refuses.
//
// Header only, for tests of this folder, which include doctest first. Failures end the test.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "agreements/agreements.h"
#include "agreements/policy_testing.h"
#include "agreements/request_document.h"
#include "agreements/requests.h"
#include "base/format.h"
#include "base/result_testing.h"
#include "base/simulated_world.h"
#include "identity/current_principal.h"
#include "ledger/ledger.h"
#include "storage/datasets.h"
#include "storage/grants.h"
#include "storage/histories.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace agreements {

using base::Bad;
using base::CodeOfBad;
using base::Good;

// `json` with the member at a path of names ("proposal.power") as `value`; null takes it away.
inline base::Json With(const base::Json& json, std::string_view path, const base::Json& value) {
  const std::size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  base::Json::Members members;
  if (json.kind() == base::Json::Kind::kObject) members = json.AsObject();
  const auto found = std::ranges::find(members, name, &base::Json::Member::first);
  base::Json inner = value;
  if (dot != path.npos) {
    inner =
        With(found == members.end() ? base::Json() : found->second, path.substr(dot + 1), value);
  }
  if (found != members.end()) members.erase(found);
  if (inner.kind() != base::Json::Kind::kNull) members.emplace_back(name, inner);
  return base::Json::Object(std::move(members));
}

inline const Law& TestLaw() {
  static const Law law = ReadLaw(LawFiles()).value();
  return law;
}

inline ledger::LogIdentity SharingLog(const std::string& name, char seed) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, seed)).value();
  const std::string origin = "example.org/" + name;
  ledger::KeyList keys{{{origin, key.public_key()}, 0, std::nullopt}};
  return {"home/log/" + name, origin, std::move(key), std::move(keys)};
}

inline constexpr const char* kDataSlug = "paye-employments-1a2b3c";
inline constexpr const char* kListSlug = "overdue-2026-4d5e6f";

// People, bodies and datasets of a store and its ledger.
class SharingHome {
 public:
  SharingHome(base::World& world, storage::Store& store, ledger::Ledger& ledger)
      : world_(world), store_(store), ledger_(ledger) {}

  identity::OrganisationId AddBody(const std::string& name, const std::string& slug,
                                   const std::string& kind, const std::string& country) {
    const auto id = identity::OrganisationId::Random(world_.randomness());
    ledger::LeafDraft leaf(ledger::LeafKind::kOrganisationCreated);
    leaf.Slug("organisation", slug);
    Good(ledger_.Record(
        [&](storage::Transaction& transaction) -> base::Result<void> {
          return storage::OrganisationRepository(transaction)
              .Add({id, slug, name, kind, world_.clock().Now(), TRY(NextOutbox(transaction)), false,
                    country, "E07000999"});
        },
        leaf));
    return id;
  }

  identity::Principal AddPerson(const identity::OrganisationId& at, const std::string& email) {
    const auto id = identity::SubjectId::Random(world_.randomness());
    Good(store_.Write([&](storage::Transaction& transaction) {
      return storage::SubjectRepository(transaction)
          .Add({id, storage::SubjectKind::kPerson, at, "Somebody", false, email});
    }));
    return {.kind = identity::SubjectKind::kPerson,
            .id = id,
            .organisation = at,
            .organisation_slug = "somewhere",
            .roles = {},
            .scopes = identity::kScopesOfEverybody,
            .is_person_present = true};
  }

  // At the platform when `at` is nothing.
  storage::GrantId Grant(identity::Principal& person, identity::Role role,
                         std::optional<identity::OrganisationId> at) {
    const auto id = storage::GrantId::Random(world_.randomness());
    ledger::LeafDraft leaf(ledger::LeafKind::kRoleGranted);
    leaf.Slug("organisation", "somewhere")
        .Code("role", identity::RowOf(role).code)
        .Code("subject", "person");
    Good(ledger_.Record(
        [&](storage::Transaction& transaction) -> base::Result<void> {
          return storage::GrantRepository(transaction)
              .Add({id,
                    person.id,
                    at,
                    std::string(identity::RowOf(role).code.view()),
                    TRY(NextOutbox(transaction)),
                    storage::Standing::kPending,
                    {}});
        },
        leaf));
    person.roles.push_back({role, at});
    person.scopes = person.scopes | identity::RowOf(role).scopes;
    return id;
  }
  identity::Principal AddWith(const identity::OrganisationId& at, const std::string& email,
                              identity::Role role) {
    auto person = AddPerson(at, email);
    Grant(person, role, at);
    return person;
  }
  void Withdraw(const storage::GrantId& grant) {
    Good(store_.Write([&](storage::Transaction& transaction) -> base::Result<void> {
      TRY(storage::GrantRepository(transaction).Withdraw(grant, 1));
      return {};
    }));
  }

  storage::DatasetId AddDataset(const identity::OrganisationId& of, const std::string& slug,
                                bool is_private) {
    const auto id = storage::DatasetId::Random(world_.randomness());
    const base::Instant now = world_.clock().Now();
    Good(store_.Write([&](storage::Transaction& transaction) {
      return storage::DatasetRepository(transaction)
          .Add({.id = id,
                .organisation = of,
                .slug = slug,
                .short_name = slug,
                .title = "Title of " + slug,
                .folded_title = slug,
                .description = "One row for each.",
                .is_private = is_private,
                .licence = {},
                .frequency = {},
                .created = now,
                .changed = now,
                .organisation_slug = {},
                .organisation_name = {},
                .latest = {}});
    }));
    return id;
  }
  void Publish(const storage::DatasetId& id, std::int64_t number, const base::Json& schema) {
    ledger::LeafDraft leaf(ledger::LeafKind::kPrivateDatasetPublished);
    leaf.Slug("organisation", "somewhere").Digest("commitment", base::Sha256("version"));
    Good(ledger_.Record(
        [&](storage::Transaction& transaction) -> base::Result<void> {
          return storage::VersionRepository(transaction)
              .Add({.dataset = id,
                    .summary = {.number = number,
                                .data_digest = base::Sha256("data"),
                                .schema_digest = base::Sha256("schema"),
                                .rows = 4'655,
                                .bytes = 1,
                                .columns = 1,
                                .published = world_.clock().Now(),
                                .leaf_index = {}},
                    .key_column = {},
                    .key_normalisation = {},
                    .salt = {},
                    .outbox = TRY(NextOutbox(transaction)),
                    .schema = base::WriteJson(schema),
                    .profile = "[]"});
        },
        leaf));
  }

 private:
  static base::Result<std::int64_t> NextOutbox(storage::Transaction& transaction) {
    return storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister);
  }

  base::World& world_;
  storage::Store& store_;
  ledger::Ledger& ledger_;
};

inline base::Json DataSchema() {
  return base::Json::Array(
      {SchemaColumnJson("national_insurance_number", "string", "national-insurance-number",
                        {"token", "drop"}),
       SchemaColumnJson("employer_name", "string", "organisation-name", {"show", "drop"}),
       SchemaColumnJson("local_authority_code", "string", "area-code", {"show", "drop"})});
}
inline base::Json ListSchema() {
  return base::Json::Array(
      {SchemaColumnJson("nino", "string", "national-insurance-number", {"show"}),
       SchemaColumnJson("your_reference", "string", "unrecognised", {"show"})});
}

// Section 48 of the Digital Economy Act 2017; no rule refuses it.
inline base::Json WholeDocument(const identity::SubjectId& recipient) {
  base::Json json = JsonOf(R"({
    "format": "tabularium-request-1",
    "title": "Employers of people with overdue council tax",
    "sentence": "The department tells the council who employs the people on its list.",
    "dataset": "paye-employments-1a2b3c",
    "policy": {
      "format": "tabularium-policy-1", "dataset": "paye-employments-1a2b3c",
      "columns": [
        {"name": "national_insurance_number", "treatment": "token", "reason": "Keep jobs together"},
        {"name": "employer_name", "treatment": "show", "reason": "Address the earnings order"}],
      "condition": {"test": "equal", "column": "local_authority_code",
                    "value": {"property": "area-code"}},
      "member_of": {"column": "national_insurance_number", "list": "overdue-2026-4d5e6f",
                    "list_column": "nino", "normalisation": "compact",
                    "carry": [{"column": "your_reference"}],
                    "least_entries": 100, "greatest_entries": 10000, "follow_newer": true},
      "purposes": ["council-tax-recovery"], "recipients": [], "doors": ["query"],
      "uses_per_day": 20},
    "proposal": {
      "owner": {"role": "controller", "regime": "general", "basis": "public-task"},
      "asker": {"role": "controller", "regime": "general", "basis": "public-task"},
      "power": "dea-48", "act": "collect-debt",
      "purpose": "Collect overdue council tax from people who have a current job",
      "held_for": {"function": "Collecting income tax"},
      "territory": ["england"],
      "debt": {"owed_to": "public-authority", "due": "2026-04-01"},
      "start": "2026-09-21", "review": "2027-03-22", "end": "2027-09-20",
      "retention": "P6Y", "deletion": "Deleted by the revenues team",
      "informing": "The council tax bill says it", "contact": "information.rights@example.org",
      "documents": [
        {"kind": "dpia", "title": "Earnings", "date": "2026-09-01", "held_by": "governance"},
        {"kind": "dpo-advice", "title": "Advice", "date": "2026-09-01", "held_by": "governance"},
        {"kind": "business-case", "title": "Pilot", "date": "2026-08-01", "held_by": "revenues"},
        {"kind": "code-statement", "title": "Code", "date": "2026-09-01", "held_by": "revenues"},
        {"kind": "security-plan", "title": "Network", "date": "2026-03-04", "held_by": "the IT"},
        {"kind": "processor-contract", "title": "Hosting", "date": "2026-01-05",
         "held_by": "the council", "party": "Example Hosting"}]}})");
  return With(json, "policy.recipients", base::Json::Array({recipient.Text()}));
}

// A wrapping that ties a key to its name, as the home's does.
class TestWrapping final : public TokenKeyWrapping {
 public:
  explicit TestWrapping(char seed = 'w') : key_(base::kAesKeyBytes, seed) {}
  std::string Wrap(const TokenKeyName& name, std::string_view key) override {
    return base::SealAes256Gcm(key_, kNonce, NameOf(name), key);
  }
  base::Result<std::string> Unwrap(const TokenKeyName& name, std::string_view wrapped) override {
    auto key = base::OpenAes256Gcm(key_, kNonce, NameOf(name), wrapped);
    if (key) return *std::move(key);
    return base::Fail(base::ErrorCode::kDamaged, "It does not open");
  }

 private:
  static constexpr std::string_view kNonce = "always equal";
  static std::string NameOf(const TokenKeyName& name) {
    return base::Format("{} {}", name.agreement, name.version);
  }
  std::string key_;
};

// What a program holds while it runs; made anew after a simulated crash.
struct SharingRun {
  explicit SharingRun(base::World& world)
      : store(storage::Store::Open(world, "home", storage::StoreFiles::kWorld).value()),
        ledger(ledger::Ledger::Open(world, *store, SharingLog("register", 'r'),
                                    SharingLog("access", 'a'))
                   .value()),
        versions(*store),
        gate(Gate::Open(world, *store, *ledger, versions).value()),
        agreements(Agreements::Open(world, *store, *ledger, *gate, TestLaw(), wrapping, Settings())
                       .value()),
        requests(world, *store, *ledger, TestLaw(), Settings()) {}

  static SharingSettings Settings() {
    return {std::string(32, 'c'), Processor{"Example Hosting", "england"}};
  }

  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ledger::Ledger> ledger;
  AgreementVersions versions;
  std::unique_ptr<Gate> gate;
  TestWrapping wrapping;
  std::unique_ptr<Agreements> agreements;
  Requests requests;
};

// The department with Noor, its approver; the council with Ada, explorer, Bea, another, and Carl,
// approver; another council with Dan, who is all of it there.
struct SharingWorld {
  explicit SharingWorld(std::uint64_t seed = 1) : world(seed) {
    world.SetNow(base::ParseInstant("2026-09-14T10:00:00Z").value());
    run = std::make_unique<SharingRun>(world);
    SharingHome home(world, *run->store, *run->ledger);
    using enum identity::Role;
    department =
        home.AddBody("HM Revenue and Customs", "department-1", "uk-department", "united-kingdom");
    council =
        home.AddBody("Ambleford District Council", "council-1", "district-council", "england");
    other = home.AddBody("Brookham District Council", "council-2", "district-council", "england");
    noor = home.AddWith(*department, "noor@example.org", kApprover);
    ada = home.AddWith(*council, "ada@example.org", kExplorer);
    bea = home.AddWith(*council, "bea@example.org", kExplorer);
    carl = home.AddWith(*council, "carl@example.org", kApprover);
    dan = home.AddWith(*other, "dan@example.org", kExplorer);
    home.Grant(*dan, kApprover, *other);
    ira = home.AddPerson(*other, "ira@example.org");
    home.Grant(*ira, kAdministrator, std::nullopt);
    data = home.AddDataset(*department, kDataSlug, false);
    home.Publish(*data, 1, DataSchema());
    list = home.AddDataset(*council, kListSlug, true);
    home.Publish(*list, 1, ListSchema());
  }

  SharingHome home() { return {world, *run->store, *run->ledger}; }
  Requests& requests() { return run->requests; }
  [[nodiscard]] base::Json Document() const { return WholeDocument(ada->id); }
  // A request of Ada's that was sent and taken.
  Request InReview() {
    const Request draft = Good(requests().Create(*ada, Document()));
    const Request sent = Good(requests().Submit(*ada, draft.number, draft.revision));
    return Good(requests().Take(*noor, sent.number, sent.revision));
  }
  Agreements& agreements() { return *run->agreements; }
  // An agreement of Ada's request that waits for Carl, and one that he signed.
  Agreement Approved() {
    const Request taken = InReview();
    return Good(agreements().Approve(*noor, taken.number, taken.revision, "As asked."));
  }
  Agreement InForce() { return Good(agreements().Countersign(*carl, Approved().number)); }
  // Whether the gate lets Ada in at this moment.
  base::Result<void> Enter(const std::string& number) {
    TRY(run->gate->Enter(*ada, {.agreement = number,
                                .purpose = "council-tax-recovery",
                                .door = Door::kQuery,
                                .sql = "SELECT 1",
                                .params = base::Json::Array({})}));
    return {};
  }
  void SetDay(const std::string& day) {
    world.SetNow(base::ParseInstant(day + "T12:00:00Z").value());
  }
  void Restart(base::CrashMode mode) {
    run.reset();
    world.Restart(mode);
    run = std::make_unique<SharingRun>(world);
  }
  ledger::Log& log() { return run->ledger->register_log(); }
  base::Json NewestLeaf() {
    return base::ParseJson(log().Leaf(log().size() - 1).value(), base::kRequestJson).value();
  }

  base::SimulatedWorld world;
  std::unique_ptr<SharingRun> run;
  std::optional<identity::OrganisationId> department;
  std::optional<identity::OrganisationId> council;
  std::optional<identity::OrganisationId> other;
  std::optional<identity::Principal> noor;
  std::optional<identity::Principal> ada;
  std::optional<identity::Principal> bea;
  std::optional<identity::Principal> carl;
  std::optional<identity::Principal> dan;
  std::optional<identity::Principal> ira;
  std::optional<storage::DatasetId> data;
  std::optional<storage::DatasetId> list;
};

}  // namespace agreements
