#include "catalogue/csv_check.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace catalogue {
namespace {

using base::ErrorCode;
using std::string_literals::operator""s;

class Collected : public CsvRows {
 public:
  void Header(std::span<const std::string> names) override {
    names_.assign(names.begin(), names.end());
  }
  void Row(std::uint64_t row, std::span<const std::string_view> fields) override {
    numbers_.push_back(row);
    rows_.emplace_back(fields.begin(), fields.end());
  }

  std::vector<std::string> names_;
  std::vector<std::uint64_t> numbers_;
  std::vector<std::vector<std::string>> rows_;
};

// Reads a file in pieces of `piece` bytes.
base::Result<CsvShape> Read(std::string_view bytes, CsvRows& rows, std::size_t piece) {
  CsvCheck check(rows);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    TRY(check.Feed(bytes.substr(at, piece)));
  }
  return check.Finish();
}

// Every way of cutting the file must give the same; the result is that of the whole.
base::Result<CsvShape> Checked(std::string_view bytes, Collected& rows) {
  auto whole = Read(bytes, rows, bytes.size() + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 5U}) {
    Collected again;
    const auto cut = Read(bytes, again, piece);
    REQUIRE(cut.has_value() == whole.has_value());
    REQUIRE(again.rows_ == rows.rows_);
    if (!whole) REQUIRE(cut.error().Text() == whole.error().Text());
  }
  return whole;
}

base::Error ErrorOf(std::string_view bytes) {
  Collected rows;
  const auto shape = Checked(bytes, rows);
  REQUIRE(!shape.has_value());
  REQUIRE(!shape.error().remedy.empty());
  return shape.error();
}

}  // namespace

TEST_CASE("rows come without quotes, numbered from 1") {
  Collected rows;
  const auto shape = Checked("a,\"b \"\"c\"\"\"\n1,\"x\ny,\"\"z\"\"\"\n,\"\"\n", rows);
  REQUIRE(shape.has_value());
  REQUIRE(rows.names_ == std::vector<std::string>{"a", "b \"c\""});
  REQUIRE(rows.rows_ == std::vector<std::vector<std::string>>{{"1", "x\ny,\"z\""}, {"", ""}});
  REQUIRE(rows.numbers_ == std::vector<std::uint64_t>{1, 2});
  REQUIRE(shape->rows == 2);
  REQUIRE(shape->delimiter == ',');
  REQUIRE(shape->line_end == LineEnd::kLineFeed);
}

TEST_CASE("mark, line ends and the last line without its end are known") {
  Collected rows;
  const auto shape = Checked(
      "\xEF\xBB\xBF"
      "a;b,c\r\n1;2,x\r\n3;4,y",
      rows);
  REQUIRE(shape.has_value());
  REQUIRE(shape->has_byte_order_mark);
  REQUIRE(shape->line_end == LineEnd::kCarriageReturnLineFeed);
  REQUIRE(shape->delimiter == ',');  // one each: the comma is first in the order
  REQUIRE(shape->names[0] == "a;b");
}

TEST_CASE("the header chooses the delimiter outside quotes") {
  const auto chosen = [](std::string_view bytes) {
    Collected rows;
    const auto shape = Checked(bytes, rows);
    REQUIRE(shape.has_value());
    return shape->delimiter;
  };
  REQUIRE(chosen("a;b;c\n1;2,5;3\n") == ';');
  REQUIRE(chosen("a\tb\n1\t2\n") == '\t');
  REQUIRE(chosen("a|b\n1|2\n") == '|');
  REQUIRE(chosen("\"a,b,c\";d\n1;2\n") == ';');
  REQUIRE(chosen("only\n1\n\n2\n") == ',');
}

TEST_CASE("a single column may have blank lines, which are nulls") {
  Collected rows;
  REQUIRE(Checked("a\n1\n\n2\n", rows)->rows == 3);
  REQUIRE(rows.rows_[1][0].empty());
}

TEST_CASE("foreign encodings are named") {
  REQUIRE(ErrorOf("\xFF\xFE"
                  "a\0,\0"s)
              .what == "The file is in UTF-16, not UTF-8");
  REQUIRE(ErrorOf("\0a\0,\0b"s).what == "The file is in UTF-16, not UTF-8");
  REQUIRE(ErrorOf("a\0\0\0,\0\0\0"s).what == "The file is in UTF-32, not UTF-8");
  REQUIRE(ErrorOf("\xFF\xFE\0\0"s).what == "The file is in UTF-32, not UTF-8");
  const base::Error cafe = ErrorOf("a,b\n1,caf\xE9\n");
  REQUIRE(cafe.what == "The file is not UTF-8; it is most likely in Windows-1252");
  REQUIRE(cafe.where == "row 1, byte 9");
  REQUIRE(ErrorOf("a,b\n1,\xFF\xFE\xFD\n").what == "The file is not UTF-8");
  REQUIRE(ErrorOf("caf\xE9,b\n").where == "row 0, byte 3");
  REQUIRE(ErrorOf("a,b\n1,2\n3,\xE2\x82").where == "row 2, byte 10");  // a cut character
  REQUIRE(ErrorOf("a,b\n\xED\xA0\x80,2\n").where == "row 1, byte 4");  // a surrogate
}

TEST_CASE("characters that pieces cut are whole again") {
  Collected rows;
  REQUIRE(Checked("n\xC3\xA4me,b\n\xE2\x82\xAC,\xF0\x9F\x99\x82\n", rows).has_value());
  REQUIRE(rows.rows_[0] == std::vector<std::string>{"\xE2\x82\xAC", "\xF0\x9F\x99\x82"});
}

TEST_CASE("broken quotes name the row and byte where they are") {
  const base::Error open = ErrorOf("a,b\n1,\"secret\n2,3\n");
  REQUIRE(open.what == "A quote is opened and never closed");
  REQUIRE(open.where == "row 1, column 2, byte 6");
  REQUIRE(ErrorOf("a,b\n1,se\"cret\n").where == "row 1, column 2, byte 8");
  REQUIRE(ErrorOf("a,b\n1,\"x\"secret\n").what == "Text follows the closing quote of a field");
  REQUIRE(ErrorOf("a,b\n\"1").where == "row 1, column 1, byte 4");
  for (const std::string& bytes :
       {"a,b\n1,\"secret\n2,3\n"s, "a,b\n1,secret\"\n"s, "a,b\nsecret,\0x\n"s}) {
    REQUIRE(ErrorOf(bytes).Text().find("secret") == std::string::npos);
  }
}

TEST_CASE("rows of another length are counted and the first are named") {
  const base::Error error = ErrorOf("a,b\n1\n2,3,4\n5,6\n\n");
  REQUIRE(error.what == "3 of 4 rows do not have the 2 fields of the header");
  REQUIRE(error.where == "row 1 has 1, row 2 has 3, row 4 has 1");
  std::string many = "a,b\n";
  for (int i = 0; i < 20; ++i) many += "1\n";
  REQUIRE(ErrorOf(many).where.ends_with("row 10 has 1, and more"));
}

TEST_CASE("what is no table is refused") {
  REQUIRE(ErrorOf("").what == "The file is empty");
  REQUIRE(ErrorOf("\xEF\xBB\xBF").what == "The file is empty");
  REQUIRE(ErrorOf("a,b\n").what == "The file has a header and no rows");
  REQUIRE(ErrorOf("a,b").what == "The file has a header and no rows");
  REQUIRE(ErrorOf("\n1\n").what == "A column has no name");
  REQUIRE(ErrorOf("a,\n1,2\n").where == "column 2");
  REQUIRE(ErrorOf("Name,name\n1,2\n").where == "columns 1 and 2");
  REQUIRE(ErrorOf("a,b\n1,\0\n"s).what == "The file holds a zero byte");
  REQUIRE(ErrorOf("a,b\r1,2\r").what.starts_with("A carriage return stands alone"));
  REQUIRE(ErrorOf("a,b\n1,2\r").what.starts_with("A carriage return stands alone"));
  REQUIRE(ErrorOf("a,b\r\n1,2\n").what == "Some lines end with CR LF and some with LF alone");
}

TEST_CASE("a file without a header is refused before its first person is shown") {
  for (const std::string& first :
       {"Alex,QQ123456C"s, "Alex,a@example.org"s, "Alex,01632 960001"s, "Alex,ZZ1 1AA"s}) {
    const base::Error error = ErrorOf(first + "\n" + first + "\n");
    REQUIRE(error.what == "The first line holds values, not the names of the columns");
    REQUIRE(error.where == "column 2");
    REQUIRE(error.Text().find("Alex") == std::string::npos);
  }
  Collected rows;
  REQUIRE(Checked("2024,2025,e1\n1,2,3\n", rows).has_value());
}

TEST_CASE("limits are named") {
  const auto code = [](const std::string& bytes) {
    Collected rows;
    const auto shape = Read(bytes, rows, std::size_t{1} << 16U);
    REQUIRE(!shape.has_value());
    return shape.error();
  };
  REQUIRE(code(std::string(kMaxNameBytes + 1, 'n') + "\n1\n").code == ErrorCode::kTooLarge);
  REQUIRE(code(std::string(kMaxColumns, ',') + "\n").code == ErrorCode::kTooLarge);
  REQUIRE(code(std::string(kMaxHeaderBytes + 1, 'n')).code == ErrorCode::kTooLarge);
  const base::Error field = code("a,b\n1,\"" + std::string(kMaxFieldBytes + 1, 'x') + "\"\n");
  REQUIRE(field.code == ErrorCode::kTooLarge);
  REQUIRE(field.where == "row 1, column 2, opened at byte 6");
  REQUIRE(field.remedy.find("never closed") != std::string::npos);
  const std::string wide(kMaxFieldBytes, 'x');
  const base::Error row = code("a,b,c\n" + wide + "," + wide + ",x\n");
  REQUIRE(row.what.starts_with("A row is longer"));
  Collected rows;
  const auto most = Read("a,b\n" + wide + "," + wide + "\n", rows, std::size_t{1} << 16U);
  REQUIRE(most.has_value());
  REQUIRE(most->longest_row_bytes == 2 * kMaxFieldBytes + 2);
}

TEST_CASE("odd names are kept, and errors show them safely") {
  Collected rows;
  const auto shape = Checked(
      "\"a\nb\",\xE2\x80\xAE"
      "evil,\"q\"\"q\"\n1,2,3\n",
      rows);
  REQUIRE(shape.has_value());
  REQUIRE(shape->names[0] == "a\nb");
  const base::Error error = ErrorOf(
      "\xE2\x80\xAE"
      "x\x01y,\xE2\x80\xAEX\x01Y\n1,2\n");
  REQUIRE(error.what == "Two columns have the same name");
}

}  // namespace catalogue
