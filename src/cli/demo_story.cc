#include "cli/demo_story.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "cli/child_process.h"
#include "ledger/note.h"
#include "ledger/receipt.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr const char* kProgram = "/proc/self/exe";
constexpr std::size_t kMaxOutputLines = 100'000;
constexpr std::size_t kMaxShownBytes = 220;  // of a body
constexpr double kMicrosecondsPerSecond = 1e6;
constexpr double kMicrosecondsPerMs = 1e3;
constexpr base::JsonLimits kReplyJson{
    .max_bytes = 64U << 20U, .max_depth = 64, .max_values = 2'000'000};
constexpr std::array<std::string_view, 4> kSecretMembers = {"password", "link", "session", "token"};

// The body as the transcript shows it: secrets left out, long ones cut.
std::string ShownBody(const Json& body) {
  if (body.kind() != Json::Kind::kObject) return {};
  Json::Members members;
  for (const auto& [name, value] : body.AsObject()) {
    const bool is_secret = std::ranges::find(kSecretMembers, name) != kSecretMembers.end();
    members.emplace_back(name, is_secret ? Json("…") : value);
  }
  std::string text = base::WriteJson(Json::Object(std::move(members)));
  if (text.size() <= kMaxShownBytes) return text;
  text.resize(base::ValidUtf8Bytes(std::string_view(text).substr(0, kMaxShownBytes)));
  return text + "…";
}

std::unexpected<base::Error> Unlike(std::string what, const std::string& where) {
  return base::Fail(ErrorCode::kInternal, std::move(what), where);
}

}  // namespace

base::Result<std::string> TextIn(const Json& json, std::string_view member) {
  const Json* found = json.Find(member);
  if (found == nullptr || found->kind() != Json::Kind::kString) {
    return Unlike("The reply lacks what the story needs of it", std::string(member));
  }
  return found->AsString();
}

base::Result<std::int64_t> NumberIn(const Json& json, std::string_view member) {
  const Json* found = json.Find(member);
  if (found == nullptr || found->kind() != Json::Kind::kInteger) {
    return Unlike("The reply lacks what the story needs of it", std::string(member));
  }
  return found->AsInteger();
}

Story::Story(const CommandContext& context, std::string folder)
    : context_(context),
      folder_(std::move(folder)),
      start_(context.world.clock().MonotonicMicroseconds()) {}

std::string Story::Path(std::string_view name) const { return base::JoinPath(folder_, name); }

std::string Story::Shown(std::string text) const {
  for (std::size_t at = text.find(folder_); at != std::string::npos; at = text.find(folder_)) {
    text.replace(at, folder_.size() + 1, "");
  }
  return text;
}

void Story::Tell(std::string_view text) {
  const auto now = context_.world.clock().MonotonicMicroseconds();
  context_.terminal.out(Format("\n[{:7.3f} s] {}\n",
                               static_cast<double>(now - start_) / kMicrosecondsPerSecond, text));
}

void Story::Note(std::string_view text) {
  context_.terminal.out(Format("      {}\n", Shown(std::string(text))));
}

base::Result<std::string> Story::Run(const std::vector<std::string>& words, int expected,
                                     std::size_t shown_lines) {
  std::string line = "$ tabularium";
  for (const std::string& word : words) {
    const bool is_many = word.find(' ') != std::string::npos;
    line += is_many ? " '" + word + "'" : " " + Shown(word);
  }
  context_.terminal.out("    " + line + "\n");
  const ChildOutcome outcome = TRY(RunChild(kProgram, words));
  std::size_t shown = 0;
  for (const std::string_view each : base::Split(outcome.output, '\n', kMaxOutputLines)) {
    if (each.empty() || ++shown > shown_lines) continue;
    context_.terminal.out("      " + Shown(std::string(each)) + "\n");
  }
  if (shown > shown_lines) {
    context_.terminal.out(Format("      … and {} lines more\n", shown - shown_lines));
  }
  if (outcome.exit_code != expected) {
    return Unlike(Format("The command ended with exit code {}, the story wants {}",
                         outcome.exit_code, expected),
                  words.front());
  }
  return outcome.output;
}

base::Result<void> Story::Visit(const std::string& server) {
  client_ = TRY(http::Client::Open(server));
  server_ = server;
  return {};
}

base::Result<http::ClientReply> Story::Send(const std::string& person, http::Method method,
                                            const std::string& target, std::string_view media_type,
                                            const std::string& body, std::string_view shown) {
  std::vector<http::Header> headers;
  const auto token = tokens_.find(person);
  if (token != tokens_.end()) headers.push_back({"Authorization", "Bearer " + token->second});
  if (is_conditional_) headers.push_back({"If-Match", etag_});
  if (!media_type.empty()) headers.push_back({"Content-Type", std::string(media_type)});
  const auto before = context_.world.clock().MonotonicMicroseconds();
  auto reply = TRY(client_->Ask(method, target, headers, body));
  if (const auto receipt = reply.Find("Tabularium-Receipt")) receipt_ = *receipt;
  if (const auto etag = reply.Find("ETag")) etag_ = *etag;
  const auto took = context_.world.clock().MonotonicMicroseconds() - before;
  context_.terminal.out(Format("    {}: {} {}{}{}  -> {} in {:.1f} ms\n", person,
                               http::NameOf(method), target, shown.empty() ? "" : " ", shown,
                               reply.status, static_cast<double>(took) / kMicrosecondsPerMs));
  return reply;
}

base::Result<Json> Story::Ask(const std::string& person, http::Method method,
                              const std::string& target, const Json& body, int expected) {
  const bool has_body = body.kind() != Json::Kind::kNull;
  const auto reply = TRY(Send(person, method, target, has_body ? "application/json" : "",
                              has_body ? base::WriteJson(body) : std::string(), ShownBody(body)));
  if (reply.status != expected) {
    return Unlike(Format("The server answered {}, the story wants {}: {}", reply.status, expected,
                         reply.body.substr(0, kMaxShownBytes)),
                  target);
  }
  if (reply.body.empty()) return Json();
  return base::ParseJson(reply.body, kReplyJson);
}

base::Result<Json> Story::Change(const std::string& person, http::Method method,
                                 const std::string& target, const Json& body, int expected) {
  is_conditional_ = true;
  auto reply = Ask(person, method, target, body, expected);
  is_conditional_ = false;
  return reply;
}

base::Result<Json> Story::Upload(const std::string& person, const std::string& target,
                                 const std::string& media_type, const std::string& bytes) {
  const auto reply = TRY(Send(person, http::Method::kPost, target, media_type, bytes,
                              Format("({} bytes of {})", bytes.size(), media_type)));
  if (reply.status != 201) {
    return Unlike(
        Format("The server answered {}: {}", reply.status, reply.body.substr(0, kMaxShownBytes)),
        target);
  }
  return base::ParseJson(reply.body, kReplyJson);
}

base::Result<http::ClientReply> Story::Stream(const std::string& person, const std::string& target,
                                              const Json& body) {
  auto reply = TRY(Send(person, http::Method::kPost, target, "application/json",
                        base::WriteJson(body), ShownBody(body)));
  if (reply.status != 200) return Unlike(Format("The server answered {}", reply.status), target);
  return reply;
}

base::Result<Story::Reader> Story::NewReader(const std::string& person) {
  const std::shared_ptr<http::Client> client = TRY(http::Client::Open(server_));
  const std::string bearer = "Bearer " + tokens_[person];
  return Reader([client, bearer](const std::string& target, const std::string& body,
                                 base::Guarded<std::uint64_t>& bytes) {
    return client->AskInto(http::Method::kPost, target,
                           {{"Authorization", bearer}, {"Content-Type", "application/json"}}, body,
                           [&bytes](std::string_view piece) -> base::Result<void> {
                             {
                               auto come = bytes.Lock();
                               *come += piece.size();
                             }
                             bytes.NotifyAll();
                             return {};
                           });
  });
}

base::Result<void> Story::AwaitBytes(base::Guarded<std::uint64_t>& bytes, std::uint64_t wanted) {
  constexpr std::chrono::seconds kLimit(30);
  auto come = bytes.Lock();
  if (come.WaitFor(kLimit, [wanted](std::uint64_t count) { return count >= wanted; })) return {};
  return base::Fail(ErrorCode::kUnavailable, "The stream did not begin in time", "reader");
}

std::int64_t Story::NowMs() const {
  return context_.world.clock().MonotonicMicroseconds() /
         static_cast<std::int64_t>(kMicrosecondsPerMs);
}

base::Result<void> Story::AwaitPublished(const std::string& receipt, std::int64_t limit_ms) {
  const auto wanted = ledger::StatedSize(TRY(ledger::ParseReceipt(receipt)).checkpoint);
  if (!wanted) return base::Fail(ErrorCode::kInternal, "A receipt has no size", "receipt");
  const auto begin = context_.world.clock().MonotonicMicroseconds();
  const auto limit = limit_ms * static_cast<std::int64_t>(kMicrosecondsPerMs);
  while (context_.world.clock().MonotonicMicroseconds() - begin < limit) {
    const auto reply = TRY(client_->Ask(http::Method::kGet, "/log/register/checkpoint", {}, {}));
    const auto size = ledger::StatedSize(reply.body);
    if (size && *size >= *wanted) return {};
  }
  return base::Fail(ErrorCode::kUnavailable, "The log is not published in time", "register");
}

base::Result<std::string> Story::Fetch(const std::string& target) {
  auto reply = TRY(Send("anybody", http::Method::kGet, target, {}, {}, {}));
  if (reply.status != 200) return Unlike(Format("The server answered {}", reply.status), target);
  return std::move(reply.body);
}

}  // namespace cli
