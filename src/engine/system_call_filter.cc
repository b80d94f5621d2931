// Which system calls a worker needs was found by tracing and by taking calls away, on glibc 2.36
// and DuckDB 1.5.5 (docs/decisions/0006-sandboxed-workers.md). Three answers are given:
//
//  - allowed, some only with certain arguments, which the filter can see in registers;
//  - an honest errno, for what DuckDB and parsers try in good faith when they are asked for what is
//    forbidden: an error serves the caller better than a dead worker;
//  - death of the process, for all else, known or not yet invented.
//
// What lies in memory the filter cannot see. So clone3, whose flags do, is answered with ENOSYS:
// glibc falls back to clone, whose flags are in a register.
#include "engine/system_call_filter.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

struct ReleaseFilter {
  void operator()(scmp_filter_ctx filter) const { ::seccomp_release(filter); }
};
using FilterOwner = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, ReleaseFilter>;

// Collects rules; the first refusal is remembered, so that rules read as a list.
class Filter {
 public:
  Filter() : filter_(::seccomp_init(SCMP_ACT_KILL_PROCESS)) {
    good_ = filter_ != nullptr &&
            ::seccomp_attr_set(filter_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
  }

  void Allow(std::initializer_list<int> calls) { Add(SCMP_ACT_ALLOW, calls, {}); }
  void AllowIf(std::initializer_list<int> calls, std::initializer_list<scmp_arg_cmp> arguments) {
    Add(SCMP_ACT_ALLOW, calls, arguments);
  }
  void Refuse(int problem, std::initializer_list<int> calls,
              std::initializer_list<scmp_arg_cmp> arguments = {}) {
    Add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(problem)), calls, arguments);
  }
  bool Load() { return good_ && ::seccomp_load(filter_.get()) == 0; }

 private:
  void Add(std::uint32_t action, std::initializer_list<int> calls,
           std::initializer_list<scmp_arg_cmp> arguments) {
    for (const int call : calls) {
      good_ = good_ && ::seccomp_rule_add_array(filter_.get(), action, call,
                                                static_cast<unsigned>(arguments.size()),
                                                arguments.begin()) == 0;
    }
  }

  FilterOwner filter_;
  bool good_ = false;
};

scmp_arg_cmp Masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}
scmp_arg_cmp Equal(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}

// Memory that is never executable, time, randomness, locks, the end, and the socket to the server.
void AllowLife(Filter& filter) {
  filter.Allow({SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(munmap), SCMP_SYS(mremap),
                SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group),
                SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigaction),
                SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
                SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettid),
                SCMP_SYS(getpid), SCMP_SYS(close)});
  filter.AllowIf({SCMP_SYS(mmap), SCMP_SYS(mprotect)}, {Masked(2, PROT_EXEC, 0)});
  for (const int advice : {MADV_DONTNEED, MADV_FREE}) {
    filter.AllowIf({SCMP_SYS(madvise)}, {Equal(2, static_cast<std::uint64_t>(advice))});
  }
  // abort() signals its own process.
  filter.AllowIf({SCMP_SYS(tgkill)}, {Equal(0, static_cast<std::uint64_t>(::getpid()))});
  filter.Refuse(EACCES, {SCMP_SYS(ioctl), SCMP_SYS(socket), SCMP_SYS(prctl), SCMP_SYS(statfs),
                         SCMP_SYS(setpriority)});
  filter.Refuse(ENOSYS, {SCMP_SYS(clone3)});
}

// A parser may look for a catalogue or a locale: it is told no.
void RefuseFiles(Filter& filter) {
  filter.Refuse(EACCES,
                {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat),
                 SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
                 SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(getcwd), SCMP_SYS(clone)});
}

// What DuckDB needs to read files and to run threads; which files, Landlock says.
void AllowReading(Filter& filter) {
  constexpr std::uint64_t kBeyondReading =
      O_ACCMODE | O_CREAT | O_TRUNC | O_PATH | (O_TMPFILE & ~O_DIRECTORY);
  constexpr std::uint64_t kNamespaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                        CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  filter.Allow({SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat),
                SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(access), SCMP_SYS(faccessat2),
                SCMP_SYS(getcwd), SCMP_SYS(readlink), SCMP_SYS(getdents64), SCMP_SYS(sysinfo),
                SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list), SCMP_SYS(rseq)});
  filter.AllowIf({SCMP_SYS(openat)}, {Masked(2, kBeyondReading, O_RDONLY)});
  // Threads, not processes.
  filter.AllowIf({SCMP_SYS(clone)}, {Masked(0, CLONE_THREAD | kNamespaces, CLONE_THREAD)});
}

void RefuseWriting(Filter& filter) {
  for (const int mode : {O_WRONLY, O_RDWR}) {
    filter.Refuse(EACCES, {SCMP_SYS(openat)}, {Masked(2, O_ACCMODE, static_cast<unsigned>(mode))});
  }
  filter.Refuse(EACCES, {SCMP_SYS(mkdir), SCMP_SYS(unlink), SCMP_SYS(rename)});
}

// Landlock before ABI 3 does not know of truncation, and asks only for the right to read when
// O_TRUNC comes with O_RDONLY. So that pair, and truncate(2), are not among these.
void AllowWriting(Filter& filter) {
  constexpr std::uint64_t kNever = O_PATH | (O_TMPFILE & ~O_DIRECTORY);
  for (const int mode : {O_WRONLY, O_RDWR}) {
    filter.AllowIf({SCMP_SYS(openat)},
                   {Masked(2, O_ACCMODE | kNever, static_cast<unsigned>(mode))});
  }
  filter.Allow({SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
                SCMP_SYS(ftruncate), SCMP_SYS(rename), SCMP_SYS(unlink), SCMP_SYS(mkdir)});
  for (const int command : {F_SETLK, F_GETLK}) {
    filter.AllowIf({SCMP_SYS(fcntl)}, {Equal(1, static_cast<std::uint64_t>(command))});
  }
}

}  // namespace

base::Result<void> PutOnFilter(WorkerProfile profile) {
  Filter filter;
  AllowLife(filter);
  if (profile == WorkerProfile::kParse) {
    RefuseFiles(filter);
  } else {
    AllowReading(filter);
    if (profile == WorkerProfile::kTrusted) {
      AllowWriting(filter);
    } else {
      RefuseWriting(filter);
    }
  }
  if (!filter.Load()) {
    return Fail(ErrorCode::kUnavailable, "A worker's system call filter could not be put up", {},
                "Run a kernel with seccomp filters (Debian 12 has them).");
  }
  return {};
}

}  // namespace engine
