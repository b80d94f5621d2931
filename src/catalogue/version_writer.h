// The worker kind `version.write`: a draft's file becomes one Parquet file with exactly the
// confirmed types.
//
// The file is read from end to end once more, because the draft holds no shape of the CSV that a
// worker should believe, and because the profile of a version follows the classes that its
// publisher confirmed. Each value is converted by the expression that the draft was proved with;
// afterwards the written file is read and its values are counted. One thread and fixed row groups
// make the same draft and schema into the same bytes.
//
// Request and reply are JSON, the reply canonical; docs/formats/dataset.md has both. A trusted
// worker: it may read the one file and write to the one folder.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "catalogue/file_workers.h"
#include "engine/worker_kind.h"

namespace catalogue {

inline constexpr std::string_view kVersionWrite = "version.write";
inline constexpr std::uint64_t kRowGroupRows = 122'880;  // a multiple of DuckDB's 2,048
inline constexpr std::size_t kShownKeyRows = 10;         // rows named when a key is none

std::string VersionRequestText(const VersionOrder& order);
base::Result<WrittenVersion> ReadWrittenVersion(std::string_view reply);

// The whole work, for tests as well.
base::Result<std::string> WriteVersionFile(base::Files& files, const engine::WorkerContext& context,
                                           std::string_view request);

engine::WorkerKind VersionWriteKind();

}  // namespace catalogue
