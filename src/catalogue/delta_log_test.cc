#include "catalogue/delta_log.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "catalogue/delta_testing.h"

namespace catalogue {
namespace {

using engine::ColumnKind;
using Fields = std::vector<std::pair<std::string, std::string>>;

const DeltaTable kTable{"00112233445566778899aabbccddeeff", "pay-001122", {1'700'000'000'123'456}};

SchemaColumn Column(const std::string& name, engine::ColumnType type) {
  SchemaColumn column;
  column.name = name;
  column.type = type;
  return column;
}

DeltaVersion VersionOf(std::uint64_t number, const std::string& data, Schema schema) {
  return {number,
          base::Sha256(data),
          10 * number,
          number,
          {kTable.created.microseconds + static_cast<std::int64_t>(number) * 1'000'000},
          std::move(schema)};
}

// The log of these versions, as files.
struct Written {
  explicit Written(const std::vector<DeltaVersion>& versions) : world(1) {
    REQUIRE(base::MakeFolders(world.files(), "t/_delta_log").has_value());
    Put(0, DeltaTableText(kTable, versions[0]));
    for (std::size_t i = 0; i < versions.size(); ++i) {
      Put(versions[i].number,
          DeltaVersionText(kTable, i == 0 ? nullptr : &versions[i - 1], versions[i]));
    }
  }
  void Put(std::uint64_t number, const std::string& text) {
    const std::string path = "t/_delta_log/" + DeltaFileName(number);
    REQUIRE(base::ReplaceFile(world.files(), path, text).has_value());
  }
  DeltaReader At(std::uint64_t version) { return {world.files(), "t", version}; }

  base::SimulatedWorld world;
};

}  // namespace

TEST_CASE("files of the log and of the data have the protocol's names") {
  REQUIRE(DeltaFileName(0) == "00000000000000000000.json");
  REQUIRE(DeltaFileName(12) == "00000000000000000012.json");
  REQUIRE(DataFileName(base::Sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.parquet");
}

TEST_CASE("version 0 is an empty table, and version N holds the file of version N alone") {
  const Schema one{{Column("id", {ColumnKind::kLong})}};
  const Schema two{{Column("id", {ColumnKind::kString}), Column("at", {ColumnKind::kTimestamp})}};
  Written log({VersionOf(1, "a", one), VersionOf(2, "b", one), VersionOf(3, "b", one),
               VersionOf(4, "c", two), VersionOf(5, "a", two)});
  REQUIRE(log.At(0).active.empty());
  REQUIRE(log.At(0).fields == Fields{{"id", "long"}});
  const std::vector<std::string> data = {"a", "b", "b", "c", "a"};
  for (std::uint64_t version = 1; version <= data.size(); ++version) {
    const DeltaReader table = log.At(version);
    REQUIRE(table.active.size() == 1);
    REQUIRE(table.active.begin()->first == DataFileName(base::Sha256(data[version - 1])));
    REQUIRE(table.table_id == "00112233-4455-6677-8899-aabbccddeeff");
  }
  REQUIRE(log.At(3).fields == Fields{{"id", "long"}});
  REQUIRE(log.At(4).fields == Fields{{"id", "string"}, {"at", "timestamp"}});
}

TEST_CASE("every type has Delta's own name, and names are quoted as JSON") {
  const Schema schema{{Column("a \"b\"\n", {ColumnKind::kBoolean}),
                       Column("l", {ColumnKind::kLong}), Column("d", {ColumnKind::kDouble}),
                       Column("m", {ColumnKind::kDecimal, 18, 2}),
                       Column("s", {ColumnKind::kString}), Column("y", {ColumnKind::kDate}),
                       Column("t", {ColumnKind::kTimestamp})}};
  Written log({VersionOf(1, "a", schema)});
  REQUIRE(log.At(1).fields == Fields{{"a \"b\"\n", "boolean"},
                                     {"l", "long"},
                                     {"d", "double"},
                                     {"m", "decimal(18,2)"},
                                     {"s", "string"},
                                     {"y", "date"},
                                     {"t", "timestamp"}});
}

TEST_CASE("the bytes of a version are these") {
  const Schema schema{{Column("id", {ColumnKind::kLong})}};
  const DeltaVersion first = VersionOf(1, "a", schema);
  REQUIRE(DeltaTableText(kTable, first) ==
          R"({"commitInfo":{"timestamp":1700000000123,"operation":"CREATE TABLE",)"
          R"("operationParameters":{"version":"0"},"engineInfo":"Tabularium"}})"
          "\n"
          R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
          "\n"
          R"({"metaData":{"id":"00112233-4455-6677-8899-aabbccddeeff","name":"pay-001122",)"
          R"("format":{"provider":"parquet","options":{}},"schemaString":)"
          R"("{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"long\",)"
          R"(\"nullable\":true,\"metadata\":{}}]}","partitionColumns":[],)"
          R"("configuration":{},"createdTime":1700000000123}})"
          "\n");
  REQUIRE(DeltaVersionText(kTable, &first, VersionOf(2, "b", schema)) ==
          R"({"commitInfo":{"timestamp":1700000002123,"operation":"WRITE",)"
          R"("operationParameters":{"version":"2"},"engineInfo":"Tabularium"}})"
          "\n"
          R"({"remove":{"path":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb)"
          R"(.parquet","deletionTimestamp":1700000002123,"dataChange":true,)"
          R"("extendedFileMetadata":true,"partitionValues":{},"size":10}})"
          "\n"
          R"({"add":{"path":"3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d)"
          R"(.parquet","partitionValues":{},"size":20,"modificationTime":1700000002123,)"
          R"("dataChange":true,"stats":"{\"numRecords\":2}"}})"
          "\n");
}

}  // namespace catalogue
