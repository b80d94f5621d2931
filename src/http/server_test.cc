// Tests of: server.cc connection.cc
//
// Real sockets on the loopback, so that the sanitizers see the server's threads at work. What needs
// a process of its own, or many seconds, is in tests/http.
#include "http/server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <thread>

#include "base/guarded.h"
#include "base/real_world.h"

namespace http {
namespace {

constexpr std::chrono::seconds kDeadline(30);

// A client that sends what it is told and reads with a deadline.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = kDeadline.count(), .tv_usec = 0};
    REQUIRE(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // tidy: allow reinterpret-cast because connect wants it so
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void Send(std::string_view bytes) const {
    REQUIRE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  // Up to and with `end`, or all until the connection ends.
  std::string ReadUntil(std::string_view end) {
    while (received_.find(end) == std::string::npos) {
      if (!ReadMore()) return std::exchange(received_, {});
    }
    const std::size_t size = received_.find(end) + end.size();
    std::string text = received_.substr(0, size);
    received_.erase(0, size);
    return text;
  }
  std::string ReadAll() {
    while (ReadMore()) {
    }
    return std::exchange(received_, {});
  }
  [[nodiscard]] bool was_reset() const { return was_reset_; }

 private:
  bool ReadMore() {
    std::array<char, 65'536> piece;
    const ssize_t count = ::recv(socket_, piece.data(), piece.size(), 0);
    if (count < 0) was_reset_ = errno == ECONNRESET;
    if (count <= 0) return false;
    received_.append(piece.data(), static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string received_;
  bool was_reset_ = false;
};

Response Plain(std::string body) { return MakeResponse(200, "text/plain", std::move(body)); }

class Running {
 public:
  explicit Running(Handler handler, ServerOptions options = {})
      : world_(base::MakeRealWorld()), log_(world_->clock(), [this](std::string_view line) {
          auto lines = lines_.Lock();
          *lines += line;
        }) {
    options.handler_threads = 4;
    auto server = Server::Start(std::move(options), std::move(handler), *world_, log_);
    REQUIRE(server.has_value());
    server_ = std::move(*server);
  }
  Server& server() { return *server_; }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  bool Logged(std::string_view event) {
    auto lines = lines_.Lock();
    return lines->find(event) != std::string::npos;
  }

 private:
  std::unique_ptr<base::World> world_;
  base::Guarded<std::string> lines_;
  base::EventLog log_;
  std::unique_ptr<Server> server_;
};

std::string Get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

}  // namespace

TEST_CASE("requests of one connection are answered in order, also when they come at once") {
  Running running([](const Request& request) { return Plain(request.path + "!"); });
  Client client(running.port());
  client.Send(Get("/a") + Get("/b") + Get("/c"));
  for (const auto* end : {"/a!", "/b!", "/c!"}) {
    const std::string reply = client.ReadUntil(end);
    REQUIRE(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    REQUIRE(reply.find("Content-Length: 3\r\n") != std::string::npos);
  }
}

TEST_CASE("many connections are served at the same time") {
  Running running([](const Request& request) { return Plain("<" + request.body + ">"); });
  constexpr int kClients = 8;
  base::Guarded<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kClients; ++i) {
      threads.emplace_back([&running, &right, i] {
        Client client(running.port());
        for (int round = 0; round < 50; ++round) {
          const std::string body = std::to_string(i * 1'000 + round);
          client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
          if (!client.ReadUntil(">").ends_with("<" + body + ">")) return;
        }
        auto count = right.Lock();
        ++*count;
      });
    }
  }
  auto count = right.Lock();
  REQUIRE(*count == kClients);
}

TEST_CASE("a stream is whole with its last chunk, and cut without it") {
  std::stop_source stop;
  Running running([&stop](const Request& request) {
    Response response = Plain("");
    const bool is_endless = request.path == "/endless";
    const bool fails = request.path == "/fails";
    response.stop = stop.get_token();
    response.producer = [is_endless, fails,
                         sent = 0](std::string& chunk) mutable -> base::Result<bool> {
      if (fails && sent == 3) return base::Fail(base::ErrorCode::kUnavailable, "The source ended");
      chunk.assign(1'000, 'z');
      return is_endless || ++sent < 5;
    };
    return response;
  });
  Client whole(running.port());
  whole.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string reply = whole.ReadAll();
  REQUIRE(reply.ends_with("z\r\n0\r\n\r\n"));
  REQUIRE(std::ranges::count(reply, 'z') == 5'000);
  Client failing(running.port());
  failing.Send(Get("/fails"));
  REQUIRE_FALSE(failing.ReadAll().ends_with("0\r\n\r\n"));
  REQUIRE(failing.was_reset());
  Client reading(running.port());
  reading.Send(Get("/endless"));
  reading.ReadUntil("zzz");
  Client not_reading(running.port());
  not_reading.Send(Get("/endless"));
  not_reading.ReadUntil("\r\n");
  stop.request_stop();
  for (Client* client : {&reading, &not_reading}) {
    REQUIRE(client->ReadAll().find("\r\n0\r\n") == std::string::npos);
    REQUIRE(client->was_reset());
  }
  Client late(running.port());
  late.Send(Get("/endless"));
  REQUIRE(late.ReadAll().empty());
}

TEST_CASE("a stop lets the running request end and refuses new ones") {
  base::Guarded<int> stage{0};  // 1: the handler runs; 2: it may end
  Running running([&stage](const Request&) {
    auto now = stage.Lock();
    *now = 1;
    stage.NotifyAll();
    now.Wait([](int value) { return value == 2; });
    return Plain("done");
  });
  Client idle(running.port());
  Client busy(running.port());
  busy.Send(Get("/") + Get("/second"));
  {
    auto now = stage.Lock();
    REQUIRE(now.WaitFor(kDeadline, [](int value) { return value == 1; }));
  }
  std::jthread stopping([&running] { running.server().Stop(kDeadline); });
  REQUIRE(idle.ReadAll().empty());  // closed, so the stop has begun
  {
    auto now = stage.Lock();
    *now = 2;
  }
  stage.NotifyAll();
  const std::string reply = busy.ReadAll();
  REQUIRE(reply.find("Connection: close\r\n") != std::string::npos);
  REQUIRE(reply.ends_with("done"));  // and no second reply
  stopping.join();
  REQUIRE(running.Logged("\"graceful\":1"));
}

TEST_CASE("a stop cuts what goes on beyond its limit, and tells the handler") {
  base::Guarded<bool> runs{false};
  Running running([&runs](const Request& request) {
    auto now = runs.Lock();
    *now = true;
    runs.NotifyAll();
    now.Wait(request.stop, [](bool) { return false; });
    return Plain("too late");
  });
  Client client(running.port());
  client.Send(Get("/"));
  {
    auto now = runs.Lock();
    REQUIRE(now.WaitFor(kDeadline, [](bool value) { return value; }));
  }
  running.server().Stop(std::chrono::milliseconds(1));
  REQUIRE(client.ReadAll().empty());
  REQUIRE(running.Logged("\"graceful\":0"));
}

TEST_CASE("what goes wrong in a handler is answered 500 and logged") {
  Running running([](const Request& request) {
    Response response = Plain("");
    if (request.path == "/exception") response.body = std::string().at(1);
    if (request.path == "/status") response.status = 42;
    return response;
  });
  Client client(running.port());
  for (const auto* path : {"/exception", "/status"}) {
    client.Send(Get(path));
    REQUIRE(client.ReadUntil("}\n").starts_with("HTTP/1.1 500 "));
  }
  REQUIRE(running.Logged("http.handler-failed"));
  REQUIRE(running.Logged("http.reply-invalid"));
}

TEST_CASE("a server that cannot start says why") {
  const auto world = base::MakeRealWorld();
  base::EventLog log(world->clock(), [](std::string_view) {});
  const Handler handler = [](const Request&) { return Plain(""); };
  Running running(handler);
  ServerOptions taken;
  taken.port = running.port();
  REQUIRE(Server::Start(taken, handler, *world, log).error().code == base::ErrorCode::kUnavailable);
  ServerOptions odd;
  odd.address = "localhost";
  REQUIRE(Server::Start(odd, handler, *world, log).error().code == base::ErrorCode::kInvalid);
  ServerOptions locked;
  locked.certificate_path = "/nowhere/certificate.pem";
  locked.private_key_path = "/nowhere/key.pem";
  REQUIRE(Server::Start(locked, handler, *world, log).error().code == base::ErrorCode::kInvalid);
}

}  // namespace http
