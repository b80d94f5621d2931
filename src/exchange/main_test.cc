// The main function of exchange's test program, which is also the program that their workers run.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <string_view>

#include "engine/worker.h"
#include "exchange/extract_writer.h"
#include "exchange/sql_parse.h"

namespace {

// The real kind, but for a text that ends its process, as a mistake in DuckDB's parser would.
engine::WorkerKinds TestKinds() {
  engine::WorkerKind kind = exchange::SqlParseKind();
  const auto parse = kind.run;
  kind.run = [parse](const engine::WorkerContext& context, std::string_view request) {
    if (request.find("end of this process") != std::string_view::npos) std::abort();
    return parse(context, request);
  };
  return {{std::string(exchange::kSqlParse), kind},
          {std::string(exchange::kExtractWrite), exchange::ExtractWriteKind()},
          {std::string(exchange::kExtractCount), exchange::ExtractCountKind()}};
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::string_view role = argument_count == 2 ? arguments[1] : "";
  if (role == "worker") return engine::RunWorker(TestKinds());
  doctest::Context context(argument_count, arguments);
  return context.run();
}
