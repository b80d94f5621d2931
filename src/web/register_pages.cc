#include "web/register_pages.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "web/proof_path.h"
#include "web/receipt_file.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;
using http::Method;

std::unexpected<base::Error> NoSuchEntry() {
  return base::Fail(ErrorCode::kNotFound, "There is nothing at this address");
}

std::string EntryUrl(std::uint64_t index) { return Format("/register-log/{}", index); }

Json EntryJson(const Entry& entry, const OrganisationNames& names, const Texts& texts) {
  return Json::Object({{"index", NumberText(entry.index)},
                       {"entry_url", EntryUrl(entry.index)},
                       {"time", entry.time ? DateTimeText(*entry.time, texts) : std::string{}},
                       {"sentence", Json::Repaired(SentenceOf(entry, names, texts))}});
}

}  // namespace

void RegisterPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {Method::kGet, "/register-log",
       [this](const http::Request& request, const PathParts&) { return ShowEntries(request); }});
  routes.push_back({Method::kGet, "/register-log/*",
                    [this](const http::Request& request, const PathParts& parts) {
                      return ShowEntry(request, parts[0]);
                    }});
}

// Newest first. `before` is the index below which the page begins.
base::Result<http::Response> RegisterPages::ShowEntries(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const std::uint64_t size = desk_.register_log().size();
  std::uint64_t before = size;
  if (const auto wish = request.Parameter("before")) {
    const auto number = base::ParseDecimal(*wish);
    if (!number || *number == 0 || *number > size) return NoSuchEntry();
    before = *number;
  }
  const auto names = TRY(ReadOrganisationNames(desk_.directory()));
  const std::uint64_t end = before - std::min(before, kEntriesPerPage);
  Json::Items entries;
  for (std::uint64_t i = before; i > end; --i) {
    entries.push_back(EntryJson(TRY(ReadEntry(desk_.register_log(), i - 1)), names, texts));
  }
  const std::uint64_t newer = std::min(size, before + kEntriesPerPage);
  Page page{"register_log", texts.Get("register_log.title")};
  page.section = Section::kRegisterLog;
  page.view = {
      {"entries", Json::Array(std::move(entries))},
      {"is_empty", size == 0},
      {"size", NumberText(size)},
      {"is_paged", size > kEntriesPerPage},
      {"newer_url", before < size ? Json(Format("/register-log?before={}", newer)) : Json()},
      {"older_url", end > 0 ? Json(Format("/register-log?before={}", end)) : Json()}};
  return desk_.Show(page, visitor);
}

base::Result<http::Response> RegisterPages::ShowEntry(const http::Request& request,
                                                      std::string_view name) {
  const auto place = ReceiptPlaceOf(name);
  if (!place || place->index >= desk_.register_log().size()) return NoSuchEntry();
  if (place->form == ReceiptForm::kPage) return ShowReceipt(request, place->index);
  http::Response file = ReceiptFile(*place, TRY(Prove(place->index)));
  AddHeader(file, "Cache-Control", "no-cache");
  return file;
}

base::Result<ledger::Log::ProvedLeaves> RegisterPages::Prove(std::uint64_t index) {
  return desk_.register_log().Prove({index});
}

// A proof that does not hold is the worst that this page can have to say, so it says that alone.
base::Result<http::Response> RegisterPages::ShowReceipt(const http::Request& request,
                                                        std::uint64_t index) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const auto proved = TRY(Prove(index));
  const auto& leaf = proved.leaves.front();
  const std::uint64_t size = ledger::StatedSize(proved.checkpoint).value_or(0);
  const auto path = PathOf(index, size, ledger::LeafHash(leaf.leaf), leaf.proof);
  if (!path) return base::Fail(ErrorCode::kDamaged, "The proof has another length than the log");
  const Entry entry = EntryOf(index, leaf.leaf);
  const auto names = TRY(ReadOrganisationNames(desk_.directory()));
  const std::string number = NumberText(index);
  Page page{"receipt", texts.Get("receipt.title")};
  page.section = Section::kRegisterLog;
  page.crumbs = {{texts.Get("navigation.register_log"), "/register-log"},
                 {texts.Get("receipt.crumb", {{"index", number}}), EntryUrl(index)}};
  page.view = {{"sentence", Json::Repaired(SentenceOf(entry, names, texts))},
               {"time", entry.time ? DateTimeText(*entry.time, texts) : std::string{}},
               {"kind", Json::Repaired(entry.kind)},
               {"leaf", Json::Repaired(entry.leaf)},
               {"index", number},
               {"plain_index", Format("{}", index)},
               {"size", NumberText(size)},
               {"plain_size", Format("{}", size)},
               {"checkpoint", Json::Repaired(proved.checkpoint)},
               {"receipt_bytes", BytesText(ledger::WriteReceipt(proved).size())},
               {"receipt_url", EntryUrl(index) + std::string(kReceiptSuffix)},
               {"tlog_proof_url", EntryUrl(index) + std::string(kTlogProofSuffix)},
               {"keys_url", desk_.options().keys_json.empty() ? Json() : Json("/keys.json")},
               {"proof", ProofJson(index, size, *path, texts)}};
  return desk_.Show(page, visitor);
}

}  // namespace web
