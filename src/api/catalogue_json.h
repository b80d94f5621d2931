// Datasets, versions and drafts as JSON, with the schemas that say so.
#pragma once

#include <cstdint>

#include "api/json_schema.h"
#include "api/route.h"
#include "api/services.h"
#include "base/json.h"
#include "base/result.h"
#include "catalogue/catalogue.h"

namespace api {

inline constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;

// The dataset in the first place of the path, by its id or its slug; Absent() for what the asker
// may not know of.
base::Result<catalogue::Dataset> PlaceDataset(const Services& services, const Call& call,
                                              const catalogue::Asker& asker);
// The number in If-Match. kUnconditional when there is none, kStale when it is no ETag of ours.
base::Result<std::uint64_t> RequireRevision(const Call& call);

JsonSchema DatasetSchema();
base::Json DatasetJson(const catalogue::Dataset& dataset);

JsonSchema VersionSummarySchema();
base::Json VersionSummaryJson(const catalogue::VersionSummary& version);

JsonSchema VersionSchema();
base::Json VersionJson(const catalogue::Version& version);

JsonSchema DraftSummarySchema();
base::Json DraftSummaryJson(const catalogue::DraftSummary& draft);

JsonSchema DraftSchema();
base::Json DraftJson(const catalogue::Draft& draft);

JsonSchema PublishedSchema();
base::Json PublishedJson(const catalogue::PublishedVersion& published);

}  // namespace api
