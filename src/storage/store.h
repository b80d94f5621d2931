// The store: what must survive a crash and is not a log or a data file, in one SQLite file.
//
// Write() gives a Transaction to a function; what the function did through the repositories
// (outbox.h …) is durable when Write returns well, and not there at all when it returns an error;
// with one exception: after kUnavailable, an error of the disk, nobody knows, and the store takes
// nothing more until it is opened again. Many callers share one sync: each function runs in a
// savepoint of its own inside one SQLite transaction, so one caller's error undoes nothing of
// another's. Read() sees the last committed state.
//
// There is no way to reach SQL from outside this folder: a Transaction opens nothing by itself, and
// the repositories have narrow methods.
//
// Thread safety: Write and Read from any thread; both block. The function given to them must not
// call the store again and must not keep the Transaction.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/group_commit.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"

namespace storage {

class Database;
class Repository;
class WorldVfs;

// Limits of the store.
inline constexpr std::size_t kMaxWritesPerCommit = 1'024;
inline constexpr std::size_t kReadConnections = 4;

// From this format of the tables on, keys stand in the store wrapped alone. Copies that were made
// before a change of tables may hold older ones.
inline constexpr int kWrappedKeysFormat = 9;

// The right to use the repositories, for the time of one Write or Read.
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

 private:
  friend class Store;
  friend class OutboxRepository;
  friend class Repository;  // repository.h: what all newer repositories are made from
  explicit Transaction(Database& database) : database_(database) {}
  Database& database_;
};

enum class StoreFiles : unsigned char {
  kSystem,  // SQLite's own file layer
  kWorld,   // the World's files, one connection: for simulated crashes
};

class Store {
 public:
  using Change = std::function<base::Result<void>(Transaction&)>;

  // Opens or makes `folder`/tabularium.sqlite and brings its tables up to date; before a change of
  // tables a copy of the file is made beside it. kNewerFormat when a newer version of the program
  // wrote it, kDamaged when it is no database.
  static base::Result<std::unique_ptr<Store>> Open(base::World& world, const std::string& folder,
                                                   StoreFiles files);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  base::Result<void> Write(Change change);
  base::Result<void> Read(const Change& look);
  // Sees to it that no value that was overwritten or deleted is left in the store's files: they are
  // overwritten where they stood, and the log of changes is emptied. kBusy while somebody reads.
  base::Result<void> ForgetOverwritten();

 private:
  struct Pending {
    Change* change = nullptr;
    base::Result<void> outcome;
  };

  Store(std::unique_ptr<WorldVfs> vfs, std::unique_ptr<Database> writer,
        std::vector<std::unique_ptr<Database>> readers);
  void CommitBatch(std::span<Pending* const> batch);
  static base::Result<void> RunInSavepoint(Database& database, const Change& change);

  std::unique_ptr<WorldVfs> vfs_;  // outlives the connections
  struct Writer {
    std::unique_ptr<Database> database;
    bool has_failed = false;  // a commit ended with an error of the disk
  };
  base::Guarded<Writer> writer_;
  base::Guarded<std::vector<std::unique_ptr<Database>>> readers_;  // those not in use
  const bool reads_by_writer_;
  base::GroupCommit<Pending> group_;
};

}  // namespace storage
