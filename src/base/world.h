// The world behind one door: time, randomness and files.
//
// Whoever needs one of them is given a World&. The real one asks the machine (real_world.h); its
// simulated twin (simulated_world.h) keeps files in memory, moves its clock when told, and can
// crash: then everything that was not synced is gone. So a test can ask "what if the machine stops
// here?" of every line that writes. Nothing in the house touches a file in any other way, with two
// exceptions: SQLite's own file layer, which the simulation replaces by one over World, and the
// worker processes, whose files are synced through here before anybody is told of them.
//
// Promises of a file system, and no more than these:
//  - WriteAt and Truncate change what later reads see at once, and the disk at some time or never.
//  - File::Sync makes the file's bytes and size durable, not its name.
//  - SyncFolder makes names in that folder durable: files made, renamed and removed there.
//  - Rename is atomic for readers; after a crash the name shows the old file or the new one.
//
// Thread safety: a World, its Clock, Randomness and Files may be used from any thread. A File or
// Mapping may be used from any thread, but concurrent writes to one File are ordered by its user.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace base {

// Limits on what a caller may ask of the file system at once.
inline constexpr std::size_t kMaxFolderEntries = 1'000'000;
inline constexpr std::uint64_t kMaxWholeFileBytes = 1ULL << 30U;

class Clock {
 public:
  virtual ~Clock() = default;
  // The time of day; it may jump either way.
  virtual Instant Now() = 0;
  // Microseconds since some moment; never goes back.
  virtual std::int64_t MonotonicMicroseconds() = 0;
};

class Randomness {
 public:
  virtual ~Randomness() = default;
  // `count` bytes that nobody can foretell (the simulated twin's can: they follow from its seed).
  virtual std::string Bytes(std::size_t count) = 0;
};

class File {
 public:
  virtual ~File() = default;
  // Fills `into` from `offset` on; returns how many bytes there were, fewer only at the end.
  virtual Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) = 0;
  // Writes all of `bytes`, growing the file where needed, or fails. After a failure an unknown part
  // of them is written. kStorageFull when there is no room.
  virtual Result<void> WriteAt(std::uint64_t offset, std::string_view bytes) = 0;
  virtual Result<void> Truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> Size() = 0;
  virtual Result<void> Sync() = 0;
  // Takes the file's one lock for this open file, without waiting. False: somebody else holds it.
  // The lock goes with the File, or with the process, however it ends.
  virtual Result<bool> TryLock() = 0;
};

// A file's bytes, seen in memory. Valid as long as this lives; the file must not shrink meanwhile.
class Mapping {
 public:
  virtual ~Mapping() = default;
  [[nodiscard]] virtual std::string_view bytes() const = 0;
};

enum class OpenMode : unsigned char {
  kRead,       // must exist
  kReadWrite,  // must exist
  kCreate,     // for reading and writing; made empty if it is not there
  kCreateNew,  // for reading and writing; must not exist
};

struct FileStatus {
  std::uint64_t size = 0;
  bool is_folder = false;
};

class Files {
 public:
  virtual ~Files() = default;
  // New files can be read and written by the owner alone. kNotFound when the file is not there.
  virtual Result<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) = 0;
  virtual Result<std::unique_ptr<Mapping>> MapReadOnly(std::string_view path) = 0;
  // Nothing when there is no such file or folder.
  virtual Result<std::optional<FileStatus>> Status(std::string_view path) = 0;
  // Names in a folder, sorted; at most kMaxFolderEntries.
  virtual Result<std::vector<std::string>> List(std::string_view folder) = 0;
  // Makes one folder; its parent must exist. Fine if it is there already.
  virtual Result<void> MakeFolder(std::string_view path) = 0;
  // Takes the place of a file that is there.
  virtual Result<void> Rename(std::string_view from, std::string_view to) = 0;
  // Removes a file or an empty folder. kNotFound when it is not there.
  virtual Result<void> Remove(std::string_view path) = 0;
  virtual Result<void> SyncFolder(std::string_view path) = 0;
};

class World {
 public:
  virtual ~World() = default;
  virtual Clock& clock() = 0;
  virtual Randomness& randomness() = 0;
  virtual Files& files() = 0;
};

// --- what is often needed, made from the above -------------------------------------------------

// The whole of a file. kTooLarge beyond `max_bytes`, whatever size the file claims.
Result<std::string> ReadWholeFile(Files& files, std::string_view path, std::uint64_t max_bytes);

// Puts a file in place so that after a crash it is there whole, or what was there before is. It
// writes to `path` + ".new", syncs, renames, syncs the folder.
Result<void> ReplaceFile(Files& files, std::string_view path, std::string_view bytes);

// Makes a folder and those above it that are missing, and makes their names durable.
Result<void> MakeFolders(Files& files, std::string_view path);

}  // namespace base
