#include "cli/progress.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace cli {

TEST_CASE("progress is told once a second and not before the first one is over") {
  base::SimulatedWorld world(1);
  std::string said;
  Terminal terminal{[](std::string_view) {}, [&](std::string_view text) { said += text; }};
  const CommandContext context{world, terminal, storage::StoreFiles::kWorld};
  Progress progress(context);
  progress.Tell("copying", 1, 2'000'000);
  REQUIRE(said.empty());
  world.Advance(1'000'000);
  progress.Tell("copying", 1'500'000, 2'000'000);
  progress.Tell("copying", 1'600'000, 2'000'000);
  REQUIRE(said == "copying: 1.5 MB of 2.0 MB\n");
  world.Advance(1'000'000);
  progress.Tell("receiving", 12, 0);
  REQUIRE(said.ends_with("receiving: 12 bytes\n"));
}

TEST_CASE("bytes are shown in the largest unit that leaves a whole number") {
  REQUIRE(ShownBytes(0) == "0 bytes");
  REQUIRE(ShownBytes(999) == "999 bytes");
  REQUIRE(ShownBytes(1'000) == "1.0 kB");
  REQUIRE(ShownBytes(2'500'000'000'000'000) == "2500.0 TB");
}

}  // namespace cli
