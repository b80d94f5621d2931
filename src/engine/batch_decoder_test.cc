#include "engine/batch_decoder.h"

#include <doctest/doctest.h>

#include "engine/batch_test.h"

namespace engine {
namespace {

using base::ErrorCode;

struct Decoded {
  std::vector<NamedType> columns;
  std::string lines;
  std::vector<std::size_t> batches;
  bool ended = false;
};

base::Result<Decoded> Decode(std::string_view bytes, std::size_t piece_bytes) {
  BatchDecoder decoder;
  Decoded decoded;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    TRY(decoder.Add(piece));
    while (const auto batch = decoder.Next()) {
      AppendRows(decoded.lines, *batch);
      decoded.batches.push_back(batch->rows());
    }
  }
  decoded.columns = decoder.columns().value_or(std::vector<NamedType>{});
  decoded.ended = decoder.has_ended();
  return decoded;
}

}  // namespace

TEST_SUITE_BEGIN("batch");

TEST_CASE("batches are the same however their bytes are cut") {
  BatchFolder folder;
  const std::string sql = BatchTable(5'000);
  const std::string bytes = folder.Arrow(sql, true);
  const std::string expected = ExpectedRows(folder.duckdb(), sql);
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, std::size_t{4'096}, bytes.size()}) {
    const auto decoded = Decode(bytes, piece);
    REQUIRE(decoded.has_value());
    REQUIRE(decoded->ended);
    REQUIRE(decoded->lines == expected);
    REQUIRE(decoded->columns.size() == 9);
    REQUIRE(decoded->columns[3] == NamedType{"pay", {ColumnKind::kDecimal, 9, 2}});
  }
}

TEST_CASE("an empty table has columns and no batches") {
  BatchFolder folder;
  const auto decoded = Decode(folder.Arrow(BatchTable(0), true), 100);
  REQUIRE(decoded.has_value());
  REQUIRE(decoded->columns.size() == 9);
  REQUIRE(decoded->batches.empty());
  REQUIRE(decoded->ended);
}

TEST_CASE("a stream cut anywhere has not ended, and gives no batch that is not whole") {
  BatchFolder folder;
  const std::string bytes = folder.Arrow(BatchTable(50), true);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const auto decoded = Decode(std::string_view(bytes).substr(0, cut), 64);
    REQUIRE(decoded.has_value());
    REQUIRE(!decoded->ended);
    REQUIRE(decoded->batches.size() <= 1);
  }
}

// Every value is read after each change, so that the sanitizers see an access outside of the bytes.
TEST_CASE("a changed byte is a breach or another table, and never more") {
  BatchFolder folder;
  const std::string bytes = folder.Arrow(BatchTable(20), true);
  std::size_t refused = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      std::string changed = bytes;
      changed[place] = static_cast<char>(static_cast<unsigned char>(changed[place]) ^ flip);
      const auto decoded = Decode(changed, changed.size());
      if (decoded) continue;
      ++refused;
      const ErrorCode code = decoded.error().code;
      REQUIRE((code == ErrorCode::kUnavailable || code == ErrorCode::kTooLarge));
    }
  }
  REQUIRE(refused > bytes.size() / 2);
}

TEST_CASE("types that a table of batches does not have are a breach") {
  BatchFolder folder;
  REQUIRE(Decode(folder.Arrow("SELECT 1::INTEGER AS a", true), 100).has_value());
  for (const char* sql :
       {"SELECT 1::INTEGER AS a", "SELECT 1::FLOAT AS a", "SELECT 1::UTINYINT AS a"}) {
    const auto decoded = Decode(folder.Arrow(sql, false), 100);
    REQUIRE(!decoded.has_value());
    REQUIRE(decoded.error().where == "type of a column");
  }
  const auto twice = Decode(folder.Arrow("SELECT 1::BIGINT AS a, 2::BIGINT AS a", true), 100);
  REQUIRE(twice.error().where == "name of a column");
}

TEST_CASE("what is no stream, and what follows one, is a breach") {
  BatchFolder folder;
  const std::string bytes = folder.Arrow("SELECT 1::BIGINT AS a", true);
  REQUIRE(Decode(bytes + "x", 1'000'000).error().where == "bytes after the end");
  REQUIRE(Decode("PAR1 is not Arrow", 100).error().where == "start of a message");
  REQUIRE(Decode(std::string("\xFF\xFF\xFF\xFF\0\0\0\0", 8), 100).error().where ==
          "end before a schema");
  REQUIRE(Decode(std::string("\xFF\xFF\xFF\xFF\x01\x00\x80\x7F", 8), 100).error().where ==
          "size of a head");
  REQUIRE(!Decode(bytes.substr(0, bytes.size() - 8) + bytes, 1'000'000).has_value());
}

TEST_SUITE_END();

}  // namespace engine
