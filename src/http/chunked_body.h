// A chunked body taken apart as it arrives (RFC 9112, 7.1), strictly.
//
//     1a;name=value CR LF   size in hexadecimal, at most 15 digits; extensions are read over
//     bytes CR LF
//     0 CR LF
//     trailer lines CR LF   checked like headers, and dropped
//     CR LF
//
// Every line ends in CR LF and nothing else. What is not content is limited as well: lines of
// sizes, extensions and trailers, so that a body of one byte cannot keep the reader busy for ever.
// One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request_head.h"

namespace http {

inline constexpr std::size_t kMaxChunkLineBytes = 256;  // one line of size and extensions
inline constexpr std::size_t kMaxChunkExtensionBytes = 16 * 1024;  // all of one body together
inline constexpr std::size_t kMaxTrailerBytes = 16 * 1024;         // all lines together

class ChunkedReader {
 public:
  explicit ChunkedReader(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  // Takes bytes off the front of `bytes` and appends content to `body`; bytes are left only once
  // it is done or refused.
  Judgement Feed(std::string_view& bytes, std::string& body);
  [[nodiscard]] bool is_done() const { return part_ == Part::kDone; }

 private:
  enum class Part : unsigned char { kSize, kContent, kContentEnd, kTrailer, kDone };

  Judgement FeedLine(std::string_view& bytes, std::size_t max_bytes);
  Judgement EndSize(std::uint64_t body_bytes);
  Judgement EndTrailerLine();
  void FeedContent(std::string_view& bytes, std::string& body);

  std::uint64_t max_bytes_;
  Part part_ = Part::kSize;
  std::string line_;  // so far, with its CR
  bool line_is_whole_ = false;
  std::uint64_t chunk_left_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  Headers trailers_;
};

}  // namespace http
