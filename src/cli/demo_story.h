// The teller of the demonstration: runs commands, asks the server as one person or another, and
// writes down both as a transcript with times.
//
// It calls no domain: what it knows it has from what commands and the server say. Secrets are shown
// as "…". One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "base/result.h"
#include "cli/commands.h"
#include "http/client.h"

namespace cli {

class Story {
 public:
  static constexpr std::size_t kMaxShownLines = 200;

  // Paths in the transcript are shown relative to `folder`.
  Story(const CommandContext& context, std::string folder);

  void Tell(std::string_view text);
  // A remark on what was just seen.
  void Note(std::string_view text);

  // Runs a command and fails unless it ends with the exit code that the story wants.
  base::Result<std::string> Run(const std::vector<std::string>& words, int expected = kExitWell,
                                std::size_t shown_lines = kMaxShownLines);

  // The server that is asked from now on.
  base::Result<void> Visit(const std::string& server);
  // A person's token, under the person's name.
  void Remember(const std::string& person, std::string token) {
    tokens_[person] = std::move(token);
  }
  // Asks as that person ("anybody" has no token) and fails unless the reply has the status that the
  // story wants. The reply's JSON; null when it has none.
  base::Result<base::Json> Ask(const std::string& person, http::Method method,
                               const std::string& target, const base::Json& body, int expected);
  base::Result<base::Json> Get(const std::string& person, const std::string& target) {
    return Ask(person, http::Method::kGet, target, base::Json(), 200);
  }
  // With the ETag of the last reply to this person as If-Match.
  base::Result<base::Json> Change(const std::string& person, http::Method method,
                                  const std::string& target, const base::Json& body, int expected);
  base::Result<base::Json> Post(const std::string& person, const std::string& target,
                                const base::Json& body, int expected = 201) {
    return Ask(person, http::Method::kPost, target, body, expected);
  }
  // Sends a file as it is.
  base::Result<base::Json> Upload(const std::string& person, const std::string& target,
                                  const std::string& media_type, const std::string& bytes);
  // A reply that is no JSON; it must be 200.
  base::Result<http::ClientReply> Stream(const std::string& person, const std::string& target,
                                         const base::Json& body);
  // The number of the last receipt that a reply named.
  [[nodiscard]] const std::string& receipt() const { return receipt_; }
  // Somebody with that person's token who posts on a connection of their own, for another thread,
  // and counts what comes without keeping it.
  using Reader = std::function<base::Result<http::ClientReply>(
      const std::string& target, const std::string& body, base::Guarded<std::uint64_t>& bytes)>;
  base::Result<Reader> NewReader(const std::string& person);
  // Waits until so many bytes have come to a reader. kUnavailable after 30 seconds.
  base::Result<void> AwaitBytes(base::Guarded<std::uint64_t>& bytes, std::uint64_t wanted);
  [[nodiscard]] std::int64_t NowMs() const;

  // Waits until the published register log is as large as the one that this receipt is of, which
  // may be past its entry: a log is published some moments after it is signed. kUnavailable after
  // `limit_ms`.
  base::Result<void> AwaitPublished(const std::string& receipt, std::int64_t limit_ms);
  // Bytes that anybody may have.
  base::Result<std::string> Fetch(const std::string& target);

  [[nodiscard]] std::string Path(std::string_view name) const;
  base::Files& files() { return context_.world.files(); }

 private:
  base::Result<http::ClientReply> Send(const std::string& person, http::Method method,
                                       const std::string& target, std::string_view media_type,
                                       const std::string& body, std::string_view shown);
  [[nodiscard]] std::string Shown(std::string text) const;

  const CommandContext& context_;
  const std::string folder_;
  const std::int64_t start_;
  std::unique_ptr<http::Client> client_;
  std::map<std::string, std::string> tokens_;
  std::string etag_;  // of the last reply that had one
  bool is_conditional_ = false;
  std::string server_;
  std::string receipt_;
};

// The text member of a reply. kInternal when it has none: the story is wrong then.
base::Result<std::string> TextIn(const base::Json& json, std::string_view member);
base::Result<std::int64_t> NumberIn(const base::Json& json, std::string_view member);

}  // namespace cli
