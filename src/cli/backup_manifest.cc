#include "cli/backup_manifest.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_reader.h"
#include "cli/home_keys.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Json;
using storage::LogName;

constexpr std::string_view kFormatStem = "tabularium-backup-";
constexpr std::string_view kFormat = "tabularium-backup-1";
constexpr std::size_t kMaxFormatBytes = 64;
constexpr std::size_t kMaxInstantBytes = 64;
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kMaxPathBytes = 512;
constexpr std::size_t kMaxPathPieces = 24;
constexpr base::JsonLimits kManifestJson{
    .max_bytes = std::size_t{512} << 20U, .max_depth = 8, .max_values = 5'000'000};
constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 53U;

// Pieces of letters, digits and "._-" that do not begin with a dot: nothing leads out of the
// folder, and no file of the manifest itself is named.
bool IsName(std::string_view name) {
  if (name == kSealedKeysName) return true;
  if (name.size() > kMaxPathBytes) return false;
  const auto pieces = base::Split(name, '/', kMaxPathPieces);
  if (pieces.size() < 2) return false;
  return std::ranges::all_of(pieces, [](std::string_view piece) {
    return !piece.empty() && piece.front() != '.' && std::ranges::all_of(piece, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '_' || c == '-';
    });
  });
}

base::Result<base::Digest> ReadDigest(base::JsonReader& reader, std::string_view name) {
  const std::string text = TRY(reader.Text(name, {.min = kDigestDigits, .max = kDigestDigits}));
  const auto bytes = base::HexDecode(text);
  const auto digest = bytes ? base::Digest::FromBytes(*bytes) : std::nullopt;
  if (!digest) {
    return base::Fail(ErrorCode::kDamaged, "A digest is not in hexadecimal", std::string(name));
  }
  return *digest;
}

base::Result<BackupLog> ReadLog(base::JsonReader& logs, LogName name) {
  constexpr auto kLimit = static_cast<std::int64_t>(ledger::kMaxTreeSize);
  base::JsonReader reader = TRY(logs.Object(NameOf(name)));
  BackupLog log;
  log.size = static_cast<std::uint64_t>(TRY(reader.Integer("size", 0, kLimit)));
  log.root = TRY(ReadDigest(reader, "root"));
  TRY(reader.Finish());
  return log;
}

base::Result<BackupFile> ReadFile(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  BackupFile file;
  file.name = TRY(reader.Text("name", {.min = 1, .max = kMaxPathBytes}));
  if (!IsName(file.name)) {
    return base::Fail(ErrorCode::kDamaged, "A file has a name that no backup gives",
                      item.pointer());
  }
  file.digest.bytes = static_cast<std::uint64_t>(TRY(reader.Integer("bytes", 0, kMaxFileBytes)));
  file.digest.sha256 = TRY(ReadDigest(reader, "sha256"));
  TRY(reader.Finish());
  return file;
}

base::Result<BackupManifest> ParseManifest(std::string_view text) {
  const Json json = TRY(base::ParseJson(text, kManifestJson));
  base::JsonReader reader(json, std::string(kManifestName));
  const std::string format = TRY(reader.Text("format", {.min = 1, .max = kMaxFormatBytes}));
  if (format != kFormat) {
    const bool is_newer = format.starts_with(kFormatStem);
    return base::Fail(is_newer ? ErrorCode::kNewerFormat : ErrorCode::kDamaged,
                      "The backup has a format that this program does not know", "/format");
  }
  BackupManifest manifest;
  manifest.origin = TRY(reader.Text("origin", {.min = 1, .max = ledger::kMaxOriginBytes}));
  const auto made = base::ParseInstant(TRY(reader.Text("made", {.max = kMaxInstantBytes})));
  if (!made) return base::Fail(ErrorCode::kDamaged, "The time is none", "/made");
  manifest.made = *made;
  base::JsonReader logs = TRY(reader.Object("logs"));
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    manifest.logs[static_cast<std::size_t>(name)] = TRY(ReadLog(logs, name));
  }
  TRY(logs.Finish());
  for (const base::JsonItem& item : TRY(reader.Array("files", {.min = 1, .max = kMaxTreeFiles}))) {
    manifest.files.push_back(TRY(ReadFile(item)));
  }
  TRY(reader.Finish());
  if (std::ranges::adjacent_find(manifest.files, std::ranges::greater_equal{}, &BackupFile::name) !=
      manifest.files.end()) {
    return base::Fail(ErrorCode::kDamaged, "The files are not in order, each once", "/files");
  }
  return manifest;
}

std::string ManifestText(const BackupManifest& manifest) {
  Json::Members logs;
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    const BackupLog& log = manifest.logs[static_cast<std::size_t>(name)];
    logs.emplace_back(NameOf(name), Json::Object({{"size", log.size}, {"root", log.root.Hex()}}));
  }
  Json::Items files;
  for (const BackupFile& each : manifest.files) {
    files.push_back(Json::Object(
        {{"name", each.name}, {"bytes", each.digest.bytes}, {"sha256", each.digest.sha256.Hex()}}));
  }
  return base::WritePrettyJson(Json::Object({{"format", kFormat},
                                             {"origin", manifest.origin},
                                             {"made", manifest.made.Text()},
                                             {"logs", Json::Object(std::move(logs))},
                                             {"files", Json::Array(std::move(files))}})) +
         "\n";
}

// As sha256sum writes it, so that anybody can check it by hand.
std::string DigestLine(std::string_view text) {
  return base::Format("{}  {}\n", base::Sha256(text).Hex(), kManifestName);
}

}  // namespace

std::uint64_t BackupManifest::Bytes() const {
  std::uint64_t bytes = 0;
  for (const BackupFile& each : files) bytes += each.digest.bytes;
  return bytes;
}

base::Result<void> WriteManifest(base::Files& files, const std::string& backup,
                                 const BackupManifest& manifest) {
  const std::string text = ManifestText(manifest);
  TRY(base::ReplaceFile(files, base::JoinPath(backup, kManifestName), text));
  return base::ReplaceFile(files, base::JoinPath(backup, kManifestDigestName), DigestLine(text));
}

base::Result<BackupManifest> ReadManifest(base::Files& files, const std::string& backup) {
  const std::string path = base::JoinPath(backup, kManifestName);
  const std::string digest_path = base::JoinPath(backup, kManifestDigestName);
  std::string_view folder = backup;
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  for (const std::string& each : {path, digest_path}) {
    if (!folder.ends_with(kUnfinished) && TRY(files.Status(each))) continue;
    return base::Fail(ErrorCode::kNotFound, "There is no whole backup in this folder", each,
                      "Name a folder that `tabularium backup` has finished; what ends in "
                      ".unfinished is none.");
  }
  const std::string text = TRY(base::ReadWholeFile(files, path, kManifestJson.max_bytes));
  const std::string line = TRY(base::ReadWholeFile(files, digest_path, kMaxPathBytes));
  if (line != DigestLine(text)) {
    return base::Fail(ErrorCode::kDamaged, "The manifest is not what was written", path,
                      "Use another copy of the backup.");
  }
  auto manifest = ParseManifest(text);
  if (manifest) return manifest;
  base::Error error = manifest.error();
  if (error.code != ErrorCode::kNewerFormat) error.code = ErrorCode::kDamaged;
  error.where = base::Format("{}: {}", path, error.where);
  return base::Fail(std::move(error));
}

}  // namespace cli
