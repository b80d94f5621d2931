#include "ledger/published_files.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "ledger/tile.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr const char* kName = "data.example/register";

std::unique_ptr<Log> NewLog(base::World& world) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, 's')).value();
  KeyList keys{{{kName, key.public_key()}, 0, std::nullopt}};
  return Log::Open(world, "log", kName, std::move(key), keys,
                   [](auto, auto, auto) { return base::Result<void>{}; })
      .value();
}

void Grow(Log& log, std::uint64_t size) {
  while (log.size() < size) REQUIRE(log.Append(std::to_string(log.size())).has_value());
}

}  // namespace

TEST_CASE("what the published checkpoint covers is given, and nothing beyond") {
  base::SimulatedWorld world(1);
  const auto log = NewLog(world);
  const auto read = [&](std::string_view path) {
    return ReadPublishedFile(world.files(), *log, path);
  };
  REQUIRE(read("checkpoint").error().code == ErrorCode::kNotFound);
  Grow(*log, 300);
  REQUIRE(log->Publish().has_value());
  Grow(*log, 600);
  REQUIRE(read("checkpoint").value().is_text);
  const PublishedFile full = read("tile/0/000").value();
  REQUIRE(full.is_immutable);
  REQUIRE(full.bytes.size() == 256 * kHashBytes);
  REQUIRE(read("tile/0/001.p/44").value().bytes.size() == 44 * kHashBytes);
  REQUIRE(read("tile/1/000.p/1").value().bytes.size() == kHashBytes);
  REQUIRE(ReadBundle(read("tile/entries/001.p/44").value().bytes, 44, true).has_value());
  // Leaves 300 to 599 are recorded, but not public yet.
  for (const char* path :
       {"tile/0/001", "tile/0/001.p/45", "tile/entries/001", "tile/0/002.p/88", "tile/1/000.p/2"}) {
    CAPTURE(path);
    REQUIRE(read(path).error().code == ErrorCode::kNotFound);
  }
}

TEST_CASE("a partial tile that was superseded is cut from a wider one") {
  base::SimulatedWorld world(1);
  const auto log = NewLog(world);
  for (const std::uint64_t size : {10U, 20U, 30U, 300U}) {
    Grow(*log, size);
    REQUIRE(log->Publish().has_value());
  }
  const auto read = [&](std::string_view path) {
    return ReadPublishedFile(world.files(), *log, path).value();
  };
  REQUIRE(read("tile/0/000.p/10").bytes == read("tile/0/000").bytes.substr(0, 10 * kHashBytes));
  REQUIRE(ReadBundle(read("tile/entries/000.p/10").bytes, 10, true).value()[9] == "9");
}

TEST_CASE("no other path is one") {
  base::SimulatedWorld world(1);
  const auto log = NewLog(world);
  Grow(*log, 300);
  REQUIRE(log->Publish().has_value());
  for (const char* path : {"",
                           "entries",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/7/000",
                           "tile/-1/000",
                           "tile/0/x000/000",
                           "tile/0/000.p",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/2",
                           "tile/0/../0/000",
                           "tile/0/+00",
                           "tile/entries/000/",
                           "tile/entries/000.p/",
                           "checkpoint/",
                           "../home.json",
                           "tile/0/x999/000"}) {
    CAPTURE(path);
    REQUIRE(ReadPublishedFile(world.files(), *log, path).error().code == ErrorCode::kNotFound);
  }
  REQUIRE(
      ReadPublishedFile(world.files(), *log, "tile/0/" + std::string(5'000, 'x')).error().code ==
      ErrorCode::kNotFound);
}

}  // namespace ledger
