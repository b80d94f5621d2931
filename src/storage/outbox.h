// The outbox: leaves that were committed together with the change they tell of, on their way to a
// log.
//
// A change of state and its leaf are one fact: both are written in one transaction. Then the log
// takes the leaf, and the outbox stores the index that the log gave. A row without an index is
// pending; at start-up pending rows are sent again, and the number of the row, which stands inside
// the leaf, tells the log's side whether it has the leaf already.
//
// A repository lives as long as the Transaction it was made from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

namespace storage {

// The two logs, as the store numbers them.
enum class LogName : unsigned char { kRegister = 0, kAccess = 1 };

struct PendingLeaf {
  std::int64_t id = 0;
  std::string leaf;
};

class OutboxRepository {
 public:
  explicit OutboxRepository(Transaction& transaction) : database_(transaction.database_) {}

  // Stores a pending leaf. `make_leaf` is told the row's number, counted for each log from 1, so
  // that it can stand inside the leaf. Returns the number and the leaf's bytes.
  base::Result<PendingLeaf> Add(LogName log,
                                const std::function<std::string(std::int64_t id)>& make_leaf);

  // The leaf has this index in its log, which keeps its bytes from now on. kNotFound when there is
  // no such row.
  base::Result<void> SetIndex(LogName log, std::int64_t id, std::uint64_t index);

  // Pending rows in the order of their numbers, at most `limit`.
  base::Result<std::vector<PendingLeaf>> Pending(LogName log, std::size_t limit);

  // The index of a row: nothing while it is pending. kNotFound when there is no such row.
  base::Result<std::optional<std::uint64_t>> IndexOf(LogName log, std::int64_t id);

  // How many rows are pending, counted up to `limit`.
  base::Result<std::size_t> CountPending(LogName log, std::size_t limit);

  // How many leaves the log must hold at least: one more than the largest index that was stored.
  base::Result<std::uint64_t> LeastLogSize(LogName log);

  // The number that the next row of this log will have.
  base::Result<std::int64_t> NextId(LogName log);

 private:
  Database& database_;
};

}  // namespace storage
