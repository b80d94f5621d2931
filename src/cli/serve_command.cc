#include "cli/serve_command.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

#include "agreements/law.h"
#include "agreements/requests.h"
#include "api/api.h"
#include "api/public_routes.h"
#include "base/bytes.h"
#include "base/event_log.h"
#include "base/format.h"
#include "cli/home.h"
#include "cli/home_catalogue.h"
#include "cli/program_path.h"
#include "cli/server_health.h"
#include "engine/worker_pool.h"
#include "http/server.h"
#include "identity/idempotency_keys.h"
#include "ledger/publisher.h"
#include "web/site.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::int64_t kPublishIntervalMs = 100;
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

http::ServerOptions ServerOptionsOf(const ServeOptions& options, const api::Api& api) {
  http::ServerOptions server;
  server.body_limit = [&api](http::Method method, std::string_view path) {
    return api.BodyLimit(method, path);
  };
  server.max_bodies_bytes = kMaxBodiesBytes;
  server.address = options.address;
  server.port = options.port;
  server.certificate_path = options.certificate_path;
  server.private_key_path = options.private_key_path;
  return server;
}

base::Result<std::unique_ptr<web::Site>> OpenSite(const CommandContext& context,
                                                  const ServeOptions& options, Home& home,
                                                  ServerHealth& health) {
  web::SiteOptions site;
  site.demonstration = home.settings().demonstration;
  site.keys_json = TRY(base::ReadWholeFile(
      context.world.files(), base::JoinPath(options.home, "keys.json"), ledger::kMaxKeyListBytes));
  return web::Site::Open({context.world, *TRY(home.OpenDirectory()), home.ledger().register_log(),
                          home.ledger().access_log()},
                         std::move(site), health);
}

// Cursors are sealed anew at each start: they end with the process. The first organisation runs the
// server, and so processes what is shared through it.
base::Result<agreements::SharingSettings> SharingSettingsOf(const CommandContext& context,
                                                            Home& home) {
  constexpr std::size_t kSealBytes = 32;
  agreements::SharingSettings settings{.cursor_key = context.world.randomness().Bytes(kSealBytes),
                                       .server_operator = {}};
  identity::Directory* directory = TRY(home.OpenDirectory());
  auto organisations = TRY(directory->ListOrganisations());
  const auto first = std::ranges::min_element(organisations, {}, &identity::Organisation::created);
  if (first != organisations.end()) settings.server_operator = {first->name, first->country};
  return settings;
}

base::Result<void> Serve(const CommandContext& context, const ServeOptions& options) {
  const EndSignals end;
  const auto home = TRY(Home::Open(context.world, options.home, context.store_files));
  TRY(CheckAddress(options, home->settings()));
  base::EventLog events(context.world.clock(),
                        [&](std::string_view line) { context.terminal.error(line); });
  const std::int64_t access_interval_ms =
      home->settings().demonstration && options.publish_access_log_every_s == 0
          ? kPublishIntervalMs
          : options.publish_access_log_every_s * kMillisecondsPerSecond;
  const ledger::Publisher register_publisher(home->ledger().register_log(), events,
                                             kPublishIntervalMs);
  const ledger::Publisher access_publisher(home->ledger().access_log(), events, access_interval_ms);
  api::PublicRoutes public_routes(context.world, home->ledger().register_log(),
                                  home->ledger().access_log());
  identity::IdempotencyKeys idempotency_keys(context.world, home->store());
  engine::WorkerPool workers(context.world, {}, {});
  catalogue::NoLivePolicies policies;
  const auto catalogue = TRY(HomeCatalogue::Open(
      context.world, home->store(), home->ledger(), workers, policies, options.home,
      {.library_path = base::JoinPath(TRY(ProgramFolder()), "libduckdb.so")}));
  const agreements::Law law = TRY(agreements::ReadLaw(agreements::LawFiles()));
  agreements::Requests requests(context.world, home->store(), home->ledger(), law,
                                TRY(SharingSettingsOf(context, *home)));
  const api::Api api({context.world, events, *TRY(home->OpenDirectory()), idempotency_keys,
                      catalogue->catalogue(), requests, home->ledger().register_log(),
                      home->ledger().access_log()});
  ServerHealth health(context.world, options.home);
  const auto site = TRY(OpenSite(context, options, *home, health));
  const auto handle = [&](const http::Request& request) {
    if (api::Api::Owns(request.path)) return api.Handle(request);
    return web::Site::Owns(request.path) ? site->Handle(request) : public_routes.Handle(request);
  };
  const auto server =
      TRY(http::Server::Start(ServerOptionsOf(options, api), handle, context.world, events));
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
