// What the catalogue asks of the agreements, which stand on a floor above: which policies in force
// name columns that a new version would take away.
//
// Thread safety: any thread. Implementations may use the store, but not from inside a transaction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/dataset.h"

namespace catalogue {

struct LivePolicy {
  std::string agreement;             // its public number
  std::vector<std::string> columns;  // those among the named that it rests on
};

class LivePolicies {
 public:
  virtual ~LivePolicies() = default;

  // The policies of agreements that are active or suspended and name one of these columns.
  virtual base::Result<std::vector<LivePolicy>> Naming(const DatasetId& dataset,
                                                       std::span<const std::string> columns) = 0;
  // The publisher accepted that these policies lose their columns. Suspends their agreements and
  // tells their parties; called before the new version is committed, so that no policy ever meets
  // a schema that it was not made for. Whoever makes an agreement active compares its policy with
  // the newest schema once more.
  virtual base::Result<void> Suspend(std::span<const LivePolicy> policies) = 0;
};

// For a program without agreements.
class NoLivePolicies final : public LivePolicies {
 public:
  base::Result<std::vector<LivePolicy>> Naming(const DatasetId& /*dataset*/,
                                               std::span<const std::string> /*columns*/) override {
    return std::vector<LivePolicy>{};
  }
  base::Result<void> Suspend(std::span<const LivePolicy> /*policies*/) override { return {}; }
};

}  // namespace catalogue
