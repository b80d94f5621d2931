#include "http/response_writer.h"

#include <doctest/doctest.h>

#include "http/refusal.h"

namespace http {
namespace {

const base::Instant kNow = base::ParseInstant("2026-11-24T10:00:00Z").value();

}  // namespace

TEST_CASE("dates are written as RFC 9110 wants them") {
  REQUIRE(HttpDate(base::ParseInstant("1994-11-06T08:49:37Z").value()) ==
          "Sun, 06 Nov 1994 08:49:37 GMT");  // the RFC's own example
  REQUIRE(HttpDate(kNow) == "Tue, 24 Nov 2026 10:00:00 GMT");
  REQUIRE(HttpDate(base::ParseInstant("2024-02-29T23:59:59Z").value()) ==
          "Thu, 29 Feb 2024 23:59:59 GMT");
  REQUIRE(HttpDate(base::ParseInstant("1969-12-31T00:00:00Z").value()) ==
          "Wed, 31 Dec 1969 00:00:00 GMT");
  REQUIRE(HttpDate(base::Instant{INT64_MAX}) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("a head has a status line, a date, a length and what the handler added") {
  Response response = MakeResponse(200, "text/plain", "hello");
  REQUIRE(response.headers.Add("X-A", "b").has_value());
  REQUIRE(WriteHead(response, {}, kNow).value() ==
          "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: 5\r\n"
          "Content-Type: text/plain\r\nX-A: b\r\n\r\n");
  REQUIRE(WriteHead(response, {BodyForm::kChunked, true}, kNow).value() ==
          "HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nTransfer-Encoding: "
          "chunked\r\nConnection: close\r\nContent-Type: text/plain\r\nX-A: b\r\n\r\n");
}

TEST_CASE("a status without a body has no length") {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    REQUIRE(IsBodiless(status));
    REQUIRE(WriteHead(response, {}, kNow).value().find("Content-Length") == std::string::npos);
  }
  REQUIRE_FALSE(IsBodiless(200));
}

TEST_CASE("426 names what would do") {
  Response response;
  response.status = 426;
  REQUIRE(WriteHead(response, {BodyForm::kSized, true}, kNow)
              .value()
              .find("Upgrade: HTTP/1.1\r\nConnection: close, upgrade\r\n") != std::string::npos);
}

TEST_CASE("what only the server may write is refused") {
  for (const auto* name :
       {"content-length", "Transfer-Encoding", "Connection", "Date", "Trailer", "Upgrade"}) {
    CAPTURE(name);
    Response response;
    REQUIRE(response.headers.Add(name, "1").has_value());
    REQUIRE(WriteHead(response, {}, kNow).error().code == base::ErrorCode::kInternal);
  }
  for (const int status : {0, 100, 199, 600, -1}) {
    Response response;
    response.status = status;
    REQUIRE(WriteHead(response, {}, kNow).error().code == base::ErrorCode::kInternal);
  }
}

TEST_CASE("chunks are written with their size") {
  std::string out = "head";
  AppendChunk(out, "hello");
  AppendChunk(out, std::string(26, 'a'));
  REQUIRE(out == "head5\r\nhello\r\n1a\r\n" + std::string(26, 'a') + "\r\n");
}

TEST_CASE("a refusal is a problem that holds nothing of the request") {
  const Response response = RefusalResponse({413, "The body is larger than is allowed here."});
  REQUIRE(response.status == 413);
  REQUIRE(response.headers.Find("Content-Type") == "application/problem+json");
  REQUIRE(response.body ==
          "{\"type\":\"about:blank\",\"title\":\"Content Too Large\",\"status\":413,"
          "\"detail\":\"The body is larger than is allowed here.\"}\n");
  REQUIRE(ReasonPhrase(299) == "Unknown");
}

}  // namespace http
