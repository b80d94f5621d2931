#include "cli/progress.h"

#include <array>

#include "base/format.h"

namespace cli {
namespace {

constexpr std::int64_t kIntervalUs = 1'000'000;
constexpr double kThousand = 1'000;

}  // namespace

std::string ShownBytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits = {"kB", "MB", "GB", "TB"};
  if (static_cast<double>(bytes) < kThousand) return base::Format("{} bytes", bytes);
  double amount = static_cast<double>(bytes) / kThousand;
  std::size_t unit = 0;
  for (; amount >= kThousand && unit + 1 < kUnits.size(); ++unit) amount /= kThousand;
  return base::Format("{:.1f} {}", amount, kUnits[unit]);
}

Progress::Progress(const CommandContext& context)
    : context_(context), last_us_(context.world.clock().MonotonicMicroseconds()) {}

void Progress::Tell(std::string_view doing, std::uint64_t done, std::uint64_t total) {
  const std::int64_t now_us = context_.world.clock().MonotonicMicroseconds();
  if (now_us - last_us_ < kIntervalUs) return;
  last_us_ = now_us;
  context_.terminal.error(
      total == 0 ? base::Format("{}: {}\n", doing, ShownBytes(done))
                 : base::Format("{}: {} of {}\n", doing, ShownBytes(done), ShownBytes(total)));
}

}  // namespace cli
