#include "ledger/merkle.h"

#include <bit>

#include "base/check.h"
#include "base/format.h"

// How a proof is cut into nodes
//
// RFC 6962 defines the tree of n > 1 leaves by its split: the left part has k leaves, the largest
// power of two below n. The left part is therefore always a complete subtree, one node; only the
// right part goes on being split. So the hash of any range that the definitions speak of, [begin,
// end) with `begin` a multiple of the split, is a fold over at most 53 nodes: RangeHash. An
// inclusion proof walks down from the root to the leaf and notes the sibling range at each split; a
// consistency proof walks down to the last old leaf. Both walks halve the range at each step, so
// they end after at most 53 steps and ask for O(log^2 n) nodes.

namespace ledger {
namespace {

// The largest power of two below n; n is at least 2.
std::uint64_t SplitOf(std::uint64_t n) { return std::bit_floor(n - 1); }

// The hash of the leaves [begin, end), where begin is a multiple of bit_ceil(end - begin).
base::Result<Hash> RangeHash(std::uint64_t begin, std::uint64_t end, const NodeReader& read) {
  std::vector<Hash> roots;
  while (begin < end) {
    const std::uint64_t width = std::bit_floor(end - begin);
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    roots.push_back(TRY(read(level, begin >> level)));
    begin += width;
  }
  Hash hash = roots.back();
  for (std::size_t i = roots.size() - 1; i-- > 0;) hash = NodeHash(roots[i], hash);
  return hash;
}

// Takes the next hash of a proof; false when there is none.
class ProofReader {
 public:
  explicit ProofReader(const Proof& proof) : proof_(proof) {}
  bool Next(Hash& hash) {
    if (next_ == proof_.size()) return false;
    hash = proof_[next_++];
    return true;
  }
  [[nodiscard]] bool AtEnd() const { return next_ == proof_.size(); }

 private:
  const Proof& proof_;
  std::size_t next_ = 0;
};

}  // namespace

Hash LeafHash(std::string_view leaf) { return base::Sha256(std::string_view("\0", 1), leaf); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return base::Sha256("\1", left.view(), right.view());
}

Hash EmptyRoot() { return base::Sha256({}); }

void Frontier::Append(
    const Hash& leaf_hash,
    const std::function<void(unsigned level, std::uint64_t index, const Hash&)>& on_node) {
  CHECK(size_ < kMaxTreeSize);
  Hash hash = leaf_hash;
  std::uint64_t index = size_++;
  if (on_node) on_node(0, index, hash);
  // A trailing one bit is a complete left sibling: merge with it.
  for (unsigned level = 1; (index & 1U) != 0; ++level) {
    hash = NodeHash(roots_.back(), hash);
    roots_.pop_back();
    index >>= 1U;
    if (on_node) on_node(level, index, hash);
  }
  roots_.push_back(hash);
}

Hash Frontier::Root() const {
  if (roots_.empty()) return EmptyRoot();
  Hash hash = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;) hash = NodeHash(roots_[i], hash);
  return hash;
}

base::Result<Hash> RootAt(std::uint64_t size, const NodeReader& read) {
  if (size == 0) return EmptyRoot();
  return RangeHash(0, size, read);
}

base::Result<Proof> InclusionProof(std::uint64_t index, std::uint64_t size,
                                   const NodeReader& read) {
  if (index >= size || size > kMaxTreeSize) {
    return base::Fail(base::ErrorCode::kInvalid,
                      base::Format("There is no leaf {} in a tree of {}", index, size), "index");
  }
  Proof from_root;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + SplitOf(end - begin);
    if (index < middle) {
      from_root.push_back(TRY(RangeHash(middle, end, read)));
      end = middle;
    } else {
      from_root.push_back(TRY(RangeHash(begin, middle, read)));
      begin = middle;
    }
  }
  return Proof(from_root.rbegin(), from_root.rend());
}

base::Result<Proof> ConsistencyProof(std::uint64_t old_size, std::uint64_t size,
                                     const NodeReader& read) {
  if (old_size > size || size > kMaxTreeSize) {
    return base::Fail(base::ErrorCode::kInvalid,
                      base::Format("A tree of {} does not begin a tree of {}", old_size, size),
                      "size");
  }
  if (old_size == 0 || old_size == size) return Proof{};
  Proof from_root;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  // Go down until what is left is exactly the old tree's right end.
  while (end != old_size) {
    const std::uint64_t middle = begin + SplitOf(end - begin);
    if (old_size <= middle) {
      from_root.push_back(TRY(RangeHash(middle, end, read)));
      end = middle;
    } else {
      from_root.push_back(TRY(RangeHash(begin, middle, read)));
      begin = middle;
    }
  }
  // When it is the whole old tree, its root is known to whoever checks.
  if (begin != 0) from_root.push_back(TRY(RangeHash(begin, end, read)));
  return Proof(from_root.rbegin(), from_root.rend());
}

bool VerifyInclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf_hash,
                     const Proof& proof, const Hash& root) {
  if (index >= size || proof.size() > kMaxProofHashes) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;  // the last node of the level we are on
  Hash hash = leaf_hash;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      // A node without a right sibling is its own parent on the levels above.
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                       const Hash& new_root, const Proof& proof) {
  if (old_size == 0 || old_size > new_size || proof.size() > kMaxProofHashes) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  ProofReader reader(proof);
  std::uint64_t node = old_size - 1;
  std::uint64_t last = new_size - 1;
  while ((node & 1U) != 0) {
    node >>= 1U;
    last >>= 1U;
  }
  // A complete old tree is a node itself, which the proof leaves out.
  Hash old_hash = old_root;
  if (!std::has_single_bit(old_size) && !reader.Next(old_hash)) return false;
  Hash new_hash = old_hash;
  for (Hash sibling; reader.Next(sibling);) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      old_hash = NodeHash(sibling, old_hash);
      new_hash = NodeHash(sibling, new_hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      new_hash = NodeHash(new_hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && reader.AtEnd() && old_hash == old_root && new_hash == new_root;
}

}  // namespace ledger
