#include "exchange/extract_folder.h"

#include <utility>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/json_reader.h"
#include "catalogue/delta_log.h"
#include "catalogue/schema.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kFolderNameBytes = 16;
constexpr std::size_t kMaxRecordBytes = 4'096;
constexpr std::size_t kMaxTextBytes = 200;
constexpr std::size_t kTableIdDigits = 32;
constexpr std::int64_t kMaxCount = (1LL << 53U) - 1;
constexpr int kTreeLevels = 2;  // a folder of an extract and its Delta log
constexpr std::string_view kRecordName = "extract.json";
constexpr std::string_view kFormat = "tabularium-extract-1";

base::Result<void> SyncAndDigest(base::File& file, ExtractRecord& record) {
  base::Sha256Stream stream;
  std::string piece(kPieceBytes, '\0');
  record.bytes = 0;
  for (;;) {
    const std::size_t read = TRY(file.ReadAt(record.bytes, piece));
    if (read == 0) break;
    stream.Add(std::string_view(piece).substr(0, read));
    record.bytes += read;
  }
  record.sha256 = stream.Finish();
  return file.Sync();
}

base::Result<std::string> RecordText(const ExtractRecord& record) {
  return base::WriteCanonicalJson(Json::Object({{"agreement", record.agreement},
                                                {"bytes", record.bytes},
                                                {"format", kFormat},
                                                {"key", record.key.Hex()},
                                                {"made", record.made.Text()},
                                                {"rows", record.rows},
                                                {"sha256", record.sha256.Hex()},
                                                {"version", record.version}}));
}

base::Result<base::Digest> ReadDigest(base::JsonReader& reader, std::string_view name) {
  const std::string text = TRY(reader.Text(name, {.max = kMaxTextBytes}));
  const auto bytes = base::HexDecode(text);
  const auto digest = bytes ? base::Digest::FromBytes(*bytes) : std::nullopt;
  if (!digest) return Fail(ErrorCode::kDamaged, "A digest has another form", std::string(name));
  return *digest;
}

base::Result<std::uint64_t> ReadCount(base::JsonReader& reader, std::string_view name) {
  return static_cast<std::uint64_t>(TRY(reader.Integer(name, 0, kMaxCount)));
}

base::Result<ExtractRecord> ParseRecord(std::string_view text) {
  const Json json = TRY(base::ParseCanonicalJson(text, base::kRequestJson));
  base::JsonReader reader(json, "record");
  if (TRY(reader.Text("format", {.max = kMaxTextBytes})) != kFormat) {
    return Fail(ErrorCode::kNewerFormat, "The record of an extract has another format");
  }
  ExtractRecord record;
  record.key = TRY(ReadDigest(reader, "key"));
  record.agreement = TRY(reader.Text("agreement", {.min = 1, .max = kMaxTextBytes}));
  record.version = TRY(ReadCount(reader, "version"));
  record.rows = TRY(ReadCount(reader, "rows"));
  const auto made = base::ParseInstant(TRY(reader.Text("made", {.max = kMaxTextBytes})));
  if (!made) return Fail(ErrorCode::kDamaged, "A time has another form", "made");
  record.made = *made;
  record.sha256 = TRY(ReadDigest(reader, "sha256"));
  record.bytes = TRY(ReadCount(reader, "bytes"));
  TRY(reader.Finish());
  return record;
}

}  // namespace

ExtractFolder::ExtractFolder(base::World& world, std::string_view home)
    : world_(world),
      extracts_(base::JoinPath(home, "extracts")),
      temporary_(base::JoinPath(home, "tmp/extracts")) {}

std::string ExtractFolder::FolderOf(const base::Digest& key) const {
  return base::JoinPath(extracts_, key.Hex());
}

std::string ExtractFolder::DataPath(const ExtractRecord& record) const {
  return base::JoinPath(FolderOf(record.key), catalogue::DataFileName(record.sha256));
}

// --- finding and removing ------------------------------------------------------------------------

base::Result<std::vector<ExtractRecord>> ExtractFolder::Open() {
  TRY(base::MakeFolders(files(), extracts_));
  TRY(base::MakeFolders(files(), temporary_));
  for (const std::string& name : TRY(files().List(temporary_))) {
    TRY(RemoveTree(base::JoinPath(temporary_, name), kTreeLevels));
  }
  const auto names = TRY(files().List(extracts_));
  if (names.size() > kMaxExtractsOnDisk) {
    return Fail(ErrorCode::kTooLarge, "There are more extracts than there can be", "extracts",
                "Stop the server and remove the folder; extracts are made again on demand.");
  }
  std::vector<ExtractRecord> records;
  for (const std::string& name : names) {
    auto record = ReadRecord(name);
    if (record) {
      records.push_back(*std::move(record));
    } else {
      TRY(RemoveTree(base::JoinPath(extracts_, name), kTreeLevels));
    }
  }
  TRY(files().SyncFolder(extracts_));
  return records;
}

// Of a folder that is whole; an Error of whatever kind for any other.
base::Result<ExtractRecord> ExtractFolder::ReadRecord(const std::string& name) {
  const std::string folder = base::JoinPath(extracts_, name);
  const std::string text =
      TRY(base::ReadWholeFile(files(), base::JoinPath(folder, kRecordName), kMaxRecordBytes));
  ExtractRecord record = TRY(ParseRecord(text));
  const auto status = TRY(files().Status(DataPath(record)));
  if (record.key.Hex() != name || !status || status->size != record.bytes) {
    return Fail(ErrorCode::kDamaged, "An extract is not what its record says");
  }
  return record;
}

// Ends: each level down is one less.
base::Result<void> ExtractFolder::RemoveTree(const std::string& folder, int levels) {
  const auto status = TRY(files().Status(folder));
  if (!status) return {};
  if (status->is_folder && levels > 0) {
    for (const std::string& name : TRY(files().List(folder))) {
      TRY(RemoveTree(base::JoinPath(folder, name), levels - 1));
    }
  }
  return files().Remove(folder);
}

base::Result<void> ExtractFolder::Remove(const base::Digest& key) {
  const std::string folder = FolderOf(key);
  const auto status = TRY(files().Status(folder));
  if (!status) return {};
  for (const std::string& name : TRY(files().List(folder))) {
    if (name.ends_with(".parquet")) TRY(files().Remove(base::JoinPath(folder, name)));
  }
  TRY(files().SyncFolder(folder));
  // Milestone: the rows are gone, whatever else is left.
  TRY(RemoveTree(folder, kTreeLevels));
  return files().SyncFolder(extracts_);
}

base::Result<std::string> ExtractFolder::MakeTemporaryFolder() {
  std::string folder =
      base::JoinPath(temporary_, base::HexEncode(world_.randomness().Bytes(kFolderNameBytes)));
  TRY(files().MakeFolder(folder));
  return folder;
}

base::Result<void> ExtractFolder::RemoveTemporaryFolder(const std::string& folder) {
  return RemoveTree(folder, kTreeLevels);
}

// --- putting in place ----------------------------------------------------------------------------

base::Result<void> ExtractFolder::WriteDelta(const ExtractRecord& record,
                                             const std::vector<agreements::OutputColumn>& columns) {
  catalogue::Schema schema;
  for (const agreements::OutputColumn& column : columns) {
    catalogue::SchemaColumn added;
    added.name = column.name;
    added.type = column.type;
    schema.columns.push_back(std::move(added));
  }
  const catalogue::DeltaTable table{.id = record.key.Hex().substr(0, kTableIdDigits),
                                    .name = record.agreement,
                                    .created = record.made};
  const catalogue::DeltaVersion version{.number = 1,
                                        .data_digest = record.sha256,
                                        .bytes = record.bytes,
                                        .rows = record.rows,
                                        .published = record.made,
                                        .schema = std::move(schema)};
  const std::string folder = base::JoinPath(FolderOf(record.key), catalogue::kDeltaFolder);
  TRY(base::MakeFolders(files(), folder));
  TRY(base::ReplaceFile(files(), base::JoinPath(folder, catalogue::DeltaFileName(0)),
                        catalogue::DeltaTableText(table, version)));
  return base::ReplaceFile(files(), base::JoinPath(folder, catalogue::DeltaFileName(1)),
                           catalogue::DeltaVersionText(table, nullptr, version));
}

base::Result<ExtractRecord> ExtractFolder::Place(
    ExtractRecord record, const std::string& file,
    const std::vector<agreements::OutputColumn>& columns) {
  const auto opened = TRY(files().Open(file, base::OpenMode::kReadWrite));
  TRY(SyncAndDigest(*opened, record));
  const auto place = [&]() -> base::Result<void> {
    TRY(base::MakeFolders(files(), FolderOf(record.key)));
    TRY(files().Rename(file, DataPath(record)));
    TRY(files().SyncFolder(FolderOf(record.key)));
    TRY(WriteDelta(record, columns));
    return base::ReplaceFile(files(), base::JoinPath(FolderOf(record.key), kRecordName),
                             TRY(RecordText(record)));
  };
  if (auto placed = place(); !placed) {
    static_cast<void>(Remove(record.key));
    return Fail(std::move(placed).error());
  }
  // Milestone: the extract counts.
  return record;
}

}  // namespace exchange
