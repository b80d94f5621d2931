// A client of HTTP for our own commands: one request after another to one server, everything
// bounded.
//
// It follows no redirect, reads no proxy from the environment, speaks http and https alone (https
// with the certificate checked), and gives up after a time and beyond a size. libcurl does the
// work. It is not the fetcher of strangers' URLs, which would have to look at where they lead.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

struct ClientLimits {
  std::int64_t connect_ms = 10'000;
  std::int64_t whole_ms = 600'000;  // of one request
  std::uint64_t reply_bytes = 256ULL * 1024 * 1024;
  std::size_t header_lines = 200;
};

struct ClientReply {
  int status = 0;
  std::vector<Header> headers{};
  std::string body{};

  // The value of the first header of this name.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;
};

// Takes the next bytes of a body, in their order. An error ends the request and is its result.
using BodySink = std::function<base::Result<void>(std::string_view bytes)>;

// Sees a reply that has its headers and no body yet.
using HeadLook = std::function<void(const ClientReply& head)>;

class Client {
 public:
  // `server` is "http://127.0.0.1:8080" or "https://data.example.org", without a path. kInvalid for
  // anything else.
  static base::Result<std::unique_ptr<Client>> Open(std::string server, ClientLimits limits = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // `target` begins with a slash. Any status is a reply. kUnavailable when the server does not
  // answer, cuts the connection or breaks the protocol; kTooLarge beyond the limits.
  base::Result<ClientReply> Ask(Method method, std::string_view target,
                                const std::vector<Header>& headers, const std::string& body);
  // The same for a body of any size: with status 200 it goes to `sink` as it comes, and the reply's
  // is empty; `reply_bytes` limits those of other statuses. A body that is cut has been handed on
  // in part when kUnavailable comes. `look`, if any, sees the headers before the first piece.
  base::Result<ClientReply> AskInto(Method method, std::string_view target,
                                    const std::vector<Header>& headers, const std::string& body,
                                    const BodySink& sink, const HeadLook& look = {});

 private:
  struct Session;
  base::Result<ClientReply> Perform(Method method, std::string_view target,
                                    const std::vector<Header>& headers, const std::string& body,
                                    const BodySink* sink, const HeadLook* look);
  explicit Client(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace http
