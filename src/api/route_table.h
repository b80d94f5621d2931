// The whole table of routes, and its parts, each in a file of its own.
#pragma once

#include <vector>

#include "api/route.h"

namespace api {

std::vector<Route> AllRoutes();

std::vector<Route> SessionRoutes();       // session_routes.cc
std::vector<Route> OrganisationRoutes();  // organisation_routes.cc: and people, machines
std::vector<Route> GrantRoutes();         // grant_routes.cc
std::vector<Route> TokenRoutes();         // token_routes.cc
std::vector<Route> EntryRoutes();         // entry_routes.cc
std::vector<Route> DatasetRoutes();       // dataset_routes.cc
std::vector<Route> DraftRoutes();         // draft_routes.cc
std::vector<Route> RequestRoutes();       // request_routes.cc
std::vector<Route> AgreementRoutes();     // agreement_routes.cc: and texts beside the log
std::vector<Route> QueryRoutes();         // query_routes.cc: and receipts, rehearsals

}  // namespace api
