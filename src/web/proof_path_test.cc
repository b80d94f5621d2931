#include "web/proof_path.h"

#include <doctest/doctest.h>

#include "base/format.h"

namespace web {
namespace {

std::string LeafOf(std::uint64_t index) { return base::Format("leaf {}", index); }

// The hash of a range by the definition of RFC 6962, without any code of the page.
ledger::Hash RootOf(std::uint64_t first, std::uint64_t last) {
  if (first == last) return ledger::LeafHash(LeafOf(first));
  std::uint64_t half = 1;
  while (half * 2 < last - first + 1) half *= 2;
  return ledger::NodeHash(RootOf(first, first + half - 1), RootOf(first + half, last));
}

ledger::Proof ProofOf(std::uint64_t index, std::uint64_t size) {
  const auto read = [](unsigned level, std::uint64_t at) -> base::Result<ledger::Hash> {
    return RootOf(at << level, ((at + 1) << level) - 1);
  };
  return ledger::InclusionProof(index, size, read).value();
}

}  // namespace

TEST_CASE("each fingerprint of a proof is the root of the range that the page names for it") {
  for (std::uint64_t size = 1; size <= 33; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = ProofOf(index, size);
      const auto path = PathOf(index, size, ledger::LeafHash(LeafOf(index)), proof);
      REQUIRE(path.has_value());
      for (const ProofStep& step : path->steps) {
        REQUIRE(step.hash == RootOf(step.first, step.last));
        REQUIRE(step.is_left == (step.last < index));
      }
      REQUIRE(path->root == RootOf(0, size - 1));
    }
  }
}

TEST_CASE("the ranges of a large log are those of the mock-up") {
  const auto path = PathOf(18'377, 18'402, {}, ledger::Proof(12));
  REQUIRE(path.has_value());
  REQUIRE(path->steps[0].first == 18'376);
  REQUIRE(path->steps[1].last == 18'379);
  REQUIRE(path->steps[11].first == 0);
  REQUIRE(path->steps[11].last == 16'383);
}

TEST_CASE("a proof of another length, or for an entry that is not there, has no path") {
  REQUIRE_FALSE(PathOf(3, 3, {}, {}).has_value());
  REQUIRE_FALSE(PathOf(0, 0, {}, {}).has_value());
  REQUIRE_FALSE(PathOf(1, 3, {}, ledger::Proof(1)).has_value());
  REQUIRE_FALSE(PathOf(1, 3, {}, ledger::Proof(3)).has_value());
}

}  // namespace web
