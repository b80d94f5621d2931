// The one table of who may see what: kind of object x side of the asker.
//
// Handlers and tests are both made from it. What somebody may not know of is answered by Absent(),
// which is also the answer for what does not exist: same code, same words. The table says what may
// be seen at all; an act needs a role besides. Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace identity {

// What is asked for. docs/formats/identity.md says what each one is.
enum class ObjectKind : unsigned char {
  kOrganisation,
  kAccount,         // a person, a machine, their tokens
  kGrant,           // a role of an account; its leaf is public
  kPublicDataset,   // a catalogue record with its schema
  kPrivateDataset,  // the same, not shown to all
  kDraft,           // an uploaded file before it is published
  kImport,          // an import or harvest, with its report
  kRequestDraft,    // a request that was not sent yet
  kRequest,         // a request from sending to decision
  kAgreement,       // from the decision on, with its terms
  kRehearsal,       // counts that an approver of the owner saw
  kAccessRecord,    // who asked what in exact words, behind a commitment
  kLogEntry,        // a leaf, its proof, the texts beside the log
};
inline constexpr std::size_t kObjectKindCount = 13;

// The side on which the asker stands.
enum class Side : unsigned char {
  kOwnBody,     // the body that the object belongs to (of a request: the asking body)
  kOtherParty,  // the body on the other side of the request or agreement
  kOtherBody,   // any other body
  kAnonymous,
};
inline constexpr std::size_t kSideCount = 4;

enum class Sight : unsigned char {
  kNothing,  // may not know that it exists
  kKnowOf,   // the public entry: that it exists, between whom, and its state
  kSee,
};

Sight SightOf(ObjectKind kind, Side side);

// The word of a kind, as "private dataset".
std::string_view NameOf(ObjectKind kind);

// kNotFound, in the same words for what does not exist and for what must not be known of.
std::unexpected<base::Error> Absent();

// Well when the object may be seen; Absent() otherwise, kForbidden where it may be known of.
base::Result<void> RequireSight(ObjectKind kind, Side side);

}  // namespace identity
