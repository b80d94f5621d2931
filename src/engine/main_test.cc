// The main function of engine's test program, which is also the program that their workers run:
// started as `engine_test worker` it is a worker with the kinds of test_kinds.h.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <string_view>

#include "engine/test_kinds.h"

int main(int argument_count, char** arguments) {
  const std::string_view role = argument_count == 2 ? arguments[1] : "";
  if (role == "worker") return engine::RunWorker(engine::TestKinds());
  if (role == "server") return engine::RunServer();
  doctest::Context context(argument_count, arguments);
  return context.run();
}
