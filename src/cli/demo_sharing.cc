#include "cli/demo_sharing.h"

#include <thread>

#include "base/format.h"

namespace cli {
namespace {

using base::Format;
using base::Json;
using http::Method;

constexpr std::string_view kPurpose = "council-tax-recovery";
constexpr std::string_view kCounting =
    "SELECT pay_frequency, count(*) AS people FROM paye_employments GROUP BY pay_frequency "
    "ORDER BY pay_frequency";
// More rows than anybody waits for: the extract joined with itself.
constexpr std::string_view kEndless =
    "SELECT a.your_reference FROM paye_employments a, paye_employments b, paye_employments c, "
    "paye_employments d";
constexpr std::int64_t kMostStopMs = 1'000;
constexpr std::uint64_t kBytesPerMegabyte = 1'000'000;
constexpr std::uint64_t kFlowBytes = kBytesPerMegabyte;  // more than any buffer on the way holds

Json QueryOf(std::string_view sql, std::string_view purpose = kPurpose) {
  return Json::Object({{"sql", sql}, {"purpose", purpose}});
}

std::string QueryPath(const std::string& agreement, std::string_view format) {
  return Format("/api/v1/agreements/{}/query?format={}", agreement, format);
}

// What an attempt is answered, in the server's words.
base::Result<void> TellRefusal(Story& story, const std::string& agreement, const Json& query,
                               int expected) {
  const Json problem =
      TRY(story.Ask("ada", Method::kPost, QueryPath(agreement, "json"), query, expected));
  story.Note(TRY(TextIn(problem, "detail")));
  return {};
}

}  // namespace

base::Result<std::string> PlayDeciding(Story& story, const std::string& request) {
  const std::string path = "/api/v1/requests/" + request;
  story.Tell(
      "Step 5. The owner's approver rehearses: the policy runs on every row, and what comes back\n"
      "            are counts, no values. Then she approves, and the council's approver signs.");
  const Json counts = TRY(story.Post("olu", path + "/rehearsals", Json(), 200));
  story.Note(Format("{} of {} rows would be given; the rehearsal is entry {} of the access log",
                    TRY(NumberIn(counts, "matched")), TRY(NumberIn(counts, "rows")),
                    TRY(NumberIn(counts, "entry"))));
  TRY(story.Get("olu", path));
  const Json decided = TRY(story.Change(
      "olu", Method::kPost, path + "/decision",
      Json::Object({{"decision", "approve"}, {"words", "It fits the purpose."}}), 200));
  std::string agreement = TRY(TextIn(decided, "agreement"));
  TRY(story.Post("cyn", Format("/api/v1/agreements/{}/countersign", agreement), Json(), 200));
  const Json seen = TRY(story.Get("anybody", "/api/v1/agreements/" + agreement));
  story.Note(
      Format("agreement {} is {}, for everybody to see", agreement, TRY(TextIn(seen, "state"))));
  return agreement;
}

base::Result<void> PlayQuerying(Story& story, const std::string& agreement) {
  story.Tell(
      "Step 6. The officer asks in SQL. A worker that can open the extract and nothing else\n"
      "            answers, as a stream: JSON, CSV, NDJSON or Arrow. Each access is on record.");
  const Json answer =
      TRY(story.Ask("ada", Method::kPost, QueryPath(agreement, "json"), QueryOf(kCounting), 200));
  for (const Json& row : answer.Find("rows")->AsArray()) story.Note(base::WriteJson(row));
  for (const char* format : {"csv", "ndjson", "arrow"}) {
    const auto reply = TRY(story.Stream("ada", QueryPath(agreement, format), QueryOf(kCounting)));
    story.Note(Format("{} bytes, receipt {}", reply.body.size(),
                      reply.Find("Tabularium-Receipt").value_or("none")));
  }
  const Json receipt = TRY(story.Get("ada", "/api/v1/receipts/" + story.receipt()));
  TRY(base::ReplaceFile(story.files(), story.Path("access-receipt.json"),
                        base::WriteJson(receipt)));
  story.Tell(
      "Step 7. A column that was left out, another row, another file, no purpose: each attempt\n"
      "            fails with its reason, and is on record.");
  TRY(TellRefusal(story, agreement, QueryOf("SELECT surname FROM paye_employments"), 422));
  TRY(TellRefusal(story, agreement, QueryOf("SELECT * FROM read_csv('/etc/passwd')"), 422));
  TRY(TellRefusal(story, agreement, QueryOf(kCounting, ""), 400));
  const Json others = TRY(story.Ask(
      "ada", Method::kPost, QueryPath(agreement, "json"),
      QueryOf("SELECT count(*) FROM paye_employments WHERE local_authority_code <> 'E07000999'"),
      200));
  story.Note("people of other areas: " + base::WriteJson(*others.Find("rows")));
  return {};
}

base::Result<void> PlayQueryAgain(Story& story, const std::string& agreement) {
  const Json answer = TRY(story.Ask("ada", Method::kPost, QueryPath(agreement, "json"),
                                    QueryOf("SELECT count(*) FROM paye_employments"), 200));
  story.Note("the next query sees the second version, under the same policy: " +
             base::WriteJson(*answer.Find("rows")));
  return {};
}

base::Result<void> PlayStop(Story& story, const std::string& agreement) {
  story.Tell("Step 9. The department revokes, while an answer is streaming.");
  // Its reader is somebody else, so it runs beside the story.
  base::Result<http::ClientReply> cut = http::ClientReply{};
  const auto reader = TRY(story.NewReader("ada"));
  base::Guarded<std::uint64_t> bytes;
  std::jthread reading([&] {
    cut = reader(QueryPath(agreement, "csv"), base::WriteJson(QueryOf(kEndless)), bytes);
  });
  TRY(story.AwaitBytes(bytes, kFlowBytes));
  TRY(story.Stream("ada", QueryPath(agreement, "csv"), QueryOf(kCounting)));
  story.Note("another query is answered while the first one is in full flow");
  TRY(story.Post("olu", Format("/api/v1/agreements/{}/revoke", agreement),
                 Json::Object({{"reason", "data-wrong"}, {"words", "The file was wrong."}}), 200));
  const std::int64_t begin_ms = story.NowMs();
  reading.join();
  const std::int64_t took_ms = story.NowMs() - begin_ms;
  if (cut || cut.error().code != base::ErrorCode::kUnavailable || took_ms > kMostStopMs) {
    return base::Fail(base::ErrorCode::kInternal,
                      Format("The stream was not cut by the revocation: {} after {} ms",
                             cut ? "it ended" : cut.error().what, took_ms));
  }
  auto come = bytes.Lock();
  story.Note(Format("the stream was cut {} ms after the answer to the revocation, at {} MB",
                    took_ms, *come / kBytesPerMegabyte));
  TRY(TellRefusal(story, agreement, QueryOf(kCounting), 409));
  const auto left = TRY(story.files().List(story.Path("home/extracts")));
  story.Note(Format("extracts on the disk: {}", left.size()));
  TRY(story.Run({"verify", "--key", story.Path("home/keys.json"), "--receipt",
                 story.Path("access-receipt.json")}));
  story.Note("the receipt of the access holds, also after the stop");
  return {};
}

}  // namespace cli
