#include "identity/visibility.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace identity {

// Written by hand from docs/formats/identity.md. Own body, other party, other body, anonymous:
// s see, k may know of, - nothing.
TEST_CASE("who may see what is this table") {
  const std::map<std::string, std::string> expected = {
      {"organisation", "ssss"},   {"account", "s---"},         {"grant", "s---"},
      {"public dataset", "ssss"}, {"private dataset", "ss--"}, {"draft", "s---"},
      {"import", "s---"},         {"draft request", "s---"},   {"request", "ss--"},
      {"agreement", "sskk"},      {"rehearsal", "s---"},       {"access record", "ss--"},
      {"log entry", "ssss"},
  };
  REQUIRE(expected.size() == kObjectKindCount);
  for (std::size_t kind = 0; kind < kObjectKindCount; ++kind) {
    std::string row;
    for (std::size_t side = 0; side < kSideCount; ++side) {
      const Sight sight = SightOf(static_cast<ObjectKind>(kind), static_cast<Side>(side));
      row += sight == Sight::kSee ? 's' : sight == Sight::kKnowOf ? 'k' : '-';
    }
    const std::string name(NameOf(static_cast<ObjectKind>(kind)));
    CAPTURE(name);
    REQUIRE(expected.contains(name));
    REQUIRE(row == expected.at(name));
  }
}

TEST_CASE("nobody further away sees more") {
  for (std::size_t kind = 0; kind < kObjectKindCount; ++kind) {
    for (std::size_t side = 1; side < kSideCount; ++side) {
      REQUIRE(SightOf(static_cast<ObjectKind>(kind), static_cast<Side>(side)) <=
              SightOf(static_cast<ObjectKind>(kind), static_cast<Side>(side - 1)));
    }
  }
}

TEST_CASE("what must not be known of is answered like what does not exist") {
  const base::Error hidden = RequireSight(ObjectKind::kRequest, Side::kOtherBody).error();
  const base::Error absent = Absent().error();
  REQUIRE(hidden.code == base::ErrorCode::kNotFound);
  REQUIRE(hidden.code == absent.code);
  REQUIRE(hidden.Text() == absent.Text());
  REQUIRE(RequireSight(ObjectKind::kRequest, Side::kOtherParty).has_value());
  REQUIRE(RequireSight(ObjectKind::kAgreement, Side::kAnonymous).error().code ==
          base::ErrorCode::kForbidden);
}

}  // namespace identity
