#include "cli/served_home.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "cli/program_path.h"
#include "exchange/sql_parse.h"

namespace cli {
namespace {

constexpr std::int64_t kPublishIntervalMs = 100;
constexpr std::size_t kSealBytes = 32;
constexpr std::size_t kIdleParsers = 1;
constexpr std::size_t kMaxWorkers = 64;  // at once, of all kinds; queries wait for their readers

}  // namespace

ServedHome::ServedHome(base::World& world, base::EventLog& events, Home& home,
                       const ServedHomeSettings& settings)
    : world_(world),
      events_(events),
      home_(home),
      settings_(settings),
      register_publisher_(home.ledger().register_log(), events, kPublishIntervalMs),
      access_publisher_(home.ledger().access_log(), events, settings.access_log_every_ms),
      idempotency_keys_(world, home.store()),
      versions_(home.store()),
      public_routes_(world, home.ledger().register_log(), home.ledger().access_log()),
      health_(world, settings.path) {}

base::Result<std::unique_ptr<ServedHome>> ServedHome::Open(base::World& world,
                                                           base::EventLog& events, Home& home,
                                                           ServedHomeSettings settings) {
  if (settings.access_log_every_ms == 0) settings.access_log_every_ms = kPublishIntervalMs;
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<ServedHome> served(new ServedHome(world, events, home, settings));
  TRY(served->OpenAgreements());
  TRY(served->OpenCatalogue());
  TRY(served->OpenExchange());
  TRY(served->OpenFaces());
  return served;
}

// Cursors are sealed anew at each start: they end with the process. The first organisation runs the
// server, and so processes what is shared through it.
base::Result<void> ServedHome::OpenAgreements() {
  law_ = TRY(agreements::ReadLaw(agreements::LawFiles()));
  agreements::SharingSettings sharing{.cursor_key = world_.randomness().Bytes(kSealBytes),
                                      .server_operator = {}};
  identity::Directory* directory = TRY(home_.OpenDirectory());
  auto organisations = TRY(directory->ListOrganisations());
  const auto first = std::ranges::min_element(organisations, {}, &identity::Organisation::created);
  if (first != organisations.end()) sharing.server_operator = {first->name, first->country};
  gate_ = TRY(agreements::Gate::Open(world_, home_.store(), home_.ledger(), versions_));
  agreements_ = TRY(agreements::Agreements::Open(world_, home_.store(), home_.ledger(), *gate_,
                                                 law_, home_.master_key(), sharing));
  requests_ = std::make_unique<agreements::Requests>(world_, home_.store(), home_.ledger(), law_,
                                                     std::move(sharing));
  // Who loses a role, a token or the account loses what is streaming, too.
  directory->SetWatcher(
      [this](const identity::SubjectId& subject) { gate_->StopSubject(subject); });
  return {};
}

base::Result<void> ServedHome::OpenCatalogue() {
  library_path_ = base::JoinPath(TRY(ProgramFolder()), "libduckdb.so");
  workers_ = std::make_unique<engine::WorkerPool>(
      world_, std::vector{exchange::SqlParseStart(library_path_)},
      engine::WorkerPoolLimits{.idle_workers = kIdleParsers, .max_running = kMaxWorkers});
  catalogue_ =
      TRY(HomeCatalogue::Open(world_, home_.store(), home_.ledger(), *workers_, *agreements_,
                              settings_.path, {.library_path = library_path_}));
  return {};
}

base::Result<void> ServedHome::OpenExchange() {
  policies_ = std::make_unique<AgreedPolicies>(*agreements_);
  extracts_ = TRY(exchange::Extracts::Open(
      world_, catalogue_->catalogue(), *policies_, *workers_,
      {.home = TRY(AbsolutePath(settings_.path)), .library_path = library_path_}));
  extract_removal_ = std::make_unique<ExtractRemoval>(*extracts_, events_);
  TRY(extract_removal_->RemoveStopped(*agreements_));
  agreements_->SetListener(*extract_removal_);
  return {};
}

base::Result<void> ServedHome::OpenFaces() {
  identity::Directory* directory = TRY(home_.OpenDirectory());
  const exchange::QueryServices query{
      world_, *gate_, *extracts_, *workers_, {.library_path = library_path_}};
  const exchange::CountServices counts{catalogue_->catalogue(), *workers_, library_path_};
  api_ = std::make_unique<api::Api>(api::Services{
      world_, events_, *directory, idempotency_keys_, catalogue_->catalogue(), *requests_,
      *agreements_, query, counts, home_.ledger().register_log(), home_.ledger().access_log()});
  web::SiteOptions site;
  site.demonstration = home_.settings().demonstration;
  site.keys_json = TRY(base::ReadWholeFile(
      world_.files(), base::JoinPath(settings_.path, "keys.json"), ledger::kMaxKeyListBytes));
  site_ = TRY(web::Site::Open(
      {world_, *directory, home_.ledger().register_log(), home_.ledger().access_log(),
       catalogue_->catalogue(), law_, *requests_, *agreements_, query, counts},
      std::move(site), health_));
  housekeeping_ = std::make_unique<Housekeeping>(*agreements_, catalogue_->catalogue(), *extracts_,
                                                 *workers_, home_.ledger(), events_);
  return {};
}

http::Response ServedHome::Handle(const http::Request& request) {
  if (api::Api::Owns(request.path)) return api_->Handle(request);
  if (web::Site::Owns(request.path)) return site_->Handle(request);
  return public_routes_.Handle(request);
}

}  // namespace cli
