// The JSON API as commands speak to it: a bearer, JSON both ways, and the server's own words when
// it refuses. See docs/formats/api.md.
//
// The bearer comes from a file or from the environment, never from the command line, where every
// process of the machine could read it. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/commands.h"
#include "http/client.h"

namespace cli {

// Where a command finds its server and its bearer.
struct ServerOptions {
  std::string server = "http://127.0.0.1:8080";
  std::string token_path;  // empty: the environment's
};

// The token that the command may use. kUnauthenticated when there is none, kInvalid for what is no
// token.
base::Result<std::string> ReadToken(const CommandContext& context, const std::string& token_path);

// The Error that a reply tells of: the problem's own sentence, place and remedy under the code of
// its name, or that of the status.
base::Error ErrorOfReply(const http::ClientReply& reply, std::string_view target);

class ApiClient {
 public:
  // With an empty bearer it asks as nobody. The context outlives it.
  static base::Result<std::unique_ptr<ApiClient>> Open(const CommandContext& context,
                                                       const std::string& server,
                                                       std::string bearer);
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // Each gives the JSON of a reply of 2xx, null when it has none; anything else is its Error.
  // `target` comes after "/api/v1".
  base::Result<base::Json> Get(std::string_view target);
  base::Result<base::Json> Post(std::string_view target, const base::Json& body);
  base::Result<base::Json> Delete(std::string_view target);
  // Sends bytes as they are.
  base::Result<base::Json> Upload(std::string_view target, const std::string& media_type,
                                  const std::string& bytes);
  // Posts, and hands the body of a reply of 200 on as it comes, after its headers.
  base::Result<http::ClientReply> PostInto(std::string_view target, const base::Json& body,
                                           const http::BodySink& sink,
                                           const http::HeadLook& look = {});
  // The body of a reply of 200 as it is.
  base::Result<std::string> Fetch(std::string_view target);

 private:
  ApiClient(const CommandContext& context, std::unique_ptr<http::Client> client, std::string bearer)
      : context_(context), client_(std::move(client)), bearer_(std::move(bearer)) {}
  [[nodiscard]] std::vector<http::Header> Headers(const std::string& media_type);
  base::Result<base::Json> Ask(http::Method method, std::string_view target,
                               const std::string& media_type, const std::string& body);

  const CommandContext& context_;
  std::unique_ptr<http::Client> client_;
  const std::string bearer_;
};

// A word of the command line that becomes a piece of a path: 1 to 128 letters, digits, - or _.
// kInvalid for anything else, at `where`.
base::Result<std::string> PathPiece(std::string_view word, std::string where);

// Text, integer and array members of a reply, whose form is ours: what is not there is empty, or 0.
std::string TextMember(const base::Json& json, std::string_view name);
std::int64_t IntegerMember(const base::Json& json, std::string_view name);
base::Json::Items ArrayMember(const base::Json& json, std::string_view name);

}  // namespace cli
