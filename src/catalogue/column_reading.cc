#include "catalogue/column_reading.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/json_text.h"

namespace catalogue {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

char ShapeOf(char c) {
  if ('0' <= c && c <= '9') return '9';
  if ('A' <= c && c <= 'Z') return 'A';
  if ('a' <= c && c <= 'z') return 'a';
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  return control || static_cast<unsigned char>(c) >= 0x80 ? '*' : c;
}

}  // namespace

void ColumnReading::Add(std::uint64_t row, std::string_view text) {
  if (text.empty()) return AddNull();
  const std::uint64_t characters = base::CountCodePoints(text);
  min_characters_ = values_ == 0 ? characters : std::min(min_characters_, characters);
  max_characters_ = std::max(max_characters_, characters);
  ++values_;
  types_.Add(row, text);
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  const std::size_t end = text.find_last_not_of(kBlanks) + 1;
  if (begin != 0 || end != text.size()) {
    if (blank_edges_++ == 0) first_blank_edge_ = {row, characters};
  }
  if (begin < end) meanings_.Add(text.substr(begin, end - begin));
  if (!too_many_shapes_) AddShape(text);
}

void ColumnReading::AddShape(std::string_view text) {
  std::array<char, kMaxShapeBytes> buffer{};
  if (text.size() > buffer.size()) {
    too_many_shapes_ = true;
    return;
  }
  std::ranges::transform(text, buffer.begin(), ShapeOf);
  const std::string_view shape(buffer.data(), text.size());
  const auto known = std::ranges::find(shapes_, shape, &Shape::text);
  if (known != shapes_.end()) {
    ++known->rows;
  } else if (shapes_.size() == kMaxShapes) {
    too_many_shapes_ = true;
  } else {
    shapes_.push_back({std::string(shape), 1});
  }
}

std::vector<Shape> ColumnReading::Shapes() const {
  std::vector<Shape> shown;
  if (too_many_shapes_) return shown;
  std::ranges::copy_if(shapes_, std::back_inserter(shown), [](const Shape& each) {
    return each.rows >= kLeastShapeRows && each.text.find('9') != std::string::npos;
  });
  std::ranges::sort(shown, [](const Shape& a, const Shape& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.text < b.text;
  });
  return shown;
}

}  // namespace catalogue
