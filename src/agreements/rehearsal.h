// The right to count, once, what a policy would let through of one version: made by the Gate alone,
// for an approver of the owning body, after its leaf is durable in the access log. What counts
// takes a `const Rehearsal&`, so without one it does not compile. It gives no row to anybody.
//
// Move-only. Thread safety: reading from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "agreements/permit.h"

namespace agreements {

class Rehearsal {
 public:
  Rehearsal(Rehearsal&&) noexcept = default;
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;
  Rehearsal& operator=(Rehearsal&&) = delete;
  ~Rehearsal() = default;

  // The public number of the request that is to be decided.
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] const PinnedVersion& version() const { return version_; }
  // Of the commitment in the leaf, to be kept beside the counts; empty for a public dataset.
  [[nodiscard]] const std::string& salt() const { return salt_; }
  // Of the leaf in the access log.
  [[nodiscard]] std::uint64_t index() const { return index_; }

 private:
  friend class Gate;
  Rehearsal(std::string request, PinnedVersion version, std::string salt, std::uint64_t index)
      : request_(std::move(request)),
        version_(std::move(version)),
        salt_(std::move(salt)),
        index_(index) {}

  std::string request_;
  PinnedVersion version_;
  std::string salt_;
  std::uint64_t index_;
};

}  // namespace agreements
