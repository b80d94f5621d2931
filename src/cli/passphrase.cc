#include "cli/passphrase.h"

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"

namespace cli {
namespace {

using base::ErrorCode;

constexpr std::size_t kMaxFileBytes = kMaxPassphraseBytes + 2;  // and the end of the line
constexpr const char* kInputName = "standard input";
constexpr const char* kRemedy =
    "Write one line of at least 16 characters, such as six words chosen by dice.";

base::Result<std::string> ReadSource(const CommandContext& context,
                                     const PassphraseSource& source) {
  if (source.file.empty() == source.from_input) {
    if (!source.file.empty()) {
      return base::ReadWholeFile(context.world.files(), source.file, kMaxFileBytes);
    }
    return context.terminal.in ? context.terminal.in(kMaxFileBytes) : std::string();
  }
  return base::Fail(ErrorCode::kInvalid, "The private keys of a backup need one passphrase",
                    "--passphrase-file",
                    "Name a file that holds it with --passphrase-file FILE, or pipe it in with "
                    "--passphrase-stdin.");
}

}  // namespace

base::Result<Passphrase> ReadPassphrase(const CommandContext& context,
                                        const PassphraseSource& source) {
  std::string text = TRY(ReadSource(context, source));
  std::string_view line = text;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  Passphrase passphrase{std::string(line)};
  base::Wipe(text);
  const std::string where = source.from_input ? kInputName : source.file;
  if (!base::IsUtf8(passphrase.text()) || passphrase.text().size() > kMaxPassphraseBytes ||
      passphrase.text().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    return base::Fail(ErrorCode::kInvalid, "The passphrase is not one line of text", where,
                      kRemedy);
  }
  if (base::CountCodePoints(passphrase.text()) < kMinPassphraseCharacters) {
    return base::Fail(
        ErrorCode::kInvalid,
        base::Format("The passphrase has fewer than {} characters", kMinPassphraseCharacters),
        where, kRemedy);
  }
  return passphrase;
}

}  // namespace cli
