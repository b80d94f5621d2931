// Tests of: agreements.cc agreements_approval.cc agreements_reading.cc agreement_rows.cc
#include "agreements/agreements.h"

#include <doctest/doctest.h>

#include "agreements/sharing_testing.h"
#include "base/canonical_json.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;

const Decision kStopIt{Reason::kBreachSuspected, "Somebody saw too much."};

// What the gate says of an agreement from its first day on.
ErrorCode Refusal(SharingWorld& home, const std::string& number) {
  return CodeOfBad(home.Enter(number));
}

}  // namespace

TEST_CASE("from the approval to the revocation the gate says what is true") {
  SharingWorld home;
  const Agreement waiting = home.Approved();
  REQUIRE(waiting.number == "DSA-2026-0001");
  REQUIRE(waiting.state == AgreementState::kAwaitingSignature);
  const Request accepted = Good(home.requests().Find(*home.ada, waiting.request));
  REQUIRE(accepted.state == RequestState::kAccepted);
  REQUIRE(accepted.agreement == waiting.number);
  home.SetDay("2026-09-21");
  REQUIRE(Refusal(home, waiting.number) == ErrorCode::kConflict);
  const Agreement active = Good(home.agreements().Countersign(*home.carl, waiting.number));
  REQUIRE(active.state == AgreementState::kActive);
  Good(home.Enter(active.number));
  // What streams is stopped by the revocation, before it returns.
  const auto permit = Good(home.run->gate->Enter(
      *home.ada, {active.number, "council-tax-recovery", Door::kQuery, "SELECT 1", Json()}));
  const Granted granted = Good(home.agreements().GrantedBy(permit));
  REQUIRE(granted.token_key.size() == kTokenKeyBytes);
  REQUIRE(granted.policy.condition->operands.front().property == "area-code");
  REQUIRE(permit.versions().size() == 2);
  REQUIRE(permit.versions()[1].is_list);
  const Agreement revoked = Good(home.agreements().Revoke(*home.noor, active.number, kStopIt));
  REQUIRE(revoked.state == AgreementState::kRevoked);
  REQUIRE(permit.stop().stop_requested());
  REQUIRE(Refusal(home, active.number) == ErrorCode::kConflict);
  // The key is gone with the agreement.
  REQUIRE(CodeOfBad(home.agreements().GrantedBy(permit)) == ErrorCode::kConflict);
}

TEST_CASE("before its first day an agreement in force lets nobody in") {
  SharingWorld home;
  const Agreement active = home.InForce();
  REQUIRE(Bad(home.Enter(active.number)).what.find("not begun") != std::string::npos);
  home.SetDay("2026-09-21");
  Good(home.Enter(active.number));
}

TEST_CASE("the leaves of an agreement hold digests of what can be shown, and no words") {
  SharingWorld home;
  const Agreement waiting = home.Approved();
  const Json approved = home.NewestLeaf();
  const auto field = [](const Json& leaf, const char* name) { return leaf.Find(name)->AsString(); };
  REQUIRE(field(approved, "kind") == "agreement.approved");
  REQUIRE(field(approved, "request") == waiting.request);
  REQUIRE(field(approved, "dataset") == kDataSlug);
  REQUIRE(field(approved, "owner") == "department-1");
  REQUIRE(field(approved, "recipient") == "council-1");
  REQUIRE(field(approved, "policy") == waiting.policy_digest.Hex());
  REQUIRE(field(approved, "policy") == PolicyDigest(waiting.policy).Hex());
  REQUIRE(field(approved, "law") == TestLaw().digest.Hex());
  const auto canonical = [](const Json& json) { return base::WriteCanonicalJson(json).value(); };
  REQUIRE(field(approved, "verdict") == base::Sha256(canonical(waiting.verdict)).Hex());
  REQUIRE(field(approved, "document") ==
          base::Sha256(waiting.salt, canonical(waiting.document)).Hex());
  REQUIRE(home.log().Leaf(home.log().size() - 1).value().find("overdue") == std::string::npos);

  const Agreement active = Good(home.agreements().Countersign(*home.carl, waiting.number));
  const Json signed_leaf = home.NewestLeaf();
  REQUIRE(field(signed_leaf, "kind") == "agreement.countersigned");
  REQUIRE(field(signed_leaf, "policy") == active.policy_digest.Hex());
  REQUIRE(active.policy_digest != waiting.policy_digest);  // its properties are bound
  REQUIRE(active.history.back().leaf_index == home.log().size() - 1);

  Good(home.agreements().Suspend(*home.noor, active.number, kStopIt));
  const Json changed = home.NewestLeaf();
  REQUIRE(field(changed, "kind") == "agreement.changed");
  REQUIRE(field(changed, "event") == "suspend");
  REQUIRE(field(changed, "part") == "owner-approver");
  REQUIRE(field(changed, "reason") == "breach-suspected");
  REQUIRE(field(changed, "state") == "suspended");
}

TEST_CASE("texts stand beside the log until an administrator removes them") {
  SharingWorld home;
  const Agreement active = home.InForce();
  const Agreement paused = Good(home.agreements().Suspend(*home.noor, active.number, kStopIt));
  const base::Digest words = *paused.history.back().words;
  const PublicText text = Good(home.agreements().TextOf(words));
  REQUIRE(text.text == kStopIt.words);
  REQUIRE(base::Sha256(text.salt, text.text) == words);
  REQUIRE(CodeOfBad(home.agreements().TextOf(base::Sha256("x"))) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.agreements().RemoveText(*home.noor, words)) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.agreements().RemoveText(*home.ira, base::Sha256("x"))) ==
          ErrorCode::kNotFound);
  Good(home.agreements().RemoveText(*home.ira, words));
  REQUIRE(home.NewestLeaf().Find("kind")->AsString() == "text.removed");
  REQUIRE(home.NewestLeaf().Find("text")->AsString() == words.Hex());
  const PublicText removed = Good(home.agreements().TextOf(words));
  REQUIRE(removed.is_removed);
  REQUIRE(removed.text.empty());
  REQUIRE(removed.salt.empty());
  REQUIRE(removed.removed_leaf_index == home.log().size() - 1);
  REQUIRE(CodeOfBad(home.agreements().RemoveText(*home.ira, words)) == ErrorCode::kConflict);
}

TEST_CASE("four eyes: who edited does not sign, and nobody of the asking body decides") {
  SharingWorld home;
  auto eve = home.home().AddWith(*home.council, "eve@example.org", identity::Role::kApprover);
  home.home().Grant(eve, identity::Role::kExplorer, *home.council);
  const Request draft = Good(home.requests().Create(eve, home.Document()));
  Good(home.requests().Submit(*home.ada, draft.number, 1));
  Good(home.requests().Take(*home.noor, draft.number, 2));
  REQUIRE(CodeOfBad(home.agreements().Approve(eve, draft.number, 3, "")) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.agreements().Approve(*home.carl, draft.number, 3, "")) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.agreements().Approve(*home.dan, draft.number, 3, "")) ==
          ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.agreements().Approve(*home.noor, draft.number, 2, "")) ==
          ErrorCode::kStale);
  const Agreement waiting = Good(home.agreements().Approve(*home.noor, draft.number, 3, ""));
  REQUIRE(CodeOfBad(home.agreements().Approve(*home.noor, draft.number, 4, "")) ==
          ErrorCode::kConflict);
  const auto error = Bad(home.agreements().Countersign(eve, waiting.number));
  REQUIRE(error.what.find("edited") != std::string::npos);
  Good(home.agreements().Countersign(*home.carl, waiting.number));
  // Nor does she close it.
  REQUIRE(CodeOfBad(home.agreements().Close(eve, waiting.number, kStopIt)) ==
          ErrorCode::kForbidden);
}

TEST_CASE("each act needs its part") {
  SharingWorld home;
  const Agreement active = home.InForce();
  const std::string& number = active.number;
  Agreements& all = home.agreements();
  const Decision resolved{Reason::kResolved, ""};
  for (const auto& who : {home.ada, home.dan, home.carl, home.ira}) {
    REQUIRE(CodeOfBad(all.Revoke(*who, number, kStopIt)) == ErrorCode::kForbidden);
    REQUIRE(CodeOfBad(all.Resume(*who, number, resolved, {})) == ErrorCode::kForbidden);
  }
  for (const auto& who : {home.ada, home.dan, home.noor, home.ira}) {
    REQUIRE(CodeOfBad(all.Close(*who, number, kStopIt)) == ErrorCode::kForbidden);
    REQUIRE(CodeOfBad(all.Decline(*who, number, {Reason::kNotNeeded, ""})) ==
            ErrorCode::kForbidden);
    REQUIRE(CodeOfBad(all.Countersign(*who, number)) == ErrorCode::kForbidden);
  }
  for (const auto& who : {home.ada, home.dan, home.carl}) {
    REQUIRE(CodeOfBad(all.Suspend(*who, number, kStopIt)) == ErrorCode::kForbidden);
  }
  REQUIRE(CodeOfBad(all.Revoke(*home.noor, "DSA-2026-0099", kStopIt)) == ErrorCode::kNotFound);
  // A refused attempt holds nobody up.
  home.SetDay("2026-09-21");
  Good(home.Enter(number));
  REQUIRE(CodeOfBad(all.Countersign(*home.carl, number)) == ErrorCode::kConflict);
  REQUIRE(CodeOfBad(all.Revoke(*home.noor, number, {Reason::kNotNeeded, ""})) ==
          ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(all.Revoke(*home.noor, number, {Reason::kOther, "\xff"})) ==
          ErrorCode::kInvalid);
  // An administrator of the platform suspends, and the owner alone resumes.
  const Agreement paused = Good(all.Suspend(*home.ira, number, kStopIt));
  REQUIRE(paused.history.back().part == "platform-administrator");
  REQUIRE(Refusal(home, number) == ErrorCode::kConflict);
  REQUIRE(CodeOfBad(all.Resume(*home.ira, number, resolved, {})) == ErrorCode::kForbidden);
  Good(all.Resume(*home.noor, number, resolved, {}));
  Good(home.Enter(number));
  Good(all.Close(*home.carl, number, {Reason::kPurposeFulfilled, ""}));
  REQUIRE(Refusal(home, number) == ErrorCode::kConflict);
}

TEST_CASE("a signature checks law, people and data again") {
  SharingWorld home;
  SUBCASE("a recipient who was disabled meanwhile") {
    const Agreement waiting = home.Approved();
    Good(home.run->store->Write([&](storage::Transaction& transaction) -> base::Result<void> {
      TRY(storage::SubjectRepository(transaction).Disable(home.ada->id));
      return {};
    }));
    const auto error = Bad(home.agreements().Countersign(*home.carl, waiting.number));
    REQUIRE(error.where == "/policy/recipients/0");
  }
  SUBCASE("a column that a newer version took away") {
    const Agreement waiting = home.Approved();
    auto columns = DataSchema().AsArray();
    columns.erase(columns.begin() + 1);
    home.home().Publish(*home.data, 2, Json::Array(columns));
    REQUIRE(CodeOfBad(home.agreements().Countersign(*home.carl, waiting.number)) ==
            ErrorCode::kConflict);
    REQUIRE(Good(home.agreements().Find(*home.carl, waiting.number)).state ==
            AgreementState::kAwaitingSignature);
  }
  SUBCASE("the same before the approval") {
    const Request taken = home.InReview();
    auto columns = DataSchema().AsArray();
    columns.erase(columns.begin() + 1);
    home.home().Publish(*home.data, 2, Json::Array(columns));
    const std::uint64_t before = home.log().size();
    REQUIRE(CodeOfBad(home.agreements().Approve(*home.noor, taken.number, taken.revision, "")) ==
            ErrorCode::kConflict);
    REQUIRE(home.log().size() == before);
    REQUIRE(Good(home.requests().Find(*home.noor, taken.number)).state == RequestState::kInReview);
  }
  SUBCASE("its last day is over") {
    const Request taken = home.InReview();
    home.SetDay("2027-09-21");
    REQUIRE(CodeOfBad(home.agreements().Approve(*home.noor, taken.number, taken.revision, "")) ==
            ErrorCode::kConflict);
  }
}

TEST_CASE("everybody sees the public part, the two bodies the rest") {
  SharingWorld home;
  const Agreement active = home.InForce();
  Good(home.agreements().Suspend(*home.noor, active.number, kStopIt));
  const Agreement open = Good(home.agreements().Find(std::nullopt, active.number));
  const Json json = AgreementJson(open);
  for (const char* name : {"policy", "document", "verdict", "list", "salt"}) {
    REQUIRE(json.Find(name) == nullptr);
  }
  REQUIRE(json.Find("state")->AsString() == "suspended");
  REQUIRE(json.Find("sentence")->AsString().starts_with("The department tells"));
  REQUIRE(json.Find("columns")->AsArray().size() == 2);
  REQUIRE(json.Find("carried")->AsArray().front().AsString() == "your_reference");
  REQUIRE(json.Find("history")->AsArray().size() == 3);
  const std::string text = base::WriteJson(json);
  REQUIRE(text.find(home.ada->id.Text()) == std::string::npos);
  REQUIRE(text.find(kListSlug) == std::string::npos);
  REQUIRE(AgreementJson(Good(home.agreements().Find(*home.dan, active.number))) == json);
  const Json full = AgreementJson(Good(home.agreements().Find(*home.noor, active.number)));
  REQUIRE(full.Find("list")->AsString() == kListSlug);
  REQUIRE(full.Find("document")->Find("title") != nullptr);
  REQUIRE(CodeOfBad(home.agreements().Find(std::nullopt, "DSA-2026-0002")) == ErrorCode::kNotFound);
}

TEST_CASE("the register lists by state and party, page by page") {
  SharingWorld home;
  const Agreement first = home.InForce();
  home.world.Advance(base::kMicrosecondsPerSecond);
  const Agreement second = home.Approved();
  const auto numbers = [&](const AgreementQuery& query) {
    std::vector<std::string> found;
    for (const auto& each : Good(home.agreements().List(std::nullopt, query)).agreements) {
      found.push_back(each.number);
    }
    return found;
  };
  using Numbers = std::vector<std::string>;
  REQUIRE(numbers({}) == Numbers{second.number, first.number});
  REQUIRE(numbers({.state = AgreementState::kActive}) == Numbers{first.number});
  REQUIRE(numbers({.party = home.council}) == Numbers{second.number, first.number});
  REQUIRE(numbers({.party = home.other}).empty());
  REQUIRE(numbers({.owner = home.council}).empty());
  REQUIRE(numbers({.recipient = home.council}) == Numbers{second.number, first.number});
  REQUIRE(numbers({.power = "dea-48"}) == Numbers{second.number, first.number});
  REQUIRE(numbers({.power = "dea-56"}).empty());
  REQUIRE(Good(home.agreements().Count({})) == 2);
  REQUIRE(Good(home.agreements().Count({.state = AgreementState::kActive})) == 1);
  REQUIRE((first.fields.power == "dea-48" && !first.fields.contact.empty()));
  const auto page = Good(home.agreements().List(std::nullopt, {.limit = 1}));
  REQUIRE(page.agreements.front().number == second.number);
  REQUIRE(numbers({.cursor = page.next_cursor, .limit = 1}) == Numbers{first.number});
  REQUIRE(CodeOfBad(home.agreements().List(std::nullopt,
                                           {.party = home.other, .cursor = page.next_cursor})) ==
          ErrorCode::kInvalid);
}

TEST_CASE("the catalogue hears which agreements rest on a column, and suspends them") {
  SharingWorld home;
  const Agreement active = home.InForce();
  home.Approved();  // waits: not live
  home.SetDay("2026-09-21");
  const auto naming = [&](const storage::DatasetId& dataset, const std::string& column) {
    const std::vector<std::string> columns = {column, "no_such_column"};
    return Good(home.agreements().Naming(dataset, columns));
  };
  REQUIRE(naming(*home.data, "employer_name").size() == 1);
  REQUIRE(naming(*home.data, "employer_name").front().agreement == active.number);
  REQUIRE(naming(*home.data, "local_authority_code").size() == 1);  // the condition
  REQUIRE(naming(*home.list, "nino").size() == 1);
  REQUIRE(naming(*home.list, "your_reference").size() == 1);
  REQUIRE(naming(*home.list, "employer_name").empty());
  const auto found = naming(*home.data, "employer_name");
  REQUIRE(found.front().columns == std::vector<std::string>{"employer_name"});
  Good(home.agreements().Suspend(found));
  Good(home.agreements().Suspend(found));  // again: it is what was wanted
  REQUIRE(Refusal(home, active.number) == ErrorCode::kConflict);
  const Agreement paused = Good(home.agreements().Find(*home.noor, active.number));
  REQUIRE(paused.history.back().reason == "columns-removed");
  REQUIRE(paused.history.back().part == "clock");
  // It is not resumed while its columns are missing.
  auto columns = DataSchema().AsArray();
  columns.erase(columns.begin() + 1);
  home.home().Publish(*home.data, 2, Json::Array(columns));
  REQUIRE(CodeOfBad(home.agreements().Resume(*home.noor, active.number, {Reason::kResolved, ""},
                                             {})) == ErrorCode::kConflict);
}

TEST_CASE("the listener hears of every stop, and of no grant") {
  struct Ears final : AgreementListener {
    void Stopped(const std::string& number, AgreementState state) override {
      heard.push_back(number + " " + std::string(CodeOf(state).view()));
    }
    std::vector<std::string> heard;
  };
  SharingWorld home;
  Ears ears;
  home.agreements().SetListener(ears);
  const Agreement active = home.InForce();
  REQUIRE(ears.heard.empty());
  Good(home.agreements().Suspend(*home.noor, active.number, kStopIt));
  Good(home.agreements().Resume(*home.noor, active.number, {Reason::kResolved, ""}, {}));
  Good(home.agreements().Revoke(*home.noor, active.number, kStopIt));
  REQUIRE(ears.heard ==
          std::vector<std::string>{active.number + " suspended", active.number + " revoked"});
}

TEST_CASE("what is written along stands or falls with a change of an agreement") {
  SharingWorld home;
  const Request taken = home.InReview();
  std::string made;
  const auto notes = [&](storage::Transaction&, std::string_view number) -> base::Result<void> {
    made = number;
    return {};
  };
  const auto fails = [](storage::Transaction&, std::string_view) -> base::Result<void> {
    return base::Fail(ErrorCode::kConflict, "Already done");
  };
  const std::uint64_t before = home.log().size();
  REQUIRE(CodeOfBad(home.agreements().Approve(*home.noor, taken.number, taken.revision, "",
                                              fails)) == ErrorCode::kConflict);
  REQUIRE(home.log().size() == before);
  const Agreement waiting =
      Good(home.agreements().Approve(*home.noor, taken.number, taken.revision, "", notes));
  REQUIRE(made == waiting.number);
  REQUIRE(CodeOfBad(home.agreements().Countersign(*home.carl, made, fails)) ==
          ErrorCode::kConflict);
  home.SetDay("2026-09-21");
  REQUIRE(Refusal(home, made) == ErrorCode::kConflict);
  Good(home.agreements().Countersign(*home.carl, made, notes));
  REQUIRE(CodeOfBad(home.agreements().Revoke(*home.noor, made, kStopIt, fails)) ==
          ErrorCode::kConflict);
  Good(home.Enter(made));  // nothing happened, and nobody is held up
  Good(home.agreements().Revoke(*home.noor, made, kStopIt, notes));
}

}  // namespace agreements
