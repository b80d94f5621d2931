// Arbitrary bytes as a stream of batches: no access may leave them, whatever they claim.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/batch_decoder.h"

namespace {

// Looks at every value.
std::uint64_t Sum(const engine::Batch& batch) {
  std::uint64_t sum = 0;
  for (const engine::ColumnView& column : batch.columns()) {
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (column.IsNull(row)) continue;
      switch (column.type().kind) {
        case engine::ColumnKind::kBoolean:
          sum += column.Boolean(row) ? 1 : 0;
          break;
        case engine::ColumnKind::kString:
          for (const char c : column.Text(row)) sum += static_cast<unsigned char>(c);
          break;
        case engine::ColumnKind::kDecimal:
          sum += static_cast<std::uint64_t>(column.Decimal(row));
          break;
        case engine::ColumnKind::kDate:
          sum += static_cast<std::uint64_t>(column.Dates()[row]);
          break;
        default:
          sum += static_cast<std::uint64_t>(column.Longs()[row]);
      }
    }
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  engine::BatchDecoder decoder;
  volatile std::uint64_t seen = 0;
  if (!decoder.Add({reinterpret_cast<const char*>(data), size})) return 0;
  while (const auto batch = decoder.Next()) seen = seen + Sum(*batch);
  return 0;
}
