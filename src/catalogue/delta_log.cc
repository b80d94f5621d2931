#include "catalogue/delta_log.h"

#include "base/check.h"
#include "base/format.h"
#include "base/json.h"

namespace catalogue {
namespace {

using base::Format;
using base::Json;

constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;
constexpr std::size_t kIdDigits = 32;

std::int64_t Milliseconds(base::Instant instant) {
  return instant.microseconds / kMicrosecondsPerMillisecond;
}

std::string Line(std::string_view action, Json json) {
  return base::WriteJson(Json::Object({{std::string(action), std::move(json)}})) + "\n";
}

// The five groups of a UUID's text (RFC 9562, section 4), which readers expect here.
std::string UuidText(std::string_view id) {
  CHECK(id.size() == kIdDigits);
  return Format("{}-{}-{}-{}-{}", id.substr(0, 8), id.substr(8, 4), id.substr(12, 4),
                id.substr(16, 4), id.substr(20));
}

// Delta has long, string and the others under the very names of our own table, and writes a
// decimal the same way.
std::string DeltaType(const engine::ColumnType& type) {
  if (type.kind == engine::ColumnKind::kDecimal) return engine::TypeText(type);
  return std::string(engine::TypeTable()[static_cast<std::size_t>(type.kind)].delta);
}

std::string MetaDataLine(const DeltaTable& table, const Schema& schema) {
  return Line("metaData", Json::Object({{"id", UuidText(table.id)},
                                        {"name", table.name},
                                        {"format", Json::Object({{"provider", "parquet"},
                                                                 {"options", Json::Object({})}})},
                                        {"schemaString", DeltaSchemaText(schema)},
                                        {"partitionColumns", Json::Array({})},
                                        {"configuration", Json::Object({})},
                                        {"createdTime", Milliseconds(table.created)}}));
}

std::string CommitLine(base::Instant time, std::string_view operation, std::uint64_t version) {
  return Line(
      "commitInfo",
      Json::Object({{"timestamp", Milliseconds(time)},
                    {"operation", operation},
                    {"operationParameters", Json::Object({{"version", Format("{}", version)}})},
                    {"engineInfo", "Tabularium"}}));
}

std::string AddLine(const DeltaVersion& version) {
  const std::string stats = base::WriteJson(Json::Object({{"numRecords", version.rows}}));
  return Line("add", Json::Object({{"path", DataFileName(version.data_digest)},
                                   {"partitionValues", Json::Object({})},
                                   {"size", version.bytes},
                                   {"modificationTime", Milliseconds(version.published)},
                                   {"dataChange", true},
                                   {"stats", stats}}));
}

std::string RemoveLine(const DeltaVersion& before, base::Instant time) {
  return Line("remove", Json::Object({{"path", DataFileName(before.data_digest)},
                                      {"deletionTimestamp", Milliseconds(time)},
                                      {"dataChange", true},
                                      {"extendedFileMetadata", true},
                                      {"partitionValues", Json::Object({})},
                                      {"size", before.bytes}}));
}

}  // namespace

std::string DeltaFileName(std::uint64_t number) { return Format("{:020}.json", number); }

std::string DataFileName(const base::Digest& data_digest) { return data_digest.Hex() + ".parquet"; }

std::string DeltaSchemaText(const Schema& schema) {
  Json::Items fields;
  for (const SchemaColumn& column : schema.columns) {
    fields.push_back(Json::Object({{"name", column.name},
                                   {"type", DeltaType(column.type)},
                                   {"nullable", true},
                                   {"metadata", Json::Object({})}}));
  }
  return base::WriteJson(
      Json::Object({{"type", "struct"}, {"fields", Json::Array(std::move(fields))}}));
}

std::string DeltaTableText(const DeltaTable& table, const DeltaVersion& first) {
  return CommitLine(table.created, "CREATE TABLE", 0) +
         Line("protocol", Json::Object({{"minReaderVersion", 1}, {"minWriterVersion", 2}})) +
         MetaDataLine(table, first.schema);
}

// A path may not be removed and added in one version. Where only the schema changed, the file
// stays and a new description of the table stands alone.
std::string DeltaVersionText(const DeltaTable& table, const DeltaVersion* before,
                             const DeltaVersion& version) {
  std::string text = CommitLine(version.published, "WRITE", version.number);
  const bool same_schema =
      before == nullptr || DeltaSchemaText(before->schema) == DeltaSchemaText(version.schema);
  if (!same_schema) text += MetaDataLine(table, version.schema);
  if (before != nullptr && before->data_digest == version.data_digest) return text;
  if (before != nullptr) text += RemoveLine(*before, version.published);
  return text + AddLine(version);
}

}  // namespace catalogue
