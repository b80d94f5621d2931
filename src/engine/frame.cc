#include "engine/frame.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/bytes.h"
#include "base/check.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxErrorTextBytes = std::size_t{16} << 10U;
constexpr std::int64_t kMaxPollMs = 60'000;

std::unexpected<base::Error> Gone() {
  return Fail(ErrorCode::kUnavailable, "A worker process ended before its answer was complete");
}

std::unexpected<base::Error> Late() {
  return Fail(ErrorCode::kUnavailable, "A worker process did not answer in time", {},
              "Ask for less at once, or raise the deadline.");
}

std::unexpected<base::Error> Unruly() {
  return Fail(ErrorCode::kUnavailable, "A worker process sent what it may not send");
}

void AppendText(std::string& body, std::string_view text) {
  text = text.substr(0, kMaxErrorTextBytes);
  base::AppendLittle32(body, static_cast<std::uint32_t>(text.size()));
  body += text;
}

// Takes one text off the front of `body`.
bool TakeText(std::string_view& body, std::string& text) {
  if (body.size() < sizeof(std::uint32_t)) return false;
  const std::uint32_t size = base::LoadLittle32(body);
  body.remove_prefix(sizeof size);
  if (size > body.size()) return false;
  text = body.substr(0, size);
  body.remove_prefix(size);
  return true;
}

}  // namespace

base::Result<void> FrameSocket::Await(short events, FrameDeadline deadline_us) {
  for (;;) {
    const std::int64_t left_us = *deadline_us - clock_.MonotonicMicroseconds();
    if (left_us <= 0) return Late();
    const std::int64_t left_ms = std::min(left_us / 1'000 + 1, kMaxPollMs);
    pollfd waiting{descriptor_.number(), events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left_ms));
    if (ready > 0) return {};  // an error or a closed end shows at the call that follows
    if (ready < 0 && errno != EINTR) return Gone();
    if (ready == 0 && left_ms < kMaxPollMs) return Late();  // also where a simulated clock stands
  }
}

// With a deadline no call on the socket may block: half a frame, or a reader that has stopped, must
// not hold the caller. Without one a plain blocking call does, which is all that a worker may use.
base::Result<void> FrameSocket::Send(FrameKind kind, std::string_view body,
                                     FrameDeadline deadline_us) {
  CHECK(body.size() <= std::numeric_limits<std::uint32_t>::max());
  std::string head;
  base::AppendLittle32(head, static_cast<std::uint32_t>(kind));
  base::AppendLittle32(head, static_cast<std::uint32_t>(body.size()));
  const int flags = MSG_NOSIGNAL | (deadline_us ? MSG_DONTWAIT : 0);
  for (std::string_view part : {std::string_view(head), body}) {
    while (!part.empty()) {
      if (deadline_us) TRY(Await(POLLOUT, deadline_us));
      const ssize_t sent = ::send(descriptor_.number(), part.data(), part.size(), flags);
      if (sent < 0 && (errno == EINTR || (deadline_us && errno == EAGAIN))) continue;
      if (sent < 0) return Gone();
      part.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  return {};
}

base::Result<void> FrameSocket::ReceiveBytes(std::string& into, std::uint64_t size,
                                             FrameDeadline deadline_us) {
  std::size_t filled = 0;
  while (filled < size) {
    if (filled == into.size()) into.resize(std::min<std::uint64_t>(size, filled + kPieceBytes));
    if (deadline_us) TRY(Await(POLLIN, deadline_us));
    const ssize_t got = ::recv(descriptor_.number(), into.data() + filled, into.size() - filled,
                               deadline_us ? MSG_DONTWAIT : 0);
    if (got < 0 && (errno == EINTR || (deadline_us && errno == EAGAIN))) continue;
    if (got <= 0) return Gone();
    filled += static_cast<std::size_t>(got);
  }
  return {};
}

base::Result<Frame> FrameSocket::Receive(std::initializer_list<FrameLimit> allowed,
                                         FrameDeadline deadline_us) {
  std::string head;
  TRY(ReceiveBytes(head, kHeadBytes, deadline_us));
  const std::uint32_t kind = base::LoadLittle32(head);
  const std::uint32_t size = base::LoadLittle32(std::string_view(head).substr(4));
  for (const FrameLimit& limit : allowed) {
    if (kind != static_cast<std::uint32_t>(limit.kind)) continue;
    if (size > limit.max_bytes) return Unruly();
    Frame frame{limit.kind, {}};
    TRY(ReceiveBytes(frame.body, size, deadline_us));
    return frame;
  }
  return Unruly();
}

bool FrameSocket::HasInput() const {
  pollfd waiting{descriptor_.number(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

void FrameSocket::Shut() { ::shutdown(descriptor_.number(), SHUT_RDWR); }

std::string EncodeError(const base::Error& error) {
  std::string body;
  base::AppendLittle32(body, static_cast<std::uint32_t>(error.code));
  AppendText(body, error.what);
  AppendText(body, error.where);
  AppendText(body, error.remedy);
  return body;
}

std::optional<base::Error> DecodeError(std::string_view body) {
  if (body.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::uint32_t code = base::LoadLittle32(body);
  body.remove_prefix(sizeof code);
  if (code >= base::ErrorTable().size()) return std::nullopt;
  base::Error error{static_cast<ErrorCode>(code), {}, {}, {}};
  const bool whole = TakeText(body, error.what) && TakeText(body, error.where) &&
                     TakeText(body, error.remedy) && body.empty();
  return whole ? std::optional(std::move(error)) : std::nullopt;
}

}  // namespace engine
