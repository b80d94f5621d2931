#include "engine/duckdb.h"

#include <dlfcn.h>
#include <duckdb.h>

#include <array>
#include <exception>
#include <span>
#include <utility>

#include "base/format.h"
#include "base/json_text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

constexpr std::size_t kMaxMessageBytes = 4'000;
constexpr const char* kLibraryRemedy =
    "Put libduckdb.so of the version that tools/third_party.lock names there.";

// The functions of the C API that are used here.
// clang-format off
#define DUCKDB_CALLS(CALL) \
  CALL(create_config) CALL(set_config) CALL(destroy_config) CALL(open_ext) CALL(close) \
  CALL(connect) CALL(disconnect) CALL(interrupt) CALL(free) CALL(prepare) CALL(prepare_error) \
  CALL(destroy_prepare) CALL(pending_prepared_streaming) CALL(pending_error) \
  CALL(execute_pending) CALL(destroy_pending) CALL(fetch_chunk) CALL(destroy_data_chunk) \
  CALL(destroy_result) CALL(result_error) CALL(column_count) CALL(column_type) \
  CALL(prepared_statement_column_count) CALL(prepared_statement_column_name) \
  CALL(prepared_statement_type) CALL(data_chunk_get_size) CALL(data_chunk_get_vector) \
  CALL(vector_get_data) CALL(vector_get_validity) CALL(validity_row_is_valid) \
  CALL(string_t_length) CALL(string_t_data)
// clang-format on

struct Calls {
  void* library = nullptr;
// NOLINTNEXTLINE(bugprone-macro-parentheses): it declares
#define MEMBER(name) decltype(&duckdb_##name) name = nullptr;
  DUCKDB_CALLS(MEMBER)
#undef MEMBER
};

// The loader knows by its name a library that is loaded already, so under the sandbox this opens no
// file. RTLD_NOW: nothing is left to bind later, when pages may no longer become executable.
base::Result<void*> Library(const std::string& path) {
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return Fail(ErrorCode::kUnavailable, "The DuckDB library cannot be loaded", path,
                kLibraryRemedy);
  }
  return library;
}

base::Result<Calls> CallsOf(const std::string& path) {
  void* library = TRY(Library(path));
  Calls calls;
  calls.library = library;
#define FIND(name)                                                                        \
  calls.name = reinterpret_cast<decltype(calls.name)>(::dlsym(library, "duckdb_" #name)); \
  if (calls.name == nullptr) {                                                            \
    return Fail(ErrorCode::kUnavailable, "The DuckDB library lacks duckdb_" #name, path,  \
                kLibraryRemedy);                                                          \
  }
  DUCKDB_CALLS(FIND)
#undef FIND
  return calls;
}

// The C API tells the class of a failure only for some calls, but every text begins with it.
ErrorCode CodeOf(std::string_view message) {
  constexpr std::array<std::string_view, 3> kFullDisk = {"File too large", "No space left",
                                                         "Disk quota exceeded"};
  for (const std::string_view each : kFullDisk) {
    if (message.find(each) != std::string_view::npos) return ErrorCode::kStorageFull;
  }
  constexpr std::array<std::pair<std::string_view, ErrorCode>, 5> kClasses = {{
      {"Out of Memory", ErrorCode::kTooLarge},
      {"Permission", ErrorCode::kForbidden},
      {"IO ", ErrorCode::kUnavailable},
      {"INTERNAL", ErrorCode::kInternal},
      {"FATAL", ErrorCode::kInternal},
  }};
  for (const auto& [start, code] : kClasses) {
    if (message.starts_with(start)) return code;
  }
  return ErrorCode::kInvalid;
}

std::unexpected<base::Error> Failure(const char* message) {
  const std::string_view text = message == nullptr ? "DuckDB gave no reason" : message;
  // Messages quote files and may be cut in the midst of a character; an Error is to be UTF-8.
  std::string what = base::RepairedUtf8(text.substr(0, kMaxMessageBytes));
  what.resize(base::ValidUtf8Bytes(std::string_view(what).substr(0, kMaxMessageBytes)));
  return Fail(CodeOf(text), std::move(what));
}

// DuckDB's C++ inside may throw through its C API when memory ends; such an exception stops here.
template <typename Body>
auto Guarding(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return Failure(exception.what());
  } catch (...) {
    return Fail(ErrorCode::kInternal, "DuckDB threw what is no exception");
  }
}

// One statement, from text to its last row. A result that is not read to its end is interrupted
// before it is destroyed: otherwise destroying it would wait for, or trip over, running tasks.
class Statement {
 public:
  Statement(const Calls& calls, duckdb_connection connection)
      : calls_(calls), connection_(connection) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    if (running_) calls_.interrupt(connection_);
    calls_.destroy_result(&result_);
    if (pending_ != nullptr) calls_.destroy_pending(&pending_);
    if (prepared_ != nullptr) calls_.destroy_prepare(&prepared_);
  }

  // DuckDB refuses more than one statement here.
  base::Result<void> Prepare(const std::string& sql) {
    if (sql.find('\0') != std::string::npos) {
      return Fail(ErrorCode::kInvalid, "SQL holds a zero byte", {}, "Leave it out.");
    }
    if (calls_.prepare(connection_, sql.c_str(), &prepared_) != DuckDBSuccess) {
      return Failure(calls_.prepare_error(prepared_));
    }
    return {};
  }

  base::Result<void> Start() {
    if (calls_.pending_prepared_streaming(prepared_, &pending_) != DuckDBSuccess) {
      return Failure(calls_.pending_error(pending_));
    }
    running_ = true;
    if (calls_.execute_pending(pending_, &result_) != DuckDBSuccess) {
      return Failure(calls_.result_error(&result_));
    }
    return {};
  }

  // Calls `each` for every chunk. A failure in mid-stream ends the chunks just as their end does:
  // only the error of the result tells the two apart.
  base::Result<void> EachChunk(
      const std::function<base::Result<void>(duckdb_data_chunk chunk)>& each) {
    for (;;) {
      duckdb_data_chunk chunk = calls_.fetch_chunk(result_);
      if (chunk == nullptr) break;
      const auto done = each(chunk);
      calls_.destroy_data_chunk(&chunk);
      if (!done) return done;
    }
    running_ = false;
    const char* message = calls_.result_error(&result_);
    if (message == nullptr || *message == '\0') return {};
    // Nobody interrupts while chunks are read. When one of its threads fails, DuckDB interrupts the
    // others, and now and then it reports that instead of the reason.
    if (std::string_view(message).starts_with("INTERRUPT")) {
      return Fail(ErrorCode::kInvalid, "The query failed in the midst of its result", {},
                  "Run it again to be told the reason.");
    }
    return Failure(message);
  }

  [[nodiscard]] bool IsSelect() const {
    return calls_.prepared_statement_type(prepared_) == DUCKDB_STATEMENT_TYPE_SELECT;
  }
  [[nodiscard]] std::vector<std::string> PreparedNames() const {
    std::vector<std::string> names;
    const idx_t count = calls_.prepared_statement_column_count(prepared_);
    for (idx_t column = 0; column < count; ++column) {
      const char* name = calls_.prepared_statement_column_name(prepared_, column);
      names.emplace_back(name == nullptr ? "" : name);
      calls_.free(const_cast<char*>(name));  // tidy: allow const-cast because the C API wants so
    }
    return names;
  }
  [[nodiscard]] std::vector<duckdb_type> ResultTypes() {
    std::vector<duckdb_type> types;
    const idx_t count = calls_.column_count(&result_);
    for (idx_t column = 0; column < count; ++column) {
      types.push_back(calls_.column_type(&result_, column));
    }
    return types;
  }

 private:
  const Calls& calls_;
  duckdb_connection connection_;
  duckdb_prepared_statement prepared_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
  duckdb_result result_{};
  bool running_ = false;
};

// A value of the few types that statements other than queries give, and that casting leaves.
base::Result<std::string> ValueText(const Calls& calls, duckdb_type type, void* values,
                                    std::size_t row) {
  switch (type) {
    case DUCKDB_TYPE_VARCHAR: {
      duckdb_string_t& text = static_cast<duckdb_string_t*>(values)[row];
      return std::string(calls.string_t_data(&text), calls.string_t_length(text));
    }
    case DUCKDB_TYPE_BIGINT:
      return Format("{}", static_cast<const std::int64_t*>(values)[row]);
    case DUCKDB_TYPE_BOOLEAN:
      return std::string(static_cast<const bool*>(values)[row] ? "true" : "false");
    default:
      return Fail(ErrorCode::kInvalid, "This statement gives values that are no text", {},
                  "Cast its columns to VARCHAR.");
  }
}

base::Result<void> AppendRows(const Calls& calls, duckdb_data_chunk chunk,
                              std::span<const duckdb_type> types, std::size_t max_rows,
                              TextTable& table) {
  const std::size_t first = table.rows.size();
  const idx_t count = calls.data_chunk_get_size(chunk);
  if (count > max_rows - first) {
    return Fail(ErrorCode::kTooLarge, Format("A result has more than {} rows", max_rows));
  }
  for (idx_t row = 0; row < count; ++row) table.rows.emplace_back(types.size());
  for (std::size_t column = 0; column < types.size(); ++column) {
    duckdb_vector vector = calls.data_chunk_get_vector(chunk, column);
    void* values = calls.vector_get_data(vector);
    std::uint64_t* validity = calls.vector_get_validity(vector);  // null: no value is null
    for (idx_t row = 0; row < count; ++row) {
      if (validity != nullptr && !calls.validity_row_is_valid(validity, row)) continue;
      table.rows[first + row][column] = TRY(ValueText(calls, types[column], values, row));
    }
  }
  return {};
}

base::Result<void> Drain(const Calls& calls, Statement& statement, std::size_t max_rows,
                         TextTable& table) {
  TRY(statement.Start());
  const std::vector<duckdb_type> types = statement.ResultTypes();
  return statement.EachChunk([&](duckdb_data_chunk chunk) -> base::Result<void> {
    return AppendRows(calls, chunk, types, max_rows, table);
  });
}

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char character : text) {
    if (character == '\0') {
      quoted += "\xEF\xBF\xBD";
      continue;
    }
    if (character == quote) quoted += quote;
    quoted += character;
  }
  quoted += quote;
  return quoted;
}

std::string ListOf(std::span<const std::string> paths) {
  std::string list = "[";
  for (const std::string& path : paths) {
    if (list.size() > 1) list += ", ";
    list += SqlText(path);
  }
  return list + "]";
}

}  // namespace

struct Duckdb::Connection {
  Calls calls;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (connection != nullptr) calls.disconnect(&connection);
    if (database != nullptr) calls.close(&database);
  }

  base::Result<void> Open(const DuckdbOptions& options);
};

base::Result<void> Duckdb::Connection::Open(const DuckdbOptions& options) {
  duckdb_config config = nullptr;
  if (calls.create_config(&config) != DuckDBSuccess) {
    calls.destroy_config(&config);
    return Fail(ErrorCode::kInternal, "DuckDB gave no configuration");
  }
  const std::array<std::pair<const char*, std::string>, 7> settings = {{
      {"threads", Format("{}", options.threads)},
      {"memory_limit", Format("{}B", options.memory_bytes)},
      {"allow_unsigned_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  }};
  for (const auto& [name, value] : settings) {
    if (calls.set_config(config, name, value.c_str()) == DuckDBSuccess) continue;
    calls.destroy_config(&config);
    return Fail(ErrorCode::kInternal, "DuckDB refused a setting", name);
  }
  char* reason = nullptr;
  const duckdb_state opened = calls.open_ext(nullptr, &database, config, &reason);
  calls.destroy_config(&config);
  if (opened != DuckDBSuccess) {
    const auto failure = Failure(reason);
    if (reason != nullptr) calls.free(reason);
    return failure;
  }
  if (calls.connect(database, &connection) != DuckDBSuccess) {
    return Fail(ErrorCode::kInternal, "DuckDB gave no connection");
  }
  return {};
}

base::Result<void> Duckdb::Load(const std::string& library_path) {
  TRY(CallsOf(library_path));
  return {};
}

base::Result<std::unique_ptr<Duckdb>> Duckdb::Open(const DuckdbOptions& options) {
  auto connection = std::make_unique<Connection>();
  connection->calls = TRY(CallsOf(options.library_path));
  TRY(Guarding([&] { return connection->Open(options); }));
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Duckdb> duckdb(new Duckdb(std::move(connection)));
  TRY(duckdb->Execute("SET temp_directory = ''"));  // nothing spills
  TRY(duckdb->Execute("SET TimeZone = 'UTC'"));
  TRY(duckdb->Execute("SET allowed_paths = " + ListOf(options.readable_files)));
  if (options.writable_folder) {
    const std::string folder = *options.writable_folder + "/";
    TRY(duckdb->Execute("SET allowed_directories = " + ListOf({&folder, 1})));
  }
  TRY(duckdb->Execute("SET enable_external_access = false"));
  TRY(duckdb->Execute("SET lock_configuration = true"));
  return duckdb;
}

Duckdb::Duckdb(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Duckdb::~Duckdb() = default;

base::Result<void> Duckdb::Execute(const std::string& sql) {
  return Guarding([&]() -> base::Result<void> {
    Statement statement(connection_->calls, connection_->connection);
    TRY(statement.Prepare(sql));
    TRY(statement.Start());
    return statement.EachChunk([](duckdb_data_chunk) -> base::Result<void> { return {}; });
  });
}

base::Result<TextTable> Duckdb::Query(const std::string& sql, std::size_t max_rows) {
  return Guarding([&]() -> base::Result<TextTable> {
    const Calls& calls = connection_->calls;
    TextTable table;
    Statement given(calls, connection_->connection);
    TRY(given.Prepare(sql));
    table.names = given.PreparedNames();
    if (!given.IsSelect()) {
      TRY(Drain(calls, given, max_rows, table));
      return table;
    }
    // DuckDB itself casts each value to text; the line end shuts a comment at the end of the SQL.
    Statement cast(calls, connection_->connection);
    TRY(cast.Prepare("SELECT COLUMNS(*)::VARCHAR FROM (\n" + sql + "\n)"));
    TRY(Drain(calls, cast, max_rows, table));
    return table;
  });
}

Duckdb::Native Duckdb::native() const {
  return {.library = connection_->calls.library, .connection = connection_->connection};
}

std::string SqlText(std::string_view text) { return Quoted(text, '\''); }
std::string SqlName(std::string_view name) { return Quoted(name, '"'); }

}  // namespace engine
