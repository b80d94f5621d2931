// No text may crash the readers of notes and of key lists. What opens must be what was signed, and
// what is read as a list must survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ledger/testing.h"

namespace {

constexpr std::string_view kOrigin = "data.example/register";

void Require(bool condition) {
  if (!condition) std::abort();
}

struct FixedKeys {
  base::SigningKey signing_key = ledger::TestKey('k');
  ledger::KeyList list{ledger::TestListedKey(kOrigin, 'k')};
};

const FixedKeys& Keys() {
  static const FixedKeys keys;
  return keys;
}

void TryNote(std::string_view note) {
  const auto opened = ledger::OpenCheckpoint(note, Keys().list);
  if (!opened) {
    Require(!opened.error().what.empty() && !opened.error().where.empty());
    return;
  }
  Require(opened->origin == kOrigin && opened->size <= ledger::kMaxTreeSize);
  Require(note.starts_with(ledger::CheckpointBody(*opened)));
}

// A text that is signed by a trusted key gets beyond the check of signatures.
void TrySigned(std::string_view body) {
  const ledger::VerifierKey& key = Keys().list[0].key;
  std::string note(body);
  note += "\n\xe2\x80\x94 " + key.name + " " +
          base::Base64Encode(key.Id() + Keys().signing_key.Sign(body)) + "\n";
  TryNote(note);
}

void TryKeyList(std::string_view text) {
  const auto keys = ledger::ParseKeyList(text);
  if (!keys) {
    Require(!keys.error().what.empty() && !keys.error().where.empty());
    return;
  }
  Require(!keys->empty() && keys->size() <= ledger::kMaxKeys);
  const std::string written = ledger::WriteKeyList(*keys);
  Require(ledger::WriteKeyList(ledger::ParseKeyList(written).value()) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  TryNote(text);
  TrySigned(text);
  TrySigned(std::string(kOrigin) + "\n" + std::string(text));
  TryKeyList(text);
  return 0;
}
