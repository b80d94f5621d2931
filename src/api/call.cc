#include "api/call.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/crypto.h"
#include "identity/secrets.h"

namespace api {
namespace {

constexpr std::string_view kScheme = "Bearer ";

// What makes two requests the same: all that they ask for.
base::Digest DigestOf(const http::Request& request) {
  std::string head(http::NameOf(request.method));
  head.append(" ").append(request.target).append("\n");
  return base::Sha256(head, request.body);
}

}  // namespace

const std::string& Call::Text(std::string_view name) const {
  const base::Json* member = body.Find(name);
  CHECK(member != nullptr);  // the schema requires it
  return member->AsString();
}

std::optional<std::string> Call::OptionalText(std::string_view name) const {
  const base::Json* member = body.Find(name);
  if (member == nullptr || member->kind() == base::Json::Kind::kNull) return std::nullopt;
  return member->AsString();
}

base::Result<std::string_view> BearerOf(const http::Request& request) {
  const auto header = request.headers.Find("Authorization");
  const bool is_bearer = header && header->size() > kScheme.size() &&
                         http::SameToken(header->substr(0, kScheme.size() - 1),
                                         kScheme.substr(0, kScheme.size() - 1)) &&
                         (*header)[kScheme.size() - 1] == ' ';
  if (!is_bearer || request.headers.Count("Authorization") != 1) {
    return base::Fail(base::ErrorCode::kUnauthenticated, "This address wants to know who asks",
                      "Authorization", "Send Authorization: Bearer and a token or a session.");
  }
  return header->substr(kScheme.size());
}

base::Result<identity::Principal> Authenticate(const Services& services, const Call& call) {
  const std::string_view secret = TRY(BearerOf(call.request));
  if (secret.starts_with(identity::kTokenPrefix)) return services.directory.Authenticate(secret);
  return services.directory.AuthenticateSession(secret);
}

base::Result<std::optional<identity::Principal>> AuthenticateIfShown(const Services& services,
                                                                     const Call& call) {
  if (!call.request.headers.Find("Authorization")) return std::optional<identity::Principal>{};
  return std::optional(TRY(Authenticate(services, call)));
}

base::Result<Answer> Once(
    const Services& services, const Call& call, const identity::Principal& actor, int status,
    const std::string& location,
    const std::function<base::Result<Answer>(const identity::Along&)>& effect) {
  const auto claim = TRY(services.idempotency_keys.Begin(
      actor, call.request.headers.Find("Idempotency-Key"), DigestOf(call.request)));
  if (claim.earlier()) {
    Answer answer;
    answer.location = claim.earlier()->location;
    answer.replayed_status = claim.earlier()->status;
    return answer;
  }
  return effect(claim.AlongWith(status, location));
}

std::vector<QueryRow> PageQuery(std::vector<QueryRow> more) {
  more.push_back({"limit", JsonSchema::Integer("How many items a page has; 50 when left out.", 1,
                                               kMaxPageItems)});
  more.push_back({"cursor", JsonSchema::Text("`next` of the page before.",
                                             {1, kMaxCursorCharacters, TextForm::kVisible})});
  return more;
}

JsonSchema PageSchema(const std::string& description, JsonSchema item) {
  return JsonSchema::Object(
      description,
      {{"items",
        JsonSchema::Array("This page, in a stable order.", std::move(item), kMaxPageItems)},
       {"next", JsonSchema::Text("The cursor of the next page; null after the last one.",
                                 {1, kMaxCursorCharacters, TextForm::kVisible})
                    .OrNull()}});
}

std::size_t PageItems(const Call& call) {
  const auto limit = call.Query("limit");
  if (!limit) return kDefaultPageItems;
  return static_cast<std::size_t>(base::ParseDecimal(*limit).value_or(kDefaultPageItems));
}

}  // namespace api
