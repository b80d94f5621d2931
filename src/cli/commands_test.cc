// Tests of: commands.cc, command_line.cc
#include "cli/commands.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/simulated_world.h"
#include "cli/command_line.h"

namespace cli {
namespace {

// Runs command lines on a simulated World and keeps what they say.
struct Shell {
  base::SimulatedWorld world{1};
  std::string out;
  std::string error;

  int Run(std::vector<std::string> words) {
    out.clear();
    error.clear();
    Terminal terminal{[this](std::string_view text) { out += text; },
                      [this](std::string_view text) { error += text; }};
    std::vector<const char*> argv{"tabularium"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    return RunCommandLine({world, terminal, storage::StoreFiles::kWorld},
                          static_cast<int>(argv.size()), argv.data());
  }
  int Init() {
    return Run({"init", "--home", "home", "--origin", "data.example.org", "--organisation",
                "Ambleford District Council", "--administrator-email", "ira@example.org"});
  }
  std::string Read(const std::string& path) {
    return base::ReadWholeFile(world.files(), path, 1U << 20U).value();
  }
  void Write(const std::string& path, std::string_view text) {
    REQUIRE(base::ReplaceFile(world.files(), path, text).has_value());
  }
};

constexpr const char* kLog = "home/log/register";

}  // namespace

TEST_CASE("from init to a verified receipt, by command lines alone") {
  Shell shell;
  REQUIRE(shell.Init() == 0);
  const std::string kept = shell.out.substr(shell.out.find("data.example.org/register\n"));
  shell.Write("kept", kept);
  REQUIRE(shell.Run({"rotate-key", "--home", "home", "--log", "register"}) == 0);
  REQUIRE(shell.Run({"prove", "--home", "home", "--log", "register", "--index", "5"}) == 0);
  shell.Write("receipt", shell.out);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json", "--log", kLog, "--since", "kept",
                     "--receipt", "receipt"}) == 0);
  REQUIRE(shell.out.ends_with("\nverified\n"));
  REQUIRE(shell.out.find("since the older checkpoint of 5 entries") != std::string::npos);
}

TEST_CASE("a changed byte is not verified, and the answer says where") {
  Shell shell;
  REQUIRE(shell.Init() == 0);
  const std::string bundle = "home/log/register/tile/entries/000.p/5";
  std::string bytes = shell.Read(bundle);
  bytes[10] = static_cast<char>(bytes[10] ^ 1);
  shell.Write(bundle, bytes);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json", "--log", kLog}) == 1);
  REQUIRE(shell.out.starts_with("not verified: "));
  REQUIRE(shell.out.find("tile/0/000.p/5") != std::string::npos);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json", "--log", kLog, "--json"}) == 1);
  const base::Json answer = base::ParseJson(shell.out, base::kRequestJson).value();
  REQUIRE_FALSE(answer.Find("verified")->AsBool());
  REQUIRE(answer.Find("where")->AsString() == "tile/0/000.p/5");
}

TEST_CASE("mistakes in use are exit code 2, absent files 3, each with a remedy") {
  Shell shell;
  REQUIRE(shell.Run({}) == 2);
  REQUIRE(shell.Run({"inti"}) == 2);
  REQUIRE(shell.error.find("There is no command inti") != std::string::npos);
  REQUIRE(shell.Run({"\xff\n"}) == 2);
  REQUIRE(shell.Run({"init", "--home", "home"}) == 2);
  REQUIRE(shell.Run({"init", "--home", "home", "--origin", "Not An Origin", "--organisation", "A",
                     "--administrator-email", "ira@example.org"}) == 2);
  REQUIRE(shell.error.find("--origin") != std::string::npos);
  REQUIRE(shell.Run({"rotate-key", "--home", "home", "--log", "register"}) == 3);
  REQUIRE(shell.error.find("tabularium init") != std::string::npos);
  REQUIRE(shell.Run({"rotate-key", "--home", "home", "--log", "other"}) == 2);
  REQUIRE(shell.Run({"verify", "--key", "absent", "--log", kLog}) == 3);
  REQUIRE(shell.Init() == 0);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json"}) == 2);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json", "--since", "x", "--receipt", "y"}) == 2);
  REQUIRE(shell.Run({"verify", "--key", "home/keys.json", "--log", "absent"}) == 3);
  REQUIRE(shell.Run({"prove", "--home", "home", "--log", "access", "--index", "0"}) == 3);
  REQUIRE(shell.Run({"rsf", "absent.rsf"}) == 3);
}

TEST_CASE("help teaches and is no error") {
  Shell shell;
  REQUIRE(shell.Run({"--help"}) == 0);
  REQUIRE(shell.out.find("Exit codes") != std::string::npos);
  for (const char* command : {"init", "rotate-key", "verify", "prove", "rsf"}) {
    REQUIRE(shell.Run({command, "--help"}) == 0);
    REQUIRE_FALSE(shell.out.empty());
  }
  REQUIRE(shell.Run({"--version"}) == 0);
}

TEST_CASE("rsf tells each file's root and counts them") {
  Shell shell;
  shell.Write("empty.rsf",
              "assert-root-hash\tsha-256:"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
  REQUIRE(shell.Run({"rsf", "empty.rsf"}) == 0);
  REQUIRE(shell.out.find("1 files: ") != std::string::npos);
  shell.Write("wrong.rsf", "assert-root-hash\tsha-256:" + std::string(64, '0') + "\n");
  REQUIRE(shell.Run({"rsf", "empty.rsf", "wrong.rsf"}) == 1);
  REQUIRE(shell.error.find("wrong.rsf") != std::string::npos);
  REQUIRE(shell.Run({"rsf", "--json", "empty.rsf"}) == 0);
  REQUIRE(base::ParseJson(shell.out, base::kRequestJson).value().AsArray().size() == 1);
}

}  // namespace cli
