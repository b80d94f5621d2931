#include "web/multipart.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace web {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=----b0undary";

std::string Part(std::string_view disposition, std::string_view bytes) {
  return "------b0undary\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" +
         std::string(bytes) + "\r\n";
}

const std::string kToken = Part("form-data; name=\"form_token\"", "secret");
const std::string kEnd = "------b0undary--\r\n";

std::string File(std::string_view bytes) {
  return Part("form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv", bytes);
}

bool IsRefused(const std::string& body, std::string_view type = kType) {
  const auto upload = ParseUpload(type, body);
  return !upload && upload.error().code == base::ErrorCode::kInvalid;
}

}  // namespace

TEST_CASE("a token and a file are found, whatever their order and the bytes of the file") {
  for (const std::string bytes :
       {"a,b\r\n1,2\r\n", "", "\r\n", "--", "\r\n--", "\r\n------b0unda", "------b0undary",
        "\r\n\r\n------b0undar", "\n------b0undary--"}) {
    CAPTURE(bytes);
    for (const std::string& body : {kToken + File(bytes) + kEnd, File(bytes) + kToken + kEnd}) {
      const auto upload = ParseUpload(kType, body);
      REQUIRE(upload.has_value());
      REQUIRE(upload->form_token == "secret");
      REQUIRE(upload->bytes == bytes);
      REQUIRE(upload->is_named);
    }
  }
  const std::string whole(256, '\0');
  const std::string body = kToken + File(whole) + "------b0undary--";
  REQUIRE(ParseUpload("Multipart/Form-Data;boundary=\"----b0undary\"", body)->bytes == whole);
}

TEST_CASE("a form without a chosen file says so") {
  const std::string none = Part("form-data; name=\"file\"; filename=\"\"", "");
  REQUIRE_FALSE(ParseUpload(kType, kToken + none + kEnd)->is_named);
}

TEST_CASE("other types and other boundaries are refused") {
  const std::string body = kToken + File("x") + kEnd;
  for (const char* const type :
       {"", "text/csv", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other", "multipart/mixed; boundary=----b0undary",
        "multipart/form-data; boundary=----b0undary; boundary=----b0undary",
        "multipart/form-data; boundary=\"----b0undary", "multipart/form-data; boundary=a b",
        "multipart/form-data; charset=utf-8; boundary=----b0undary"}) {
    CAPTURE(type);
    REQUIRE(IsRefused(body, type));
  }
  REQUIRE(IsRefused(body, "multipart/form-data; boundary=" + std::string(71, 'x')));
}

TEST_CASE("whatever is not exactly one token and one file is refused") {
  const std::string file = File("x");
  const std::vector<std::string> bodies = {
      "",
      kEnd,
      kToken + kEnd,
      file + kEnd,
      kToken + file,                  // breaks off
      kToken + file + kToken + kEnd,  // twice
      kToken + file + file + kEnd,
      "preamble\r\n" + kToken + file + kEnd,
      kToken + file + kEnd + "epilogue",
      kToken + file + "------b0undary--x\r\n",
      kToken + file + "------b0undary \r\n" + kEnd,  // padding
      kToken + Part("form-data; name=\"file\"", "x") + kEnd,
      Part("form-data; name=\"form_token\"; filename=\"t\"", "secret") + file + kEnd,
      kToken + Part("form-data; name=\"other\"; filename=\"a\"", "x") + kEnd,
      kToken + Part("attachment; name=\"file\"; filename=\"a\"", "x") + kEnd,
      kToken + Part("form-data; filename=\"a\"", "x") + kEnd,
      kToken + Part("form-data; name=\"file\"; name=\"file\"; filename=\"a\"", "x") + kEnd,
      kToken + Part("form-data; name=\"file\"; filename=\"a\"; filename*=UTF-8''b", "x") + kEnd,
      kToken + Part("form-data; name=\"file\"; filename=\"a\"b\"", "x") + kEnd,
      kToken + Part("form-data; name=\"file\"; filename=\"a", "x") + kEnd,
      kToken +
          Part("form-data; name=\"file\"; filename=\"a\"\r\nContent-Transfer-Encoding: base64",
               "eA==") +
          kEnd,
      kToken + Part("form-data; name=\"file\"; filename=\"a\"\r\nno header", "x") + kEnd,
  };
  for (const std::string& body : bodies) {
    CAPTURE(body);
    REQUIRE(IsRefused(body));
  }
  REQUIRE(ParseUpload(kType, kToken + file + kEnd).has_value());
}

TEST_CASE("headers of parts and the token have limits") {
  const std::string lead = "form-data; name=\"file\"; filename=\"a\"";
  std::string many = lead;
  for (std::size_t i = 1; i < kMaxPartHeaderLines; ++i) many += "\r\nX-Note: y";
  REQUIRE(ParseUpload(kType, kToken + Part(many, "x") + kEnd).has_value());
  REQUIRE(IsRefused(kToken + Part(many + "\r\nX-Note: y", "x") + kEnd));
  const std::string note = "\r\nX-Note: ";
  const std::string longest = note + std::string(kMaxPartHeaderBytes - note.size() + 2, 'y');
  REQUIRE(ParseUpload(kType, kToken + Part(lead + longest, "x") + kEnd).has_value());
  REQUIRE(IsRefused(kToken + Part(lead + longest + "y", "x") + kEnd));
  const auto token = [](std::size_t bytes) {
    return Part("form-data; name=\"form_token\"", std::string(bytes, 't'));
  };
  REQUIRE(ParseUpload(kType, token(kMaxTokenBytes) + File("x") + kEnd).has_value());
  REQUIRE(IsRefused(token(kMaxTokenBytes + 1) + File("x") + kEnd));
}

}  // namespace web
