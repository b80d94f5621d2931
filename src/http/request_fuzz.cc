// No bytes may crash the reading of requests, and cutting them into pieces may not change what is
// read. What is accepted must keep the promises that handlers rely on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/request_reader.h"

namespace {

constexpr std::uint64_t kBodyLimit = 4096;
constexpr std::size_t kMaxRequests = 8;  // of one input, pipelined

void Require(bool condition) {
  if (!condition) std::abort();
}

std::size_t Read(http::RequestReader& reader, std::string_view bytes, std::size_t piece) {
  std::size_t used = 0;
  while (used < bytes.size() && reader.state() < http::RequestReader::State::kDone) {
    used += reader.Feed(bytes.substr(used, piece));
  }
  return used;
}

void RequirePromises(const http::RequestReader& reader, const std::string& body) {
  const http::RequestHead& head = reader.head();
  const std::string& path = head.parts.path;
  Require(body.size() <= kBodyLimit);
  Require(path == "*" || path.starts_with('/'));
  Require(path.find("//") == std::string::npos && path.find("/../") == std::string::npos);
  Require(!path.ends_with("/..") && !path.ends_with("/."));
  Require(path.find('\0') == std::string::npos && path.find('\\') == std::string::npos);
  Require(head.headers.all().size() <= http::kMaxHeaders);
  Require(head.headers.Count("Content-Length") + head.headers.Count("Transfer-Encoding") <= 1);
  for (const http::Header& header : head.headers.all()) {
    Require(http::IsToken(header.name));
    Require(header.value.find_first_of("\r\n") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t piece = 1 + bytes[0] % 7U;
  const http::BodyLimit limit = [](http::Method, std::string_view) { return kBodyLimit; };
  for (std::size_t i = 0; i < kMaxRequests && !text.empty(); ++i) {
    http::RequestReader whole({}, limit);
    http::RequestReader cut({}, limit);
    const std::size_t used = Read(whole, text, text.size());
    const std::size_t cut_used = Read(cut, text, piece);
    Require(whole.state() == cut.state() && whole.body() == cut.body());
    if (whole.state() == http::RequestReader::State::kRefused) {
      Require(whole.refusal().status == cut.refusal().status);
      Require(whole.refusal().status >= 400);
      return 0;
    }
    Require(used == cut_used && used > 0);
    if (whole.state() != http::RequestReader::State::kDone) return 0;
    RequirePromises(whole, whole.body());
    text.remove_prefix(used);
  }
  return 0;
}
