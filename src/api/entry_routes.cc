// The register log, entry by entry, for readers who do not want to take tiles apart.
#include "api/call.h"
#include "api/route_table.h"
#include "base/bytes.h"
#include "ledger/receipt.h"

namespace api {
namespace {

using base::Json;
using http::Method;

constexpr std::int64_t kMaxIndex = (std::int64_t{1} << 53) - 1;

JsonSchema EntrySchema() {
  return JsonSchema::Object(
      "An entry of the register log.",
      {{"index", JsonSchema::Integer("Its number, counted from 0.", 0, kMaxIndex)},
       {"leaf", JsonSchema::Document("Its content; docs/formats/leaves.md.")}});
}

// Leaves are written by us as canonical JSON; one that cannot be read is damage.
base::Result<Json> EntryJson(ledger::Log& log, std::uint64_t index) {
  const std::string leaf = TRY(log.Leaf(index));
  return Json::Object({{"index", index}, {"leaf", TRY(base::ParseJson(leaf, base::kRequestJson))}});
}

// An index that is no number leads nowhere, as one that is too large does.
base::Result<std::uint64_t> IndexOf(const Call& call, ledger::Log& log) {
  const auto index = base::ParseDecimal(call.places.front());
  if (!index || *index >= log.size()) return identity::Absent();
  return *index;
}

base::Result<Answer> GetEntry(const Services& services, const Call& call) {
  const std::uint64_t index = TRY(IndexOf(call, services.register_log));
  return Answer{.body = TRY(EntryJson(services.register_log, index))};
}

base::Result<Answer> ListEntries(const Services& services, const Call& call) {
  const std::uint64_t from = base::ParseDecimal(call.Query("cursor").value_or("0")).value_or(0);
  const std::uint64_t size = services.register_log.size();
  Json::Items items;
  std::uint64_t index = from;
  for (; index < size && items.size() < PageItems(call); ++index) {
    items.push_back(TRY(EntryJson(services.register_log, index)));
  }
  const Json next = index < size ? Json(std::to_string(index)) : Json();
  return Answer{.body = Json::Object({{"items", Json::Array(std::move(items))}, {"next", next}})};
}

// Proved against the newest signed checkpoint, which need not be published yet.
base::Result<Answer> GetEntryReceipt(const Services& services, const Call& call) {
  const std::uint64_t index = TRY(IndexOf(call, services.register_log));
  const auto proved = TRY(services.register_log.Prove({index}));
  return Answer{.response =
                    http::MakeResponse(200, "application/json", ledger::WriteReceipt(proved))};
}

}  // namespace

std::vector<Route> EntryRoutes() {
  return {{Method::kGet,
           "/api/v1/entries",
           "listEntries",
           "The register log, entry by entry, from the oldest on.",
           Asker::kAnybody,
           PageQuery(),
           NoBody{},
           {200, JsonReply{PageSchema("Entries by number.", EntrySchema())}},
           ListEntries},
          {Method::kGet,
           "/api/v1/entries/{index}",
           "getEntry",
           "One entry of the register log.",
           Asker::kAnybody,
           {},
           NoBody{},
           {200, JsonReply{EntrySchema()}},
           GetEntry},
          {Method::kGet,
           "/api/v1/entries/{index}/receipt",
           "getEntryReceipt",
           "A receipt: the entry, its inclusion proof and a signed checkpoint, to be verified "
           "offline.",
           Asker::kAnybody,
           {},
           NoBody{},
           {200, JsonReply{JsonSchema::Document("A receipt; docs/formats/log.md.")}},
           GetEntryReceipt}};
}

}  // namespace api
