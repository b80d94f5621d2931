#include "ledger/receipt.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "ledger/testing.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr const char* kName = "data.example/access";

base::SigningKey Signer() {
  return base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, 's')).value();
}

KeyList Keys() { return {{{kName, Signer().public_key()}, 0, std::nullopt}}; }

// A receipt over a log of these leaves, for the leaves at `indices`.
Receipt ReceiptOf(const std::vector<std::string>& leaves,
                  const std::vector<std::uint64_t>& indices) {
  base::SimulatedWorld world(1);
  const auto log = Log::Open(world, "log", kName, Signer(), Keys(), [](auto, auto, auto) {
                     return base::Result<void>{};
                   }).value();
  for (const std::string& leaf : leaves) REQUIRE(log->Append(leaf).has_value());
  return log->Prove(indices).value();
}

const std::vector<std::string> kAccess = {R"({"kind":"other"})", R"({"kind":"access.opened"})",
                                          R"({"kind":"access.closed","opened":1})"};

}  // namespace

TEST_CASE("a receipt is written, read back and holds") {
  const Receipt receipt = ReceiptOf(kAccess, {1, 2});
  const Receipt read = ParseReceipt(WriteReceipt(receipt)).value();
  REQUIRE(WriteReceipt(read) == WriteReceipt(receipt));
  REQUIRE(VerifyReceipt(read, Keys()).value().size == 3);
}

TEST_CASE("a changed leaf, proof, index or checkpoint does not hold, and the entry is named") {
  const auto where = [](auto change) {
    Receipt receipt = ReceiptOf(kAccess, {1, 2});
    change(receipt);
    const auto verified = VerifyReceipt(receipt, Keys());
    REQUIRE(verified.error().code == ErrorCode::kUntrue);
    return verified.error().where;
  };
  REQUIRE(where([](Receipt& r) { r.leaves[1].leaf[2] ^= 1; }) == "/entries/1");
  REQUIRE(where([](Receipt& r) { r.leaves[0].index = 0; }) == "/entries/0");
  REQUIRE(where([](Receipt& r) { r.leaves[0].proof.pop_back(); }) == "/entries/0");
  REQUIRE(where([](Receipt& r) { r.leaves[1].proof[0].bytes[5] ^= 1; }) == "/entries/1");
  where([](Receipt& r) { r.checkpoint.insert(r.checkpoint.find('\n') + 1, "1"); });
  REQUIRE(VerifyReceipt(ReceiptOf(kAccess, {1}), {}).error().code == ErrorCode::kUntrue);
}

TEST_CASE("a closing entry must follow the opening one that it names") {
  const auto holds = [](const std::vector<std::uint64_t>& indices) {
    return VerifyReceipt(ReceiptOf(kAccess, indices), Keys()).has_value();
  };
  REQUIRE(holds({1}));
  REQUIRE(holds({0, 1, 2}));
  REQUIRE_FALSE(holds({2}));
  REQUIRE_FALSE(holds({2, 1}));
  REQUIRE_FALSE(holds({1, 0, 2}));
  REQUIRE_FALSE(VerifyReceipt(ReceiptOf({"no JSON"}, {0}), Keys()).has_value());
}

TEST_CASE("receipts of another form are refused with the place") {
  const std::string good = WriteReceipt(ReceiptOf(kAccess, {1, 2}));
  const auto where = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return ParseReceipt(text).error().where;
  };
  REQUIRE(where("receipt-1", "receipt-2") == "/format");
  REQUIRE(where("\"index\": 1", "\"index\": -1") == "/entries/0/index");
  REQUIRE(where("\"index\": 1", "\"idx\": 1").starts_with("/entries/0"));
  REQUIRE(ParseReceipt("").error().code == ErrorCode::kInvalid);
  REQUIRE(ParseReceipt(std::string(kMaxReceiptBytes + 1, ' ')).error().code ==
          ErrorCode::kTooLarge);
}

TEST_CASE("a tlog-proof is written and read back, with and without extra") {
  const Receipt receipt = ReceiptOf(kAccess, {1});
  const TlogProof proof{1, receipt.leaves[0].proof, receipt.checkpoint};
  std::string text = WriteTlogProof(proof);
  REQUIRE(LooksLikeTlogProof(text));
  REQUIRE(WriteTlogProof(ParseTlogProof(text).value()) == text);
  text.insert(text.find("index"), "extra Zm9v\n");
  REQUIRE(ParseTlogProof(text).value().index == 1);
  for (const char* bad :
       {"", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\nZm9v\n\nx"}) {
    CAPTURE(bad);
    REQUIRE(ParseTlogProof(bad).error().code == ErrorCode::kInvalid);
  }
}

}  // namespace ledger
