// The worker kind `file.draft`: one file of a publisher, typed, profiled and classified.
//
// Request and reply are JSON, the reply canonical; docs/formats/draft.md has both. The kind runs in
// a query worker whose readable files hold the file alone.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "engine/worker_kind.h"

namespace catalogue {

inline constexpr std::string_view kFileDraft = "file.draft";

// The whole work, for tests as well: files are read through `files`, DuckDB from the context.
// kForbidden for a file that was not granted at the start; kInvalid and kTooLarge say what is wrong
// with the file, by row, column and byte.
base::Result<std::string> DraftFile(base::Files& files, const engine::WorkerContext& context,
                                    std::string_view request);

engine::WorkerKind FileDraftKind();

}  // namespace catalogue
