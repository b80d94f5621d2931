// How it reads. Pieces of the file come in any size, so each stage keeps what it cannot judge yet:
//
//   start_   up to 4 bytes, by which UTF-16 and UTF-32 are known and a UTF-8 mark is taken off
//   carry_   up to 3 bytes of a character that the last piece cut
//   header_  the first line, which must be whole before the delimiter can be chosen
//   row_     the fields of the row being read
//
// Each byte is looked at once by the check of UTF-8 and once by a machine of five states. Rows of
// another length than the header's are counted to the end; everything else that is wrong ends the
// reading, since what follows can no longer be trusted. O(bytes).
#include "catalogue/csv_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/format.h"
#include "base/json_text.h"
#include "catalogue/semantic_values.h"

namespace catalogue {
namespace {

using base::ErrorCode, base::Fail, base::Format;

constexpr std::size_t kMarkBytes = 4;  // of the longest byte order mark
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kSaveAsUtf8 =
    "Save the file as UTF-8; in a spreadsheet program the format is called \"CSV UTF-8\".";
constexpr std::string_view kDelimiters = ",;\t|";

// The name of another encoding that the first bytes are the sign of; empty if they are not.
std::string_view ForeignEncoding(std::string_view start) {
  using std::string_view_literals::operator""sv;
  if (start.starts_with("\xFF\xFE\0\0"sv) || start.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (start.starts_with("\xFF\xFE"sv) || start.starts_with("\xFE\xFF"sv)) return "UTF-16";
  if (start.size() < kMarkBytes) return {};  // else: ASCII letters without a mark
  const auto zero = [start](std::size_t i) { return start[i] == '\0'; };
  if (zero(1) && zero(2) && zero(0) != zero(3)) return "UTF-32";
  if (zero(1) != zero(0) && zero(3) == zero(1) && zero(2) == zero(0)) return "UTF-16";
  return {};
}

// How many bytes the character has that a lead byte begins; 0 for what is no lead byte.
std::size_t SequenceLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC2 ? 0 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 0;
}

// Whether `tail` is a character that the end of a piece cut, not a broken one.
bool IsCut(std::string_view tail) {
  if (tail.empty() || tail.size() >= SequenceLength(tail.front())) return false;
  std::string filled(tail);
  // The second byte of some characters has a narrower range: one of the two ends lies in it.
  for (const char filler : {'\x80', '\xBF'}) {
    filled.resize(tail.size());
    filled.resize(SequenceLength(tail.front()), filler);
    if (base::IsUtf8(filled)) return true;
  }
  return false;
}

// Bytes from 0x80 on that Windows-1252 gives a character, with plain letters around them, are most
// likely that: text of UTF-8 never has one alone.
bool IsLikelyWindows1252(std::string_view rest) {
  constexpr std::string_view kUnused = "\x81\x8D\x8F\x90\x9D";
  if (rest.empty() || kUnused.find(rest.front()) != std::string_view::npos) return false;
  return rest.size() == 1 || static_cast<unsigned char>(rest[1]) < 0x80;
}

char ChosenDelimiter(std::string_view header) {
  std::array<std::size_t, kDelimiters.size()> counts{};
  bool in_quotes = false;
  for (const char byte : header) {
    if (byte == '"') in_quotes = !in_quotes;
    const std::size_t which = in_quotes ? std::string_view::npos : kDelimiters.find(byte);
    if (which != std::string_view::npos) ++counts[which];
  }
  return kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// No column has such a name.
bool IsLikelyValue(std::string_view name) {
  const std::uint32_t forms = SemanticFormsOf(name);
  const bool postcode = (forms & kPostcode) != 0 && name.find(' ') != std::string_view::npos;
  return postcode || (forms & (kNino | kEmail | kPhone | kPayeReference)) != 0;
}

std::string AsciiLower(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

}  // namespace

base::Result<void> CheckColumnNames(std::span<const std::string> names) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string where = Format("column {}", i + 1);
    if (names[i].empty()) {
      return Fail(ErrorCode::kInvalid, "A column has no name", where,
                  "Give every column a name in the header.");
    }
    if (names[i].size() > kMaxNameBytes) {
      return Fail(ErrorCode::kTooLarge,
                  Format("The name of a column has more than {} bytes", kMaxNameBytes), where,
                  "Shorten it; the description of the column has room for more words.");
    }
    if (!base::IsUtf8(names[i]) || names[i].find('\0') != std::string::npos) {
      return Fail(ErrorCode::kInvalid, "The name of a column is no UTF-8 text", where,
                  std::string(kSaveAsUtf8));
    }
    const auto [place, is_new] = places.emplace(AsciiLower(names[i]), i);
    if (!is_new) {
      return Fail(ErrorCode::kInvalid, "Two columns have the same name",
                  Format("columns {} and {}", place->second + 1, i + 1),
                  "Give them names that differ in more than the case of letters.");
    }
  }
  return {};
}

CsvCheck::CsvCheck(CsvRows& rows) : rows_(rows) {}

base::Result<void> CsvCheck::Feed(std::string_view bytes) {
  shape_.bytes += bytes.size();
  if (started_) return FeedText(bytes);
  start_.append(bytes);
  if (start_.size() < kMarkBytes) return {};
  return FeedStart(std::exchange(start_, {}));
}

base::Result<void> CsvCheck::FeedStart(std::string_view bytes) {
  started_ = true;
  if (const std::string_view encoding = ForeignEncoding(bytes); !encoding.empty()) {
    return Fail(ErrorCode::kInvalid, Format("The file is in {}, not UTF-8", encoding), "byte 0",
                std::string(kSaveAsUtf8));
  }
  if (bytes.starts_with(kUtf8Mark)) {
    shape_.has_byte_order_mark = true;
    bytes.remove_prefix(kUtf8Mark.size());
    byte_ += kUtf8Mark.size();
  }
  return FeedText(bytes);
}

base::Result<void> CsvCheck::FeedText(std::string_view bytes) {
  std::string joined;
  if (!carry_.empty()) {
    joined = std::exchange(carry_, {}).append(bytes);
    bytes = joined;
  }
  const std::size_t valid = base::ValidUtf8Bytes(bytes);
  TRY(FeedValid(bytes.substr(0, valid)));
  const std::string_view rest = bytes.substr(valid);
  if (rest.empty()) return {};
  // What follows a lone byte tells which encoding it is of.
  if (rest.size() > 1 && !IsCut(rest)) return BadEncoding(rest);
  carry_ = rest;
  return {};
}

std::unexpected<base::Error> CsvCheck::BadEncoding(std::string_view rest) const {
  // The header is not read before its end is seen.
  const std::uint64_t byte = byte_ + header_.size();
  return Fail(ErrorCode::kInvalid,
              IsLikelyWindows1252(rest) ? "The file is not UTF-8; it is most likely in Windows-1252"
                                        : "The file is not UTF-8",
              Format("row {}, byte {}", row_number_, byte), std::string(kSaveAsUtf8));
}

base::Result<void> CsvCheck::FeedValid(std::string_view bytes) {
  return header_complete_ ? Read(bytes) : CollectHeader(bytes);
}

// Keeps the header until its line ends outside quotes; then it is read together with what follows.
base::Result<void> CsvCheck::CollectHeader(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '"') header_in_quotes_ = !header_in_quotes_;
    if (header_in_quotes_ || (bytes[i] != '\n' && bytes[i] != '\r')) continue;
    header_.append(bytes.substr(0, i));
    header_complete_ = true;
    shape_.delimiter = ChosenDelimiter(header_);
    TRY(Read(std::exchange(header_, {})));
    return Read(bytes.substr(i));
  }
  header_.append(bytes);
  if (header_.size() <= kMaxHeaderBytes) return {};
  return Fail(ErrorCode::kTooLarge, Format("The header is longer than {} bytes", kMaxHeaderBytes),
              "row 0", "Check that the first line holds the names of the columns and ends.");
}

std::string CsvCheck::Here() const {
  return Format("row {}, column {}, byte {}", row_number_, field_ends_.size() + 1, byte_);
}

// Runs of plain bytes within a field are appended in one go.
base::Result<void> CsvCheck::Read(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool quoted = state_ == State::kQuoted;
    std::size_t run = 0;
    if (quoted || state_ == State::kUnquoted) {
      const auto ends_run = [this, quoted](char c) {
        if (quoted) return c == '"' || c == '\0';
        return c == shape_.delimiter || c == '\n' || c == '\r' || c == '"' || c == '\0';
      };
      while (run < bytes.size() && !ends_run(bytes[run])) ++run;
      TRY(Append(bytes.substr(0, run)));
    }
    byte_ += run;
    if (run < bytes.size()) {
      TRY(Step(bytes[run]));
      ++run;
      ++byte_;
    }
    bytes.remove_prefix(run);
  }
  return {};
}

base::Result<void> CsvCheck::Step(char byte) {
  if (byte == '\0') {
    return Fail(ErrorCode::kInvalid, "The file holds a zero byte", Here(),
                "A text file has none; check that the file is whole and in UTF-8.");
  }
  switch (state_) {
    case State::kFieldStart:
      return StepFieldStart(byte);
    case State::kUnquoted:
      return StepUnquoted(byte);
    case State::kQuoted:  // runs end at a quote alone
      state_ = State::kQuoteInQuoted;
      return {};
    case State::kQuoteInQuoted:
      return StepAfterQuote(byte);
    case State::kCarriageReturn:
      if (byte == '\n') return EndRow(LineEnd::kCarriageReturnLineFeed);
      return Fail(ErrorCode::kInvalid, "A carriage return stands alone, without a line feed",
                  Here(), "End each line with a line feed, or put the field into quotes.");
  }
  return {};
}

base::Result<void> CsvCheck::StepFieldStart(char byte) {
  if (byte == '"') {
    state_ = State::kQuoted;
    quote_byte_ = byte_;
    return {};
  }
  state_ = State::kUnquoted;
  return StepUnquoted(byte);
}

base::Result<void> CsvCheck::StepUnquoted(char byte) {
  if (byte == shape_.delimiter) return EndField();
  if (byte == '\n') return EndRow(LineEnd::kLineFeed);
  if (byte == '\r') {
    state_ = State::kCarriageReturn;
    return {};
  }
  if (byte == '"') {
    return Fail(ErrorCode::kInvalid, "A quote stands inside a field that does not begin with one",
                Here(), "Put the whole field into quotes and double each quote within it.");
  }
  return Append({&byte, 1});
}

base::Result<void> CsvCheck::StepAfterQuote(char byte) {
  if (byte == '"') {
    state_ = State::kQuoted;
    return Append("\"");
  }
  if (byte == shape_.delimiter || byte == '\n' || byte == '\r') return StepUnquoted(byte);
  return Fail(ErrorCode::kInvalid, "Text follows the closing quote of a field", Here(),
              "End the field after its quote, or double each quote within it.");
}

base::Result<void> CsvCheck::Append(std::string_view bytes) {
  row_.append(bytes);
  const std::size_t field_start = field_ends_.empty() ? 0 : field_ends_.back();
  if (row_.size() - field_start > kMaxFieldBytes) {
    const bool quoted = state_ == State::kQuoted;
    return Fail(ErrorCode::kTooLarge, Format("A field is longer than {} bytes", kMaxFieldBytes),
                quoted ? Format("row {}, column {}, opened at byte {}", row_number_,
                                field_ends_.size() + 1, quote_byte_)
                       : Here(),
                quoted ? "Most likely a quote was opened and never closed: close it, or double it."
                       : "Shorten it, or keep long texts in files of their own.");
  }
  if (row_.size() <= kMaxRowBytes) return {};
  return Fail(ErrorCode::kTooLarge, Format("A row is longer than {} bytes", kMaxRowBytes),
              Format("row {}", row_number_), "Split the table, or check where the row ends.");
}

base::Result<void> CsvCheck::EndField() {
  field_ends_.push_back(row_.size());
  state_ = State::kFieldStart;
  if (field_ends_.size() <= kMaxColumns) return {};
  return Fail(ErrorCode::kTooLarge, Format("A row has more than {} columns", kMaxColumns),
              Format("row {}", row_number_), "Split the table into several.");
}

base::Result<void> CsvCheck::EndRow(LineEnd line_end) {
  TRY(EndField());
  if (line_end != LineEnd::kNone && shape_.line_end != LineEnd::kNone &&
      line_end != shape_.line_end) {
    return Fail(ErrorCode::kInvalid, "Some lines end with CR LF and some with LF alone",
                Format("row {}, byte {}", row_number_, byte_), "End all lines in one way.");
  }
  if (line_end != LineEnd::kNone) shape_.line_end = line_end;
  fields_.clear();
  std::size_t start = 0;
  for (const std::size_t end : field_ends_) {
    fields_.push_back(std::string_view(row_).substr(start, end - start));
    start = end;
  }
  if (row_number_ == 0) {
    TRY(EndHeader());
  } else if (fields_.size() != shape_.names.size()) {
    ++ragged_count_;
    if (ragged_.size() < kShownRaggedRows) ragged_.push_back({row_number_, fields_.size()});
  } else {
    rows_.Row(row_number_, fields_);
  }
  shape_.rows = row_number_;
  shape_.longest_row_bytes = std::max(shape_.longest_row_bytes, byte_ + 1 - row_byte_);
  row_byte_ = byte_ + 1;
  row_.clear();
  field_ends_.clear();
  if (++row_number_ <= kMaxRows + 1) return {};
  return Fail(ErrorCode::kTooLarge, Format("The file has more than {} rows", kMaxRows), {},
              "Split the file.");
}

base::Result<void> CsvCheck::EndHeader() {
  shape_.names.assign(fields_.begin(), fields_.end());
  // Names are shown to everybody; a file without a header would show its first person.
  const auto value = std::ranges::find_if(fields_, IsLikelyValue);
  if (value != fields_.end()) {
    return Fail(ErrorCode::kInvalid, "The first line holds values, not the names of the columns",
                Format("column {}", value - fields_.begin() + 1),
                "Put a line with the names of the columns in front.");
  }
  TRY(CheckColumnNames(shape_.names));
  rows_.Header(shape_.names);
  return {};
}

base::Result<void> CsvCheck::CheckRagged() const {
  if (ragged_count_ == 0) return {};
  std::string named;
  for (const RaggedRow& each : ragged_) {
    named += Format("{}row {} has {}", named.empty() ? "" : ", ", each.row, each.fields);
  }
  if (ragged_count_ > ragged_.size()) named += ", and more";
  return Fail(ErrorCode::kInvalid,
              Format("{} of {} rows do not have the {} fields of the header", ragged_count_,
                     shape_.rows, shape_.names.size()),
              std::move(named),
              "Put fields that hold the delimiter into quotes, and remove blank lines.");
}

base::Result<CsvShape> CsvCheck::Finish() {
  if (!started_) TRY(FeedStart(std::exchange(start_, {})));
  if (!carry_.empty()) return BadEncoding(carry_);
  if (!header_complete_) {
    header_complete_ = true;
    shape_.delimiter = ChosenDelimiter(header_);
    TRY(Read(std::exchange(header_, {})));
  }
  if (state_ == State::kQuoted) {
    return Fail(
        ErrorCode::kInvalid, "A quote is opened and never closed",
        Format("row {}, column {}, byte {}", row_number_, field_ends_.size() + 1, quote_byte_),
        "Close it where its field ends, or double it if it belongs to the text.");
  }
  if (state_ == State::kCarriageReturn) {
    return Fail(ErrorCode::kInvalid, "A carriage return stands alone, without a line feed", Here(),
                "End each line with a line feed.");
  }
  const bool mid_row = state_ != State::kFieldStart || !row_.empty() || !field_ends_.empty();
  if (mid_row) TRY(EndRow(LineEnd::kNone));
  if (row_number_ == 0) {
    return Fail(ErrorCode::kInvalid, "The file is empty", {},
                "It needs a header with the names of the columns, and rows.");
  }
  if (shape_.rows == 0) {
    return Fail(ErrorCode::kInvalid, "The file has a header and no rows", {},
                "Export the rows as well.");
  }
  TRY(CheckRagged());
  return std::move(shape_);
}

}  // namespace catalogue
