// The keys of tokens, as they stand in the store: wrapped by a key of the home.
//
// Whoever holds that key wraps and unwraps; agreements say only which key of which agreement it is,
// so that one cannot be put in another's place. docs/formats/agreement.md, "The key of the tokens".
//
// Thread safety: an implementation is used from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace storage {
class Store;
}  // namespace storage

namespace agreements {

inline constexpr std::uint64_t kFirstTokenKeyVersion = 1;

// One key of one agreement.
struct TokenKeyName {
  std::string_view agreement;  // its number
  std::uint64_t version = kFirstTokenKeyVersion;
};

class TokenKeyWrapping {
 public:
  virtual ~TokenKeyWrapping() = default;
  virtual std::string Wrap(const TokenKeyName& name, std::string_view key) = 0;
  // kDamaged when it was not wrapped for this name, or under another key of a home.
  virtual base::Result<std::string> Unwrap(const TokenKeyName& name, std::string_view wrapped) = 0;
};

// Whether the store holds keys that only their wrapping opens.
base::Result<bool> HasWrappedTokenKeys(storage::Store& store);
// Whether it holds keys of before there was a wrapping.
base::Result<bool> HasBareTokenKeys(storage::Store& store);
// Wraps the bare ones, all or none, and then tries every key, so that a wrong wrapping is known at
// once. Returns how many were wrapped. kDamaged where a key does not open.
base::Result<std::size_t> ReadyTokenKeys(storage::Store& store, TokenKeyWrapping& wrapping);

}  // namespace agreements
