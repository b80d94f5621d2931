// What handlers are given: the domains, and nothing else. Everything outlives the Api.
#pragma once

#include "agreements/requests.h"
#include "base/event_log.h"
#include "base/world.h"
#include "catalogue/catalogue.h"
#include "identity/directory.h"
#include "identity/idempotency_keys.h"
#include "ledger/log.h"

namespace api {

struct Services {
  base::World& world;
  base::EventLog& events;
  identity::Directory& directory;
  identity::IdempotencyKeys& idempotency_keys;
  catalogue::Catalogue& catalogue;
  agreements::Requests& requests;
  ledger::Log& register_log;
  ledger::Log& access_log;
};

}  // namespace api
