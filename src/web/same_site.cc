#include "web/same_site.h"

#include <algorithm>
#include <array>

#include "base/format.h"

namespace web {
namespace {

using base::ErrorCode;

// Where signing in may lead back to: the first segment of the path.
constexpr std::array<std::string_view, 7> kReturnSegments = {
    "account", "admin", "agreements", "datasets", "receipts", "register-log", "requests"};

std::unexpected<base::Error> ForeignForm() {
  return base::Fail(ErrorCode::kForbidden, "This form was not sent by a page of this server", {},
                    "Go back, load the page anew and send it again.");
}

bool IsPathCharacter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '_' ||
         character == '/' || character == '.';
}

char Lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                              : character;
}

bool SameWithoutCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

// Whether `origin` is the scheme and the host that the request was sent to. Behind a proxy that
// speaks TLS we see plain HTTP, so either scheme fits; host and port must be the same.
bool IsHostOf(std::string_view origin, const http::Request& request) {
  const auto host = request.headers.Find("Host");
  if (!host) return false;
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view name = origin.substr(0, scheme);
  if (name != "https" && (name != "http" || request.is_tls)) return false;
  return SameWithoutCase(origin.substr(scheme + 3), *host);
}

}  // namespace

base::Result<void> RequireOwnOrigin(const http::Request& request, std::string_view own_origin) {
  if (request.headers.Count("Origin") > 1 || request.headers.Count("Sec-Fetch-Site") > 1) {
    return ForeignForm();
  }
  const auto site = request.headers.Find("Sec-Fetch-Site");
  if (site && *site != "same-origin") return ForeignForm();
  const auto origin = request.headers.Find("Origin");
  // Every browser of today sends Origin with a POST. Where it lacks, the other header must vouch.
  if (!origin) {
    if (site) return {};
    return ForeignForm();
  }
  const bool is_own =
      own_origin.empty() ? IsHostOf(*origin, request) : SameWithoutCase(*origin, own_origin);
  if (!is_own) return ForeignForm();
  return {};
}

std::string CookieOf(const http::Request& request, std::string_view name) {
  std::optional<std::string> found;
  for (const http::Header& header : request.headers.all()) {
    if (!http::SameToken(header.name, "Cookie")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {  // ends: each turn takes a byte or more; the head has a limit
      const std::size_t end = rest.find(';');
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (found) return {};
      found = pair.substr(equals + 1);
    }
  }
  return found.value_or(std::string{});
}

std::string CookieFor(std::string_view name, std::string_view secret,
                      std::optional<std::int64_t> age_seconds) {
  std::string cookie = base::Format("{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", name, secret);
  if (age_seconds) cookie += base::Format("; Max-Age={}", *age_seconds);
  return cookie;
}

std::string EndedCookie(std::string_view name) { return CookieFor(name, "", 0); }

std::string ReturnPathOf(std::string_view path) {
  std::string start = "/";
  if (path.size() < 2 || path.size() > kMaxReturnPathBytes || path[0] != '/') return start;
  if (!std::ranges::all_of(path, IsPathCharacter)) return start;
  if (path.find("//") != std::string_view::npos || path.find("..") != std::string_view::npos) {
    return start;
  }
  const std::string_view segment = path.substr(1, path.find('/', 1) - 1);
  if (std::ranges::find(kReturnSegments, segment) == kReturnSegments.end()) return start;
  return std::string(path);
}

std::string EncodeForQuery(std::string_view text) {
  std::string out;
  for (const char character : text) {
    if (IsPathCharacter(character)) {
      out += character;
    } else {
      out += base::Format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(character)));
    }
  }
  return out;
}

}  // namespace web
