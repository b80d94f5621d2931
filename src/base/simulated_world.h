// The World's twin for tests: files in memory, a clock that moves when told, seeded randomness,
// crashes.
//
// Every step that changes files (make, write, cut, rename, remove, sync) has a number.
// CrashBefore(n) stops the machine just before step n: that step and all later ones fail with
// kUnavailable, until Restart() brings it up again with what a disk could then hold. In the harsh
// mode that is only what was synced; in the torn mode each unsynced write may be there whole, in
// part (cut at a sector) or not at all, and the unsynced changes of a folder's names are there up
// to some point, as a seed says. A program that is right must be right for both.
//
// Also: a full disk (capacity), a disk whose sync fails, and a disk that lies, which says that it
// synced and did not (a planted mistake that crash tests must notice).
//
// Thread safety: like any World. With one thread every run of the same steps is the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/world.h"

namespace base {

enum class CrashMode : unsigned char {
  kHarsh,  // only what was synced is left
  kTorn,   // unsynced changes are left or lost as the seed says
};

class SimulatedWorld final : public World {
 public:
  explicit SimulatedWorld(std::uint64_t seed);
  ~SimulatedWorld() override;

  Clock& clock() override;
  Randomness& randomness() override;
  Files& files() override;

  // The number of steps so far.
  [[nodiscard]] std::uint64_t steps() const;
  // Crashes before the step with this number (the first step has number 0).
  void CrashBefore(std::uint64_t step);
  [[nodiscard]] bool crashed() const;
  // The machine is up again. Every File from before is dead: its calls fail.
  void Restart(CrashMode mode);

  // Bytes that all files together may hold; beyond it writes fail with kStorageFull.
  void SetCapacity(std::uint64_t bytes);
  // From now on every sync fails with kUnavailable, or none.
  void FailSyncs(bool fail);
  // From now on syncs of paths for which `fails(path)` is true fail with kUnavailable; none when
  // empty.
  void FailSyncsOf(std::function<bool(std::string_view path)> fails);
  // From now on syncs of paths for which `lies(path)` is true say "done" and do nothing;
  // none when empty.
  void LieAboutSyncs(std::function<bool(std::string_view path)> lies);

  void SetNow(Instant now);
  void Advance(std::int64_t microseconds);

 private:
  class Disk;
  class SimulatedClock;
  class SeededRandomness;
  std::shared_ptr<Disk> disk_;
  std::unique_ptr<SimulatedClock> clock_;
  std::unique_ptr<SeededRandomness> randomness_;
};

}  // namespace base
