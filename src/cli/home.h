// A home folder: made, opened by one process at a time, its keys rotated. See docs/formats/home.md.
//
// Thread safety: a Home's store, ledger and directory may be used from any thread; RotateKey only
// while nobody else uses the Home, since it opens the ledger anew.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "cli/home_keys.h"
#include "cli/ledger_recorder.h"
#include "cli/master_key.h"
#include "identity/directory.h"
#include "ledger/ledger.h"
#include "storage/store.h"

namespace cli {

struct HomeSettings {
  std::string origin;  // fixed for good
  bool demonstration = false;
};

// What home.json says. kNotFound when there is no home, kNewerFormat, kDamaged.
base::Result<HomeSettings> ReadHomeSettings(base::Files& files, const std::string& home);

// The first organisation and the first administrator of a home.
struct HomeFounder {
  identity::NewOrganisation organisation;
  identity::NewPerson administrator;
  base::PasswordCost password_cost = {};
};

class Home {
 public:
  struct Made {
    std::unique_ptr<Home> home;
    std::string link_secret;  // with which the administrator sets the first password
  };
  // Makes a home whole or not at all, and opens it. kConflict when something is there already,
  // kInvalid for an origin that is none or an administrator without name or address.
  static base::Result<Made> Init(base::World& world, const std::string& place,
                                 const HomeSettings& settings, const HomeFounder& founder,
                                 storage::StoreFiles store_files);

  // Opens a home and takes its lock. kNotFound when there is none, kBusy when another process holds
  // it, kNewerFormat, kDamaged. Finishes or takes back a rotation of keys that was cut short; a
  // home of before gets its master key.
  static base::Result<std::unique_ptr<Home>> Open(base::World& world, const std::string& path,
                                                  storage::StoreFiles store_files);
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  [[nodiscard]] const HomeSettings& settings() const { return settings_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  ledger::Ledger& ledger() { return *ledger_; }
  storage::Store& store() { return *store_; }
  MasterKey& master_key() { return *master_key_; }
  // Opens the directory of people, which costs the computing of one password hash; commands that
  // ask for no one's password do without. It lives as long as the Home, until RotateKey.
  base::Result<identity::Directory*> OpenDirectory(const base::PasswordCost& cost = {});

  // Publishes both logs.
  base::Result<void> Publish();

  // Gives a log a new signing key. Returns the new verifier key.
  base::Result<ledger::VerifierKey> RotateKey(storage::LogName name);

 private:
  Home(base::World& world, std::string path, storage::StoreFiles store_files, HomeSettings settings,
       std::unique_ptr<base::File> lock)
      : world_(world),
        path_(std::move(path)),
        store_files_(store_files),
        settings_(std::move(settings)),
        lock_(std::move(lock)) {}

  static base::Result<std::string> Build(base::World& world, const std::string& path,
                                         const HomeSettings& settings, const HomeFounder& founder,
                                         storage::StoreFiles store_files);
  base::Result<void> OpenParts();
  base::Result<ledger::LogIdentity> IdentityOf(storage::LogName name);
  base::Result<bool> FinishRotation(storage::LogName name);
  base::Result<bool> IsAnnounced(const ledger::VerifierKey& key);
  base::Result<void> RecordFirstLeaves();

  base::World& world_;
  const std::string path_;
  const storage::StoreFiles store_files_;
  const HomeSettings settings_;
  std::unique_ptr<base::File> lock_;
  HomeKeys keys_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<MasterKey> master_key_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<LedgerRecorder> recorder_;
  std::unique_ptr<identity::Directory> directory_;
};

}  // namespace cli
