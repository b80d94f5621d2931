// The main function of catalogue's test program, which is also the program that its workers run:
// started as `catalogue_test worker` it is a worker with the kinds of this folder.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <string_view>

#include "catalogue/draft.h"
#include "catalogue/version_writer.h"
#include "engine/worker.h"

int main(int argument_count, char** arguments) {
  if (argument_count == 2 && std::string_view(arguments[1]) == "worker") {
    return engine::RunWorker(
        {{std::string(catalogue::kFileDraft), catalogue::FileDraftKind()},
         {std::string(catalogue::kVersionWrite), catalogue::VersionWriteKind()}});
  }
  doctest::Context context(argument_count, arguments);
  return context.run();
}
