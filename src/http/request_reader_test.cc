// Tests of: request_reader.cc request_head.cc chunked_body.cc
#include "http/request_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace http {
namespace {

using State = RequestReader::State;

constexpr std::uint64_t kBodyLimit = 1'000;

BodyLimit Limit() {
  return [](Method, std::string_view path) { return path == "/none" ? 0 : kBodyLimit; };
}

// What became of bytes that came in pieces of `piece` bytes: the status of a refusal, 200 for a
// whole request, 0 for one that is not whole.
struct Outcome {
  int status = 0;
  std::string body;
  std::size_t used = 0;
  RequestHead head;
};

Outcome Read(std::string_view bytes, std::size_t piece) {
  const BodyLimit limit = Limit();
  RequestReader reader({}, limit);
  Outcome outcome;
  while (outcome.used < bytes.size() && reader.state() < State::kDone) {
    outcome.used += reader.Feed(bytes.substr(outcome.used, piece));
  }
  if (reader.state() == State::kDone) outcome.status = 200;
  if (reader.state() == State::kRefused) outcome.status = reader.refusal().status;
  outcome.body = reader.body();
  outcome.head = reader.head();
  return outcome;
}

int StatusOf(const std::string& bytes) {
  const int whole = Read(bytes, bytes.size()).status;
  for (const std::size_t piece : {1, 2, 3, 7}) REQUIRE(Read(bytes, piece).status == whole);
  return whole;
}

int StatusOfHead(const std::string& lines) {
  return StatusOf("GET / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n");
}

int StatusOfLine(const std::string& line) { return StatusOf(line + "\r\nHost: x\r\n\r\n"); }

std::string Post(const std::string& headers, const std::string& body) {
  return "POST /a HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string Chunked(const std::string& body) {
  return Post("Transfer-Encoding: chunked\r\n", body);
}

}  // namespace

TEST_CASE("a request is read, however it is cut") {
  const std::string bytes = Post("Content-Length: 5\r\nA:  b c\t \r\nE:\r\n", "helloGET /next");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    CAPTURE(piece);
    const Outcome outcome = Read(bytes, piece);
    REQUIRE(outcome.status == 200);
    REQUIRE(outcome.body == "hello");
    REQUIRE(bytes.substr(outcome.used) == "GET /next");
    REQUIRE(outcome.head.method == Method::kPost);
    REQUIRE(outcome.head.parts.path == "/a");
    REQUIRE(outcome.head.headers.Find("a") == "b c");
    REQUIRE(outcome.head.headers.Find("e") == "");
    REQUIRE(outcome.head.keep_alive);
  }
}

TEST_CASE("a prefix of a request is never taken for a whole one") {
  for (const std::string& bytes :
       {Post("Content-Length: 5\r\n", "hello"), Chunked("5\r\nhello\r\n0\r\nA: b\r\n\r\n")}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CAPTURE(size);
      REQUIRE(Read(std::string_view(bytes).substr(0, size), 4096).status == 0);
    }
    REQUIRE(Read(bytes, 4096).status == 200);
  }
}

TEST_CASE("the request line is judged") {
  REQUIRE(StatusOfLine("GET / HTTP/1.1") == 200);
  REQUIRE(StatusOfLine("GET / HTTP/1.0") == 200);
  REQUIRE(StatusOfLine("OPTIONS * HTTP/1.1") == 200);
  for (const auto* line :
       {"GET * HTTP/1.1", "GET /", "GET", "", " GET / HTTP/1.1", "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "GET / http/1.1", "GET / HTTP/1.",
        "GET / HTTP/11", "GET / HTTP/1.1x", "GET /a b HTTP/1.1", "GET http://x/ HTTP/1.1",
        "CONNECT x:443 HTTP/1.1x", "G@T / HTTP/1.1", "G\x01T / HTTP/1.1", "GET /\x80 HTTP/1.1"}) {
    CAPTURE(line);
    REQUIRE(StatusOfLine(line) == 400);
  }
  REQUIRE(StatusOfLine("BREW / HTTP/1.1") == 501);
  REQUIRE(StatusOfLine("get / HTTP/1.1") == 501);
  REQUIRE(StatusOfLine("GET / HTTP/2.0") == 505);
  REQUIRE(StatusOfLine("GET / HTTP/0.9") == 505);
}

TEST_CASE("lines end in CR LF and in nothing else") {
  REQUIRE(StatusOf("GET / HTTP/1.1\nHost: x\n\n") == 400);
  REQUIRE(StatusOf("GET / HTTP/1.1\r\nHost: x\n\r\n") == 400);
  REQUIRE(StatusOf("GET / HTTP/1.1\r\nHost: x\r\r\n\r\n") == 400);
  REQUIRE(StatusOf("GET / HTTP/1.1\rHost: x\r\n\r\n") == 400);
  REQUIRE(StatusOf("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  REQUIRE(StatusOf("\n") == 400);
}

TEST_CASE("header lines are judged") {
  REQUIRE(StatusOfHead("A: b\r\n") == 200);
  REQUIRE(StatusOfHead("A:b\r\n") == 200);
  REQUIRE(StatusOfHead("A: caf\xc3\xa9\r\n") == 200);
  for (const auto* lines :
       {"A : b\r\n", "A\t: b\r\n", ": b\r\n", "A\r\n", "A: b\r\n c\r\n", " A: b\r\n", "A: b\rc\r\n",
        "A: \x01\r\n", "A: \x7f\r\n", "A(: b\r\n", "\x80: b\r\n"}) {
    CAPTURE(lines);
    REQUIRE(StatusOfHead(lines) == 400);
  }
  REQUIRE(StatusOfHead(std::string("A: b\0c\r\n", 8)) == 400);
}

TEST_CASE("a request has one Host") {
  REQUIRE(StatusOf("GET / HTTP/1.1\r\n\r\n") == 400);
  REQUIRE(StatusOf("GET / HTTP/1.0\r\n\r\n") == 200);
  REQUIRE(StatusOfHead("host: x\r\n") == 400);
  REQUIRE(StatusOf("GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n") == 400);
  for (const auto* host : {"data.example.org:8443", "127.0.0.1", "[::1]:80", "a_b"}) {
    REQUIRE(StatusOf("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n") == 200);
  }
  for (const auto* host : {"", "a b", "a/b", "a@b", "a,b", "\xc3\xa9"}) {
    CAPTURE(host);
    REQUIRE(StatusOf("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n") == 400);
  }
}

TEST_CASE("the length of a body is stated once, and plainly") {
  REQUIRE(StatusOf(Post("Content-Length: 0\r\n", "")) == 200);
  REQUIRE(StatusOf(Post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n")) == 200);
  for (const auto* headers : {"Content-Length: 5\r\nContent-Length: 5\r\n",
                              "Content-Length: 5\r\ncontent-length: 6\r\n",
                              "Content-Length: 5, 5\r\n",
                              "Content-Length: +5\r\n",
                              "Content-Length: -5\r\n",
                              "Content-Length: 05\r\n",
                              "Content-Length: 0x5\r\n",
                              "Content-Length: 5 5\r\n",
                              "Content-Length: \r\n",
                              "Content-Length: 18446744073709551616\r\n",
                              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: gzip, chunked\r\n",
                              "Transfer-Encoding: chunked, chunked\r\n",
                              "Transfer-Encoding: xchunked\r\n",
                              "Transfer-Encoding: identity\r\n",
                              "Transfer-Encoding: \"chunked\"\r\n",
                              "Transfer-Encoding: chunked;q=1\r\n",
                              "Transfer-Encoding:\r\n"}) {
    CAPTURE(headers);
    REQUIRE(StatusOf(Post(headers, "hello")) == 400);
  }
  REQUIRE(StatusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("a body ends at the limit of its path") {
  const std::string fits(kBodyLimit, 'b');
  REQUIRE(StatusOf(Post("Content-Length: 1000\r\n", fits)) == 200);
  REQUIRE(StatusOf(Post("Content-Length: 1001\r\n", fits + "b")) == 413);
  REQUIRE(StatusOf(Post("Content-Length: 18446744073709551615\r\n", "")) == 413);
  REQUIRE(StatusOf(Chunked("3e8\r\n" + fits + "\r\n0\r\n\r\n")) == 200);
  REQUIRE(StatusOf(Chunked("3e9\r\n")) == 413);
  REQUIRE(StatusOf(Chunked("3e8\r\n" + fits + "\r\n1\r\n")) == 413);
  REQUIRE(StatusOf("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n") == 413);
}

TEST_CASE("a chunked body is put together") {
  const Outcome outcome =
      Read(Chunked("5\r\nhello\r\n1;a=b\r\n \r\n00A\r\n0123456789\r\n0\r\nT: v\r\n\r\nnext"), 4096);
  REQUIRE(outcome.status == 200);
  REQUIRE(outcome.body == "hello 0123456789");
  REQUIRE_FALSE(outcome.head.headers.Find("T").has_value());
}

TEST_CASE("a chunked body is judged") {
  for (const auto* body : {"fffffffffffffffff\r\n",
                           "0000000000000005\r\nhello\r\n0\r\n\r\n",
                           "-5\r\n",
                           "+5\r\n",
                           "\r\n",
                           "g\r\n",
                           "5 \r\n",
                           " 5\r\n",
                           "0x5\r\n",
                           ";a\r\n",
                           "5\nhello\r\n",
                           "5\r\nhello\n0\r\n",
                           "5\r\nhelloo\r\n",
                           "5\r\nhell\r\n0\r\n",
                           "5\r\nhello0\r\n",
                           "5;a\x01\r\n",
                           "5;a\rb\r\n",
                           "0\r\nA : b\r\n\r\n",
                           "0\r\nA: b\r\n c\r\n\r\n",
                           "0\r\n\n",
                           "0\r\nA\r\n\r\n"}) {
    CAPTURE(body);
    REQUIRE(StatusOf(Chunked(body)) == 400);
  }
}

TEST_CASE("what surrounds the content of chunks is limited") {
  const std::string longest = "1;" + std::string(kMaxChunkLineBytes - 2, 'e');
  REQUIRE(StatusOf(Chunked(longest + "\r\nx\r\n0\r\n\r\n")) == 200);
  REQUIRE(StatusOf(Chunked(longest + "e\r\nx\r\n0\r\n\r\n")) == 400);
  std::string many;
  for (std::size_t i = 0; i <= kMaxChunkExtensionBytes / (kMaxChunkLineBytes - 1); ++i) {
    REQUIRE(StatusOf(Chunked(many + "0\r\n\r\n")) == 200);
    many += longest + "\r\nx\r\n";
  }
  REQUIRE(StatusOf(Chunked(many + "0\r\n\r\n")) == 400);
  const std::string trailer = "T: " + std::string(kMaxTrailerBytes / 2 - 3, 't') + "\r\n";
  REQUIRE(StatusOf(Chunked("0\r\n" + trailer + trailer + "\r\n")) == 200);
  REQUIRE(StatusOf(Chunked("0\r\n" + trailer + trailer + "T:\r\n\r\n")) == 431);
}

TEST_CASE("heads are limited in bytes and lines") {
  const ReaderLimits limits;
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string padded =
      "GET /" + std::string(limits.request_line_bytes - line.size(), 'a') + " HTTP/1.1";
  REQUIRE(StatusOfLine(padded) == 200);
  REQUIRE(StatusOfLine("GET /a" + padded.substr(5)) == 414);
  REQUIRE(StatusOf(std::string(limits.request_line_bytes + 1, 'a')) == 414);
  const std::size_t others = line.size() + std::string("Host: x\r\nA: \r\n\r\n").size();
  const std::string value(limits.header_bytes - others, 'a');
  REQUIRE(StatusOfHead("A: " + value + "\r\n") == 200);
  REQUIRE(StatusOfHead("A: " + value + "a\r\n") == 400);
  std::string lines;
  for (std::size_t i = 1; i < kMaxHeaders; ++i) lines += "A: b\r\n";
  REQUIRE(StatusOfHead(lines) == 200);
  REQUIRE(StatusOfHead(lines + "A: b\r\n") == 431);
  std::string target = "/?";
  for (std::size_t i = 0; i <= kMaxQueryParameters; ++i) target += "a&";
  REQUIRE(StatusOfLine("GET " + target + " HTTP/1.1") == 414);
}

TEST_CASE("Expect and Connection are understood") {
  REQUIRE(
      Read(Post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "a"), 99).head.expects_continue);
  REQUIRE_FALSE(Read(Post("Expect: 100-continue\r\n", ""), 99).head.expects_continue);
  REQUIRE(StatusOfHead("Expect: 200-ok\r\n") == 417);
  REQUIRE(StatusOfHead("Expect: 100-continue\r\nExpect: 100-continue\r\n") == 417);
  REQUIRE_FALSE(Read(Post("Connection: a, close\r\n", ""), 99).head.keep_alive);
  REQUIRE_FALSE(
      Read("GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: x\r\n\r\n", 99).head.keep_alive);
}

TEST_CASE("any byte of a request may be any other") {
  const std::string good =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;e\r\nhi\r\n0\r\n\r\n";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(value);
      const Outcome whole = Read(bytes, 4096);
      const Outcome cut = Read(bytes, 1);
      REQUIRE(whole.status == cut.status);
      REQUIRE(whole.body == cut.body);
    }
  }
}

}  // namespace http
