#include "identity/visibility.h"

#include <array>

namespace identity {
namespace {

struct Row {
  ObjectKind kind;
  std::string_view name;
  std::array<Sight, kSideCount> sights;  // own body, other party, other body, anonymous
};

constexpr Sight kNo = Sight::kNothing;
constexpr Sight kKnow = Sight::kKnowOf;
constexpr Sight kSee = Sight::kSee;

constexpr std::array kRows = {
    Row{ObjectKind::kOrganisation, "organisation", {kSee, kSee, kSee, kSee}},
    Row{ObjectKind::kAccount, "account", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kGrant, "grant", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kPublicDataset, "public dataset", {kSee, kSee, kSee, kSee}},
    Row{ObjectKind::kPrivateDataset, "private dataset", {kSee, kSee, kNo, kNo}},
    Row{ObjectKind::kDraft, "draft", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kImport, "import", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kRequestDraft, "draft request", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kRequest, "request", {kSee, kSee, kNo, kNo}},
    Row{ObjectKind::kAgreement, "agreement", {kSee, kSee, kKnow, kKnow}},
    Row{ObjectKind::kRehearsal, "rehearsal", {kSee, kNo, kNo, kNo}},
    Row{ObjectKind::kAccessRecord, "access record", {kSee, kSee, kNo, kNo}},
    Row{ObjectKind::kLogEntry, "log entry", {kSee, kSee, kSee, kSee}},
};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  }
  return kRows.size() == kObjectKindCount;
}
static_assert(InOrder(), "kRows must hold each ObjectKind once, in order");

}  // namespace

Sight SightOf(ObjectKind kind, Side side) {
  return kRows[static_cast<std::size_t>(kind)].sights[static_cast<std::size_t>(side)];
}

std::string_view NameOf(ObjectKind kind) { return kRows[static_cast<std::size_t>(kind)].name; }

std::unexpected<base::Error> Absent() {
  return base::Fail(base::ErrorCode::kNotFound, "There is no such thing here");
}

base::Result<void> RequireSight(ObjectKind kind, Side side) {
  switch (SightOf(kind, side)) {
    case Sight::kSee:
      return {};
    case Sight::kKnowOf:
      return base::Fail(base::ErrorCode::kForbidden, "Only its public entry may be seen");
    case Sight::kNothing:
      break;
  }
  return Absent();
}

}  // namespace identity
