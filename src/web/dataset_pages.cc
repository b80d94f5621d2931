#include "web/dataset_pages.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "web/column_words.h"
#include "web/confirmation.h"
#include "web/request_pages.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using catalogue::Dataset;
using catalogue::DatasetVisibility;
using http::Method;

constexpr std::size_t kDatasetsPerPage = 50;
constexpr std::size_t kMaxOwnDatasets = 100;  // whose drafts are looked for
constexpr std::size_t kVersionsPerPage = 20;
constexpr std::string_view kBlanks = " \t\r\n";

std::string Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1));
}

// How one comes to its rows.
std::string_view AccessKeyOf(const Dataset& dataset) {
  if (!dataset.latest) return "access.unpublished";
  return dataset.visibility == DatasetVisibility::kPrivate ? "access.private" : "access.agreement";
}

Json RowJson(const Dataset& dataset, const Texts& texts) {
  const auto& latest = dataset.latest;
  return Json::Object({{"title", Json::Repaired(ShownText(dataset.title))},
                       {"dataset_url", UrlOf(dataset)},
                       {"description", Json::Repaired(ShownText(dataset.description))},
                       {"owner", Json::Repaired(ShownText(dataset.organisation_name))},
                       {"access", texts.Get(AccessKeyOf(dataset))},
                       {"is_asked_for", latest && dataset.visibility == DatasetVisibility::kPublic},
                       {"rows", latest ? NumberText(latest->rows) : std::string{}},
                       {"columns", latest ? NumberText(latest->columns) : std::string{}},
                       {"updated", latest ? DateText(latest->published, texts) : std::string{}}});
}

std::string CountWords(const std::string& filter, std::uint64_t found, std::uint64_t all,
                       const Texts& texts) {
  const std::string count = NumberText(found);
  if (filter.empty()) {
    return texts.Get(found == 1 ? "datasets.one" : "datasets.all", {{"count", count}});
  }
  const std::string words = ShownText(base::ShownName(filter));
  if (found == 0) return texts.Get("datasets.none_found", {{"words", words}});
  return texts.Get("datasets.found",
                   {{"count", count}, {"all", NumberText(all)}, {"words", words}});
}

std::string ListUrl(const std::string& filter, const std::string& cursor) {
  return Format("/datasets?title={}&cursor={}", EncodeForQuery(filter), EncodeForQuery(cursor));
}

// The button of whoever may ask, or what others must know; nothing for the owner's own people.
Json AskingJson(const Visitor& visitor, const Dataset& dataset) {
  if (!dataset.latest || dataset.visibility != DatasetVisibility::kPublic) return {};
  if (visitor.IsSignedIn() && visitor.principal->organisation == dataset.organisation) return {};
  const bool may_ask = MayAskFor(visitor, dataset);
  return Json::Object({{"begin_url", may_ask ? Json(UrlOf(dataset) + "/request") : Json()},
                       {"form_token", visitor.FormToken()},
                       {"is_colleague", visitor.IsSignedIn() && !may_ask},
                       {"is_stranger", !visitor.IsSignedIn()},
                       {"sign_in_url", "/sign-in?return=" + EncodeForQuery(UrlOf(dataset))}});
}

Json DraftJson(const Dataset& dataset, const catalogue::DraftSummary& draft, const Texts& texts) {
  return Json::Object({{"draft_url", UrlOf(dataset, draft.id)},
                       {"uploaded", DateTimeText(draft.created, texts)},
                       {"expires", DateText(draft.expires, texts)},
                       {"size", BytesText(draft.bytes)}});
}

}  // namespace

bool IsPublisher(const Visitor& visitor) {
  return visitor.IsSignedIn() && visitor.principal->scopes.Has(identity::Scope::kPublish) &&
         visitor.principal->Holds(identity::Role::kPublisher, visitor.principal->organisation);
}

bool IsPublisherOf(const Visitor& visitor, const Dataset& dataset) {
  return IsPublisher(visitor) && visitor.principal->organisation == dataset.organisation;
}

bool MayAskFor(const Visitor& visitor, const Dataset& dataset) {
  return IsRequester(visitor) && dataset.latest &&
         dataset.visibility == DatasetVisibility::kPublic &&
         visitor.principal->organisation != dataset.organisation;
}

std::string UrlOf(const Dataset& dataset) { return "/datasets/" + dataset.slug; }

std::string UrlOf(const Dataset& dataset, const catalogue::DraftId& draft) {
  return Format("{}/drafts/{}", UrlOf(dataset), draft.Text());
}

void DatasetPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {Method::kGet, "/datasets",
       [this](const http::Request& request, const PathParts&) { return ShowList(request); }});
  routes.push_back(
      {Method::kGet, "/datasets/*", [this](const http::Request& request, const PathParts& parts) {
         return ShowDataset(request, parts[0]);
       }});
}

DatasetPages::Handled DatasetPages::ShowList(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  catalogue::DatasetQuery query{.title_part = Trimmed(request.Parameter("title").value_or("")),
                                .cursor = std::string(request.Parameter("cursor").value_or("")),
                                .limit = kDatasetsPerPage};
  const auto found = TRY(desk_.catalogue().ListDatasets(visitor.principal, query));
  const std::string filter = query.title_part;
  std::uint64_t all = found.total;
  if (!filter.empty()) {
    all = TRY(desk_.catalogue().ListDatasets(visitor.principal, {.limit = 1})).total;
  }
  Json::Items rows;
  for (const Dataset& each : found.datasets) rows.push_back(RowJson(each, texts));
  Page page{"datasets", texts.Get("datasets.title")};
  page.section = Section::kDatasets;
  page.view = {
      {"done", DoneJson(request, texts)},
      {"filter", Json::Repaired(filter)},
      {"has_filter", !filter.empty()},
      {"count_words", Json::Repaired(CountWords(filter, found.total, all, texts))},
      {"all", NumberText(all)},
      {"is_publisher", IsPublisher(visitor)},
      {"is_signed_in", visitor.IsSignedIn()},
      {"own", IsPublisher(visitor) ? TRY(OwnJson(visitor)) : Json()},
      {"has_datasets", !rows.empty()},
      {"is_empty", all == 0},
      {"datasets", Json::Array(std::move(rows))},
      {"next_url", found.next_cursor.empty() ? Json() : Json(ListUrl(filter, found.next_cursor))},
      {"first_url", query.cursor.empty() ? Json() : Json(ListUrl(filter, {}))}};
  return desk_.Show(page, visitor);
}

base::Result<Json> DatasetPages::OwnJson(const Visitor& visitor) {
  const auto own = TRY(desk_.catalogue().ListDatasets(
      visitor.principal, {.own_only = true, .limit = kMaxOwnDatasets}));
  Json::Items rows;
  for (const Dataset& dataset : own.datasets) {
    Json drafts = TRY(DraftsJson(visitor, dataset));
    if (dataset.latest && drafts.AsArray().empty()) continue;
    rows.push_back(Json::Object({{"title", Json::Repaired(ShownText(dataset.title))},
                                 {"dataset_url", UrlOf(dataset)},
                                 {"upload_url", UrlOf(dataset) + "/upload"},
                                 {"has_drafts", !drafts.AsArray().empty()},
                                 {"drafts", std::move(drafts)}}));
  }
  if (rows.empty()) return Json();
  return Json::Object({{"begun", Json::Array(std::move(rows))}});
}

base::Result<Json> DatasetPages::DraftsJson(const Visitor& visitor, const Dataset& dataset) {
  Json::Items drafts;
  for (const auto& draft : TRY(desk_.catalogue().ListDrafts(*visitor.principal, dataset.id))) {
    if (!draft.published_version) drafts.push_back(DraftJson(dataset, draft, desk_.texts()));
  }
  return Json::Array(std::move(drafts));
}

base::Result<Json> DatasetPages::VersionsJson(const Visitor& visitor, const Dataset& dataset,
                                              std::uint64_t before) {
  const Texts& texts = desk_.texts();
  Json::Items rows;
  for (const auto& version : TRY(desk_.catalogue().ListVersions(visitor.principal, dataset.id,
                                                                before, kVersionsPerPage))) {
    const std::string number = NumberText(version.number);
    const bool is_latest = dataset.latest && version.number == dataset.latest->number;
    rows.push_back(Json::Object(
        {{"version", is_latest ? texts.Get("dataset.latest", {{"number", number}}) : number},
         {"published", DateText(version.published, texts)},
         {"rows", NumberText(version.rows)},
         {"columns", NumberText(version.columns)},
         {"size", BytesText(version.bytes)},
         {"entry", NumberText(version.leaf_index)},
         {"entry_url", Format("/register-log/{}", version.leaf_index)}}));
  }
  return Json::Array(std::move(rows));
}

base::Result<Json> DatasetPages::LatestJson(const Visitor& visitor, const Dataset& dataset,
                                            std::uint64_t before) {
  const Texts& texts = desk_.texts();
  const std::uint64_t number = dataset.latest->number;
  const auto version = TRY(desk_.catalogue().FindVersion(visitor.principal, dataset.id, number));
  const auto personal = std::ranges::count_if(version.schema.columns, IsAboutPersons);
  const std::uint64_t end = before == 0 ? number + 1 : std::min(before, number + 1);
  const std::uint64_t oldest = end > kVersionsPerPage ? end - kVersionsPerPage : 1;
  return Json::Object(
      {{"rows", NumberText(version.summary.rows)},
       {"columns", NumberText(version.summary.columns)},
       {"personal", NumberText(static_cast<std::uint64_t>(personal))},
       {"describes_people", personal > 0},
       {"number", NumberText(number)},
       {"published", DateText(version.summary.published, texts)},
       {"entry", NumberText(version.summary.leaf_index)},
       {"entry_url", Format("/register-log/{}", version.summary.leaf_index)},
       {"column_rows", ColumnsJson(version.schema, version.profile, texts)},
       {"key", version.key ? Json::Repaired(ShownColumn(version.key->column)) : Json()},
       {"versions", TRY(VersionsJson(visitor, dataset, before))},
       {"older_url",
        oldest > 1 ? Json(Format("{}?before={}#versions", UrlOf(dataset), oldest)) : Json()},
       {"newest_url", before == 0 ? Json() : Json(UrlOf(dataset) + "#versions")}});
}

base::Result<Json> DatasetPages::PublishingJson(const Visitor& visitor, const Dataset& dataset) {
  if (!IsPublisherOf(visitor, dataset)) return Json();
  Json drafts = TRY(DraftsJson(visitor, dataset));
  return Json::Object({{"upload_url", UrlOf(dataset) + "/upload"},
                       {"is_new", !dataset.latest},
                       {"has_drafts", !drafts.AsArray().empty()},
                       {"drafts", std::move(drafts)}});
}

DatasetPages::Handled DatasetPages::ShowDataset(const http::Request& request,
                                                std::string_view slug) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const Dataset dataset = TRY(desk_.catalogue().FindDatasetBySlug(visitor.principal, slug));
  const auto before = base::ParseDecimal(request.Parameter("before").value_or("0")).value_or(0);
  Page page{"dataset", ShownText(dataset.title)};
  page.section = Section::kDatasets;
  page.crumbs = {{texts.Get("navigation.datasets"), "/datasets"}, {page.title, UrlOf(dataset)}};
  const auto optional = [](const std::string& text) {
    return text.empty() ? Json() : Json::Repaired(ShownText(text));
  };
  page.view = {{"done", DoneJson(request, texts)},
               {"owner", Json::Repaired(ShownText(dataset.organisation_name))},
               {"description", Json::Repaired(ShownText(dataset.description))},
               {"is_private", dataset.visibility == DatasetVisibility::kPrivate},
               {"is_unpublished", !dataset.latest},
               {"latest", dataset.latest ? TRY(LatestJson(visitor, dataset, before)) : Json()},
               {"asking", AskingJson(visitor, dataset)},
               {"publishing", TRY(PublishingJson(visitor, dataset))},
               {"frequency", optional(dataset.frequency)},
               {"licence", optional(dataset.licence)},
               {"slug", dataset.slug},
               {"table_name", catalogue::TableNameOf(dataset.short_name)}};
  return desk_.Show(page, visitor);
}

}  // namespace web
