#include "cli/publish_command.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/json_text.h"
#include "cli/progress.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::uint64_t kMaxUploadBytes = 256ULL << 20U;  // of the API, in one request
constexpr std::size_t kMaxPages = 1'000;
constexpr std::size_t kNameWidth = 28;
constexpr base::JsonLimits kClassesJson{
    .max_bytes = std::size_t{4} << 20U, .max_depth = 8, .max_values = 1'000'000};

std::string Shown(std::string_view text) { return base::ShownName(base::RepairedUtf8(text)); }

std::string_view MediaTypeOf(std::string_view path) {
  if (path.ends_with(".csv")) return "text/csv";
  if (path.ends_with(".parquet")) return "application/vnd.apache.parquet";
  return "application/octet-stream";  // the server looks at the bytes
}

// One of the asker's own body with this short name, by a walk over the list.
base::Result<std::optional<Json>> FindOwn(ApiClient& client, const std::string& organisation,
                                          const std::string& short_name) {
  std::string cursor;
  for (std::size_t page = 0; page < kMaxPages; ++page) {
    const Json reply =
        TRY(client.Get("/datasets?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor)));
    for (const Json& each : ArrayMember(reply, "items")) {
      const Json* owner = each.Find("organisation");
      if (owner != nullptr && TextMember(*owner, "id") == organisation &&
          TextMember(each, "short_name") == short_name) {
        return std::optional(each);
      }
    }
    cursor = TextMember(reply, "next");
    if (cursor.empty()) break;
  }
  return std::optional<Json>{};
}

// The dataset that is named: by slug or id, by short name, or made now.
base::Result<Json> Dataset(const CommandContext& context, const PublishOptions& options,
                           ApiClient& client) {
  const std::string name = TRY(PathPiece(options.dataset, "--dataset"));
  auto found = client.Get("/datasets/" + name);
  if (found || found.error().code != ErrorCode::kNotFound) return found;
  const Json me = TRY(client.Get("/sessions/current"));
  auto own = TRY(FindOwn(client, TextMember(me, "organisation"), name));
  if (own) return *std::move(own);
  if (options.title.empty() || options.description.empty()) {
    return base::Fail(ErrorCode::kNotFound, "There is no dataset of this name", "--dataset",
                      "Check the name, or make one: give --title and --description too.");
  }
  context.terminal.error(Format("making the {} dataset {}\n", options.visibility, name));
  return client.Post("/datasets",
                     Json::Object({{"short_name", name},
                                   {"title", Json::Repaired(options.title)},
                                   {"description", Json::Repaired(options.description)},
                                   {"visibility", options.visibility}}));
}

base::Result<Json> Draft(const CommandContext& context, const PublishOptions& options,
                         ApiClient& client) {
  if (!options.draft.empty()) {
    return client.Get("/drafts/" + TRY(PathPiece(options.draft, "--draft")));
  }
  if (options.path.empty() || options.dataset.empty()) {
    return base::Fail(ErrorCode::kInvalid, "There is nothing to publish", "FILE, --dataset",
                      "Name a file and its dataset, or a draft that was uploaded before.");
  }
  // Before the upload: nobody waits for minutes to hear that a file is not there.
  auto bytes = base::ReadWholeFile(context.world.files(), options.path, kMaxUploadBytes);
  if (!bytes && bytes.error().code == ErrorCode::kTooLarge) {
    return base::Fail(ErrorCode::kTooLarge, "The file is larger than one upload may be, 256 MiB",
                      options.path, "Write it as Parquet, which is smaller, or split it.");
  }
  if (!bytes) return base::Fail(bytes.error());
  const Json dataset = TRY(Dataset(context, options, client));
  context.terminal.error(Format("uploading {} ({}); the server reads every row\n", options.path,
                                ShownBytes(bytes->size())));
  return client.Upload(Format("/datasets/{}/drafts", TextMember(dataset, "id")),
                       std::string(MediaTypeOf(options.path)), *bytes);
}

std::string Joined(const Json::Items& items) {
  std::string text;
  for (const Json& each : items) {
    if (each.kind() != Json::Kind::kString) continue;
    text += (text.empty() ? "" : ", ") + Shown(each.AsString());
  }
  return text;
}

std::string Padded(std::string text) {
  const std::size_t characters = base::CountCodePoints(text);
  if (characters < kNameWidth) text.append(kNameWidth - characters, ' ');
  return text;
}

void TellDraft(Terminal& terminal, const Json& draft) {
  const Json report = draft.Find("report") != nullptr ? *draft.Find("report") : Json();
  const Json::Items columns = ArrayMember(draft, "proposal");
  terminal.error(
      Format("found {} rows, {} columns:\n", IntegerMember(report, "rows"), columns.size()));
  terminal.error(Format("  {}  {:<16} {:<24} {:<22} {}\n", Padded("column"), "type", "class",
                        "meaning", "may be given as"));
  for (const Json& column : columns) {
    const Json* confirmed = column.Find("confirmed");
    const bool is_sure = confirmed != nullptr && *confirmed == Json(true);
    terminal.error(Format(
        "  {}  {:<16} {:<24} {:<22} {}\n", Padded(Shown(TextMember(column, "name"))),
        TextMember(column, "type"), TextMember(column, "class") + (is_sure ? "" : " (proposed)"),
        TextMember(column, "meaning"), Joined(ArrayMember(column, "treatments"))));
  }
  const Json* change = draft.Find("change");
  if (change == nullptr || IntegerMember(draft, "previous_version") == 0) return;
  terminal.error(Format("compared with version {}:", IntegerMember(draft, "previous_version")));
  for (const char* kind : {"removed", "retyped", "added"}) {
    const std::string names = Joined(ArrayMember(*change, kind));
    terminal.error(Format(" {} {};", kind, names.empty() ? "none" : names));
  }
  terminal.error("\n");
}

base::Result<void> Publish(const CommandContext& context, const PublishOptions& options) {
  Json document;
  if (!options.classes_path.empty()) {
    document =
        TRY(base::ParseJson(TRY(base::ReadWholeFile(context.world.files(), options.classes_path,
                                                    kClassesJson.max_bytes)),
                            kClassesJson));
  }
  const std::string token = TRY(ReadToken(context, options.server.token_path));
  const auto client = TRY(ApiClient::Open(context, options.server.server, token));
  const Json draft = TRY(Draft(context, options, *client));
  const Json* summary = draft.Find("summary");
  const std::string id = summary == nullptr ? std::string() : TextMember(*summary, "id");
  TellDraft(context.terminal, draft);
  if (!options.confirm && options.classes_path.empty()) {
    context.terminal.error(
        Format("not published: look at the classes, then confirm them. To go on with this upload:\n"
               "  tabularium publish --draft {} --confirm\n",
               id));
    if (options.json) context.terminal.out(base::WriteJson(draft) + "\n");
    return {};
  }
  const Json confirmation = TRY(ConfirmationOf(draft, document, options.confirm));
  context.terminal.error("publishing; the server writes and checks every row\n");
  const Json published = TRY(client->Post(Format("/drafts/{}/publish", id), confirmation));
  const Json version = published.Find("summary") != nullptr ? *published.Find("summary") : Json();
  if (options.json) {
    context.terminal.out(base::WriteJson(published) + "\n");
    return {};
  }
  context.terminal.out(Format("published version {}: {} rows, entry {} of the register log\n",
                              IntegerMember(version, "number"), IntegerMember(version, "rows"),
                              IntegerMember(version, "entry")));
  const std::string suspended = Joined(ArrayMember(published, "suspended"));
  if (!suspended.empty()) {
    context.terminal.out(Format("suspended for want of a column: {}\n", suspended));
  }
  return {};
}

}  // namespace

base::Result<Json> ConfirmationOf(const Json& draft, const Json& document, bool confirm) {
  const bool is_given = document.kind() != Json::Kind::kNull;
  const Json* given_columns = document.Find("columns");
  if (is_given && (given_columns == nullptr || given_columns->kind() != Json::Kind::kArray)) {
    return base::Fail(ErrorCode::kInvalid, "The confirmation has no columns", "--classes",
                      "Write {\"columns\": [{\"name\": …, \"class\": …}]}; "
                      "docs/formats/dataset.md has all members.");
  }
  Json::Items columns = is_given ? given_columns->AsArray() : Json::Items{};
  std::set<std::string> named;
  for (const Json& each : columns) named.insert(TextMember(each, "name"));
  for (const Json& each : ArrayMember(draft, "proposal")) {
    const std::string name = TextMember(each, "name");
    if (!confirm || named.contains(name)) continue;
    columns.push_back(Json::Object({{"name", name}, {"confirmed", true}}));
  }
  Json::Members members;
  if (is_given) {
    for (const auto& [name, value] : document.AsObject()) {
      if (name != "columns") members.emplace_back(name, value);
    }
  }
  members.emplace_back("columns", Json::Array(std::move(columns)));
  if (document.Find("previous_version") == nullptr) {
    members.emplace_back("previous_version", IntegerMember(draft, "previous_version"));
  }
  return Json::Object(std::move(members));
}

int RunPublish(const CommandContext& context, const PublishOptions& options) {
  const auto published = Publish(context, options);
  return published ? kExitWell : TellError(context.terminal, published.error());
}

}  // namespace cli
