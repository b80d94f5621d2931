// Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint) and the keys that sign them.
//
// A checkpoint says: the log of this name had this many leaves and this root. See
// docs/formats/log.md. Everything here is a value or a pure function of bytes; texts come from
// strangers and are limited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "ledger/merkle.h"

namespace ledger {

inline constexpr std::size_t kMaxNoteBytes = 64U << 10U;
inline constexpr std::size_t kMaxNoteSignatures = 64;
inline constexpr std::size_t kMaxKeys = 1'000;
inline constexpr std::size_t kMaxOriginBytes = 128;
inline constexpr std::size_t kMaxKeyListBytes = 1U << 20U;

// Whether a name can be a log's origin: 1 to 128 bytes of a-z 0-9 . - /
bool IsOrigin(std::string_view name);

// A public Ed25519 key with its name: "<name>+<id in hex>+<base64 of 0x01 and the key>".
struct VerifierKey {
  std::string name;
  std::string public_key;  // 32 bytes

  // The first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
  [[nodiscard]] std::string Id() const;
  [[nodiscard]] std::string Text() const;
  // kInvalid for another form, another algorithm or an id that does not fit.
  static base::Result<VerifierKey> Parse(std::string_view text);
};

// A key and the tree sizes that it may sign.
struct ListedKey {
  VerifierKey key;
  std::uint64_t first_size = 0;
  std::optional<std::uint64_t> last_size;  // nothing: still in use

  [[nodiscard]] bool MaySign(std::uint64_t size) const {
    return size >= first_size && (!last_size || size <= *last_size);
  }
};
using KeyList = std::vector<ListedKey>;

// Reads keys.json, or a text file with one verifier key a line.
base::Result<KeyList> ParseKeyList(std::string_view text);
// Writes keys.json.
std::string WriteKeyList(const KeyList& keys);

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
};

// The three lines that are signed.
std::string CheckpointBody(const Checkpoint& checkpoint);
// A whole note with one signature.
std::string SignCheckpoint(const Checkpoint& checkpoint, const base::SigningKey& key);

// Reads a note and checks its signatures: kInvalid for another form, kUntrue when no listed key of
// the origin's name that may sign this size has signed it, or when a signature of a listed key does
// not verify.
base::Result<Checkpoint> OpenCheckpoint(std::string_view note, const KeyList& keys);
// The size that its second line states, believed as it stands: for what is shown or waited for.
// Nothing when there is none.
std::optional<std::uint64_t> StatedSize(std::string_view note);

}  // namespace ledger
