// A little reader of Delta tables for tests, written from the protocol alone: it includes nothing
// of what writes them, and refuses whatever the protocol does not allow.
//
// Header only; whoever includes it includes doctest first. A failure ends the test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/world.h"

namespace catalogue {

class DeltaReader {
 public:
  // Replays versions 0 to `last` of the table in `folder`.
  DeltaReader(base::Files& files, const std::string& folder, std::uint64_t last) {
    for (std::uint64_t version = 0; version <= last; ++version) {
      std::string digits = std::to_string(version);
      const std::string name = std::string(20 - digits.size(), '0') + digits + ".json";
      Replay(base::ReadWholeFile(files, folder + "/_delta_log/" + name, 1U << 24U).value());
    }
    REQUIRE(has_protocol_);
    REQUIRE(!schema_text.empty());
  }

  std::map<std::string, std::int64_t> active;  // paths and sizes
  std::string schema_text;
  std::string table_id;
  std::vector<std::pair<std::string, std::string>> fields;  // names and types

 private:
  static const base::Json& In(const base::Json& json, const char* name) {
    const base::Json* member = json.Find(name);
    REQUIRE(member != nullptr);
    return *member;
  }

  void Replay(const std::string& text) {
    REQUIRE(text.ends_with('\n'));
    std::map<std::string, int> touched;  // a path may occur once in a version
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      const auto line =
          base::ParseJson(text.substr(begin, end - begin), base::kRequestJson).value();
      REQUIRE(line.AsObject().size() == 1);
      const auto& [action, body] = line.AsObject()[0];
      Apply(action, body);
      if (action == "add" || action == "remove") {
        REQUIRE(++touched[In(body, "path").AsString()] == 1);
      }
      begin = end + 1;
    }
  }

  void Apply(const std::string& action, const base::Json& body) {
    if (action == "protocol") {
      REQUIRE(In(body, "minReaderVersion").AsInteger() == 1);
      REQUIRE(In(body, "minWriterVersion").AsInteger() == 2);
      has_protocol_ = true;
    } else if (action == "metaData") {
      Describe(body);
    } else if (action == "add") {
      const std::string path = In(body, "path").AsString();
      REQUIRE(active.emplace(path, In(body, "size").AsInteger()).second);
      REQUIRE(In(body, "partitionValues").AsObject().empty());
      REQUIRE(In(body, "modificationTime").AsInteger() > 0);
      REQUIRE(In(body, "dataChange").AsBool());
      const auto stats = base::ParseJson(In(body, "stats").AsString(), base::kRequestJson).value();
      REQUIRE(In(stats, "numRecords").AsInteger() >= 0);
    } else if (action == "remove") {
      REQUIRE(active.erase(In(body, "path").AsString()) == 1);
      REQUIRE(In(body, "deletionTimestamp").AsInteger() > 0);
      REQUIRE(In(body, "dataChange").AsBool());
    } else {
      REQUIRE(action == "commitInfo");
    }
  }

  void Describe(const base::Json& body) {
    const std::string id = In(body, "id").AsString();
    REQUIRE(id.size() == 36);
    REQUIRE((table_id.empty() || table_id == id));
    table_id = id;
    REQUIRE(In(In(body, "format"), "provider").AsString() == "parquet");
    REQUIRE(In(In(body, "format"), "options").AsObject().empty());
    REQUIRE(In(body, "partitionColumns").AsArray().empty());
    REQUIRE(In(body, "configuration").AsObject().empty());
    schema_text = In(body, "schemaString").AsString();
    const auto schema = base::ParseJson(schema_text, base::kRequestJson).value();
    REQUIRE(In(schema, "type").AsString() == "struct");
    fields.clear();
    for (const base::Json& field : In(schema, "fields").AsArray()) {
      REQUIRE(In(field, "nullable").AsBool());
      REQUIRE(In(field, "metadata").AsObject().empty());
      fields.emplace_back(In(field, "name").AsString(), In(field, "type").AsString());
    }
  }

  bool has_protocol_ = false;
};

}  // namespace catalogue
