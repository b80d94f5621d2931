#include "agreements/states.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

// The expected matrices below were written by hand from CONTRACTS and docs/formats/states.md,
// before and apart from the tables of states.cc: every state x event x part. In a cell, one letter
// for each part that may do it: q requester, o approver of the owner, c countersigner, p
// administrator of the platform, k clock; '.' where nobody may. Behind the colon, where it leads.

namespace agreements {
namespace {

constexpr std::string_view kRequestMatrix = R"(
          edit       submit      cancel      take        return     reject     approve
draft     q:draft    q:submitted q:cancelled .           .          .          .
submitted .          .           q:cancelled o:in-review .          .          .
in-review .          .           q:cancelled .           o:returned o:rejected o:accepted
returned  q:returned q:submitted q:cancelled .           .          .          .
accepted  .          .           .           .           .          .          .
rejected  .          .           .           .           .          .          .
cancelled .          .           .           .           .          .          .
)";

constexpr std::string_view kAgreementMatrix = R"(
                   countersign decline    lapse    suspend       resume   revoke    close    expire
awaiting-signature c:active    c:declined k:lapsed .             .        o:revoked .        .
declined           .           .          .        .             .        .         .        .
lapsed             .           .          .        .             .        .         .        .
active             .           .          . opk:suspended .        o:revoked c:closed k:expired
suspended          .           .          . .             o:active o:revoked c:closed k:expired
expired            .           .          .        .             .        .         .        .
revoked            .           .          .        .             .        .         .        .
closed             .           .          .        .             .        .         .        .
)";

// (state, event) -> cell
std::map<std::pair<std::string, std::string>, std::string> ReadMatrix(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  std::vector<std::string> events;
  std::istringstream head(line);
  for (std::string event; head >> event;) events.push_back(event);
  std::map<std::pair<std::string, std::string>, std::string> cells;
  while (std::getline(lines, line)) {
    std::istringstream row(line);
    std::string state;
    row >> state;
    for (const std::string& event : events) row >> cells[{state, event}];
  }
  return cells;
}

// What the code says of every part, written as a cell.
template <typename State, typename Event>
std::string CellOf(State state, Event event) {
  constexpr std::string_view kLetters = "qocpk";
  std::string parts;
  std::set<std::string> to;
  for (std::size_t part = 0; part < kParts; ++part) {
    const auto next = Next(state, event, static_cast<Part>(part));
    if (!next) continue;
    parts += kLetters[part];
    to.insert(std::string(CodeOf(*next).view()));
  }
  if (parts.empty()) return ".";
  REQUIRE(to.size() == 1);
  return parts + ":" + *to.begin();
}

template <typename State, typename Event>
void RequireMatrix(std::string_view text, std::size_t states, std::size_t events) {
  const auto matrix = ReadMatrix(text);
  REQUIRE(matrix.size() == states * events);
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t e = 0; e < events; ++e) {
      const std::string state(CodeOf(static_cast<State>(s)).view());
      const std::string event(CodeOf(static_cast<Event>(e)).view());
      CAPTURE(state);
      CAPTURE(event);
      REQUIRE(CellOf(static_cast<State>(s), static_cast<Event>(e)) == matrix.at({state, event}));
    }
  }
}

}  // namespace

TEST_CASE("requests move as the matrix says, and in no other way") {
  RequireMatrix<RequestState, RequestEvent>(kRequestMatrix, kRequestStates, kRequestEvents);
}

TEST_CASE("agreements move as the matrix says, and in no other way") {
  RequireMatrix<AgreementState, AgreementEvent>(kAgreementMatrix, kAgreementStates,
                                                kAgreementEvents);
}

TEST_CASE("what is over never moves again, and data flows in one state alone") {
  for (std::size_t s = 0; s < kAgreementStates; ++s) {
    const auto state = static_cast<AgreementState>(s);
    bool moves = false;
    for (std::size_t e = 0; e < kAgreementEvents; ++e) {
      for (std::size_t part = 0; part < kParts; ++part) {
        moves |= Next(state, static_cast<AgreementEvent>(e), static_cast<Part>(part)).has_value();
      }
    }
    REQUIRE(IsOver(state) == !moves);
    REQUIRE(Flows(state) == (CodeOf(state).view() == "active"));
  }
}

TEST_CASE("words and states lead to each other") {
  for (std::size_t s = 0; s < kRequestStates; ++s) {
    const auto state = static_cast<RequestState>(s);
    REQUIRE(ParseRequestState(CodeOf(state).view()) == state);
  }
  for (std::size_t s = 0; s < kAgreementStates; ++s) {
    const auto state = static_cast<AgreementState>(s);
    REQUIRE(ParseAgreementState(CodeOf(state).view()) == state);
  }
  REQUIRE_FALSE(ParseRequestState("active").has_value());
  REQUIRE_FALSE(ParseAgreementState("").has_value());
}

}  // namespace agreements
