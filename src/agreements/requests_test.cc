// Tests of: requests.cc request_rows.cc request_document.cc sharing.cc reasons.cc
#include "agreements/requests.h"

#include <doctest/doctest.h>

#include "agreements/sharing_testing.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;

}  // namespace

TEST_CASE("a draft with the wrong power is refused with its rule; the mended one is sent") {
  SharingWorld home;
  Requests& requests = home.requests();
  const Json wrong = With(With(home.Document(), "proposal.power", "srsa-45a"), "proposal.act", {});
  const Request draft = Good(requests.Create(*home.ada, wrong));
  REQUIRE(draft.number == "DSR-2026-0001");
  REQUIRE(draft.state == RequestState::kDraft);
  const Verdict refused = Good(requests.Check(*home.ada, draft.number));
  REQUIRE(refused.outcome == Outcome::kRefused);
  const auto error = Bad(requests.Submit(*home.ada, draft.number, draft.revision));
  REQUIRE(error.code == ErrorCode::kConflict);
  REQUIRE(error.where.find("SRSA-45A-1") != std::string::npos);
  // Nothing moved, the verdict is kept, with the digest of the law.
  const Request still = Good(requests.Find(*home.ada, draft.number));
  REQUIRE(still.state == RequestState::kDraft);
  REQUIRE(still.revision == 1);
  REQUIRE(still.verdict.Find("outcome")->AsString() == "refused");
  REQUIRE(still.verdict.Find("law")->Find("digest")->AsString() == TestLaw().digest.Hex());

  const Request mended = Good(requests.Edit(*home.ada, draft.number, 1, home.Document()));
  REQUIRE(mended.revision == 2);
  REQUIRE(mended.verdict.kind() == Json::Kind::kNull);
  const Verdict clear = Good(requests.Check(*home.ada, draft.number));
  REQUIRE(clear.MayBeSent());
  const Request sent = Good(requests.Submit(*home.ada, draft.number, 2));
  REQUIRE(sent.state == RequestState::kSubmitted);
  REQUIRE(sent.history.size() == 1);
  REQUIRE(sent.history.front().event == "submit");
  const Request taken = Good(requests.Take(*home.noor, draft.number, sent.revision));
  REQUIRE(taken.state == RequestState::kInReview);
  REQUIRE(taken.verdict.Find("may_be_sent")->AsBool());
}

TEST_CASE("the proposal is made of the organisations, the schema and the policy") {
  SharingWorld home;
  const auto document = Good(ReadRequestDocument(home.Document()));
  const catalogue::Schema schema = SchemaOf(DataSchema());
  const identity::Organisation owner{*home.department, "d", "hm revenue and customs", "office", {},
                                     "united-kingdom", ""};
  const identity::Organisation asker{
      *home.council, "c", "Ambleford District Council", "district-council", {}, "england", ""};
  const Processor host{"Example Hosting", "england"};
  const auto day = base::ParseCivilDay("2026-09-14").value();
  const Proposal proposal =
      Good(ComposeProposal(document, {&owner, &asker, &schema, &TestLaw(), &host, day}));
  REQUIRE(proposal.owner.place.body == "hmrc");  // the law lists it, whatever the case
  REQUIRE(proposal.owner.place.kind == "uk-department");
  REQUIRE(proposal.asker.place.body.empty());
  REQUIRE(proposal.asker.place.country == "england");
  REQUIRE(proposal.asker.basis == "public-task");  // as it was stated
  REQUIRE(proposal.columns.size() == 2);
  REQUIRE(proposal.columns[1].reason == "Address the earnings order");
  REQUIRE(proposal.columns[1].column_class == catalogue::ColumnClass::kPersonal);
  REQUIRE(proposal.member_of->greatest_size == 10'000);
  REQUIRE(proposal.member_of->carry == std::vector<std::string>{"your_reference"});
  REQUIRE(proposal.rows.Find("test")->AsString() == "equal");
  REQUIRE(proposal.processors.size() == 1);
  REQUIRE(proposal.today == day);
  // A column that is gone from the schema is an error at its place.
  catalogue::Schema smaller = schema;
  smaller.columns.erase(smaller.columns.begin() + 1);
  const auto error =
      Bad(ComposeProposal(document, {&owner, &asker, &smaller, &TestLaw(), &host, day}));
  REQUIRE(error.where == "/policy/columns/1/name");
}

TEST_CASE("a document is read back as it was written") {
  SharingWorld home;
  const auto once = RequestDocumentJson(Good(ReadRequestDocument(home.Document())));
  REQUIRE(once == RequestDocumentJson(Good(ReadRequestDocument(once))));
}

TEST_CASE("what the server fills in, and what does not fit, is refused at its place") {
  SharingWorld home;
  const auto where = [&](std::string_view path, const Json& value) {
    return Bad(home.requests().Create(*home.ada, With(home.Document(), path, value))).where;
  };
  REQUIRE(where("proposal.owner.kind", "hmrc") == "/proposal/owner/kind");
  REQUIRE(where("proposal.asker.name", "Us") == "/proposal/asker/name");
  REQUIRE(where("proposal.columns", Json::Array({})) == "/proposal/columns");
  REQUIRE(where("proposal.member_of", Json::Object({})) == "/proposal/member_of");
  REQUIRE(where("proposal.end", "2026-09-20") == "/proposal/end");
  REQUIRE(where("proposal.end", "2026-02-30") == "/proposal/end");
  REQUIRE(where("proposal.review", "2027-09-21") == "/proposal/review");
  REQUIRE(where("proposal.power", "no-such-power") == "/power");
  REQUIRE(where("policy.dataset", "another") == "/policy/dataset");
  REQUIRE(where("policy.columns", JsonOf(R"([{"name": "salary", "treatment": "show"}])")) ==
          "/policy/columns/0/name");
  REQUIRE(where("policy.columns", JsonOf(R"([{"name": "employer_name", "treatment": "token"}])")) ==
          "/policy/columns/0/treatment");
  REQUIRE(where("policy.member_of.list", kDataSlug) == "/policy/member_of/list");
  REQUIRE(where("policy.member_of.list", "not-there") == "/policy/member_of/list");
  REQUIRE(where("surprise", true) == "/surprise");
  REQUIRE(where("title", Json()) == "/title");
  const Json foreign = With(With(home.Document(), "dataset", "nowhere"), "policy", {});
  REQUIRE(CodeOfBad(home.requests().Create(*home.ada, foreign)) == ErrorCode::kNotFound);
  const Json own = With(With(home.Document(), "dataset", kListSlug), "policy", {});
  REQUIRE(CodeOfBad(home.requests().Create(*home.ada, own)) == ErrorCode::kInvalid);
  REQUIRE(Good(home.requests().List(*home.ada, {})).requests.empty());
}

TEST_CASE("somebody else's private dataset is told apart from none in no way") {
  SharingWorld home;
  const auto ask = [&](const char* slug) {
    return Bad(home.requests().Create(*home.dan,
                                      With(With(home.Document(), "dataset", slug), "policy", {})))
        .Text();
  };
  REQUIRE(ask(kListSlug) == ask("not-there"));
}

TEST_CASE("a draft may have holes, but is not sent with them") {
  SharingWorld home;
  const auto where = [&](std::string_view path) {
    const Request draft = Good(home.requests().Create(*home.ada, With(home.Document(), path, {})));
    return Bad(home.requests().Submit(*home.ada, draft.number, 1)).where;
  };
  REQUIRE(where("policy") == "/policy");
  REQUIRE(where("sentence") == "/sentence");
  REQUIRE(where("proposal.purpose") == "/proposal/purpose");
  REQUIRE(where("proposal.start") == "/proposal/start");
  REQUIRE(where("proposal.end") == "/proposal/end");
  // A recipient of another body, or nobody.
  const auto with = [&](const std::string& recipient) {
    const Json document = With(home.Document(), "policy.recipients", Json::Array({recipient}));
    const Request draft = Good(home.requests().Create(*home.ada, document));
    return Bad(home.requests().Submit(*home.ada, draft.number, 1)).where;
  };
  REQUIRE(with(home.noor->id.Text()) == "/policy/recipients/0");
  REQUIRE(with(std::string(32, '0')) == "/policy/recipients/0");
}

TEST_CASE("each step needs its part, and its state") {
  SharingWorld home;
  Requests& requests = home.requests();
  const auto code = [](const auto& result) { return CodeOfBad(result); };
  REQUIRE(code(requests.Create(*home.carl, home.Document())) == ErrorCode::kForbidden);
  const Request draft = Good(requests.Create(*home.ada, home.Document()));
  const std::string& number = draft.number;
  // Nobody else knows of a draft.
  for (const auto& who : {home.noor, home.dan, home.ira}) {
    REQUIRE(code(requests.Find(*who, number)) == ErrorCode::kNotFound);
    REQUIRE(code(requests.Submit(*who, number, 1)) == ErrorCode::kNotFound);
    REQUIRE(code(requests.Check(*who, number)) == ErrorCode::kNotFound);
  }
  REQUIRE(code(requests.Submit(*home.carl, number, 1)) == ErrorCode::kForbidden);
  REQUIRE(code(requests.Take(*home.carl, number, 1)) == ErrorCode::kForbidden);
  Good(requests.Submit(*home.bea, number, 1));  // a colleague may send it
  for (const auto& who : {home.dan, home.ira}) {
    REQUIRE(code(requests.Take(*who, number, 2)) == ErrorCode::kNotFound);
  }
  REQUIRE(code(requests.Edit(*home.ada, number, 2, home.Document())) == ErrorCode::kConflict);
  REQUIRE(code(requests.Return(*home.noor, number, 2, "Mend it")) == ErrorCode::kConflict);
  Good(requests.Take(*home.noor, number, 2));
  REQUIRE(code(requests.Take(*home.noor, number, 3)) == ErrorCode::kConflict);
  REQUIRE(code(requests.Return(*home.noor, number, 3, "")) == ErrorCode::kInvalid);
  REQUIRE(code(requests.Return(*home.ada, number, 3, "Mend it")) == ErrorCode::kForbidden);
  REQUIRE(code(requests.Reject(*home.noor, number, 3, {Reason::kResolved, ""})) ==
          ErrorCode::kInvalid);
  Good(requests.Cancel(*home.ada, number, 3));
  REQUIRE(code(requests.Cancel(*home.ada, number, 4)) == ErrorCode::kConflict);
}

TEST_CASE("a role that was withdrawn does not count, whatever the principal says") {
  SharingWorld home;
  auto eve = home.home().AddPerson(*home.council, "eve@example.org");
  const auto grant = home.home().Grant(eve, identity::Role::kExplorer, *home.council);
  const Request draft = Good(home.requests().Create(eve, home.Document()));
  home.home().Withdraw(grant);
  REQUIRE(CodeOfBad(home.requests().Submit(eve, draft.number, 1)) == ErrorCode::kForbidden);
}

TEST_CASE("an approver who belongs to the asking body, or edited, does not decide") {
  SharingWorld home;
  const Request taken = home.InReview();
  // Whoever has the scope, but not the role there.
  auto forged = *home.carl;
  forged.roles.push_back({identity::Role::kApprover, *home.department});
  REQUIRE(CodeOfBad(home.requests().Reject(forged, taken.number, taken.revision,
                                           {Reason::kOther, ""})) == ErrorCode::kForbidden);
  // A grant at the owner does not help somebody of the asking body.
  auto both = home.home().AddPerson(*home.council, "both@example.org");
  home.home().Grant(both, identity::Role::kApprover, *home.department);
  const auto error =
      Bad(home.requests().Reject(both, taken.number, taken.revision, {Reason::kOther, ""}));
  REQUIRE(error.what.find("took part") != std::string::npos);
  // A token without the scope does not either.
  auto narrow = *home.noor;
  narrow.scopes = {identity::Scope::kRead};
  REQUIRE(CodeOfBad(home.requests().Reject(narrow, taken.number, taken.revision,
                                           {Reason::kOther, ""})) == ErrorCode::kForbidden);
}

TEST_CASE("a change of another revision is stale, and changes nothing") {
  SharingWorld home;
  const Request draft = Good(home.requests().Create(*home.ada, home.Document()));
  Good(home.requests().Edit(*home.bea, draft.number, 1, With(home.Document(), "title", "Bea's")));
  REQUIRE(CodeOfBad(home.requests().Edit(*home.ada, draft.number, 1, home.Document())) ==
          ErrorCode::kStale);
  REQUIRE(CodeOfBad(home.requests().Submit(*home.ada, draft.number, 1)) == ErrorCode::kStale);
  const Request now = Good(home.requests().Find(*home.ada, draft.number));
  REQUIRE(now.document.Find("title")->AsString() == "Bea's");
  REQUIRE(now.revision == 2);
}

TEST_CASE("the owner sees what was sent, not what is being written since") {
  SharingWorld home;
  const Request taken = home.InReview();
  Good(home.requests().Return(*home.noor, taken.number, taken.revision, "Fewer columns"));
  const Json wrong = With(With(home.Document(), "title", "New"), "proposal.power", "srsa-45a");
  const Request edited =
      Good(home.requests().Edit(*home.ada, taken.number, 4, With(wrong, "proposal.act", {})));
  REQUIRE(edited.history.back().comment == "Fewer columns");
  REQUIRE_FALSE(Good(home.requests().Check(*home.ada, taken.number)).MayBeSent());
  const Request seen = Good(home.requests().Find(*home.noor, taken.number));
  REQUIRE(seen.document.Find("title")->AsString() != "New");
  REQUIRE(seen.verdict.kind() == Json::Kind::kNull);  // it is of the other document
  // And the owner's own check is of what was sent.
  REQUIRE(Good(home.requests().Check(*home.noor, taken.number)).MayBeSent());
  REQUIRE_FALSE(
      Good(home.requests().Find(*home.ada, taken.number)).verdict.Find("may_be_sent")->AsBool());
}

TEST_CASE("a rejection is a leaf with its reason, and the words stand beside it") {
  SharingWorld home;
  const Request taken = home.InReview();
  const std::uint64_t before = home.log().size();
  const Request rejected = Good(home.requests().Reject(
      *home.noor, taken.number, taken.revision, {Reason::kTooMuchData, "Fewer columns would do."}));
  REQUIRE(rejected.state == RequestState::kRejected);
  REQUIRE(home.log().size() == before + 1);
  const std::string leaf = home.log().Leaf(before).value();
  REQUIRE(leaf.find("Fewer") == std::string::npos);
  const Json json = home.NewestLeaf();
  REQUIRE(json.Find("kind")->AsString() == "request.rejected");
  REQUIRE(json.Find("reason")->AsString() == "too-much-data");
  REQUIRE(json.Find("request")->AsString() == taken.number);
  REQUIRE(json.Find("owner")->AsString() == "department-1");
  REQUIRE(json.Find("recipient")->AsString() == "council-1");
  REQUIRE(rejected.history.back().words->Hex() == json.Find("words")->AsString());
  REQUIRE(rejected.history.back().leaf_index == before);
  std::optional<storage::TextRow> text;
  Good(home.run->store->Read([&](storage::Transaction& transaction) -> base::Result<void> {
    text = TRY(storage::TextRepository(transaction).Find(*rejected.history.back().words));
    return {};
  }));
  REQUIRE(text->text == "Fewer columns would do.");
  REQUIRE(base::Sha256(text->salt, text->text) == text->digest);
}

using Numbers = std::vector<std::string>;
static Numbers NumbersOf(SharingWorld& home, const identity::Principal& who,
                         const RequestQuery& query) {
  Numbers found;
  for (const Request& each : Good(home.requests().List(who, query)).requests) {
    found.push_back(each.number);
  }
  return found;
}

TEST_CASE("a list comes page by page, and its cursor is of its asker and its box") {
  SharingWorld home;
  Requests& requests = home.requests();
  for (int i = 0; i < 5; ++i) {
    home.world.Advance(base::kMicrosecondsPerSecond);
    Good(requests.Create(*home.ada, home.Document()));
  }
  const RequestQuery first{.box = RequestBox::kSentByYou, .limit = 2};
  REQUIRE(NumbersOf(home, *home.ada, first) == Numbers{"DSR-2026-0005", "DSR-2026-0004"});
  const RequestQuery second{first.box, Good(requests.List(*home.ada, first)).next_cursor, 2};
  REQUIRE(NumbersOf(home, *home.ada, second) == Numbers{"DSR-2026-0003", "DSR-2026-0002"});
  const RequestQuery third{first.box, Good(requests.List(*home.ada, second)).next_cursor, 2};
  const auto last = Good(requests.List(*home.ada, third));
  REQUIRE(last.requests.size() == 1);
  REQUIRE(last.next_cursor.empty());
  REQUIRE(CodeOfBad(requests.List(*home.bea, second)) == ErrorCode::kInvalid);
  const RequestQuery other_box{RequestBox::kSentByOthers, second.cursor, 2};
  REQUIRE(CodeOfBad(requests.List(*home.ada, other_box)) == ErrorCode::kInvalid);
  const RequestQuery none{first.box, {}, 0};
  REQUIRE(NumbersOf(home, *home.ada, none) == Numbers{"DSR-2026-0005"});
}

TEST_CASE("each box holds what waits for somebody, or what they or others sent") {
  SharingWorld home;
  Requests& requests = home.requests();
  const Request of_ada = Good(requests.Create(*home.ada, home.Document()));
  home.world.Advance(base::kMicrosecondsPerSecond);
  const Request of_bea = Good(requests.Create(*home.bea, home.Document()));
  const RequestQuery waiting{.box = RequestBox::kWaiting};
  const RequestQuery returned{.box = RequestBox::kReturned};
  const RequestQuery others{.box = RequestBox::kSentByOthers};
  REQUIRE(NumbersOf(home, *home.ada, others) == Numbers{of_bea.number});
  REQUIRE(NumbersOf(home, *home.carl, others) == Numbers{of_bea.number, of_ada.number});
  REQUIRE(NumbersOf(home, *home.noor, waiting).empty());
  Good(requests.Submit(*home.bea, of_bea.number, 1));
  REQUIRE(NumbersOf(home, *home.noor, waiting) == Numbers{of_bea.number});
  REQUIRE(NumbersOf(home, *home.dan, waiting).empty());
  REQUIRE(NumbersOf(home, *home.dan, others).empty());
  Good(requests.Take(*home.noor, of_bea.number, 2));
  Good(requests.Return(*home.noor, of_bea.number, 3, "Mend it"));
  REQUIRE(NumbersOf(home, *home.bea, returned) == Numbers{of_bea.number});
  REQUIRE(NumbersOf(home, *home.ada, returned).empty());
  REQUIRE(NumbersOf(home, *home.noor, waiting).empty());
}

TEST_CASE("what is written along stands or falls with the step") {
  SharingWorld home;
  const auto fails = [](storage::Transaction&, std::string_view) -> base::Result<void> {
    return base::Fail(ErrorCode::kConflict, "Already done");
  };
  std::string made;
  const auto notes = [&](storage::Transaction&, std::string_view number) -> base::Result<void> {
    made = number;
    return {};
  };
  REQUIRE(CodeOfBad(home.requests().Create(*home.ada, home.Document(), fails)) ==
          ErrorCode::kConflict);
  const Request draft = Good(home.requests().Create(*home.ada, home.Document(), notes));
  REQUIRE(made == "DSR-2026-0001");  // the number of the one that failed was not used up
  REQUIRE(CodeOfBad(home.requests().Submit(*home.ada, made, 1, fails)) == ErrorCode::kConflict);
  REQUIRE(Good(home.requests().Find(*home.ada, made)).state == RequestState::kDraft);
  Good(home.requests().Submit(*home.ada, made, 1, notes));
  REQUIRE(made == draft.number);
}

TEST_CASE("numbers count from 1 in each year of London") {
  SharingWorld home;
  home.world.SetNow(base::ParseInstant("2026-12-31T23:59:59Z").value());
  REQUIRE(Good(home.requests().Create(*home.ada, home.Document())).number == "DSR-2026-0001");
  home.world.SetNow(base::ParseInstant("2027-01-01T00:00:00Z").value());
  REQUIRE(Good(home.requests().Create(*home.ada, home.Document())).number == "DSR-2027-0001");
  home.world.SetNow(base::ParseInstant("2026-12-31T12:00:00Z").value());
  REQUIRE(Good(home.requests().Create(*home.ada, home.Document())).number == "DSR-2026-0002");
}

TEST_CASE("the JSON of a request names no person") {
  SharingWorld home;
  const Request taken = home.InReview();
  const Json json = With(RequestJson(taken), "document", {});
  const std::string text = base::WriteJson(json);
  REQUIRE(text.find(home.ada->id.Text()) == std::string::npos);
  REQUIRE(json.Find("state")->AsString() == "in-review");
  REQUIRE(json.Find("asker")->Find("slug")->AsString() == "council-1");
  REQUIRE(json.Find("agreement")->kind() == Json::Kind::kNull);
  REQUIRE(json.Find("history")->AsArray().size() == 2);
}

TEST_CASE("reasons are of the acts that they are for") {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    REQUIRE(ParseReason(CodeOf(reason).view()) == reason);
  }
  REQUIRE_FALSE(ParseReason("curiosity").has_value());
  REQUIRE(IsReasonFor(Reason::kBreachSuspected, ReasonUse::kStop));
  REQUIRE_FALSE(IsReasonFor(Reason::kBreachSuspected, ReasonUse::kReject));
  REQUIRE_FALSE(IsReasonFor(Reason::kOther, ReasonUse::kClock));
}

}  // namespace agreements
