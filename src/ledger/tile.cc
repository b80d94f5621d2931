#include "ledger/tile.h"

#include <bit>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"

namespace ledger {
namespace {

constexpr std::uint64_t kNumbersPerGroup = 1'000;

// 1234067 is x001/x234/067.
std::string NumberPath(std::uint64_t number) {
  std::string path = base::Format("{:03}", number % kNumbersPerGroup);
  for (number /= kNumbersPerGroup; number > 0; number /= kNumbersPerGroup) {
    path = base::Format("x{:03}/{}", number % kNumbersPerGroup, path);
  }
  return path;
}

std::string PathOf(std::string_view level, std::uint64_t index, std::uint64_t width) {
  CHECK(width >= 1 && width <= kTileWidth);
  std::string path = base::Format("tile/{}/{}", level, NumberPath(index));
  if (width < kTileWidth) path += base::Format(".p/{}", width);
  return path;
}

}  // namespace

std::string TilePath(unsigned level, std::uint64_t index, std::uint64_t width) {
  return PathOf(base::Format("{}", level), index, width);
}

std::string BundlePath(std::uint64_t index, std::uint64_t width) {
  return PathOf("entries", index, width);
}

void AppendToBundle(std::string& bundle, std::string_view leaf) {
  CHECK(!leaf.empty() && leaf.size() <= kMaxLeafBytes);
  base::AppendBig16(bundle, static_cast<std::uint16_t>(leaf.size()));
  bundle += leaf;
}

base::Result<std::vector<std::string_view>> ReadBundle(std::string_view bundle, std::uint64_t count,
                                                       bool whole) {
  std::vector<std::string_view> leaves;
  leaves.reserve(count);
  while (leaves.size() < count) {
    const std::size_t length = bundle.size() < 2 ? 0 : base::LoadBig16(bundle);
    if (bundle.size() < 2 + length || bundle.size() < 2) {
      return base::Fail(base::ErrorCode::kDamaged,
                        base::Format("A bundle ends within leaf {} of {}", leaves.size(), count),
                        "bundle");
    }
    leaves.push_back(bundle.substr(2, length));
    bundle.remove_prefix(2 + length);
  }
  if (whole && !bundle.empty()) {
    return base::Fail(base::ErrorCode::kDamaged,
                      base::Format("A bundle goes on after its {} leaves", count), "bundle");
  }
  return leaves;
}

Hash RootOfHashes(const std::vector<Hash>& hashes) {
  CHECK(std::has_single_bit(hashes.size()));
  std::vector<Hash> level = hashes;
  while (level.size() > 1) {
    for (std::size_t i = 0; i < level.size() / 2; ++i) {
      level[i] = NodeHash(level[2 * i], level[2 * i + 1]);
    }
    level.resize(level.size() / 2);
  }
  return level[0];
}

base::Result<std::vector<Hash>> ReadTile(std::string_view bytes, std::uint64_t count) {
  if (bytes.size() < count * kHashBytes || bytes.size() % kHashBytes != 0) {
    return base::Fail(base::ErrorCode::kDamaged,
                      base::Format("A tile of {} hashes has {} bytes", count, bytes.size()),
                      "tile");
  }
  std::vector<Hash> hashes;
  hashes.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    hashes.push_back(*Hash::FromBytes(bytes.substr(i * kHashBytes, kHashBytes)));
  }
  return hashes;
}

std::string WriteTile(const std::vector<Hash>& hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * kHashBytes);
  for (const Hash& hash : hashes) bytes += hash.view();
  return bytes;
}

}  // namespace ledger
