#include "cli/home.h"

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace cli {
namespace {

using base::ErrorCode;
using storage::LogName;

constexpr std::int64_t kHomeFormat = 1;
constexpr std::int64_t kMaxHomeFormat = 1'000'000;
constexpr std::string_view kSettingsName = "home.json";
constexpr std::string_view kLockName = "lock";
constexpr std::size_t kMaxSettingsBytes = 64U << 10U;
constexpr std::size_t kMaxOriginBytes =
    ledger::kMaxOriginBytes - std::string_view("/register").size();

base::Result<void> NoChange(storage::Transaction&) { return {}; }

std::string SettingsText(const HomeSettings& settings) {
  return base::WritePrettyJson(base::Json::Object({{"format", kHomeFormat},
                                                   {"origin", settings.origin},
                                                   {"demonstration", settings.demonstration}})) +
         "\n";
}

base::Result<void> CheckOrigin(const std::string& origin) {
  if (ledger::IsOrigin(origin) && origin.size() <= kMaxOriginBytes) return {};
  return base::Fail(ErrorCode::kInvalid, "The origin is no name for a log", "--origin",
                    base::Format("Use 1 to {} of the characters a-z 0-9 . - / such as "
                                 "data.ambleford.example.",
                                 kMaxOriginBytes));
}

// A home is built beside its place and renamed into it, so the place needs a name of its own.
base::Result<std::string> PlaceOf(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.empty() || name == "." || name == "..") {
    return base::Fail(ErrorCode::kInvalid, "A home needs a folder of its own", "--home",
                      "Name a folder that is not there yet, such as ./home.");
  }
  return std::string(path);
}

base::Result<void> CheckFree(base::Files& files, const std::string& path) {
  const auto status = TRY(files.Status(path));
  if (status && (!status->is_folder || !TRY(files.List(path)).empty())) {
    return base::Fail(ErrorCode::kConflict, "There is something in this place already", path,
                      "Name an empty or a new folder with --home.");
  }
  const std::string unfinished = path + ".unfinished";
  if (TRY(files.Status(unfinished))) {
    return base::Fail(ErrorCode::kConflict, "An earlier `init` did not finish", unfinished,
                      "Remove that folder and try again.");
  }
  return {};
}

}  // namespace

base::Result<HomeSettings> ReadHomeSettings(base::Files& files, const std::string& home) {
  const std::string path = base::JoinPath(home, kSettingsName);
  if (!TRY(files.Status(path))) {
    return base::Fail(ErrorCode::kNotFound, "There is no home in this folder", home,
                      "Make one with `tabularium init`, or name another folder with --home.");
  }
  const std::string text = TRY(base::ReadWholeFile(files, path, kMaxSettingsBytes));
  const auto json = base::ParseJson(text, base::kRequestJson);
  if (!json) return base::Fail(ErrorCode::kDamaged, json.error().what, path);
  base::JsonReader reader(*json, path);
  const std::int64_t format = TRY(reader.Integer("format", 1, kMaxHomeFormat));
  if (format > kHomeFormat) {
    return base::Fail(ErrorCode::kNewerFormat,
                      base::Format("The home has format {}, this program knows formats up to {}",
                                   format, kHomeFormat),
                      path);
  }
  HomeSettings settings;
  settings.origin = TRY(reader.Text("origin", {.min = 1, .max = kMaxOriginBytes}));
  settings.demonstration = TRY(reader.Bool("demonstration"));
  TRY(reader.Finish());
  if (!CheckOrigin(settings.origin)) {
    return base::Fail(ErrorCode::kDamaged, "The origin is no name for a log", path);
  }
  return settings;
}

base::Result<Home::Made> Home::Init(base::World& world, const std::string& place,
                                    const HomeSettings& settings, const HomeFounder& founder,
                                    storage::StoreFiles store_files) {
  base::Files& files = world.files();
  TRY(CheckOrigin(settings.origin));
  const std::string path = TRY(PlaceOf(place));
  TRY(CheckFree(files, path));
  const std::string unfinished = path + ".unfinished";
  std::string link = TRY(Build(world, unfinished, settings, founder, store_files));
  TRY(files.Rename(unfinished, path));
  TRY(files.SyncFolder(base::ParentOf(path)));
  return Made{TRY(Open(world, path, store_files)), std::move(link)};
}

base::Result<std::string> Home::Build(base::World& world, const std::string& path,
                                      const HomeSettings& settings, const HomeFounder& founder,
                                      storage::StoreFiles store_files) {
  base::Files& files = world.files();
  TRY(base::MakeFolders(files, base::JoinPath(path, "keys")));
  HomeKeys keys;
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    keys.of(name).push_back({base::SigningKey::Random(world.randomness()), 0, std::nullopt});
  }
  TRY(WriteHomeKeys(files, path, keys, settings.origin));
  TRY(base::ReplaceFile(files, base::JoinPath(path, kSettingsName), SettingsText(settings)));
  const auto home = TRY(Open(world, path, store_files));
  TRY(home->RecordFirstLeaves());
  identity::Directory* directory = TRY(home->OpenDirectory(founder.password_cost));
  auto founding = TRY(directory->Found(founder.organisation, founder.administrator));
  TRY(home->Publish());
  return std::move(founding.administrator.link_secret);
}

base::Result<std::unique_ptr<Home>> Home::Open(base::World& world, const std::string& path,
                                               storage::StoreFiles store_files) {
  base::Files& files = world.files();
  HomeSettings settings = TRY(ReadHomeSettings(files, path));
  auto lock = TRY(files.Open(base::JoinPath(path, kLockName), base::OpenMode::kCreate));
  if (!TRY(lock->TryLock())) {
    return base::Fail(ErrorCode::kBusy, "Another process is using this home", path,
                      "End the other process, or speak to its server instead.");
  }
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Home> home(
      new Home(world, path, store_files, std::move(settings), std::move(lock)));
  TRY(RemoveUnfinishedKeys(files, path));
  TRY(home->OpenParts());
  bool rotated = false;
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    rotated = TRY(home->FinishRotation(name)) || rotated;
  }
  if (rotated) TRY(home->OpenParts());
  return home;
}

base::Result<ledger::LogIdentity> Home::IdentityOf(LogName name) {
  auto key = TRY(base::SigningKey::FromSeed(keys_.of(name).back().key.seed()));
  return ledger::LogIdentity{base::JoinPath(path_, base::Format("log/{}", NameOf(name))),
                             OriginOf(settings_.origin, name), std::move(key),
                             PublicKeysOf(keys_, settings_.origin, name)};
}

base::Result<void> Home::OpenParts() {
  directory_.reset();
  recorder_.reset();
  ledger_.reset();
  master_key_.reset();
  store_.reset();
  keys_ = TRY(ReadHomeKeys(world_.files(), path_));
  store_ = TRY(storage::Store::Open(world_, base::JoinPath(path_, "store"), store_files_));
  master_key_ = TRY(MasterKey::Open(world_, path_, *store_));
  TRY(WrapHomeKeys(world_.files(), path_, *store_, *master_key_));
  ledger_ = TRY(ledger::Ledger::Open(world_, *store_, TRY(IdentityOf(LogName::kRegister)),
                                     TRY(IdentityOf(LogName::kAccess))));
  recorder_ = std::make_unique<LedgerRecorder>(*ledger_);
  return {};
}

base::Result<identity::Directory*> Home::OpenDirectory(const base::PasswordCost& cost) {
  if (directory_ == nullptr) {
    identity::DirectorySettings settings{cost, TRY(ReadFailureKey(world_, path_))};
    directory_ = TRY(identity::Directory::Open(world_, *store_, *recorder_, std::move(settings)));
  }
  return directory_.get();
}

base::Result<void> Home::RecordFirstLeaves() {
  TRY(ledger_->Record(NoChange, ledger::LeafDraft(ledger::LeafKind::kHomeCreated)
                                    .Origin("origin", settings_.origin)
                                    .Flag("demonstration", settings_.demonstration)));
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    const ledger::VerifierKey key = PublicKeysOf(keys_, settings_.origin, name).back().key;
    TRY(ledger_->Record(
        NoChange,
        ledger::LeafDraft(ledger::LeafKind::kKeyCreated).Key("key", key).Number("first_size", 0)));
  }
  return {};
}

base::Result<void> Home::Publish() {
  TRY(ledger_->log(LogName::kRegister).Publish());
  return ledger_->log(LogName::kAccess).Publish();
}

base::Result<ledger::VerifierKey> Home::RotateKey(LogName name) {
  if (TRY(ReadNextKey(world_.files(), path_, name))) {
    return base::Fail(ErrorCode::kConflict, "A change of this key is under way", {},
                      "Open the home again: that finishes it or takes it back.");
  }
  if (PublicKeys(keys_, settings_.origin).size() >= ledger::kMaxKeys) {
    return base::Fail(ErrorCode::kConflict, "The home has as many keys as a key list can hold");
  }
  const base::SigningKey fresh = base::SigningKey::Random(world_.randomness());
  ledger::VerifierKey key{OriginOf(settings_.origin, name), fresh.public_key()};
  TRY(WriteNextKey(world_.files(), path_, name, fresh));
  // The register log grows by the entry that tells of it.
  const std::uint64_t first_size = ledger_->log(name).size() + (name == LogName::kRegister ? 1 : 0);
  TRY(ledger_->Record(NoChange, ledger::LeafDraft(ledger::LeafKind::kKeyRotated)
                                    .Key("key", key)
                                    .Number("first_size", first_size)));
  // Milestone: the new key is announced for good; from here on an interruption is finished by the
  // next opening.
  TRY(FinishRotation(name));
  TRY(OpenParts());
  return key;
}

// Whether the register log tells of this key being rotated in.
base::Result<bool> Home::IsAnnounced(const ledger::VerifierKey& key) {
  ledger::Log& log = ledger_->log(LogName::kRegister);
  const std::string text = key.Text();
  for (std::uint64_t index = log.size(); index-- > 0;) {
    const std::string leaf = TRY(log.Leaf(index));
    if (leaf.find(text) != std::string::npos) return true;
  }
  return false;
}

// Brings a rotation to its end, if one is under way. True when the keys changed.
base::Result<bool> Home::FinishRotation(LogName name) {
  base::Files& files = world_.files();
  auto fresh = TRY(ReadNextKey(files, path_, name));
  if (!fresh) return false;
  const ledger::VerifierKey key{OriginOf(settings_.origin, name), fresh->public_key()};
  std::vector<LogKey>& keys = keys_.of(name);
  const bool is_listed = keys.back().key.public_key() == fresh->public_key();
  const bool is_announced = TRY(IsAnnounced(key));
  if (is_announced && !is_listed) {
    const std::uint64_t size = ledger_->log(name).size();
    keys.back().last_size = size;
    keys.push_back({std::move(*fresh), size, std::nullopt});
  }
  // Also when it is listed already: the public list is written after the private one.
  if (is_announced) TRY(WriteHomeKeys(files, path_, keys_, settings_.origin));
  TRY(RemoveNextKey(files, path_, name));
  return is_announced;
}

}  // namespace cli
