// What requests and agreements share: their numbers, what happened to them, and the texts that
// stand beside the log.
//
// A text's digest is SHA-256(salt || text) and stands in a leaf; removing the text keeps the digest
// and loses salt and words for good. Repositories live as long as their Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/time.h"
#include "storage/repository.h"

namespace storage {

class NumberRepository : private Repository {
 public:
  explicit NumberRepository(Transaction& transaction) : Repository(transaction) {}

  // The next number of a series in a year, from 1. One that was given is never given again.
  base::Result<std::int64_t> Next(std::string_view series, std::int64_t year);
};

struct HistoryRow {
  std::string number;  // of the request or agreement
  std::string event;
  std::string state;  // after it
  std::string part;
  std::string reason;                      // a code, or empty
  std::string comment;                     // for the parties alone; may be empty
  std::optional<base::Digest> words = {};  // of the text beside the log
  base::Instant at;
  std::optional<std::int64_t> outbox = {};       // of the register log
  std::optional<std::uint64_t> leaf_index = {};  // read, not written
};

class HistoryRepository : private Repository {
 public:
  explicit HistoryRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const HistoryRow& row);
  // In the order in which it happened.
  base::Result<std::vector<HistoryRow>> ListOf(std::string_view number, std::size_t limit);
};

struct TextRow {
  base::Digest digest;
  std::string number;  // what it belongs to
  std::string salt;
  std::string text;
  std::optional<std::int64_t> removed_outbox = {};       // number of the leaf that says so
  std::optional<std::uint64_t> removed_leaf_index = {};  // read, not written
};

class TextRepository : private Repository {
 public:
  explicit TextRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const TextRow& row);
  base::Result<std::optional<TextRow>> Find(const base::Digest& digest);
  // True when it was there until now.
  base::Result<bool> Remove(const base::Digest& digest, std::int64_t outbox);
};

}  // namespace storage
