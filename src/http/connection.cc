// The life of a connection.
//
// Deadlines. A timer for each operation would cost more than the operation. Instead a connection
// notes when its present wait must end, and the server looks at all of them every
// kSweepIntervalMs; an overdue wait is cancelled, again and again until it has ended, because a
// cancel can fall between two steps of an operation and be lost.
//
// Cutting. A reply that must not be taken for whole ends without its last chunk, and with a reset:
// with SO_LINGER at zero, close() throws away what the kernel had buffered for sending. It may
// happen while an operation or a handler is under way; the coroutine then finds is_cut_ set and
// leaves.
//
// Why it ends. Every wait for the client has a deadline, and every loop below moves on by at least
// a byte or a request, of which there is a largest number. Only handlers and producers may take
// as long as they like; they see the request's stop token.
#include "http/internal/connection.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/refusal.h"

namespace http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// A body up to this size is sent in one piece with its head.
constexpr std::size_t kJoinedBodyBytes = 16'384;

}  // namespace

Connection::Connection(Socket socket, const ServerParts& parts)
    : parts_(parts), socket_(std::move(socket)) {
  IoError error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) {
    auto address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    remote_address_ = address.to_string();
    is_loopback_ = address.is_loopback();
  }
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  // A worker that is started later must not hold the connection open.
  ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
  if (parts_.tls != nullptr) tls_.emplace(socket_, *parts_.tls);
}

template <typename Work>
auto Connection::OnPool(Work work) -> Awaitable<std::optional<decltype(work())>> {
  using Outcome = std::optional<decltype(work())>;
  const auto start = [this](auto completion, Work run) {
    const auto shared = std::make_shared<decltype(completion)>(std::move(completion));
    const auto finish = [shared, &io = parts_.io](Outcome outcome) {
      asio::post(io, [shared, outcome = std::move(outcome)]() mutable {
        std::move (*shared)(std::move(outcome));
      });
    };
    HandlerPool::Job job = [run = std::move(run), finish]() mutable {
      Outcome outcome;
      try {
        outcome.emplace(run());
      } catch (...) {  // of a library, or no memory: the caller sees that there is no outcome
        outcome.reset();
      }
      finish(std::move(outcome));
    };
    if (!parts_.pool.Run(job)) finish(std::nullopt);
  };
  constexpr asio::use_awaitable_t<Executor> kToken;
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Outcome)>(
      start, kToken, std::move(work));
}

// --- deadlines and endings
// ------------------------------------------------------------------------

void Connection::SetDeadline(std::int64_t limit_ms) {
  deadline_us_ = parts_.world.clock().MonotonicMicroseconds() + limit_ms * 1'000;
  is_expired_ = false;
}

void Connection::KeepDeadline(std::int64_t now_us) {
  if (deadline_us_ == 0 || now_us < deadline_us_ || !socket_.is_open()) return;
  is_expired_ = true;
  IoError ignored;
  socket_.cancel(ignored);
}

void Connection::BeginStop() {
  is_stopping_ = true;
  if (is_idle_) Close();
}

void Connection::Close() {
  IoError ignored;
  socket_.close(ignored);
}

void Connection::Cut() {
  if (is_cut_) return;
  is_cut_ = true;
  IoError ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  Close();
  stop_source_.request_stop();
}

// A stop that comes when its reply has been sent must not hit the next one.
void Connection::CutReply(std::uint64_t reply) {
  if (reply == reply_) Cut();
}

void Connection::DropOnPool(Producer producer) {
  if (!producer) return;
  HandlerPool::Job job = [held = std::move(producer)] {};
  // When the pool is full it goes here, at the end of this function.
  if (!parts_.pool.Run(job)) return;
}

// The client may still be sending when its last reply goes out. Closing then would make the kernel
// send a reset, which can overtake the reply; so the rest is read and thrown away for a moment.
Awaitable<void> Connection::Linger() {
  if (is_cut_ || !socket_.is_open()) co_return;
  SetDeadline(parts_.options.linger_timeout_ms);
  if (tls_) co_await tls_->async_shutdown(kAwait);
  IoError ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  for (std::size_t left = kMaxLingerBytes; left > 0 && !is_expired_;) {
    const auto [error, count] = co_await socket_.async_read_some(asio::buffer(buffer_), kAwait);
    if (error) break;
    left -= std::min(left, count);
  }
}

// --- reading
// --------------------------------------------------------------------------------------

Awaitable<bool> Connection::Handshake() {
  SetDeadline(parts_.options.handshake_timeout_ms);
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  co_return !error && !is_cut_;
}

// Fills the empty buffer; 0 when nothing more comes, or the wait was ended.
Awaitable<std::size_t> Connection::ReadSome() {
  begin_ = end_ = 0;
  IoError error;
  std::size_t count = 0;
  if (tls_) {
    std::tie(error, count) = co_await tls_->async_read_some(asio::buffer(buffer_), kAwait);
  } else {
    std::tie(error, count) = co_await socket_.async_read_some(asio::buffer(buffer_), kAwait);
  }
  if (error || is_expired_ || is_cut_) co_return 0;
  end_ = count;
  co_return count;
}

// Hands what was received to the reader, and keeps the deadline of the part that comes next.
Awaitable<bool> Connection::FeedReader(RequestReader& reader) {
  if (begin_ == end_) co_return true;
  const bool had_begun = reader.has_begun();
  const RequestReader::State before = reader.state();
  begin_ += reader.Feed({buffer_.data() + begin_, end_ - begin_});
  CountBody(reader.body().size());
  if (!had_begun) SetDeadline(parts_.options.header_timeout_ms);
  if (reader.state() != RequestReader::State::kBody) co_return true;
  if (before == RequestReader::State::kHead) {
    body_progress_ = 0;
    SetDeadline(parts_.options.body_timeout_ms);
    if (reader.head().expects_continue && reader.body().empty()) {
      if (!co_await WriteAll(kContinue)) co_return false;
      SetDeadline(parts_.options.body_timeout_ms);
    }
  } else if (body_progress_ >= parts_.options.body_progress_bytes) {
    body_progress_ = 0;
    SetDeadline(parts_.options.body_timeout_ms);
  }
  co_return true;
}

void Connection::CountBody(std::uint64_t bytes) {
  parts_.bodies_bytes += bytes - body_bytes_;  // wraps rightly when it shrinks
  body_bytes_ = bytes;
}

Awaitable<Connection::ReadEnd> Connection::ReadRequest(RequestReader& reader) {
  SetDeadline(parts_.options.idle_timeout_ms);
  while (true) {
    if (!co_await FeedReader(reader)) co_return ReadEnd::kGone;
    if (reader.state() == RequestReader::State::kDone) co_return ReadEnd::kWhole;
    if (reader.state() == RequestReader::State::kRefused) co_return ReadEnd::kRefused;
    if (parts_.bodies_bytes > parts_.options.max_bodies_bytes) {
      CountBody(0);  // at once, or the others would be refused as well
      co_return ReadEnd::kBusy;
    }
    is_idle_ = !reader.has_begun();
    if (is_idle_ && is_stopping_) co_return ReadEnd::kGone;
    const std::size_t count = co_await ReadSome();
    is_idle_ = false;
    if (count == 0) {
      co_return is_expired_&& reader.has_begun() && !is_cut_ ? ReadEnd::kSlow : ReadEnd::kGone;
    }
    body_progress_ += count;
  }
}

// --- answering
// ------------------------------------------------------------------------------------

Request Connection::MakeRequest(RequestReader& reader) {
  RequestHead& head = reader.head();
  stop_source_ = std::stop_source();
  return Request{.id = RequestId::Random(parts_.world.randomness()),
                 .method = head.method,
                 .target = std::move(head.target),
                 .path = std::move(head.parts.path),
                 .query = std::move(head.parts.query),
                 .headers = std::move(head.headers),
                 .body = std::move(reader.body()),
                 .remote_address = remote_address_,
                 .is_loopback = is_loopback_,
                 .is_tls = tls_.has_value(),
                 .stop = stop_source_.get_token()};
}

// True: the connection goes on with the next request.
Awaitable<bool> Connection::Answer(RequestReader& reader) {
  deadline_us_ = 0;
  const RequestHead& head = reader.head();
  const Method method = head.method;
  const bool keeps = head.keep_alive && requests_ < parts_.options.max_requests_per_connection;
  auto work = [request = MakeRequest(reader), &handler = parts_.handler]() mutable {
    return handler(std::move(request));
  };
  std::optional<Response> response = co_await OnPool(std::move(work));
  if (!response) {
    parts_.event_log.Write(base::LogLevel::kError, "http.handler-failed", {});
    response = RefusalResponse({500, "The request could not be handled."});
  }
  const bool close = !keeps || is_stopping_;
  const bool is_sent = co_await Reply(*response, method, head.version, close);
  DropOnPool(std::move(response->producer));
  co_return is_sent && !close;
}

Awaitable<bool> Connection::Reply(Response& response, Method method, Version version, bool close) {
  if (is_cut_) co_return false;
  if (response.producer && version == Version::kHttp10) {
    DropOnPool(std::move(response.producer));
    response = RefusalResponse({426, "This reply can only be sent with HTTP/1.1."});
  }
  const std::uint64_t reply = reply_ = ++replies_;
  if (response.stop.stop_requested()) {
    Cut();
    co_return false;
  }
  // From here on a stop may come at any time and from any thread.
  const std::stop_callback on_stop(response.stop, [this, reply] {
    asio::post(parts_.io, [weak = weak_from_this(), reply] {
      if (const auto self = weak.lock()) self->CutReply(reply);
    });
  });
  bool is_sent = false;
  if (response.producer) {
    is_sent = co_await WriteStream(response, method, close);
  } else {
    is_sent = co_await WriteSized(response, method, close);
  }
  reply_ = 0;
  if (!is_sent) Cut();
  co_return is_sent && !is_cut_;
}

Awaitable<bool> Connection::WriteSized(Response& response, Method method, bool close) {
  const base::Instant now = parts_.world.clock().Now();
  auto head = WriteHead(response, {BodyForm::kSized, close}, now);
  if (!head) {
    parts_.event_log.Write(base::LogLevel::kError, "http.reply-invalid",
                           {{"status", response.status}});
    response = RefusalResponse({500, "The reply could not be written."});
    head = WriteHead(response, {BodyForm::kSized, close}, now);
    CHECK(head.has_value());
  }
  const bool has_body = method != Method::kHead && !IsBodiless(response.status);
  const std::string_view body = has_body ? std::string_view(response.body) : std::string_view();
  if (body.size() > kJoinedBodyBytes) {
    co_return co_await WriteAll(*head) && co_await WriteAll(body);
  }
  *head += body;
  co_return co_await WriteAll(*head);
}

Awaitable<bool> Connection::WriteStream(Response& response, Method method, bool close) {
  auto head = WriteHead(response, {BodyForm::kChunked, close}, parts_.world.clock().Now());
  if (!head || IsBodiless(response.status)) {
    DropOnPool(std::move(response.producer));
    response.producer = nullptr;
    co_return co_await WriteSized(response, method, close);
  }
  if (method == Method::kHead) co_return co_await WriteAll(*head);
  co_return co_await WriteChunks(response.producer, std::move(*head));
}

// One chunk is made when the one before has been handed to the kernel, so a client that reads
// slowly slows the producer down, and holds no thread meanwhile.
Awaitable<bool> Connection::WriteChunks(Producer& producer, std::string out) {
  while (true) {
    std::string chunk;
    const auto pull = [&producer, &chunk] { return producer(chunk); };
    deadline_us_ = 0;
    const auto more = co_await OnPool(pull);
    if (is_cut_ || !more || !*more) co_return false;
    if (!chunk.empty()) AppendChunk(out, chunk);
    if (!**more) break;
    if (!co_await WriteAll(out)) co_return false;
    out.clear();
  }
  out += kLastChunk;
  co_return co_await WriteAll(out);
}

Awaitable<bool> Connection::WriteAll(std::string_view bytes) {
  while (!bytes.empty()) {
    if (is_cut_) co_return false;
    SetDeadline(parts_.options.write_timeout_ms);
    const auto piece = asio::buffer(bytes.substr(0, kMaxWriteBytes));
    IoError error;
    std::size_t count = 0;
    if (tls_) {
      std::tie(error, count) = co_await tls_->async_write_some(piece, kAwait);
    } else {
      std::tie(error, count) = co_await socket_.async_write_some(piece, kAwait);
    }
    if (error || is_expired_) co_return false;
    bytes.remove_prefix(count);
  }
  co_return !is_cut_;
}

Awaitable<void> Connection::Refuse(ReadEnd end, Refusal refusal) {
  if (end == ReadEnd::kSlow) refusal = {408, "The request took too long to arrive."};
  if (end == ReadEnd::kBusy) refusal = {503, "Too many large requests come at once."};
  Response response = RefusalResponse(refusal);
  co_await Reply(response, Method::kGet, Version::kHttp11, true);
}

// --- the whole
// ------------------------------------------------------------------------------------

Awaitable<void> Connection::Serve() {
  const auto self = shared_from_this();
  bool goes_on = !tls_ || co_await Handshake();
  while (goes_on) {
    ++requests_;
    RequestReader reader(parts_.options.reader, parts_.options.body_limit);
    const ReadEnd end = co_await ReadRequest(reader);
    if (end == ReadEnd::kWhole) {
      goes_on = co_await Answer(reader);
    } else {
      goes_on = false;
      if (end != ReadEnd::kGone) co_await Refuse(end, reader.refusal());
    }
    CountBody(0);
  }
  co_await Linger();
  Close();
}

Awaitable<void> Connection::ServeBusy() {
  const auto self = shared_from_this();
  if (!tls_) {  // a handshake is more than a server in need can spend
    co_await Refuse(ReadEnd::kRefused, {503, "Too many connections are open."});
    co_await Linger();
  }
  Close();
}

}  // namespace http
