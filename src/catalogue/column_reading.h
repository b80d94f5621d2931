// One column as it is read, value by value: what each tally needs, and the shape of its values.
//
// A shape writes 9 for a digit, A and a for letters, * for what is beyond ASCII, and everything
// else as it stands: it tells what a column looks like without a value of it. Shapes that fewer
// than kLeastShapeRows values share are not told, since one of them could describe one person.
//
// Belongs to one thread. Memory is bounded whatever the column holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/semantic_types.h"
#include "engine/column_types.h"

namespace catalogue {

inline constexpr std::size_t kMaxShapes = 8;       // a column with more shows none
inline constexpr std::size_t kMaxShapeBytes = 24;  // a longer value has no shape
inline constexpr std::uint64_t kLeastShapeRows = 10;

struct Shape {
  std::string text;
  std::uint64_t rows = 0;
};

class ColumnReading {
 public:
  // An empty text is a null. Rows come in order, from 1.
  void Add(std::uint64_t row, std::string_view text);
  void AddNull() { ++empty_; }

  [[nodiscard]] std::uint64_t values() const { return values_; }
  [[nodiscard]] std::uint64_t empty() const { return empty_; }
  [[nodiscard]] std::uint64_t min_characters() const { return min_characters_; }
  [[nodiscard]] std::uint64_t max_characters() const { return max_characters_; }
  // Values that begin or end with a blank, and the first of them.
  [[nodiscard]] std::uint64_t blank_edges() const { return blank_edges_; }
  [[nodiscard]] const engine::Stray& first_blank_edge() const { return first_blank_edge_; }
  [[nodiscard]] const engine::TypeTally& types() const { return types_; }
  [[nodiscard]] const SemanticTally& meanings() const { return meanings_; }
  // The commonest first; empty when there are more than kMaxShapes.
  [[nodiscard]] std::vector<Shape> Shapes() const;

 private:
  void AddShape(std::string_view text);

  std::uint64_t values_ = 0;
  std::uint64_t empty_ = 0;
  std::uint64_t min_characters_ = 0;
  std::uint64_t max_characters_ = 0;
  std::uint64_t blank_edges_ = 0;
  engine::Stray first_blank_edge_;
  engine::TypeTally types_;
  SemanticTally meanings_;
  std::vector<Shape> shapes_;
  bool too_many_shapes_ = false;
};

}  // namespace catalogue
