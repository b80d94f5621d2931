// Accesses: what was asked, in exact words, beside the two leaves of the access log that only
// commit to it.
//
// A row is written with the opening leaf, marked with the closing one, and emptied when its private
// record is erased. A row without a closing leaf is an access that still runs, or that the end of
// the server cut: start-up closes those. A repository lives as long as its Transaction
// (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "storage/subjects.h"

namespace storage {

struct AccessRow {
  std::int64_t opened_outbox = 0;  // number in the access log's outbox
  std::string agreement;           // its public number
  SubjectId subject;
  std::int64_t day = 0;  // civil day of London, since 1970
  std::string salt;      // both empty once erased
  std::string record;    // canonical JSON
  std::optional<std::int64_t> closed_outbox;
  std::optional<std::uint64_t> opened_index;  // of the leaf; read, not written
  std::optional<std::uint64_t> closed_index;
};

class AccessRepository : private Repository {
 public:
  explicit AccessRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const AccessRow& row);
  base::Result<std::optional<AccessRow>> Find(std::int64_t opened_outbox);
  // The access whose opening leaf has this index.
  base::Result<std::optional<AccessRow>> FindByIndex(std::uint64_t opened_index);
  // True when it was open until now.
  base::Result<bool> Close(std::int64_t opened_outbox, std::int64_t closed_outbox);
  // Those without a closing leaf, oldest first.
  base::Result<std::vector<AccessRow>> Open(std::size_t limit);
  // How many accesses an agreement had on a day.
  struct DayCount {
    std::string agreement;
    std::uint64_t accesses = 0;
  };
  base::Result<std::vector<DayCount>> CountsOf(std::int64_t day, std::size_t limit);
  // Newest first, those before `before_outbox`.
  base::Result<std::vector<AccessRow>> ListOf(std::string_view agreement,
                                              std::int64_t before_outbox, std::size_t limit);
  // The same of those whose opening leaf stands before `end_index`, as far as a log of that size
  // tells: a closing leaf beyond it is not there yet. By the opening leaf, newest first.
  base::Result<std::vector<AccessRow>> ListWithin(std::string_view agreement,
                                                  std::uint64_t end_index,
                                                  std::uint64_t before_index, std::size_t limit);
  // How many of those there are on each day, the latest day first.
  struct DayTotal {
    std::int64_t day = 0;
    std::uint64_t accesses = 0;
  };
  base::Result<std::vector<DayTotal>> DaysWithin(std::string_view agreement,
                                                 std::uint64_t end_index, std::size_t limit);
  base::Result<std::uint64_t> CountWithin(std::string_view agreement, std::uint64_t end_index);
  base::Result<void> Erase(std::int64_t opened_outbox);
};

}  // namespace storage
