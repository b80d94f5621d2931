#include "ledger/entries_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "base/simulated_world.h"
#include "ledger/testing.h"
#include "ledger/tile.h"

namespace ledger {
namespace {

using base::CrashMode;
using base::ErrorCode;
using base::SimulatedWorld;

constexpr std::size_t kMarkBytes = 16;
constexpr std::size_t kHeaderBytes = 56;
const std::string kPath = "entries";

struct Opened {
  std::unique_ptr<EntriesFile> file;
  std::vector<std::string> leaves;
};

base::Result<Opened> OpenEntries(SimulatedWorld& world, std::uint64_t least_count = 0) {
  Opened opened;
  const auto on_leaf = [&](std::uint64_t index, std::string_view leaf,
                           const Hash&) -> base::Result<void> {
    REQUIRE(index == opened.leaves.size());
    opened.leaves.emplace_back(leaf);
    return {};
  };
  opened.file = TRY(EntriesFile::Open(world.files(), kPath, least_count, on_leaf));
  REQUIRE(opened.file->count() == opened.leaves.size());
  return opened;
}

base::Result<void> AppendAll(EntriesFile& file, const std::vector<std::string>& leaves) {
  TRY(file.Append(std::vector<std::string_view>(leaves.begin(), leaves.end())));
  return {};
}

// Three batches, with two, one and two leaves: the bytes of the file and where the last batch
// begins.
struct SmallFile {
  std::vector<std::string> leaves{"a", "bb", "ccc", "d", "ee"};
  std::string bytes;
  std::size_t last_batch = 0;

  SmallFile() {
    SimulatedWorld world(1);
    const auto opened = OpenEntries(world).value();
    AppendAll(*opened.file, {"a", "bb"}).value();
    AppendAll(*opened.file, {"ccc"}).value();
    last_batch = ReadTestFile(world.files(), kPath).size();
    AppendAll(*opened.file, {"d", "ee"}).value();
    bytes = ReadTestFile(world.files(), kPath);
  }
  [[nodiscard]] std::vector<std::string> EarlierLeaves() const { return {"a", "bb", "ccc"}; }
};

// One batch as docs/formats/entries.md lays it out, written without the code under test.
std::string PlainBatch(std::uint64_t first_index, std::uint32_t count, std::string_view body) {
  std::string batch = "TAB1";
  base::AppendLittle32(batch, static_cast<std::uint32_t>(body.size()));
  base::AppendLittle64(batch, first_index);
  base::AppendLittle32(batch, count);
  base::AppendLittle32(batch, 0);
  std::string covered = batch;
  for (std::string_view rest = body; rest.size() >= 2;) {
    const std::size_t length = base::LoadBig16(rest);
    covered += base::Sha256(std::string_view("\0", 1), rest.substr(2, length)).view();
    rest.remove_prefix(std::min(rest.size(), 2 + length));
  }
  batch += base::Sha256(covered).view();
  return batch.append(body);
}

}  // namespace

TEST_CASE("the file is laid out as its format says") {
  const std::string batches = PlainBatch(0, 2, std::string_view("\0\1a\0\2bb", 7)) +
                              PlainBatch(2, 1, std::string_view("\0\3ccc", 5)) +
                              PlainBatch(3, 2, std::string_view("\0\1d\0\2ee", 7));
  REQUIRE(SmallFile().bytes == "tabularium-log-1" + batches);
}

TEST_CASE("leaves come back in order and go on after reopening") {
  SimulatedWorld world(1);
  std::vector<std::string> leaves;
  for (int batch = 0; batch < 20; ++batch) {
    const auto opened = OpenEntries(world, leaves.size()).value();
    REQUIRE(opened.leaves == leaves);
    std::vector<std::string> more;
    for (int i = 0; i <= batch; ++i) more.push_back(std::string(1 + 97U * i, 'x'));
    REQUIRE(AppendAll(*opened.file, more).has_value());
    leaves.insert(leaves.end(), more.begin(), more.end());
    REQUIRE(opened.file->count() == leaves.size());
  }
}

TEST_CASE("the largest leaf and the most leaves of a batch fit") {
  SimulatedWorld world(1);
  std::vector<std::string> leaves(kMaxBatchLeaves, "x");
  leaves.emplace_back(kMaxLeafBytes, 'y');
  {
    const auto opened = OpenEntries(world).value();
    REQUIRE(opened.file->Append(std::vector<std::string_view>(kMaxBatchLeaves, "x")).has_value());
    REQUIRE(AppendAll(*opened.file, {leaves.back()}).has_value());
  }
  REQUIRE(OpenEntries(world, leaves.size()).value().leaves == leaves);
}

TEST_CASE("a failing reader of leaves fails the opening") {
  SimulatedWorld world(1);
  WriteTestFile(world.files(), kPath, SmallFile().bytes);
  const auto opened = EntriesFile::Open(
      world.files(), kPath, 0,
      [](std::uint64_t index, std::string_view, const Hash&) -> base::Result<void> {
        if (index < 3) return {};
        return base::Fail(ErrorCode::kConflict, "No");
      });
  REQUIRE(opened.error().code == ErrorCode::kConflict);
}

TEST_CASE("every cut of the last batch is a torn one, which is cut off") {
  const SmallFile small;
  for (std::size_t cut = small.last_batch; cut < small.bytes.size(); ++cut) {
    CAPTURE(cut);
    SimulatedWorld world(1);
    WriteTestFile(world.files(), kPath, small.bytes.substr(0, cut));
    {
      const auto opened = OpenEntries(world, 3).value();
      REQUIRE(opened.leaves == small.EarlierLeaves());
      REQUIRE(ReadTestFile(world.files(), kPath) == small.bytes.substr(0, small.last_batch));
      REQUIRE(AppendAll(*opened.file, {"d", "ee"}).has_value());
    }
    REQUIRE(ReadTestFile(world.files(), kPath) == small.bytes);
  }
}

TEST_CASE("every cut of a file without a batch is begun anew, unless leaves must be there") {
  for (std::size_t cut = 0; cut <= kMarkBytes; ++cut) {
    SimulatedWorld world(1);
    const std::string part = SmallFile().bytes.substr(0, cut);
    WriteTestFile(world.files(), kPath, part);
    REQUIRE(OpenEntries(world, 1).error().code == ErrorCode::kDamaged);
    REQUIRE(ReadTestFile(world.files(), kPath) == part);
    REQUIRE(OpenEntries(world).value().leaves.empty());
    REQUIRE(ReadTestFile(world.files(), kPath) == "tabularium-log-1");
  }
}

TEST_CASE("every flipped bit before the last batch is damage, and nothing is written") {
  const SmallFile small;
  for (std::size_t bit = 0; bit < small.last_batch * 8; ++bit) {
    CAPTURE(bit);
    std::string bytes = small.bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    SimulatedWorld world(1);
    WriteTestFile(world.files(), kPath, bytes);
    const std::uint64_t steps = world.steps();
    const auto opened = OpenEntries(world);
    REQUIRE(opened.error().code == ErrorCode::kDamaged);
    REQUIRE(opened.error().where.starts_with("entries byte "));
    REQUIRE(world.steps() == steps);
    REQUIRE(ReadTestFile(world.files(), kPath) == bytes);
  }
}

TEST_CASE(
    "every flipped bit of the last batch is damage where its leaves are known of, else a tear") {
  const SmallFile small;
  for (std::size_t bit = small.last_batch * 8; bit < small.bytes.size() * 8; ++bit) {
    CAPTURE(bit);
    std::string bytes = small.bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    SimulatedWorld world(1);
    WriteTestFile(world.files(), kPath, bytes);
    REQUIRE(OpenEntries(world, 5).error().code == ErrorCode::kDamaged);
    REQUIRE(OpenEntries(world, 4).error().where ==
            "entries byte " + std::to_string(small.last_batch));
    REQUIRE(ReadTestFile(world.files(), kPath) == bytes);
    REQUIRE(OpenEntries(world, 3).value().leaves == small.EarlierLeaves());
    REQUIRE(ReadTestFile(world.files(), kPath) == small.bytes.substr(0, small.last_batch));
  }
}

TEST_CASE("a whole file with too few leaves is damaged") {
  SimulatedWorld world(1);
  WriteTestFile(world.files(), kPath, SmallFile().bytes);
  REQUIRE(OpenEntries(world, 5).has_value());
  REQUIRE(OpenEntries(world, 6).error().code == ErrorCode::kDamaged);
  REQUIRE(OpenEntries(world, 5).value().leaves == SmallFile().leaves);
}

TEST_CASE("whole batches that say what no batch may say are damage") {
  const std::string mark = "tabularium-log-1";
  const std::string_view one_leaf("\0\1a", 3);
  const std::vector<std::string> batches{
      PlainBatch(1, 1, one_leaf),                     // not the next index
      PlainBatch(0, 0, {}),                           // no leaf
      PlainBatch(0, 1, std::string_view("\0\0", 2)),  // an empty leaf
      PlainBatch(0, 1, one_leaf) + PlainBatch(0, 1, one_leaf),
  };
  for (const std::string& batch : batches) {
    SimulatedWorld world(1);
    WriteTestFile(world.files(), kPath, mark + batch);
    REQUIRE(OpenEntries(world).error().code == ErrorCode::kDamaged);
    REQUIRE(ReadTestFile(world.files(), kPath) == mark + batch);
  }
}

TEST_CASE("a batch whose counts and bytes contradict each other is not whole") {
  const std::string mark = "tabularium-log-1";
  const std::string_view one_leaf("\0\1a", 3);
  for (const std::string& batch : {PlainBatch(0, 2, one_leaf), PlainBatch(0, UINT32_MAX, one_leaf),
                                   PlainBatch(0, 1, std::string_view("\0\1a\0\1b", 6))}) {
    SimulatedWorld world(1);
    WriteTestFile(world.files(), kPath, mark + batch);
    REQUIRE(OpenEntries(world).value().leaves.empty());
    REQUIRE(ReadTestFile(world.files(), kPath) == mark);
    WriteTestFile(world.files(), kPath, mark + batch + PlainBatch(0, 1, one_leaf));
    REQUIRE(OpenEntries(world).error().code == ErrorCode::kDamaged);
  }
}

TEST_CASE("another file is not taken for one of entries") {
  SimulatedWorld world(1);
  WriteTestFile(world.files(), kPath, "tabularium-log-2 and more");
  REQUIRE(OpenEntries(world).error().code == ErrorCode::kDamaged);
  REQUIRE(ReadTestFile(world.files(), kPath) == "tabularium-log-2 and more");
}

TEST_CASE(
    "a full disk refuses a batch, leaves the file as it was, and takes more when there is room") {
  for (std::uint64_t room = 0; room < kHeaderBytes + 2 + 900; room += 41) {
    CAPTURE(room);
    SimulatedWorld world(room);
    const auto opened = OpenEntries(world).value();
    REQUIRE(AppendAll(*opened.file, {"kept"}).has_value());
    const std::string before = ReadTestFile(world.files(), kPath);
    world.SetCapacity(before.size() + room);
    REQUIRE(AppendAll(*opened.file, {std::string(900, 'x')}).error().code ==
            ErrorCode::kStorageFull);
    REQUIRE(ReadTestFile(world.files(), kPath) == before);
    REQUIRE(opened.file->count() == 1);
    world.SetCapacity(UINT64_MAX);
    REQUIRE(AppendAll(*opened.file, {"later"}).has_value());
    world.CrashBefore(world.steps());
    world.Restart(room % 2 == 0 ? CrashMode::kHarsh : CrashMode::kTorn);
    REQUIRE(OpenEntries(world, 2).value().leaves == std::vector<std::string>{"kept", "later"});
  }
}

TEST_CASE("after a failed sync nothing is appended until the file is opened again") {
  SimulatedWorld world(1);
  {
    const auto opened = OpenEntries(world).value();
    REQUIRE(AppendAll(*opened.file, {"kept"}).has_value());
    world.FailSyncsOf([](std::string_view) { return true; });
    REQUIRE(AppendAll(*opened.file, {"unknown"}).error().code == ErrorCode::kUnavailable);
    world.FailSyncsOf({});
    REQUIRE(AppendAll(*opened.file, {"refused"}).error().code == ErrorCode::kUnavailable);
    REQUIRE(opened.file->count() == 1);
  }
  const auto opened = OpenEntries(world, 1).value();
  REQUIRE(opened.leaves.front() == "kept");
  REQUIRE(std::ranges::count(opened.leaves, "refused") == 0);
  REQUIRE(AppendAll(*opened.file, {"later"}).has_value());
}

// Whoever opens the file acts on what it shows: signs its root, for one. So it has to be durable by
// then, even when the process that wrote it was stopped before it synced.
TEST_CASE("what opening has shown is still there after a crash") {
  for (const CrashMode mode : {CrashMode::kHarsh, CrashMode::kTorn}) {
    SimulatedWorld world(1);
    {
      const auto opened = OpenEntries(world).value();
      world.FailSyncsOf([](std::string_view) { return true; });
      REQUIRE_FALSE(AppendAll(*opened.file, {"written, not synced"}).has_value());
      REQUIRE_FALSE(OpenEntries(world).has_value());
      world.FailSyncsOf({});
    }
    const auto shown = OpenEntries(world).value().leaves;
    world.CrashBefore(world.steps());
    world.Restart(mode);
    REQUIRE(OpenEntries(world, shown.size()).value().leaves == shown);
  }
}

// The same of the file's name. A sync that is left out stands for a process that was stopped before
// it.
TEST_CASE("what a first opening left undone is made good by the next") {
  for (int real_syncs = 0; real_syncs < 3; ++real_syncs) {
    CAPTURE(real_syncs);
    SimulatedWorld world(1);
    int syncs = 0;
    world.LieAboutSyncs([&](std::string_view) { return ++syncs > real_syncs; });
    REQUIRE(OpenEntries(world).has_value());
    world.LieAboutSyncs({});
    const auto opened = OpenEntries(world).value();
    REQUIRE(AppendAll(*opened.file, {"acknowledged"}).has_value());
    world.CrashBefore(world.steps());
    world.Restart(CrashMode::kHarsh);
    REQUIRE(OpenEntries(world, 1).value().leaves == std::vector<std::string>{"acknowledged"});
  }
}

namespace {

// What happened until the machine stopped.
struct Story {
  std::vector<std::string> tried;
  std::size_t acknowledged = 0;
};

// Opens the file and appends six batches of growing size, some of them larger than a sector.
Story AppendUntilCrash(SimulatedWorld& world) {
  Story story;
  const auto opened = OpenEntries(world);
  if (!opened) return story;
  for (int batch = 0; batch < 6; ++batch) {
    std::vector<std::string> leaves;
    for (int i = 0; i <= batch; ++i) {
      leaves.push_back(std::to_string(story.tried.size()) + std::string(200U * i, 'x'));
      story.tried.push_back(leaves.back());
    }
    if (!AppendAll(*opened->file, leaves)) break;
    story.acknowledged = story.tried.size();
  }
  return story;
}

// What a crash took away or made up; nothing when all is well.
std::optional<std::string> WrongAfterCrash(SimulatedWorld& world, const Story& story) {
  const auto opened = OpenEntries(world, story.acknowledged);
  if (!opened) return opened.error().Text();
  const auto& leaves = opened->leaves;
  if (leaves.size() < story.acknowledged) return "an acknowledged leaf is lost";
  if (leaves.size() > story.tried.size() ||
      !std::equal(leaves.begin(), leaves.end(), story.tried.begin())) {
    return "a leaf is there that was not appended";
  }
  if (!AppendAll(*opened->file, {"again"})) return "no more can be appended";
  return std::nullopt;
}

}  // namespace

TEST_CASE("a crash at every step loses no acknowledged leaf and makes none up") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const CrashMode mode = seed == 0 ? CrashMode::kHarsh : CrashMode::kTorn;
    bool finished = false;
    for (std::uint64_t step = 0; !finished; ++step) {
      CAPTURE(seed);
      CAPTURE(step);
      SimulatedWorld world(seed * 1'000 + step);
      world.CrashBefore(step);
      const Story story = AppendUntilCrash(world);
      finished = !world.crashed();
      world.Restart(mode);
      REQUIRE(WrongAfterCrash(world, story) == std::nullopt);
      REQUIRE((!finished || story.acknowledged == 21));
    }
  }
}

TEST_CASE("the test above notices a disk that only says that it syncs") {
  for (const CrashMode mode : {CrashMode::kHarsh, CrashMode::kTorn}) {
    SimulatedWorld world(1);
    world.LieAboutSyncs([](std::string_view path) { return path == kPath; });
    const Story story = AppendUntilCrash(world);
    REQUIRE(story.acknowledged == 21);
    world.CrashBefore(world.steps());
    world.Restart(mode);
    REQUIRE(WrongAfterCrash(world, story) != std::nullopt);
  }
}

}  // namespace ledger
