// Frames on the socket between the server and a worker: a head of eight bytes, then the body.
//
// The server trusts nothing that comes from a worker: kind and size are checked before a body is
// read, room for a body grows only as its bytes arrive, and a deadline holds even in the midst of a
// frame. docs/formats/worker.md describes the bytes.
//
// Thread safety: a FrameSocket belongs to one thread at a time; only Shut may be called from any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/world.h"
#include "engine/descriptor.h"

namespace engine {

enum class FrameKind : std::uint32_t {
  kStart = 1,    // to the worker: what it is
  kReady = 2,    // from it: the walls are up
  kRequest = 3,  // to it
  kReply = 4,    // from it
  kError = 5,    // from it, in place of kReady or kReply
  kChunk =
      6,  // from it before kReply or kError, where a stream was asked for; to it, where it is fed
  kEnd = 7,  // to it: it is fed no more
};

struct Frame {
  FrameKind kind = FrameKind::kError;
  std::string body;
};

// A kind of frame that may come now, and how large its body may be.
struct FrameLimit {
  FrameKind kind;
  std::uint64_t max_bytes;
};

// A moment on the clock's monotonic scale; nothing: wait for ever.
using FrameDeadline = std::optional<std::int64_t>;

class FrameSocket {
 public:
  // Takes the descriptor of a stream socket over.
  FrameSocket(base::Clock& clock, Descriptor descriptor)
      : clock_(clock), descriptor_(std::move(descriptor)) {}

  // kUnavailable when the other side is gone or does not take the frame in time. The body must fit
  // 32 bits. After any failure, of either call, the socket is of no more use.
  base::Result<void> Send(FrameKind kind, std::string_view body, FrameDeadline deadline_us);

  // kUnavailable when the other side is gone, is late, or sends a kind that is not among `allowed`
  // or is larger than that.
  base::Result<Frame> Receive(std::initializer_list<FrameLimit> allowed, FrameDeadline deadline_us);

  // Whether the next Receive has something to read, if only the end.
  [[nodiscard]] bool HasInput() const;

  // Ends the talk for both sides: what waits in Send or Receive fails at once, here and there.
  void Shut();

 private:
  // Fills `into` up to `size` bytes, in pieces.
  base::Result<void> ReceiveBytes(std::string& into, std::uint64_t size, FrameDeadline deadline_us);
  // Waits until the socket can be read or written (POLLIN, POLLOUT), at most to the deadline.
  base::Result<void> Await(short events, FrameDeadline deadline_us);

  base::Clock& clock_;
  Descriptor descriptor_;
};

// An Error as the body of a frame, each text cut to 16 KiB, and back: nothing when it is none.
std::string EncodeError(const base::Error& error);
std::optional<base::Error> DecodeError(std::string_view body);
inline constexpr std::uint64_t kMaxErrorBytes = 64ULL << 10U;
inline constexpr std::uint64_t kMaxChunkBytes = 256ULL << 10U;

}  // namespace engine
