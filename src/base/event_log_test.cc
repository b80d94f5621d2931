// Tests of: event_log.cc, errors.cc
#include "base/event_log.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/simulated_world.h"

namespace base {
namespace {

struct DatasetTag;

// True if LogField can be made of a name and a value of this type.
template <typename Value>
constexpr bool kLoggable = std::is_constructible_v<LogField, Literal, Value>;

}  // namespace

TEST_CASE("a line is one JSON object with time, level, event and fields") {
  SimulatedWorld world(1);
  world.SetNow(ParseInstant("2026-11-24T10:00:00Z").value());
  std::string written;
  EventLog log(world.clock(), [&](std::string_view line) { written += line; });
  log.Write(LogLevel::kInfo, "server.ready", {{"port", 8080}});
  log.Write(LogLevel::kError, "worker.ended",
            {{"code", ErrorCode::kStorageFull}, {"by", "signal"}});
  REQUIRE(written ==
          "{\"time\":\"2026-11-24T10:00:00Z\",\"level\":\"info\",\"event\":\"server.ready\","
          "\"port\":8080}\n"
          "{\"time\":\"2026-11-24T10:00:00Z\",\"level\":\"error\",\"event\":\"worker.ended\","
          "\"code\":\"storage-full\",\"by\":\"signal\"}\n");
}

TEST_CASE("text from outside cannot be logged") {
  static_assert(kLoggable<int> && kLoggable<std::uint64_t> && kLoggable<ErrorCode>);
  static_assert(kLoggable<Digest> && kLoggable<Id<DatasetTag>>);
  static_assert(!kLoggable<std::string> && !kLoggable<std::string_view>);
  static_assert(!kLoggable<double>);
  SimulatedWorld world(1);
  std::string written;
  EventLog log(world.clock(), [&](std::string_view line) { written += line; });
  const auto id = Id<DatasetTag>::Random(world.randomness());
  log.Write(LogLevel::kWarning, "x", {{"dataset", id}, {"digest", Sha256("a")}});
  REQUIRE(written.find(id.Text()) != std::string::npos);
  REQUIRE(written.find(Sha256("a").Hex()) != std::string::npos);
}

TEST_CASE("the error table names each error once and gives each a remedy") {
  std::set<std::string_view> names;
  for (const ErrorRow& row : ErrorTable()) {
    CAPTURE(row.name);
    REQUIRE(names.insert(row.name).second);
    REQUIRE((row.http_status >= 400 && row.http_status <= 599));
    REQUIRE((row.exit_code >= 1 && row.exit_code <= 70));
    REQUIRE_FALSE(row.title.ends_with('.'));
    REQUIRE(row.remedy.ends_with('.'));
    REQUIRE(&RowOf(row.code) == &row);
  }
}

TEST_CASE("identifiers are 128 random bits in one form") {
  SimulatedWorld world(1);
  const auto id = Id<DatasetTag>::Random(world.randomness());
  REQUIRE(Id<DatasetTag>::Parse(id.Text()) == id);
  REQUIRE(Id<DatasetTag>::Random(world.randomness()) != id);
  REQUIRE_FALSE(Id<DatasetTag>::Parse(id.Text().substr(2)).has_value());
  REQUIRE_FALSE(Id<DatasetTag>::Parse(std::string(31, 'a') + "A").has_value());
}

}  // namespace base
