#include "http/server.h"

#include <fcntl.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/format.h"
#include "base/guarded.h"
#include "http/internal/connection.h"

namespace http {

using base::ErrorCode;
using base::Fail;
using base::Result;

// The server's thread and what it owns. Members below io_ are destroyed before it; the pool goes
// first of all, so that no job can outlive what it completes into.
class Server::Core {
 public:
  Core(ServerOptions options, Handler handler, base::World& world, base::EventLog& event_log)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        world_(world),
        event_log_(event_log),
        acceptor_(io_.get_executor()),
        sweep_timer_(io_.get_executor()),
        pause_timer_(io_.get_executor()),
        pool_(options_.handler_threads, 2 * (options_.max_connections + kMaxRefusing)),
        parts_{options_, handler_, world_, event_log_, io_, pool_, nullptr, bodies_bytes_} {
    if (!options_.body_limit) {
      options_.body_limit = [](Method, std::string_view) { return kDefaultBodyBytes; };
    }
  }

  Result<void> ReadCertificate();
  Result<void> Listen();
  void Run();
  void Stop(std::chrono::milliseconds limit);
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Life {
    std::size_t connections = 0;
    bool is_closed = false;  // takes no new ones
  };

  Awaitable<void> AcceptAll();
  Awaitable<void> PauseAccepting(const IoError& error);
  Awaitable<void> SweepDeadlines();
  void Welcome(Socket socket);
  void Farewell(const std::shared_ptr<Connection>& connection, bool is_refusing);
  void BeginStop();
  void CutAll();

  ServerOptions options_;
  Handler handler_;
  base::World& world_;
  base::EventLog& event_log_;
  std::uint16_t port_ = 0;
  base::Guarded<Life> life_;
  bool is_stopping_ = false;        // the server's thread alone uses this and what follows
  bool is_accept_failing_ = false;  // said in the log already
  std::size_t refusing_ = 0;        // connections that are being answered 503
  std::uint64_t bodies_bytes_ = 0;
  asio::io_context io_{1};
  std::optional<asio::ssl::context> tls_;
  Acceptor acceptor_;
  Timer sweep_timer_;
  Timer pause_timer_;
  std::set<std::shared_ptr<Connection>> connections_;
  HandlerPool pool_;
  ServerParts parts_;
  std::jthread thread_;
};

Result<void> Server::Core::ReadCertificate() {
  if (options_.certificate_path.empty() && options_.private_key_path.empty()) return {};
  tls_.emplace(asio::ssl::context::tls_server);
  IoError error;
  tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression |
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE,
                    error);
  // Without this, OpenSSL would ask at the terminal for the pass phrase of a locked key.
  const auto no_phrase = [](std::size_t, asio::ssl::context::password_purpose) {
    return std::string();
  };
  if (!error) tls_->set_password_callback(no_phrase, error);
  if (!error) tls_->use_certificate_chain_file(options_.certificate_path, error);
  if (error) {
    return Fail(ErrorCode::kInvalid, "The certificate cannot be used", options_.certificate_path,
                "Give a readable PEM file with the server's certificate first.");
  }
  tls_->use_private_key_file(options_.private_key_path, asio::ssl::context::pem, error);
  if (error) {
    return Fail(ErrorCode::kInvalid, "The private key cannot be used", options_.private_key_path,
                "Give a readable PEM file with the certificate's key, without a pass phrase.");
  }
  parts_.tls = &*tls_;
  return {};
}

Result<void> Server::Core::Listen() {
  IoError error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) {
    return Fail(ErrorCode::kInvalid, "The address to listen on is no IP address", options_.address,
                "Write an address such as 127.0.0.1 or ::1.");
  }
  const asio::ip::tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (error) {
    return Fail(ErrorCode::kUnavailable, "The server cannot listen there",
                base::Format("{} port {}", options_.address, options_.port),
                "Choose another port, or end the program that uses it.");
  }
  ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
  return {};
}

void Server::Core::Run() {
  const auto on_end = [this](const std::exception_ptr& failure) {
    if (failure) event_log_.Write(base::LogLevel::kError, "http.server-failed", {});
  };
  asio::co_spawn(io_.get_executor(), AcceptAll(), on_end);
  asio::co_spawn(io_.get_executor(), SweepDeadlines(), on_end);
  event_log_.Write(base::LogLevel::kInfo, "http.listening",
                   {{"port", port_}, {"tls", tls_ ? 1 : 0}});
  thread_ = std::jthread([this] {
    const auto work = asio::make_work_guard(io_);
    while (!io_.stopped()) {
      try {
        io_.run();
      } catch (...) {  // no memory, most likely; what was under way is lost, the server is not
        event_log_.Write(base::LogLevel::kError, "http.operation-failed", {});
      }
    }
  });
}

// --- accepting
// ------------------------------------------------------------------------------------

Awaitable<void> Server::Core::AcceptAll() {
  while (!is_stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwait);
    if (is_stopping_) co_return;
    if (error) {
      co_await PauseAccepting(error);
      continue;
    }
    is_accept_failing_ = false;
    Welcome(std::move(socket));
  }
}

// Out of descriptors or memory. The caller waits in the kernel's queue, so trying again at once
// would fail at once, for ever.
Awaitable<void> Server::Core::PauseAccepting(const IoError& error) {
  if (!std::exchange(is_accept_failing_, true)) {
    event_log_.Write(base::LogLevel::kWarning, "http.accept-failed", {{"errno", error.value()}});
  }
  pause_timer_.expires_after(std::chrono::milliseconds(kAcceptPauseMs));
  co_await pause_timer_.async_wait(kAwait);
}

void Server::Core::Welcome(Socket socket) {
  const bool is_refusing = connections_.size() - refusing_ >= options_.max_connections;
  if (is_refusing && refusing_ >= kMaxRefusing) return;  // closes the socket
  auto connection = std::make_shared<Connection>(std::move(socket), parts_);
  connections_.insert(connection);
  refusing_ += is_refusing ? 1 : 0;
  {
    auto life = life_.Lock();
    ++life->connections;
  }
  const auto on_end = [this, connection, is_refusing](const std::exception_ptr& failure) {
    if (failure) {
      event_log_.Write(base::LogLevel::kError, "http.connection-failed", {});
      connection->Cut();
    }
    Farewell(connection, is_refusing);
  };
  try {
    asio::co_spawn(io_.get_executor(), is_refusing ? connection->ServeBusy() : connection->Serve(),
                   on_end);
  } catch (...) {  // no memory for the coroutine: this client is lost, accepting goes on
    Farewell(connection, is_refusing);
  }
}

void Server::Core::Farewell(const std::shared_ptr<Connection>& connection, bool is_refusing) {
  connections_.erase(connection);
  refusing_ -= is_refusing ? 1 : 0;
  {
    auto life = life_.Lock();
    --life->connections;
  }
  life_.NotifyAll();
}

Awaitable<void> Server::Core::SweepDeadlines() {
  while (true) {  // until the server's thread ends
    sweep_timer_.expires_after(std::chrono::milliseconds(kSweepIntervalMs));
    co_await sweep_timer_.async_wait(kAwait);
    const std::int64_t now_us = world_.clock().MonotonicMicroseconds();
    for (const auto& connection : connections_) connection->KeepDeadline(now_us);
  }
}

// --- stopping
// -------------------------------------------------------------------------------------

void Server::Core::BeginStop() {
  is_stopping_ = true;
  IoError ignored;
  acceptor_.close(ignored);
  pause_timer_.cancel();
  for (const auto& connection : connections_) connection->BeginStop();
  {
    auto life = life_.Lock();
    life->is_closed = true;
  }
  life_.NotifyAll();
}

void Server::Core::CutAll() {
  for (const auto& connection : connections_) connection->Cut();
}

void Server::Core::Stop(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return;
  const auto has_ended = [](const Life& life) { return life.is_closed && life.connections == 0; };
  asio::post(io_, [this] { BeginStop(); });
  bool is_graceful = false;
  {
    auto life = life_.Lock();
    is_graceful = life.WaitFor(limit, has_ended);
  }
  if (!is_graceful) {
    asio::post(io_, [this] { CutAll(); });
    auto life = life_.Lock();
    life.Wait(has_ended);
  }
  io_.stop();
  thread_.join();
  event_log_.Write(base::LogLevel::kInfo, "http.stopped", {{"graceful", is_graceful ? 1 : 0}});
}

// --- the door
// -------------------------------------------------------------------------------------

Server::Server(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() { core_->Stop(std::chrono::milliseconds(0)); }

std::uint16_t Server::port() const { return core_->port(); }

void Server::Stop(std::chrono::milliseconds limit) { core_->Stop(limit); }

Result<std::unique_ptr<Server>> Server::Start(ServerOptions options, Handler handler,
                                              base::World& world, base::EventLog& event_log) {
  try {
    auto core = std::make_unique<Core>(std::move(options), std::move(handler), world, event_log);
    TRY(core->ReadCertificate());
    TRY(core->Listen());
    core->Run();
    // tidy: allow raw-memory because the constructor is private
    return std::unique_ptr<Server>(new Server(std::move(core)));
  } catch (...) {
    return Fail(ErrorCode::kUnavailable, "The server cannot start: the system gave no resources",
                {}, "Raise the limits on open files and threads of the program.");
  }
}

}  // namespace http
