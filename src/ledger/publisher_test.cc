#include "ledger/publisher.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace ledger {

TEST_CASE("what was recorded is published soon, also after a failure, and at the end") {
  base::SimulatedWorld world(1);
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, 's')).value();
  KeyList keys{{{"a", key.public_key()}, 0, std::nullopt}};
  const auto log = Log::Open(world, "log", "a", std::move(key), keys, [](auto, auto, auto) {
                     return base::Result<void>{};
                   }).value();
  base::Guarded<std::string> written;
  base::EventLog events(world.clock(), [&](std::string_view line) {
    {
      auto text = written.Lock();
      *text += line;
    }
    written.NotifyAll();
  });
  {
    Publisher publisher(*log, events, 1);
    // The checkpoint cannot be put in place for a while.
    world.FailSyncsOf([](std::string_view path) { return path == "log/checkpoint.new"; });
    REQUIRE(log->Append("leaf").has_value());
    {
      auto text = written.Lock();
      text.Wait([](const std::string& said) { return !said.empty(); });
      REQUIRE(text->find("log.publish-failed") != std::string::npos);
    }
    REQUIRE(log->published_size() == 0);
    world.FailSyncsOf({});
    REQUIRE(log->Append("another").has_value());
  }
  REQUIRE(log->published_size() == 2);
}

}  // namespace ledger
