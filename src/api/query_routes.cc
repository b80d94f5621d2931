// Governed data: queries under an agreement, their receipts, and rehearsals.
#include <algorithm>
#include <array>
#include <memory>

#include "agreements/agreements.h"
#include "api/call.h"
#include "api/route_table.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "engine/result_stream.h"
#include "exchange/query.h"
#include "exchange/rehearsal.h"
#include "ledger/receipt.h"

namespace api {
namespace {

using base::Format;
using base::Json;
using engine::ResultFormat;
using http::Method;
using identity::Principal;

constexpr std::array<std::string_view, 4> kMediaTypes = {
    "application/vnd.apache.arrow.stream", "text/csv", "application/x-ndjson", "application/json"};
constexpr std::size_t kMaxAcceptedTypes = 100;

// --- queries
// ----------------------------------------------------------------------------------------

// `format` decides, then the first part of Accept that names one; JSON otherwise.
ResultFormat FormatOf(const Call& call) {
  const auto names = engine::ResultFormatNames();
  if (const auto given = call.Query("format")) {
    return static_cast<ResultFormat>(std::ranges::find(names, *given) - names.begin());
  }
  const std::string_view accept = call.request.headers.Find("Accept").value_or("");
  for (const std::string_view part : base::Split(accept, ',', kMaxAcceptedTypes)) {
    for (std::size_t i = 0; i < kMediaTypes.size(); ++i) {
      if (part.find(kMediaTypes[i]) != std::string_view::npos) return static_cast<ResultFormat>(i);
    }
  }
  return ResultFormat::kJson;
}

// The stream as a reply: chunk after chunk, cut when its stop is requested, closed as complete once
// the last chunk has gone out.
http::Response Streamed(const std::shared_ptr<exchange::QueryStream>& stream, ResultFormat format) {
  http::Response response =
      http::MakeResponse(200, kMediaTypes[static_cast<std::size_t>(format)], {});
  const std::string receipt = Format("{}", stream->opened_index());
  CHECK(response.headers.Add("Tabularium-Receipt", receipt).has_value());
  response.stop = stream->stop();
  response.producer = exchange::SenderOf(stream);
  return response;
}

base::Result<Answer> QueryAgreement(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const Json* params = call.body.Find("params");
  const bool has_params = params != nullptr && params->kind() != Json::Kind::kNull;
  const ResultFormat format = FormatOf(call);
  // Query opens the gate before anything else: from then on the access is on record.
  auto stream = TRY(exchange::Query(services.query, actor,
                                    {.agreement = call.places.front(),
                                     .purpose = call.OptionalText("purpose").value_or(""),
                                     .sql = call.Text("sql"),
                                     .params = has_params ? *params : Json::Array({}),
                                     .format = format}));
  return Answer{.response = Streamed(std::move(stream), format)};
}

// --- receipts
// ---------------------------------------------------------------------------------------

base::Result<Answer> GetReceipt(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const auto index = base::ParseDecimal(call.places.front());
  if (!index) return identity::Absent();
  const auto entries = TRY(services.query.gate.EntriesOf(actor, *index));
  const auto proved = TRY(services.access_log.Prove(entries));
  return Answer{.response =
                    http::MakeResponse(200, "application/json", ledger::WriteReceipt(proved))};
}

// --- rehearsals
// -------------------------------------------------------------------------------------

// Small counts tell of single people.
Json Veiled(std::uint64_t count) {
  if (exchange::IsVeiled(count)) return "fewer than 10";
  return count;
}

Json CountsJson(const exchange::RequestRehearsal& rehearsal) {
  const exchange::RehearsalCounts& counts = rehearsal.counts;
  Json::Items steps;
  for (const std::uint64_t each : counts.rows.after_step) steps.push_back(Veiled(each));
  Json::Items empty;
  for (const std::uint64_t each : counts.rows.left_empty) empty.push_back(Veiled(each));
  const Json list = counts.list ? Veiled(counts.list->entries) : Json();
  return Json::Object({{"dataset", rehearsal.version.dataset},
                       {"version", rehearsal.version.version},
                       {"rows", counts.rows.rows},
                       {"after_step", Json::Array(std::move(steps))},
                       {"matched", Veiled(counts.rows.matched)},
                       {"left_empty", Json::Array(std::move(empty))},
                       {"list_entries", list},
                       {"entry", rehearsal.index}});
}

base::Result<Answer> Rehearse(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  // RehearseRequest opens the gate before a row is read: it alone decides who may, and puts the
  // rehearsal on record.
  const auto rehearsal =
      TRY(exchange::RehearseRequest({services.directory, services.catalogue, services.requests,
                                     services.query.gate, services.counts},
                                    actor, call.places.front()));
  return Answer{.body = CountsJson(rehearsal)};
}

Route QueryRoute() {
  const auto names = engine::ResultFormatNames();
  return {
      Method::kPost,
      "/api/v1/agreements/{no}/query",
      "queryAgreement",
      "Runs SQL over what the agreement lets through. The reply is a stream, whole only with "
      "its last chunk; the header Tabularium-Receipt is the number of its receipt.",
      Asker::kBearer,
      {{"format", JsonSchema::Word("In place of Accept.",
                                   std::vector<std::string>(names.begin(), names.end()))}},
      JsonBody{JsonSchema::Object(
          "A query; docs/formats/query-sql.md.",
          {{"sql", JsonSchema::Text("One SELECT.", {1, agreements::kMaxSqlBytes})},
           {"params", JsonSchema::Anything("An array for $1 and ?, an object for $name."), false},
           {"purpose",
            JsonSchema::Text("One of the agreement's purposes.", {0, 64, TextForm::kCode}),
            false}})},
      {200, BytesReply{{kMediaTypes.begin(), kMediaTypes.end()}}},
      QueryAgreement};
}

}  // namespace

std::vector<Route> QueryRoutes() {
  return {QueryRoute(),
          {Method::kGet,
           "/api/v1/receipts/{index}",
           "getReceipt",
           "The receipt of an access, for the parties of its agreement: both entries, proved "
           "against the newest checkpoint.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{JsonSchema::Document("A receipt; docs/formats/log.md.")}},
           GetReceipt},
          {Method::kPost,
           "/api/v1/requests/{no}/rehearsals",
           "rehearseRequest",
           "Counts, on every row of the newest version, what the request would let through; for "
           "an approver of the owner, and on record.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{JsonSchema::Document("dataset, version, rows, after_step, matched, "
                                                "left_empty, list_entries, entry.")}},
           Rehearse}};
}

}  // namespace api
