#include "engine/token_function.h"

#include <dlfcn.h>
#include <duckdb.h>

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "base/json_text.h"
#include "base/text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::array<std::string_view, 3> kRuleNames = {"exact", "compact", "name"};
constexpr std::string_view kTokenScheme = "tabularium-token-1";
constexpr std::size_t kTokenDigestBytes = 16;

// --- normal forms ------------------------------------------------------------------------------

struct Range {
  char32_t first;
  char32_t last;
};

// The property White_Space (Unicode, PropList.txt).
constexpr std::array<Range, 10> kBlanks = {{{0x09, 0x0D},
                                            {0x20, 0x20},
                                            {0x85, 0x85},
                                            {0xA0, 0xA0},
                                            {0x1680, 0x1680},
                                            {0x2000, 0x200A},
                                            {0x2028, 0x2029},
                                            {0x202F, 0x202F},
                                            {0x205F, 0x205F},
                                            {0x3000, 0x3000}}};
// What cannot be seen: soft hyphen, joiners, marks of direction, byte order mark.
constexpr std::array<Range, 7> kMarks = {{{0xAD, 0xAD},
                                          {0x61C, 0x61C},
                                          {0x200B, 0x200F},
                                          {0x202A, 0x202E},
                                          {0x2060, 0x2064},
                                          {0x2066, 0x2069},
                                          {0xFEFF, 0xFEFF}}};

template <std::size_t size>
bool Holds(const std::array<Range, size>& ranges, char32_t point) {
  for (const Range& range : ranges) {
    if (range.first <= point && point <= range.last) return true;
  }
  return false;
}

// The code point at the front of UTF-8 that is well formed, and its bytes.
std::pair<char32_t, std::size_t> FrontPoint(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) point = point << 6U | (byte(i) & 0x3FU);
  return {point, bytes};
}

bool IsAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

void UpperAscii(std::string& text) {
  for (char& c : text) {
    if ('a' <= c && c <= 'z') c = static_cast<char>(c - 32);
  }
}

// Without marks, and with `blank` in place of each run of blanks within; none at the ends.
std::string Spaced(std::string_view text, std::string_view blank) {
  std::string spaced;
  spaced.reserve(text.size());
  bool pending = false;
  while (!text.empty()) {
    const auto [point, bytes] = FrontPoint(text);
    if (Holds(kBlanks, point)) {
      pending = true;
    } else if (!Holds(kMarks, point)) {
      if (pending && !spaced.empty()) spaced += blank;
      pending = false;
      spaced += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return spaced;
}

// --- what DuckDB calls -------------------------------------------------------------------------

// A function of two texts, which writes over `result`, or gives false for null; called by several
// threads at once.
using TextFunction =
    std::function<bool(std::string_view selector, std::string_view text, std::string& result)>;

// clang-format off
#define TEXT_FUNCTION_CALLS(CALL) \
  CALL(create_scalar_function) CALL(destroy_scalar_function) CALL(scalar_function_set_name) \
  CALL(scalar_function_add_parameter) CALL(scalar_function_set_return_type) \
  CALL(scalar_function_set_extra_info) CALL(scalar_function_set_function) \
  CALL(scalar_function_set_error) CALL(register_scalar_function) CALL(create_logical_type) \
  CALL(destroy_logical_type) CALL(data_chunk_get_size) CALL(data_chunk_get_vector) \
  CALL(vector_get_data) CALL(vector_get_validity) CALL(validity_row_is_valid) \
  CALL(string_t_length) CALL(string_t_data) CALL(vector_ensure_validity_writable) \
  CALL(validity_set_row_invalid) CALL(vector_assign_string_element_len)
// clang-format on

struct Calls {
// NOLINTNEXTLINE(bugprone-macro-parentheses): it declares
#define MEMBER(name) decltype(&duckdb_##name) name = nullptr;
  TEXT_FUNCTION_CALLS(MEMBER)
#undef MEMBER
};

base::Result<Calls> CallsOf(void* library) {
  Calls calls;
#define FIND(name)                                                                        \
  calls.name = reinterpret_cast<decltype(calls.name)>(::dlsym(library, "duckdb_" #name)); \
  if (calls.name == nullptr) {                                                            \
    return Fail(ErrorCode::kUnavailable, "The DuckDB library lacks duckdb_" #name);       \
  }
  TEXT_FUNCTION_CALLS(FIND)
#undef FIND
  return calls;
}

// What DuckDB keeps with the function, and gives back with each chunk.
struct Registered {
  Calls calls;
  TextFunction function;
};

// DuckDB hands a chunk over with a description from which only the library itself can read what we
// keep, and nothing else that we could find the library by. A process has one library for good, so
// the reader is found once, when the first function is registered.
using ExtraReader = decltype(&duckdb_scalar_function_get_extra_info);
ExtraReader ReaderOfExtra(void* library) {
  static const auto reader =
      reinterpret_cast<ExtraReader>(::dlsym(library, "duckdb_scalar_function_get_extra_info"));
  return reader;
}

void Destroy(void* registered) {
  const std::unique_ptr<Registered> gone(static_cast<Registered*>(registered));
}

// One of the two arguments over a chunk.
class TextColumn {
 public:
  TextColumn(const Calls& calls, duckdb_vector vector)
      : calls_(calls),
        texts_(static_cast<duckdb_string_t*>(calls.vector_get_data(vector))),
        validity_(calls.vector_get_validity(vector)) {}

  [[nodiscard]] bool IsNull(idx_t row) const {
    return validity_ != nullptr && !calls_.validity_row_is_valid(validity_, row);
  }
  [[nodiscard]] std::string_view Text(idx_t row) const {
    duckdb_string_t& text = texts_[row];
    return {calls_.string_t_data(&text), calls_.string_t_length(text)};
  }

 private:
  const Calls& calls_;
  duckdb_string_t* texts_;
  std::uint64_t* validity_;
};

void RunOverChunk(const Registered& registered, duckdb_data_chunk input, duckdb_vector output) {
  const Calls& calls = registered.calls;
  const TextColumn selectors(calls, calls.data_chunk_get_vector(input, 0));
  const TextColumn texts(calls, calls.data_chunk_get_vector(input, 1));
  const idx_t rows = calls.data_chunk_get_size(input);
  std::uint64_t* validity = nullptr;  // asked for at the first null
  std::string result;
  for (idx_t row = 0; row < rows; ++row) {
    if (selectors.IsNull(row) || texts.IsNull(row) ||
        !registered.function(selectors.Text(row), texts.Text(row), result)) {
      calls.vector_ensure_validity_writable(output);
      if (validity == nullptr) validity = calls.vector_get_validity(output);
      calls.validity_set_row_invalid(validity, row);
      continue;
    }
    calls.vector_assign_string_element_len(output, row, result.data(), result.size());
  }
}

// Called by DuckDB, whose code must not see an exception of ours (no memory is the only one).
void OnChunk(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& registered = *static_cast<const Registered*>(ReaderOfExtra(nullptr)(info));
  try {
    RunOverChunk(registered, input, output);
  } catch (const std::exception& exception) {
    registered.calls.scalar_function_set_error(info, exception.what());
  }
}

base::Result<void> Register(Duckdb& duckdb, const char* name, TextFunction function) {
  // DuckDB would take a second function of one name in silence.
  const TextTable known = TRY(
      duckdb.Query("SELECT 1 FROM duckdb_functions() WHERE function_name = " + SqlText(name), 1));
  if (!known.rows.empty()) {
    return Fail(ErrorCode::kConflict, "The database has this function already", name);
  }
  const Duckdb::Native native = duckdb.native();
  const Calls calls = TRY(CallsOf(native.library));
  if (ReaderOfExtra(native.library) == nullptr) {
    return Fail(ErrorCode::kUnavailable, "The DuckDB library has no functions of ours");
  }
  duckdb_logical_type text = calls.create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_scalar_function made = calls.create_scalar_function();
  calls.scalar_function_set_name(made, name);
  calls.scalar_function_add_parameter(made, text);
  calls.scalar_function_add_parameter(made, text);
  calls.scalar_function_set_return_type(made, text);
  calls.scalar_function_set_extra_info(
      made, std::make_unique<Registered>(calls, std::move(function)).release(), Destroy);
  calls.scalar_function_set_function(made, OnChunk);
  const duckdb_state state =
      calls.register_scalar_function(static_cast<duckdb_connection>(native.connection), made);
  calls.destroy_scalar_function(&made);
  calls.destroy_logical_type(&text);
  if (state != DuckDBSuccess) {
    return Fail(ErrorCode::kInternal, "DuckDB did not take the function", name);
  }
  return {};
}

void WriteToken(const base::HmacSha256Key& key, std::string_view meaning,
                std::string_view normalised, std::string& token) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kZero("\0", 1);
  const base::Digest digest = key.Sign({kTokenScheme, kZero, meaning, kZero, normalised});
  token = "t_";
  for (std::size_t i = 0; i < kTokenDigestBytes; ++i) {
    token += kDigits[digest.bytes[i] >> 4U];
    token += kDigits[digest.bytes[i] & 15U];
  }
}

}  // namespace

std::string_view NormalisationName(Normalisation rule) {
  return kRuleNames[static_cast<std::size_t>(rule)];
}

std::optional<Normalisation> NormalisationOfName(std::string_view name) {
  for (std::size_t i = 0; i < kRuleNames.size(); ++i) {
    if (kRuleNames[i] == name) return static_cast<Normalisation>(i);
  }
  return std::nullopt;
}

// Marks and blanks go before NFC, since a mark may part a letter from its accent; NFC makes no new
// ones. Case folding contains NFC.
std::string NormalText(Normalisation rule, std::string_view text) {
  const bool is_ascii = IsAscii(text);
  const std::string repaired = is_ascii ? std::string() : base::RepairedUtf8(text);
  if (!is_ascii) text = repaired;
  switch (rule) {
    case Normalisation::kExact:
      return is_ascii ? std::string(text) : base::Normalise(text);
    case Normalisation::kName:
      return base::FoldCase(Spaced(text, " "));
    case Normalisation::kCompact:
      break;
  }
  std::string compact = Spaced(text, "");
  if (!is_ascii) compact = base::Normalise(compact);
  UpperAscii(compact);
  return compact;
}

std::string TokenOf(const base::HmacSha256Key& key, std::string_view meaning,
                    std::string_view normalised) {
  std::string token;
  WriteToken(key, meaning, normalised, token);
  return token;
}

base::Result<void> RegisterNormalFunction(Duckdb& duckdb) {
  return Register(duckdb, "tabularium_normal",
                  [](std::string_view name, std::string_view text, std::string& result) {
                    // SQL of ours names no other rule; this one changes least.
                    const auto rule = NormalisationOfName(name);
                    result = NormalText(rule.value_or(Normalisation::kExact), text);
                    return !result.empty();
                  });
}

base::Result<void> RegisterTokenFunction(Duckdb& duckdb, std::string_view key) {
  if (key.size() != kTokenKeyBytes) {
    return Fail(ErrorCode::kInvalid, "The key of tokens has not 32 bytes");
  }
  // Shared, because DuckDB copies what it runs.
  auto states = std::make_shared<const base::HmacSha256Key>(key);
  return Register(duckdb, "tabularium_token",
                  [states](std::string_view meaning, std::string_view text, std::string& result) {
                    WriteToken(*states, meaning, text, result);
                    return true;
                  });
}

}  // namespace engine
