#include "cli/passphrase.h"

#include <doctest/doctest.h>

#include "base/result_testing.h"
#include "cli/backup_testing.h"

namespace cli {
namespace {

using base::ErrorCode;

base::Result<Passphrase> FromFile(BackupDesk& desk, std::string_view text) {
  desk.Write("words", text);
  return ReadPassphrase(desk.context, {.file = "words"});
}

}  // namespace

TEST_CASE("a passphrase is one line of a file or of what is piped in, without its end") {
  BackupDesk desk;
  for (const char* end : {"", "\n", "\r\n"}) {
    REQUIRE(base::Good(FromFile(desk, "sixteen letters." + std::string(end))).text() ==
            "sixteen letters.");
  }
  desk.terminal.in = [](std::size_t) { return std::string("  spaces count here \n"); };
  REQUIRE(base::Good(ReadPassphrase(desk.context, {.from_input = true})).text() ==
          "  spaces count here ");
}

TEST_CASE("characters are counted, not bytes, and both ends have a limit") {
  BackupDesk desk;
  const std::string short_one = "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 twelve bytes";  // 17, in 21 bytes
  REQUIRE(FromFile(desk, short_one).has_value());
  REQUIRE(base::Bad(FromFile(desk, short_one.substr(4))).what.find("fewer than 16") !=
          std::string::npos);
  REQUIRE(FromFile(desk, std::string(kMinPassphraseCharacters, 'a')).has_value());
  REQUIRE(base::CodeOfBad(FromFile(desk, std::string(kMinPassphraseCharacters - 1, 'a') + "\n")) ==
          ErrorCode::kInvalid);
  REQUIRE(FromFile(desk, std::string(kMaxPassphraseBytes, 'a') + "\r\n").has_value());
  REQUIRE_FALSE(FromFile(desk, std::string(kMaxPassphraseBytes + 1, 'a')).has_value());
}

TEST_CASE("no passphrase, two sources, two lines and bytes that are no text are refused") {
  BackupDesk desk;
  REQUIRE(base::CodeOfBad(ReadPassphrase(desk.context, {})) == ErrorCode::kInvalid);
  REQUIRE_FALSE(
      ReadPassphrase(desk.context, {.file = "passphrase", .from_input = true}).has_value());
  REQUIRE(base::CodeOfBad(ReadPassphrase(desk.context, {.from_input = true})) ==
          ErrorCode::kInvalid);
  REQUIRE(base::CodeOfBad(ReadPassphrase(desk.context, {.file = "absent"})) ==
          ErrorCode::kNotFound);
  for (const std::string_view text : {"a line of its own\nand another one",
                                      "\xff 16 characters and more", "a carriage\rreturn within"}) {
    const base::Error error = base::Bad(FromFile(desk, text));
    REQUIRE(error.code == ErrorCode::kInvalid);
    REQUIRE(error.Text().find("another") == std::string::npos);
  }
}

}  // namespace cli
