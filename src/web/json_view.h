// Members of JSON that a program of ours wrote, read without failing: what has another form than
// expected counts as absent. For views alone. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace web {

inline std::string TextOf(const base::Json& json, std::string_view name) {
  const base::Json* const member = json.Find(name);
  if (member == nullptr || member->kind() != base::Json::Kind::kString) return {};
  return member->AsString();
}

inline std::uint64_t CountOf(const base::Json& json, std::string_view name) {
  const base::Json* const member = json.Find(name);
  if (member == nullptr || member->kind() != base::Json::Kind::kInteger) return 0;
  return member->AsInteger() < 0 ? 0 : static_cast<std::uint64_t>(member->AsInteger());
}

inline bool IsTrue(const base::Json& json, std::string_view name) {
  const base::Json* const member = json.Find(name);
  return member != nullptr && member->kind() == base::Json::Kind::kBool && member->AsBool();
}

// The member of this name, null when there is none.
inline const base::Json& MemberOf(const base::Json& json, std::string_view name) {
  static const base::Json kNone;
  const base::Json* const member = json.Find(name);
  return member == nullptr ? kNone : *member;
}

inline const base::Json::Items& ItemsOf(const base::Json& json, std::string_view name) {
  static const base::Json::Items kNone;
  const base::Json& member = MemberOf(json, name);
  return member.kind() == base::Json::Kind::kArray ? member.AsArray() : kNone;
}

}  // namespace web
