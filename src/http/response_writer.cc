#include "http/response_writer.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "http/refusal.h"

namespace http {
namespace {

using base::ErrorCode;
using base::Fail;

struct Phrase {
  int status;
  std::string_view text;
};

constexpr std::array kPhrases = {
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{422, "Unprocessable Content"},
    Phrase{426, "Upgrade Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{507, "Insufficient Storage"},
};

constexpr std::array<std::string_view, 6> kOwnHeaders = {
    "Content-Length", "Transfer-Encoding", "Connection", "Date", "Trailer", "Upgrade"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool IsOwnHeader(const Header& header) {
  return std::ranges::any_of(kOwnHeaders,
                             [&](std::string_view own) { return SameToken(own, header.name); });
}

}  // namespace

std::string_view ReasonPhrase(int status) {
  const auto* found = std::ranges::find(kPhrases, status, &Phrase::status);
  return found == kPhrases.end() ? "Unknown" : found->text;
}

bool IsBodiless(int status) { return status == 204 || status == 304; }

std::string HttpDate(base::Instant instant) {
  // A clock outside the years that have four digits cannot be written; 1970 is then as good.
  const std::string text = (base::IsWritable(instant) ? instant : base::Instant{}).Text();
  const std::string_view view = text;  // 2026-11-24T10:00:00Z
  const auto day = base::ParseCivilDay(view.substr(0, 10));
  CHECK(day.has_value());
  const auto weekday = static_cast<std::size_t>(((day->days % 7) + 7 + 4) % 7);  // 1970: a Thursday
  const auto month = static_cast<std::size_t>((view[5] - '0') * 10 + view[6] - '0') - 1;
  return base::Format("{}, {} {} {} {} GMT", kDays.at(weekday), view.substr(8, 2),
                      kMonths.at(month), view.substr(0, 4), view.substr(11, 8));
}

base::Result<std::string> WriteHead(const Response& response, const ReplyFraming& framing,
                                    base::Instant now) {
  if (response.status < 200 || response.status > 599) {
    return Fail(ErrorCode::kInternal, "A response has a status outside 200 to 599");
  }
  if (std::ranges::any_of(response.headers.all(), IsOwnHeader)) {
    return Fail(ErrorCode::kInternal, "A response has a header that only the server writes");
  }
  std::string head = base::Format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                  ReasonPhrase(response.status), HttpDate(now));
  if (!IsBodiless(response.status)) {
    head += framing.form == BodyForm::kChunked
                ? std::string("Transfer-Encoding: chunked\r\n")
                : base::Format("Content-Length: {}\r\n", response.body.size());
  }
  if (response.status == 426) {  // must name what would do (RFC 9110, 15.5.22)
    head += "Upgrade: HTTP/1.1\r\n";
    head += framing.close ? "Connection: close, upgrade\r\n" : "Connection: upgrade\r\n";
  } else if (framing.close) {
    head += "Connection: close\r\n";
  }
  for (const Header& header : response.headers.all()) {
    head += base::Format("{}: {}\r\n", header.name, header.value);
  }
  head += "\r\n";
  return head;
}

void AppendChunk(std::string& out, std::string_view bytes) {
  CHECK(!bytes.empty());
  out += base::Format("{:x}\r\n", bytes.size());
  out += bytes;
  out += "\r\n";
}

Response RefusalResponse(const Refusal& refusal) {
  std::string body = base::Format("{{\"type\":\"about:blank\",\"title\":\"{}\",\"status\":{},",
                                  ReasonPhrase(refusal.status), refusal.status);
  body += "\"detail\":";
  base::AppendJsonString(body, refusal.reason);
  body += "}\n";
  return MakeResponse(refusal.status, "application/problem+json", std::move(body));
}

}  // namespace http
