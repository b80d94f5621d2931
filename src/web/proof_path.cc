// The ranges that a proof's hashes stand for follow from index and size alone. RFC 6962 splits n
// entries at the largest power of two k below n: the half with our entry is gone into, the other is
// one hash of the proof. Each turn makes the range smaller, so it ends after at most 53 turns; the
// halves come from the top, and a proof lists them from below.
#include "web/proof_path.h"

#include <algorithm>
#include <bit>

#include "base/format.h"
#include "web/words.h"

namespace web {
namespace {

using base::Json;

// The picture, in units of SVG: one step upwards is kStepHeight high and kLean to the right.
constexpr std::int64_t kStepHeight = 30;
constexpr std::int64_t kLean = 4;
constexpr std::int64_t kTop = 34;
constexpr std::int64_t kLeft = 48;
constexpr std::int64_t kSiblingDistance = 64;
constexpr std::int64_t kBelow = 50;
constexpr std::int64_t kWidth = 345;

std::string RangeText(std::uint64_t first, std::uint64_t last, const Texts& texts) {
  if (first == last) return texts.Get("proof.one_entry", {{"index", NumberText(first)}});
  return texts.Get("proof.entries", {{"first", NumberText(first)}, {"last", NumberText(last)}});
}

Json StepJson(const ProofStep& step, std::int64_t x, std::int64_t y, const Texts& texts) {
  const auto side = step.is_left ? "proof.left" : "proof.right";
  const std::string range = RangeText(step.first, step.last, texts);
  return Json::Object({{"range", range},
                       {"neighbour", texts.Get(side, {{"range", range}})},
                       {"hash", step.hash.Hex()},
                       {"x", x},
                       {"y", y},
                       {"parent_x", x + kLean},
                       {"parent_y", y - kStepHeight},
                       {"sibling_x", x + kSiblingDistance},
                       {"square_x", x + kSiblingDistance - 7},
                       {"square_y", y - 7},
                       {"text_x", x + kSiblingDistance + 15},
                       {"text_y", y + 5}});
}

}  // namespace

std::optional<ProofPath> PathOf(std::uint64_t index, std::uint64_t size,
                                const ledger::Hash& leaf_hash, const ledger::Proof& proof) {
  if (index >= size) return std::nullopt;
  ProofPath path{leaf_hash, {}, leaf_hash};
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    if (index < middle) {
      path.steps.push_back({middle, end - 1, false, {}});
      end = middle;
    } else {
      path.steps.push_back({begin, middle - 1, true, {}});
      begin = middle;
    }
  }
  if (path.steps.size() != proof.size()) return std::nullopt;
  std::ranges::reverse(path.steps);
  for (std::size_t i = 0; i < proof.size(); ++i) {
    ProofStep& step = path.steps[i];
    step.hash = proof[i];
    path.root = step.is_left ? ledger::NodeHash(step.hash, path.root)
                             : ledger::NodeHash(path.root, step.hash);
  }
  return path;
}

base::Json ProofJson(std::uint64_t index, std::uint64_t size, const ProofPath& path,
                     const Texts& texts) {
  const auto count = static_cast<std::int64_t>(path.steps.size());
  const std::int64_t leaf_y = kTop + count * kStepHeight;
  Json::Items steps;
  for (std::int64_t i = 0; i < count; ++i) {
    steps.push_back(StepJson(path.steps[static_cast<std::size_t>(i)], kLeft + i * kLean,
                             leaf_y - i * kStepHeight, texts));
  }
  const std::string size_text = NumberText(size);
  const std::int64_t height = leaf_y + kBelow;
  return Json::Object({{"steps", Json::Array(std::move(steps))},
                       {"has_steps", count > 0},
                       {"step_count", NumberText(static_cast<std::uint64_t>(count))},
                       {"index", NumberText(index)},
                       {"size", size_text},
                       {"leaf_hash", path.leaf_hash.Hex()},
                       {"root_hash", path.root.Hex()},
                       {"width", kWidth},
                       {"height", height},
                       {"leaf_x", kLeft},
                       {"leaf_y", leaf_y},
                       {"leaf_text_y", leaf_y + 28},
                       {"root_x", kLeft + count * kLean},
                       {"root_y", kTop},
                       {"root_text_x", kLeft + count * kLean + 18},
                       {"root_text_y", kTop - 8}});
}

}  // namespace web
