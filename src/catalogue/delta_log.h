// The Delta log of a dataset: one small JSON file for each version, made from the store alone.
//
// Delta Lake's transaction protocol (github.com/delta-io/delta, PROTOCOL.md), reader version 1,
// writer version 2: files 00000000000000000000.json and on, one action a line. Version 0 makes the
// empty table; version N holds exactly the file of our version N. The same store gives the same
// bytes at any time, so a lost file can be written again.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/time.h"
#include "catalogue/schema.h"

namespace catalogue {

inline constexpr std::string_view kDeltaFolder = "_delta_log";

struct DeltaVersion {
  std::uint64_t number = 0;  // from 1
  base::Digest data_digest;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  base::Instant published;
  Schema schema;
};

// The table's identity: `id` is 32 hex digits.
struct DeltaTable {
  std::string id;
  std::string name;
  base::Instant created;  // of the table: when version 1 was published
};

// "00000000000000000012.json"
std::string DeltaFileName(std::uint64_t number);
// "<64 hex digits>.parquet"
std::string DataFileName(const base::Digest& data_digest);

// The schema as Delta's schemaString: a struct whose fields may all be null.
std::string DeltaSchemaText(const Schema& schema);

// File 0: the protocol and the empty table with the schema of version 1.
std::string DeltaTableText(const DeltaTable& table, const DeltaVersion& first);
// File N. `before` is version N - 1, or null for version 1.
std::string DeltaVersionText(const DeltaTable& table, const DeltaVersion* before,
                             const DeltaVersion& version);

}  // namespace catalogue
