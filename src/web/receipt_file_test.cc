#include "web/receipt_file.h"

#include <doctest/doctest.h>

namespace web {

TEST_CASE("an address asks for the page of a receipt, or for it in one of two forms") {
  const auto page = ReceiptPlaceOf("18377");
  REQUIRE(page.has_value());
  REQUIRE(page->index == 18'377);
  REQUIRE(page->form == ReceiptForm::kPage);
  REQUIRE(ReceiptPlaceOf("0.json")->form == ReceiptForm::kJson);
  REQUIRE(ReceiptPlaceOf("7.tlog-proof")->form == ReceiptForm::kTlogProof);
  REQUIRE(ReceiptPlaceOf("7.tlog-proof")->index == 7);
  for (const char* name : {"", ".json", "x", "-1", "1.csv", "1.json.json", "1.json.tlog-proof"}) {
    CAPTURE(name);
    REQUIRE(!ReceiptPlaceOf(name));
  }
}

TEST_CASE("a file of a receipt is named after its number and form") {
  const ledger::Log::ProvedLeaves proved{.leaves = {{0, "{}", {}}}, .checkpoint = "a\n1\nroot\n\n"};
  const auto json = ReceiptFile({0, ReceiptForm::kJson}, proved);
  REQUIRE(json.headers.Find("Content-Disposition") == "attachment; filename=\"receipt-0.json\"");
  const auto proof = ReceiptFile({0, ReceiptForm::kTlogProof}, proved);
  REQUIRE(proof.headers.Find("Content-Disposition") ==
          "attachment; filename=\"receipt-0.tlog-proof\"");
  REQUIRE(proof.body.starts_with("c2sp.org/tlog-proof@v1"));
}

}  // namespace web
