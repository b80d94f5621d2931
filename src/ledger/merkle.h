// The Merkle tree of RFC 6962, section 2.1, as pure functions over hashes.
//
// A tree of size n has leaves 0 to n-1. A *node* (level, index) is the root of the complete subtree
// over leaves [index << level, (index + 1) << level); nodes never change once all of their leaves
// are there. Every root and every proof is made of nodes, so whoever can give nodes can prove.
//
// Values and pure functions: safe from any thread. Sizes are at most 2^53 - 1 (JSON carries them).
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"

namespace ledger {

using Hash = base::Digest;
using Proof = std::vector<Hash>;

inline constexpr std::uint64_t kMaxTreeSize = (1ULL << 53U) - 1;
inline constexpr std::size_t kMaxProofHashes = 63;

// SHA-256(0x00 || leaf)
Hash LeafHash(std::string_view leaf);
// SHA-256(0x01 || left || right)
Hash NodeHash(const Hash& left, const Hash& right);
// The root of the empty tree: SHA-256 of nothing.
Hash EmptyRoot();

// The roots of the complete subtrees that make up a tree, from left to right: all that is needed to
// add leaves and to know the root. At most 53 hashes.
class Frontier {
 public:
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // Adds the hash of the next leaf. `on_node`, when given, is told of each node that became
  // complete, from level 0 upwards. Amortised two hashes a leaf.
  void Append(
      const Hash& leaf_hash,
      const std::function<void(unsigned level, std::uint64_t index, const Hash&)>& on_node = {});

  [[nodiscard]] Hash Root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> roots_;
};

// Gives the hash of a complete node. May fail: nodes come from files.
using NodeReader = std::function<base::Result<Hash>(unsigned level, std::uint64_t index)>;

// The root of the first `size` leaves.
base::Result<Hash> RootAt(std::uint64_t size, const NodeReader& read);

// PATH(index, D[size]) of RFC 6962. kInvalid unless index < size.
base::Result<Proof> InclusionProof(std::uint64_t index, std::uint64_t size, const NodeReader& read);

// PROOF(old_size, D[size]) of RFC 6962. kInvalid unless old_size <= size. Empty when the sizes are
// equal or the older one is 0.
base::Result<Proof> ConsistencyProof(std::uint64_t old_size, std::uint64_t size,
                                     const NodeReader& read);

// Whether a proof leads from a leaf's hash to a root. RFC 9162, section 2.1.3.2.
bool VerifyInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf_hash,
                     const Proof& proof, const Hash& root);

// Whether a proof shows that the tree with root `new_root` begins with the one with `old_root`. RFC
// 9162, section 2.1.4.2. False for an old size of 0: the empty tree begins every tree, so there is
// nothing to prove.
bool VerifyConsistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                       const Hash& new_root, const Proof& proof);

}  // namespace ledger
