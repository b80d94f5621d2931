// What of a log the public may read, by the paths of C2SP tlog-tiles.
//
// Only what the published checkpoint covers is given out: the access log is shown once an hour, and
// a tile that is already on the disk must not tell more than the checkpoint does. A path is never
// used as one: it is taken apart into numbers, and the file's name is made from those. Thread
// safety: like Log.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"
#include "ledger/log.h"

namespace ledger {

inline constexpr std::size_t kMaxLogPathBytes = 128;

struct PublishedFile {
  std::string bytes;
  bool is_text = false;       // a checkpoint; otherwise a tile or a bundle
  bool is_immutable = false;  // a full tile or bundle never changes
};

// The file at `path`, which is "checkpoint", "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]".
// kNotFound for any other path and for what is not published. A partial tile that has been
// superseded is cut from the wider one.
base::Result<PublishedFile> ReadPublishedFile(base::Files& files, Log& log, std::string_view path);

}  // namespace ledger
