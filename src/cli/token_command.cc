#include "cli/token_command.h"

#include <functional>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/json_text.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::size_t kMaxInputBytes = 4'096;
constexpr std::size_t kMaxPages = 100;
constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;

using Act = std::function<base::Result<void>(ApiClient& client)>;

// Signs in with what stands on standard input; the session's secret.
base::Result<std::string> SignIn(const CommandContext& context, const std::string& server) {
  std::string text = context.terminal.in ? context.terminal.in(kMaxInputBytes) : std::string();
  const auto lines = base::Split(text, '\n', 3);
  std::string_view email = lines.front();
  std::string_view password = lines.size() > 1 ? lines[1] : std::string_view();
  if (email.ends_with('\r')) email.remove_suffix(1);
  if (password.ends_with('\r')) password.remove_suffix(1);
  if (email.empty() || password.empty() || text.size() > kMaxInputBytes || !base::IsUtf8(text)) {
    base::Wipe(text);
    return base::Fail(ErrorCode::kInvalid, "This is no sign-in", "standard input",
                      "Pipe two lines in: the e-mail address and the password.");
  }
  const auto nobody = TRY(ApiClient::Open(context, server, {}));
  auto session =
      nobody->Post("/sessions", Json::Object({{"email", email}, {"password", password}}));
  base::Wipe(text);
  if (!session) return base::Fail(std::move(session).error());
  return TextMember(*session, "session");
}

// With a token, or in a session that ends with it.
base::Result<void> WithServer(const CommandContext& context, const TokenOptions& options,
                              const Act& act) {
  const std::string& server = options.server.server;
  const std::string bearer = options.sign_in ? TRY(SignIn(context, server))
                                             : TRY(ReadToken(context, options.server.token_path));
  const auto client = TRY(ApiClient::Open(context, server, bearer));
  auto done = act(*client);
  // A session that is left ends by itself after 30 minutes.
  if (options.sign_in) static_cast<void>(client->Delete("/sessions/current"));
  return done;
}

std::string ScopesOf(const Json& token) {
  std::string text;
  for (const Json& each : ArrayMember(token, "scopes")) {
    if (each.kind() != Json::Kind::kString) continue;
    text += (text.empty() ? "" : ",") + each.AsString();
  }
  return text;
}

base::Result<Json::Items> AllTokens(ApiClient& client) {
  Json::Items all;
  std::string cursor;
  for (std::size_t page = 0; page < kMaxPages; ++page) {
    const Json reply =
        TRY(client.Get("/tokens?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor)));
    for (Json& each : ArrayMember(reply, "items")) all.push_back(std::move(each));
    cursor = TextMember(reply, "next");
    if (cursor.empty()) return all;
  }
  return base::Fail(ErrorCode::kTooLarge, "The account has more tokens than are shown", "tokens");
}

// The secret goes to a file of its owner alone, or to standard output and nowhere else.
base::Result<void> GiveSecret(const CommandContext& context, const TokenOptions& options,
                              const Json& made, const std::string& expires) {
  const std::string secret = TextMember(made, "token");
  if (!options.output_path.empty()) {
    TRY(base::ReplaceFile(context.world.files(), options.output_path, secret + "\n"));
  }
  if (options.json) {
    Json::Members members{{"id", TextMember(made, "id")}, {"expires", expires}};
    if (options.output_path.empty()) members.emplace_back("token", secret);
    context.terminal.out(base::WriteJson(Json::Object(std::move(members))) + "\n");
    return {};
  }
  if (options.output_path.empty()) context.terminal.out(secret + "\n");
  context.terminal.error(Format("token {}, until {}; its secret is shown this once\n",
                                TextMember(made, "id"), expires));
  return {};
}

base::Result<void> Make(const CommandContext& context, const TokenOptions& options,
                        ApiClient& client) {
  Json::Items scopes;
  for (const std::string& each : options.scopes) scopes.push_back(Json::Repaired(each));
  const base::Instant now = context.world.clock().Now();
  // Whole seconds, in the API's form.
  const std::int64_t end = (now.microseconds + options.days * kMicrosecondsPerDay) /
                           base::kMicrosecondsPerSecond * base::kMicrosecondsPerSecond;
  const std::string expires = base::Instant{end}.Text();
  const Json made =
      TRY(client.Post("/tokens", Json::Object({{"name", Json::Repaired(options.name)},
                                               {"scopes", Json::Array(std::move(scopes))},
                                               {"expires", expires}})));
  return GiveSecret(context, options, made, expires);
}

void TellTokens(Terminal& terminal, const Json::Items& tokens) {
  for (const Json& each : tokens) {
    terminal.out(Format("{}  {:<9}  until {}  {}  {}\n", TextMember(each, "id"),
                        TextMember(each, "state"), TextMember(each, "expires"), ScopesOf(each),
                        base::ShownName(TextMember(each, "name"))));
  }
  if (tokens.empty()) terminal.out("no tokens\n");
}

int Finish(const CommandContext& context, const base::Result<void>& done) {
  return done ? kExitWell : TellError(context.terminal, done.error());
}

}  // namespace

int RunTokenMake(const CommandContext& context, const TokenOptions& options) {
  return Finish(context, WithServer(context, options, [&](ApiClient& client) {
                  return Make(context, options, client);
                }));
}

int RunTokenList(const CommandContext& context, const TokenOptions& options) {
  return Finish(context, WithServer(context, options, [&](ApiClient& client) -> base::Result<void> {
                  Json::Items tokens = TRY(AllTokens(client));
                  if (options.json) {
                    context.terminal.out(base::WriteJson(Json::Array(std::move(tokens))) + "\n");
                  } else {
                    TellTokens(context.terminal, tokens);
                  }
                  return {};
                }));
}

int RunTokenWithdraw(const CommandContext& context, const TokenOptions& options) {
  return Finish(context, WithServer(context, options, [&](ApiClient& client) -> base::Result<void> {
                  for (const std::string& id : options.ids) {
                    TRY(client.Delete("/tokens/" + TRY(PathPiece(id, "ID"))));
                    context.terminal.error(Format("withdrawn: {}\n", base::ShownName(id)));
                  }
                  return {};
                }));
}

}  // namespace cli
