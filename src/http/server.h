// An HTTP/1.1 server, with or without TLS, for one address and port.
//
// One thread of its own accepts, reads and writes all connections as coroutines; handlers run on a
// fixed pool of threads and may block. A connection serves one request at a time, in order, also
// when the client sends several at once. What is refused, and with which status, stands in
// docs/formats/http.md.
//
// Thread safety: port() and Stop may be called from any thread, Stop by one at a time. The handler
// is called by several threads at once. Callbacks of a Request's stop token run on the server's
// thread: they must not block.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/event_log.h"
#include "base/result.h"
#include "base/world.h"
#include "http/message.h"
#include "http/request_reader.h"

namespace http {

inline constexpr std::uint64_t kDefaultBodyBytes = 1024 * 1024;

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address in text
  std::uint16_t port = 0;             // 0: any; port() tells which

  std::size_t handler_threads = 16;
  // Beyond it a client is answered 503, and beyond kMaxRefusing more, closed without a word.
  std::size_t max_connections = 1'000;
  std::size_t max_requests_per_connection = 1'000;

  ReaderLimits reader;
  BodyLimit body_limit;  // empty: kDefaultBodyBytes for everything
  // Bodies of all requests that are read or handled at this time, together; beyond it 503.
  std::uint64_t max_bodies_bytes = 256ULL * 1024 * 1024;

  std::int64_t idle_timeout_ms = 60'000;    // before the first byte of a request, then closed
  std::int64_t header_timeout_ms = 10'000;  // from the first byte to the whole head, then 408
  // In every such stretch a body must grow by body_progress_bytes or be whole, otherwise 408.
  std::int64_t body_timeout_ms = 10'000;
  std::uint64_t body_progress_bytes = 16 * 1024;
  // In every such stretch the client must take some of a reply, otherwise the connection is cut.
  std::int64_t write_timeout_ms = 30'000;
  std::int64_t handshake_timeout_ms = 10'000;  // of TLS
  // How long the last reply of a connection is given to reach a client that still sends.
  std::int64_t linger_timeout_ms = 1'000;

  // PEM files; both or none. With them the server speaks TLS 1.2 and 1.3 and nothing else.
  std::string certificate_path;  // the server's certificate first, then its chain
  std::string private_key_path;  // without a pass phrase
};

// Clients that are answered 503 at the same time.
inline constexpr std::size_t kMaxRefusing = 64;
// How often deadlines are looked at: a timeout comes at most this much late.
inline constexpr std::int64_t kSweepIntervalMs = 50;
// After a failed accept (no descriptors left, say) the server waits before it tries again.
inline constexpr std::int64_t kAcceptPauseMs = 100;
// What is read and thrown away of a client that sends on after the last reply.
inline constexpr std::size_t kMaxLingerBytes = 1024 * 1024;
// The largest piece that is handed to the kernel at once.
inline constexpr std::size_t kMaxWriteBytes = 256 * 1024;
inline constexpr std::size_t kReadBufferBytes = 16 * 1024;

// Makes the reply to a request. An exception of a library that gets this far is answered 500.
using Handler = std::function<Response(Request request)>;

class Server {
 public:
  // Listens when it returns. `world` and `event_log` must outlive the server. kUnavailable when
  // the address cannot be listened on; kInvalid for a wrong address, certificate or key.
  static base::Result<std::unique_ptr<Server>> Start(ServerOptions options, Handler handler,
                                                     base::World& world, base::EventLog& event_log);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Stop(0).
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  // Takes no new connections, closes idle ones, lets running requests finish for `limit`, then
  // cuts them. Returns once no handler runs any more; a handler that never ends holds it up.
  void Stop(std::chrono::milliseconds limit);

 private:
  class Core;
  explicit Server(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace http
