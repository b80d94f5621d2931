#include "ledger/entries_file.h"

#include <optional>

#include "base/bytes.h"
#include "base/check.h"
#include "base/crypto.h"
#include "base/format.h"
#include "ledger/tile.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr std::string_view kFileMark = "tabularium-log-1";
constexpr std::string_view kBatchMark = "TAB1";
constexpr std::size_t kPlainHeaderBytes = 24;  // what the digest covers besides the body
constexpr std::size_t kHeaderBytes = kPlainHeaderBytes + 32;

struct Batch {
  std::uint64_t first_index = 0;
  std::size_t size_bytes = 0;  // with its header
  std::vector<std::string_view> leaves;
  std::vector<Hash> hashes;
};

// The digest of a batch covers each leaf by its hash, which the tree needs anyway: every byte is
// hashed once.
base::Digest DigestOf(std::string_view plain_header, std::span<const Hash> hashes) {
  base::Sha256Stream stream;
  stream.Add(plain_header);
  for (const Hash& hash : hashes) stream.Add(hash.view());
  return stream.Finish();
}

std::string WriteHeader(std::uint64_t first_index, std::span<const Hash> hashes,
                        std::string_view body) {
  std::string header(kBatchMark);
  base::AppendLittle32(header, static_cast<std::uint32_t>(body.size()));
  base::AppendLittle64(header, first_index);
  base::AppendLittle32(header, static_cast<std::uint32_t>(hashes.size()));
  base::AppendLittle32(header, 0);
  header += DigestOf(header, hashes).view();
  return header;
}

// The whole batch that `bytes` begins with, or nothing.
std::optional<Batch> ParseBatch(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with(kBatchMark)) return std::nullopt;
  const std::uint32_t length = base::LoadLittle32(bytes.substr(4));
  const std::uint32_t count = base::LoadLittle32(bytes.substr(16));
  if (length > kMaxBatchBytes || bytes.size() - kHeaderBytes < length) return std::nullopt;
  if (count > kMaxBatchLeaves) return std::nullopt;
  auto leaves = ReadBundle(bytes.substr(kHeaderBytes, length), count, true);
  if (!leaves) return std::nullopt;
  Batch batch;
  batch.first_index = base::LoadLittle64(bytes.substr(8));
  batch.size_bytes = kHeaderBytes + length;
  batch.leaves = std::move(*leaves);
  for (const std::string_view leaf : batch.leaves) batch.hashes.push_back(LeafHash(leaf));
  const base::Digest digest = DigestOf(bytes.substr(0, kPlainHeaderBytes), batch.hashes);
  if (digest.view() != bytes.substr(kPlainHeaderBytes, digest.view().size())) return std::nullopt;
  return batch;
}

// Whether a whole batch stands anywhere in `bytes`.
bool HoldsBatch(std::string_view bytes) {
  for (std::size_t at = bytes.find(kBatchMark); at != std::string_view::npos;
       at = bytes.find(kBatchMark, at + 1)) {
    if (ParseBatch(bytes.substr(at))) return true;
  }
  return false;
}

}  // namespace

base::Result<std::unique_ptr<EntriesFile>> EntriesFile::Open(base::Files& files,
                                                             const std::string& path,
                                                             std::uint64_t least_count,
                                                             const LeafReader& on_leaf) {
  if (least_count > 0 && !TRY(files.Status(path))) {
    return base::Fail(ErrorCode::kDamaged, "The log's entries are gone", path);
  }
  auto file = TRY(files.Open(path, base::OpenMode::kCreate));
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<EntriesFile> entries(new EntriesFile(std::move(file), path));
  TRY(entries->Replay(files, least_count, on_leaf));
  return entries;
}

base::Result<void> EntriesFile::Begin(base::Files& files) {
  TRY(file_->Truncate(0));
  TRY(file_->WriteAt(0, kFileMark));
  TRY(file_->Sync());
  TRY(files.SyncFolder(base::ParentOf(path_)));
  size_bytes_ = kFileMark.size();
  return {};
}

base::Result<void> EntriesFile::Replay(base::Files& files, std::uint64_t least_count,
                                       const LeafReader& on_leaf) {
  const auto damaged = [&](std::uint64_t at) {
    return base::Fail(ErrorCode::kDamaged, "The log's entries are not what was written",
                      base::Format("{} byte {}", path_, at));
  };
  const auto mapping = TRY(files.MapReadOnly(path_));
  const std::string_view bytes = mapping->bytes();
  if (!bytes.starts_with(kFileMark)) {
    // A file that never got its first synced batch holds a part of the mark, or zeros.
    if (least_count > 0 || bytes.size() > kFileMark.size()) return damaged(0);
    return Begin(files);
  }
  std::size_t at = kFileMark.size();
  while (const auto batch = ParseBatch(bytes.substr(at))) {
    if (batch->first_index != count_ || batch->leaves.empty()) return damaged(at);
    for (std::size_t i = 0; i < batch->leaves.size(); ++i) {
      if (batch->leaves[i].empty()) return damaged(at);
      TRY(on_leaf(count_++, batch->leaves[i], batch->hashes[i]));
    }
    at += batch->size_bytes;
  }
  size_bytes_ = at;
  if (count_ < least_count || HoldsBatch(bytes.substr(at))) return damaged(at);
  if (at < bytes.size()) TRY(file_->Truncate(at));
  // The process that wrote all this may have been stopped before its sync, and what was read here
  // must last.
  TRY(file_->Sync());
  return files.SyncFolder(base::ParentOf(path_));
}

base::Result<std::vector<Hash>> EntriesFile::Append(std::span<const std::string_view> leaves) {
  if (failed_) {
    return base::Fail(ErrorCode::kUnavailable,
                      "The log takes no more entries since its disk failed", path_,
                      "Look after the disk, then start the server again.");
  }
  std::string body;
  std::vector<Hash> hashes;
  for (const std::string_view leaf : leaves) {
    AppendToBundle(body, leaf);
    hashes.push_back(LeafHash(leaf));
  }
  CHECK(!leaves.empty() && leaves.size() <= kMaxBatchLeaves && body.size() <= kMaxBatchBytes);
  std::string bytes = WriteHeader(count_, hashes, body);
  bytes += body;
  if (auto written = file_->WriteAt(size_bytes_, bytes); !written) {
    // Take back the part that was written, so that the next batch starts after the last whole one.
    failed_ = !file_->Truncate(size_bytes_) || written.error().code != ErrorCode::kStorageFull;
    return base::Fail(written.error());
  }
  if (auto synced = file_->Sync(); !synced) {
    failed_ = true;
    return base::Fail(synced.error());
  }
  size_bytes_ += bytes.size();
  count_ += leaves.size();
  return hashes;
}

}  // namespace ledger
