#include "exchange/extract_key.h"

#include <doctest/doctest.h>

#include <set>

namespace exchange {
namespace {

ExtractKeyParts SomeParts() {
  return {.agreement = "DSA-2026-0041",
          .policy = base::Sha256("policy"),
          .token_key_version = 1,
          .dataset = {.data = base::Sha256("data"), .schema = base::Sha256("schema")},
          .list = VersionDigests{.data = base::Sha256("list"), .schema = base::Sha256("two")}};
}

}  // namespace

TEST_CASE("the key of an extract is the digest of the canonical text that the page shows") {
  ExtractKeyParts parts = SomeParts();
  parts.list.reset();
  const std::string text = R"({"agreement":"DSA-2026-0041","compiler":1,"data":")" +
                           parts.dataset.data.Hex() + R"(","format":1,"lists":[],"policy":")" +
                           parts.policy.Hex() + R"(","schema":")" + parts.dataset.schema.Hex() +
                           R"(","token_key":1})";
  REQUIRE(ExtractKey(parts) == base::Sha256(text));
}

TEST_CASE("whatever shapes the rows of an extract changes its key") {
  std::set<base::Digest> keys = {ExtractKey(SomeParts())};
  const auto differs = [&](auto change) {
    ExtractKeyParts parts = SomeParts();
    change(parts);
    REQUIRE(keys.insert(ExtractKey(parts)).second);
  };
  differs([](ExtractKeyParts& parts) { parts.agreement = "DSA-2026-0042"; });
  differs([](ExtractKeyParts& parts) { parts.policy = base::Sha256("other"); });
  differs([](ExtractKeyParts& parts) { parts.token_key_version = 2; });
  differs([](ExtractKeyParts& parts) { parts.dataset.data = base::Sha256("other"); });
  differs([](ExtractKeyParts& parts) { parts.dataset.schema = base::Sha256("other"); });
  differs([](ExtractKeyParts& parts) { parts.list->data = base::Sha256("other"); });
  differs([](ExtractKeyParts& parts) { parts.list->schema = base::Sha256("other"); });
  differs([](ExtractKeyParts& parts) { parts.list.reset(); });
}

}  // namespace exchange
