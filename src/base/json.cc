#include "base/json.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "base/check.h"
#include "base/json_text.h"

namespace base {
namespace {

// Up to this many members are compared each with each; above, they are sorted.
constexpr std::size_t kFewMembers = 8;

// A name that stands twice among the members. Sorting rather than hashing: nobody can choose names
// that make it slow.
std::optional<std::string_view> RepeatedName(const Json::Members& members) {
  if (members.size() <= kFewMembers) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].first == members[j].first) return members[i].first;
      }
    }
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const Json::Member& member : members) names.emplace_back(member.first);
  std::ranges::sort(names);
  const auto twin = std::ranges::adjacent_find(names);
  return twin == names.end() ? std::nullopt : std::optional(*twin);
}

}  // namespace

Json::Json(double number) : value_(number) { CHECK(std::isfinite(number)); }

Json::Json(std::string text) {
  CHECK(IsUtf8(text));
  value_ = std::move(text);
}

std::int64_t Json::FromUnsigned(std::uint64_t integer) {
  CHECK(integer <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  return static_cast<std::int64_t>(integer);
}

Json Json::Array(Items items) {
  Json json;
  json.value_ = std::move(items);
  return json;
}

Json Json::Object(Members members) {
  Result<Json> object = ObjectOf(std::move(members));
  CHECK(object.has_value());
  return *std::move(object);
}

Result<Json> Json::ObjectOf(Members members) {
  for (const Member& member : members) {
    if (!IsUtf8(member.first)) {
      return Fail(ErrorCode::kInvalid, "A name in the object is not valid UTF-8", {},
                  "Write the name in UTF-8.");
    }
  }
  if (const auto name = RepeatedName(members)) {
    return Fail(ErrorCode::kInvalid, "The object has two members of the same name",
                ChildPointer("", *name), "Keep one of the two.");
  }
  Json json;
  json.value_ = std::move(members);
  return json;
}

Json Json::Repaired(std::string_view text) { return Json(RepairedUtf8(text)); }

bool Json::AsBool() const {
  CHECK(kind() == Kind::kBool);
  return std::get<bool>(value_);
}

std::int64_t Json::AsInteger() const {
  CHECK(kind() == Kind::kInteger);
  return std::get<std::int64_t>(value_);
}

double Json::AsNumber() const {
  CHECK(kind() == Kind::kNumber);
  return std::get<double>(value_);
}

const std::string& Json::AsString() const {
  CHECK(kind() == Kind::kString);
  return std::get<std::string>(value_);
}

const Json::Items& Json::AsArray() const {
  CHECK(kind() == Kind::kArray);
  return std::get<Items>(value_);
}

const Json::Members& Json::AsObject() const {
  CHECK(kind() == Kind::kObject);
  return std::get<Members>(value_);
}

const Json* Json::Find(std::string_view name) const {
  const auto* members = std::get_if<Members>(&value_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::first);
  return found == members->end() ? nullptr : &found->second;
}

bool operator==(const Json& a, const Json& b) {
  if (a.kind() == Json::Kind::kNumber && b.kind() == Json::Kind::kNumber) {
    return std::bit_cast<std::uint64_t>(a.AsNumber()) == std::bit_cast<std::uint64_t>(b.AsNumber());
  }
  return a.value_ == b.value_;
}

}  // namespace base
