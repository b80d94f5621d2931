#include "base/bytes.h"

#include <doctest/doctest.h>

namespace base {

TEST_CASE("hexadecimal has one form") {
  REQUIRE(HexEncode(std::string("\x00\xff\x1a", 3)) == "00ff1a");
  REQUIRE(HexDecode("00ff1a") == std::string("\x00\xff\x1a", 3));
  REQUIRE(HexDecode("").value().empty());
  for (const char* bad : {"0", "0g", "0F", " 0", "0x"}) REQUIRE_FALSE(HexDecode(bad).has_value());
}

TEST_CASE("base64 is that of RFC 4648, section 10") {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    REQUIRE(Base64Encode(bytes) == text);
    REQUIRE(Base64Decode(text) == std::string(bytes));
  }
}

TEST_CASE("base64 with a second form for the same bytes is refused") {
  for (const char* bad : {"Zh==", "Zm9=", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n",
                          "Zm-_", "=Zg="}) {
    CAPTURE(bad);
    REQUIRE_FALSE(Base64Decode(bad).has_value());
  }
}

TEST_CASE("every byte survives both encodings") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const std::string bytes = all.substr(all.size() - length);
    REQUIRE(HexDecode(HexEncode(bytes)) == bytes);
    REQUIRE(Base64Decode(Base64Encode(bytes)) == bytes);
  }
}

TEST_CASE("decimals have one form and an end") {
  REQUIRE(ParseDecimal("0") == 0U);
  REQUIRE(ParseDecimal("18446744073709551615") == 18446744073709551615ULL);
  for (const char* bad : {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "18446744073709551616"}) {
    CAPTURE(bad);
    REQUIRE_FALSE(ParseDecimal(bad).has_value());
  }
}

TEST_CASE("integers of fixed width come back") {
  std::string bytes;
  AppendBig16(bytes, 0x1234);
  AppendLittle32(bytes, 0x89abcdef);
  AppendLittle64(bytes, 0x0123456789abcdefULL);
  REQUIRE(HexEncode(bytes) == "1234efcdab89efcdab8967452301");
  REQUIRE(LoadBig16(bytes) == 0x1234);
  REQUIRE(LoadLittle32(std::string_view(bytes).substr(2)) == 0x89abcdef);
  REQUIRE(LoadLittle64(std::string_view(bytes).substr(6)) == 0x0123456789abcdefULL);
}

TEST_CASE("splitting keeps empty pieces and leaves the rest in the last") {
  REQUIRE(Split("a,,b", ',', 9) == std::vector<std::string_view>{"a", "", "b"});
  REQUIRE(Split("a,b,c", ',', 2) == std::vector<std::string_view>{"a", "b,c"});
  REQUIRE(Split("", ',', 9) == std::vector<std::string_view>{""});
}

TEST_CASE("paths join and part") {
  REQUIRE(JoinPath("a/", "b") == "a/b");
  REQUIRE(JoinPath("a", "b/c") == "a/b/c");
  REQUIRE(ParentOf("a/b/c") == "a/b");
  REQUIRE(ParentOf("/a") == "/");
  REQUIRE(ParentOf("a") == ".");
}

}  // namespace base
