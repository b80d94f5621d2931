// What may stand in a leaf, enforced by types: a closed table of kinds, and fields that cannot hold
// free text. See docs/formats/leaves.md.
//
// A LeafDraft is filled with the fields of its kind and written as canonical JSON once the outbox
// has given its number. A field that the kind does not have, or one that is missing, is our own
// mistake (CHECK). Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/event_log.h"
#include "base/json.h"
#include "base/time.h"
#include "ledger/note.h"
#include "storage/outbox.h"

namespace ledger {

enum class LeafKind : unsigned char {
  kHomeCreated,
  kKeyCreated,
  kKeyRotated,
  kOrganisationCreated,
  kRoleGranted,
  kRoleWithdrawn,
  kTokenCreated,
  kTokenWithdrawn,
  kPersonDisabled,
  kAccessOpened,
  kAccessOpenedPrivate,  // of a dataset that is not public
  kAccessClosed,
  kAccessRefused,
  kAccessRehearsed,
  kAccessRehearsedPrivate,  // of a dataset that is not public
  kDatasetPublished,
  kPrivateDatasetPublished,
  kRequestRejected,
  kAgreementApproved,
  kAgreementCountersigned,
  kAgreementChanged,
  kTextRemoved,
  kHomeRestored,
};

// "DSR-2026-0001" or "DSA-2026-0041": what a request or an agreement is called in public.
bool IsPublicNumber(std::string_view text);

// The log that leaves of a kind go to.
storage::LogName LogOf(LeafKind kind);

class LeafDraft {
 public:
  explicit LeafDraft(LeafKind kind) : kind_(kind) {}

  LeafDraft& Code(base::Literal field, base::Literal word);
  LeafDraft& Number(base::Literal field, std::uint64_t number);  // at most 2^53 - 1
  LeafDraft& Flag(base::Literal field, bool flag);
  LeafDraft& Digest(base::Literal field, const base::Digest& digest);
  LeafDraft& Origin(base::Literal field, std::string_view origin);        // IsOrigin
  LeafDraft& Key(base::Literal field, const VerifierKey& key);            // its name IsOrigin
  LeafDraft& Slug(base::Literal field, std::string_view slug);            // base::IsSlug
  LeafDraft& PublicNumber(base::Literal field, std::string_view number);  // IsPublicNumber

  [[nodiscard]] LeafKind kind() const { return kind_; }

  // The leaf's bytes. Its time is cut to the second, in the access log to the hour.
  [[nodiscard]] std::string Write(std::int64_t outbox_id, base::Instant now) const;

 private:
  LeafDraft& Set(base::Literal field, std::string_view type, base::Json value);

  LeafKind kind_;
  base::Json::Members members_;
};

// The outbox number inside a leaf of ours; nothing when there is none. Quick: it does not read the
// whole leaf.
std::optional<std::int64_t> OutboxIdOf(std::string_view leaf);

}  // namespace ledger
