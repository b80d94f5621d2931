// A CSV file, read by our own hand before anything else sees it: RFC 4180, strictly.
//
// DuckDB reads CSV too, but its messages hold values and it repairs what it can. A publisher needs
// to know which byte of which row is wrong, and nothing may be repaired unseen. So this reading
// comes first: it finds the encoding, the delimiter and the line ends, and hands on each row.
//
// Rows are counted from 1 after the header; the header is row 0. Bytes are counted from 0.
// Errors name rows, columns and bytes, never values.
//
// A CsvCheck belongs to one thread. It holds one row and the header, never the file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace catalogue {

inline constexpr std::size_t kMaxColumns = 2'000;
inline constexpr std::size_t kMaxNameBytes = 256;
inline constexpr std::size_t kMaxFieldBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxRowBytes = std::size_t{2} << 20U;  // without quotes and delimiters
inline constexpr std::uint64_t kMaxRows = 1'000'000'000;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 20U;
// Rows of another length than the header's: so many are named.
inline constexpr std::size_t kShownRaggedRows = 10;

enum class LineEnd : unsigned char { kNone, kLineFeed, kCarriageReturnLineFeed };

// What is known of the file when it has been read.
struct CsvShape {
  std::vector<std::string> names;
  char delimiter = ',';
  LineEnd line_end = LineEnd::kNone;
  bool has_byte_order_mark = false;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t longest_row_bytes = 0;  // as it stands in the file
};

// Who wants the rows.
class CsvRows {
 public:
  virtual ~CsvRows() = default;
  // Once, before the first row.
  virtual void Header(std::span<const std::string> names) = 0;
  // The fields without their quotes, as many as there are names; valid during the call.
  virtual void Row(std::uint64_t row, std::span<const std::string_view> fields) = 0;
};

// Whether names of columns can be told apart, by people and by every format that we write: none is
// empty, longer than kMaxNameBytes or not UTF-8, and no two are equal but for the case of ASCII
// letters. kInvalid or kTooLarge, naming the columns.
base::Result<void> CheckColumnNames(std::span<const std::string> names);

class CsvCheck {
 public:
  // `rows` must outlive this.
  explicit CsvCheck(CsvRows& rows);

  // The next bytes of the file, in pieces of any size. After a failure this is of no more use.
  base::Result<void> Feed(std::string_view bytes);
  // At the end of the file. kInvalid when rows have another length than the header: the first of
  // them are named.
  base::Result<CsvShape> Finish();

 private:
  enum class State : unsigned char {
    kFieldStart,
    kUnquoted,
    kQuoted,
    kQuoteInQuoted,   // the end of the field, or the first of a doubled quote
    kCarriageReturn,  // a line feed must follow
  };
  struct RaggedRow {
    std::uint64_t row = 0;
    std::size_t fields = 0;
  };

  base::Result<void> FeedStart(std::string_view bytes);
  base::Result<void> FeedText(std::string_view bytes);
  base::Result<void> FeedValid(std::string_view bytes);
  base::Result<void> CollectHeader(std::string_view bytes);
  base::Result<void> Read(std::string_view bytes);
  base::Result<void> Step(char byte);
  base::Result<void> StepFieldStart(char byte);
  base::Result<void> StepUnquoted(char byte);
  base::Result<void> StepAfterQuote(char byte);
  base::Result<void> Append(std::string_view bytes);
  base::Result<void> EndField();
  base::Result<void> EndRow(LineEnd line_end);
  base::Result<void> EndHeader();
  [[nodiscard]] std::unexpected<base::Error> BadEncoding(std::string_view rest) const;
  [[nodiscard]] base::Result<void> CheckRagged() const;
  [[nodiscard]] std::string Here() const;

  CsvRows& rows_;
  CsvShape shape_;
  std::string start_;   // the first bytes of the file, until there are enough to know a mark
  std::string carry_;   // the first bytes of a character that a piece ended in
  std::string header_;  // until its end is seen
  bool started_ = false;
  bool header_complete_ = false;  // and the delimiter known
  bool header_in_quotes_ = false;
  State state_ = State::kFieldStart;
  std::string row_;                      // the fields without quotes, one after the other
  std::vector<std::size_t> field_ends_;  // in row_
  std::vector<std::string_view> fields_;
  std::uint64_t row_number_ = 0;  // of the row being read; 0 is the header
  std::uint64_t byte_ = 0;        // of the next byte to read
  std::uint64_t row_byte_ = 0;    // where the row being read begins
  std::uint64_t quote_byte_ = 0;  // where the open quote stands
  std::uint64_t ragged_count_ = 0;
  std::vector<RaggedRow> ragged_;
};

}  // namespace catalogue
