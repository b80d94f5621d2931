#include "web/same_site.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace web {
namespace {

using Pairs = std::vector<std::pair<const char*, const char*>>;

http::Request With(const Pairs& headers, bool is_tls = false) {
  base::SimulatedWorld world{1};
  http::Request request{http::RequestId::Random(world.randomness())};
  request.is_tls = is_tls;
  for (const auto& [name, value] : headers) REQUIRE(request.headers.Add(name, value).has_value());
  return request;
}

bool IsOwn(const Pairs& headers, std::string_view own_origin = {}, bool is_tls = false) {
  return RequireOwnOrigin(With(headers, is_tls), own_origin).has_value();
}

}  // namespace

TEST_CASE("a form of a page of ours is taken") {
  REQUIRE(IsOwn({{"Host", "127.0.0.1:8080"}, {"Origin", "http://127.0.0.1:8080"}}));
  REQUIRE(IsOwn({{"Host", "a.example"}, {"Origin", "https://A.example"}}));  // behind a proxy
  REQUIRE(IsOwn(
      {{"Host", "a.example"}, {"Origin", "https://a.example"}, {"Sec-Fetch-Site", "same-origin"}},
      {}, true));
  REQUIRE(IsOwn({{"Host", "inner:80"}, {"Origin", "https://a.example"}}, "https://a.example"));
}

TEST_CASE("a form of another page is refused") {
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "https://b.example"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "https://a.example.b.example"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "https://a.example:444"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "http://a.example"}}, {}, true));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "ftp://a.example"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", "null"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}, {"Origin", ""}}));
  REQUIRE_FALSE(IsOwn({{"Origin", "https://a.example"}}));
  REQUIRE_FALSE(
      IsOwn({{"Host", "b.example"}, {"Origin", "https://b.example"}}, "https://a.example"));
}

TEST_CASE("what the browser says of the way there is believed before the origin") {
  for (const char* const site : {"cross-site", "same-site", "none", ""}) {
    REQUIRE_FALSE(
        IsOwn({{"Host", "a.example"}, {"Origin", "https://a.example"}, {"Sec-Fetch-Site", site}}));
  }
}

TEST_CASE("without an origin only the browser's word for the way counts; without both, nothing") {
  REQUIRE(IsOwn({{"Host", "a.example"}, {"Sec-Fetch-Site", "same-origin"}}));
  REQUIRE_FALSE(IsOwn({{"Host", "a.example"}}));
  REQUIRE_FALSE(IsOwn(
      {{"Host", "a.example"}, {"Origin", "https://a.example"}, {"Origin", "https://b.example"}}));
}

TEST_CASE("cookies bear every mark that keeps them here") {
  const std::string cookie = CookieFor(kSessionCookie, "abc");
  REQUIRE(cookie == "__Host-tabularium-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
  REQUIRE(cookie.find("Domain") == std::string::npos);  // __Host- forbids it
  REQUIRE(CookieFor(kLinkCookie, "abc", kLinkCookieSeconds).ends_with("; Max-Age=900"));
  REQUIRE(EndedCookie(kSessionCookie).ends_with("; Max-Age=0"));
}

TEST_CASE("a cookie is found among others, and one that came twice is none") {
  const auto cookie = [](const Pairs& headers) { return CookieOf(With(headers), "b"); };
  REQUIRE(cookie({{"Cookie", "a=1; b=2; c=3"}}) == "2");
  REQUIRE(cookie({{"Cookie", "a=1"}, {"Cookie", "b=2"}}) == "2");
  REQUIRE(cookie({{"Cookie", "b=x=y"}}) == "x=y");
  REQUIRE(cookie({{"Cookie", "b=1; b=2"}}).empty());
  REQUIRE(cookie({{"Cookie", "b=1"}, {"Cookie", "b=2"}}).empty());
  REQUIRE(cookie({{"Cookie", "bb=1; B=2; ; b"}}).empty());
  REQUIRE(cookie({}).empty());
}

TEST_CASE("signing in leads back to pages of ours that are listed, and to the start otherwise") {
  for (const std::string path :
       {"/account", "/account/tokens/new", "/admin", "/admin/organisations/a-1/accounts/f0",
        "/register-log/12", "/agreements/DSA-2026-0041/query", "/receipts/18377",
        "/agreements/DSA-2026-0041/sign", "/requests/DSR-2026-0118/decision",
        "/requests/DSR-2026-0118/data"}) {
    REQUIRE(ReturnPathOf(path) == path);
  }
  const std::string long_path = "/admin/" + std::string(kMaxReturnPathBytes, 'a');
  for (const std::string path :
       {"", "/", "//example.org", "/\\example.org", "https://example.org", "/sign-out", "/admin/..",
        "/admin//x", "/admin?x=y", "/admin#x", "/admin\r\nX: y", "/administrator", "account",
        "/link/secret", "/admin/%2e", "/api/v1/people"}) {
    REQUIRE(ReturnPathOf(path) == "/");
  }
  REQUIRE(ReturnPathOf(long_path) == "/");
  REQUIRE(ReturnPathOf(long_path.substr(0, kMaxReturnPathBytes)) ==
          long_path.substr(0, kMaxReturnPathBytes));
}

TEST_CASE("a path is written into a query so that it stays one value") {
  REQUIRE(EncodeForQuery("/admin/a-1") == "/admin/a-1");
  REQUIRE(EncodeForQuery("a&b=c é\n") == "a%26b%3Dc%20%C3%A9%0A");
}

}  // namespace web
