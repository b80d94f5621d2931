#include "engine/internal/arrow_input.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace engine {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;
constexpr std::string_view kFileMagic("ARROW1\0\0", 8);  // a stream follows, then a foot

}  // namespace

ArrowInput::~ArrowInput() {
  if (stream_.release != nullptr) stream_.release(&stream_);
}

base::Result<ArrowArrayStream*> ArrowInput::Open() {
  ArrowIpcInputStream input{
      .read = Read,
      .release = [](ArrowIpcInputStream* stream) { stream->release = nullptr; },
      .private_data = this};
  TRY(ArrowOk(ArrowIpcArrayStreamReaderInit(&stream_, &input, nullptr), "reader"));
  return &stream_;
}

ArrowErrorCode ArrowInput::Read(ArrowIpcInputStream* stream, std::uint8_t* into, std::int64_t size,
                                std::int64_t* read, ArrowError*) {
  auto& self = *static_cast<ArrowInput*>(stream->private_data);
  *read = 0;
  while (*read < size && !self.failure_) {  // fewer than asked for means the end to nanoarrow
    if (self.taken_ == self.pending_.size()) {
      auto more = self.pull_();
      if (!more) {
        self.failure_ = std::move(more).error();
        break;
      }
      if (!*more) break;
      self.pending_ = **std::move(more);
      self.taken_ = 0;
    }
    const std::size_t count =
        std::min(static_cast<std::size_t>(size - *read), self.pending_.size() - self.taken_);
    std::copy_n(self.pending_.begin() + static_cast<std::ptrdiff_t>(self.taken_), count,
                into + *read);
    self.taken_ += count;
    *read += static_cast<std::int64_t>(count);
  }
  return self.failure_ ? EIO : NANOARROW_OK;
}

base::Result<ArrowInput::Pull> PullOfFile(base::Files& files, const std::string& path) {
  std::shared_ptr<base::File> file = TRY(files.Open(path, base::OpenMode::kRead));
  std::string start(kFileMagic.size(), '\0');
  start.resize(TRY(file->ReadAt(0, start)));
  std::uint64_t offset = start == kFileMagic ? kFileMagic.size() : 0;
  return [file, offset]() mutable -> base::Result<std::optional<std::string>> {
    std::string piece(kPieceBytes, '\0');
    piece.resize(TRY(file->ReadAt(offset, piece)));
    offset += piece.size();
    if (piece.empty()) return std::nullopt;
    return std::optional(std::move(piece));
  };
}

}  // namespace engine
