#include "http/target.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/json_text.h"

namespace http {
namespace {

using base::ErrorCode;
using base::Fail;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What RFC 3986 lets stand in a path or a query, `%` included. `is_query` adds what browsers leave
// bare there and what cannot be taken for structure.
bool MayStand(char c, bool is_query) {
  if (IsAlphanumeric(c)) return true;
  if (std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos) return true;
  return is_query && std::string_view("?[]|").find(c) != std::string_view::npos;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// A segment is decoded by itself, so a slash in the result can only have been hidden.
base::Result<std::string> DecodeSegment(std::string_view raw) {
  std::string segment = TRY(PercentDecode(raw, false));
  if (segment == "." || segment == "..") {
    return Fail(ErrorCode::kInvalid, "The path has a dot segment", {}, "Send the path resolved.");
  }
  for (const char c : segment) {
    if (c == '/' || c == '\\' || IsControl(c)) {
      return Fail(ErrorCode::kInvalid, "The path hides a slash or a control character");
    }
  }
  if (!base::IsUtf8(segment)) return Fail(ErrorCode::kInvalid, "The path is not UTF-8");
  return segment;
}

base::Result<std::string> DecodePath(std::string_view raw) {
  std::string path;
  std::size_t begin = 1;  // behind the first slash
  while (true) {
    const std::size_t slash = raw.find('/', begin);
    const bool is_last = slash == std::string_view::npos;
    const std::string segment =
        TRY(DecodeSegment(raw.substr(begin, is_last ? raw.npos : slash - begin)));
    if (segment.empty() && !is_last) {
      return Fail(ErrorCode::kInvalid, "The path has an empty segment", {},
                  "Write one slash, not two.");
    }
    path += '/';
    path += segment;
    if (is_last) return path;
    begin = slash + 1;
  }
}

base::Result<std::string> DecodeQueryPart(std::string_view raw) {
  std::string text = TRY(PercentDecode(raw, true));
  if (text.find('\0') != std::string::npos || !base::IsUtf8(text)) {
    return Fail(ErrorCode::kInvalid, "The query is not UTF-8 text");
  }
  return text;
}

base::Result<std::vector<QueryParameter>> DecodeQuery(std::string_view raw) {
  const auto parts = base::Split(raw, '&', kMaxQueryParameters + 1);
  if (parts.size() > kMaxQueryParameters) {
    return Fail(ErrorCode::kTooLarge, "The query has too many parameters", "kMaxQueryParameters");
  }
  std::vector<QueryParameter> query;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    std::string name = TRY(DecodeQueryPart(part.substr(0, equals)));
    query.push_back({std::move(name), TRY(DecodeQueryPart(value))});
  }
  return query;
}

}  // namespace

base::Result<std::string> PercentDecode(std::string_view text, bool plus_is_blank) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i] == '+' && plus_is_blank ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = high ? HexDigit(text[i + 2]) : std::nullopt;
    if (!low) {
      return Fail(ErrorCode::kInvalid, "A percent sign is not followed by two hexadecimal digits");
    }
    bytes += static_cast<char>(*high * 16U + *low);
    i += 2;
  }
  return bytes;
}

base::Result<Target> ParseTarget(std::string_view target) {
  if (!target.starts_with('/')) {
    return Fail(ErrorCode::kInvalid, "The target is not a path", {},
                "Send the path and query alone, beginning with a slash.");
  }
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  const auto all_may_stand = [](std::string_view text, bool is_query) {
    return std::ranges::all_of(text, [&](char c) { return MayStand(c, is_query); });
  };
  if (!all_may_stand(path, false) || !all_may_stand(query, true)) {
    return Fail(ErrorCode::kInvalid, "The target holds a character that must be percent-encoded");
  }
  Target parsed;
  parsed.path = TRY(DecodePath(path));
  parsed.query = TRY(DecodeQuery(query));
  return parsed;
}

}  // namespace http
