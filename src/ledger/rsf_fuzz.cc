// No text may crash the reader, and no error may be without a place. Since random bytes never have
// the right hashes, the input is also taken as a recipe: a register is written of it with the roots
// that belong there. It must be read whole; with one byte changed it must not crash, and it must
// not pass for the same register unless only what nobody vouches for has changed.
#include "ledger/rsf.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json.h"

namespace {

constexpr std::size_t kMaxRecipeLines = 64;
constexpr std::string_view kTime = "2016-04-05T13:23:05Z";

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Canonical(const base::Json& json) { return base::WriteCanonicalJson(json).value(); }

base::Result<ledger::RsfReport> Read(std::string_view bytes, const ledger::RsfLimits& limits = {}) {
  auto report = ledger::ReadRsf(bytes, limits);
  if (!report) {
    Require(!report.error().what.empty() && !report.error().where.empty());
    return report;
  }
  Require(report->asserted_entries <= report->user_entries);
  Require(report->asserted_entries != report->user_entries || report->assertions == 0 ||
          report->coverage == ledger::RsfCoverage::kFull);
  return report;
}

// A key of letters and, when there is one, the text that came from outside.
std::string KeyOf(const base::Json& text) {
  std::string key = "k";
  for (const char c : text.AsString())
    key += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '-' : c;
  return key;
}

struct Recipe {
  std::string bytes;
  ledger::Frontier tree;

  void AddEntry(bool is_user, std::string_view line) {
    const base::Json text = base::Json::Repaired(line);
    const std::string item =
        Canonical(base::Json::Object({{"a", text}, {"b", base::Json::Array({text})}}));
    const std::string hash = "sha-256:" + base::Sha256(item).Hex();
    const std::string key = KeyOf(text);
    bytes += base::Format("add-item\t{}\nappend-entry\t{}\t{}\t{}\t{}\n", item,
                          is_user ? "user" : "system", key, kTime, hash);
    if (!is_user) return;
    const std::string number = std::to_string(tree.size() + 1);
    tree.Append(ledger::LeafHash(
        base::WriteJson(base::Json::Object({{"index-entry-number", number},
                                            {"entry-number", number},
                                            {"entry-timestamp", kTime},
                                            {"key", key},
                                            {"item-hash", base::Json::Array({hash})}}))));
  }

  void AddAssertion() {
    bytes += base::Format("assert-root-hash\tsha-256:{}\n", tree.Root().Hex());
  }
};

void TryRecipe(std::string_view text) {
  Recipe recipe;
  for (const std::string_view line : base::Split(text, '\n', kMaxRecipeLines)) {
    if (line.starts_with('=')) {
      recipe.AddAssertion();
    } else {
      recipe.AddEntry(!line.starts_with('-'), line);
    }
  }
  recipe.AddAssertion();
  const auto report = Read(recipe.bytes);
  Require(report && report->coverage == ledger::RsfCoverage::kFull);
  Require(report->user_entries == recipe.tree.size() && report->root == recipe.tree.Root());
  // The place and the change come from the input too.
  const auto at = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::size_t place = (at(0) << 16U | at(1) << 8U | at(2)) % recipe.bytes.size();
  std::string altered = recipe.bytes;
  altered[place] = static_cast<char>(altered[place] ^ static_cast<char>(at(3)));
  if (const auto other = Read(altered)) Require(other->root == report->root);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto report = Read(text);
  // Narrower limits refuse more, and read nothing else.
  const auto narrow = Read(text, {.max_bytes = 4'096,
                                  .max_line_bytes = 256,
                                  .max_item_values = 4,
                                  .max_items = 3,
                                  .max_entries = 4,
                                  .max_entry_items = 2});
  Require(!narrow || (report && *narrow == *report));
  TryRecipe(text);
  return 0;
}
