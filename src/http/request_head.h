// The head of a request, line by line, under the policy of docs/formats/http.md.
//
// Lines come without their CR LF. The reader feeds one request line, then the header lines; at the
// empty line Finish judges the whole and says how the body is framed. Everything that two readers
// could understand differently is refused, because a proxy in front may be the other reader
// (request smuggling). One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "http/message.h"
#include "http/refusal.h"
#include "http/target.h"

namespace http {

enum class Version : unsigned char { kHttp10, kHttp11 };

// How many bytes of body follow the head.
struct NoBody {};
struct SizedBody {
  std::uint64_t bytes = 0;  // at least 1
};
struct ChunkedBody {};
using Framing = std::variant<NoBody, SizedBody, ChunkedBody>;

struct RequestHead {
  Method method = Method::kGet;
  Version version = Version::kHttp11;
  std::string target;
  Target parts;
  Headers headers;
  Framing framing;
  bool keep_alive = false;        // the sender will use the connection again
  bool expects_continue = false;  // the body comes once "100 Continue" was sent
};

// Nothing: it fits. Otherwise why it does not.
using Judgement = std::optional<Refusal>;

// "GET /path HTTP/1.1" (RFC 9112, 3).
Judgement ParseRequestLine(std::string_view line, RequestHead& head);
// "name: value" (RFC 9112, 5). A line that begins with a blank (obs-fold) is refused.
Judgement ParseHeaderLine(std::string_view line, Headers& headers);
// What the headers say together: Host, framing, Expect, Connection.
Judgement FinishHead(RequestHead& head);

}  // namespace http
