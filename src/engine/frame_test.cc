#include "engine/frame.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <thread>

#include "base/bytes.h"
#include "base/real_world.h"

namespace engine {
namespace {

using base::ErrorCode;

// Two ends: one that follows the rules, one that sends what it likes.
class Ends {
 public:
  Ends() {
    int ends[2] = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    ours_ = std::make_unique<FrameSocket>(world_->clock(), Descriptor(ends[0]));
    theirs_ = std::make_unique<Descriptor>(ends[1]);
  }
  FrameSocket* operator->() { return ours_.get(); }
  [[nodiscard]] FrameDeadline In(std::int64_t milliseconds) {
    return world_->clock().MonotonicMicroseconds() + milliseconds * 1'000;
  }
  void Write(std::string_view bytes) {
    REQUIRE(::send(theirs_->number(), bytes.data(), bytes.size(), 0) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void Hang() { theirs_.reset(); }
  // The other end as a rule-abiding one.
  std::unique_ptr<FrameSocket> Other() {
    return std::make_unique<FrameSocket>(world_->clock(), std::move(*theirs_));
  }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  std::unique_ptr<FrameSocket> ours_;
  std::unique_ptr<Descriptor> theirs_;
};

std::string Head(std::uint32_t kind, std::uint32_t size) {
  std::string head;
  base::AppendLittle32(head, kind);
  base::AppendLittle32(head, size);
  return head;
}

std::string Complaint(Ends& ends, std::int64_t milliseconds) {
  const auto frame =
      ends->Receive({{FrameKind::kReply, 10}, {FrameKind::kError, 20}}, ends.In(milliseconds));
  REQUIRE(!frame.has_value());
  REQUIRE(frame.error().code == ErrorCode::kUnavailable);
  return frame.error().what;
}

}  // namespace

TEST_CASE("frames arrive as they were sent, with and without a deadline") {
  Ends ends;
  const auto other = ends.Other();
  for (const std::string& body : {std::string(), std::string("a"), std::string(5'000'000, 'x')}) {
    std::jthread sender([&] { REQUIRE(other->Send(FrameKind::kReply, body, std::nullopt)); });
    const auto frame = ends->Receive({{FrameKind::kReply, 5'000'000}}, ends.In(10'000));
    REQUIRE(frame.has_value());
    REQUIRE(frame->kind == FrameKind::kReply);
    REQUIRE(frame->body == body);
    std::jthread answerer([&] { REQUIRE(ends->Send(FrameKind::kRequest, body, ends.In(10'000))); });
    const auto back = other->Receive({{FrameKind::kRequest, 5'000'000}}, std::nullopt);
    REQUIRE(back.has_value());
    REQUIRE(back->body == body);
  }
}

TEST_CASE("kind and size are judged by the head alone") {
  constexpr const char* kUnruly = "A worker process sent what it may not send";
  for (const std::string& head :
       {Head(4, 11), Head(4, 0xFFFFFFFF), Head(5, 21), Head(3, 0), Head(0, 0), Head(77, 1)}) {
    Ends ends;
    ends.Write(head);  // no body follows: it must not be waited for
    REQUIRE(Complaint(ends, 10'000) == kUnruly);
  }
  Ends ends;
  ends.Write(Head(5, 20) + std::string(20, 'x'));
  REQUIRE(ends->Receive({{FrameKind::kReply, 10}, {FrameKind::kError, 20}}, ends.In(1'000))
              .has_value());
}

TEST_CASE("an end in the midst of a frame is a failure") {
  const std::string frame = Head(4, 5) + "abcde";
  for (std::size_t sent = 0; sent < frame.size(); ++sent) {
    Ends ends;
    if (sent > 0) ends.Write(frame.substr(0, sent));
    ends.Hang();
    REQUIRE(Complaint(ends, 10'000) == "A worker process ended before its answer was complete");
  }
}

TEST_CASE("half a frame holds nobody beyond the deadline") {
  const std::string frame = Head(4, 5) + "abcde";
  for (const std::size_t sent : {0, 3, 8, 12}) {
    Ends ends;
    if (sent > 0) ends.Write(frame.substr(0, sent));
    REQUIRE(Complaint(ends, 30) == "A worker process did not answer in time");
  }
}

TEST_CASE("an end that does not read holds nobody, and one that is gone is noticed") {
  Ends ends;
  const std::string much(5'000'000, 'x');
  const auto late = ends->Send(FrameKind::kRequest, much, ends.In(30));
  REQUIRE(!late.has_value());
  REQUIRE(late.error().what == "A worker process did not answer in time");
  Ends others;
  others.Hang();
  REQUIRE(!others->Send(FrameKind::kRequest, "a", others.In(1'000)).has_value());
}

TEST_CASE("an error keeps all that it says") {
  const base::Error error{ErrorCode::kTooLarge, "what \xFF", std::string("wh\0re", 5), "remedy"};
  const auto back = DecodeError(EncodeError(error));
  REQUIRE(back.has_value());
  REQUIRE(back->code == error.code);
  REQUIRE(back->what == error.what);
  REQUIRE(back->where == error.where);
  REQUIRE(back->remedy == error.remedy);
  const base::Error huge{ErrorCode::kInternal, std::string(1'000'000, 'a'),
                         std::string(1'000'000, 'b'), std::string(1'000'000, 'c')};
  const std::string body = EncodeError(huge);
  REQUIRE(body.size() <= kMaxErrorBytes);
  REQUIRE(DecodeError(body)->where == std::string(16'384, 'b'));
}

TEST_CASE("what is no error is not taken for one") {
  const std::string body = EncodeError({ErrorCode::kInvalid, "what", "where", "remedy"});
  for (std::size_t size = 0; size < body.size(); ++size) {
    REQUIRE(!DecodeError(body.substr(0, size)).has_value());
  }
  REQUIRE(!DecodeError(body + "x").has_value());
  std::string unknown = body;
  unknown[0] = 100;
  REQUIRE(!DecodeError(unknown).has_value());
}

}  // namespace engine
