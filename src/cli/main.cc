// Tabularium, the one program. Everything it does is a command; see command_line.cc.
#include <csignal>
#include <cstdio>

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
  cli::Terminal terminal{write_to(stdout), write_to(stderr)};
  const int exit_code = cli::RunCommandLine({*world, terminal}, argc, argv);
  return std::fflush(stdout) == 0 ? exit_code
                                  : base::RowOf(base::ErrorCode::kStorageFull).exit_code;
}
