// The damage that verify must notice is a list in tests/clients/cases.py, run against this code and
// against the second verifier. Here: that a log which grows under many publications verifies at
// each of them.
#include "ledger/verify.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "ledger/log.h"
#include "ledger/receipt.h"

namespace ledger {
namespace {

constexpr const char* kName = "data.example/register";

base::SigningKey Signer() {
  return base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, 's')).value();
}

KeyList Keys() { return {{{kName, Signer().public_key()}, 0, std::nullopt}}; }

}  // namespace

TEST_CASE("every publication of a growing log verifies, since every earlier one") {
  base::SimulatedWorld world(1);
  base::Files& files = world.files();
  const auto log = Log::Open(world, "log", kName, Signer(), Keys(), [](auto, auto, auto) {
                     return base::Result<void>{};
                   }).value();
  std::string kept;
  for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 600U}) {
    CAPTURE(size);
    while (log->size() < size) {
      REQUIRE(log->Append("{\"n\":" + std::to_string(log->size()) + "}").has_value());
    }
    REQUIRE(log->Publish().has_value());
    VerifyRequest request{Keys(), "log", std::nullopt, {"receipt"}};
    REQUIRE(base::ReplaceFile(files, "receipt", WriteReceipt(log->Prove({size / 2}).value()))
                .has_value());
    if (!kept.empty()) {
      REQUIRE(base::ReplaceFile(files, "kept", kept).has_value());
      request.since_path = "kept";
    }
    const VerifyReport report = Verify(files, request).value();
    REQUIRE(report.checkpoint->size == size);
    REQUIRE(report.receipts.size() == 1);
    kept = log->SignedCheckpoint();
  }
}

TEST_CASE("a request that names nothing, or half of what is needed, is a mistake in use") {
  base::SimulatedWorld world(1);
  const auto where = [&](const VerifyRequest& request) {
    return Verify(world.files(), request).error().where;
  };
  REQUIRE(where({Keys(), std::nullopt, std::nullopt, {}}).starts_with("--"));
  REQUIRE(where({Keys(), std::nullopt, "since", {"receipt"}}).starts_with("--"));
  REQUIRE(Verify(world.files(), {Keys(), "absent", std::nullopt, {}}).error().code ==
          base::ErrorCode::kNotFound);
}

}  // namespace ledger
