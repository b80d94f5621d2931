// Tests of: catalogue_datasets.cc catalogue_drafts.cc rows.cc
#include "catalogue/catalogue.h"

#include <doctest/doctest.h>

#include "catalogue/testing.h"
#include "identity/visibility.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Format;

const Asker kNobody;

std::vector<std::string> TitlesOf(const DatasetPage& page) {
  std::vector<std::string> titles;
  for (const Dataset& dataset : page.datasets) titles.push_back(dataset.title);
  return titles;
}

using Titles = std::vector<std::string>;

}  // namespace

TEST_CASE("a publisher makes a dataset; its short name is taken once in the organisation") {
  SmallHome home;
  const Dataset made = home.Make("paye-employments", DatasetVisibility::kPublic);
  REQUIRE(made.slug == "paye-employments-" + made.id.Text().substr(0, 6));
  REQUIRE(made.organisation_name == "The department");
  REQUIRE(made.revision == 1);
  REQUIRE_FALSE(made.latest.has_value());
  const NewDataset twin{.short_name = "paye-employments", .title = "T", .description = "D"};
  REQUIRE(CodeOfBad(home.catalogue().CreateDataset(*home.noor, twin)) == ErrorCode::kConflict);
  REQUIRE(CodeOfBad(home.catalogue().CreateDataset(*home.ada, twin)) == ErrorCode::kForbidden);
  identity::Principal reader = *home.noor;
  reader.scopes = {identity::Scope::kRead};
  REQUIRE(CodeOfBad(home.catalogue().CreateDataset(reader, twin)) == ErrorCode::kForbidden);
}

TEST_CASE("titles, sentences and short names have forms and limits") {
  SmallHome home;
  const auto made = [&](const NewDataset& dataset) {
    const auto created = home.catalogue().CreateDataset(*home.noor, dataset);
    return created ? std::string("good") : std::string(base::RowOf(created.error().code).name);
  };
  int count = 0;
  const auto titled = [&](const std::string& title, const std::string& description) {
    return made({.short_name = Format("d{}", ++count), .title = title, .description = description});
  };
  REQUIRE(titled(std::string(kMaxTitleBytes, 'x'), "D") == "good");
  REQUIRE(titled(std::string(kMaxTitleBytes + 1, 'x'), "D") == "too-large");
  REQUIRE(titled("", "D") == "invalid");
  REQUIRE(titled("a\nb", "D") == "invalid");
  REQUIRE(titled("\xff", "D") == "invalid");
  REQUIRE(titled("T", std::string(kMaxDescriptionBytes, 'x')) == "good");
  REQUIRE(titled("T", std::string(kMaxDescriptionBytes + 1, 'x')) == "too-large");
  REQUIRE(made({.short_name = "Pay", .title = "T", .description = "D"}) == "invalid");
  REQUIRE(made({.short_name = "pay",
                .title = "T",
                .description = "D",
                .licence = std::string(kMaxNoteBytes + 1, 'x')}) == "too-large");
}

TEST_CASE("a record changes with the revision it was read at, and keeps its visibility for good") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPrivate);
  const auto edit = [&](const identity::Principal& actor, std::uint64_t revision,
                        const DatasetEdit& change) {
    return home.catalogue().EditDataset(actor, made.id, revision, change);
  };
  const Dataset edited =
      Good(edit(*home.noor, 1, {.title = "Wages", .visibility = DatasetVisibility::kPublic}));
  REQUIRE(edited.title == "Wages");
  REQUIRE(edited.revision == 2);
  REQUIRE(edited.visibility == DatasetVisibility::kPublic);
  REQUIRE(CodeOfBad(edit(*home.noor, 1, {.title = "Pay"})) == ErrorCode::kStale);
  REQUIRE(CodeOfBad(edit(*home.ada, 2, {.title = "Pay"})) == ErrorCode::kNotFound);
  Good(home.Publish(made.id, kFirstFile));
  REQUIRE(CodeOfBad(edit(*home.ada, 2, {.title = "Pay"})) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(edit(*home.noor, 2, {.visibility = DatasetVisibility::kPrivate})) ==
          ErrorCode::kConflict);
  REQUIRE(Good(edit(*home.noor, 2, {.frequency = "Every week"})).frequency == "Every week");
}

TEST_CASE("each side sees of a dataset what the table of visibility says") {
  SmallHome home;
  for (const auto visibility : {DatasetVisibility::kPublic, DatasetVisibility::kPrivate}) {
    const bool is_private = visibility == DatasetVisibility::kPrivate;
    const Dataset made = home.Make(is_private ? "private" : "public", visibility);
    for (const bool is_published : {false, true}) {
      if (is_published) Good(home.Publish(made.id, kFirstFile));
      const auto kind = !is_published ? identity::ObjectKind::kDraft
                        : is_private  ? identity::ObjectKind::kPrivateDataset
                                      : identity::ObjectKind::kPublicDataset;
      const auto check = [&](const Asker& asker, identity::Side side) {
        CAPTURE(identity::NameOf(kind));
        CAPTURE(static_cast<int>(side));
        const bool sees = identity::SightOf(kind, side) == identity::Sight::kSee;
        REQUIRE(home.catalogue().FindDataset(asker, made.id).has_value() == sees);
        REQUIRE(home.catalogue().FindDatasetBySlug(asker, made.slug).has_value() == sees);
        REQUIRE(home.catalogue().ListVersions(asker, made.id, 0, 10).has_value() == sees);
        REQUIRE(home.catalogue().FindVersion(asker, made.id, 1).has_value() ==
                (sees && is_published));
        const auto page = Good(home.catalogue().ListDatasets(asker, {}));
        const bool is_listed =
            std::ranges::find(page.datasets, made.slug, &Dataset::slug) != page.datasets.end();
        REQUIRE(is_listed == sees);
        REQUIRE(page.total == page.datasets.size());
        if (sees) return;
        const auto unseen = Bad(home.catalogue().FindDataset(asker, made.id));
        const auto none = Bad(home.catalogue().FindDatasetBySlug(asker, "none"));
        REQUIRE(unseen.Text() == none.Text());
        REQUIRE(unseen.code == none.code);
      };
      check(home.noor, identity::Side::kOwnBody);
      check(home.ada, identity::Side::kOtherBody);
      check(kNobody, identity::Side::kAnonymous);
    }
  }
}

TEST_CASE("a list is by title, found without case and accents, and paged by sealed cursors") {
  SmallHome home;
  for (const std::string title : {"b Pay", "A pây", "c Rates", "Ty PAY"}) {
    const auto visibility =
        title == "b Pay" ? DatasetVisibility::kPrivate : DatasetVisibility::kPublic;
    const Dataset made = home.Make(Format("d{}", title.size() + title[0]), visibility, title);
    Good(home.Publish(made.id, kFirstFile));
  }
  const auto list = [&](const Asker& asker, const DatasetQuery& query) {
    return Good(home.catalogue().ListDatasets(asker, query));
  };
  REQUIRE(TitlesOf(list(home.noor, {})) == Titles{"A pây", "b Pay", "c Rates", "Ty PAY"});
  REQUIRE(TitlesOf(list(home.ada, {.title_part = "PÁY"})) == Titles{"A pây", "Ty PAY"});
  REQUIRE(list(home.ada, {.title_part = "pay"}).total == 2);
  REQUIRE(list(home.noor, {.title_part = "pay"}).total == 3);
  REQUIRE(list(kNobody, {.title_part = "%"}).total == 0);
  REQUIRE(TitlesOf(list(home.noor, {.own_only = true})).size() == 4);
  REQUIRE(list(home.ada, {.own_only = true}).total == 0);
  REQUIRE(list(kNobody, {.own_only = true}).total == 0);
  Titles seen;
  DatasetQuery query{.title_part = "pay", .cursor = "", .limit = 1};
  do {
    const DatasetPage page = list(kNobody, query);
    REQUIRE(page.total == 2);
    for (const std::string& title : TitlesOf(page)) seen.push_back(title);
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty() && seen.size() < 9);
  REQUIRE(seen == Titles{"A pây", "Ty PAY"});
  const std::string cursor = list(kNobody, {.title_part = "pay", .limit = 1}).next_cursor;
  const auto refused = [&](const Asker& asker, const DatasetQuery& bad) {
    return CodeOfBad(home.catalogue().ListDatasets(asker, bad)) == ErrorCode::kInvalid;
  };
  REQUIRE(refused(home.ada, {.title_part = "pay", .cursor = cursor}));
  REQUIRE(refused(kNobody, {.title_part = "p", .cursor = cursor}));
  REQUIRE(refused(kNobody, {.title_part = "pay", .own_only = true, .cursor = cursor}));
  REQUIRE(refused(kNobody, {.cursor = "00"}));
  REQUIRE(refused(kNobody, {.limit = 0}));
  REQUIRE(refused(kNobody, {.limit = kMaxDatasetsPerPage + 1}));
  REQUIRE(list(kNobody, {.limit = kMaxDatasetsPerPage}).next_cursor.empty());
}

TEST_CASE("a draft is its own body's, has a proposal, and goes when withdrawn or too old") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const Draft draft = Good(home.Upload(made.id, kFirstFile));
  const DraftId id = draft.summary.id;
  REQUIRE(draft.proposal.columns.size() == 2);
  REQUIRE_FALSE(draft.proposal.columns[0].confirmed);
  REQUIRE_FALSE(draft.previous_version.has_value());
  REQUIRE(draft.summary.bytes == kFirstFile.size());
  REQUIRE(Good(home.catalogue().FindDraft(*home.noor, id)).proposal == draft.proposal);
  REQUIRE(CodeOfBad(home.catalogue().FindDraft(*home.ada, id)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.catalogue().WithdrawDraft(*home.ada, id)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.catalogue().Publish(*home.ada, id, {})) == ErrorCode::kNotFound);
  REQUIRE(Good(home.catalogue().ListDrafts(*home.noor, made.id)).size() == 1);
  REQUIRE(home.Names("home/drafts").size() == 1);
  Good(home.catalogue().WithdrawDraft(*home.noor, id));
  REQUIRE(home.Names("home/drafts").empty());
  REQUIRE(CodeOfBad(home.catalogue().FindDraft(*home.noor, id)) == ErrorCode::kNotFound);
  const DraftId old = Good(home.Upload(made.id, kFirstFile)).summary.id;
  constexpr std::int64_t kDay = 86'400 * base::kMicrosecondsPerSecond;
  home.world.Advance(kDraftDays * kDay - 1);
  REQUIRE(home.catalogue().FindDraft(*home.noor, old).has_value());
  home.world.Advance(1);
  REQUIRE(CodeOfBad(home.catalogue().FindDraft(*home.noor, old)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.catalogue().Publish(*home.noor, old, {})) == ErrorCode::kNotFound);
  REQUIRE(Good(home.catalogue().RemoveExpiredDrafts()) == 1);
  REQUIRE(home.Names("home/drafts").empty());
}

TEST_CASE("an upload that is refused, too long or given up leaves nothing") {
  SmallHome home(1, kFirstFile.size());
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  REQUIRE(CodeOfBad(home.Upload(made.id, "nonsense")) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(home.Upload(made.id, kSecondFile)) == ErrorCode::kTooLarge);
  REQUIRE(CodeOfBad(home.catalogue().BeginUpload(*home.ada, made.id)) == ErrorCode::kNotFound);
  Good(home.catalogue().BeginUpload(*home.noor, made.id));
  REQUIRE(home.Names("home/tmp/catalogue").empty());
  REQUIRE(home.Names("home/drafts").empty());
  for (std::size_t i = 0; i < kMaxDraftsPerDataset; ++i) Good(home.Upload(made.id, kFirstFile));
  REQUIRE(CodeOfBad(home.Upload(made.id, kFirstFile)) == ErrorCode::kConflict);
  REQUIRE(home.Names("home/drafts").size() == kMaxDraftsPerDataset);
}

}  // namespace catalogue
