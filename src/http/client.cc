#include "http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "base/format.h"

namespace http {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr int kStreamedStatus = 200;

// What a reply may hold is looked at while it comes, not after.
struct Inbox {
  const ClientLimits& limits;
  const BodySink* sink = nullptr;  // null: the body is kept
  const HeadLook* look = nullptr;  // null once it has looked
  CURL* handle = nullptr;
  ClientReply reply{};
  bool is_too_large = false;
  base::Result<void> taken{};  // what the sink said last

  [[nodiscard]] int Status() const {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Less than `size` tells libcurl to stop.
std::size_t TakeBody(const char* bytes, std::size_t /*one*/, std::size_t size, void* given) {
  auto& inbox = *static_cast<Inbox*>(given);
  if (inbox.sink != nullptr && inbox.Status() == kStreamedStatus) {
    const HeadLook* look = std::exchange(inbox.look, nullptr);
    if (look != nullptr && *look) (*look)(inbox.reply);
    inbox.taken = (*inbox.sink)({bytes, size});
    return inbox.taken ? size : 0;
  }
  if (inbox.reply.body.size() + size > inbox.limits.reply_bytes) {
    inbox.is_too_large = true;
    return 0;
  }
  inbox.reply.body.append(bytes, size);
  return size;
}

std::size_t TakeHeader(const char* bytes, std::size_t /*one*/, std::size_t size, void* given) {
  auto& inbox = *static_cast<Inbox*>(given);
  const std::string_view line(bytes, size);
  const std::size_t colon = line.find(':');
  // "HTTP/1.1 100 Continue" and the like begin a reply anew.
  if (line.starts_with("HTTP/")) inbox.reply.headers.clear();
  if (colon == std::string_view::npos || line.starts_with("HTTP/")) return size;
  if (inbox.reply.headers.size() >= inbox.limits.header_lines) {
    inbox.is_too_large = true;
    return 0;
  }
  inbox.reply.headers.push_back(
      {std::string(line.substr(0, colon)), std::string(Trimmed(line.substr(colon + 1)))});
  return size;
}

bool IsServer(std::string_view server) {
  const std::size_t scheme = server.starts_with("http://")    ? 7
                             : server.starts_with("https://") ? 8
                                                              : std::string_view::npos;
  if (scheme == std::string_view::npos || server.size() <= scheme) return false;
  return std::ranges::all_of(server.substr(scheme), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::string_view> ClientReply::Find(std::string_view name) const {
  for (const Header& each : headers) {
    if (SameToken(each.name, name)) return each.value;
  }
  return std::nullopt;
}

struct Client::Session {
  std::string server;
  ClientLimits limits;
  CURL* handle = nullptr;
  curl_slist* lines = nullptr;

  Session(std::string given, ClientLimits given_limits)
      : server(std::move(given)), limits(given_limits), handle(curl_easy_init()) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    curl_slist_free_all(lines);
    curl_easy_cleanup(handle);
  }

  // What holds for every request.
  void SetFixed(Inbox& inbox) {
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_ms));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.whole_ms));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, TakeBody);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &inbox);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, TakeHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &inbox);
  }

  // The body stays where it is until the reply is there.
  void SetRequest(Method method, const std::string& url, const std::vector<Header>& headers,
                  const std::string& body) {
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, std::string(NameOf(method)).c_str());
    if (method == Method::kHead) curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (!body.empty()) {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    for (const Header& each : headers) {
      lines = curl_slist_append(lines, (each.name + ": " + each.value).c_str());
    }
    lines = curl_slist_append(lines, "Expect:");  // a body is sent at once
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
  }

  // The connection is kept for the next request.
  void Reset() {
    curl_easy_reset(handle);
    curl_slist_free_all(lines);
    lines = nullptr;
  }
};

Client::Client(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Client::~Client() = default;

base::Result<std::unique_ptr<Client>> Client::Open(std::string server, ClientLimits limits) {
  if (!IsServer(server)) {
    return Fail(ErrorCode::kInvalid, "This is no address of a server", "--server",
                "Write http://127.0.0.1:8080 or https://data.example.org, without a path.");
  }
  auto session = std::make_unique<Session>(std::move(server), limits);
  if (session->handle == nullptr) {
    return Fail(ErrorCode::kInternal, "The HTTP client cannot be started");
  }
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Client>(new Client(std::move(session)));
}

base::Result<ClientReply> Client::Ask(Method method, std::string_view target,
                                      const std::vector<Header>& headers, const std::string& body) {
  return Perform(method, target, headers, body, nullptr, nullptr);
}

base::Result<ClientReply> Client::AskInto(Method method, std::string_view target,
                                          const std::vector<Header>& headers,
                                          const std::string& body, const BodySink& sink,
                                          const HeadLook& look) {
  return Perform(method, target, headers, body, &sink, &look);
}

base::Result<ClientReply> Client::Perform(Method method, std::string_view target,
                                          const std::vector<Header>& headers,
                                          const std::string& body, const BodySink* sink,
                                          const HeadLook* look) {
  Headers checked;  // no header can split the request
  for (const Header& each : headers) TRY(checked.Add(each.name, each.value));
  const bool is_target = target.starts_with('/') &&
                         std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_target) return Fail(ErrorCode::kInvalid, "This is no path to ask for", "target");
  Inbox inbox{.limits = session_->limits, .sink = sink, .look = look, .handle = session_->handle};
  session_->Reset();
  session_->SetFixed(inbox);
  session_->SetRequest(method, session_->server + std::string(target), headers, body);
  const CURLcode code = curl_easy_perform(session_->handle);
  if (!inbox.taken) return Fail(std::move(inbox.taken).error());
  if (inbox.is_too_large) {
    return Fail(ErrorCode::kTooLarge, "The reply is larger than is taken", session_->server);
  }
  if (code != CURLE_OK) {
    return Fail(ErrorCode::kUnavailable,
                base::Format("The server does not answer: {}", curl_easy_strerror(code)),
                session_->server, "Look whether it runs and whether its address is right.");
  }
  inbox.reply.status = inbox.Status();
  return std::move(inbox.reply);
}

}  // namespace http
