// The main function of http's test program, which is also a server for the tests in tests/http:
//
//     http_test serve PORT [name=number | certificate=PATH | key=PATH]...
//
// It prints "listening PORT", and at SIGTERM stops within stop_ms and prints "stopped".
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/format.h"
#include "base/guarded.h"
#include "base/real_world.h"
#include "http/server.h"

namespace http {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

void Say(std::string_view text) {
  // tidy: allow print because the tests read what this program says
  std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
  std::fflush(stdout);
}

// What the handlers share.
struct Stage {
  base::Guarded<std::stop_source> streams;  // stops every stream that runs
  base::Guarded<bool> is_released{false};   // lets go what waits at /hold
};

std::uint64_t NumberOf(const Request& request, std::string_view name, std::uint64_t otherwise) {
  const auto text = request.Parameter(name);
  return text ? base::ParseDecimal(*text).value_or(otherwise) : otherwise;
}

Response Plain(int status, std::string body) {
  return MakeResponse(status, "text/plain", std::move(body));
}

// "METHOD path" and the body.
Response Echo(const Request& request) {
  Response response =
      Plain(200, base::Format("{} {}\n{}", NameOf(request.method), request.path, request.body));
  for (const QueryParameter& parameter : request.query) {
    response.body += base::Format("[{}={}]", parameter.name, parameter.value);
  }
  const bool is_added = response.headers.Add("X-Remote", request.remote_address) &&
                        response.headers.Add("X-Tls", request.is_tls ? "yes" : "no");
  return is_added ? response : Plain(500, "");
}

// `mb` mebibytes, or bytes without end; after `fail_after` chunks an error.
Response Stream(Stage& stage, const Request& request) {
  Response response = Plain(200, "");
  const std::uint64_t chunks = NumberOf(request, "mb", 1ULL << 40U) * (1024 * 1024 / kChunkBytes);
  const std::uint64_t fail_after = NumberOf(request, "fail_after", ~0ULL);
  auto streams = stage.streams.Lock();
  response.stop = streams->get_token();
  response.producer = [chunks, fail_after,
                       sent = std::uint64_t{0}](std::string& chunk) mutable -> base::Result<bool> {
    if (sent == fail_after) return base::Fail(base::ErrorCode::kUnavailable, "The source ended");
    if (sent++ == chunks) return false;
    chunk.assign(kChunkBytes, 'x');
    return true;
  };
  return response;
}

// Waits until /release is asked for, or the connection is cut.
Response Hold(Stage& stage, const Request& request) {
  auto is_released = stage.is_released.Lock();
  Say("holding");
  const bool was_released = is_released.Wait(request.stop, [](bool released) { return released; });
  Say(was_released ? "released" : "cut");
  return Plain(200, "held");
}

Response Answer(Stage& stage, const Request& request) {
  if (request.path == "/stream") return Stream(stage, request);
  if (request.path == "/hold") return Hold(stage, request);
  if (request.path == "/big") {
    return Plain(200, std::string(NumberOf(request, "kb", 1024) * 1024, 'b'));
  }
  if (request.path == "/none") return Response{.status = 204};
  if (request.path == "/fault") return Plain(200, std::string(1, std::string().at(1)));
  if (request.path == "/cut") {
    auto streams = stage.streams.Lock();
    streams->request_stop();
    *streams = std::stop_source();
    return Plain(200, "cut");
  }
  if (request.path == "/release") {
    {
      auto is_released = stage.is_released.Lock();
      *is_released = true;
    }
    stage.is_released.NotifyAll();
    return Plain(200, "released");
  }
  if (request.path == "/wrong-header") {
    Response response = Plain(200, "");
    return response.headers.Add("Content-Length", "7") ? response : Plain(500, "");
  }
  return Echo(request);
}

struct Settings {
  ServerOptions options;
  std::int64_t stop_ms = 1'000;
};

// Fills the option that a word `name=value` names; false for any other word.
bool Apply(std::string_view word, Settings& settings) {
  ServerOptions& options = settings.options;
  const auto parts = base::Split(word, '=', 2);
  if (parts.size() != 2) return false;
  const std::map<std::string_view, std::int64_t*> times = {
      {"idle_ms", &options.idle_timeout_ms},     {"header_ms", &options.header_timeout_ms},
      {"body_ms", &options.body_timeout_ms},     {"write_ms", &options.write_timeout_ms},
      {"linger_ms", &options.linger_timeout_ms}, {"stop_ms", &settings.stop_ms}};
  const std::map<std::string_view, std::size_t*> counts = {
      {"threads", &options.handler_threads},
      {"connections", &options.max_connections},
      {"bodies", &options.max_bodies_bytes},
      {"requests", &options.max_requests_per_connection}};
  const auto number = base::ParseDecimal(parts[1]);
  if (parts[0] == "certificate") {
    options.certificate_path = parts[1];
  } else if (parts[0] == "key") {
    options.private_key_path = parts[1];
  } else if (number && times.contains(parts[0])) {
    *times.at(parts[0]) = static_cast<std::int64_t>(*number);
  } else if (number && counts.contains(parts[0])) {
    *counts.at(parts[0]) = *number;
  } else {
    return false;
  }
  return true;
}

// Bodies up to 1 MiB, and up to 64 MiB at /upload.
std::uint64_t LimitOf(Method, std::string_view path) {
  return path == "/upload" ? 64ULL * 1024 * 1024 : kDefaultBodyBytes;
}

int Serve(std::span<char*> words) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts
  Settings settings;
  settings.options.body_limit = LimitOf;
  const auto port = words.empty() ? std::nullopt : base::ParseDecimal(words.front());
  if (!port) return 2;
  settings.options.port = static_cast<std::uint16_t>(*port);
  for (const char* word : words.subspan(1)) {
    if (!Apply(word, settings)) return 2;
  }
  const auto world = base::MakeRealWorld();
  base::EventLog event_log(world->clock(),
                           [](std::string_view line) { Say(line.substr(0, line.size() - 1)); });
  Stage stage;
  const auto handler = [&stage](const Request& request) { return Answer(stage, request); };
  auto server = Server::Start(settings.options, handler, *world, event_log);
  if (!server) {
    Say(server.error().Text());
    return 1;
  }
  Say(base::Format("listening {}", (*server)->port()));
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->Stop(std::chrono::milliseconds(settings.stop_ms));
  Say("stopped");
  return 0;
}

}  // namespace
}  // namespace http

int main(int argument_count, char** arguments) {
  const std::span<char*> words(arguments, static_cast<std::size_t>(argument_count));
  if (words.size() > 1 && std::string_view(words[1]) == "serve")
    return http::Serve(words.subspan(2));
  doctest::Context context(argument_count, arguments);
  return context.run();
}
