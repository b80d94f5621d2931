#include "storage/blob_folder.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/simulated_world.h"

namespace storage {

TEST_CASE("a blob is found under its digest, once, until it is removed") {
  base::SimulatedWorld world(1);
  auto blobs = BlobFolder::Open(world, "home/blobs").value();
  const auto digest = blobs.Put("hello").value();
  REQUIRE(digest == base::Sha256("hello"));
  REQUIRE(blobs.Put("hello").value() == digest);
  REQUIRE(blobs.Map(digest).value()->bytes() == "hello");
  REQUIRE(blobs.Has(digest).value());
  REQUIRE(world.files().List("home/blobs/2c").value().size() == 1);
  REQUIRE(blobs.Remove(digest).has_value());
  REQUIRE_FALSE(blobs.Has(digest).value());
  REQUIRE(blobs.Remove(digest).error().code == base::ErrorCode::kNotFound);
  REQUIRE(blobs.Map(digest).error().code == base::ErrorCode::kNotFound);
}

TEST_CASE("a blob is whole or absent after a crash at any step") {
  const std::string bytes(3000, 'b');
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      base::SimulatedWorld world(step);
      world.CrashBefore(step);
      bool acknowledged = false;
      if (auto blobs = BlobFolder::Open(world, "home/blobs")) {
        acknowledged = blobs->Put(bytes).has_value();
      }
      const bool finished = !world.crashed();
      world.Restart(mode);
      auto blobs = BlobFolder::Open(world, "home/blobs").value();
      const auto digest = base::Sha256(bytes);
      const bool there = blobs.Has(digest).value();
      if (acknowledged) REQUIRE(there);
      if (there) REQUIRE(blobs.Map(digest).value()->bytes() == bytes);
      const std::string shard = base::ParentOf(blobs.PathOf(digest));
      if (world.files().Status(shard).value()) {
        REQUIRE(world.files().List(shard).value().size() == (there ? 1 : 0));
      }
      REQUIRE(blobs.Put(bytes).has_value());
      if (finished) break;
    }
  }
}

TEST_CASE("a full disk leaves no part of a blob") {
  base::SimulatedWorld world(1);
  auto blobs = BlobFolder::Open(world, "blobs").value();
  world.SetCapacity(10);
  REQUIRE(blobs.Put(std::string(100, 'x')).error().code == base::ErrorCode::kStorageFull);
  for (const std::string& shard : world.files().List("blobs").value()) {
    REQUIRE(world.files().List("blobs/" + shard).value().empty());
  }
  REQUIRE(blobs.Put("small").has_value());
}

}  // namespace storage
