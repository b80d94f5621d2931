#include "ledger/merkle.h"

#include <doctest/doctest.h>

#include <map>

#include "base/bytes.h"
#include "base/json.h"
#include "base/outside_vectors.h"
#include "base/real_world.h"

namespace ledger {
namespace {

// The definitions of RFC 6962, section 2.1, written down as they stand there: slow and plain.
Hash PlainRoot(const std::vector<Hash>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return NodeHash(PlainRoot(leaves, begin, begin + k), PlainRoot(leaves, begin + k, end));
}

std::vector<Hash> LeafHashes(std::size_t count) {
  std::vector<Hash> hashes;
  for (std::size_t i = 0; i < count; ++i) hashes.push_back(LeafHash(std::to_string(i)));
  return hashes;
}

// Keeps every complete node of a growing tree.
struct NodeMap {
  Frontier frontier;
  std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes;
  void Append(const Hash& hash) {
    frontier.Append(hash, [&](unsigned level, std::uint64_t index, const Hash& node) {
      nodes[{level, index}] = node;
    });
  }
  [[nodiscard]] NodeReader Reader() const {
    return [this](unsigned level, std::uint64_t index) -> base::Result<Hash> {
      return nodes.at({level, index});
    };
  }
};

// A hash of a vector. Some hold a few words in place of 32 bytes, compared as they are: their own
// hash stands in for them, which is equal when they are.
Hash HashOf(const base::Json& text) {
  const std::string bytes = base::Base64Decode(text.AsString()).value();
  return Hash::FromBytes(bytes).value_or(base::Sha256(bytes));
}

Proof ProofOf(const base::Json& test) {
  Proof proof;
  const base::Json* member = test.Find("proof");
  if (member == nullptr || member->kind() == base::Json::Kind::kNull) return proof;
  for (const base::Json& item : member->AsArray()) proof.push_back(HashOf(item));
  return proof;
}

bool Verifies(const base::Json& test, bool inclusion) {
  const auto number = [&](const char* name) {
    return static_cast<std::uint64_t>(test.Find(name)->AsInteger());
  };
  const auto hash = [&](const char* name) { return HashOf(*test.Find(name)); };
  if (inclusion) {
    const auto leaf_hash = base::Base64Decode(test.Find("leafHash")->AsString());
    if (leaf_hash->size() != hash("root").bytes.size()) return false;  // can be no leaf's hash
    return VerifyInclusion(number("leafIdx"), number("treeSize"), hash("leafHash"), ProofOf(test),
                           hash("root"));
  }
  return VerifyConsistency(number("size1"), number("size2"), hash("root1"), hash("root2"),
                           ProofOf(test));
}

// The names of all files below a folder that end in .json.
void FindJson(base::Files& files, const std::string& folder, std::vector<std::string>& found) {
  for (const std::string& name : files.List(folder).value()) {
    const std::string path = base::JoinPath(folder, name);
    if (files.Status(path).value()->is_folder) {
      FindJson(files, path, found);
    } else if (name.ends_with(".json")) {
      found.push_back(path);
    }
  }
}

}  // namespace

TEST_CASE("roots are those of the definition, for every size up to 130") {
  const auto hashes = LeafHashes(130);
  NodeMap tree;
  REQUIRE(tree.frontier.Root() == EmptyRoot());
  for (std::size_t size = 1; size <= hashes.size(); ++size) {
    tree.Append(hashes[size - 1]);
    const Hash root = PlainRoot(hashes, 0, size);
    REQUIRE(tree.frontier.Root() == root);
    REQUIRE(RootAt(size, tree.Reader()).value() == root);
  }
}

TEST_CASE("every inclusion proof up to 70 leaves verifies, and no other does") {
  const auto hashes = LeafHashes(70);
  NodeMap tree;
  for (std::size_t size = 1; size <= hashes.size(); ++size) {
    tree.Append(hashes[size - 1]);
    const Hash root = tree.frontier.Root();
    for (std::size_t index = 0; index < size; ++index) {
      Proof proof = InclusionProof(index, size, tree.Reader()).value();
      REQUIRE(VerifyInclusion(index, size, hashes[index], proof, root));
      REQUIRE_FALSE(VerifyInclusion(index + 1, size, hashes[index], proof, root));
      REQUIRE_FALSE(VerifyInclusion(index, size, hashes[(index + 1) % 70], proof, root));
      proof.push_back(root);
      REQUIRE_FALSE(VerifyInclusion(index, size, hashes[index], proof, root));
    }
    REQUIRE(InclusionProof(size, size, tree.Reader()).error().code == base::ErrorCode::kInvalid);
  }
}

TEST_CASE("every consistency proof up to 70 leaves verifies, and no forked tree does") {
  const auto hashes = LeafHashes(70);
  NodeMap tree;
  std::vector<Hash> roots{EmptyRoot()};
  for (std::size_t size = 1; size <= hashes.size(); ++size) {
    tree.Append(hashes[size - 1]);
    roots.push_back(tree.frontier.Root());
    for (std::size_t old = 1; old <= size; ++old) {
      Proof proof = ConsistencyProof(old, size, tree.Reader()).value();
      REQUIRE(VerifyConsistency(old, size, roots[old], roots[size], proof));
      REQUIRE_FALSE(VerifyConsistency(old, size, LeafHash("fork"), roots[size], proof));
      REQUIRE_FALSE(VerifyConsistency(old, size, roots[old], LeafHash("fork"), proof));
      if (!proof.empty()) {
        proof.pop_back();
        REQUIRE_FALSE(VerifyConsistency(old, size, roots[old], roots[size], proof));
      }
    }
    REQUIRE_FALSE(VerifyConsistency(size, size - 1, roots[size], roots[size - 1], {}));
    REQUIRE(ConsistencyProof(size + 1, size, tree.Reader()).error().code ==
            base::ErrorCode::kInvalid);
  }
}

TEST_CASE("a reader's failure is passed on") {
  const NodeReader broken = [](unsigned, std::uint64_t) -> base::Result<Hash> {
    return base::Fail(base::ErrorCode::kDamaged, "A tile is gone");
  };
  REQUIRE(RootAt(3, broken).error().code == base::ErrorCode::kDamaged);
  REQUIRE(InclusionProof(0, 2, broken).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ConsistencyProof(1, 2, broken).error().code == base::ErrorCode::kDamaged);
  REQUIRE(RootAt(0, broken).value() == EmptyRoot());
}

TEST_CASE("the 196 published cases of inclusion and consistency") {
  const auto folder = base::OutsideVectors("vectors/merkle");
  if (!folder) return;
  const auto world = base::MakeRealWorld();
  std::vector<std::string> paths;
  FindJson(world->files(), *folder, paths);
  int agreed = 0;
  for (const std::string& path : paths) {
    CAPTURE(path);
    auto text = base::ReadWholeFile(world->files(), path, 1U << 20U).value();
    // Index "0 - 1" is written as 2^64 - 1, which our JSON refuses; another number far beyond the
    // tree does as well.
    constexpr std::string_view kMinusOne = "18446744073709551615";
    if (const auto at = text.find(kMinusOne); at != std::string::npos) {
      text.replace(at, kMinusOne.size(), "9223372036854775807");
    }
    const base::Json test = base::ParseJson(text, base::kRequestJson).value();
    const bool inclusion = path.find("/inclusion/") != std::string::npos;
    REQUIRE(Verifies(test, inclusion) == !test.Find("wantErr")->AsBool());
    ++agreed;
  }
  REQUIRE(agreed == 196);
}

}  // namespace ledger
