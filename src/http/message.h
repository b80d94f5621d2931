// Requests and responses of HTTP, as handlers see them.
//
// A Request has passed the policy of docs/formats/http.md: its path is decoded once and holds no
// dot segments, no slash that was hidden by encoding and no control character; its body is whole
// and within its limit. A Response says what to send; the server adds Date, Content-Length,
// Transfer-Encoding and Connection. Headers checks every name and value as it enters, so no
// message can be split by what a value holds. Values: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace http {

inline constexpr std::size_t kMaxHeaders = 100;
inline constexpr std::size_t kMaxQueryParameters = 100;

// The methods that are known; any other is answered 501 before a handler sees it.
enum class Method : unsigned char {
  kGet,
  kHead,
  kPost,
  kPut,
  kPatch,
  kDelete,
  kOptions,
  kTrace,
  kQuery
};

std::string_view NameOf(Method method);
// Nothing for a method that is not known. Methods are case-sensitive (RFC 9110, 9.1).
std::optional<Method> ParseMethod(std::string_view name);

// Whether two header names, or two tokens such as `chunked`, are the same: ASCII without case.
bool SameToken(std::string_view left, std::string_view right);
// Whether `text` is a token of RFC 9110 (5.6.2).
bool IsToken(std::string_view text);

struct Header {
  std::string name;
  std::string value;  // without surrounding blanks; bytes above 127 may stand in it
};

class Headers {
 public:
  // kInvalid when the name is no token, or the value holds CR, LF, NUL or another control
  // character apart from tab, or begins or ends with a blank. kTooLarge beyond kMaxHeaders.
  base::Result<void> Add(std::string_view name, std::string_view value);
  // The value of the first header of this name.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;
  [[nodiscard]] std::size_t Count(std::string_view name) const;
  // Whether a header of this name lists the token, as `Connection: close` does.
  [[nodiscard]] bool Lists(std::string_view name, std::string_view token) const;
  [[nodiscard]] std::span<const Header> all() const { return headers_; }

 private:
  std::vector<Header> headers_;
};

// Part of a query, decoded: `+` is a blank, and a part without `=` has an empty value.
struct QueryParameter {
  std::string name;
  std::string value;
};

using RequestId = base::Id<struct RequestTag>;

struct Request {
  RequestId id;
  Method method = Method::kGet;
  std::string target{};  // as it was sent, in ASCII
  std::string path{};    // decoded UTF-8; "*" for OPTIONS *
  std::vector<QueryParameter> query{};
  Headers headers{};
  std::string body{};
  std::string remote_address{};  // of the other end of the connection, without its port
  bool is_loopback = false;      // whether that is this machine
  bool is_tls = false;
  // Requested when the connection is cut: nobody waits for the reply any more.
  std::stop_token stop{};

  // The first query parameter of this name.
  [[nodiscard]] std::optional<std::string_view> Parameter(std::string_view name) const;
};

// Puts the next bytes of a body into `chunk`, which comes empty. True: call again. False: that was
// all. An error cuts the connection, so that the reader cannot take what it has for the whole.
using Producer = std::function<base::Result<bool>(std::string& chunk)>;

struct Response {
  int status = 200;  // 200 to 599
  Headers headers{};
  std::string body{};
  // Instead of a body: bytes that are made while they are sent, as chunked HTTP/1.1. It is called
  // and dropped on threads of the handler pool, by one thread at a time. An HTTP/1.0 client is
  // answered 426 in its place.
  Producer producer{};
  // When it is requested the connection is cut at once: no final chunk, and what the kernel still
  // holds is thrown away.
  std::stop_token stop{};
};

// A response with a body of this type, a literal of the program: a CHECK when it is no header
// value.
Response MakeResponse(int status, std::string_view content_type, std::string body);

}  // namespace http
