// DuckDB inside a worker process: one in-memory database, SQL of ours, results as values.
//
// Only worker processes load DuckDB (by dlopen, so that the server never holds it), and only engine
// names it. It is used through its C API, whose every return code is checked. SQL given here is
// ours: written by the program, or regenerated from an accepted syntax tree; a stranger's text
// never reaches it.
//
// Thread safety: a Duckdb belongs to one thread; DuckDB itself uses as many as it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/result_rows.h"

struct ArrowArrayStream;  // nanoarrow/nanoarrow.h

namespace engine {

struct DuckdbOptions {
  std::string library_path;  // of libduckdb.so
  unsigned threads = 2;
  std::uint64_t memory_bytes = 1ULL << 30U;
  // Files that SQL may read, and the one folder that it may write; DuckDB refuses all others by
  // itself, as a second line behind the kernel's.
  std::vector<std::string> readable_files = {};
  std::optional<std::string> writable_folder = {};
};

// A result in full, each value as text (nothing: null). For small results alone.
struct TextTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

class Duckdb {
 public:
  // Loads the library (once in a process) without opening a database: this must come before the
  // sandbox is put on.
  static base::Result<void> Load(const std::string& library_path);

  // Opens a database in memory with external access, extensions and configuration locked as
  // DuckdbOptions say.
  static base::Result<std::unique_ptr<Duckdb>> Open(const DuckdbOptions& options);
  Duckdb(const Duckdb&) = delete;
  Duckdb& operator=(const Duckdb&) = delete;
  ~Duckdb();

  // Runs one statement whose rows nobody wants.
  base::Result<void> Execute(const std::string& sql);

  // Runs one query, without a semicolon at its end, and gives at most `max_rows` rows (kTooLarge
  // beyond). DuckDB's own message stands in Error.what, cut to 4,000 bytes: it may hold values, so
  // the caller decides who sees it.
  base::Result<TextTable> Query(const std::string& sql, std::size_t max_rows);

  // What functions that engine itself adds to SQL (token_function.h) are registered with: the
  // handle of the library and its duckdb_connection, both valid as long as this object.
  struct Native {
    void* library = nullptr;
    void* connection = nullptr;
  };
  [[nodiscard]] Native native() const;

  // Runs one SELECT and hands its rows to `sink` as DuckDB makes them; only so much as a few chunks
  // is held at a time. Columns have types of the closed list: what DuckDB has besides is cast where
  // that loses nothing (docs/formats/result.md) and refused (kInvalid, naming type and column)
  // before Begin otherwise. Parameters are bound, never spliced. Errors as Query's.
  base::Result<void> Stream(const std::string& sql, std::span<const SqlParameter> parameters,
                            RowSink& sink);

  // Makes a view over a stream of Arrow's C data interface, which can be read once and outlives
  // this.
  base::Result<void> ViewArrow(const std::string& name, ArrowArrayStream& stream);

 private:
  struct Connection;
  explicit Duckdb(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

// 'text' as a literal of SQL and "name" as an identifier of SQL, with quotes doubled. A zero byte
// becomes U+FFFD.
std::string SqlText(std::string_view text);
std::string SqlName(std::string_view name);

}  // namespace engine
