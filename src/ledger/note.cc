#include "ledger/note.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kMaxKeyTextLength = 512;
constexpr char kEd25519Type = 1;
constexpr std::string_view kSignatureMark = "\xe2\x80\x94 ";  // an em dash and a blank
constexpr std::string_view kKeyListFormat = "tabularium-keys-1";

std::unexpected<base::Error> BadNote(std::string what, std::string where) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), std::move(where),
                    "Get the checkpoint again from its source.");
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

// A name in a note: no blanks, no plus, no control characters, whatever its alphabet.
bool IsKeyName(std::string_view name) {
  if (name.empty()) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return c == '+' || (static_cast<unsigned char>(c) <= ' ') || c == '\x7f';
  });
}

struct Signature {
  std::string name;
  std::string id;
  std::string bytes;
};

struct Note {
  std::string_view body;  // with its last newline
  std::vector<Signature> signatures;
};

base::Result<Signature> ParseSignature(std::string_view line, std::size_t number) {
  const std::string where = base::Format("signature line {}", number);
  if (!line.starts_with(kSignatureMark)) return BadNote("A signature line has another form", where);
  line.remove_prefix(kSignatureMark.size());
  const auto pieces = base::Split(line, ' ', 3);
  if (pieces.size() != 2 || !IsKeyName(pieces[0])) {
    return BadNote("A signature line has another form", where);
  }
  const auto bytes = base::Base64Decode(pieces[1]);
  if (!bytes || bytes->size() <= kKeyIdBytes) return BadNote("A signature is not base64", where);
  return Signature{std::string(pieces[0]), bytes->substr(0, kKeyIdBytes),
                   bytes->substr(kKeyIdBytes)};
}

base::Result<Note> ParseNote(std::string_view text) {
  if (text.size() > kMaxNoteBytes) {
    return base::Fail(ErrorCode::kTooLarge, "A checkpoint is larger than 64 KiB", "checkpoint");
  }
  const std::size_t gap = text.rfind("\n\n");
  if (gap == std::string_view::npos || !text.ends_with('\n')) {
    return BadNote("A checkpoint has no empty line before its signatures", "checkpoint");
  }
  if (std::ranges::any_of(text, [](char c) { return IsControl(c) && c != '\n'; })) {
    return BadNote("A checkpoint holds control characters", "checkpoint");
  }
  Note note;
  note.body = text.substr(0, gap + 1);
  const std::string_view rest = text.substr(gap + 2);
  if (rest.empty()) return BadNote("A checkpoint is not signed", "checkpoint");
  const auto lines = base::Split(rest.substr(0, rest.size() - 1), '\n', kMaxNoteSignatures + 1);
  if (lines.size() > kMaxNoteSignatures) {
    return BadNote("A checkpoint has more than 64 signatures", "checkpoint");
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    note.signatures.push_back(TRY(ParseSignature(lines[i], i + 1)));
  }
  return note;
}

base::Result<Checkpoint> ParseBody(std::string_view body) {
  // Extension lines, if any, stay in the last piece.
  const auto lines = base::Split(body, '\n', 4);
  if (lines.size() != 4) return BadNote("A checkpoint has fewer than three lines", "checkpoint");
  Checkpoint checkpoint;
  checkpoint.origin = std::string(lines[0]);
  if (!IsKeyName(lines[0])) return BadNote("The origin is no log's name", "line 1");
  const auto size = base::ParseDecimal(lines[1]);
  if (!size || *size > kMaxTreeSize) return BadNote("The size is no number below 2^53", "line 2");
  checkpoint.size = *size;
  const auto root = base::Base64Decode(lines[2]);
  const auto hash = root ? Hash::FromBytes(*root) : std::nullopt;
  if (!hash) return BadNote("The root is not a hash in base64", "line 3");
  checkpoint.root = *hash;
  if (!lines[3].empty() && (!lines[3].ends_with('\n') || lines[3].starts_with('\n') ||
                            lines[3].find("\n\n") != std::string_view::npos)) {
    return BadNote("An extension line is empty", "line 4");
  }
  return checkpoint;
}

base::Result<ListedKey> ReadListedKey(const base::JsonItem& item) {
  constexpr auto kLimit = static_cast<std::int64_t>(kMaxTreeSize);
  base::JsonReader reader = TRY(item.Object());
  ListedKey listed;
  auto key = VerifierKey::Parse(TRY(reader.Text("vkey", {.min = 1, .max = kMaxKeyTextLength})));
  if (!key) {
    return base::Fail(ErrorCode::kInvalid, key.error().what, item.pointer(), key.error().remedy);
  }
  listed.key = std::move(*key);
  listed.first_size = static_cast<std::uint64_t>(TRY(reader.Integer("first_size", 0, kLimit)));
  // Written in every case, so that a list cannot lose the end of a key's time unnoticed.
  const base::JsonItem last = TRY(reader.Field("last_size"));
  if (last.json().kind() != base::Json::Kind::kNull) {
    listed.last_size = static_cast<std::uint64_t>(TRY(last.Integer(0, kLimit)));
  }
  TRY(reader.Finish());
  return listed;
}

base::Result<KeyList> ParseJsonKeyList(std::string_view text) {
  const base::Json json = TRY(base::ParseJson(text, base::kRequestJson));
  base::JsonReader reader(json, "list of keys");
  TRY(reader.OneOf("format", std::array{kKeyListFormat}));
  KeyList keys;
  for (const base::JsonItem& item : TRY(reader.Array("keys", {.min = 1, .max = kMaxKeys}))) {
    keys.push_back(TRY(ReadListedKey(item)));
  }
  TRY(reader.Finish());
  return keys;
}

base::Result<KeyList> ParseTextKeyList(std::string_view text) {
  KeyList keys;
  std::size_t number = 0;
  for (std::string_view line : base::Split(text, '\n', kMaxKeys * 2)) {
    ++number;
    while (!line.empty() && IsBlank(line.back())) line.remove_suffix(1);
    while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
    if (line.empty() || line.starts_with('#')) continue;
    auto key = VerifierKey::Parse(line);
    if (!key) {
      return base::Fail(ErrorCode::kInvalid, key.error().what, base::Format("line {}", number),
                        key.error().remedy);
    }
    keys.push_back(ListedKey{std::move(*key), 0, std::nullopt});
  }
  if (keys.empty() || keys.size() > kMaxKeys) {
    return base::Fail(ErrorCode::kInvalid, "A list of keys holds none, or more than 1,000", "keys");
  }
  return keys;
}

// Two entries for one key could say different things of it.
base::Result<void> RefuseDoubles(const KeyList& keys) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const ListedKey& listed : keys) {
    if (seen.insert({listed.key.name, listed.key.Id()}).second) continue;
    return base::Fail(ErrorCode::kInvalid, "A key is listed twice",
                      base::Format("key {}", base::HexEncode(listed.key.Id())),
                      "Remove one of the two.");
  }
  return {};
}

}  // namespace

bool IsOrigin(std::string_view name) {
  if (name.empty() || name.size() > kMaxOriginBytes) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/';
  });
}

std::string VerifierKey::Id() const {
  const std::string type_and_key = kEd25519Type + public_key;
  return std::string(base::Sha256(name, "\n", type_and_key).view().substr(0, kKeyIdBytes));
}

std::string VerifierKey::Text() const {
  return base::Format("{}+{}+{}", name, base::HexEncode(Id()),
                      base::Base64Encode(kEd25519Type + public_key));
}

base::Result<VerifierKey> VerifierKey::Parse(std::string_view text) {
  const auto bad = [](std::string what) {
    return base::Fail(ErrorCode::kInvalid, std::move(what), "key",
                      "A key is written <name>+<id in hex>+<base64>; copy it whole.");
  };
  const auto pieces = base::Split(text, '+', 3);
  if (pieces.size() != 3 || !IsKeyName(pieces[0])) return bad("A key has another form");
  const auto bytes = base::Base64Decode(pieces[2]);
  if (!bytes || bytes->size() != 1 + base::kEd25519PublicKeyBytes || (*bytes)[0] != kEd25519Type) {
    return bad("A key is not an Ed25519 key in base64");
  }
  VerifierKey key{std::string(pieces[0]), bytes->substr(1)};
  if (base::HexEncode(key.Id()) != pieces[1]) return bad("A key does not have the id it names");
  return key;
}

base::Result<KeyList> ParseKeyList(std::string_view text) {
  if (text.size() > kMaxKeyListBytes) {
    return base::Fail(ErrorCode::kTooLarge, "A list of keys is larger than 1 MiB", "keys");
  }
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    KeyList keys = TRY(ParseJsonKeyList(text));
    TRY(RefuseDoubles(keys));
    return keys;
  }
  KeyList keys = TRY(ParseTextKeyList(text));
  TRY(RefuseDoubles(keys));
  return keys;
}

std::string WriteKeyList(const KeyList& keys) {
  base::Json::Items items;
  for (const ListedKey& listed : keys) {
    items.push_back(base::Json::Object(
        {{"vkey", listed.key.Text()},
         {"first_size", listed.first_size},
         {"last_size", listed.last_size ? base::Json(*listed.last_size) : base::Json()}}));
  }
  return base::WritePrettyJson(base::Json::Object(
             {{"format", kKeyListFormat}, {"keys", base::Json::Array(std::move(items))}})) +
         "\n";
}

std::string CheckpointBody(const Checkpoint& checkpoint) {
  return base::Format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size,
                      base::Base64Encode(checkpoint.root.view()));
}

std::string SignCheckpoint(const Checkpoint& checkpoint, const base::SigningKey& key) {
  const std::string body = CheckpointBody(checkpoint);
  const VerifierKey verifier{checkpoint.origin, key.public_key()};
  return base::Format("{}\n{}{} {}\n", body, kSignatureMark, checkpoint.origin,
                      base::Base64Encode(verifier.Id() + key.Sign(body)));
}

std::optional<std::uint64_t> StatedSize(std::string_view note) {
  const auto lines = base::Split(note, '\n', 3);
  return lines.size() < 3 ? std::nullopt : base::ParseDecimal(lines[1]);
}

base::Result<Checkpoint> OpenCheckpoint(std::string_view text, const KeyList& keys) {
  const Note note = TRY(ParseNote(text));
  Checkpoint checkpoint = TRY(ParseBody(note.body));
  bool trusted = false;
  bool outside_validity = false;
  for (const Signature& signature : note.signatures) {
    for (const ListedKey& listed : keys) {
      if (listed.key.name != signature.name || listed.key.Id() != signature.id) continue;
      if (!base::VerifyEd25519(listed.key.public_key, note.body, signature.bytes)) {
        return base::Fail(ErrorCode::kUntrue, "A signature of the checkpoint does not verify",
                          base::Format("key {}", base::HexEncode(signature.id)));
      }
      if (listed.key.name != checkpoint.origin) continue;
      (listed.MaySign(checkpoint.size) ? trusted : outside_validity) = true;
    }
  }
  if (trusted) return checkpoint;
  return base::Fail(ErrorCode::kUntrue,
                    outside_validity
                        ? "The checkpoint is signed by a key that was not in use at its size"
                        : "The checkpoint is not signed by a listed key of its log",
                    "checkpoint");
}

}  // namespace ledger
