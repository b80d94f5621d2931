// The rows of a query as the page shows them: the beginning of a JSON result, its table and its
// chart.
//
// A page holds the first rows alone, so what is read here may be cut anywhere in the midst of a
// row: PartialResult finds the last row that is whole. Rows hold what strangers wrote; every value
// is fit to be shown. Pure; a PartialResult is for one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy_compiler.h"
#include "base/json.h"
#include "base/result.h"
#include "web/texts.h"

namespace web {

inline constexpr std::size_t kMaxShownRows = 1'000;
inline constexpr std::size_t kMaxShownBytes = std::size_t{1} << 20U;  // of the result
inline constexpr std::size_t kMaxShownCells = 20'000;
inline constexpr std::size_t kMaxBars = 20;

// Takes the bytes of a JSON result (docs/formats/result.md) as they come and counts its rows.
// Linear: each byte is looked at once.
class PartialResult {
 public:
  void Add(std::string_view bytes);

  // Rows that are whole.
  [[nodiscard]] std::size_t rows() const { return row_ends_.size(); }
  // Whether more has come than a page shows.
  [[nodiscard]] bool IsFull() const {
    return rows() > kMaxShownRows || bytes_.size() > kMaxShownBytes;
  }
  // The result as JSON with its first rows, at most kMaxShownRows and kMaxShownCells of them;
  // kInvalid when not even the columns are whole.
  [[nodiscard]] base::Result<base::Json> FirstRows() const;

 private:
  std::string bytes_;
  std::vector<std::size_t> row_ends_;  // behind each row; one more than a page shows at most
  std::size_t depth_ = 0;
  bool is_in_text_ = false;
  bool is_escaped_ = false;
  bool has_columns_ = false;
};

// What the table of the template `query` needs: heads, and rows of cells. `columns` are those of
// the agreement, whose bands have labels.
base::Json ResultTableJson(const base::Json& result,
                           const std::vector<agreements::OutputColumn>& columns);

// The bars of the first column of text, or in bands, by the first number; null where there is none,
// where several columns hold text, or a number is below zero.
base::Json ResultChartJson(const base::Json& result,
                           const std::vector<agreements::OutputColumn>& columns,
                           const Texts& texts);

}  // namespace web
