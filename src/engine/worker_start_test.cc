#include "engine/worker_start.h"

#include <doctest/doctest.h>

namespace engine {
namespace {

using base::ErrorCode;

StartFrame Example() {
  StartFrame frame;
  frame.parent = 4711;
  frame.start.library_path = "/lib/libduckdb.so";
  frame.start.kind = "sql.run";
  frame.start.profile = WorkerProfile::kTrusted;
  frame.start.readable_files = {"/data/a \"b\".parquet", "/data/\xC3\xA9"};
  frame.start.writable_folder = "/data/out";
  frame.start.limits.cpu_s = 7;
  frame.start.limits.threads = 3;
  frame.start.sandbox.max_landlock_abi = 2;
  return frame;
}

}  // namespace

TEST_CASE("a start is canonical JSON and comes back as it was") {
  const auto body = EncodeStart(Example());
  REQUIRE(body.has_value());
  REQUIRE(*body == R"({"files":["/data/a \"b\".parquet","/data/)"
                   "\xC3\xA9"
                   R"("],"folder":"/data/out",)"
                   R"("kind":"sql.run","library":"/lib/libduckdb.so","limits":{"cpu_s":7,)"
                   R"("duckdb_memory_bytes":1073741824,"memory_bytes":3221225472,"open_files":256,)"
                   R"("reply_bytes":67108864,"request_bytes":16777216,"threads":3,)"
                   R"("written_file_bytes":68719476736},"max_landlock_abi":2,"parent":4711,)"
                   R"("profile":"trusted","without_sandbox":false})");
  const auto back = DecodeStart(*body);
  REQUIRE(back.has_value());
  REQUIRE(back->start.readable_files == Example().start.readable_files);
  REQUIRE(EncodeStart(*back).value_or("") == *body);
}

TEST_CASE("a start without folder and files has none") {
  StartFrame frame;
  frame.start.kind = "echo";
  frame.parent = 1;
  const auto back = DecodeStart(EncodeStart(frame).value_or(""));
  REQUIRE(back.has_value());
  REQUIRE(!back->start.writable_folder.has_value());
  REQUIRE(back->start.readable_files.empty());
  REQUIRE(back->start.profile == WorkerProfile::kParse);
}

TEST_CASE("what cannot be said is refused") {
  StartFrame frame = Example();
  frame.start.readable_files = {"/data/\xFF"};
  REQUIRE(EncodeStart(frame).error().code == ErrorCode::kInvalid);
  frame = Example();
  frame.start.limits.memory_bytes = 1ULL << 60U;
  REQUIRE(EncodeStart(frame).error().where == "memory_bytes");
  frame = Example();
  frame.start.limits.request_bytes = 1ULL << 32U;
  REQUIRE(EncodeStart(frame).error().where == "request_bytes");
  frame = Example();
  frame.start.readable_files.assign(70'000, "/data/a");
  REQUIRE(EncodeStart(frame).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("what is no start is refused") {
  const std::string body = EncodeStart(Example()).value_or("");
  REQUIRE(!DecodeStart("").has_value());
  REQUIRE(!DecodeStart(body.substr(1)).has_value());
  REQUIRE(!DecodeStart(body + " ").has_value());
  for (const char* name : {"parent", "kind", "profile", "limits", "without_sandbox", "files"}) {
    std::string other = body;
    const std::string field = "\"" + std::string(name) + "\":";
    REQUIRE(other.find(field) != std::string::npos);
    other.replace(other.find(field) + 1, 1, "_");
    REQUIRE(!DecodeStart(other).has_value());
  }
}

}  // namespace engine
