#include "engine/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/format.h"
#include "engine/descriptor.h"
#include "engine/system_call_filter.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

constexpr std::string_view kNoWallRemedy =
    "Run a kernel of 5.13 or later with Landlock and seccomp (Debian 12 has both).";

std::unexpected<base::Error> NoWall(std::string_view doing, std::string_view where = {}) {
  return Fail(
      ErrorCode::kUnavailable,
      Format("A worker's sandbox could not be put up: {}: {}", doing, ::strerrordesc_np(errno)),
      std::string(where), std::string(kNoWallRemedy));
}

// --- limits -------------------------------------------------------------------------------------

// Lowers a limit for good. Where the machine's is lower already, that stays.
base::Result<void> Limit(int resource, std::uint64_t amount, const char* name) {
  const auto which = static_cast<__rlimit_resource>(resource);
  rlimit limit{};
  if (::getrlimit(which, &limit) != 0) return NoWall(Format("the limit {}", name));
  limit.rlim_max = std::min<rlim_t>(limit.rlim_max, amount);
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(which, &limit) != 0) return NoWall(Format("the limit {}", name));
  return {};
}

// RLIMIT_DATA counts what a process writes to; RLIMIT_AS would count libraries and guard pages too.
// RLIMIT_NPROC is of no use: it counts all threads of the user, so of the server as well.
// RLIMIT_CORE does not bind a core that goes to a pipe, but being no longer dumpable does, and
// shuts /proc/<pid>/mem to other processes of the same user.
base::Result<void> PutOnLimits(const SandboxPlan& plan) {
  TRY(Limit(RLIMIT_DATA, plan.memory_bytes, "of memory"));
  TRY(Limit(RLIMIT_CPU, plan.cpu_s, "of processor time"));
  TRY(Limit(RLIMIT_NOFILE, plan.open_files, "of open files"));
  TRY(Limit(RLIMIT_FSIZE, plan.written_file_bytes, "of written bytes"));
  TRY(Limit(RLIMIT_CORE, 0, "of cores"));
  ::signal(SIGXFSZ, SIG_IGN);  // the write that goes too far fails with EFBIG instead
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return NoWall("PR_SET_DUMPABLE");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return NoWall("PR_SET_NO_NEW_PRIVS");
  return {};
}

// --- Landlock -----------------------------------------------------------------------------------

// Newer than the header of Debian 12, and so written out here.
constexpr std::uint64_t kTruncate = 1ULL << 14U;     // ABI 3
constexpr std::uint64_t kDeviceIoctl = 1ULL << 15U;  // ABI 5
constexpr std::uint64_t kAllTcp = 3;                 // ABI 4: bind, connect
constexpr std::uint64_t kAllScopes = 3;              // ABI 6: abstract sockets, signals
struct LandlockRuleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriteFolder = kReadFolder | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                       LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REFER |
                                       kTruncate;

// All that an ABI knows of is handled, and so forbidden where no rule allows it.
LandlockRuleset HandledBy(int abi) {
  constexpr std::uint64_t kAbi1Files = (1ULL << 13U) - 1;
  LandlockRuleset handled{kAbi1Files, 0, 0};
  if (abi >= 2) handled.files |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) handled.files |= kTruncate;
  if (abi >= 4) handled.network = kAllTcp;
  if (abi >= 5) handled.files |= kDeviceIoctl;
  if (abi >= 6) handled.scopes = kAllScopes;
  return handled;
}

// Older kernels take a shorter struct.
std::size_t SizeFor(int abi) {
  constexpr std::size_t kField = sizeof(std::uint64_t);
  return abi >= 6 ? 3 * kField : abi >= 4 ? 2 * kField : kField;
}

class Landlock {
 public:
  static base::Result<void> PutOn(const SandboxPlan& plan) {
    const LandlockRuleset handled = HandledBy(plan.landlock_abi);
    const Descriptor ruleset(static_cast<int>(
        ::syscall(SYS_landlock_create_ruleset, &handled, SizeFor(plan.landlock_abi), 0)));
    if (ruleset.number() < 0) return NoWall("a Landlock rule set");
    const Landlock landlock(ruleset.number(), handled.files);
    for (const std::string& file : plan.readable_files) TRY(landlock.Allow(file, kReadFile));
    if (plan.profile != WorkerProfile::kParse) TRY(landlock.AllowMachineLimits());
    if (plan.writable_folder) TRY(landlock.Allow(*plan.writable_folder, kWriteFolder));
    if (::syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0) return NoWall("Landlock");
    return {};
  }

 private:
  Landlock(int ruleset, std::uint64_t handled) : ruleset_(ruleset), handled_(handled) {}

  [[nodiscard]] base::Result<void> Allow(const std::string& path, std::uint64_t rights) const {
    const Descriptor place(
        static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_PATH | O_CLOEXEC, 0)));
    if (place.number() < 0 && errno == ENOENT) {
      return Fail(ErrorCode::kNotFound, "What a worker should be granted is not there", path);
    }
    if (place.number() < 0) return NoWall("opening what is granted", path);
    const landlock_path_beneath_attr rule{rights & handled_, place.number()};
    if (::syscall(SYS_landlock_add_rule, ruleset_, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
      return NoWall("a Landlock rule", path);
    }
    return {};
  }

  // DuckDB reads the machine's limits when it opens, and ends the process if it may not. None of
  // these shows anything of another process, as /proc would.
  [[nodiscard]] base::Result<void> AllowMachineLimits() const {
    TRY(AllowIfThere("/proc/self/cgroup", kReadFile));
    TRY(AllowIfThere("/sys/fs/cgroup", kReadFolder));
    return AllowIfThere("/sys/devices/system/cpu", kReadFolder);
  }

  [[nodiscard]] base::Result<void> AllowIfThere(const std::string& path,
                                                std::uint64_t rights) const {
    auto allowed = Allow(path, rights);
    if (!allowed && allowed.error().code != ErrorCode::kNotFound) return allowed;
    return {};
  }

  int ruleset_;
  std::uint64_t handled_;
};

}  // namespace

SandboxSupport ProbeSandbox() {
  SandboxSupport support;
  const long abi =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  support.landlock_abi = static_cast<int>(std::clamp<long>(abi, 0, kNewestLandlockAbi));
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  support.seccomp = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
  return support;
}

base::Result<void> CheckSandbox(const SandboxSupport& support, const SandboxOptions& options) {
  if (options.run_without_sandbox_at_my_own_risk) return {};
  if (std::min(support.landlock_abi, options.max_landlock_abi) < 1) {
    return Fail(ErrorCode::kUnavailable, "This kernel has no Landlock, so files cannot be guarded",
                {}, std::string(kNoWallRemedy));
  }
  if (!support.seccomp) {
    return Fail(ErrorCode::kUnavailable,
                "This kernel has no seccomp filters, so sockets cannot be forbidden", {},
                std::string(kNoWallRemedy));
  }
  return {};
}

base::Result<void> PutOnSandbox(const SandboxPlan& plan) {
  // Changes nothing, and fails when there is a second thread, which the walls would leave outside.
  if (::unshare(CLONE_THREAD) != 0) return NoWall("a second thread runs");
  // No network to see at all, where we are allowed that; the filter forbids sockets anyway.
  (void)::unshare(CLONE_NEWNET);
  TRY(PutOnLimits(plan));
  if (plan.landlock_abi > 0) TRY(Landlock::PutOn(plan));
  if (plan.seccomp) TRY(PutOnFilter(plan.profile));
  return {};
}

}  // namespace engine
