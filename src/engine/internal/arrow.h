// nanoarrow's structs as owners, and its failures as ours.
#pragma once

#include <nanoarrow/nanoarrow.h>
#include <nanoarrow/nanoarrow_ipc.h>

#include <string>

#include "base/result.h"

namespace engine {

// A struct of nanoarrow that is released with its owner. The struct must be made of zeros at first.
template <typename Struct, void (*kRelease)(Struct*)>
class ArrowOwner {
 public:
  ArrowOwner() = default;
  ArrowOwner(const ArrowOwner&) = delete;
  ArrowOwner& operator=(const ArrowOwner&) = delete;
  ~ArrowOwner() { kRelease(&held_); }
  Struct* get() { return &held_; }
  const Struct* get() const { return &held_; }
  Struct* operator->() { return &held_; }
  const Struct* operator->() const { return &held_; }

 private:
  Struct held_{};
};

inline void ReleaseSchema(ArrowSchema* schema) {
  if (schema->release != nullptr) schema->release(schema);
}
inline void ReleaseWriter(ArrowIpcWriter* writer) {
  if (writer->private_data != nullptr) ArrowIpcWriterReset(writer);
}

using OwnedSchema = ArrowOwner<ArrowSchema, ReleaseSchema>;
using OwnedArrayView = ArrowOwner<ArrowArrayView, ArrowArrayViewReset>;
using OwnedIpcWriter = ArrowOwner<ArrowIpcWriter, ReleaseWriter>;

// What nanoarrow refuses of us is our mistake or the end of memory.
inline base::Result<void> ArrowOk(ArrowErrorCode code, const char* doing) {
  if (code == NANOARROW_OK) return {};
  if (code == ENOMEM) {
    return base::Fail(base::ErrorCode::kTooLarge, "The result needs more memory than there is",
                      doing, "Ask for less at once.");
  }
  return base::Fail(base::ErrorCode::kInternal, "Arrow data could not be made", doing);
}

}  // namespace engine
