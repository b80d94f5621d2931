// A receipt as a file to keep, of either log: the suffix of an address says in which form.
// Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "ledger/log.h"

namespace web {

enum class ReceiptForm : unsigned char { kPage, kJson, kTlogProof };

inline constexpr std::string_view kReceiptSuffix = ".json";
inline constexpr std::string_view kTlogProofSuffix = ".tlog-proof";

// What the last part of an address asks for.
struct ReceiptPlace {
  std::uint64_t index = 0;
  ReceiptForm form = ReceiptForm::kPage;
};
// Nothing when it is not a number, with one of the suffixes or without.
std::optional<ReceiptPlace> ReceiptPlaceOf(std::string_view name);

// `place` is no page; a .tlog-proof is of the first leaf. The caller says what caches may do.
http::Response ReceiptFile(const ReceiptPlace& place, const ledger::Log::ProvedLeaves& proved);

}  // namespace web
