// What handlers are given: the domains, and nothing else. Everything outlives the Api.
#pragma once

#include "agreements/agreements.h"
#include "agreements/requests.h"
#include "base/event_log.h"
#include "base/world.h"
#include "catalogue/catalogue.h"
#include "exchange/query.h"
#include "exchange/rehearsal_counts.h"
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
  agreements::Agreements& agreements;
  exchange::QueryServices query;
  exchange::CountServices counts;
  ledger::Log& register_log;
  ledger::Log& access_log;
};

}  // namespace api
