#include "cli/demo.h"

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/format.h"
#include "cli/child_process.h"
#include "cli/serve_command.h"

namespace cli {
namespace {

using base::Format;

constexpr const char* kProgram = "/proc/self/exe";
constexpr std::string_view kOrigin = "demonstration.example.org";
constexpr std::size_t kMaxCopyDepth = 16;
constexpr std::size_t kMaxCopiedFileBytes = 64U << 20U;
constexpr double kMicrosecondsPerSecond = 1e6;
constexpr int kNotVerified = 1;
constexpr std::size_t kDraftLines = 20;

// Tells the story and runs its commands. Paths in the transcript are shown relative to the story's
// folder.
class Story {
 public:
  Story(const CommandContext& context, std::string folder)
      : context_(context),
        folder_(std::move(folder)),
        start_(context.world.clock().MonotonicMicroseconds()) {}

  void Tell(std::string_view text) {
    const auto now = context_.world.clock().MonotonicMicroseconds();
    context_.terminal.out(Format("\n[{:7.3f} s] {}\n",
                                 static_cast<double>(now - start_) / kMicrosecondsPerSecond, text));
  }

  // Runs a command, shows it and what it says, and fails unless it ends with the exit code that the
  // story wants.
  base::Result<std::string> Run(const std::vector<std::string>& words, int expected = kExitWell,
                                std::size_t shown_lines = kMaxShownLines) {
    std::string line = "$ tabularium";
    for (const std::string& word : words) line += " " + Shown(word);
    context_.terminal.out("    " + line + "\n");
    const ChildOutcome outcome = TRY(RunChild(kProgram, words));
    std::size_t shown = 0;
    for (const std::string_view each : base::Split(outcome.output, '\n', kMaxOutputLines)) {
      if (each.empty() || ++shown > shown_lines) continue;
      context_.terminal.out("      " + Shown(std::string(each)) + "\n");
    }
    if (shown > shown_lines) {
      context_.terminal.out(Format("      … and {} lines more\n", shown - shown_lines));
    }
    if (outcome.exit_code != expected) {
      return base::Fail(base::ErrorCode::kInternal,
                        Format("The command ended with exit code {}, the story wants {}",
                               outcome.exit_code, expected),
                        words.front());
    }
    return outcome.output;
  }

  [[nodiscard]] std::string Path(std::string_view name) const {
    return base::JoinPath(folder_, name);
  }

 private:
  static constexpr std::size_t kMaxShownLines = 200;
  static constexpr std::size_t kMaxOutputLines = 100'000;

  [[nodiscard]] std::string Shown(std::string text) const {
    for (std::size_t at = text.find(folder_); at != std::string::npos; at = text.find(folder_)) {
      text.replace(at, folder_.size() + 1, "");
    }
    return text;
  }

  const CommandContext& context_;
  const std::string folder_;
  const std::int64_t start_;
};

// Copies a folder as anybody could: file by file, byte by byte.
base::Result<void> CopyFolder(base::Files& files, const std::string& from, const std::string& to,
                              std::size_t depth = 0) {
  if (depth == kMaxCopyDepth) {
    return base::Fail(base::ErrorCode::kTooLarge, "A folder is nested too deeply", from);
  }
  TRY(base::MakeFolders(files, to));
  for (const std::string& name : TRY(files.List(from))) {
    const std::string source = base::JoinPath(from, name);
    const std::string target = base::JoinPath(to, name);
    const auto status = TRY(files.Status(source));
    if (status && status->is_folder) {
      TRY(CopyFolder(files, source, target, depth + 1));
    } else {
      TRY(base::ReplaceFile(files, target,
                            TRY(base::ReadWholeFile(files, source, kMaxCopiedFileBytes))));
    }
  }
  return {};
}

base::Result<void> ChangeOneByte(base::Files& files, const std::string& path) {
  std::string bytes = TRY(base::ReadWholeFile(files, path, kMaxCopiedFileBytes));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return base::ReplaceFile(files, path, bytes);
}

// The names of the story's files.
struct Places {
  std::string home, kept_checkpoint, receipt, copied_keys, copied_log, damaged_log;

  Places(const Story& story, std::string home_path)
      : home(std::move(home_path)),
        kept_checkpoint(story.Path("kept-checkpoint")),
        receipt(story.Path("receipt.json")),
        copied_keys(story.Path("copy/keys.json")),
        copied_log(story.Path("copy/register")),
        damaged_log(story.Path("damaged/register")) {}
};

base::Result<void> PlayBeginning(base::Files& files, Story& story, const Places& places) {
  story.Tell("Step 1. A home is made: keys, two logs, a store. The first entries are on record.");
  const std::string said =
      TRY(story.Run({"init", "--home", places.home, "--origin", std::string(kOrigin),
                     "--demonstration", "--organisation", "Tabularium demonstration office",
                     "--administrator-email", "ira@example.org"}));
  story.Tell("Somebody outside keeps the first checkpoint of the register log.");
  TRY(base::ReplaceFile(files, places.kept_checkpoint,
                        said.substr(said.find(Format("{}/register\n", kOrigin)))));

  story.Tell(
      "Step 2, in part. A publisher's file is read, every row of it, by a worker without network\n"
      "            and rights: types, meanings, classes and shapes, and no value of a person.");
  TRY(story.Run({"sample-files", "--out", story.Path("files")}));
  TRY(story.Run({"draft", story.Path("files/paye-employments.csv")}, kExitWell, kDraftLines));
  return {};
}

base::Result<void> PlayProof(base::Files& files, Story& story, const Places& places) {
  story.Tell("The register log gets a new signing key; that too is an entry.");
  TRY(story.Run({"rotate-key", "--home", places.home, "--log", "register"}));
  story.Tell("A receipt for that entry is taken home.");
  const std::string text =
      TRY(story.Run({"prove", "--home", places.home, "--log", "register", "--index", "5"}));
  TRY(base::ReplaceFile(files, places.receipt, text));

  story.Tell(
      "Step 10. The log and the public keys are copied elsewhere. The copy proves, offline, that\n"
      "            the entry is in the log and that the log was only ever appended to since the\n"
      "            first checkpoint.");
  TRY(CopyFolder(files, base::JoinPath(places.home, "log/register"), places.copied_log));
  TRY(base::ReplaceFile(files, places.copied_keys,
                        TRY(base::ReadWholeFile(files, base::JoinPath(places.home, "keys.json"),
                                                kMaxCopiedFileBytes))));
  std::vector<std::string> words = {
      "verify",          "--key",   places.copied_keys,     "--log",
      places.copied_log, "--since", places.kept_checkpoint, "--receipt",
      places.receipt};
  TRY(story.Run(words));
  story.Tell("One byte of another copy is changed: the change is found, with its place.");
  TRY(CopyFolder(files, places.copied_log, places.damaged_log));
  TRY(ChangeOneByte(files, base::JoinPath(places.damaged_log, "tile/entries/000.p/6")));
  std::ranges::replace(words, places.copied_log, places.damaged_log);
  TRY(story.Run(words, kNotVerified));
  return {};
}

base::Result<void> Play(const CommandContext& context, Story& story, const std::string& home) {
  const Places places(story, home);
  TRY(PlayBeginning(context.world.files(), story, places));
  return PlayProof(context.world.files(), story, places);
}

}  // namespace

int RunDemo(const CommandContext& context, const DemoOptions& options) {
  const std::string folder =
      options.home
          ? *options.home
          : Format("/tmp/tabularium-demo-{}", base::HexEncode(context.world.randomness().Bytes(4)));
  if (const auto status = context.world.files().Status(folder); status && *status) {
    return TellError(context.terminal,
                     {base::ErrorCode::kConflict, "There is something in this place already",
                      folder, "Name a new folder with --home."});
  }
  if (const auto made = base::MakeFolders(context.world.files(), folder); !made) {
    return TellError(context.terminal, made.error());
  }
  context.terminal.out(
      Format("This is a demonstration with synthetic data alone. Its files stay in {}\n", folder));
  Story story(context, folder);
  const auto played = Play(context, story, base::JoinPath(folder, "home"));
  if (!played) return TellError(context.terminal, played.error());
  context.terminal.out(Format(
      "\nTry it yourself: cd {}\n"
      "  tabularium verify --key copy/keys.json --log copy/register --since kept-checkpoint\n\n",
      folder));
  context.terminal.out("story complete: steps 1, 2 and 10 of 10, as far as this release goes\n");
  if (options.exit) return kExitWell;
  context.terminal.out("The home's public log is served now; end with Ctrl-C.\n");
  ServeOptions serve;
  serve.home = base::JoinPath(folder, "home");
  serve.port = options.port;
  serve.publish_access_log_every_s = 0;
  return RunServe(context, serve);
}

}  // namespace cli
