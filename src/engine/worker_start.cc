#include "engine/worker_start.h"

#include <array>
#include <limits>
#include <utility>

#include "base/canonical_json.h"
#include "base/json_reader.h"
#include "base/json_text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::size_t kMaxFiles = 65'536;
constexpr std::size_t kMaxPathBytes = 4'096;  // PATH_MAX
constexpr std::int64_t kMaxThreads = 1'024;
constexpr std::int64_t kMaxAmount = (1LL << 53U) - 1;
constexpr base::JsonLimits kStartJson{.max_bytes = kMaxStartBytes, .max_depth = 4};
constexpr std::int64_t kMaxFrameBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::array<std::string_view, 3> kProfiles = {"parse", "query", "trusted"};

// Every limit that is an amount, by the name of its field.
using Amount = std::pair<const char*, std::uint64_t WorkerLimits::*>;
constexpr std::array<Amount, 7> kAmounts = {{
    {"memory_bytes", &WorkerLimits::memory_bytes},
    {"duckdb_memory_bytes", &WorkerLimits::duckdb_memory_bytes},
    {"cpu_s", &WorkerLimits::cpu_s},
    {"open_files", &WorkerLimits::open_files},
    {"written_file_bytes", &WorkerLimits::written_file_bytes},
    {"request_bytes", &WorkerLimits::request_bytes},
    {"reply_bytes", &WorkerLimits::reply_bytes},
}};

base::Result<Json> TextOf(const std::string& text) {
  if (!base::IsUtf8(text)) {
    return Fail(ErrorCode::kInvalid, "A name or path given to a worker is not UTF-8", {},
                "Rename the file or folder.");
  }
  return Json(text);
}

Json LimitsOf(const WorkerLimits& limits) {
  Json::Members members;
  for (const auto& [name, amount] : kAmounts) members.emplace_back(name, limits.*amount);
  members.emplace_back("threads", limits.threads);
  return Json::Object(std::move(members));
}

base::Result<WorkerLimits> ReadLimits(base::JsonReader& reader) {
  base::JsonReader fields = TRY(reader.Object("limits"));
  WorkerLimits limits;
  for (const auto& [name, amount] : kAmounts) {
    limits.*amount = static_cast<std::uint64_t>(TRY(fields.Integer(name, 0, kMaxAmount)));
  }
  limits.threads = static_cast<unsigned>(TRY(fields.Integer("threads", 1, kMaxThreads)));
  TRY(fields.Finish());
  return limits;
}

}  // namespace

base::Result<std::string> EncodeStart(const StartFrame& frame) {
  const WorkerStart& start = frame.start;
  for (const auto& [name, amount] : kAmounts) {
    const bool is_frame =
        amount == &WorkerLimits::request_bytes || amount == &WorkerLimits::reply_bytes;
    if (start.limits.*amount > static_cast<std::uint64_t>(is_frame ? kMaxFrameBytes : kMaxAmount)) {
      return Fail(ErrorCode::kInvalid, "A limit of a worker is too large", name);
    }
  }
  Json::Items files;
  for (const std::string& file : start.readable_files) files.push_back(TRY(TextOf(file)));
  Json::Members members;
  members.emplace_back("files", Json::Array(std::move(files)));
  if (start.writable_folder) members.emplace_back("folder", TRY(TextOf(*start.writable_folder)));
  members.emplace_back("kind", TRY(TextOf(start.kind)));
  members.emplace_back("library", TRY(TextOf(start.library_path)));
  members.emplace_back("limits", LimitsOf(start.limits));
  members.emplace_back("max_landlock_abi", start.sandbox.max_landlock_abi);
  members.emplace_back("parent", frame.parent);
  members.emplace_back("profile", kProfiles[static_cast<std::size_t>(start.profile)]);
  members.emplace_back("without_sandbox", start.sandbox.run_without_sandbox_at_my_own_risk);
  std::string body = TRY(base::WriteCanonicalJson(Json::Object(std::move(members))));
  if (body.size() > kMaxStartBytes || start.readable_files.size() > kMaxFiles) {
    return Fail(ErrorCode::kTooLarge, "A worker is to read too many files at once", {},
                "Use fewer and larger files.");
  }
  return body;
}

base::Result<StartFrame> DecodeStart(std::string_view body) {
  const Json json = TRY(base::ParseCanonicalJson(body, kStartJson));
  base::JsonReader reader(json, "start");
  StartFrame frame;
  WorkerStart& start = frame.start;
  for (const base::JsonItem& file : TRY(reader.Array("files", {.max = kMaxFiles}))) {
    start.readable_files.push_back(TRY(file.Text({.min = 1, .max = kMaxPathBytes})));
  }
  start.writable_folder = TRY(reader.OptionalText("folder", {.min = 1, .max = kMaxPathBytes}));
  start.kind = TRY(reader.Text("kind", {.min = 1, .max = kMaxPathBytes}));
  start.library_path = TRY(reader.Text("library", {.max = kMaxPathBytes}));
  start.limits = TRY(ReadLimits(reader));
  start.sandbox.max_landlock_abi =
      static_cast<int>(TRY(reader.Integer("max_landlock_abi", 0, kNewestLandlockAbi)));
  frame.parent = TRY(reader.Integer("parent", 1, std::numeric_limits<std::int32_t>::max()));
  start.profile = static_cast<WorkerProfile>(TRY(reader.OneOf("profile", kProfiles)));
  start.sandbox.run_without_sandbox_at_my_own_risk = TRY(reader.Bool("without_sandbox"));
  TRY(reader.Finish());
  return frame;
}

}  // namespace engine
