#include "web/query_pages.h"

#include <algorithm>
#include <array>
#include <memory>
#include <stop_token>

#include "base/format.h"
#include "engine/result_stream.h"
#include "web/access.h"
#include "web/agreement_words.h"
#include "web/column_words.h"
#include "web/entry_words.h"
#include "web/json_view.h"
#include "web/query_error.h"
#include "web/query_view.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;
using engine::ResultFormat;
using http::Method;

constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;
constexpr std::size_t kLeastTextRows = 7;
constexpr std::size_t kMostTextRows = 30;
// In the order of ResultFormat: the type, and how the file is called.
constexpr std::array<std::string_view, 4> kMediaTypes = {
    "application/vnd.apache.arrow.stream", "text/csv; charset=utf-8", "application/x-ndjson",
    "application/json"};
constexpr std::array<std::string_view, 4> kSuffixes = {"arrows", "csv", "ndjson", "json"};

// Browsers end the lines of a text area with CR and LF; places in the SQL are told by LF.
std::string WithPlainLineEnds(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

// The stream as a file: closed as complete once its last chunk has gone out, as over the API.
http::Response Streamed(const std::shared_ptr<exchange::QueryStream>& stream, ResultFormat format,
                        const agreements::Agreement& agreement) {
  const auto place = static_cast<std::size_t>(format);
  http::Response response = http::MakeResponse(200, kMediaTypes.at(place), {});
  AddHeader(response, "Tabularium-Receipt", Format("{}", stream->opened_index()));
  AddHeader(response, "Cache-Control", "no-store");
  AddHeader(response, "Content-Disposition",
            Format("attachment; filename=\"{}-{}.{}\"", agreement.number, stream->opened_index(),
                   kSuffixes.at(place)));
  response.stop = stream->stop();
  response.producer = exchange::SenderOf(stream);
  return response;
}

// What a program sends for the same query.
Json ProgramBody(const std::string& purpose, const std::string& sql) {
  return Json::Repaired(
      base::WriteJson(Json::Object({{"purpose", purpose}, {"sql", Json::Repaired(sql)}})));
}

int StatusOf(const base::Error& error) {
  // A purpose that is missing is a field of this form.
  if (error.code == ErrorCode::kMalformed) return 422;
  return base::RowOf(error.code).http_status;
}

bool IsOfTheServer(ErrorCode code) {
  return code == ErrorCode::kInternal || code == ErrorCode::kDamaged ||
         code == ErrorCode::kNotFound || code == ErrorCode::kUnauthenticated;
}

}  // namespace

bool IsNamedRecipient(const Visitor& visitor, const agreements::Agreement& agreement) {
  if (!visitor.IsSignedIn()) return false;
  const identity::Principal& principal = *visitor.principal;
  return agreement.recipient.id == principal.organisation &&
         std::ranges::find(agreement.policy.recipients, principal.id.Text()) !=
             agreement.policy.recipients.end();
}

void QueryPages::AddTo(std::vector<Route>& routes) {
  constexpr std::string_view kPath = "/agreements/*/query";
  routes.push_back({Method::kGet, std::string(kPath),
                    [this](const http::Request& request, const PathParts& parts) {
                      return ShowForm(request, parts);
                    }});
  routes.push_back({Method::kPost, std::string(kPath),
                    [this](const http::Request& request, const PathParts& parts) {
                      return Ask(request, parts);
                    }});
}

base::Result<QueryPages::Target> QueryPages::RequireTarget(const http::Request& request,
                                                           std::string_view number) {
  Visitor visitor = TRY(desk_.Authenticate(request));
  auto agreement = TRY(desk_.agreements().Find(visitor.principal, number));
  if (!IsNamedRecipient(visitor, agreement)) return NothingHere();
  Target target{std::move(visitor), std::move(agreement), {}, {}, {}};
  const auto dataset = TRY(desk_.catalogue().RecordOfSlug(target.agreement.dataset));
  target.table = catalogue::TableNameOf(dataset.short_name);
  if (!dataset.latest) return target;
  target.schema = TRY(desk_.catalogue().VersionOf(dataset.id, dataset.latest->number)).schema;
  std::optional<catalogue::Schema> list;
  if (!target.agreement.list.empty()) {
    const auto record = TRY(desk_.catalogue().RecordOfSlug(target.agreement.list));
    if (record.latest) {
      list = TRY(desk_.catalogue().VersionOf(record.id, record.latest->number)).schema;
    }
  }
  auto columns =
      agreements::OutputOf(target.agreement.policy, {&target.schema, list ? &*list : nullptr});
  // A policy that no longer fits the data is suspended; then there is nothing to list.
  if (columns) target.columns = *std::move(columns);
  return target;
}

Page QueryPages::PageOf(const Target& target) const {
  const Texts& texts = desk_.texts();
  Page page{"query", texts.Get("query.title")};
  page.section = Section::kAgreements;
  page.back = {
      {texts.Get("query.back", {{"number", target.agreement.number}}), UrlOf(target.agreement)}};
  return page;
}

base::Result<Json::Members> QueryPages::FrameOf(const http::Request& request, const Target& target,
                                                const Asked& asked) {
  const Texts& texts = desk_.texts();
  const agreements::Agreement& agreement = target.agreement;
  const auto uses = TRY(desk_.query().gate.UsesToday(*target.visitor.principal, agreement.number));
  Json::Items purposes;
  for (const std::string& each : agreement.policy.purposes) {
    purposes.push_back(Json::Object({{"code", each}, {"is_chosen", each == asked.purpose}}));
  }
  const std::string standstill = StandstillWords(agreement, texts);
  const auto lines = static_cast<std::size_t>(std::ranges::count(asked.sql, '\n')) + 1;
  Json::Members members =
      QueryColumnsJson(agreement.policy, target.columns, target.schema.columns.size(), texts);
  const Json::Members frame = {
      {"number", agreement.number},
      {"agreement_url", UrlOf(agreement)},
      {"query_url", UrlOf(agreement) + "/query"},
      {"dataset", Json::Repaired(ShownText(agreement.dataset_title))},
      {"dataset_url", "/datasets/" + agreement.dataset},
      {"why", agreement.purpose ? Json::Repaired(ShownText(*agreement.purpose)) : Json()},
      {"purposes", Json::Array(std::move(purposes))},
      {"form_token", target.visitor.FormToken()},
      {"chosen_purpose", Json::Repaired(asked.purpose)},
      {"sql", Json::Repaired(asked.sql)},
      {"text_rows", std::clamp(lines, kLeastTextRows, kMostTextRows)},
      {"left", NumberText(uses.allowed - std::min(uses.used, uses.allowed))},
      {"allowed", NumberText(uses.allowed)},
      {"seconds", NumberText(static_cast<std::uint64_t>(kMaxPageQueryMs / 1'000))},
      {"standstill", standstill.empty() ? Json() : Json(standstill)},
      {"table_name", target.table},
      {"api_address", Json::Repaired(Format("{}/api/v1/agreements/{}/query?format=csv",
                                            desk_.OriginOf(request), agreement.number))},
      {"program_body", ProgramBody(asked.purpose, asked.sql)},
      {"error_summary", Json()},
      {"sql_error", Json()},
      {"refusal", Json()},
      {"record", Json()},
      {"result", Json()}};
  members.insert(members.end(), frame.begin(), frame.end());
  return members;
}

QueryPages::Handled QueryPages::ShowForm(const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts[0]));
  const Asked asked{.sql = Format("SELECT *\nFROM {}\nLIMIT 100", target.table),
                    .purpose = target.agreement.policy.purposes.front()};
  Page page = PageOf(target);
  page.view = TRY(FrameOf(request, target, asked));
  return desk_.Show(page, target.visitor);
}

QueryPages::Handled QueryPages::Ask(const http::Request& request, const PathParts& parts) {
  const Target target = TRY(RequireTarget(request, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, target.visitor, kQueryForm));
  const Asked asked{.sql = WithPlainLineEnds(form.Raw("sql")), .purpose = form.Text("purpose")};
  if (asked.sql.find_first_not_of(" \t\n\r;") == std::string::npos) {
    const base::Error nothing{ErrorCode::kInvalid, desk_.texts().Get("query.empty"), {}, {}};
    return ShowRefused(request, target, asked, nothing, std::nullopt);
  }
  const auto names = engine::ResultFormatNames();
  const auto format = std::ranges::find(names, form.Raw("format"));
  if (format == names.end()) return Run(request, target, asked);
  return Download(request, target, asked, static_cast<ResultFormat>(format - names.begin()));
}

base::Result<QueryPages::Read> QueryPages::ReadRows(exchange::QueryStream& stream) {
  Read read;
  while (!read.result.IsFull()) {  // ends: each turn takes bytes, of which IsFull has a limit
    auto chunk = stream.Next();
    if (!chunk) {
      if (read.result.rows() == 0) return base::Fail(std::move(chunk).error());
      read.cut = std::move(chunk).error();
      return read;
    }
    if (*chunk) {
      read.result.Add(**chunk);
      continue;
    }
    const Json shown = TRY(read.result.FirstRows());
    read.is_whole = ItemsOf(shown, "rows").size() == read.result.rows();
    if (!read.is_whole) return read;
    if (auto finished = stream.Finish(); !finished) {
      read.is_whole = false;
      read.cut = std::move(finished).error();
    }
    return read;
  }
  return read;
}

QueryPages::Handled QueryPages::Run(const http::Request& request, const Target& target,
                                    const Asked& asked) {
  exchange::QueryServices services = desk_.query();
  services.settings.deadline_ms = std::min(services.settings.deadline_ms, kMaxPageQueryMs);
  const std::int64_t begun = desk_.world().clock().MonotonicMicroseconds();
  std::optional<std::uint64_t> opened;
  auto stream = exchange::Query(services, *target.visitor.principal,
                                {.agreement = target.agreement.number,
                                 .purpose = asked.purpose,
                                 .sql = asked.sql,
                                 .format = ResultFormat::kJson,
                                 .on_opened = [&](std::uint64_t index) { opened = index; }});
  if (!stream) return ShowRefused(request, target, asked, stream.error(), opened);
  const std::stop_token stop = (*stream)->stop();
  const auto read = ReadRows(**stream);
  // What was not read to its end is closed as cut here, so that the page can name both entries.
  stream->reset();
  // After a stop not a row more goes out, also of those that had come.
  if (read && !read->is_whole && stop.stop_requested()) {
    const base::Error stopped{ErrorCode::kConflict, "The access was stopped", {}, {}};
    return ShowRefused(request, target, asked, read->cut.value_or(stopped), opened);
  }
  if (!read) return ShowRefused(request, target, asked, read.error(), opened);
  const std::int64_t ms =
      (desk_.world().clock().MonotonicMicroseconds() - begun) / kMicrosecondsPerMillisecond;
  return ShowResult(request, target, asked, *read, *opened, ms);
}

QueryPages::Handled QueryPages::Download(const http::Request& request, const Target& target,
                                         const Asked& asked, ResultFormat format) {
  std::optional<std::uint64_t> opened;
  auto stream = exchange::Query(desk_.query(), *target.visitor.principal,
                                {.agreement = target.agreement.number,
                                 .purpose = asked.purpose,
                                 .sql = asked.sql,
                                 .format = format,
                                 .on_opened = [&](std::uint64_t index) { opened = index; }});
  if (!stream) return ShowRefused(request, target, asked, stream.error(), opened);
  return Streamed(std::move(*stream), format, target.agreement);
}

// Both entries of an access, and how it ended.
base::Result<Json> QueryPages::RecordJson(const Target& target, std::uint64_t opened) {
  const auto entries = TRY(desk_.query().gate.EntriesOf(*target.visitor.principal, opened));
  Json::Members members = {{"opened", NumberText(opened)},
                           {"receipt_url", Format("/receipts/{}", opened)},
                           {"closed", Json()}};
  if (entries.size() > 1) {
    const Entry entry = TRY(ReadEntry(desk_.access_log(), entries[1]));
    const std::string outcome = TextOf(entry.fields, "outcome");
    const std::string key = Format("query_outcome.{}", outcome);
    const Texts& texts = desk_.texts();
    members.back().second = Json::Object(
        {{"index", NumberText(entries[1])},
         {"outcome", texts.Has(key) ? texts.Get(key) : outcome},
         {"is_complete", outcome == "complete"},
         {"is_refused", outcome == "refused"},
         {"row_words",
          texts.Get(CountOf(entry.fields, "rows") == 1 ? "query.one_row" : "query.rows",
                    {{"count", NumberText(CountOf(entry.fields, "rows"))}})}});
  }
  return Json::Object(std::move(members));
}

QueryPages::Handled QueryPages::ShowResult(const http::Request& request, const Target& target,
                                           const Asked& asked, const Read& read,
                                           std::uint64_t opened, std::int64_t ms) {
  const Texts& texts = desk_.texts();
  const Json result = TRY(read.result.FirstRows());
  const std::size_t rows = ItemsOf(result, "rows").size();
  const std::string count = NumberText(rows);
  const std::string time = ElapsedWords(ms, texts);
  std::string caption = texts.Get(rows == 1 ? "query.caption_one" : "query.caption",
                                  {{"count", count}, {"time", time}});
  if (!read.is_whole) {
    caption = texts.Get(read.cut ? "query.caption_cut" : "query.caption_first",
                        {{"count", count}, {"time", time}});
  }
  Page page = PageOf(target);
  // Rows that were cut off are shown all the same, and the status says that they are not all.
  page.status = read.cut ? StatusOf(*read.cut) : 200;
  page.view = TRY(FrameOf(request, target, asked));
  for (auto& [name, value] : page.view) {
    if (name == "record") value = TRY(RecordJson(target, opened));
    if (name != "result") continue;
    const Json chart = rows == 0 ? Json() : ResultChartJson(result, target.columns, texts);
    value = Json::Object({{"caption", caption},
                          {"table", ResultTableJson(result, target.columns)},
                          {"chart", chart},
                          {"has_more", !read.is_whole && !read.cut},
                          {"row_count", count},
                          {"cut", read.cut ? Json::Repaired(ShownText(read.cut->what)) : Json()},
                          {"cut_remedy", read.cut ? Json::Repaired(read.cut->Remedy()) : Json()}});
  }
  return desk_.Show(page, target.visitor);
}

QueryPages::Handled QueryPages::ShowRefused(const http::Request& request, const Target& target,
                                            const Asked& asked, const base::Error& error,
                                            std::optional<std::uint64_t> opened) {
  if (!opened && IsOfTheServer(error.code)) return base::Fail(error);
  const Texts& texts = desk_.texts();
  Page page = PageOf(target);
  page.status = StatusOf(error);
  page.has_error = true;
  page.view = TRY(FrameOf(request, target, asked));
  const Json refusal =
      QueryErrorJson(error, asked.sql, target.schema, target.agreement.dataset_title, texts);
  // The gate records what it turns away, but for what it could not judge.
  const bool is_turned_away =
      !opened && (error.code == ErrorCode::kConflict || error.code == ErrorCode::kForbidden ||
                  error.code == ErrorCode::kMalformed || error.code == ErrorCode::kRateLimited);
  const bool is_of_sql = !is_turned_away && error.code != ErrorCode::kUnavailable &&
                         error.code != ErrorCode::kBusy && error.code != ErrorCode::kConflict;
  for (auto& [name, value] : page.view) {
    if (name == "error_summary") {
      const std::string field =
          is_of_sql || target.agreement.policy.purposes.empty() ? "#sql" : "#why";
      Json::Items errors = {Json::Object({{"url", field}, {"words", MemberOf(refusal, "what")}})};
      value = Json::Object({{"errors", Json::Array(std::move(errors))}});
    }
    if (name == "sql_error" && is_of_sql) value = MemberOf(refusal, "at_field");
    if (name == "refusal") {
      value = Json::Object({{"what", MemberOf(refusal, "what")},
                            {"hint", MemberOf(refusal, "hint")},
                            {"sign", MemberOf(refusal, "sign")},
                            {"marked", MemberOf(refusal, "marked")},
                            {"is_turned_away", is_turned_away}});
    }
    if (name == "record" && opened) value = TRY(RecordJson(target, *opened));
  }
  http::Response response = desk_.Show(page, target.visitor);
  if (error.retry_after_s > 0) {
    AddHeader(response, "Retry-After", Format("{}", error.retry_after_s));
  }
  return response;
}

}  // namespace web
