#include "engine/token_function.h"

#include <doctest/doctest.h>

#include <array>

#include "base/crypto.h"
#include "engine/testing.h"

namespace engine {
namespace {

using base::ErrorCode;

const std::string kKey = "0123456789abcdef0123456789abcdef";

std::unique_ptr<Duckdb> Opened(unsigned threads = 2) {
  auto duckdb = Duckdb::Open({.library_path = TestLibrary(), .threads = threads});
  REQUIRE(duckdb.has_value());
  REQUIRE(RegisterNormalFunction(**duckdb).has_value());
  REQUIRE(RegisterTokenFunction(**duckdb, kKey).has_value());
  return std::move(*duckdb);
}

// The definition, with nothing precomputed.
std::string TokenByDefinition(std::string_view meaning, std::string_view normalised) {
  std::string message = "tabularium-token-1";
  message += '\0';
  message += meaning;
  message += '\0';
  message += normalised;
  return "t_" + base::HmacSha256(kKey, message).Hex().substr(0, 32);
}

TEST_CASE("texts are normalised by rule") {
  using enum Normalisation;
  struct Row {
    Normalisation rule;
    std::string_view text;
    std::string_view normal;
  };
  constexpr std::array kRows = {
      Row{kCompact, " qq 12 34 56 c ", "QQ123456C"},
      Row{kCompact, "qq\t12\r\n34\v56\fc", "QQ123456C"},
      Row{kCompact, "\u200Fqq12\u00A03456c\u202C\uFEFF", "QQ123456C"},
      Row{kCompact, "qq12\u20033456c\u3000", "QQ123456C"},
      Row{kCompact, "e\u200D\u0301", "\u00E9"},  // a mark parts letter and accent
      Row{kCompact, "\u00E9\u00DF", "\u00E9\u00DF"},
      Row{kCompact, "\u212A1", "K1"},  // the Kelvin sign is a K
      Row{kCompact, " \t\u00A0", ""},
      Row{kCompact, "", ""},
      Row{kName, "  Mary\t Ann  O'Hara ", "mary ann o'hara"},
      Row{kName, "STRA\u00DFE", "strasse"},
      Row{kName, "Jose\u0301\u00A0\u00A0Ruiz", "jos\u00E9 ruiz"},
      Row{kName, "\u202Eabc\u202C", "abc"},
      Row{kName, " \u2028 ", ""},
      Row{kExact, " a B ", " a B "},
      Row{kExact, "e\u0301", "\u00E9"},
      Row{kExact, "\u200F", "\u200F"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    REQUIRE(NormalText(row.rule, row.text) == row.normal);
    REQUIRE(NormalText(row.rule, row.normal) == row.normal);
  }
  REQUIRE(NormalText(kCompact, "a\xFF") == "A\uFFFD");
  for (const Normalisation rule : {kExact, kCompact, kName}) {
    REQUIRE(NormalisationOfName(NormalisationName(rule)) == rule);
  }
  REQUIRE(!NormalisationOfName("Exact").has_value());
}

TEST_CASE("a token is what its page says") {
  const base::HmacSha256Key key(kKey);
  for (const std::string_view text : {"QQ123456C", "", "a", "\u00E9"}) {
    REQUIRE(TokenOf(key, "postcode", text) == TokenByDefinition("postcode", text));
  }
  const std::string_view with_zero("a\0b", 3);
  REQUIRE(TokenOf(key, "x", with_zero) == TokenByDefinition("x", with_zero));
}

TEST_CASE("SQL has both functions, in every thread and chunk") {
  const auto duckdb = Opened(4);
  const auto table = duckdb->Query(
      "SELECT i, CASE WHEN i % 7 <> 0 THEN tabularium_token('uprn', "
      "tabularium_normal('compact', 'q ' || i)) END FROM range(300000) r(i)",
      300'000);
  REQUIRE(table.has_value());
  const base::HmacSha256Key key(kKey);
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& token = table->rows[i][1];
    REQUIRE(token.has_value() == (i % 7 != 0));
    if (token) REQUIRE(*token == TokenOf(key, "uprn", "Q" + *table->rows[i][0]));
  }
}

TEST_CASE("nulls, constants and changing selectors") {
  const auto duckdb = Opened();
  const auto table = duckdb->Query(
      "SELECT tabularium_token('a', NULL), tabularium_token(NULL, 'a'), "
      "tabularium_normal('name', ' A '), tabularium_normal(m, ' a '), "
      "tabularium_normal('compact', CASE WHEN m = 'exact' THEN 'x' ELSE ' ' END) "
      "FROM (VALUES ('compact'), ('exact'), ('none'), (NULL)) v(m)",
      4);
  REQUIRE(table.has_value());
  REQUIRE(!table->rows[0][0].has_value());
  REQUIRE(!table->rows[0][1].has_value());
  REQUIRE(table->rows[0][2] == "a");
  REQUIRE(table->rows[0][3] == "A");
  REQUIRE(table->rows[1][3] == " a ");
  REQUIRE(table->rows[2][3] == " a ");
  REQUIRE(!table->rows[3][3].has_value());
  REQUIRE(!table->rows[0][4].has_value());  // nothing is left of a blank
  REQUIRE(table->rows[1][4] == "X");
}

TEST_CASE("each database has a key of its own") {
  const auto one = Opened();
  auto two = Duckdb::Open({.library_path = TestLibrary()});
  REQUIRE(two.has_value());
  REQUIRE(!(*two)->Query("SELECT tabularium_token('a', 'b')", 1).has_value());
  REQUIRE(RegisterTokenFunction(**two, std::string(32, 'k')).has_value());
  const auto first = one->Query("SELECT tabularium_token('a', 'b')", 1);
  const auto second = (*two)->Query("SELECT tabularium_token('a', 'b')", 1);
  REQUIRE(first->rows[0][0] == TokenByDefinition("a", "b"));
  REQUIRE(second->rows[0][0] != first->rows[0][0]);
}

TEST_CASE("a key of another length and a second registration are refused") {
  const auto duckdb = Opened();
  REQUIRE(RegisterTokenFunction(*duckdb, "short").error().code == ErrorCode::kInvalid);
  REQUIRE(RegisterTokenFunction(*duckdb, kKey).error().code == ErrorCode::kConflict);
}

TEST_CASE("both functions work behind the sandbox, with a key from the frame of the request" *
          doctest::skip(kIsSanitized)) {
  const TemporaryFolder folder;
  WorkerStart start = StartOf("test.token", WorkerProfile::kTrusted);
  start.writable_folder = folder.Make("out");
  const auto world = base::MakeRealWorld();
  const auto worker = Worker::Start(*world, start, kStartMs);
  REQUIRE(worker.has_value());
  // Letters beyond ASCII need the tables of ICU, which no file may be opened for any more.
  const auto token = (*worker)->Ask(
      kKey + "SELECT tabularium_token('surname', tabularium_normal('name', ' STRA\u00DFE\u0301 '))",
      kStartMs);
  REQUIRE(token.has_value());
  REQUIRE(*token == TokenByDefinition("surname", "strass\u00E9"));
}

}  // namespace
}  // namespace engine
