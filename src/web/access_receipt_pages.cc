#include "web/access_receipt_pages.h"

#include "base/bytes.h"
#include "base/format.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "web/access.h"
#include "web/agreement_words.h"
#include "web/json_view.h"
#include "web/proof_path.h"
#include "web/receipt_file.h"
#include "web/request_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using http::Method;

std::string ReceiptUrl(std::uint64_t index) { return Format("/receipts/{}", index); }

base::Result<ProofPath> PathOfLeaf(const ledger::Log::ProvedLeaf& leaf, std::uint64_t size) {
  auto path = PathOf(leaf.index, size, ledger::LeafHash(leaf.leaf), leaf.proof);
  if (path) return *std::move(path);
  return base::Fail(base::ErrorCode::kDamaged, "The proof has another length than the log");
}

std::string SentenceOf(const Json& closed, const agreements::Agreement& agreement,
                       const Entry& opened, const Texts& texts) {
  const std::string outcome =
      closed.kind() == Json::Kind::kNull ? "open" : TextOf(closed, "outcome_code");
  std::string key = Format("access_receipt.sentence.{}", outcome);
  if (!texts.Has(key)) key = "access_receipt.sentence.failed";
  return texts.Get(key, {{"recipient", ShownText(agreement.recipient.name)},
                         {"agreement", agreement.number},
                         {"date", opened.time ? DateText(*opened.time, texts) : std::string{}},
                         {"row_words", TextOf(closed, "row_words")}});
}

}  // namespace

Json ClosedEntryJson(const Entry& closed, const Texts& texts) {
  const std::string outcome = TextOf(closed.fields, "outcome");
  const std::string key = Format("access_outcome.{}", outcome);
  const std::uint64_t rows = CountOf(closed.fields, "rows");
  return Json::Object({{"closed_index", NumberText(closed.index)},
                       {"outcome_code", Json::Repaired(outcome)},
                       {"outcome", Json::Repaired(texts.Has(key) ? texts.Get(key) : outcome)},
                       {"row_words", texts.Get(rows == 1 ? "query.one_row" : "query.rows",
                                               {{"count", NumberText(rows)}})},
                       {"byte_count", NumberText(CountOf(closed.fields, "bytes"))},
                       {"body", Json::Repaired(TextOf(closed.fields, "body"))},
                       {"form", Json::Repaired(TextOf(closed.fields, "template"))},
                       {"leaf", Json::Repaired(closed.leaf)}});
}

void AccessReceiptPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {Method::kGet, "/receipts/*", [this](const http::Request& request, const PathParts& parts) {
         return Show(request, parts[0]);
       }});
}

AccessReceiptPages::Handled AccessReceiptPages::Show(const http::Request& request,
                                                     std::string_view name) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto place = ReceiptPlaceOf(name);
  if (!place) return NothingHere();
  // The gate alone says whose access it was, and so who may have the receipt.
  const auto entries = TRY(desk_.query().gate.EntriesOf(*visitor.principal, place->index));
  const auto proved = TRY(desk_.access_log().Prove(entries));
  if (place->form == ReceiptForm::kPage) return ShowReceipt(visitor, place->index, proved);
  http::Response file = ReceiptFile(*place, proved);
  AddHeader(file, "Cache-Control", "no-store");
  return file;
}

base::Result<Json> AccessReceiptPages::OpenedJson(const Entry& opened,
                                                  const agreements::Agreement& agreement) {
  const Texts& texts = desk_.texts();
  const std::string door = TextOf(opened.fields, "door");
  const std::string door_key = Format("policy.door.{}", door);
  const std::string dataset = TextOf(opened.fields, "dataset");
  const std::string hidden = TextOf(opened.fields, "dataset_commitment");
  return Json::Object(
      {{"number", agreement.number},
       {"agreement_url", UrlOf(agreement)},
       {"law", Json::Repaired(PowerWords(agreement.fields.power, desk_.law()))},
       {"purpose", Json::Repaired(TextOf(opened.fields, "purpose"))},
       {"door", Json::Repaired(texts.Has(door_key) ? texts.Get(door_key) : door)},
       {"dataset_url", dataset.empty() ? Json() : Json::Repaired("/datasets/" + dataset)},
       {"dataset", Json::Repaired(ShownText(agreement.dataset_title))},
       {"version", NumberText(CountOf(opened.fields, "version"))},
       {"hidden", hidden.empty() ? Json() : Json::Repaired(hidden)},
       {"hour", opened.time ? HourText(*opened.time, texts) : std::string{}},
       {"commitment", Json::Repaired(TextOf(opened.fields, "commitment"))},
       {"leaf", Json::Repaired(opened.leaf)}});
}

AccessReceiptPages::Handled AccessReceiptPages::ShowReceipt(
    const Visitor& visitor, std::uint64_t index, const ledger::Log::ProvedLeaves& proved) {
  const Texts& texts = desk_.texts();
  const std::uint64_t size = ledger::StatedSize(proved.checkpoint).value_or(0);
  const Entry opened = EntryOf(index, proved.leaves.front().leaf);
  const auto agreement =
      TRY(desk_.agreements().Find(visitor.principal, TextOf(opened.fields, "agreement")));
  const ProofPath path = TRY(PathOfLeaf(proved.leaves.front(), size));
  Json closed;
  Json closed_proof;
  if (proved.leaves.size() > 1) {
    const auto& leaf = proved.leaves[1];
    closed = ClosedEntryJson(EntryOf(leaf.index, leaf.leaf), texts);
    closed_proof = ProofJson(leaf.index, size, TRY(PathOfLeaf(leaf, size)), texts);
  }
  const bool is_closed = closed.kind() != Json::Kind::kNull;
  const std::string number = NumberText(index);
  Page page{"access_receipt",
            texts.Get(is_closed ? "access_receipt.title" : "access_receipt.title_open")};
  page.section = Section::kAgreements;
  page.crumbs = {{texts.Get("navigation.agreements"), "/agreements"},
                 {agreement.number, UrlOf(agreement)},
                 {texts.Get("access_receipt.crumb", {{"index", number}}), ReceiptUrl(index)}};
  page.view = {{"index", number},
               {"plain_index", Format("{}", index)},
               {"sentence", Json::Repaired(SentenceOf(closed, agreement, opened, texts))},
               {"opened", TRY(OpenedJson(opened, agreement))},
               {"closed", std::move(closed)},
               {"size", NumberText(size)},
               {"checkpoint", Json::Repaired(proved.checkpoint)},
               {"receipt_bytes", BytesText(ledger::WriteReceipt(proved).size())},
               {"receipt_url", ReceiptUrl(index) + std::string(kReceiptSuffix)},
               {"tlog_proof_url", ReceiptUrl(index) + std::string(kTlogProofSuffix)},
               {"keys_url", desk_.options().keys_json.empty() ? Json() : Json("/keys.json")},
               {"proof", ProofJson(index, size, path, texts)},
               {"closed_proof", std::move(closed_proof)}};
  return desk_.Show(page, visitor);
}

}  // namespace web
