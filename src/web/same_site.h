// What keeps strangers' pages from acting in a visitor's name: where a POST came from, which cookie
// it carries, and where a page may send the visitor afterwards. docs/formats/pages.md has the
// rules. Pure; safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace web {

inline constexpr std::string_view kSessionCookie = "__Host-tabularium-session";
inline constexpr std::string_view kLinkCookie = "__Host-tabularium-link";
inline constexpr std::int64_t kLinkCookieSeconds = 900;
inline constexpr std::size_t kMaxReturnPathBytes = 500;

// kForbidden unless a page of this server sent the request. `own_origin` is what browsers call this
// server ("https://data.example.org"); when it is empty, the Host of the request says it.
base::Result<void> RequireOwnOrigin(const http::Request& request, std::string_view own_origin);

// The value of a cookie; empty when it did not come, or came twice: a browser sends one of a
// `__Host-` name, so two are not a browser's.
std::string CookieOf(const http::Request& request, std::string_view name);

// Values of Set-Cookie. `secret` is base64url. Without an age the cookie goes with the browser.
std::string CookieFor(std::string_view name, std::string_view secret,
                      std::optional<std::int64_t> age_seconds = {});
std::string EndedCookie(std::string_view name);

// The path to return to after signing in: `path` when it leads to a page that signing in may lead
// back to, and "/" for anything else.
std::string ReturnPathOf(std::string_view path);

// A path as a value inside a query.
std::string EncodeForQuery(std::string_view text);

}  // namespace web
