#include "cli/backup_command.h"

#include <map>
#include <set>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "catalogue/catalogue.h"
#include "catalogue/delta_log.h"
#include "cli/backup_manifest.h"
#include "cli/home.h"
#include "cli/program_path.h"
#include "cli/progress.h"
#include "ledger/verify.h"
#include "storage/datasets.h"
#include "storage/store_copy.h"

// The problem: a home is a store, two logs, data files, drafts and keys, and a server goes on
// writing to all of them while they are copied. Each part by itself is easy. The copy as a whole
// must be a home as it could have been after a crash at one moment: then opening it, which catches
// up after any crash, is all that a restore needs.
//
// That moment is the one at which SQLite copies the store (T): everything else is taken so that it
// fits the store of T.
//
//  1 keys           before T. Only rotate-key and the opening of a home change them, so they are
//                   compared once more at the end, and the backup is refused if they changed. The
//                   private ones are kept in memory until they are sealed: no byte of them lies in
//                   the backup otherwise, not for a moment.
//  2 checkpoints    as published before T: each covers no more than its log held at T. They show at
//                   the end that the copied logs continue what was published.
//  3 the store      T.
//  4 the logs       after T, and cut back to T. A leaf goes to its log only once its row of the
//                   outbox is committed, so at T the log held
//                     every leaf whose index the store of T knows, and
//                     no leaf whose outbox number the store of T has not given out yet.
//                   The log only grows, so what is read after T begins with the log of T. It is
//                   taken up to the first leaf whose number is new: that is at least the log of T,
//                   so no leaf that the store calls recorded is missing, and it holds no number
//                   that the restored store would give out a second time. (The log as it is would
//                   hold facts that the store does not know, and numbers that come twice; the log
//                   from before T could lack leaves that the store calls recorded.) Rows that are
//                   pending in the store of T are found in the log, or sent, when it is opened.
//                   The tree is built anew from these leaves and signed: a prefix of the log, so
//                   its checkpoint contradicts none that the home ever signed. A batch that was
//                   just being written is the torn tail that every opening cuts off.
//  5 data files     after T, those that versions of the store of T name. A data file is in place
//                   before its version is committed, and never goes while a version names it.
//                   Its name is its digest, so damage is noticed here. Delta logs are not copied:
//                   they are written from the store when the catalogue is opened.
//  6 drafts         after T. The file of one that was published or withdrawn since may be gone:
//                   then its row is taken out of the copied store, as if it had been withdrawn.
//
// Extracts can be made anew and what is in tmp goes at each start, so neither is copied. The
// manifest comes last, into a folder that gets its name when all is synced. Nothing waits for
// anybody, and the home is only read, so its lock stays with whoever holds it. The cost is one
// reading of everything and two of the logs.

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::JoinPath;
using ledger::Log;
using storage::LogName;
using storage::OutboxRepository;
using storage::Transaction;

constexpr std::size_t kTicketsAtOnce = ledger::kMaxLeavesPerCommit;
constexpr std::size_t kDatasetsAtOnce = 100;
constexpr std::size_t kMaxDrafts = 1'000'000;
constexpr std::array kLogs = {LogName::kRegister, LogName::kAccess};

// One backup. Belongs to one thread.
class Backup {
 public:
  Backup(const CommandContext& context, std::string home, std::string root, HomeSettings settings,
         const Passphrase& passphrase, const base::PasswordCost& seal_cost)
      : context_(context),
        files_(context.world.files()),
        home_(std::move(home)),
        root_(std::move(root)),
        copy_(JoinPath(root_, kBackupHomeFolder)),
        settings_(std::move(settings)),
        passphrase_(passphrase),
        seal_cost_(seal_cost),
        progress_(context) {}

  base::Result<BackupManifest> Run();

 private:
  struct StoredFile {
    std::string name;  // below the home
    base::Digest sha256;
  };

  [[nodiscard]] std::string From(std::string_view name) const { return JoinPath(home_, name); }
  [[nodiscard]] std::string To(std::string_view name) const { return JoinPath(copy_, name); }
  base::Result<void> Copy(const std::string& name);
  base::Result<void> ReadKeys();
  base::Result<void> ReadyStore();
  base::Result<void> CheckKeys();
  base::Result<void> CopyCheckpoints();
  base::Result<void> CopyLog(LogName name);
  base::Result<void> FillLog(Log& log, const std::string& entries, LogName name,
                             std::uint64_t bytes);
  base::Result<std::vector<StoredFile>> ListDataFiles();
  base::Result<void> CopyDataFiles();
  base::Result<void> CopyDrafts();
  base::Result<BackupLog> VerifyLog(LogName name);
  base::Result<BackupManifest> Describe();

  const CommandContext& context_;
  base::Files& files_;
  const std::string home_;
  const std::string root_;
  const std::string copy_;
  const HomeSettings settings_;
  const Passphrase& passphrase_;
  const base::PasswordCost seal_cost_;
  HomeKeys log_keys_;
  PrivateFiles private_files_;
  Progress progress_;
  std::unique_ptr<storage::Store> store_;      // the copied one
  std::map<std::string, FileDigest> digests_;  // of what was copied as it is, by name in the home
  std::uint64_t done_bytes_ = 0;
  std::uint64_t all_bytes_ = 0;
};

base::Result<void> Backup::Copy(const std::string& name) {
  digests_[name] = TRY(CopyFile(files_, From(name), To(name), [this](std::uint64_t bytes) {
    done_bytes_ += bytes;
    progress_.Tell("copying", done_bytes_, all_bytes_);
  }));
  return {};
}

base::Result<void> Backup::ReadKeys() {
  if (!TRY(files_.Status(From(kMasterKeyName)))) {
    return base::Fail(ErrorCode::kConflict, "The home has no master key yet", From(kMasterKeyName),
                      "Serve the home once with this version of the program, then back it up.");
  }
  for (const std::string& name : TRY(files_.List(From("keys")))) {
    if (name.starts_with("next-") || name.ends_with(".new")) {
      return base::Fail(ErrorCode::kBusy, "A change of a key is under way", From("keys"),
                        "Let `rotate-key` end, or open the home once to finish it, and try again.");
    }
    const std::string place = JoinPath("keys", name);
    PrivateFile file{name, TRY(base::ReadWholeFile(files_, From(place), kMaxPrivateFileBytes))};
    digests_[place] = {file.text.size(), base::Sha256(file.text)};
    private_files_.Add(std::move(file));
  }
  log_keys_ = TRY(ReadHomeKeys(files_, home_));
  return Copy("keys.json");
}

// The copied store, of which every key opens with the master key that goes along with it.
base::Result<void> Backup::ReadyStore() {
  store_ = TRY(storage::Store::Open(context_.world, To("store"), context_.store_files));
  const auto master_key = TRY(MasterKey::Open(context_.world, home_, *store_));
  return WrapHomeKeys(files_, copy_, *store_, *master_key);
}

base::Result<void> Backup::CheckKeys() {
  for (const auto& [name, digest] : digests_) {
    if (!name.starts_with("keys")) continue;
    if (TRY(DigestOfFile(files_, From(name))) == digest) continue;
    return base::Fail(ErrorCode::kBusy, "A key was changed during the backup", From(name),
                      "Make the backup again.");
  }
  return {};
}

base::Result<void> Backup::CopyCheckpoints() {
  for (const LogName name : kLogs) {
    const std::string path = From(Format("log/{}/checkpoint", NameOf(name)));
    if (!TRY(files_.Status(path))) continue;
    TRY(CopyFile(files_, path, JoinPath(root_, Format("{}/{}", kPublishedFolder, NameOf(name)))));
  }
  return {};
}

// Step 4. The copied bytes are read like a log's own file after a crash; what is taken of them goes
// to a log of its own.
base::Result<void> Backup::CopyLog(LogName name) {
  const std::string folder = Format("log/{}", NameOf(name));
  const std::string raw = JoinPath(root_, Format("{}-being-copied", NameOf(name)));
  const std::string entries = From(JoinPath(folder, "entries"));
  const auto status = TRY(files_.Status(entries));
  if (!status) {
    return base::Fail(ErrorCode::kDamaged, "A log's file of entries is missing", entries);
  }
  TRY(CopyFile(files_, entries, raw, {}, status->size));
  const auto log = TRY(Log::Open(
      context_.world, To(folder), OriginOf(settings_.origin, name),
      TRY(base::SigningKey::FromSeed(log_keys_.of(name).back().key.seed())),
      PublicKeysOf(log_keys_, settings_.origin, name),
      [](std::uint64_t, std::string_view, const ledger::Hash&) { return base::Result<void>{}; }));
  TRY(FillLog(*log, raw, name, status->size));
  TRY(log->Publish());
  return files_.Remove(raw);
}

// `bytes`: of the entries, for those who wait.
base::Result<void> Backup::FillLog(Log& log, const std::string& entries, LogName name,
                                   std::uint64_t bytes) {
  std::uint64_t least_size = 0;
  std::int64_t next_id = 0;
  TRY(store_->Read([&](Transaction& transaction) -> base::Result<void> {
    least_size = TRY(OutboxRepository(transaction).LeastLogSize(name));
    next_id = TRY(OutboxRepository(transaction).NextId(name));
    return {};
  }));
  std::vector<Log::Ticket> tickets;
  const auto wait = [&]() -> base::Result<void> {
    for (const Log::Ticket& ticket : std::exchange(tickets, {})) TRY(log.Wait(ticket));
    return {};
  };
  bool is_over = false;
  std::uint64_t taken = 0;
  const auto take = [&](std::uint64_t, std::string_view leaf,
                        const ledger::Hash&) -> base::Result<void> {
    is_over = is_over || ledger::OutboxIdOf(leaf).value_or(0) >= next_id;
    if (is_over) return {};
    tickets.push_back(log.Submit(std::string(leaf)));
    taken += leaf.size();
    progress_.Tell(Format("copying the {} log", NameOf(name)), taken, bytes);
    return tickets.size() < kTicketsAtOnce ? base::Result<void>{} : wait();
  };
  TRY(ledger::EntriesFile::Open(files_, entries, least_size, take));
  TRY(wait());
  if (log.size() >= least_size) return {};
  return base::Fail(ErrorCode::kDamaged, "The store and the log are not of the same home",
                    From(Format("log/{}/entries", NameOf(name))));
}

base::Result<std::vector<Backup::StoredFile>> Backup::ListDataFiles() {
  std::vector<StoredFile> found;
  for (std::string after;;) {
    std::vector<storage::DatasetRow> rows;
    TRY(store_->Read([&](Transaction& transaction) -> base::Result<void> {
      rows = TRY(storage::DatasetRepository(transaction).ListAll(after, kDatasetsAtOnce));
      for (const storage::DatasetRow& row : rows) {
        const auto digests = TRY(
            storage::VersionRepository(transaction).DataDigests(row.id, catalogue::kMaxVersions));
        for (const base::Digest& each : std::set(digests.begin(), digests.end())) {
          found.push_back({Format("data/{}/{}", row.slug, catalogue::DataFileName(each)), each});
        }
      }
      return {};
    }));
    if (rows.size() < kDatasetsAtOnce) return found;
    after = rows.back().id.Text();
  }
}

base::Result<void> Backup::CopyDataFiles() {
  const std::vector<StoredFile> all = TRY(ListDataFiles());
  for (const StoredFile& each : all) {
    const auto status = TRY(files_.Status(From(each.name)));
    if (!status) {
      return base::Fail(ErrorCode::kDamaged, "The data file of a version is missing",
                        From(each.name));
    }
    all_bytes_ += status->size;
  }
  for (const StoredFile& each : all) {
    TRY(Copy(each.name));
    if (digests_[each.name].sha256 == each.sha256) continue;
    return base::Fail(ErrorCode::kDamaged, "A data file is not what its version says",
                      From(each.name));
  }
  return {};
}

base::Result<void> Backup::CopyDrafts() {
  std::vector<storage::DraftId> drafts;
  TRY(store_->Read([&](Transaction& transaction) -> base::Result<void> {
    drafts = TRY(storage::DraftRepository(transaction).Ended(base::Instant{INT64_MAX}, kMaxDrafts));
    return {};
  }));
  for (const storage::DraftId& each : drafts) {
    const std::string name = Format("drafts/{}", each.Text());
    // One that is read to its end is whole: a draft's file is removed, never changed.
    const auto copied = Copy(name);
    if (copied) continue;
    if (copied.error().code != ErrorCode::kNotFound) return base::Fail(copied.error());
    TRY(store_->Write([&](Transaction& transaction) {
      return storage::DraftRepository(transaction).Remove(each);
    }));
  }
  return {};
}

base::Result<BackupLog> Backup::VerifyLog(LogName name) {
  ledger::VerifyRequest request;
  request.keys = TRY(ledger::ParseKeyList(
      TRY(base::ReadWholeFile(files_, To("keys.json"), ledger::kMaxKeyListBytes))));
  request.log_folder = To(Format("log/{}", NameOf(name)));
  const std::string published = JoinPath(root_, Format("{}/{}", kPublishedFolder, NameOf(name)));
  if (TRY(files_.Status(published))) request.since_path = published;
  const auto report = ledger::Verify(files_, request);
  if (!report) {
    base::Error error = report.error();
    error.remedy = "The home itself may be damaged: run `tabularium verify` on its log.";
    return base::Fail(std::move(error));
  }
  return BackupLog{report->checkpoint->size, report->checkpoint->root};
}

base::Result<BackupManifest> Backup::Describe() {
  BackupManifest manifest{settings_.origin, context_.world.clock().Now(), {}, {}};
  for (const LogName name : kLogs) {
    manifest.logs[static_cast<std::size_t>(name)] = TRY(VerifyLog(name));
  }
  const std::string in_home = Format("{}/", kBackupHomeFolder);
  for (const std::string& name : TRY(ListTree(files_, root_)).files) {
    const auto known =
        name.starts_with(in_home) ? digests_.find(name.substr(in_home.size())) : digests_.end();
    const FileDigest digest =
        known != digests_.end() ? known->second : TRY(DigestOfFile(files_, JoinPath(root_, name)));
    manifest.files.push_back({name, digest});
  }
  return manifest;
}

base::Result<BackupManifest> Backup::Run() {
  TRY(Copy("home.json"));
  TRY(ReadKeys());
  TRY(CopyCheckpoints());
  context_.terminal.error("copying the store\n");
  // Milestone: the moment that the backup is of.
  TRY(storage::CopyStore(context_.world, From("store"), To("store"), context_.store_files));
  TRY(ReadyStore());
  for (const LogName name : kLogs) TRY(CopyLog(name));
  TRY(CopyDataFiles());
  TRY(CopyDrafts());
  store_.reset();  // what is beside its file goes into it
  TRY(CheckKeys());
  TRY(WriteSealedKeys(context_.world, root_, settings_.origin, private_files_, passphrase_,
                      seal_cost_));
  context_.terminal.error("verifying both logs\n");
  BackupManifest manifest = TRY(Describe());
  TRY(WriteManifest(files_, root_, manifest));
  return manifest;
}

base::Result<BackupManifest> MakeBackup(const CommandContext& context,
                                        const BackupOptions& options) {
  base::Files& files = context.world.files();
  const Passphrase passphrase = TRY(ReadPassphrase(context, options.passphrase));
  HomeSettings settings = TRY(ReadHomeSettings(files, options.home));
  const std::string home = TRY(AbsolutePath(options.home)) + "/";
  if ((TRY(AbsolutePath(options.destination)) + "/").starts_with(home)) {
    return base::Fail(ErrorCode::kInvalid, "The backup would lie within the home itself",
                      options.destination, "Name a folder elsewhere, best on another disk.");
  }
  const auto folder = TRY(FreshFolder::Begin(files, options.destination, "DESTINATION"));
  BackupManifest manifest = TRY(Backup(context, options.home, folder->path(), std::move(settings),
                                       passphrase, options.seal_cost)
                                    .Run());
  TRY(folder->Finish());
  return manifest;
}

}  // namespace

int RunBackup(const CommandContext& context, const BackupOptions& options) {
  const auto made = MakeBackup(context, options);
  if (!made) return TellError(context.terminal, made.error());
  context.terminal.error(
      "WARNING: all that the home knows of people and its data lie in this backup NOT ENCRYPTED.\n"
      "Encrypt it before it leaves this machine. The private keys are in keys.sealed, encrypted "
      "by\n"
      "the passphrase: without it there is no restore. Keep it elsewhere than the backup.\n");
  if (options.json) {
    context.terminal.out(
        base::WriteJson(base::Json::Object({{"backup", base::Json::Repaired(options.destination)},
                                            {"made", made->made.Text()},
                                            {"files", made->files.size()},
                                            {"bytes", made->Bytes()},
                                            {"register_size", made->logs[0].size},
                                            {"access_size", made->logs[1].size}})) +
        "\n");
    return kExitWell;
  }
  context.terminal.out(Format(
      "backed up {} to {}: {} files, {}\nregister log: {} entries; access log: {} entries; both "
      "verified\n",
      made->origin, options.destination, made->files.size(), ShownBytes(made->Bytes()),
      made->logs[0].size, made->logs[1].size));
  return kExitWell;
}

}  // namespace cli
