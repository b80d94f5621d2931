#include "http/request_reader.h"

#include <algorithm>

namespace http {

std::size_t RequestReader::Feed(std::string_view bytes) {
  const std::size_t before = bytes.size();
  while (!bytes.empty() && state_ == State::kHead) FeedHead(bytes);
  if (!bytes.empty() && state_ == State::kBody) FeedBody(bytes);
  return before - bytes.size();
}

// Takes up to one line. Lines are judged as they end, so a request that is wrong in its first line
// is answered without waiting for an end of the head that may never come.
void RequestReader::FeedHead(std::string_view& bytes) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t size = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (!has_request_line_ && line_.size() + size > limits_.request_line_bytes) {
    return Refuse({414, "The request line is too long."});
  }
  if (head_bytes_ + size > limits_.header_bytes) {
    return Refuse({400, "The headers are too long together."});
  }
  line_ += bytes.substr(0, size);
  head_bytes_ += size;
  bytes.remove_prefix(size);
  if (newline == std::string_view::npos) return;
  if (line_.size() < 2 || line_[line_.size() - 2] != '\r') {
    return Refuse({400, "A line of the head does not end in CR LF."});
  }
  line_.resize(line_.size() - 2);
  EndLine();
  line_.clear();
}

void RequestReader::EndLine() {
  Judgement refusal;
  if (!has_request_line_) {
    has_request_line_ = true;
    refusal = ParseRequestLine(line_, head_);
  } else if (!line_.empty()) {
    refusal = ParseHeaderLine(line_, head_.headers);
  } else {
    refusal = FinishHead(head_);
    if (!refusal) return BeginBody();
  }
  if (refusal) Refuse(*refusal);
}

void RequestReader::BeginBody() {
  if (std::holds_alternative<NoBody>(head_.framing)) {
    state_ = State::kDone;
    return;
  }
  const std::uint64_t limit = (*body_limit_)(head_.method, head_.parts.path);
  state_ = State::kBody;
  if (const auto* sized = std::get_if<SizedBody>(&head_.framing)) {
    if (sized->bytes > limit) return Refuse({413, "The body is larger than is allowed here."});
    body_left_ = sized->bytes;
  } else {
    chunked_.emplace(limit);
  }
}

void RequestReader::FeedBody(std::string_view& bytes) {
  if (chunked_) {
    if (const auto refusal = chunked_->Feed(bytes, body_)) return Refuse(*refusal);
    if (chunked_->is_done()) state_ = State::kDone;
    return;
  }
  const std::size_t count = std::min<std::uint64_t>(body_left_, bytes.size());
  body_ += bytes.substr(0, count);
  bytes.remove_prefix(count);
  body_left_ -= count;
  if (body_left_ == 0) state_ = State::kDone;
}

void RequestReader::Refuse(const Refusal& refusal) {
  state_ = State::kRefused;
  refusal_ = refusal;
}

}  // namespace http
