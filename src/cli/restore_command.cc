#include "cli/restore_command.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "cli/backup_manifest.h"
#include "cli/home.h"
#include "cli/progress.h"
#include "cli/restored_home.h"
#include "cli/sealed_keys.h"
#include "ledger/verify.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::JoinPath;
using storage::LogName;

constexpr const char* kForkRemedy =
    "This backup is older than what was published. A home restored from it would sign another "
    "history for the same entries, and everybody who kept that checkpoint could prove it. Restore "
    "a newer backup.";

// Copies what the manifest names, and compares every byte on its way.
base::Result<void> CopyHome(const CommandContext& context, const std::string& backup,
                            const BackupManifest& manifest, const std::string& home) {
  base::Files& files = context.world.files();
  const std::string in_home = Format("{}/", kBackupHomeFolder);
  Progress progress(context);
  std::uint64_t done = 0;
  const auto count = [&](std::uint64_t bytes) {
    done += bytes;
    progress.Tell("restoring", done, manifest.Bytes());
  };
  for (const BackupFile& each : manifest.files) {
    const std::string from = JoinPath(backup, each.name);
    const auto copied =
        each.name.starts_with(in_home)
            ? CopyFile(files, from, JoinPath(home, each.name.substr(in_home.size())), count)
            : DigestOfFile(files, from, count);
    if (copied && *copied == each.digest) continue;
    if (!copied && copied.error().code != ErrorCode::kNotFound) return base::Fail(copied.error());
    return base::Fail(
        ErrorCode::kDamaged,
        copied ? "A file of the backup is not what was written" : "A file of the backup is missing",
        from, "Use another copy of the backup; nothing was restored.");
  }
  return {};
}

// The private keys, which are looked at first: a wrong passphrase costs no copying.
base::Result<PrivateFiles> OpenKeys(base::Files& files, const std::string& backup,
                                    const BackupManifest& manifest, const Passphrase& passphrase) {
  const std::string path = JoinPath(backup, kSealedKeysName);
  const auto listed = std::ranges::find(manifest.files, kSealedKeysName, &BackupFile::name);
  if (listed == manifest.files.end()) {
    return base::Fail(ErrorCode::kDamaged, "The backup holds no private keys", path);
  }
  const auto digest = DigestOfFile(files, path);
  if (digest && *digest == listed->digest) {
    return ReadSealedKeys(files, backup, manifest.origin, passphrase);
  }
  if (!digest && digest.error().code != ErrorCode::kNotFound) return base::Fail(digest.error());
  return base::Fail(ErrorCode::kDamaged, "The keys of the backup are not what was written", path,
                    "Use another copy of the backup; nothing was restored.");
}

base::Result<void> WriteKeys(base::Files& files, const std::string& home,
                             const PrivateFiles& keys) {
  TRY(base::MakeFolders(files, JoinPath(home, "keys")));
  for (const PrivateFile& each : keys.all()) {
    TRY(base::ReplaceFile(files, JoinPath(home, JoinPath("keys", each.name)), each.text));
  }
  return {};
}

// A log of the restored home, as `verify` looks at it, with a checkpoint that it must hold.
base::Result<BackupLog> VerifyLog(base::Files& files, const std::string& home, LogName name,
                                  const std::optional<std::string>& since) {
  ledger::VerifyRequest request;
  request.keys = TRY(ledger::ParseKeyList(
      TRY(base::ReadWholeFile(files, JoinPath(home, "keys.json"), ledger::kMaxKeyListBytes))));
  request.log_folder = JoinPath(home, Format("log/{}", NameOf(name)));
  request.since_path = since;
  const auto report = TRY(ledger::Verify(files, request));
  return BackupLog{report.checkpoint->size, report.checkpoint->root};
}

base::Result<void> VerifyLogs(base::Files& files, const std::string& backup,
                              const BackupManifest& manifest, const std::string& home) {
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    const std::string published = JoinPath(backup, Format("{}/{}", kPublishedFolder, NameOf(name)));
    const bool is_there = TRY(files.Status(published)).has_value();
    const BackupLog found =
        TRY(VerifyLog(files, home, name, is_there ? std::optional(published) : std::nullopt));
    const BackupLog& said = manifest.logs[static_cast<std::size_t>(name)];
    if (found.size == said.size && found.root == said.root) continue;
    return base::Fail(ErrorCode::kUntrue, "The log is not the one that the manifest tells of",
                      JoinPath(home, Format("log/{}", NameOf(name))));
  }
  return {};
}

// A checkpoint that somebody kept names its log in its first line.
base::Result<void> CheckKept(base::Files& files, const BackupManifest& manifest,
                             const std::string& home, const std::string& path) {
  const std::string note = TRY(base::ReadWholeFile(files, path, ledger::kMaxNoteBytes));
  const std::string_view origin = std::string_view(note).substr(0, note.find('\n'));
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    if (origin != OriginOf(manifest.origin, name)) continue;
    const auto found = VerifyLog(files, home, name, path);
    if (found) return {};
    base::Error error = found.error();
    if (error.code == ErrorCode::kUntrue) error.remedy = kForkRemedy;
    return base::Fail(std::move(error));
  }
  return base::Fail(
      ErrorCode::kInvalid, "The checkpoint is of no log of this home", path,
      Format("Give one of {}/register or {}/access.", manifest.origin, manifest.origin));
}

struct Restored {
  BackupManifest manifest;
  RestoredCounts counts;
};

base::Result<Restored> Restore(const CommandContext& context, const RestoreOptions& options) {
  base::Files& files = context.world.files();
  const Passphrase passphrase = TRY(ReadPassphrase(context, options.passphrase));
  BackupManifest manifest = TRY(ReadManifest(files, options.backup));
  const PrivateFiles keys = TRY(OpenKeys(files, options.backup, manifest, passphrase));
  const auto folder = TRY(FreshFolder::Begin(files, options.home, "HOME"));
  TRY(CopyHome(context, options.backup, manifest, folder->path()));
  TRY(WriteKeys(files, folder->path(), keys));
  context.terminal.error("verifying both logs\n");
  TRY(VerifyLogs(files, options.backup, manifest, folder->path()));
  for (const std::string& path : options.checkpoint_paths) {
    TRY(CheckKept(files, manifest, folder->path(), path));
  }
  // What serve does first: the store and the logs are held against each other, and leaves that were
  // pending at the moment of the backup go to their log.
  auto home = TRY(Home::Open(context.world, folder->path(), context.store_files));
  const RestoredCounts counts = TRY(RecordRestore(context.world, *home, manifest));
  TRY(home->Publish());
  home.reset();  // what is beside the store's file goes into it, before the home has its name
  TRY(folder->Finish());
  return Restored{std::move(manifest), counts};
}

void TellRestored(Terminal& terminal, const RestoreOptions& options, const Restored& restored) {
  const BackupManifest& manifest = restored.manifest;
  terminal.out(Format(
      "restored {} to {}, as it was at {}: {} files, {}\nregister log: {} entries; access log: {} "
      "entries; both verified\n",
      manifest.origin, options.home, manifest.made.Text(), manifest.files.size(),
      ShownBytes(manifest.Bytes()), manifest.logs[0].size, manifest.logs[1].size));
  terminal.out(
      Format("{} agreements in force were suspended, {} tokens withdrawn, and all sessions and\n"
             "one-time links ended; the register log tells of it.\n",
             restored.counts.agreements, restored.counts.tokens));
  terminal.out(
      "Before you serve it:\n"
      "- Roles and accounts are as they were then: what was withdrawn or disabled since, do "
      "again.\n"
      "- Approvers of each owner resume their agreements, after a look at what has stopped since.\n"
      "- Never serve it beside the old home: both would sign the same log.\n");
  if (!options.checkpoint_paths.empty()) {
    terminal.out("- The logs hold every checkpoint that you named.\n");
    return;
  }
  terminal.out(
      "- If anybody holds a newer checkpoint than these logs, serving this home forks its "
      "history,\n"
      "  and they can prove it. Ask them, and restore with --checkpoint FILE for each.\n");
}

}  // namespace

int RunRestore(const CommandContext& context, const RestoreOptions& options) {
  const auto restored = Restore(context, options);
  if (!restored) return TellError(context.terminal, restored.error());
  if (!options.json) {
    TellRestored(context.terminal, options, *restored);
    return kExitWell;
  }
  context.terminal.out(
      base::WriteJson(base::Json::Object({{"home", base::Json::Repaired(options.home)},
                                          {"made", restored->manifest.made.Text()},
                                          {"files", restored->manifest.files.size()},
                                          {"bytes", restored->manifest.Bytes()},
                                          {"register_size", restored->manifest.logs[0].size},
                                          {"access_size", restored->manifest.logs[1].size},
                                          {"agreements_suspended", restored->counts.agreements},
                                          {"tokens_withdrawn", restored->counts.tokens},
                                          {"checkpoints", options.checkpoint_paths.size()}})) +
      "\n");
  return kExitWell;
}

}  // namespace cli
