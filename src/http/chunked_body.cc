#include "http/chunked_body.h"

#include <algorithm>
#include <charconv>

namespace http {
namespace {

// 2^60 - 1: far above any limit of a body, and far below where 64 bits end.
constexpr std::size_t kMaxSizeDigits = 15;

}  // namespace

// Gathers one line in line_, without its CR LF once line_is_whole_.
Judgement ChunkedReader::FeedLine(std::string_view& bytes, std::size_t max_bytes) {
  if (line_is_whole_) {
    line_.clear();
    line_is_whole_ = false;
  }
  const std::size_t newline = bytes.find('\n');
  const bool ends = newline != std::string_view::npos;
  const std::string_view piece = bytes.substr(0, newline);
  if (line_.size() + piece.size() > max_bytes + 1) {  // the CR is not counted
    return Refusal{400, "A line of the chunked body is too long."};
  }
  line_ += piece;
  bytes.remove_prefix(ends ? newline + 1 : bytes.size());
  if (!ends) return std::nullopt;
  if (line_.empty() || line_.back() != '\r') {
    return Refusal{400, "A line of the chunked body does not end in CR LF."};
  }
  line_.pop_back();
  line_is_whole_ = true;
  return std::nullopt;
}

Judgement ChunkedReader::EndSize(std::uint64_t body_bytes) {
  const std::string_view line = line_;
  const std::size_t digits = std::min(line.find(';'), line.size());
  if (digits == 0 || digits > kMaxSizeDigits) {
    return Refusal{400, "The size of a chunk is missing or too long."};
  }
  const char* begin = line_.c_str();
  const auto read = std::from_chars(begin, begin + digits, chunk_left_, 16);
  if (read.ec != std::errc() || read.ptr != begin + digits) {
    return Refusal{400, "The size of a chunk is not a hexadecimal number."};
  }
  extension_bytes_ += line.size() - digits;
  const bool has_controls = std::ranges::any_of(line, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte >= 0x7f;
  });
  if (has_controls) return Refusal{400, "A chunk extension holds a control character."};
  if (extension_bytes_ > kMaxChunkExtensionBytes) {
    return Refusal{400, "The chunk extensions are too long together."};
  }
  if (chunk_left_ > max_bytes_ - body_bytes) {
    return Refusal{413, "The body is larger than is allowed here."};
  }
  part_ = chunk_left_ == 0 ? Part::kTrailer : Part::kContent;
  return std::nullopt;
}

Judgement ChunkedReader::EndTrailerLine() {
  if (line_.empty()) {
    part_ = Part::kDone;
    return std::nullopt;
  }
  trailer_bytes_ += line_.size();
  if (trailer_bytes_ > kMaxTrailerBytes) return Refusal{431, "The trailers are too long."};
  return ParseHeaderLine(line_, trailers_);
}

void ChunkedReader::FeedContent(std::string_view& bytes, std::string& body) {
  const std::size_t count = std::min<std::uint64_t>(chunk_left_, bytes.size());
  body += bytes.substr(0, count);
  bytes.remove_prefix(count);
  chunk_left_ -= count;
  if (chunk_left_ == 0) part_ = Part::kContentEnd;
}

Judgement ChunkedReader::Feed(std::string_view& bytes, std::string& body) {
  while (!bytes.empty() && part_ != Part::kDone) {  // each round takes a byte at least
    if (part_ == Part::kContent) {
      FeedContent(bytes, body);
      continue;
    }
    const std::size_t longest = part_ == Part::kSize      ? kMaxChunkLineBytes
                                : part_ == Part::kTrailer ? kMaxTrailerBytes
                                                          : 0;
    if (auto refusal = FeedLine(bytes, longest)) return refusal;
    if (!line_is_whole_) return std::nullopt;
    Judgement refusal;
    if (part_ == Part::kSize) {
      refusal = EndSize(body.size());
    } else if (part_ == Part::kTrailer) {
      refusal = EndTrailerLine();
    } else {
      part_ = Part::kSize;  // the line behind a chunk is empty: longer ones were refused
    }
    if (refusal) return refusal;
  }
  return std::nullopt;
}

}  // namespace http
