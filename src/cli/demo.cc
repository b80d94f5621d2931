#include "cli/demo.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/bytes.h"
#include "base/format.h"
#include "cli/background_child.h"
#include "cli/demo_asking.h"
#include "cli/demo_sharing.h"
#include "cli/demo_story.h"

namespace cli {
namespace {

using base::Format;
using base::Json;
using http::Method;

constexpr const char* kProgram = "/proc/self/exe";
constexpr std::string_view kOrigin = "demonstration.example.org";
constexpr std::string_view kPassword = "a password of the demonstration";
constexpr std::size_t kMaxFileBytes = 256U << 20U;
constexpr std::int64_t kReadyMs = 30'000;
constexpr int kNotVerified = 1;
constexpr std::uint64_t kTileWidth = 256;
constexpr std::uint64_t kMaxTiles = 1'000;
constexpr std::int64_t kTokenDays = 30;
constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;

// --- 1: a home and its people
// ---------------------------------------------------------------------

// Sets the first password with a link, signs in, and makes a token for what follows.
base::Result<void> Enter(const CommandContext& context, Story& story, const std::string& person,
                         const std::string& link, const std::vector<std::string>& scopes) {
  const std::string email = person + "@example.org";
  TRY(story.Post("anybody", "/api/v1/passwords",
                 Json::Object({{"link", link}, {"password", kPassword}}), 204));
  const Json session = TRY(story.Post("anybody", "/api/v1/sessions",
                                      Json::Object({{"email", email}, {"password", kPassword}})));
  story.Remember(person, TRY(TextIn(session, "session")));
  const base::Instant end{context.world.clock().Now().microseconds +
                          kTokenDays * kMicrosecondsPerDay};
  Json::Items words(scopes.begin(), scopes.end());
  const Json token = TRY(story.Post(person, "/api/v1/tokens",
                                    Json::Object({{"name", "demonstration"},
                                                  {"scopes", Json::Array(std::move(words))},
                                                  {"expires", end.Text()}})));
  story.Remember(person, TRY(TextIn(token, "token")));
  return {};
}

struct Player {
  std::string name;
  std::string role;
  std::vector<std::string> scopes;
};

base::Result<std::string> Employ(const CommandContext& context, Story& story, const std::string& at,
                                 const Player& player) {
  const Json made = TRY(story.Post("ira", "/api/v1/people",
                                   Json::Object({{"organisation", at},
                                                 {"name", player.name + " (synthetic)"},
                                                 {"email", player.name + "@example.org"}})));
  const Json grant = TRY(story.Post(
      "ira", "/api/v1/grants",
      Json::Object(
          {{"subject", TRY(TextIn(made, "id"))}, {"role", player.role}, {"organisation", at}})));
  story.Note(
      Format("the role counts: entry {} of the register log", TRY(NumberIn(grant, "entry"))));
  TRY(Enter(context, story, player.name, TRY(TextIn(made, "link")), player.scopes));
  return TextIn(made, "id");
}

base::Result<Cast> PlayPeople(const CommandContext& context, Story& story,
                              const std::string& link) {
  TRY(Enter(context, story, "ira", link, {"read", "administer"}));
  Cast cast;
  cast.revenue = TRY(TextIn(TRY(story.Post("ira", "/api/v1/organisations",
                                           Json::Object({{"name", "HM Revenue and Customs"},
                                                         {"kind", "uk-department"},
                                                         {"country", "united-kingdom"}}))),
                            "id"));
  cast.council = TRY(TextIn(TRY(story.Post("ira", "/api/v1/organisations",
                                           Json::Object({{"name", "Ambleford District Council"},
                                                         {"kind", "district-council"},
                                                         {"country", "england"},
                                                         {"area_code", "E07000999"}}))),
                            "id"));
  static_cast<void>(
      TRY(Employ(context, story, cast.revenue, {"noor", "publisher", {"read", "publish"}})));
  static_cast<void>(
      TRY(Employ(context, story, cast.revenue, {"olu", "approver", {"read", "decide"}})));
  cast.officer =
      TRY(Employ(context, story, cast.council, {"ada", "explorer", {"read", "request", "query"}}));
  static_cast<void>(
      TRY(Employ(context, story, cast.council, {"ben", "publisher", {"read", "publish"}})));
  static_cast<void>(
      TRY(Employ(context, story, cast.council, {"cyn", "approver", {"read", "decide"}})));
  return cast;
}

// --- 2, 3, 8: publishing
// --------------------------------------------------------------------------

// What a publisher confirms: each class as it was proposed.
Json ConfirmationOf(const Json& draft, const Json& key) {
  Json::Items columns;
  for (const Json& each : draft.Find("proposal")->AsArray()) {
    columns.push_back(Json::Object({{"name", *each.Find("name")}, {"confirmed", true}}));
  }
  Json::Members members{{"columns", Json::Array(std::move(columns))}};
  if (key.kind() != Json::Kind::kNull) members.emplace_back("key", key);
  return Json::Object(std::move(members));
}

// Uploads a file, confirms what was found, and publishes it. Returns the summary of the version.
base::Result<Json> Publish(Story& story, const std::string& person, const std::string& dataset,
                           const std::string& file, const Json& key) {
  const std::string bytes =
      TRY(base::ReadWholeFile(story.files(), story.Path(file), kMaxFileBytes));
  const Json draft =
      TRY(story.Upload(person, Format("/api/v1/datasets/{}/drafts", dataset), "text/csv", bytes));
  const Json* report = draft.Find("report");
  story.Note(Format("every row was read: {} rows, {} columns; types and classes are proposed",
                    TRY(NumberIn(*report, "rows")), draft.Find("proposal")->AsArray().size()));
  const std::string id = TRY(TextIn(*draft.Find("summary"), "id"));
  const Json published =
      TRY(story.Post(person, Format("/api/v1/drafts/{}/publish", id), ConfirmationOf(draft, key)));
  Json summary = *published.Find("summary");
  story.Note(Format("version {} stands with {} rows; entry {} of the register log",
                    TRY(NumberIn(summary, "number")), TRY(NumberIn(summary, "rows")),
                    TRY(NumberIn(summary, "entry"))));
  return summary;
}

base::Result<std::string> NewDataset(Story& story, const std::string& person,
                                     const std::string& short_name, const std::string& title,
                                     const std::string& visibility) {
  const Json made =
      TRY(story.Post(person, "/api/v1/datasets",
                     Json::Object({{"short_name", short_name},
                                   {"title", title},
                                   {"description", "Synthetic people of the demonstration."},
                                   {"visibility", visibility}})));
  return TextIn(made, "slug");
}

base::Result<std::string> PlayPublishing(Story& story, std::uint64_t rows) {
  story.Tell(
      "Step 2. The revenue department publishes its file. A worker without network and rights\n"
      "            reads every row; the publisher confirms; the version is on record.");
  TRY(story.Run({"sample-files", "--out", story.Path("files"), "--rows", Format("{}", rows)}));
  std::string dataset =
      TRY(NewDataset(story, "noor", "paye-employments", "PAYE employments (synthetic)", "public"));
  TRY(Publish(story, "noor", dataset, "files/paye-employments.csv", Json()));
  return dataset;
}

base::Result<std::string> PlayFinding(Story& story) {
  story.Tell(
      "Step 3. An officer of the council finds the dataset. The council publishes its\n"
      "            own list of overdue accounts, which nobody else may know of.");
  const Json found = TRY(story.Get("ada", "/api/v1/datasets?title=employments"));
  story.Note(Format("{} dataset has that in its title", TRY(NumberIn(found, "total"))));
  std::string list =
      TRY(NewDataset(story, "ben", "overdue-2026", "Overdue accounts 2026 (synthetic)", "private"));
  const Json key =
      Json::Object({{"column", "national_insurance_number"}, {"normalisation", "compact"}});
  TRY(Publish(story, "ben", list, "files/overdue-2026.csv", key));
  TRY(story.Ask("noor", Method::kGet, "/api/v1/datasets/" + list, Json(), 404));
  story.Note("to the revenue department the list does not exist");
  return list;
}

base::Result<std::int64_t> PlayNewVersion(Story& story, const std::string& dataset,
                                          std::uint64_t rows) {
  story.Tell("Step 8. A second version is published, with changed rows.");
  TRY(story.Run({"sample-files", "--out", story.Path("files-2"), "--edition", "2", "--rows",
                 Format("{}", rows)}));
  const Json summary = TRY(Publish(story, "noor", dataset, "files-2/paye-employments.csv", Json()));
  return NumberIn(summary, "entry");
}

// --- 10: the proof
// ----------------------------------------------------------------------------------

// The files of a small log, as anybody fetches them: its checkpoint, its tiles, its entries.
base::Result<void> CopyLog(Story& story, const std::string& target) {
  const std::string checkpoint = TRY(story.Fetch("/log/register/checkpoint"));
  const auto lines = base::Split(checkpoint, '\n', 3);
  const auto size = lines.size() > 1 ? base::ParseDecimal(lines[1]) : std::nullopt;
  if (!size || *size / kTileWidth >= kMaxTiles) {
    return base::Fail(base::ErrorCode::kInternal, "The log is larger than the story expects");
  }
  std::vector<std::string> paths;
  for (const std::string_view kind : {"tile/0", "tile/entries"}) {
    for (std::uint64_t tile = 0; tile <= *size / kTileWidth; ++tile) {
      const std::uint64_t width = std::min(kTileWidth, *size - tile * kTileWidth);
      if (width == 0) continue;
      paths.push_back(width == kTileWidth ? Format("{}/{:03}", kind, tile)
                                          : Format("{}/{:03}.p/{}", kind, tile, width));
    }
  }
  if (*size >= kTileWidth) paths.push_back(Format("tile/1/000.p/{}", *size / kTileWidth));
  for (const std::string& path : paths) {
    const std::string bytes = TRY(story.Fetch("/log/register/" + path));
    const std::string file = base::JoinPath(target, path);
    TRY(base::MakeFolders(story.files(), base::ParentOf(file)));
    TRY(base::ReplaceFile(story.files(), file, bytes));
  }
  return base::ReplaceFile(story.files(), base::JoinPath(target, "checkpoint"), checkpoint);
}

base::Result<void> ChangeOneByte(base::Files& files, const std::string& path) {
  std::string bytes = TRY(base::ReadWholeFile(files, path, kMaxFileBytes));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return base::ReplaceFile(files, path, bytes);
}

// The largest file of entries in a copied log.
base::Result<std::string> SomeEntries(base::Files& files, const std::string& log) {
  const std::string folder = base::JoinPath(log, "tile/entries");
  const auto names = TRY(files.List(folder));
  std::string first = base::JoinPath(folder, names.front());
  const auto status = TRY(files.Status(first));
  if (!status || !status->is_folder) return first;
  return base::JoinPath(first, TRY(files.List(first)).back());
}

base::Result<void> PlayProof(Story& story, std::int64_t entry) {
  base::Files& files = story.files();
  story.Tell(
      "Step 10. Log, keys and a receipt are taken home\n"
      "            over the public addresses. The copies prove, offline, that the publication is\n"
      "            in the log and that the log was only ever appended to since the first\n"
      "            checkpoint.");
  const std::string receipt = TRY(story.Fetch(Format("/api/v1/entries/{}/receipt", entry)));
  TRY(base::ReplaceFile(files, story.Path("receipt.json"), receipt));
  TRY(story.AwaitPublished(receipt, kReadyMs));
  TRY(CopyLog(story, story.Path("copy/register")));
  TRY(base::ReplaceFile(
      files, story.Path("copy/keys.json"),
      TRY(base::ReadWholeFile(files, story.Path("home/keys.json"), kMaxFileBytes))));
  const std::vector<std::string> words = {"verify",
                                          "--key",
                                          story.Path("copy/keys.json"),
                                          "--log",
                                          story.Path("copy/register"),
                                          "--since",
                                          story.Path("kept-checkpoint"),
                                          "--receipt",
                                          story.Path("receipt.json")};
  TRY(story.Run(words));
  story.Tell("One byte of the copy is changed: the change is found, with its place.");
  const std::string changed = TRY(SomeEntries(files, story.Path("copy/register")));
  TRY(ChangeOneByte(files, changed));
  TRY(story.Run(words, kNotVerified));
  return ChangeOneByte(files, changed);
}

// --- the whole
// --------------------------------------------------------------------------------------

// The secret of the one-time link in what `init` says.
base::Result<std::string> LinkIn(std::string_view said) {
  constexpr std::string_view kMark = "/link/";
  const std::size_t at = said.find(kMark);
  if (at == std::string_view::npos) {
    return base::Fail(base::ErrorCode::kInternal, "`init` names no link", "init");
  }
  const std::string_view rest = said.substr(at + kMark.size());
  return std::string(rest.substr(0, rest.find_first_of("\n ")));
}

using Served = std::unique_ptr<BackgroundChild>;

base::Result<Served> PlayBeginning(const CommandContext& context, Story& story, std::uint16_t port,
                                   std::string& link) {
  story.Tell(
      "Step 1. A home is made: keys, two logs, a store, an administrator, two bodies with\n"
      "            their people. Each role is on record before it counts.");
  const std::string said =
      TRY(story.Run({"init", "--home", story.Path("home"), "--origin", std::string(kOrigin),
                     "--demonstration", "--organisation", "Tabularium demonstration office",
                     "--administrator-email", "ira@example.org"}));
  link = TRY(LinkIn(said));
  TRY(base::ReplaceFile(story.files(), story.Path("kept-checkpoint"),
                        said.substr(said.find(Format("{}/register\n", kOrigin)))));
  story.Note("somebody outside keeps this checkpoint");
  Served server =
      TRY(BackgroundChild::Start(context.world.clock(), kProgram,
                                 {"serve", "--home", story.Path("home"), "--port",
                                  Format("{}", port), "--publish-access-log-every", "0"},
                                 story.Path("server.log"), kReadyMs));
  const std::size_t at = server->first_line().find("http://");
  if (at == std::string::npos) {
    return base::Fail(base::ErrorCode::kInternal, "The server names no address", "serve");
  }
  story.Note(server->first_line());
  TRY(story.Visit(server->first_line().substr(at)));
  return server;
}

base::Result<Served> Play(const CommandContext& context, Story& story, const DemoOptions& options) {
  std::string link;
  Served server = TRY(PlayBeginning(context, story, options.exit ? 0 : options.port, link));
  Cast cast = TRY(PlayPeople(context, story, link));
  cast.dataset = TRY(PlayPublishing(story, options.rows));
  cast.list = TRY(PlayFinding(story));
  const std::string request =
      TRY(PlayAsking(story, cast, TRY(base::LondonDay(context.world.clock().Now()))));
  const std::string agreement = TRY(PlayDeciding(story, request));
  TRY(PlayQuerying(story, agreement));
  const std::int64_t entry = TRY(PlayNewVersion(story, cast.dataset, options.rows));
  TRY(PlayQueryAgain(story, agreement));
  TRY(PlayStop(story, agreement));
  TRY(PlayProof(story, entry));
  return server;
}

}  // namespace

int RunDemo(const CommandContext& context, const DemoOptions& options) {
  const std::string folder =
      options.home
          ? *options.home
          : Format("/tmp/tabularium-demo-{}", base::HexEncode(context.world.randomness().Bytes(4)));
  if (const auto status = context.world.files().Status(folder); status && *status) {
    return TellError(context.terminal,
                     {base::ErrorCode::kConflict, "There is something in this place already",
                      folder, "Name a new folder with --home."});
  }
  if (const auto made = base::MakeFolders(context.world.files(), folder); !made) {
    return TellError(context.terminal, made.error());
  }
  context.terminal.out(
      Format("This is a demonstration with synthetic data alone. Its files stay in {}\n", folder));
  Story story(context, folder);
  auto server = Play(context, story, options);
  if (!server) return TellError(context.terminal, server.error());
  context.terminal.out(Format(
      "\nTry it yourself: cd {}\n"
      "  tabularium verify --key copy/keys.json --log copy/register --since kept-checkpoint\n\n",
      folder));
  context.terminal.out("story complete: all ten steps\n");
  if (options.exit) return (*server)->End() == kExitWell ? kExitWell : kExitUsage;
  context.terminal.out(
      Format("The home is served now; end with Ctrl-C. Sign in as ira, noor, olu, "
             "ada, ben or cyn @example.org\nwith the password: {}\n",
             kPassword));
  return (*server)->Await();
}

}  // namespace cli
