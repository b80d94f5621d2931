// One connection: reads requests, has them handled, writes replies, keeps deadlines.
//
// Everything here runs on the server's one thread, apart from handlers and producers, which run on
// the pool and touch nothing of the connection. A connection is kept alive by its coroutine.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/event_log.h"
#include "base/world.h"
#include "http/handler_pool.h"
#include "http/internal/asio.h"
#include "http/refusal.h"
#include "http/response_writer.h"
#include "http/server.h"

namespace http {

// What all connections of a server share.
struct ServerParts {
  const ServerOptions& options;
  const Handler& handler;
  base::World& world;
  base::EventLog& event_log;
  asio::io_context& io;
  HandlerPool& pool;
  asio::ssl::context* tls;      // null: without TLS
  std::uint64_t& bodies_bytes;  // of all connections; the server's thread alone uses it
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, const ServerParts& parts);

  // Until the connection is closed.
  Awaitable<void> Serve();
  // Answers 503 without reading a request, and closes.
  Awaitable<void> ServeBusy();

  // Ends a wait that has gone on past its deadline.
  void KeepDeadline(std::int64_t now_us);
  // The request that runs is the last.
  void BeginStop();
  // At once, and what the kernel still holds is thrown away.
  void Cut();

 private:
  enum class ReadEnd : unsigned char { kWhole, kRefused, kSlow, kBusy, kGone };

  Awaitable<bool> Handshake();
  Awaitable<ReadEnd> ReadRequest(RequestReader& reader);
  Awaitable<bool> FeedReader(RequestReader& reader);
  Awaitable<bool> Answer(RequestReader& reader);
  Awaitable<void> Refuse(ReadEnd end, Refusal refusal);
  Awaitable<bool> Reply(Response& response, Method method, Version version, bool close);
  Awaitable<bool> WriteSized(Response& response, Method method, bool close);
  Awaitable<bool> WriteStream(Response& response, Method method, bool close);
  Awaitable<bool> WriteChunks(Producer& producer, std::string out);
  Awaitable<bool> WriteAll(std::string_view bytes);
  Awaitable<void> Linger();
  Awaitable<std::size_t> ReadSome();
  Request MakeRequest(RequestReader& reader);
  void CountBody(std::uint64_t bytes);
  void DropOnPool(Producer producer);
  void CutReply(std::uint64_t reply);
  void SetDeadline(std::int64_t limit_ms);
  void Close();

  // The result of `work` on a thread of the pool; nothing when it threw or the pool was full.
  template <typename Work>
  auto OnPool(Work work) -> Awaitable<std::optional<decltype(work())>>;

  const ServerParts& parts_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  std::string remote_address_;
  bool is_loopback_ = false;

  std::array<char, kReadBufferBytes> buffer_;
  std::size_t begin_ = 0;  // buffer_[begin_, end_) was received and not looked at yet
  std::size_t end_ = 0;

  std::int64_t deadline_us_ = 0;  // of the wait that goes on, monotonic; 0: none
  bool is_expired_ = false;       // the last wait was ended by its deadline
  bool is_idle_ = false;          // waiting for the first byte of a request
  bool is_stopping_ = false;
  bool is_cut_ = false;
  std::uint64_t body_progress_ = 0;  // bytes since the body's deadline was last set
  std::uint64_t body_bytes_ = 0;     // of the request, as counted in bodies_bytes
  std::size_t requests_ = 0;
  std::uint64_t reply_ = 0;  // number of the reply that is being sent; 0: none
  std::uint64_t replies_ = 0;
  std::stop_source stop_source_;  // of the request that runs
};

}  // namespace http
