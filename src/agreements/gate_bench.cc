// The gate's decision with a hundred thousand agreements, without the wait for the ledger.
//
// Prints one JSON object a line; bench/run gathers it. What is timed begins when an access is asked
// for and ends when the gate, having let it in, asks which versions are the newest: the next step
// is the record, which waits for the disk. The accesses are real ones of agreements at random, each
// opened in the ledger and closed again. The peer is the limit.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "agreements/testing.h"
#include "base/check.h"
#include "base/format.h"
#include "base/real_world.h"

namespace agreements {
namespace {

constexpr std::uint64_t kAgreements = 100'000;
constexpr std::size_t kAccesses = 20'000;
constexpr double kGreatestUs = 50;

std::string NumberOf(std::uint64_t agreement) {
  return base::Format("DSA-2026-{:04}", agreement + 1);
}

// Tells when it was asked.
class TimedVersions final : public VersionSource {
 public:
  explicit TimedVersions(base::Clock& clock) : clock_(clock) {}
  base::Result<std::vector<PinnedVersion>> Newest(std::string_view agreement) override {
    asked_us = clock_.MonotonicMicroseconds();
    return fixed_.Newest(agreement);
  }
  std::int64_t asked_us = 0;

 private:
  base::Clock& clock_;
  FixedVersions fixed_;
};

void Print(const std::string& name, double value) {
  std::puts(base::WriteJson(base::Json::Object({{"name", name},
                                                {"value", value},
                                                {"unit", "us"},
                                                {"goal", "p99 <= 50"},
                                                {"peer", "the limit"},
                                                {"peer_value", kGreatestUs},
                                                {"ratio", value / kGreatestUs},
                                                {"met", value <= kGreatestUs}}))
                .c_str());
}

void Run() {
  GateWorld home;
  const auto real = base::MakeRealWorld();
  base::Clock& clock = real->clock();
  TimedVersions versions(clock);
  const auto gate = Gate::Open(home.world, *home.run->store, *home.run->ledger, versions).value();
  Terms terms = home.InForce();
  for (std::uint64_t each = 0; each < kAgreements; ++each) {
    terms.number = NumberOf(each);
    gate->Put(terms);
  }
  std::vector<double> took_us;
  std::uint64_t chosen = 1;
  const identity::Principal ada = home.Ada();
  Question question = GateWorld::Ask();
  for (std::size_t access = 0; access < kAccesses; ++access) {
    chosen = (chosen * 7'919 + 104'729) % kAgreements;
    question.agreement = NumberOf(chosen);
    const std::int64_t begin_us = clock.MonotonicMicroseconds();
    const auto permit = gate->Enter(ada, question);
    CHECK(permit.has_value());
    took_us.push_back(static_cast<double>(versions.asked_us - begin_us));
  }
  std::ranges::sort(took_us);
  Print("gate.decision.100000-agreements.p99", took_us[kAccesses / 100 * 99]);
}

}  // namespace
}  // namespace agreements

int main() {
  agreements::Run();
  return 0;
}
