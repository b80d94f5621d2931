#include "ledger/receipt.h"

#include <array>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr std::string_view kReceiptFormat = "tabularium-receipt-1";
constexpr std::string_view kTlogProofMark = "c2sp.org/tlog-proof@v1\n";
constexpr base::JsonLimits kReceiptJson{
    .max_bytes = kMaxReceiptBytes, .max_depth = 8, .max_values = 4'096};
constexpr base::JsonLimits kLeafJson{
    .max_bytes = kMaxLeafBytes, .max_depth = 32, .max_values = 10'000};
constexpr std::size_t kHashTextLength = 44;  // 32 bytes in base64

std::unexpected<base::Error> BadReceipt(std::string what, std::string where) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), std::move(where),
                    "Get the receipt again from its source.");
}

std::optional<Hash> HashOfText(std::string_view text) {
  const auto bytes = base::Base64Decode(text);
  return bytes ? Hash::FromBytes(*bytes) : std::nullopt;
}

base::Result<Log::ProvedLeaf> ReadEntry(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  Log::ProvedLeaf entry;
  entry.index = static_cast<std::uint64_t>(
      TRY(reader.Integer("index", 0, static_cast<std::int64_t>(kMaxTreeSize))));
  entry.leaf = TRY(reader.Text("leaf", {.min = 1, .max = kMaxLeafBytes}));
  for (const base::JsonItem& hash : TRY(reader.Array("proof", {.max = kMaxProofHashes}))) {
    const auto bytes = HashOfText(TRY(hash.Text({.min = kHashTextLength, .max = kHashTextLength})));
    if (!bytes) return BadReceipt("A hash of a proof is not base64", hash.pointer());
    entry.proof.push_back(*bytes);
  }
  TRY(reader.Finish());
  return entry;
}

// The member `kind` of a leaf that is a JSON object; empty for any other leaf.
std::string KindOf(const base::Json& leaf) {
  const base::Json* kind = leaf.Find("kind");
  return kind != nullptr && kind->kind() == base::Json::Kind::kString ? kind->AsString() : "";
}

// Each leaf is a JSON object, and an `access.closed` names the `access.opened` that stands just
// before it.
base::Result<void> CheckLeaves(const Receipt& receipt) {
  std::optional<std::uint64_t> opened;
  for (std::size_t i = 0; i < receipt.leaves.size(); ++i) {
    const Log::ProvedLeaf& each = receipt.leaves[i];
    const std::string where = base::Format("/entries/{}", i);
    const auto json = base::ParseJson(each.leaf, kLeafJson);
    if (!json || json->kind() != base::Json::Kind::kObject) {
      return base::Fail(ErrorCode::kUntrue, "A leaf is not a JSON object", where);
    }
    const std::string kind = KindOf(*json);
    const base::Json* named = json->Find("opened");
    const bool fits = named != nullptr && named->kind() == base::Json::Kind::kInteger && opened &&
                      static_cast<std::uint64_t>(named->AsInteger()) == *opened;
    if (kind == "access.closed" && !fits) {
      return base::Fail(ErrorCode::kUntrue,
                        "The closing entry does not belong to the one before it", where);
    }
    opened = kind == "access.opened" ? std::optional(each.index) : std::nullopt;
  }
  return {};
}

}  // namespace

std::string WriteReceipt(const Receipt& receipt) {
  base::Json::Items entries;
  for (const Log::ProvedLeaf& each : receipt.leaves) {
    base::Json::Items proof;
    for (const Hash& hash : each.proof) proof.emplace_back(base::Base64Encode(hash.view()));
    entries.push_back(base::Json::Object({{"index", each.index},
                                          {"leaf", each.leaf},
                                          {"proof", base::Json::Array(std::move(proof))}}));
  }
  return base::WritePrettyJson(
             base::Json::Object({{"format", kReceiptFormat},
                                 {"entries", base::Json::Array(std::move(entries))},
                                 {"checkpoint", receipt.checkpoint}})) +
         "\n";
}

base::Result<Receipt> ParseReceipt(std::string_view text) {
  const base::Json json = TRY(base::ParseJson(text, kReceiptJson));
  base::JsonReader reader(json, "receipt");
  TRY(reader.OneOf("format", std::array{kReceiptFormat}));
  Receipt receipt;
  const auto entries = TRY(reader.Array("entries", {.min = 1, .max = kMaxReceiptEntries}));
  for (const base::JsonItem& item : entries) receipt.leaves.push_back(TRY(ReadEntry(item)));
  receipt.checkpoint = TRY(reader.Text("checkpoint", {.min = 1, .max = kMaxNoteBytes}));
  TRY(reader.Finish());
  return receipt;
}

std::string WriteTlogProof(const TlogProof& proof) {
  std::string text(kTlogProofMark);
  text += base::Format("index {}\n", proof.index);
  for (const Hash& hash : proof.proof) text += base::Base64Encode(hash.view()) + "\n";
  return text + "\n" + proof.checkpoint;
}

bool LooksLikeTlogProof(std::string_view text) { return text.starts_with(kTlogProofMark); }

base::Result<TlogProof> ParseTlogProof(std::string_view text) {
  if (text.size() > kMaxReceiptBytes) {
    return base::Fail(ErrorCode::kTooLarge, "A proof is larger than 256 KiB", "proof");
  }
  const std::size_t gap = text.find("\n\n");
  if (!LooksLikeTlogProof(text) || gap == std::string_view::npos) {
    return BadReceipt("A tlog-proof has another form", "proof");
  }
  TlogProof proof;
  proof.checkpoint = std::string(text.substr(gap + 2));
  const auto lines = base::Split(text.substr(0, gap), '\n', kMaxProofHashes + 4);
  std::size_t next = 1;
  if (lines.size() > next && lines[next].starts_with("extra ")) {
    if (!base::Base64Decode(lines[next].substr(6)))
      return BadReceipt("Extra is no base64", "line 2");
    ++next;
  }
  if (lines.size() <= next || !lines[next].starts_with("index ")) {
    return BadReceipt("A tlog-proof has no index", base::Format("line {}", next + 1));
  }
  const auto index = base::ParseDecimal(lines[next].substr(6));
  if (!index || *index > kMaxTreeSize) {
    return BadReceipt("The index is no number below 2^53", base::Format("line {}", next + 1));
  }
  proof.index = *index;
  for (std::size_t i = next + 1; i < lines.size(); ++i) {
    const auto hash = HashOfText(lines[i]);
    if (!hash) return BadReceipt("A hash is not base64", base::Format("line {}", i + 1));
    proof.proof.push_back(*hash);
  }
  if (proof.proof.size() > kMaxProofHashes) return BadReceipt("More than 63 hashes", "proof");
  return proof;
}

base::Result<Checkpoint> VerifyReceipt(const Receipt& receipt, const KeyList& keys) {
  Checkpoint checkpoint = TRY(OpenCheckpoint(receipt.checkpoint, keys));
  for (std::size_t i = 0; i < receipt.leaves.size(); ++i) {
    const Log::ProvedLeaf& each = receipt.leaves[i];
    if (VerifyInclusion(each.index, checkpoint.size, LeafHash(each.leaf), each.proof,
                        checkpoint.root)) {
      continue;
    }
    return base::Fail(ErrorCode::kUntrue, "The proof does not lead to the checkpoint's root",
                      base::Format("/entries/{}", i));
  }
  TRY(CheckLeaves(receipt));
  return checkpoint;
}

}  // namespace ledger
