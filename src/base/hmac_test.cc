#include "base/hmac.h"

#include <doctest/doctest.h>

#include <string>

namespace base {
namespace {

TEST_CASE("the published examples of HMAC-SHA-256 hold (RFC 4231)") {
  REQUIRE(HmacSha256Key(std::string(20, '\x0b')).Sign({"Hi There"}).Hex() ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  REQUIRE(HmacSha256Key("Jefe").Sign({"what do ya ", "want for nothing?"}).Hex() ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  REQUIRE(HmacSha256Key(std::string(131, '\xaa'))
              .Sign({"Test Using Larger Than Block-Size Key - Hash Key First"})
              .Hex() == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("keys and messages of every length give what a key for each message gives") {
  for (std::size_t length = 0; length <= 200; ++length) {
    const std::string key(length, static_cast<char>(length));
    const HmacSha256Key once(key);
    const std::string message(200 - length, 'm');
    REQUIRE(once.Sign({message}) == HmacSha256(key, message));
    const std::size_t half = message.size() / 2;
    REQUIRE(once.Sign({std::string_view(message).substr(0, half),
                       std::string_view(message).substr(half)}) == HmacSha256(key, message));
  }
}

TEST_CASE("a message leaves nothing behind for the next") {
  const HmacSha256Key key("a key");
  const Digest first = key.Sign({"one"});
  REQUIRE(key.Sign({"two"}) != first);
  REQUIRE(key.Sign({"one"}) == first);
  REQUIRE(key.Sign({}) == HmacSha256("a key", ""));
}

}  // namespace
}  // namespace base
