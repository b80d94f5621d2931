// The main function of cli's test program, which is also the program that its workers run: started
// as `cli_test worker` it is a worker with every kind of the real program.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <string_view>

#include "cli/worker_kinds.h"
#include "engine/worker.h"

int main(int argument_count, char** arguments) {
  if (argument_count == 2 && std::string_view(arguments[1]) == "worker") {
    return engine::RunWorker(cli::ProgramWorkerKinds());
  }
  doctest::Context context(argument_count, arguments);
  return context.run();
}
