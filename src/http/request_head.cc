#include "http/request_head.h"

#include <algorithm>

#include "base/bytes.h"

namespace http {
namespace {

// The names of hosts have at most 253 characters; a port and brackets come on top.
constexpr std::size_t kMaxHostBytes = 270;

Judgement ParseVersion(std::string_view text, RequestHead& head) {
  if (text == "HTTP/1.1") {
    head.version = Version::kHttp11;
  } else if (text == "HTTP/1.0") {
    head.version = Version::kHttp10;
  } else {
    const bool has_form = text.size() == 8 && text.starts_with("HTTP/") && text[6] == '.' &&
                          text[5] >= '0' && text[5] <= '9' && text[7] >= '0' && text[7] <= '9';
    if (!has_form) return Refusal{400, "The request line does not end in a version of HTTP."};
    return Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  }
  return std::nullopt;
}

Judgement ParseMethodAndTarget(std::string_view method, std::string_view target,
                               RequestHead& head) {
  if (!IsToken(method)) return Refusal{400, "The method is not a token."};
  const auto known = ParseMethod(method);
  if (!known) return Refusal{501, "This method is not known here."};
  head.method = *known;
  head.target = target;
  if (target == "*" && *known == Method::kOptions) {
    head.parts.path = "*";
    return std::nullopt;
  }
  auto parts = ParseTarget(target);
  if (!parts && parts.error().code == base::ErrorCode::kTooLarge) {
    return Refusal{414, "The query has too many parameters."};
  }
  // The sentences of ParseTarget are not literals; which rule was broken stands in the docs.
  if (!parts) return Refusal{400, "The target is not a plain path with a query."};
  head.parts = std::move(*parts);
  return std::nullopt;
}

bool IsHost(std::string_view host) {
  return !host.empty() && host.size() <= kMaxHostBytes && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

Judgement JudgeHost(const RequestHead& head) {
  const std::size_t count = head.headers.Count("Host");
  if (count == 0 && head.version == Version::kHttp10) return std::nullopt;
  if (count != 1) return Refusal{400, "A request has exactly one Host header."};
  if (!IsHost(*head.headers.Find("Host"))) {
    return Refusal{400, "The Host header is not a name or an address with a port."};
  }
  return std::nullopt;
}

// RFC 9112, 6.3, without its leniency: both kinds of framing at once, or one of them twice, is
// what smuggling is made of.
Judgement JudgeFraming(RequestHead& head) {
  const std::size_t lengths = head.headers.Count("Content-Length");
  const std::size_t codings = head.headers.Count("Transfer-Encoding");
  if (lengths + codings > 1) {
    return Refusal{400, "The length of the body is stated more than once."};
  }
  if (codings == 1) {
    if (head.version == Version::kHttp10) {
      return Refusal{400, "HTTP/1.0 knows no Transfer-Encoding."};
    }
    if (!SameToken(*head.headers.Find("Transfer-Encoding"), "chunked")) {
      return Refusal{400, "Transfer-Encoding may be chunked and nothing else."};
    }
    head.framing = ChunkedBody{};
  } else if (lengths == 1) {
    const auto bytes = base::ParseDecimal(*head.headers.Find("Content-Length"));
    if (!bytes) return Refusal{400, "Content-Length is not a plain decimal number."};
    if (*bytes > 0) head.framing = SizedBody{*bytes};
  }
  return std::nullopt;
}

Judgement JudgeExpectation(RequestHead& head) {
  const std::size_t count = head.headers.Count("Expect");
  // HTTP/1.0 knows no interim replies (RFC 9110, 10.1.1).
  if (count == 0 || head.version == Version::kHttp10) return std::nullopt;
  if (count > 1 || !SameToken(*head.headers.Find("Expect"), "100-continue")) {
    return Refusal{417, "Only the expectation 100-continue can be met."};
  }
  head.expects_continue = !std::holds_alternative<NoBody>(head.framing);
  return std::nullopt;
}

}  // namespace

Judgement ParseRequestLine(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refusal{400, "The request line does not have three parts."};
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (auto refusal = ParseVersion(line.substr(last + 1), head)) return refusal;
  return ParseMethodAndTarget(line.substr(0, first), target, head);
}

Judgement ParseHeaderLine(std::string_view line, Headers& headers) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "A header line has no colon."};
  std::string_view value = line.substr(colon + 1);
  const std::size_t begin = value.find_first_not_of(" \t");
  value.remove_prefix(std::min(begin, value.size()));
  value = value.substr(0, value.find_last_not_of(" \t") + 1);
  const auto added = headers.Add(line.substr(0, colon), value);
  if (added) return std::nullopt;
  if (added.error().code == base::ErrorCode::kTooLarge) {
    return Refusal{431, "The request has more headers than are allowed."};
  }
  return Refusal{400, "A header line holds a character that may not stand there."};
}

Judgement FinishHead(RequestHead& head) {
  if (auto refusal = JudgeHost(head)) return refusal;
  if (auto refusal = JudgeFraming(head)) return refusal;
  if (auto refusal = JudgeExpectation(head)) return refusal;
  head.keep_alive = head.version == Version::kHttp11 && !head.headers.Lists("Connection", "close");
  return std::nullopt;
}

}  // namespace http
