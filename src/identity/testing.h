// For tests of identity: a recorder over the store alone that stops where it is told, and a small
// world of two organisations.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result_testing.h"
#include "base/simulated_world.h"
#include "identity/directory.h"
#include "storage/outbox.h"

namespace identity {

// Commits like the real one; the log is left out: an index is the number of the outbox row.
class FakeRecorder final : public Recorder {
 public:
  enum class Mode : unsigned char {
    kWhole,
    kRefuse,   // nothing is committed
    kPending,  // committed, and the log does not answer
  };

  explicit FakeRecorder(storage::Store& store) : store_(store) {}

  base::Result<std::uint64_t> Record(const storage::Store::Change& change,
                                     const Event& event) override {
    const auto silent = base::Fail(base::ErrorCode::kUnavailable, "The log does not answer");
    if (mode == Mode::kRefuse) return silent;
    std::int64_t id = 0;
    TRY(store_.Write([&](storage::Transaction& transaction) -> base::Result<void> {
      TRY(change(transaction));
      id = TRY(storage::OutboxRepository(transaction)
                   .Add(storage::LogName::kRegister, [](std::int64_t) { return "leaf"; }))
               .id;
      return {};
    }));
    events.push_back(event);
    if (between) between();
    if (mode == Mode::kPending) return silent;
    TRY(SetIndex(id));
    return static_cast<std::uint64_t>(id);
  }

  // What start-up does: pending leaves reach the log.
  base::Result<void> Drain() {
    std::vector<storage::PendingLeaf> rows;
    TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
      rows = TRY(storage::OutboxRepository(transaction).Pending(storage::LogName::kRegister, 100));
      return {};
    }));
    for (const auto& row : rows) TRY(SetIndex(row.id));
    return {};
  }

  Mode mode = Mode::kWhole;
  std::function<void()> between;  // called after the commit, before the index
  std::vector<Event> events;

 private:
  base::Result<void> SetIndex(std::int64_t id) {
    return store_.Write([&](storage::Transaction& transaction) {
      return storage::OutboxRepository(transaction)
          .SetIndex(storage::LogName::kRegister, id, static_cast<std::uint64_t>(id));
    });
  }

  storage::Store& store_;
};

inline constexpr std::string_view kPassword = "a long enough password";

// What a program holds while it runs; made anew after a simulated crash.
struct Running {
  explicit Running(base::World& world)
      : store(storage::Store::Open(world, "home", storage::StoreFiles::kWorld).value()),
        recorder(*store),
        directory(Directory::Open(world, *store, recorder,
                                  {{base::kLeastPasswordMemoryBytes, 1}, std::string(32, 'k')})
                      .value()) {}

  std::unique_ptr<storage::Store> store;
  FakeRecorder recorder;
  std::unique_ptr<Directory> directory;
};

// A platform with its administrator Ira, and the council with Ada, who has no role yet.
struct SmallWorld {
  SmallWorld() : SmallWorld(1) {}
  explicit SmallWorld(std::uint64_t seed) : world(seed), running(std::make_unique<Running>(world)) {
    world.SetNow(base::ParseInstant("2026-11-24T10:00:00Z").value());
    const Founding founding =
        directory().Found({"Platform Office", "office"}, {"Ira", "Ira@example.org"}).value();
    home = founding.organisation;
    ira_id = founding.administrator.id;
    ira_session = FirstSignIn(founding.administrator.link_secret, "ira@example.org");
    council = std::make_unique<OrganisationId>(
        directory().CreateOrganisation(ira(), {"Ambleford Council", "district-council"}).value());
    const CreatedPerson ada =
        directory().CreatePerson(ira(), *council, {"Ada", "ada@example.org"}).value();
    ada_id = ada.id;
    ada_session = FirstSignIn(ada.link_secret, "ada@example.org");
  }

  Directory& directory() { return *running->directory; }
  FakeRecorder& recorder() { return running->recorder; }
  Principal ira() { return directory().AuthenticateSession(ira_session).value(); }
  Principal ada() { return directory().AuthenticateSession(ada_session).value(); }

  std::string FirstSignIn(const std::string& link, std::string_view email) {
    const auto set = directory().SetPassword(link, kPassword);
    if (!set) return {};
    return directory().SignIn({email, kPassword, "192.0.2.1", {}}).value().session_secret;
  }

  // A signed-in person of the council with a role there.
  std::pair<SubjectId, std::string> PersonWith(const std::string& email, Role role) {
    const auto person = directory().CreatePerson(ira(), *council, {"Somebody", email}).value();
    const auto session = FirstSignIn(person.link_secret, email);
    static_cast<void>(directory().Grant(ira(), person.id, {role, *council}).value());
    return {person.id, session};
  }

  base::SimulatedWorld world;
  std::unique_ptr<Running> running;
  std::optional<OrganisationId> home;
  std::unique_ptr<OrganisationId> council;
  std::optional<SubjectId> ira_id;
  std::optional<SubjectId> ada_id;
  std::string ira_session;
  std::string ada_session;
};

using base::CodeOfBad;

inline constexpr std::int64_t kDay = 86'400 * base::kMicrosecondsPerSecond;

inline NewToken TokenFor(SmallWorld& home, const SubjectId& subject, Scopes scopes) {
  return {subject, "a pipeline", scopes, {home.world.clock().Now().microseconds + 30 * kDay}};
}

}  // namespace identity
