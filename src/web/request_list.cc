// The list of requests: what waits for the reader, what they sent, what their colleagues sent.
#include <algorithm>

#include "base/format.h"
#include "web/confirmation.h"
#include "web/request_pages.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Request;
using agreements::RequestBox;
using agreements::RequestState;
using base::Format;
using base::Json;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;

// One row of the first table, kept with its time so that the oldest comes first.
struct Waiting {
  base::Instant since;
  Json row;
};

std::uint64_t DaysBetween(base::Instant begin, base::Instant now) {
  const std::int64_t days = (now.microseconds - begin.microseconds) / kMicrosecondsPerDay;
  return days < 0 ? 0 : static_cast<std::uint64_t>(days);
}

std::string DaysWords(std::uint64_t days, const Texts& texts) {
  return texts.Get(days == 1 ? "duration.day" : "duration.days", {{"count", NumberText(days)}});
}

// The title that the asker gave, as far as the reader may know it.
std::string TitleOf(const Request& request) {
  const Json* title = request.document.Find("title");
  const bool is_text = title != nullptr && title->kind() == Json::Kind::kString;
  return ShownText(is_text ? title->AsString() : request.dataset_title);
}

Json WaitingRow(const Request& request, const std::string& url, std::string_view asked,
                const std::string& other, base::Instant now, const Texts& texts) {
  return Json::Object({{"row_url", url},
                       {"title_words", Json::Repaired(TitleOf(request))},
                       {"number", request.number},
                       {"other", Json::Repaired(other)},
                       {"asked", asked},
                       {"state", StateWords(request.state, texts)},
                       {"colour", StateColour(request.state)},
                       {"since", DateText(request.changed, texts)},
                       {"age", DaysWords(DaysBetween(request.changed, now), texts)}});
}

std::string NextWords(const Request& request, const Texts& texts) {
  const std::string owner = ShownText(request.owner.name);
  if (request.state == RequestState::kAccepted) {
    return texts.Get("requests.next.accepted", {{"agreement", request.agreement}});
  }
  return texts.Get(Format("requests.next.{}", agreements::CodeOf(request.state).view()),
                   {{"owner", owner}});
}

bool HasEnded(RequestState state) {
  return state == RequestState::kRejected || state == RequestState::kCancelled ||
         state == RequestState::kAccepted;
}

Json SentRow(const Request& request, base::Instant now, const Texts& texts) {
  const bool has_ended = HasEnded(request.state);
  return Json::Object(
      {{"row_url", "/requests/" + request.number},
       {"title_words", Json::Repaired(TitleOf(request))},
       {"number", request.number},
       {"owner", Json::Repaired(ShownText(request.owner.name))},
       {"state", StateWords(request.state, texts)},
       {"colour", StateColour(request.state)},
       {"next", Json::Repaired(NextWords(request, texts))},
       {"agreement_url",
        request.agreement.empty() ? Json() : Json("/agreements/" + request.agreement)},
       {"changed", DateText(request.changed, texts)},
       {"age", has_ended ? texts.Get("requests.ended")
                         : DaysWords(DaysBetween(request.created, now), texts)}});
}

std::string SummaryWords(const std::vector<Waiting>& waiting, base::Instant now,
                         const Texts& texts) {
  if (waiting.empty()) return texts.Get("requests.nothing_waits");
  const std::string age = DaysWords(DaysBetween(waiting.front().since, now), texts);
  return texts.Get(waiting.size() == 1 ? "requests.waits.one" : "requests.waits.many",
                   {{"count", NumberText(waiting.size())}, {"age", age}});
}

// Those of one page at most: whoever has more waiting begins with the oldest of the newest.
base::Result<void> AddRequests(Desk& desk, const Visitor& visitor, RequestBox box,
                               std::vector<Waiting>& waiting) {
  const Texts& texts = desk.texts();
  const base::Instant now = desk.In(0);
  const auto page = TRY(desk.requests().List(*visitor.principal, {.box = box}));
  for (const Request& request : page.requests) {
    const bool decides = box == RequestBox::kWaiting;
    const std::string url = "/requests/" + request.number + (decides ? "/decision" : "");
    const std::string other =
        decides ? texts.Get("requests.asks_you", {{"asker", ShownText(request.asker.name)}})
                : texts.Get("requests.returned_by", {{"owner", ShownText(request.owner.name)}});
    const std::string asked = texts.Get(decides ? "requests.decide" : "requests.mend");
    waiting.push_back({request.changed, WaitingRow(request, url, asked, other, now, texts)});
  }
  return {};
}

// Agreements that this person may sign: an approver of the recipient who did not edit the request.
base::Result<void> AddSignatures(Desk& desk, const Visitor& visitor,
                                 std::vector<Waiting>& waiting) {
  const auto& principal = *visitor.principal;
  if (!principal.MayDecideFor(principal.organisation)) return {};
  const Texts& texts = desk.texts();
  const auto page = TRY(desk.agreements().List(
      principal,
      {.state = agreements::AgreementState::kAwaitingSignature, .party = principal.organisation}));
  for (const auto& agreement : page.agreements) {
    if (agreement.recipient.id != principal.organisation) continue;
    const auto request = TRY(desk.requests().Find(principal, agreement.request));
    if (request.is_own_edit) continue;
    const base::Instant last{agreement.approved.microseconds +
                             agreements::kDaysToSign * kMicrosecondsPerDay};
    waiting.push_back(
        {agreement.approved,
         Json::Object(
             {{"row_url", "/agreements/" + agreement.number + "/sign"},
              {"title_words", Json::Repaired(TitleOf(request))},
              {"number", texts.Get("requests.from", {{"agreement", agreement.number},
                                                     {"request", agreement.request}})},
              {"other", Json::Repaired(texts.Get("requests.gives",
                                                 {{"owner", ShownText(agreement.owner.name)}}))},
              {"asked", texts.Get("requests.sign", {{"date", DateText(last, texts)}})},
              {"state", texts.Get("requests.awaiting_signature")},
              {"colour", "govuk-tag--yellow"},
              {"since", DateText(agreement.approved, texts)},
              {"age", DaysWords(DaysBetween(agreement.approved, desk.In(0)), texts)}})});
  }
  return {};
}

}  // namespace

base::Result<Json> RequestPages::WaitingJson(const Visitor& visitor) {
  std::vector<Waiting> waiting;
  TRY(AddRequests(desk_, visitor, RequestBox::kWaiting, waiting));
  TRY(AddRequests(desk_, visitor, RequestBox::kReturned, waiting));
  TRY(AddSignatures(desk_, visitor, waiting));
  std::ranges::sort(waiting, {}, &Waiting::since);
  Json::Items rows;
  for (Waiting& each : waiting) rows.push_back(std::move(each.row));
  return Json::Object({{"summary", SummaryWords(waiting, desk_.In(0), desk_.texts())},
                       {"has_rows", !rows.empty()},
                       {"count", NumberText(rows.size())},
                       {"rows", Json::Array(std::move(rows))}});
}

base::Result<Json> RequestPages::BoxJson(const http::Request& request, const Visitor& visitor,
                                         RequestBox box, std::string_view cursor_name) {
  const auto cursor = std::string(request.Parameter(cursor_name).value_or(""));
  const auto page = TRY(desk_.requests().List(*visitor.principal, {.box = box, .cursor = cursor}));
  Json::Items rows;
  for (const Request& each : page.requests) {
    rows.push_back(SentRow(each, desk_.In(0), desk_.texts()));
  }
  const Json next = page.next_cursor.empty()
                        ? Json()
                        : Json(Format("/requests?{}={}#{}", cursor_name,
                                      EncodeForQuery(page.next_cursor), cursor_name));
  return Json::Object({{"has_rows", !rows.empty()},
                       {"rows", Json::Array(std::move(rows))},
                       {"next_url", next},
                       {"first_url", cursor.empty() ? Json() : Json("/requests")}});
}

RequestPages::Handled RequestPages::ShowList(const http::Request& request,
                                             const PathParts& /*parts*/) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Texts& texts = desk_.texts();
  Page page{"requests", texts.Get("navigation.requests")};
  page.section = Section::kRequests;
  page.view = {{"done", DoneJson(request, texts)},
               {"is_requester", IsRequester(visitor)},
               {"organisation", Json::Repaired(ShownText(visitor.organisation_name))},
               {"waiting", TRY(WaitingJson(visitor))},
               {"yours", TRY(BoxJson(request, visitor, RequestBox::kSentByYou, "yours"))},
               {"others", TRY(BoxJson(request, visitor, RequestBox::kSentByOthers, "others"))}};
  return desk_.Show(page, visitor);
}

}  // namespace web
