#include "ledger/published_files.h"

#include <charconv>
#include <optional>

#include "base/bytes.h"
#include "ledger/tile.h"

namespace ledger {
namespace {

constexpr std::size_t kMaxPathPieces = 16;
constexpr std::string_view kPartialMark = ".p";

std::unexpected<base::Error> NotPublished() {
  return base::Fail(base::ErrorCode::kNotFound, "The log has published no such file");
}

// Exactly three digits.
std::optional<std::uint64_t> GroupOf(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

struct TileName {
  std::optional<unsigned> level;  // nothing: a bundle of leaves
  std::uint64_t index = 0;
  std::uint64_t width = kTileWidth;

  [[nodiscard]] std::string Path(std::uint64_t of_width) const {
    return level ? TilePath(*level, index, of_width) : BundlePath(index, of_width);
  }
};

// Takes a path apart; nothing unless writing the parts gives the same path again.
std::optional<TileName> ParseTilePath(std::string_view path) {
  if (path.size() > kMaxLogPathBytes || !path.starts_with("tile/")) return std::nullopt;
  auto pieces = base::Split(path, '/', kMaxPathPieces);
  TileName name;
  if (pieces.size() < 3) return std::nullopt;
  if (pieces[1] != "entries") {
    const auto level = base::ParseDecimal(pieces[1]);
    if (!level || *level > kMaxTileLevel) return std::nullopt;
    name.level = static_cast<unsigned>(*level);
  }
  std::size_t last = pieces.size() - 1;
  if (pieces[last - 1].ends_with(kPartialMark)) {
    const auto width = base::ParseDecimal(pieces[last]);
    if (!width || *width == 0 || *width >= kTileWidth) return std::nullopt;
    name.width = *width;
    pieces[--last].remove_suffix(kPartialMark.size());
  }
  for (std::size_t i = 2; i <= last; ++i) {
    if (i < last && !pieces[i].starts_with('x')) return std::nullopt;
    const auto group = GroupOf(pieces[i].substr(i < last ? 1 : 0));
    if (!group || name.index > kMaxTreeSize / 1'000) return std::nullopt;
    name.index = name.index * 1'000 + *group;
  }
  if (name.Path(name.width) != path) return std::nullopt;
  return name;
}

// The first `width` items of a tile or bundle that holds more.
base::Result<std::string> CutTo(const TileName& name, std::string bytes) {
  if (name.level) {
    bytes.resize(std::min<std::size_t>(bytes.size(), name.width * kHashBytes));
    return bytes;
  }
  const auto leaves = TRY(ReadBundle(bytes, name.width, false));
  std::string cut;
  for (const std::string_view leaf : leaves) AppendToBundle(cut, leaf);
  return cut;
}

}  // namespace

base::Result<PublishedFile> ReadPublishedFile(base::Files& files, Log& log, std::string_view path) {
  const std::string& folder = log.folder();
  if (path == "checkpoint") {
    const std::string file = base::JoinPath(folder, path);
    if (!TRY(files.Status(file))) return NotPublished();
    return PublishedFile{TRY(base::ReadWholeFile(files, file, kMaxNoteBytes)), true, false};
  }
  const auto name = ParseTilePath(path);
  if (!name) return NotPublished();
  const std::uint64_t published = HashesOnTileLevel(log.published_size(), name->level.value_or(0));
  const std::uint64_t there = WidthOfTile(published, name->index);
  if (there < name->width) return NotPublished();
  for (const std::uint64_t width : {name->width, there, kTileWidth}) {
    const std::string file = base::JoinPath(folder, name->Path(width));
    if (!TRY(files.Status(file))) continue;
    std::string bytes = TRY(base::ReadWholeFile(files, file, kMaxBundleBytes));
    if (width != name->width) bytes = TRY(CutTo(*name, std::move(bytes)));
    return PublishedFile{std::move(bytes), false, name->width == kTileWidth};
  }
  return NotPublished();
}

}  // namespace ledger
