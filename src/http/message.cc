#include "http/message.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace http {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::array<std::string_view, 9> kMethodNames = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"};

constexpr bool IsTokenCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool IsFieldValue(std::string_view value) {
  if (!value.empty() && (IsBlank(value.front()) || IsBlank(value.back()))) return false;
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool ListHolds(std::string_view list, std::string_view token) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (SameToken(Trimmed(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string_view NameOf(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> ParseMethod(std::string_view name) {
  const auto* found = std::ranges::find(kMethodNames, name);
  if (found == kMethodNames.end()) return std::nullopt;
  return static_cast<Method>(found - kMethodNames.begin());
}

bool SameToken(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenCharacter);
}

base::Result<void> Headers::Add(std::string_view name, std::string_view value) {
  if (!IsToken(name)) return Fail(ErrorCode::kInvalid, "A header's name is not a token");
  if (!IsFieldValue(value)) {
    return Fail(ErrorCode::kInvalid, "A header's value holds a character that may not stand there");
  }
  if (headers_.size() >= kMaxHeaders) {
    return Fail(ErrorCode::kTooLarge, "A message has more headers than are allowed", "kMaxHeaders");
  }
  headers_.push_back({std::string(name), std::string(value)});
  return {};
}

std::optional<std::string_view> Headers::Find(std::string_view name) const {
  for (const Header& header : headers_) {
    if (SameToken(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t Headers::Count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers_, [&](const Header& header) { return SameToken(header.name, name); }));
}

bool Headers::Lists(std::string_view name, std::string_view token) const {
  return std::ranges::any_of(headers_, [&](const Header& header) {
    return SameToken(header.name, name) && ListHolds(header.value, token);
  });
}

std::optional<std::string_view> Request::Parameter(std::string_view name) const {
  for (const QueryParameter& parameter : query) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

Response MakeResponse(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  const auto added = response.headers.Add("Content-Type", content_type);
  CHECK(added.has_value());
  return response;
}

}  // namespace http
