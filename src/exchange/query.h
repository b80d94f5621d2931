// The query door: a recipient's SQL over the extract of an agreement, its rows as a stream.
//
// In this order, each step visible in query.cc: the gate lets in and puts on record; the extract is
// found or made; the SQL is parsed and checked; a worker that can open the extract's file and
// nothing else, kept from an earlier query of it where there is one, runs what was written anew;
// its chunks are passed on; the gate puts the end on record. From the opening on every way out is
// on record, with the outcome that docs/formats/access.md says.
//
// Thread safety: Query from any thread; a QueryStream belongs to one at a time, though the stop of
// its access comes from another: then the worker is killed at once, and Next gives nothing more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "agreements/gate.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"
#include "base/world.h"
#include "engine/result_stream.h"
#include "engine/worker_pool.h"
#include "exchange/extracts.h"
#include "identity/principal.h"

namespace exchange {

// Limits.
inline constexpr std::int64_t kMaxQueryMs = 10LL * 60 * 1'000;
inline constexpr std::int64_t kMaxParseMs = 10'000;

struct QuerySettings {
  std::string library_path;  // libduckdb.so
  std::string program = "/proc/self/exe";
  engine::SandboxOptions sandbox = {};
  engine::WorkerLimits limits = {};
  std::int64_t deadline_ms = kMaxQueryMs;  // once there is an extract, to the last chunk
  std::int64_t parse_ms = kMaxParseMs;
};

// What the door is made of. The pool has kSqlParse as a warm kind (SqlParseStart).
struct QueryServices {
  base::World& world;
  agreements::Gate& gate;
  Extracts& extracts;
  engine::WorkerPool& pool;
  QuerySettings settings;
};

struct QueryQuestion {
  std::string agreement;
  std::string purpose;  // empty: none was named
  std::string sql;
  base::Json params = base::Json::Array({});  // query_parameters.h
  engine::ResultFormat format = engine::ResultFormat::kJson;
  // Told the number of the receipt once the access is on record, also where it ends as an Error.
  std::function<void(std::uint64_t opened_index)> on_opened = {};
};

class QueryStream {
 public:
  QueryStream(const QueryStream&) = delete;
  QueryStream& operator=(const QueryStream&) = delete;
  // Kills the worker. Not finished: the access is closed as cut, or as revoked after a stop.
  ~QueryStream();

  // The next bytes of the reply, at most 256 KiB; nothing at its end. After an Error the access is
  // closed: kConflict after a stop, kUnavailable when the time is over or the worker ended, else
  // what the worker said, which may quote the query and is for the asker, not for the log.
  base::Result<std::optional<std::string>> Next();
  // Once the end was seen and everything has gone out to the reader: closes the access as complete
  // and gives the index of its closing leaf. kConflict when a stop came before this.
  base::Result<std::uint64_t> Finish();

  // Of the opening leaf: the number of the receipt.
  [[nodiscard]] std::uint64_t opened_index() const { return opened_index_; }
  // Requested when not a byte more may go out: whoever waits for a slow reader must let go then.
  [[nodiscard]] std::stop_token stop() const { return stop_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  friend class QueryAccess;
  QueryStream(base::World& world, agreements::Gate& gate, agreements::Permit permit,
              Extract extract, engine::WorkerLoan loan, base::Digest template_digest,
              std::int64_t deadline_us);

  // Asks the worker and waits for the first chunk, so that most failures come before the reply.
  base::Result<void> Begin(const std::string& request);
  base::Result<std::optional<std::string>> Receive();
  [[nodiscard]] std::int64_t RemainingMs();
  // Closes the access, once.
  base::Result<std::uint64_t> Close(agreements::AccessOutcome outcome);
  std::unexpected<base::Error> End(base::Error error);

  base::World& world_;
  agreements::Gate& gate_;
  std::optional<agreements::Permit> permit_;  // nothing: the access is closed
  const std::stop_token stop_;
  const std::uint64_t opened_index_;
  const Extract extract_;
  const base::Digest template_digest_;
  const std::int64_t deadline_us_;  // monotonic
  base::Sha256Stream body_;
  std::uint64_t bytes_ = 0;
  std::uint64_t rows_ = 0;
  std::optional<std::string> first_;  // came with Begin
  bool is_begun_ = false;             // a chunk, or the end, has come
  bool is_whole_ = false;             // the end has come
  engine::WorkerLoan loan_;
  std::stop_callback<std::function<void()>> kill_;  // last: it uses the loan
};

// What sends a stream to its reader: gives the next bytes and true, and false once all have gone
// out, with which the access is closed as complete. Dropped before that, it closes it as cut.
std::function<base::Result<bool>(std::string& chunk)> SenderOf(std::shared_ptr<QueryStream> stream);

// Everything that Gate::Enter, Extracts::Get, ParseSql and CheckSql say; kInvalid for what DuckDB
// refuses, in its words.
base::Result<std::unique_ptr<QueryStream>> Query(const QueryServices& services,
                                                 const identity::Principal& principal,
                                                 const QueryQuestion& question);

}  // namespace exchange
