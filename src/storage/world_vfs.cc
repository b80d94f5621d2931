#include "storage/world_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/bytes.h"
#include "base/format.h"

namespace storage {
namespace {

constexpr int kMaxPathBytes = 512;
constexpr double kMicrosecondsPerDay = 86'400e6;
constexpr double kJulianDayOf1970 = 2440587.5;

base::World& WorldOf(sqlite3_vfs* vfs) { return *static_cast<base::World*>(vfs->pAppData); }

// SQLite allocates this much for each open file and fills the first member.
struct OpenFile {
  sqlite3_file head{};
  std::unique_ptr<base::File> file;
  base::World* world = nullptr;
  std::string path;
  bool name_is_durable = false;
  bool removed_on_close = false;
};

OpenFile& Self(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }

int CodeOf(const base::Error& error, int otherwise) {
  return error.code == base::ErrorCode::kStorageFull ? SQLITE_FULL : otherwise;
}

int Close(sqlite3_file* file) {
  OpenFile& self = Self(file);
  if (self.removed_on_close) static_cast<void>(self.world->files().Remove(self.path));
  self.~OpenFile();
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  const std::span<char> bytes(static_cast<char*>(into), static_cast<std::size_t>(count));
  const auto got = Self(file).file->ReadAt(static_cast<std::uint64_t>(offset), bytes);
  if (!got) return SQLITE_IOERR_READ;
  if (*got == bytes.size()) return SQLITE_OK;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(*got), bytes.end(), '\0');
  return SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
  const auto done = Self(file).file->WriteAt(static_cast<std::uint64_t>(offset), bytes);
  return done ? SQLITE_OK : CodeOf(done.error(), SQLITE_IOERR_WRITE);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const auto done = Self(file).file->Truncate(static_cast<std::uint64_t>(size));
  return done ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

// The first sync of a file makes its name durable too, as SQLite's own layer does.
int Sync(sqlite3_file* file, int) {
  OpenFile& self = Self(file);
  if (!self.file->Sync()) return SQLITE_IOERR_FSYNC;
  if (self.name_is_durable) return SQLITE_OK;
  if (!self.world->files().SyncFolder(base::ParentOf(self.path))) return SQLITE_IOERR_DIR_FSYNC;
  self.name_is_durable = true;
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  const auto got = Self(file).file->Size();
  if (!got) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(*got);
  return SQLITE_OK;
}

int Lock(sqlite3_file*, int) { return SQLITE_OK; }
int Unlock(sqlite3_file*, int) { return SQLITE_OK; }
int CheckReservedLock(sqlite3_file*, int* held) {
  *held = 0;
  return SQLITE_OK;
}
int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return 512; }
int DeviceCharacteristics(sqlite3_file*) { return 0; }

constexpr sqlite3_io_methods kMethods = {1,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* self = new (file) OpenFile;  // tidy: allow raw-memory because SQLite owns the place
  self->world = &WorldOf(vfs);
  self->path = name != nullptr
                   ? std::string(name)
                   : "sqlite-temporary-" + base::HexEncode(self->world->randomness().Bytes(8));
  self->removed_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
  auto opened = self->world->files().Open(
      self->path, create ? base::OpenMode::kCreate : base::OpenMode::kReadWrite);
  if (!opened) {
    self->~OpenFile();
    file->pMethods = nullptr;
    return SQLITE_CANTOPEN;
  }
  self->file = std::move(*opened);
  self->head.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  base::Files& files = WorldOf(vfs).files();
  const auto removed = files.Remove(name);
  if (!removed) {
    return removed.error().code == base::ErrorCode::kNotFound ? SQLITE_IOERR_DELETE_NOENT
                                                              : SQLITE_IOERR_DELETE;
  }
  if (sync_folder != 0 && !files.SyncFolder(base::ParentOf(name))) return SQLITE_IOERR_DIR_FSYNC;
  return SQLITE_OK;
}

int Access(sqlite3_vfs* vfs, const char* name, int, int* there) {
  const auto status = WorldOf(vfs).files().Status(name);
  if (!status) return SQLITE_IOERR_ACCESS;
  *there = status->has_value() ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int capacity, char* path) {
  const std::size_t length = std::strlen(name) + 1;
  if (length > static_cast<std::size_t>(capacity)) return SQLITE_CANTOPEN;
  std::copy_n(name, length, path);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs* vfs, int count, char* into) {
  const std::string bytes = WorldOf(vfs).randomness().Bytes(static_cast<std::size_t>(count));
  std::copy(bytes.begin(), bytes.end(), into);
  return count;
}

int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

int CurrentTime(sqlite3_vfs* vfs, double* julian_day) {
  *julian_day = kJulianDayOf1970 +
                static_cast<double>(WorldOf(vfs).clock().Now().microseconds) / kMicrosecondsPerDay;
  return SQLITE_OK;
}

int GetLastError(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

struct WorldVfs::Registration {
  std::string name;
  sqlite3_vfs vfs{};
};

WorldVfs::WorldVfs(base::World& world) : registration_(std::make_unique<Registration>()) {
  Registration& made = *registration_;
  made.name = base::Format("world-{}", static_cast<const void*>(&made));
  made.vfs.iVersion = 1;
  made.vfs.szOsFile = sizeof(OpenFile);
  made.vfs.mxPathname = kMaxPathBytes;
  made.vfs.zName = made.name.c_str();
  made.vfs.pAppData = &world;
  made.vfs.xOpen = Open;
  made.vfs.xDelete = Delete;
  made.vfs.xAccess = Access;
  made.vfs.xFullPathname = FullPathname;
  made.vfs.xRandomness = Randomness;
  made.vfs.xSleep = Sleep;
  made.vfs.xCurrentTime = CurrentTime;
  made.vfs.xGetLastError = GetLastError;
  sqlite3_vfs_register(&made.vfs, 0);
}

WorldVfs::~WorldVfs() { sqlite3_vfs_unregister(&registration_->vfs); }

const std::string& WorldVfs::name() const { return registration_->name; }

}  // namespace storage
