// A request, read from bytes as they come: no sockets, no clock, no limit on how they are cut.
//
// Feed it until it is done or refused. It keeps at most ReaderLimits::header_bytes of head and as
// much body as the BodyLimit of its method and path allows, and takes memory for a body as its
// bytes arrive, not as they are promised. It never takes a byte of the next request. One request
// and one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunked_body.h"
#include "http/request_head.h"

namespace http {

struct ReaderLimits {
  std::size_t header_bytes = 16 * 1024;       // the whole head; beyond it 400
  std::size_t request_line_bytes = 8 * 1024;  // beyond it 414
};

// The largest body, in bytes, for a method and a decoded path. It is asked before a body is read.
using BodyLimit = std::function<std::uint64_t(Method method, std::string_view path)>;

class RequestReader {
 public:
  enum class State : unsigned char { kHead, kBody, kDone, kRefused };

  // `body_limit` must live as long as the reader.
  RequestReader(ReaderLimits limits, const BodyLimit& body_limit)
      : limits_(limits), body_limit_(&body_limit) {}

  // Takes bytes; returns how many. Fewer than there are only when it is done or refused.
  std::size_t Feed(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  // Whether a byte of the request has come.
  [[nodiscard]] bool has_begun() const { return head_bytes_ > 0; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  // The head is whole from kBody on.
  [[nodiscard]] const RequestHead& head() const { return head_; }
  RequestHead& head() { return head_; }
  std::string& body() { return body_; }

 private:
  void FeedHead(std::string_view& bytes);
  void EndLine();
  void BeginBody();
  void FeedBody(std::string_view& bytes);
  void Refuse(const Refusal& refusal);

  ReaderLimits limits_;
  const BodyLimit* body_limit_;
  State state_ = State::kHead;
  Refusal refusal_;
  std::string line_;  // of the head, so far
  std::size_t head_bytes_ = 0;
  bool has_request_line_ = false;
  RequestHead head_;
  std::uint64_t body_left_ = 0;           // of a SizedBody
  std::optional<ChunkedReader> chunked_;  // of a ChunkedBody
  std::string body_;
};

}  // namespace http
