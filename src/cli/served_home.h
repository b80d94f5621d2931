// A home with all that answers for it: the floors above one another, each made of those below.
//
// This is where the program is wired together while it serves. Members stand in the order in which
// they need each other, so that they end in the other one.
//
// Thread safety: Handle and BodyLimit from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agreements/agreements.h"
#include "agreements/gate.h"
#include "agreements/law.h"
#include "agreements/requests.h"
#include "api/api.h"
#include "api/public_routes.h"
#include "base/event_log.h"
#include "base/result.h"
#include "base/world.h"
#include "cli/exchange_wiring.h"
#include "cli/home.h"
#include "cli/home_catalogue.h"
#include "cli/server_health.h"
#include "engine/worker_pool.h"
#include "exchange/extracts.h"
#include "http/message.h"
#include "identity/idempotency_keys.h"
#include "ledger/publisher.h"
#include "web/site.h"

namespace cli {

struct ServedHomeSettings {
  std::string path;                    // of the home, as it was named
  std::int64_t access_log_every_ms{};  // how often the access log is published
};

class ServedHome {
 public:
  // `home`, world and event log outlive it.
  static base::Result<std::unique_ptr<ServedHome>> Open(base::World& world, base::EventLog& events,
                                                        Home& home, ServedHomeSettings settings);
  ServedHome(const ServedHome&) = delete;
  ServedHome& operator=(const ServedHome&) = delete;

  // The API, the pages, or the public logs: by the path.
  http::Response Handle(const http::Request& request);
  [[nodiscard]] std::uint64_t BodyLimit(http::Method method, std::string_view path) const {
    return web::Site::Owns(path) ? web::Site::BodyLimit(method, path)
                                 : api_->BodyLimit(method, path);
  }

 private:
  ServedHome(base::World& world, base::EventLog& events, Home& home,
             const ServedHomeSettings& settings);
  base::Result<void> OpenAgreements();
  base::Result<void> OpenCatalogue();
  base::Result<void> OpenExchange();
  base::Result<void> OpenFaces();

  base::World& world_;
  base::EventLog& events_;
  Home& home_;
  const ServedHomeSettings settings_;
  const ledger::Publisher register_publisher_;
  const ledger::Publisher access_publisher_;
  identity::IdempotencyKeys idempotency_keys_;
  std::string library_path_;  // libduckdb.so
  std::unique_ptr<engine::WorkerPool> workers_;
  agreements::Law law_;
  agreements::AgreementVersions versions_;
  std::unique_ptr<agreements::Gate> gate_;
  std::unique_ptr<agreements::Agreements> agreements_;
  std::unique_ptr<agreements::Requests> requests_;
  std::unique_ptr<HomeCatalogue> catalogue_;
  std::unique_ptr<AgreedPolicies> policies_;
  std::unique_ptr<exchange::Extracts> extracts_;
  std::unique_ptr<ExtractRemoval> extract_removal_;
  api::PublicRoutes public_routes_;
  std::unique_ptr<api::Api> api_;
  ServerHealth health_;
  std::unique_ptr<web::Site> site_;
  std::unique_ptr<Housekeeping> housekeeping_;
};

}  // namespace cli
