// Tabularium, the one program. Everything it does is a command; see command_line.cc.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/real_world.h"
#include "cli/command_line.h"

int main(int argc, char** argv) {
  // A file that outgrows the process's limit is an error like a full disk, not the end of the
  // process; so is a reader of our output that went away.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);

  const auto world = base::MakeRealWorld();
  const auto write_to = [](std::FILE* stream) {
    return [stream](std::string_view text) {
      // tidy: allow files because standard output is no file of ours
      std::fwrite(text.data(), 1, text.size(), stream);
      std::fflush(stream);  // whoever reads along sees each line at once
    };
  };
  const auto read_all = [](std::size_t max_bytes) {
    std::string text(max_bytes + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), stdin));
    return text;
  };
  const auto is_broken = [] { return std::ferror(stdout) != 0; };
  cli::Terminal terminal{write_to(stdout), write_to(stderr), read_all, is_broken};
  const char* token = std::getenv("TABULARIUM_TOKEN");
  const cli::CommandContext context{*world, terminal, storage::StoreFiles::kSystem,
                                    token == nullptr ? std::string() : std::string(token)};
  const int exit_code = cli::RunCommandLine(context, argc, argv);
  return std::fflush(stdout) == 0 && (exit_code != 0 || !is_broken())
             ? exit_code
             : base::RowOf(base::ErrorCode::kStorageFull).exit_code;
}
