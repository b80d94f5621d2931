// How identifiers, instants and digests stand in a column: as hex text, microseconds and bytes.
// Inside storage only; what does not fit was not written by us.
#pragma once

#include <optional>

#include "base/crypto.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "storage/database.h"

namespace storage::internal {

template <typename Id>
base::Result<Id> ReadId(const Statement& statement, int column) {
  auto id = Id::Parse(statement.Bytes(column));
  if (!id) {
    return base::Fail(base::ErrorCode::kDamaged, "The store holds an identifier that is none",
                      "store");
  }
  return std::move(*id);
}

inline base::Instant ReadInstant(const Statement& statement, int column) {
  return base::Instant{statement.Integer(column)};
}

inline std::optional<std::int64_t> ReadOptional(const Statement& statement, int column) {
  if (statement.IsNull(column)) return std::nullopt;
  return statement.Integer(column);
}

}  // namespace storage::internal
