// The right to give data once: made by the Gate alone, after its opening is durable in the access
// log. Whatever gives governed data takes a `const Permit&`, so without one it does not compile.
//
// A Permit is move-only. It ends with Gate::Close, which says how the access went; one that is
// dropped without it is closed as failed. Its stop token is requested when the agreement stops
// flowing or its holder is shut out: from then on not a byte more may go out. The Gate outlives it.
//
// Thread safety: reading from any thread; moved and closed by one.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "identity/principal.h"

namespace agreements {

class Gate;

// A version of a dataset as an access uses it: what is newest when the gate opens stays so for the
// whole access.
struct PinnedVersion {
  std::string dataset;  // its slug
  std::uint64_t version = 0;
  bool is_public = false;
  bool is_list = false;  // of the recipient, to be compared with
};

class Permit {
 public:
  Permit(Permit&& other) noexcept;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  Permit& operator=(Permit&&) = delete;
  ~Permit();

  [[nodiscard]] const std::string& agreement() const;
  [[nodiscard]] const base::Digest& policy_digest() const;
  // The data first, then the lists.
  [[nodiscard]] const std::vector<PinnedVersion>& versions() const;
  // Of the opening leaf in the access log: the number of the receipt.
  [[nodiscard]] std::uint64_t opened_index() const;
  [[nodiscard]] std::stop_token stop() const;

 private:
  friend class Gate;
  struct Content;
  explicit Permit(std::unique_ptr<Content> content);

  std::unique_ptr<Content> content_;  // null once moved from
};

}  // namespace agreements
