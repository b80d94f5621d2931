// Responses as bytes of HTTP/1.1. Stateless.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace http {

// How the body behind a head is delimited.
enum class BodyForm : unsigned char {
  kSized,    // Content-Length, and the body behind it
  kChunked,  // Transfer-Encoding: chunked
};

struct ReplyFraming {
  BodyForm form = BodyForm::kSized;
  bool close = false;  // say Connection: close
};

// Status line, Date, framing, the response's own headers, the empty line. kInternal for a status
// outside 200 to 599, or a header that is the server's to write: Content-Length,
// Transfer-Encoding, Connection, Date, Trailer, Upgrade.
base::Result<std::string> WriteHead(const Response& response, const ReplyFraming& framing,
                                    base::Instant now);

// One chunk of a chunked body; `bytes` is not empty, since an empty chunk would be the last.
void AppendChunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// Whether a response of this status has no body at all, nor a length (RFC 9110, 8.6).
bool IsBodiless(int status);

// The phrase of the status line; "Unknown" for a status that RFC 9110 does not name.
std::string_view ReasonPhrase(int status);

// "Tue, 24 Nov 2026 10:00:00 GMT" (IMF-fixdate, RFC 9110, 5.6.7).
std::string HttpDate(base::Instant instant);

}  // namespace http
