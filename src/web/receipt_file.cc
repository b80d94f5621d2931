#include "web/receipt_file.h"

#include "base/bytes.h"
#include "base/format.h"
#include "ledger/receipt.h"
#include "web/desk.h"

namespace web {

std::optional<ReceiptPlace> ReceiptPlaceOf(std::string_view name) {
  ReceiptPlace place;
  if (name.ends_with(kReceiptSuffix)) {
    place.form = ReceiptForm::kJson;
    name.remove_suffix(kReceiptSuffix.size());
  } else if (name.ends_with(kTlogProofSuffix)) {
    place.form = ReceiptForm::kTlogProof;
    name.remove_suffix(kTlogProofSuffix.size());
  }
  const auto index = base::ParseDecimal(name);
  if (!index) return std::nullopt;
  place.index = *index;
  return place;
}

http::Response ReceiptFile(const ReceiptPlace& place, const ledger::Log::ProvedLeaves& proved) {
  const bool is_tlog_proof = place.form == ReceiptForm::kTlogProof;
  http::Response response =
      is_tlog_proof
          ? http::MakeResponse(200, "text/plain; charset=utf-8",
                               ledger::WriteTlogProof(
                                   {place.index, proved.leaves.front().proof, proved.checkpoint}))
          : http::MakeResponse(200, "application/json", ledger::WriteReceipt(proved));
  AddHeader(response, "Content-Disposition",
            base::Format("attachment; filename=\"receipt-{}{}\"", place.index,
                         is_tlog_proof ? kTlogProofSuffix : kReceiptSuffix));
  return response;
}

}  // namespace web
