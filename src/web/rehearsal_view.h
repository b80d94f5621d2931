// A rehearsal on the page of the one who decides: what would leave, value by value and row by row.
//
// The server keeps nothing of a rehearsal but its entry in the access log. So that a decision can
// be mended without rehearsing anew, the page carries the counts along in its form, sealed with the
// secret of the session: what comes back is shown only when it is what this server told this
// session of this request. Small counts are veiled before they are written anywhere.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy.h"
#include "base/json.h"
#include "exchange/rehearsal.h"
#include "web/policy_words.h"
#include "web/texts.h"

namespace web {

// Of what a rehearsal is: a request as it was sent.
struct RehearsedRequest {
  std::string number;
  std::uint64_t revision = 0;
};

struct CarriedRehearsal {
  std::string text;  // JSON
  std::string seal;  // HMAC-SHA-256, hex
};

// Nothing: between 1 and 9.
using ShownCount = std::optional<std::uint64_t>;

// What the page shows of a rehearsal.
struct ShownRehearsal {
  std::uint64_t entry = 0;  // of the access log
  std::uint64_t version = 0;
  std::uint64_t rows = 0;
  std::vector<ShownCount> after_step;
  ShownCount matched;
  std::vector<ShownCount> left_empty;  // by the columns that are given, in the policy's order
  bool has_list = false;
  ShownCount list_entries;

  friend bool operator==(const ShownRehearsal&, const ShownRehearsal&) = default;
};

ShownRehearsal Shown(const exchange::RequestRehearsal& rehearsal);

CarriedRehearsal Sealed(const ShownRehearsal& rehearsal, const RehearsedRequest& request,
                        std::string_view session_secret);
// Nothing for what Sealed did not make of this request in this session.
std::optional<ShownRehearsal> Opened(const CarriedRehearsal& carried,
                                     const RehearsedRequest& request,
                                     std::string_view session_secret);

// "4,212", "fewer than 10"
std::string CountText(const ShownCount& count, const Texts& texts);

// What the template `dry_run` needs, as its member `dry_run`. `latest` is the newest version of the
// data: a rehearsal of another is said to be old.
base::Json DryRunJson(const ShownRehearsal& rehearsal, const agreements::Policy& policy,
                      const PolicySources& sources, std::uint64_t latest, const Texts& texts);

}  // namespace web
