#include "ledger/log.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "base/simulated_world.h"
#include "ledger/testing.h"

namespace ledger {
namespace {

using base::CrashMode;
using base::ErrorCode;
using base::SimulatedWorld;

const std::string kOrigin = "data.example/register";
const std::string kFolder = "home/register";
const std::string kCheckpointPath = kFolder + "/checkpoint";
const std::string kEntriesPath = kFolder + "/entries";

KeyList OurKeys() { return {TestListedKey(kOrigin, 'k')}; }

// A log and the leaves that it showed when it was opened.
struct Opened {
  std::unique_ptr<Log> log;
  std::vector<std::string> leaves;
};

base::Result<Opened> OpenLog(SimulatedWorld& world, KeyList keys = OurKeys()) {
  Opened opened;
  const auto on_leaf = [&](std::uint64_t index, std::string_view leaf,
                           const Hash&) -> base::Result<void> {
    REQUIRE(index == opened.leaves.size());
    opened.leaves.emplace_back(leaf);
    return {};
  };
  opened.log = TRY(Log::Open(world, kFolder, kOrigin, TestKey('k'), std::move(keys), on_leaf));
  return opened;
}

std::string LeafOf(std::uint64_t number) { return "leaf " + std::to_string(number); }

// Appends leaves up to this size, all of them under way at once; how many were acknowledged, in
// order.
std::size_t GrowTo(Log& log, std::uint64_t size) {
  std::vector<Log::Ticket> tickets;
  const std::uint64_t begin = log.size();
  for (std::uint64_t number = begin; number < size; ++number) {
    tickets.push_back(log.Submit(LeafOf(number)));
  }
  std::size_t acknowledged = 0;
  for (std::uint64_t i = 0; i < tickets.size(); ++i) {
    const auto index = log.Wait(tickets[i]);
    if (!index) continue;
    REQUIRE(*index == begin + i);
    ++acknowledged;
  }
  return acknowledged;
}

std::vector<std::string> LeavesUpTo(std::uint64_t size) {
  std::vector<std::string> leaves;
  for (std::uint64_t number = 0; number < size; ++number) leaves.push_back(LeafOf(number));
  return leaves;
}

Checkpoint Opening(const std::string& note) { return OpenCheckpoint(note, OurKeys()).value(); }

// Looks at the folder as a reader does who has nothing else: the checkpoint opens, all that its
// size asks for is there and whole, and gives its root. What is wrong; nothing when all is well.
std::optional<std::string> WrongInFolder(base::Files& files) {
  if (!files.Status(kCheckpointPath).value()) return std::nullopt;
  const auto checkpoint = OpenCheckpoint(ReadTestFile(files, kCheckpointPath), OurKeys());
  if (!checkpoint) return checkpoint.error().Text();
  const std::uint64_t size = checkpoint->size;
  std::vector<Hash> hashes;
  Frontier frontier;
  for (std::uint64_t index = 0; WidthOfTile(size, index) > 0; ++index) {
    const std::uint64_t width = WidthOfTile(size, index);
    const std::string path = BundlePath(index, width);
    const auto bytes = base::ReadWholeFile(files, kFolder + "/" + path, kMaxBundleBytes);
    const auto leaves = ReadBundle(bytes ? std::string_view(*bytes) : "", width, true);
    if (!leaves) return path;
    for (const std::string_view leaf : *leaves) hashes.push_back(LeafHash(leaf));
  }
  for (const Hash& hash : hashes) frontier.Append(hash);
  if (frontier.Root() != checkpoint->root) return "the root is another";
  for (unsigned level = 0; !hashes.empty(); ++level) {
    std::vector<Hash> above;
    for (std::uint64_t index = 0; WidthOfTile(hashes.size(), index) > 0; ++index) {
      const std::uint64_t width = WidthOfTile(hashes.size(), index);
      const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(index * kTileWidth);
      const std::vector<Hash> tile(begin, begin + static_cast<std::ptrdiff_t>(width));
      const std::string path = TilePath(level, index, width);
      const auto bytes = base::ReadWholeFile(files, kFolder + "/" + path, 256 * kHashBytes);
      if (!bytes || *bytes != WriteTile(tile)) return path;
      if (width == kTileWidth) above.push_back(RootOfHashes(tile));
    }
    hashes = std::move(above);
  }
  return std::nullopt;
}

void RemoveAll(base::Files& files, const std::string& path) {
  if (files.Status(path).value()->is_folder) {
    for (const std::string& name : files.List(path).value()) RemoveAll(files, path + "/" + name);
  }
  REQUIRE(files.Remove(path).has_value());
}

void RequireProofs(Log& log, const std::vector<std::uint64_t>& indices) {
  const auto proved = log.Prove(indices).value();
  const Checkpoint checkpoint = Opening(proved.checkpoint);
  REQUIRE(proved.leaves.size() == indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto& [index, leaf, proof] = proved.leaves[i];
    REQUIRE(index == indices[i]);
    REQUIRE(VerifyInclusion(index, checkpoint.size, LeafHash(leaf), proof, checkpoint.root));
  }
}

}  // namespace

TEST_CASE("a new log is empty, signed, and can be published") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  REQUIRE(opened.log->size() == 0);
  REQUIRE(opened.log->origin() == kOrigin);
  REQUIRE(Opening(opened.log->SignedCheckpoint()).root == EmptyRoot());
  REQUIRE(opened.log->Publish().has_value());
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
  REQUIRE(opened.log->Leaf(0).error().code == ErrorCode::kNotFound);
  REQUIRE(opened.log->Prove({0}).error().code == ErrorCode::kNotFound);
  REQUIRE(opened.log->Prove({}).value().leaves.empty());
}

TEST_CASE(
    "many threads append, publish and prove: every leaf has an index of its own and stands there") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  Log& log = *opened.log;
  constexpr int kThreads = 8;
  constexpr int kLeavesPerThread = 100;
  std::vector<std::map<std::uint64_t, std::string>> indices(kThreads);
  std::atomic<int> wrong = 0;  // doctest's checks are for one thread
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kLeavesPerThread; ++i) {
          std::string leaf = std::to_string(t) + " " + std::to_string(i);
          const auto index = log.Append(leaf);
          if (!index || !indices[t].emplace(*index, leaf).second) ++wrong;
          if (index && log.Leaf(*index).value_or("") != leaf) ++wrong;
        }
      });
    }
    threads.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (!log.Publish()) ++wrong;
        const std::uint64_t published = log.published_size();
        const std::uint64_t size = log.size();
        if (published > size || (size > 0 && !log.Prove({size - 1, 0}))) ++wrong;
      }
    });
    for (int t = 0; t < kThreads; ++t) threads[t].join();
  }
  REQUIRE(wrong == 0);
  std::map<std::uint64_t, std::string> all;
  for (const auto& each : indices) all.insert(each.begin(), each.end());
  REQUIRE(all.size() == kThreads * kLeavesPerThread);
  REQUIRE(all.rbegin()->first == all.size() - 1);
  for (const auto& [index, leaf] : all) REQUIRE(log.Leaf(index).value() == leaf);
  REQUIRE(log.Publish().has_value());
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
}

TEST_CASE("every leaf can be proved, and every checkpoint leads to every later one") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  Log& log = *opened.log;
  std::vector<Checkpoint> checkpoints;
  for (const std::uint64_t size : {1, 2, 3, 100, 255, 256, 257, 512, 600, 777}) {
    REQUIRE(GrowTo(log, size) > 0);
    if (size % 2 == 0) REQUIRE(log.Publish().has_value());
    checkpoints.push_back(Opening(log.SignedCheckpoint()));
    REQUIRE(checkpoints.back().size == size);
    REQUIRE(checkpoints.back().root == RootOfLeaves(LeavesUpTo(size), size));
    RequireProofs(log, {0, size / 3, size / 2, size - 1, size - 1});
  }
  for (std::size_t later = 0; later < checkpoints.size(); ++later) {
    for (std::size_t old = 0; old <= later; ++old) {
      const Checkpoint& a = checkpoints[old];
      const Checkpoint& b = checkpoints[later];
      const Proof proof = log.ProveConsistency(a.size, b.size).value();
      REQUIRE(VerifyConsistency(a.size, b.size, a.root, b.root, proof));
    }
  }
  REQUIRE(log.ProveConsistency(2, 1).error().code == ErrorCode::kInvalid);
  REQUIRE(log.ProveConsistency(1, 778).error().code == ErrorCode::kNotFound);
}

TEST_CASE("a log that is opened again has the same leaves and root, and goes on") {
  SimulatedWorld world(1);
  std::string checkpoint;
  for (std::uint64_t size = 0; size < 700; size += 99) {
    const auto opened = OpenLog(world).value();
    REQUIRE(opened.leaves == LeavesUpTo(size));
    if (size > 0) REQUIRE(opened.log->SignedCheckpoint() == checkpoint);
    if (size > 0) RequireProofs(*opened.log, {0, size - 1});
    REQUIRE(GrowTo(*opened.log, size + 99) == 99);
    checkpoint = opened.log->SignedCheckpoint();
    if (size % 2 == 0) REQUIRE(opened.log->Publish().has_value());
    REQUIRE(WrongInFolder(world.files()) == std::nullopt);
  }
}

TEST_CASE("what is published is what was there when Publish was called, and never more") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  Log& log = *opened.log;
  GrowTo(log, 5);
  REQUIRE(log.published_size() == 0);
  REQUIRE_FALSE(world.files().Status(kCheckpointPath).value().has_value());
  REQUIRE(log.Publish().has_value());
  GrowTo(log, 8);
  REQUIRE(log.published_size() == 5);
  REQUIRE(Opening(ReadTestFile(world.files(), kCheckpointPath)).size == 5);
  REQUIRE(Opening(log.SignedCheckpoint()).size == 8);
  world.SetCapacity(0);
  REQUIRE(log.Publish().error().code == ErrorCode::kStorageFull);
  REQUIRE(log.published_size() == 5);
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
  world.SetCapacity(UINT64_MAX);
  REQUIRE(log.Publish().has_value());
  REQUIRE(Opening(ReadTestFile(world.files(), kCheckpointPath)).size == 8);
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
}

namespace {

using FolderChange = std::function<void(base::Files& files)>;

// How opening fails after somebody changed the folder of a log with 300 published leaves; kInternal
// when it does not. Neither of the two files is touched.
ErrorCode RefusalAfter(const FolderChange& change, const KeyList& keys = OurKeys()) {
  SimulatedWorld world(1);
  {
    const auto opened = OpenLog(world).value();
    GrowTo(*opened.log, 300);
    REQUIRE(opened.log->Publish().has_value());
  }
  change(world.files());
  const std::string checkpoint = ReadTestFile(world.files(), kCheckpointPath);
  const std::string entries = ReadTestFile(world.files(), kEntriesPath);
  const auto opened = OpenLog(world, keys);
  REQUIRE(ReadTestFile(world.files(), kCheckpointPath) == checkpoint);
  REQUIRE(ReadTestFile(world.files(), kEntriesPath) == entries);
  return opened ? ErrorCode::kInternal : opened.error().code;
}

FolderChange PutCheckpoint(const Checkpoint& checkpoint, char letter) {
  return [=](base::Files& files) {
    WriteTestFile(files, kCheckpointPath, SignCheckpoint(checkpoint, TestKey(letter)));
  };
}

}  // namespace

TEST_CASE("a log is refused whose checkpoint is not one of its own") {
  const Hash root = RootOfLeaves(LeavesUpTo(300), 300);
  const auto refusal = [](const Checkpoint& checkpoint, char letter = 'k') {
    return RefusalAfter(PutCheckpoint(checkpoint, letter));
  };
  REQUIRE(refusal({kOrigin, 300, root}) == ErrorCode::kInternal);  // it opens
  REQUIRE(refusal({kOrigin, 301, root}) == ErrorCode::kDamaged);
  REQUIRE(refusal({kOrigin, 299, root}) == ErrorCode::kDamaged);
  REQUIRE(refusal({kOrigin, 300, EmptyRoot()}) == ErrorCode::kDamaged);
  REQUIRE(refusal({kOrigin, 0, root}) == ErrorCode::kDamaged);
  REQUIRE(refusal({kOrigin, 300, root}, 'x') == ErrorCode::kUntrue);
  const std::string other = "data.example/access";
  REQUIRE(refusal({other, 300, root}) == ErrorCode::kUntrue);
  KeyList both = OurKeys();
  both.push_back(TestListedKey(other, 'k'));
  REQUIRE(RefusalAfter(PutCheckpoint({other, 300, root}, 'k'), both) == ErrorCode::kDamaged);
  REQUIRE(RefusalAfter([](base::Files& files) { WriteTestFile(files, kCheckpointPath, "x"); }) ==
          ErrorCode::kInvalid);
}

TEST_CASE("a log is refused whose entries are not those of its checkpoint") {
  REQUIRE(RefusalAfter([](base::Files& files) {
            std::string bytes = ReadTestFile(files, kEntriesPath);
            bytes.back() ^= 1;
            WriteTestFile(files, kEntriesPath, bytes);
          }) == ErrorCode::kDamaged);
  REQUIRE(RefusalAfter([](base::Files& files) {
            SimulatedWorld fork(2);
            const auto opened = OpenLog(fork).value();
            for (int i = 0; i < 300; ++i) REQUIRE(opened.log->Append("another leaf").has_value());
            WriteTestFile(files, kEntriesPath, ReadTestFile(fork.files(), kEntriesPath));
          }) == ErrorCode::kDamaged);
}

TEST_CASE("leaves that are empty or too large are refused, and no other of their batch") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  Log& log = *opened.log;
  const std::string largest(kMaxLeafBytes, 'x');
  const std::vector<std::string> leaves{"", "first", largest + "x", largest, "", "third"};
  std::vector<Log::Ticket> tickets;
  for (const std::string& leaf : leaves) tickets.push_back(log.Submit(leaf));
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const auto index = log.Wait(tickets[i]);
    if (leaves[i].empty() || leaves[i].size() > kMaxLeafBytes) {
      REQUIRE(index.error().code == ErrorCode::kInvalid);
    } else {
      REQUIRE(index.value() == kept.size());
      kept.push_back(leaves[i]);
    }
  }
  REQUIRE(log.size() == 3);
  REQUIRE(log.Append("").error().code == ErrorCode::kInvalid);
  REQUIRE(OpenLog(world).value().leaves == kept);
}

TEST_CASE("leaves that do not fit one batch are written as several") {
  SimulatedWorld world(1);
  constexpr std::uint64_t kLeaves = 300;  // 18.75 MiB
  {
    const auto opened = OpenLog(world).value();
    std::vector<Log::Ticket> tickets;
    for (std::uint64_t i = 0; i < kLeaves; ++i) {
      tickets.push_back(
          opened.log->Submit(std::string(kMaxLeafBytes, static_cast<char>('a' + i % 26))));
    }
    for (std::uint64_t i = 0; i < kLeaves; ++i) REQUIRE(opened.log->Wait(tickets[i]).value() == i);
  }
  const std::string entries = ReadTestFile(world.files(), kEntriesPath);
  int batches = 0;
  for (std::size_t at = 16; at < entries.size(); ++batches) {
    const std::uint32_t length = base::LoadLittle32(entries.substr(at + 4, 4));
    REQUIRE(length <= kMaxBatchBytes);
    at += 56 + length;
  }
  REQUIRE(batches == 3);
  REQUIRE(OpenLog(world).value().leaves.size() == kLeaves);
}

TEST_CASE(
    "a full disk refuses leaves, keeps what was recorded, and the log goes on when there is room") {
  SimulatedWorld world(1);
  const auto opened = OpenLog(world).value();
  Log& log = *opened.log;
  GrowTo(log, 5);
  const std::string checkpoint = log.SignedCheckpoint();
  world.SetCapacity(0);
  REQUIRE(log.Append("no room").error().code == ErrorCode::kStorageFull);
  REQUIRE(log.size() == 5);
  REQUIRE(log.SignedCheckpoint() == checkpoint);
  world.SetCapacity(UINT64_MAX);
  REQUIRE(GrowTo(log, 7) == 2);
  REQUIRE(OpenLog(world).value().leaves == LeavesUpTo(7));
}

TEST_CASE("after a failed sync the log takes no leaves until it is opened again") {
  SimulatedWorld world(1);
  {
    const auto opened = OpenLog(world).value();
    GrowTo(*opened.log, 5);
    world.FailSyncsOf([](std::string_view path) { return path == kEntriesPath; });
    REQUIRE(opened.log->Append(LeafOf(5)).error().code == ErrorCode::kUnavailable);
    world.FailSyncsOf({});
    REQUIRE(opened.log->Append(LeafOf(5)).error().code == ErrorCode::kUnavailable);
    REQUIRE(opened.log->size() == 5);
    RequireProofs(*opened.log, {0, 4});
    REQUIRE(opened.log->Publish().has_value());
  }
  const auto opened = OpenLog(world).value();
  REQUIRE(opened.leaves == LeavesUpTo(opened.leaves.size()));
  REQUIRE(GrowTo(*opened.log, 9) >= 3);
}

TEST_CASE("a removed tile folder is built again, and damaged tiles prove nothing") {
  SimulatedWorld world(1);
  const std::string tile = kFolder + "/tile/0/001";
  {
    const auto opened = OpenLog(world).value();
    GrowTo(*opened.log, 700);
    REQUIRE(opened.log->Publish().has_value());
    std::string bytes = ReadTestFile(world.files(), tile);
    bytes[5] ^= 1;
    WriteTestFile(world.files(), tile, bytes);
    REQUIRE(WrongInFolder(world.files()) == "tile/0/001");
    REQUIRE(opened.log->Prove({300}).error().code == ErrorCode::kDamaged);
  }
  RemoveAll(world.files(), kFolder + "/tile");
  const auto opened = OpenLog(world).value();
  RequireProofs(*opened.log, {0, 300, 699});
  REQUIRE(opened.log->Publish().has_value());
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
  RequireProofs(*opened.log, {0, 300, 699});
}

// A file system may give a file its size before its bytes.
TEST_CASE("a tile that was never published is not trusted for its size") {
  SimulatedWorld world(1);
  const std::string tile = kFolder + "/tile/0/000";
  {
    const auto opened = OpenLog(world).value();
    GrowTo(*opened.log, 300);
  }
  REQUIRE(base::MakeFolders(world.files(), base::ParentOf(tile)).has_value());
  WriteTestFile(world.files(), tile, std::string(kTileWidth * kHashBytes, '\0'));
  const auto opened = OpenLog(world).value();
  RequireProofs(*opened.log, {0, 299});
  REQUIRE(opened.log->Publish().has_value());
  REQUIRE(WrongInFolder(world.files()) == std::nullopt);
}

namespace {

// What the log promised until the machine stopped.
struct Promises {
  std::uint64_t tried = 0;
  std::uint64_t acknowledged = 0;
  std::vector<std::string> checkpoints;
};

// Appends in batches and publishes after each, across the edges of tiles.
Promises RunUntilCrash(SimulatedWorld& world) {
  Promises promises;
  const auto opened = OpenLog(world);
  if (!opened) return promises;
  Log& log = *opened->log;
  for (const std::uint64_t size : {3, 255, 256, 258, 520}) {
    const std::uint64_t begin = log.size();
    promises.tried = size;
    promises.acknowledged += GrowTo(log, size);
    if (promises.acknowledged != size) REQUIRE(promises.acknowledged == begin);
    promises.checkpoints.push_back(log.SignedCheckpoint());
    if (!log.Publish()) break;
    REQUIRE(log.published_size() == size);
  }
  return promises;
}

// Which promise a crash broke; nothing when all were kept.
std::optional<std::string> BrokenPromise(SimulatedWorld& world, const Promises& promises) {
  if (const auto wrong = WrongInFolder(world.files())) return "published: " + *wrong;
  const auto opened = OpenLog(world);
  if (!opened) return opened.error().Text();
  const auto& leaves = opened->leaves;
  if (leaves.size() < promises.acknowledged) return "an acknowledged leaf is lost";
  if (leaves.size() > promises.tried || leaves != LeavesUpTo(leaves.size())) {
    return "a leaf is there that was not appended";
  }
  for (const std::string& note : promises.checkpoints) {
    const Checkpoint checkpoint = Opening(note);
    if (checkpoint.size > leaves.size()) return "a checkpoint is ahead of the log";
    if (checkpoint.root != RootOfLeaves(leaves, checkpoint.size)) return "a checkpoint is forked";
  }
  if (!opened->log->Publish()) return "publishing does not work again";
  if (opened->log->published_size() != leaves.size()) return "less is published";
  if (const auto wrong = WrongInFolder(world.files())) return "published again: " + *wrong;
  return std::nullopt;
}

// Stops the machine before each step in turn. The number of broken promises, with the last one.
std::pair<int, std::string> CrashEverywhere(
    std::uint64_t seed, CrashMode mode,
    const std::function<bool(std::string_view path)>& lies = {}) {
  std::pair<int, std::string> broken;
  bool finished = false;
  for (std::uint64_t step = 0; !finished; ++step) {
    SimulatedWorld world(seed * 10'000 + step);
    world.LieAboutSyncs(lies);
    world.CrashBefore(step);
    const Promises promises = RunUntilCrash(world);
    finished = !world.crashed();
    if (finished) REQUIRE(promises.acknowledged == 520);
    if (finished) world.CrashBefore(world.steps());
    world.Restart(mode);
    world.LieAboutSyncs({});
    if (const auto promise = BrokenPromise(world, promises)) {
      broken = {broken.first + 1, *promise + " at step " + std::to_string(step)};
    }
  }
  return broken;
}

}  // namespace

TEST_CASE("a crash at every step keeps every promise") {
  REQUIRE(CrashEverywhere(0, CrashMode::kHarsh) == std::pair(0, std::string()));
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    CAPTURE(seed);
    REQUIRE(CrashEverywhere(seed, CrashMode::kTorn) == std::pair(0, std::string()));
  }
}

TEST_CASE("the test above notices syncs that are left out") {
  const auto broken_by = [](const std::string& part) {
    const auto lies = [&](std::string_view path) { return path.find(part) != path.npos; };
    return CrashEverywhere(1, CrashMode::kHarsh, lies).first;
  };
  REQUIRE(broken_by("/entries") > 0);
  REQUIRE(broken_by("/checkpoint.new") > 0);
  REQUIRE(broken_by("/tile/0/000") > 0);
  REQUIRE(broken_by("/tile/entries") > 0);
}

// The folder of a log whose first opening stopped halfway.
TEST_CASE("a folder that was made and not synced is made good by the next opening") {
  for (int real_syncs = 0; real_syncs < 6; ++real_syncs) {
    CAPTURE(real_syncs);
    SimulatedWorld world(1);
    REQUIRE(base::MakeFolders(world.files(), "home").has_value());
    int syncs = 0;
    world.LieAboutSyncs([&](std::string_view) { return ++syncs > real_syncs; });
    REQUIRE(OpenLog(world).has_value());
    world.LieAboutSyncs({});
    {
      const auto opened = OpenLog(world).value();
      REQUIRE(GrowTo(*opened.log, 3) == 3);
    }
    world.CrashBefore(world.steps());
    world.Restart(CrashMode::kHarsh);
    REQUIRE(OpenLog(world).value().leaves == LeavesUpTo(3));
  }
}

}  // namespace ledger
