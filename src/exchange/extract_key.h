// The key of an extract: the digest of all that shapes its rows (docs/formats/extract.md).
//
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/crypto.h"

namespace exchange {

inline constexpr int kExtractFormat = 1;

// A version of a dataset, by what it is made of.
struct VersionDigests {
  base::Digest data;
  base::Digest schema;
};

struct ExtractKeyParts {
  std::string agreement;  // its number
  base::Digest policy;
  std::uint64_t token_key_version = 1;
  VersionDigests dataset;
  std::optional<VersionDigests> list = {};
};

base::Digest ExtractKey(const ExtractKeyParts& parts);

}  // namespace exchange
