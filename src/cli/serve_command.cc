#include "cli/serve_command.h"

#include <pthread.h>

#include <csignal>

#include "api/api.h"
#include "base/event_log.h"
#include "base/format.h"
#include "cli/home.h"
#include "cli/served_home.h"
#include "http/server.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::int64_t kMillisecondsPerSecond = 1'000;
constexpr std::chrono::milliseconds kStopLimit(5'000);
constexpr std::uint64_t kMaxBodiesBytes = 2 * api::kMaxBodyBytes;  // of all requests together

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

// Plain HTTP stays on this machine; a demonstration does too, whatever it speaks.
base::Result<void> CheckAddress(const ServeOptions& options, const HomeSettings& settings) {
  if (options.publish_access_log_every_s == 0 && !settings.demonstration) {
    return base::Fail(ErrorCode::kInvalid, "Times of access would be shown to the second",
                      "--publish-access-log-every",
                      "Name at least one second; 3600 keeps what the log promises.");
  }
  if (IsLoopback(options.address)) return {};
  if (settings.demonstration) {
    return base::Fail(ErrorCode::kForbidden, "A demonstration is served on this machine alone",
                      "--address", "Use 127.0.0.1, or make a home without --demonstration.");
  }
  if (!options.certificate_path.empty() || options.behind_proxy) return {};
  return base::Fail(ErrorCode::kForbidden, "Plain HTTP is served on this machine alone",
                    "--address",
                    "Give --tls-cert and --tls-key, or say --behind-proxy where another program "
                    "speaks TLS.");
}

// Blocks the signals that end the server, in this thread and those that it starts, so that Await
// gets them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  void Await() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

http::ServerOptions ServerOptionsOf(const ServeOptions& options, const ServedHome& served) {
  http::ServerOptions server;
  server.body_limit = [&served](http::Method method, std::string_view path) {
    return served.BodyLimit(method, path);
  };
  server.max_bodies_bytes = kMaxBodiesBytes;
  server.address = options.address;
  server.port = options.port;
  server.certificate_path = options.certificate_path;
  server.private_key_path = options.private_key_path;
  return server;
}

base::Result<void> Serve(const CommandContext& context, const ServeOptions& options) {
  const EndSignals end;
  const auto home = TRY(Home::Open(context.world, options.home, context.store_files));
  TRY(CheckAddress(options, home->settings()));
  base::EventLog events(context.world.clock(),
                        [&](std::string_view line) { context.terminal.error(line); });
  const auto served = TRY(ServedHome::Open(
      context.world, events, *home,
      {options.home, options.publish_access_log_every_s * kMillisecondsPerSecond}));
  const auto server = TRY(http::Server::Start(
      ServerOptionsOf(options, *served),
      [&](const http::Request& request) { return served->Handle(request); }, context.world,
      events));
  context.terminal.out(Format("serving {} at {}://{}:{}\n", home->settings().origin,
                              options.certificate_path.empty() ? "http" : "https", options.address,
                              server->port()));
  end.Await();
  context.terminal.out("stopping: running requests are finished first\n");
  server->Stop(kStopLimit);
  return {};
}

}  // namespace

int RunServe(const CommandContext& context, const ServeOptions& options) {
  const auto served = Serve(context, options);
  if (!served) return TellError(context.terminal, served.error());
  return kExitWell;
}

}  // namespace cli
