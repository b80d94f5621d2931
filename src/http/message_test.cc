#include "http/message.h"

#include <doctest/doctest.h>

namespace http {

TEST_CASE("methods are known by their exact names") {
  for (const auto* name : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    CAPTURE(name);
    REQUIRE(ParseMethod(name).has_value());
    REQUIRE(NameOf(*ParseMethod(name)) == name);
  }
  for (const auto* name : {"get", "GET ", "", "BREW", "CONNECT", "GETT"}) {
    CAPTURE(name);
    REQUIRE_FALSE(ParseMethod(name).has_value());
  }
}

TEST_CASE("headers are found without regard to case") {
  Headers headers;
  REQUIRE(headers.Add("Content-Type", "text/plain").has_value());
  REQUIRE(headers.Add("X-A", "first").has_value());
  REQUIRE(headers.Add("x-a", "second").has_value());
  REQUIRE(headers.Find("content-TYPE") == "text/plain");
  REQUIRE(headers.Find("x-A") == "first");
  REQUIRE(headers.Count("X-a") == 2);
  REQUIRE(headers.Count("X") == 0);
  REQUIRE_FALSE(headers.Find("Content").has_value());
}

TEST_CASE("a header that could split a message is refused") {
  Headers headers;
  for (const std::string_view value :
       {std::string_view("a\r\nSet-Cookie: b"), std::string_view("a\rb"), std::string_view("a\nb"),
        std::string_view("a\0b", 3), std::string_view("\x7f"), std::string_view("\x1b[0m"),
        std::string_view(" a"), std::string_view("a\t")}) {
    CAPTURE(value);
    const auto added = headers.Add("X-A", value);
    REQUIRE(added.error().code == base::ErrorCode::kInvalid);
  }
  for (const std::string_view name : {"", "X A", "X:", "X\r\n", "X\x80", "(X)", "X\""}) {
    CAPTURE(name);
    REQUIRE(headers.Add(name, "a").error().code == base::ErrorCode::kInvalid);
  }
  REQUIRE(headers.all().empty());
  REQUIRE(headers.Add("X-A", "").has_value());
  REQUIRE(headers.Add("X-A", "tab\tand \xc3\xa9").has_value());
}

TEST_CASE("a message has at most kMaxHeaders headers") {
  Headers headers;
  for (std::size_t i = 0; i < kMaxHeaders; ++i) REQUIRE(headers.Add("X", "y").has_value());
  REQUIRE(headers.Add("X", "y").error().code == base::ErrorCode::kTooLarge);
}

TEST_CASE("a list header holds a token or not") {
  Headers headers;
  REQUIRE(headers.Add("Connection", "keep-alive,\tClose ").error().code ==
          base::ErrorCode::kInvalid);
  REQUIRE(headers.Add("Connection", "keep-alive,\tClose , x").has_value());
  REQUIRE(headers.Add("Connection", "upgrade").has_value());
  REQUIRE(headers.Lists("connection", "close"));
  REQUIRE(headers.Lists("connection", "upgrade"));
  REQUIRE_FALSE(headers.Lists("connection", "clos"));
  REQUIRE_FALSE(headers.Lists("connection", "keep-alive,\tClose"));
}

TEST_CASE("a response is made with its type") {
  const Response response = MakeResponse(404, "text/plain", "no");
  REQUIRE(response.status == 404);
  REQUIRE(response.headers.Find("Content-Type") == "text/plain");
  REQUIRE(response.body == "no");
}

}  // namespace http
