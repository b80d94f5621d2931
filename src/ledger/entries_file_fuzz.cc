// No bytes may crash the opening of an entries file. What opens shows leaves that a batch may hold,
// takes more, and shows them all when it is opened again; what does not open is left as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/simulated_world.h"
#include "ledger/entries_file.h"
#include "ledger/testing.h"
#include "ledger/tile.h"

namespace {

constexpr std::string_view kPath = "entries";
constexpr std::size_t kMarkBytes = 16;
constexpr std::size_t kPlainHeaderBytes = 24;
constexpr std::size_t kHeaderBytes = 56;

void Require(bool condition) {
  if (!condition) std::abort();
}

struct Opened {
  std::unique_ptr<ledger::EntriesFile> file;
  std::vector<std::string> leaves;
};

base::Result<Opened> OpenEntries(base::SimulatedWorld& world) {
  Opened opened;
  const auto on_leaf = [&](std::uint64_t index, std::string_view leaf,
                           const ledger::Hash&) -> base::Result<void> {
    Require(index == opened.leaves.size());
    Require(!leaf.empty() && leaf.size() <= ledger::kMaxLeafBytes);
    opened.leaves.emplace_back(leaf);
    return {};
  };
  opened.file = TRY(ledger::EntriesFile::Open(world.files(), std::string(kPath), 0, on_leaf));
  return opened;
}

void TryFile(std::string_view bytes) {
  base::SimulatedWorld world(1);
  ledger::WriteTestFile(world.files(), kPath, bytes);
  std::vector<std::string> leaves;
  {
    auto opened = OpenEntries(world);
    if (!opened) {
      Require(opened.error().code == base::ErrorCode::kDamaged);
      Require(ledger::ReadTestFile(world.files(), kPath) == bytes);
      return;
    }
    leaves = std::move(opened->leaves);
    const std::string_view more[] = {"one", "two"};
    Require(opened->file->Append(more).has_value());
    leaves.insert(leaves.end(), {"one", "two"});
  }
  world.CrashBefore(world.steps());
  world.Restart(base::CrashMode::kHarsh);
  Require(OpenEntries(world).value().leaves == leaves);
}

// The same bytes with the digests of their batches set right, as far as batches can be made out: a
// fuzzer cannot find a SHA-256.
std::string WithDigests(std::string_view bytes) {
  std::string file = "tabularium-log-1";
  if (bytes.size() > kMarkBytes) file += bytes.substr(kMarkBytes);
  std::size_t at = kMarkBytes;
  while (file.size() - at >= kHeaderBytes) {
    const std::string_view rest = std::string_view(file).substr(at);
    const std::uint32_t length = base::LoadLittle32(rest.substr(4));
    if (length > rest.size() - kHeaderBytes) break;
    std::string covered(rest.substr(0, kPlainHeaderBytes));
    for (std::string_view body = rest.substr(kHeaderBytes, length); body.size() >= 2;) {
      const std::size_t leaf_bytes = base::LoadBig16(body);
      covered += ledger::LeafHash(body.substr(2, leaf_bytes)).view();
      body.remove_prefix(std::min(body.size(), 2 + leaf_bytes));
    }
    const base::Digest digest = base::Sha256(covered);
    file.replace(at + kPlainHeaderBytes, digest.view().size(), digest.view());
    at += kHeaderBytes + length;
  }
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(bytes), size);
  TryFile(file);
  TryFile(WithDigests(file));
  return 0;
}
