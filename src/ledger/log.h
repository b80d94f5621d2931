// A tamper-evident log: leaves are appended, never changed, and each can be proved to whoever holds
// a checkpoint. See docs/formats/log.md for the files and entries.md for what makes a leaf durable.
//
// A leaf is *recorded* when Append or Wait returns its index: its bytes are synced, the tree is
// updated and a checkpoint that covers it is signed. It is *published* when Publish has put tiles
// and checkpoint where the public reads them.
//
// Thread safety: all methods from any thread. Append, Wait and Publish block on the disk. Many
// callers share one sync. Invariants: the published checkpoint never covers a leaf that is not
// durable; a checkpoint that this object signed is never contradicted by a later one, whatever
// moment the machine stops at.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/group_commit.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "ledger/entries_file.h"
#include "ledger/note.h"
#include "ledger/tile_folder.h"

namespace ledger {

inline constexpr std::size_t kMaxLeavesPerCommit = 4'096;

class Log {
  struct PendingEntry {
    std::string leaf;
    base::Result<std::uint64_t> outcome;
  };

 public:
  using Ticket = base::GroupCommit<PendingEntry>::TicketRef;

  // Opens or makes the log in `folder` and rebuilds the tree from its entries; `on_leaf` sees each
  // leaf. kDamaged when entries or published checkpoint are not what was written, or contradict
  // each other; kUntrue when the checkpoint was not signed by one of `keys`, in which `signing_key`
  // must stand under the name `origin`.
  // `least_size`: so many leaves are known to have been recorded; with fewer the log is kDamaged.
  static base::Result<std::unique_ptr<Log>> Open(base::World& world, std::string folder,
                                                 std::string origin, base::SigningKey signing_key,
                                                 const KeyList& keys,
                                                 const EntriesFile::LeafReader& on_leaf,
                                                 std::uint64_t least_size = 0);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Records a leaf of 1 to 65,535 bytes (kInvalid otherwise) and returns its index.
  base::Result<std::uint64_t> Append(std::string leaf);
  // The same in two steps, so that one thread can have many under way. Every ticket must be waited
  // for.
  Ticket Submit(std::string leaf);
  base::Result<std::uint64_t> Wait(const Ticket& ticket);

  // Puts tiles and the newest checkpoint into the folder. Safe to call again after an error.
  base::Result<void> Publish();

  [[nodiscard]] const std::string& origin() const { return origin_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::uint64_t size();
  [[nodiscard]] std::uint64_t published_size();
  // The newest signed checkpoint; it may not be published yet.
  [[nodiscard]] std::string SignedCheckpoint();

  // A leaf's bytes. kNotFound beyond the size.
  base::Result<std::string> Leaf(std::uint64_t index);

  // A leaf, its proof and the checkpoint that the proof leads to. The proof is checked before it is
  // given out: kDamaged when the tiles on the disk do not lead to the signed root.
  struct ProvedLeaf {
    std::uint64_t index = 0;
    std::string leaf;
    Proof proof;
  };
  struct ProvedLeaves {
    std::vector<ProvedLeaf> leaves;
    std::string checkpoint;
  };
  base::Result<ProvedLeaves> Prove(const std::vector<std::uint64_t>& indices);

  // The proof that the first `old_size` leaves begin the first `size` ones.
  base::Result<Proof> ProveConsistency(std::uint64_t old_size, std::uint64_t size);

 private:
  struct Tree {
    TileFolder tiles;
    std::string checkpoint;
    std::uint64_t published_size = 0;
  };

  Log(base::World& world, std::string folder, std::string origin, base::SigningKey signing_key);
  base::Result<void> Load(const KeyList& keys, const EntriesFile::LeafReader& on_leaf,
                          std::uint64_t least_size);
  void CommitBatch(std::span<PendingEntry* const> batch);
  base::Result<void> CheckTilesKeepUp();
  void CommitWhole(std::span<PendingEntry* const> batch);
  void Sign(Tree& tree) const;
  [[nodiscard]] std::string CheckpointPath() const;

  base::World& world_;
  const std::string folder_;
  const std::string origin_;
  const base::SigningKey signing_key_;
  std::unique_ptr<EntriesFile> entries_;  // touched by the leader of the group alone
  base::Guarded<Tree> tree_;
  base::GroupCommit<PendingEntry> group_;
};

}  // namespace ledger
