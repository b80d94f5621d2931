// How an altered file is found. An entry's leaf holds its number, time, key and the hashes of its
// items, and each leaf goes into the tree whose root the assertions tell. So an altered time or key
// of a user entry changes the root; an altered item has another hash, and the entry's item is not
// there. One gap is left: an item that the file adds twice, altered in one place. The other place
// still satisfies the entry. So each item must belong to an entry: the altered one belongs to none.
//
// One pass over the lines; each ends at a line feed or ends the reading. Items are kept by hash in
// an ordered map, since a stranger could choose items that fill one bucket of a hash table.
#include "ledger/rsf.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json_text.h"
#include "base/time.h"

namespace ledger {
namespace {

using base::ErrorCode;
using base::Json;

constexpr std::size_t kMaxFields = 5;  // of the longest command, append-entry
constexpr std::size_t kItemDepth = 2;  // a list inside an object
constexpr std::string_view kHashPrefix = "sha-256:";

bool IsText(const Json& json) { return json.kind() == Json::Kind::kString; }

// Registers know texts and lists of texts, whatever the datatype of a field.
bool IsRegisterItem(const Json& item) {
  if (item.kind() != Json::Kind::kObject) return false;
  return std::ranges::all_of(item.AsObject(), [](const Json::Member& member) {
    const Json& value = member.second;
    if (value.kind() == Json::Kind::kArray) return std::ranges::all_of(value.AsArray(), IsText);
    return IsText(value);
  });
}

bool IsKey(std::string_view key) {
  return !key.empty() && std::ranges::none_of(key, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

// "sha-256:" and 64 lower-case digits.
std::optional<Hash> ParseHash(std::string_view text) {
  if (!text.starts_with(kHashPrefix)) return std::nullopt;
  text.remove_prefix(kHashPrefix.size());
  if (text.size() != 2 * Hash{}.bytes.size()) return std::nullopt;
  const auto bytes = base::HexDecode(text);
  return bytes ? Hash::FromBytes(*bytes) : std::nullopt;
}

// The bytes that the archived registers hashed for a user entry, found by experiment: members in
// this order, without blanks, non-ASCII as it is. `hashes` are in the form of the line.
std::string Leaf(std::uint64_t number, std::string_view time, std::string_view key,
                 const std::vector<std::string_view>& hashes) {
  std::string leaf = base::Format(
      R"({{"index-entry-number":"{0}","entry-number":"{0}","entry-timestamp":"{1}","key":)", number,
      time);
  base::AppendJsonString(leaf, key);
  leaf += R"(,"item-hash":[)";
  for (const std::string_view hash : hashes) {
    if (hash.data() != hashes.front().data()) leaf += ',';
    base::AppendJsonString(leaf, hash);
  }
  leaf += "]}";
  return leaf;
}

class RsfReader {
 public:
  RsfReader(std::string_view bytes, const RsfLimits& limits) : rest_(bytes), limits_(limits) {}

  base::Result<RsfReport> Read() {
    if (rest_.size() > limits_.max_bytes) {
      return base::Fail(ErrorCode::kTooLarge,
                        base::Format("The file is larger than {} bytes", limits_.max_bytes),
                        "file");
    }
    if (rest_.empty()) {
      return base::Fail(ErrorCode::kInvalid, "The file is empty", "file",
                        "Get the register again from its source.");
    }
    while (!rest_.empty()) {
      const std::string_view line = TRY(NextLine());
      TRY(ReadLine(line));
    }
    TRY(RequireOwners());
    return Report();
  }

 private:
  struct Item {
    std::uint64_t line;
    bool has_entry;
  };
  using Fields = std::vector<std::string_view>;

  [[nodiscard]] std::string Where() const { return base::Format("line {}", line_); }

  [[nodiscard]] std::unexpected<base::Error> Bad(std::string what, std::string remedy) const {
    return base::Fail(ErrorCode::kInvalid, std::move(what), Where(), std::move(remedy));
  }

  [[nodiscard]] std::unexpected<base::Error> Untrue(std::string what) const {
    return base::Fail(ErrorCode::kUntrue, std::move(what), Where());
  }

  [[nodiscard]] std::unexpected<base::Error> TooLarge(std::string what) const {
    return base::Fail(ErrorCode::kTooLarge, std::move(what), Where(),
                      "Check that the file is a register; no archived one comes near this limit.");
  }

  // Takes the next line off, without its line feed. The search ends at the limit, not at the file's
  // end.
  base::Result<std::string_view> NextLine() {
    ++line_;
    const std::string_view window = rest_.substr(0, limits_.max_line_bytes + 1);
    const std::size_t end = window.find('\n');
    if (end == std::string_view::npos) {
      if (window.size() > limits_.max_line_bytes) {
        return TooLarge(base::Format("A line has more than {} bytes", limits_.max_line_bytes));
      }
      return Bad("The last line does not end with a line feed",
                 "The file may have been cut short; get it again from its source.");
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  base::Result<void> ReadLine(std::string_view line) {
    if (line.ends_with('\r')) {
      return Bad("A line ends with carriage return and line feed",
                 "Get the file again as bytes, or end its lines with a line feed alone.");
    }
    if (!base::IsUtf8(line)) {
      return Bad("A line is not UTF-8", "Get the file again as bytes from its source.");
    }
    const Fields fields = base::Split(line, '\t', kMaxFields + 1);
    if (fields[0] == "add-item") return AddItem(fields);
    if (fields[0] == "append-entry") return AppendEntry(fields);
    if (fields[0] == "assert-root-hash") return AssertRoot(fields);
    return Bad("A line begins with no known command",
               "Begin it with add-item, append-entry or assert-root-hash, and a tab.");
  }

  [[nodiscard]] base::Result<void> RequireFields(const Fields& fields, std::size_t count) const {
    if (fields.size() == count) return {};
    return Bad(base::Format("A command has another number of fields than {}", count),
               "Write the command and its values with one tab between them.");
  }

  base::Result<void> AddItem(const Fields& fields) {
    TRY(RequireFields(fields, 2));
    const auto item = base::ParseCanonicalJson(fields[1], {.max_bytes = limits_.max_line_bytes,
                                                           .max_depth = kItemDepth,
                                                           .max_values = limits_.max_item_values});
    // The parser's own sentence is left out: its place may name a member.
    if (!item && item.error().code == ErrorCode::kTooLarge) {
      return TooLarge(base::Format("An item is nested deeper than {} or has more than {} values",
                                   kItemDepth, limits_.max_item_values));
    }
    if (!item || !IsRegisterItem(*item)) {
      return Bad("An item is not an object of texts and lists of texts in canonical JSON",
                 "Write it without white space, with sorted members and the fewest escapes.");
    }
    items_.try_emplace(base::Sha256(fields[1]), Item{.line = line_, .has_entry = false});
    if (items_.size() > limits_.max_items) {
      return TooLarge(base::Format("The file has more than {} items", limits_.max_items));
    }
    return {};
  }

  base::Result<void> AppendEntry(const Fields& fields) {
    TRY(RequireFields(fields, 5));
    const bool is_user = fields[1] == "user";
    if (!is_user && fields[1] != "system") {
      return Bad("An entry is of no known kind", "Write user or system.");
    }
    if (!IsKey(fields[2])) {
      return Bad("An entry's key is empty or has control characters", "Correct the key.");
    }
    if (!base::ParseInstant(fields[3])) {
      return Bad("An entry's time is not an instant in UTC to the second",
                 "Write it as 2016-04-05T13:23:05Z (RFC 3339).");
    }
    const Fields hashes = TRY(TakeItems(fields[4]));
    if (report_.user_entries + report_.system_entries >= limits_.max_entries) {
      return TooLarge(base::Format("The file has more than {} entries", limits_.max_entries));
    }
    if (!is_user) {
      ++report_.system_entries;
      return {};
    }
    ++report_.user_entries;
    tree_.Append(LeafHash(Leaf(report_.user_entries, fields[3], fields[2], hashes)));
    return {};
  }

  // The hashes of an entry's items as written, after marking the items as owned.
  base::Result<Fields> TakeItems(std::string_view list) {
    Fields hashes = base::Split(list, ';', limits_.max_entry_items + 1);
    if (hashes.size() > limits_.max_entry_items) {
      return TooLarge(base::Format("An entry has more than {} items", limits_.max_entry_items));
    }
    for (const std::string_view text : hashes) {
      const auto hash = ParseHash(text);
      if (!hash) {
        return Bad(
            "An entry's item is not written as a SHA-256 hash",
            "Write sha-256: and 64 lower-case digits, with a semicolon between two of them.");
      }
      const auto item = items_.find(*hash);
      if (item == items_.end()) {
        return Untrue("An entry refers to an item that no line before it adds");
      }
      item->second.has_entry = true;
    }
    return hashes;
  }

  base::Result<void> AssertRoot(const Fields& fields) {
    TRY(RequireFields(fields, 2));
    const auto asserted = ParseHash(fields[1]);
    if (!asserted) {
      return Bad("An assertion's root is not written as a SHA-256 hash",
                 "Write sha-256: and 64 lower-case digits.");
    }
    if (*asserted != tree_.Root()) {
      return Untrue(base::Format(
          "An assertion does not hold: it is not the root of the {} user entries before it, of "
          "which the last good assertion covers {}",
          report_.user_entries, report_.asserted_entries));
    }
    ++report_.assertions;
    report_.asserted_entries = report_.user_entries;
    report_.asserted_root = *asserted;
    return {};
  }

  // Finds the first item that belongs to no entry.
  base::Result<void> RequireOwners() {
    std::optional<std::uint64_t> first;
    for (const auto& [hash, item] : items_) {
      if (!item.has_entry) first = std::min(first.value_or(item.line), item.line);
    }
    if (!first) return {};
    line_ = *first;
    return Untrue("An item belongs to no entry");
  }

  RsfReport Report() {
    report_.items = items_.size();
    report_.root = tree_.Root();
    if (report_.assertions == 0) report_.asserted_root = EmptyRoot();
    if (report_.assertions > 0 && report_.asserted_entries == report_.user_entries) {
      report_.coverage = RsfCoverage::kFull;
    } else if (report_.asserted_entries > 0) {
      report_.coverage = RsfCoverage::kPrefix;
    }
    return report_;
  }

  std::string_view rest_;
  const RsfLimits& limits_;
  std::uint64_t line_ = 0;  // of the line that was taken last, from 1
  std::map<Hash, Item> items_;
  Frontier tree_;
  RsfReport report_;
};

}  // namespace

base::Result<RsfReport> ReadRsf(std::string_view bytes, const RsfLimits& limits) {
  return RsfReader(bytes, limits).Read();
}

}  // namespace ledger
