#include "ledger/note.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/outside_vectors.h"
#include "base/real_world.h"
#include "ledger/testing.h"
#include "ledger/tile.h"

namespace ledger {
namespace {

using base::ErrorCode;

const std::string kOrigin = "data.example/register";
const std::string kMark = "\xe2\x80\x94 ";

KeyList OurKeys() { return {TestListedKey(kOrigin, 'k')}; }

Checkpoint SmallCheckpoint() { return {kOrigin, 7, LeafHash("root")}; }

std::string SmallNote() { return SignCheckpoint(SmallCheckpoint(), TestKey('k')); }

// A signature line of any body by any key under any name.
std::string SignatureLine(const std::string& body, const std::string& name, char letter) {
  const auto key = TestKey(letter);
  const VerifierKey verifier{name, key.public_key()};
  return kMark + name + " " + base::Base64Encode(verifier.Id() + key.Sign(body)) + "\n";
}

// A note of any body, signed by our key.
std::string SignBody(const std::string& body) {
  return body + "\n" + SignatureLine(body, kOrigin, 'k');
}

ErrorCode Refusal(std::string_view note, const KeyList& keys = OurKeys()) {
  const auto opened = OpenCheckpoint(note, keys);
  REQUIRE_FALSE(opened.has_value());
  REQUIRE_FALSE(opened.error().where.empty());
  return opened.error().code;
}

const std::string kRootLine = base::Base64Encode(LeafHash("root").view()) + "\n";

}  // namespace

TEST_CASE("origins are short names of a small alphabet") {
  for (const char* name : {"a", "data.ambleford.example/register", "x-1/2.y"}) {
    REQUIRE(IsOrigin(name));
  }
  REQUIRE(IsOrigin(std::string(128, 'a')));
  REQUIRE_FALSE(IsOrigin(std::string(129, 'a')));
  for (const char* name : {"", "A", "a b", "a+b", "a\n", "\xc3\xa9", "a_b"}) {
    REQUIRE_FALSE(IsOrigin(name));
  }
}

TEST_CASE("a signed checkpoint opens as what was signed") {
  const std::string note = SmallNote();
  REQUIRE(note.starts_with(kOrigin + "\n7\n" + kRootLine + "\n" + kMark + kOrigin + " "));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, kMaxTreeSize}) {
    const Checkpoint checkpoint{kOrigin, size, LeafHash("root")};
    const auto opened = OpenCheckpoint(SignCheckpoint(checkpoint, TestKey('k')), OurKeys()).value();
    REQUIRE(opened.origin == kOrigin);
    REQUIRE(opened.size == size);
    REQUIRE(opened.root == checkpoint.root);
  }
}

TEST_CASE("every flipped bit of a note is refused") {
  const std::string note = SmallNote();
  for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string flipped = note;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    if (OpenCheckpoint(flipped, OurKeys())) FAIL("bit ", bit);
  }
}

TEST_CASE("every cut of a note is refused, and so is anything after it") {
  const std::string note = SmallNote();
  for (std::size_t cut = 0; cut < note.size(); ++cut) {
    if (OpenCheckpoint(note.substr(0, cut), OurKeys())) FAIL("cut ", cut);
  }
  for (const char* more : {"\n", "x", "x\n", " \n"}) {
    REQUIRE(Refusal(note + more) == ErrorCode::kInvalid);
  }
}

TEST_CASE("signatures of unknown keys are passed over, wherever they stand") {
  const std::string body = CheckpointBody(SmallCheckpoint());
  const std::string ours = SignatureLine(body, kOrigin, 'k');
  const std::string witness = SignatureLine(body, "witness.example/w1", 'w');
  const std::string later_key = SignatureLine(body, kOrigin, 'l');
  const std::string other_kind = kMark + "witness.example " + base::Base64Encode("12345") + "\n";
  REQUIRE(OpenCheckpoint(body + "\n" + witness + later_key + ours, OurKeys()).has_value());
  REQUIRE(OpenCheckpoint(body + "\n" + ours + other_kind + witness, OurKeys()).has_value());
  REQUIRE(OpenCheckpoint(body + "\n" + ours + ours, OurKeys()).has_value());
  REQUIRE(Refusal(body + "\n" + witness + later_key + other_kind) == ErrorCode::kUntrue);
}

TEST_CASE("a wrong signature of a known key refuses the note although another is good") {
  const std::string body = CheckpointBody(SmallCheckpoint());
  const std::string ours = SignatureLine(body, kOrigin, 'k');
  const std::string wrong = SignatureLine("another body", kOrigin, 'k');
  REQUIRE(Refusal(body + "\n" + ours + wrong) == ErrorCode::kUntrue);
  REQUIRE(Refusal(body + "\n" + wrong + ours) == ErrorCode::kUntrue);
  const std::string wrong_witness = SignatureLine("another body", "witness.example", 'w');
  REQUIRE(OpenCheckpoint(body + "\n" + ours + wrong_witness, OurKeys()).has_value());
  KeyList keys = OurKeys();
  keys.push_back(TestListedKey("witness.example", 'w'));
  REQUIRE(Refusal(body + "\n" + ours + wrong_witness, keys) == ErrorCode::kUntrue);
  const VerifierKey verifier{kOrigin, TestKey('k').public_key()};
  const std::string cut =
      kMark + kOrigin + " " + base::Base64Encode(verifier.Id() + "short") + "\n";
  REQUIRE(Refusal(body + "\n" + ours + cut) == ErrorCode::kUntrue);
}

TEST_CASE("a key signs the sizes that its list gives it, and no others") {
  KeyList keys = OurKeys();
  keys[0].first_size = 5;
  keys[0].last_size = 9;
  for (std::uint64_t size = 0; size < 15; ++size) {
    const std::string note = SignCheckpoint({kOrigin, size, LeafHash("root")}, TestKey('k'));
    REQUIRE(OpenCheckpoint(note, keys).has_value() == (size >= 5 && size <= 9));
    if (size < 5 || size > 9) REQUIRE(Refusal(note, keys) == ErrorCode::kUntrue);
  }
  // The next key takes over; a note with both signatures needs one that is in use.
  keys.push_back(TestListedKey(kOrigin, 'l'));
  keys[1].first_size = 10;
  const std::string body = CheckpointBody({kOrigin, 12, LeafHash("root")});
  const std::string both =
      body + "\n" + SignatureLine(body, kOrigin, 'k') + SignatureLine(body, kOrigin, 'l');
  REQUIRE(OpenCheckpoint(both, keys).has_value());
  keys.pop_back();
  REQUIRE(Refusal(both, keys) == ErrorCode::kUntrue);
}

TEST_CASE("the key of another origin does not vouch for a log") {
  const std::string body = CheckpointBody(SmallCheckpoint());
  const std::string other = "data.example/access";
  const KeyList keys{TestListedKey(other, 'k')};
  REQUIRE(Refusal(SmallNote(), keys) == ErrorCode::kUntrue);
  REQUIRE(Refusal(body + "\n" + SignatureLine(body, other, 'k'), keys) == ErrorCode::kUntrue);
  REQUIRE(Refusal(SmallNote(), {}) == ErrorCode::kUntrue);
  REQUIRE(Refusal(SmallNote(), {TestListedKey(kOrigin, 'x')}) == ErrorCode::kUntrue);
}

TEST_CASE("bodies of another form are refused, however well signed") {
  const std::string short_root = base::Base64Encode(std::string(31, 'x'));
  const std::string long_root = base::Base64Encode(std::string(33, 'x'));
  REQUIRE(OpenCheckpoint(SignBody(kOrigin + "\n7\n" + kRootLine), OurKeys()).has_value());
  for (const std::string size : {"", "07", "00", "-1", "+7", " 7", "7 ", "0x7", "7.0", "seven",
                                 "9007199254740993", "18446744073709551616"}) {
    CAPTURE(size);
    REQUIRE(Refusal(SignBody(kOrigin + "\n" + size + "\n" + kRootLine)) == ErrorCode::kInvalid);
  }
  const std::string root = kRootLine.substr(0, kRootLine.size() - 1);
  for (const std::string& line :
       {std::string("*"), short_root, long_root, root.substr(1), root + "=",
        root.substr(0, root.size() - 1), " " + root, root + "\r", std::string()}) {
    CAPTURE(line);
    REQUIRE(Refusal(SignBody(kOrigin + "\n7\n" + line + "\n")) == ErrorCode::kInvalid);
  }
  REQUIRE(Refusal(SignBody(kOrigin + "\n7\n")) == ErrorCode::kInvalid);
  REQUIRE(Refusal(SignBody("\n7\n" + kRootLine)) == ErrorCode::kInvalid);
  REQUIRE(Refusal(SignBody("a b\n7\n" + kRootLine)) == ErrorCode::kInvalid);
  REQUIRE(Refusal(SignBody(kOrigin + "\r\n7\r\n" + root + "\r\n")) == ErrorCode::kInvalid);
}

TEST_CASE("extension lines are passed over, but none is empty") {
  const std::string body = kOrigin + "\n7\n" + kRootLine;
  REQUIRE(OpenCheckpoint(SignBody(body + "one\n"), OurKeys()).value().size == 7);
  REQUIRE(OpenCheckpoint(SignBody(body + "one two\n" + kMark + "x\n"), OurKeys()).has_value());
  REQUIRE(Refusal(SignBody(body + "\n")) == ErrorCode::kInvalid);
  REQUIRE(Refusal(SignBody(body + "\none\n")) == ErrorCode::kInvalid);
  REQUIRE(Refusal(SignBody(body + "one\n\ntwo\n")) == ErrorCode::kInvalid);
  // They are signed like the rest.
  std::string changed = SignBody(body + "one\n");
  changed[body.size()] = 'O';
  REQUIRE(Refusal(changed) == ErrorCode::kUntrue);
}

TEST_CASE("notes of another form are refused") {
  const std::string body = CheckpointBody(SmallCheckpoint());
  const std::string ours = SignatureLine(body, kOrigin, 'k');
  const std::string id = base::Base64Encode("1234567");
  REQUIRE(Refusal("") == ErrorCode::kInvalid);
  REQUIRE(Refusal("\n\n") == ErrorCode::kInvalid);
  REQUIRE(Refusal(body) == ErrorCode::kInvalid);
  REQUIRE(Refusal(body + "\n") == ErrorCode::kInvalid);
  REQUIRE(Refusal(body + ours) == ErrorCode::kInvalid);
  REQUIRE(Refusal(body + "\n" + ours.substr(0, ours.size() - 1)) == ErrorCode::kInvalid);
  std::string windows;
  for (const char c : body + "\n" + ours) windows += c == '\n' ? "\r\n" : std::string(1, c);
  REQUIRE(Refusal(windows) == ErrorCode::kInvalid);
  for (const std::string& line :
       {"- w.example " + id, kMark + "w.example", kMark + "w.example " + id + " x",
        kMark + " " + id, kMark + "w+x " + id, kMark + "w.example *", kMark + "w.example MTIzNA==",
        kMark + "w.example " + id.substr(1), kMark + "w.example  " + id, std::string("words")}) {
    CAPTURE(line);
    REQUIRE(Refusal(body + "\n" + ours + line + "\n") == ErrorCode::kInvalid);
  }
}

TEST_CASE("a note has at most 64 signatures and 64 KiB") {
  const std::string body = CheckpointBody(SmallCheckpoint());
  const std::string witness = SignatureLine(body, "witness.example", 'w');
  std::string note = body + "\n" + SignatureLine(body, kOrigin, 'k');
  for (int i = 1; i < 64; ++i) note += witness;
  REQUIRE(OpenCheckpoint(note, OurKeys()).has_value());
  REQUIRE(Refusal(note + witness) == ErrorCode::kInvalid);
  const std::size_t room = kMaxNoteBytes - SignBody(body + "\n").size();
  REQUIRE(OpenCheckpoint(SignBody(body + std::string(room, 'x') + "\n"), OurKeys()).has_value());
  REQUIRE(Refusal(SignBody(body + std::string(room + 1, 'x') + "\n")) == ErrorCode::kTooLarge);
}

TEST_CASE("a verifier key is read as it is written, with the id of the rule") {
  const VerifierKey key{kOrigin, TestKey('k').public_key()};
  const std::string hashed = kOrigin + "\n\1" + key.public_key;
  REQUIRE(key.Id() == base::Sha256(hashed).view().substr(0, 4));
  const std::string text = key.Text();
  REQUIRE(text == kOrigin + "+" + base::HexEncode(key.Id()) + "+" +
                      base::Base64Encode("\1" + key.public_key));
  const auto read = VerifierKey::Parse(text).value();
  REQUIRE(read.name == key.name);
  REQUIRE(read.public_key == key.public_key);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    if (VerifierKey::Parse(flipped)) FAIL("bit ", bit);
  }
}

TEST_CASE("keys of another form, length or algorithm are refused") {
  const auto text_of = [](const std::string& name, const std::string& type_and_key) {
    const base::Digest digest = base::Sha256(name, "\n", type_and_key);
    const std::string id = base::HexEncode(digest.view().substr(0, 4));
    return name + "+" + id + "+" + base::Base64Encode(type_and_key);
  };
  const std::string key(32, 'p');
  REQUIRE(VerifierKey::Parse(text_of("a", "\1" + key)).has_value());
  for (const std::string& text :
       {std::string(), std::string("a+b"), text_of("", "\1" + key), text_of("a b", "\1" + key),
        text_of("a", "\4" + key), text_of("a", "\1" + key.substr(1)),
        text_of("a", "\1" + key + "x"), text_of("a", ""), text_of("a", "\1" + key) + "=",
        text_of("a", "\1" + key) + "\n"}) {
    CAPTURE(text);
    const auto read = VerifierKey::Parse(text);
    REQUIRE(read.error().code == ErrorCode::kInvalid);
    REQUIRE(read.error().where == "key");
  }
}

TEST_CASE("keys.json is read as it is written") {
  KeyList keys = OurKeys();
  keys.push_back({TestListedKey("data.example/access", 'l').key, 10, 20});
  const std::string text = WriteKeyList(keys);
  const auto read = ParseKeyList(text).value();
  REQUIRE(WriteKeyList(read) == text);
  REQUIRE(read.size() == 2);
  REQUIRE(read[0].key.Text() == keys[0].key.Text());
  REQUIRE((read[0].first_size == 0 && !read[0].last_size));
  REQUIRE((read[1].first_size == 10 && read[1].last_size == 20));
  REQUIRE((read[1].MaySign(10) && read[1].MaySign(20)));
  REQUIRE_FALSE((read[1].MaySign(9) || read[1].MaySign(21)));
}

TEST_CASE("a wrong keys.json is refused with the place") {
  const std::string vkey = OurKeys()[0].key.Text();
  const auto list = [](const std::string& key) {
    return R"({"format": "tabularium-keys-1", "keys": [)" + key + "]}";
  };
  const auto where = [](const std::string& text) {
    const auto read = ParseKeyList(text);
    REQUIRE(read.error().code == ErrorCode::kInvalid);
    return read.error().where;
  };
  const std::string good = R"({"vkey": ")" + vkey + R"(", "first_size": 0, "last_size": null})";
  REQUIRE(ParseKeyList(list(good)).has_value());
  REQUIRE(where(list(good + ", " + good)).starts_with("key "));
  REQUIRE(where(list(good + R"(, {"vkey": "a+b+c", "first_size": 0, "last_size": null})")) ==
          "/keys/1");
  REQUIRE(where(list(R"({"vkey": ")" + vkey + R"("})")) == "/keys/0/first_size");
  REQUIRE(where(list(R"({"vkey": ")" + vkey + R"(", "first_size": -1})")) == "/keys/0/first_size");
  REQUIRE(where(list(R"({"vkey": ")" + vkey + R"(", "first_size": 0})")) == "/keys/0/last_size");
  REQUIRE(where(list(R"({"vkey": ")" + vkey +
                     R"(", "first_size": 0, "last_size": 1, "more": 1})")) == "/keys/0/more");
  REQUIRE(where(list("")) == "/keys");
  REQUIRE(where(R"({"format": "tabularium-keys-2", "keys": []})") == "/format");
  REQUIRE(where("{") == "line 1, column 2");
}

TEST_CASE("the size that a checkpoint states is read without a key, and nothing else is") {
  REQUIRE(StatedSize("example.org/log\n18402\nroot=\n\n— a b\n") == 18'402U);
  for (const char* text :
       {"", "example.org/log", "example.org/log\n12", "a\n-1\nroot", "a\nx\nr"}) {
    CAPTURE(text);
    REQUIRE(!StatedSize(text));
  }
}

TEST_CASE("a text of keys has one a line, and wrong lines are named") {
  const std::string vkey = OurKeys()[0].key.Text();
  const std::string other = TestListedKey("data.example/access", 'l').key.Text();
  const auto read = ParseKeyList("# ours\n\n" + other + " \r\n  \n\t" + vkey).value();
  REQUIRE(read.size() == 2);
  REQUIRE(read[1].key.Text() == vkey);
  REQUIRE((read[0].MaySign(0) && read[0].MaySign(kMaxTreeSize)));
  REQUIRE(ParseKeyList(vkey + "\n" + vkey).error().code == ErrorCode::kInvalid);
  const auto wrong = ParseKeyList("# ours\n" + vkey + "\n" + vkey + "x\n");
  REQUIRE(wrong.error().code == ErrorCode::kInvalid);
  REQUIRE(wrong.error().where == "line 3");
  for (const char* none : {"", "\n", "# only words\n"}) {
    REQUIRE(ParseKeyList(none).error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("a list has at most 1,000 keys and 1 MiB") {
  KeyList keys;
  std::string text;
  for (std::size_t i = 0; i < kMaxKeys; ++i) {
    keys.push_back(OurKeys()[0]);
    keys.back().key.name = "log-" + std::to_string(i);
    text += keys.back().key.Text() + "\n";
  }
  REQUIRE(ParseKeyList(text).value().size() == kMaxKeys);
  REQUIRE(ParseKeyList(text + OurKeys()[0].key.Text()).error().code == ErrorCode::kInvalid);
  REQUIRE(ParseKeyList(std::string(kMaxKeyListBytes + 1, '#')).error().code ==
          ErrorCode::kTooLarge);
  REQUIRE(ParseKeyList(WriteKeyList(keys)).value().size() == kMaxKeys);
  keys.push_back(OurKeys()[0]);
  REQUIRE(ParseKeyList(WriteKeyList(keys)).error().where == "/keys");
}

// A log that another project made and published with its tests; its key is printed in its
// documentation.
TEST_CASE("the checkpoints of an outside log open, and its leaves give their roots") {
  const auto folder = base::OutsideVectors("vectors/tlog/tessera-log");
  if (!folder) return;
  const KeyList keys =
      ParseKeyList("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
          .value();
  const auto world = base::MakeRealWorld();
  const auto read = [&](const std::string& name) {
    return ReadTestFile(world->files(), base::JoinPath(*folder, name));
  };
  const std::string bundle = read(BundlePath(0, 15));
  const auto leaves = ReadBundle(bundle, 15, true).value();
  Frontier frontier;
  std::string tile;
  for (std::uint64_t size = 0;; ++size) {
    CAPTURE(size);
    const auto checkpoint =
        OpenCheckpoint(read("checkpoint." + std::to_string(size)), keys).value();
    REQUIRE(checkpoint.size == size);
    REQUIRE(checkpoint.root == frontier.Root());
    if (size > 0) REQUIRE(read(TilePath(0, 0, size)) == tile);
    if (size == leaves.size()) break;
    frontier.Append(LeafHash(leaves[size]));
    tile += LeafHash(leaves[size]).view();
  }
  REQUIRE(OpenCheckpoint(read("checkpoint"), keys).value().root == frontier.Root());
}

}  // namespace ledger
