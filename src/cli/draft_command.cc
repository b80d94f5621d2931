#include "cli/draft_command.h"

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_text.h"
#include "catalogue/draft.h"
#include "cli/program_path.h"
#include "engine/worker.h"

namespace cli {
namespace {

using base::Format;
using base::Json;

constexpr std::int64_t kStartMs = 10'000;
constexpr std::int64_t kMillisecondsPerSecond = 1'000;
constexpr base::JsonLimits kDraftJson{
    .max_bytes = 64U << 20U, .max_depth = 16, .max_values = 2'000'000};
constexpr std::size_t kNameWidth = 28;

// Text and integer members of the worker's reply, whose form is ours; a reply of another form shows
// as empty.
std::string TextOf(const Json* json, std::string_view name) {
  const Json* member = json == nullptr ? nullptr : json->Find(name);
  if (member == nullptr || member->kind() != Json::Kind::kString) return {};
  return member->AsString();
}

std::int64_t IntegerOf(const Json* json, std::string_view name) {
  const Json* member = json == nullptr ? nullptr : json->Find(name);
  if (member == nullptr || member->kind() != Json::Kind::kInteger) return 0;
  return member->AsInteger();
}

bool IsTrue(const Json* json, std::string_view name) {
  const Json* member = json == nullptr ? nullptr : json->Find(name);
  return member != nullptr && member->kind() == Json::Kind::kBool && member->AsBool();
}

const Json::Items& ItemsOf(const Json* json, std::string_view name, const Json& none) {
  const Json* member = json == nullptr ? nullptr : json->Find(name);
  return member != nullptr && member->kind() == Json::Kind::kArray ? member->AsArray()
                                                                   : none.AsArray();
}

// The texts of an array, or the member `name` of its objects, with commas between.
std::string Joined(const Json::Items& items, std::string_view name = {}) {
  std::string text;
  for (const Json& item : items) {
    const std::string each =
        item.kind() == Json::Kind::kString ? item.AsString() : TextOf(&item, name);
    if (each.empty()) continue;
    if (!text.empty()) text += ", ";
    text += each;
  }
  return text;
}

// Pads by code points, so that names of any script stand in their column.
std::string Padded(std::string text, std::size_t width) {
  const std::size_t characters = base::CountCodePoints(text);
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

void TellColumn(Terminal& terminal, const Json& column, const Json& none) {
  const Json* type = column.Find("type");
  const Json* group = column.Find("class");
  std::string class_text = TextOf(group, "name");
  if (!IsTrue(group, "sure")) class_text += " until confirmed";
  terminal.out(Format("  {}  {:<16} {:<28} {:<22} {}\n",
                      Padded(TextOf(&column, "shown_name"), kNameWidth), TextOf(type, "name"),
                      class_text, TextOf(column.Find("meaning"), "type"),
                      Joined(ItemsOf(&column, "treatments", none))));
  const Json* profile = column.Find("profile");
  const std::string shapes = Joined(ItemsOf(profile, "shapes", none), "shape");
  terminal.out(Format("  {}  {} filled, {} empty{}{}\n", Padded("", kNameWidth),
                      IntegerOf(profile, "filled"), IntegerOf(profile, "empty"),
                      shapes.empty() ? "" : ", shapes ", shapes));
  for (const Json& remark : ItemsOf(&column, "remarks", none)) {
    terminal.out(Format("  {}  look: {}\n", Padded("", kNameWidth), TextOf(&remark, "sentence")));
    for (const Json& row : ItemsOf(&remark, "first", none)) {
      terminal.out(Format("  {}    row {}, {} characters\n", Padded("", kNameWidth),
                          IntegerOf(&row, "row"), IntegerOf(&row, "characters")));
    }
  }
}

void TellDraft(Terminal& terminal, const std::string& path, const Json& draft) {
  const Json none = Json::Array({});
  const Json::Items& columns = ItemsOf(&draft, "columns", none);
  terminal.out(Format("{}: {}, {} rows, {} columns, {} bytes\n", path, TextOf(&draft, "format"),
                      IntegerOf(&draft, "rows"), columns.size(), IntegerOf(&draft, "bytes")));
  terminal.out(Format("  {}  {:<16} {:<28} {:<22} {}\n", Padded("column", kNameWidth), "type",
                      "class", "meaning", "may be given as"));
  for (const Json& column : columns) TellColumn(terminal, column, none);
}

// Reads one file in a worker of its own and gives the worker's reply.
base::Result<std::string> DraftOf(const CommandContext& context, const DraftOptions& options,
                                  const std::string& path) {
  const std::string full = TRY(AbsolutePath(path));
  const auto status = TRY(context.world.files().Status(full));
  if (!status || status->is_folder) {
    return base::Fail(base::ErrorCode::kNotFound, "There is no such file", path, "Check the path.");
  }
  engine::WorkerStart start;
  start.kind = std::string(catalogue::kFileDraft);
  start.profile = engine::WorkerProfile::kQuery;
  start.library_path = base::JoinPath(TRY(ProgramFolder()), "libduckdb.so");
  start.readable_files = {full};
  start.limits.cpu_s = static_cast<std::uint64_t>(options.deadline_s) * 2;
  start.sandbox.run_without_sandbox_at_my_own_risk = options.run_without_sandbox_at_my_own_risk;
  const auto worker = TRY(engine::Worker::Start(context.world, start, kStartMs));
  context.terminal.error(
      Format("reading {} ({} bytes) in a sandboxed worker\n", path, status->size));
  const std::string request = base::WriteJson(Json::Object({{"path", Json::Repaired(full)}}));
  return worker->Ask(request, options.deadline_s * kMillisecondsPerSecond);
}

}  // namespace

int RunDraft(const CommandContext& context, const DraftOptions& options) {
  int exit_code = kExitWell;
  Json::Items replies;
  for (const std::string& path : options.paths) {
    const auto reply = DraftOf(context, options, path);
    if (!reply) {
      exit_code = TellError(context.terminal, reply.error());
      continue;
    }
    auto draft = base::ParseJson(*reply, kDraftJson);
    if (!draft) {
      exit_code = TellError(context.terminal, draft.error());
      continue;
    }
    if (options.json) {
      replies.push_back(
          Json::Object({{"file", Json::Repaired(path)}, {"draft", std::move(*draft)}}));
    } else {
      TellDraft(context.terminal, path, *draft);
    }
  }
  if (options.json) {
    context.terminal.out(base::WriteJson(Json::Array(std::move(replies))) + "\n");
  }
  return exit_code;
}

}  // namespace cli
