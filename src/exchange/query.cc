#include "exchange/query.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "catalogue/dataset.h"
#include "engine/query_run.h"
#include "exchange/query_parameters.h"
#include "exchange/sql_check.h"
#include "exchange/sql_parse.h"

namespace exchange {
namespace {

using agreements::AccessOutcome;
using agreements::Permit;
using base::ErrorCode;
using base::Fail;

constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;

base::Error Stopped() {
  return {.code = ErrorCode::kConflict,
          .what = "The access was stopped",
          .where = {},
          .remedy = "Look at the state of the agreement."};
}

// A refusal of the SQL, by the guard or by DuckDB before it reads a row, is the asker's to mend.
AccessOutcome OutcomeOf(const base::Error& error) {
  constexpr std::array<std::string_view, 3> kRefusals = {"Binder Error", "Catalog Error",
                                                         "Parser Error"};
  const bool is_refused = std::ranges::any_of(
      kRefusals, [&](std::string_view start) { return error.what.starts_with(start); });
  return is_refused ? AccessOutcome::kRefused : AccessOutcome::kFailed;
}

// The short name of the dataset, and the form of it that needs no quotes.
std::vector<std::string> NamesOf(const std::string& dataset) {
  std::vector<std::string> names = {dataset};
  std::string table = catalogue::TableNameOf(dataset);
  if (table != dataset) names.push_back(std::move(table));
  return names;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

// --- the stream ----------------------------------------------------------------------------------

QueryStream::QueryStream(base::World& world, agreements::Gate& gate, Permit permit, Extract extract,
                         engine::WorkerLoan loan, base::Digest template_digest,
                         std::int64_t deadline_us)
    : world_(world),
      gate_(gate),
      permit_(std::move(permit)),
      stop_(permit_->stop()),
      opened_index_(permit_->opened_index()),
      extract_(std::move(extract)),
      template_digest_(template_digest),
      deadline_us_(deadline_us),
      loan_(std::move(loan)),
      kill_(stop_, [this] { loan_.Kill(); }) {}

QueryStream::~QueryStream() {
  if (!permit_) return;
  loan_.Kill();
  const AccessOutcome outcome =
      stop_.stop_requested() ? AccessOutcome::kRevoked : AccessOutcome::kCut;
  static_cast<void>(Close(outcome));  // else the next start closes it as unknown
}

std::int64_t QueryStream::RemainingMs() {
  const std::int64_t remaining_us = deadline_us_ - world_.clock().MonotonicMicroseconds();
  return std::max<std::int64_t>(remaining_us / kMicrosecondsPerMillisecond, 0);
}

base::Result<std::uint64_t> QueryStream::Close(AccessOutcome outcome) {
  Permit permit = *std::move(permit_);
  permit_.reset();
  return gate_.Close(std::move(permit), {.outcome = outcome,
                                         .rows = outcome == AccessOutcome::kComplete ? rows_ : 0,
                                         .bytes = bytes_,
                                         .body = body_.Finish(),
                                         .query_template = template_digest_});
}

// The stop counts before all else, since it is what killed the worker; then the deadline.
std::unexpected<base::Error> QueryStream::End(base::Error error) {
  loan_.Kill();
  AccessOutcome outcome = is_begun_ ? AccessOutcome::kFailed : OutcomeOf(error);
  if (stop_.stop_requested()) {
    outcome = AccessOutcome::kRevoked;
    error = Stopped();
  } else if (RemainingMs() == 0) {
    outcome = AccessOutcome::kCut;
    error = {.code = ErrorCode::kUnavailable,
             .what = "The query took longer than it may",
             .where = {},
             .remedy = "Ask for less at once."};
  }
  ReplaceAll(error.what, extract_.path(), extract_.dataset());
  if (permit_) static_cast<void>(Close(outcome));
  return Fail(std::move(error));
}

base::Result<void> QueryStream::Begin(const std::string& request) {
  if (auto begun = loan_.Begin(request, RemainingMs()); !begun) {
    return End(std::move(begun).error());
  }
  first_ = TRY(Receive());
  return {};
}

// What the worker sends, and at its end whether that is what it says it sent.
base::Result<std::optional<std::string>> QueryStream::Receive() {
  auto chunk = loan_.NextChunk(RemainingMs());
  if (!chunk) return End(std::move(chunk).error());
  is_begun_ = true;
  if (*chunk) return chunk;
  const auto summary = engine::DecodeResultSummary(loan_.stream_reply());
  if (!summary) return End(summary.error());
  is_whole_ = true;
  rows_ = summary->rows;
  return chunk;
}

base::Result<std::optional<std::string>> QueryStream::Next() {
  if (!permit_) return Fail(ErrorCode::kConflict, "The access has ended already");
  // A chunk may have come before the stop; it stays here.
  if (stop_.stop_requested()) return End(Stopped());
  std::optional<std::string> chunk = std::exchange(first_, std::nullopt);
  if (!chunk && !is_whole_) chunk = TRY(Receive());
  if (stop_.stop_requested()) return End(Stopped());
  if (!chunk) return chunk;
  body_.Add(*chunk);
  bytes_ += chunk->size();
  return chunk;
}

base::Result<std::uint64_t> QueryStream::Finish() {
  if (!permit_ || !is_whole_) {
    return Fail(ErrorCode::kConflict, "The access has ended, or its end was not seen yet");
  }
  if (stop_.stop_requested()) return End(Stopped());
  return Close(AccessOutcome::kComplete);
}

std::function<base::Result<bool>(std::string& chunk)> SenderOf(
    std::shared_ptr<QueryStream> stream) {
  return [stream = std::move(stream)](std::string& chunk) -> base::Result<bool> {
    auto next = TRY(stream->Next());
    if (next) {
      chunk = std::move(*next);
      return true;
    }
    TRY(stream->Finish());
    return false;
  };
}

// --- the door ------------------------------------------------------------------------------------

// One access from its Permit to its stream. What fails on the way is put on record by Refuse.
class QueryAccess {
 public:
  QueryAccess(const QueryServices& services, const QueryQuestion& question, Permit permit)
      : services_(services), question_(question), permit_(std::move(permit)) {}

  base::Result<std::unique_ptr<QueryStream>> Open() {
    auto extract = services_.extracts.Get(permit_);
    if (!extract) return Ended(std::move(extract).error(), AccessOutcome::kFailed);
    // Making an extract has a deadline of its own.
    const std::int64_t deadline_us = services_.world.clock().MonotonicMicroseconds() +
                                     services_.settings.deadline_ms * kMicrosecondsPerMillisecond;
    auto accepted = Accept(NamesOf(extract->dataset()));
    if (!accepted) {
      const AccessOutcome outcome = OutcomeOfSql(accepted.error());
      return Ended(std::move(accepted).error(), outcome);
    }
    auto bound = BindParameters(*accepted, question_.params);
    if (!bound) return Ended(std::move(bound).error(), AccessOutcome::kRefused);
    auto request = RequestOf(*accepted, *std::move(bound), *extract);
    if (!request) return Ended(std::move(request).error(), AccessOutcome::kRefused);
    auto loan = services_.pool.TakeFor(StartOf(*extract));
    if (!loan) return Ended(std::move(loan).error(), AccessOutcome::kFailed);
    // tidy: allow raw-memory because the constructor is private
    std::unique_ptr<QueryStream> stream(
        new QueryStream(services_.world, services_.gate, std::move(permit_), *std::move(extract),
                        *std::move(loan), accepted->template_digest, deadline_us));
    TRY(stream->Begin(*request));
    return stream;
  }

 private:
  // A stranger's text is parsed in a worker without data; what comes of it is ours.
  base::Result<AcceptedQuery> Accept(const std::vector<std::string>& names) {
    const auto statements =
        TRY(ParseSql(services_.pool, question_.sql, services_.settings.parse_ms));
    auto accepted = TRY(CheckSql(question_.sql, statements, names));
    template_digest_ = accepted.template_digest;
    return accepted;
  }
  static AccessOutcome OutcomeOfSql(const base::Error& error) {
    const bool is_refused = error.code == ErrorCode::kInvalid || error.code == ErrorCode::kTooLarge;
    return is_refused ? AccessOutcome::kRefused : AccessOutcome::kFailed;
  }
  base::Result<std::string> RequestOf(const AcceptedQuery& accepted, BoundQuery bound,
                                      const Extract& extract) {
    engine::QueryRun run;
    run.query.sql = std::move(bound.sql);
    run.query.parameters = std::move(bound.parameters);
    run.query.format = question_.format;
    for (const std::string& name : accepted.tables) {
      run.tables.push_back({.name = name, .files = {extract.path()}});
    }
    return engine::EncodeQueryRun(run);
  }
  engine::WorkerStart StartOf(const Extract& extract) const {
    engine::WorkerStart start;
    start.program = services_.settings.program;
    start.library_path = services_.settings.library_path;
    start.kind = engine::kQueryRun;
    start.profile = engine::WorkerProfile::kQuery;
    start.readable_files = {extract.path()};
    start.limits = services_.settings.limits;
    start.sandbox = services_.settings.sandbox;
    return start;
  }
  // An end before there is a stream, on record.
  std::unexpected<base::Error> Ended(base::Error error, AccessOutcome outcome) {
    if (permit_.stop().stop_requested()) {
      outcome = AccessOutcome::kRevoked;
      error = Stopped();
    }
    static_cast<void>(services_.gate.Close(
        std::move(permit_),
        {.outcome = outcome, .body = base::Sha256({}), .query_template = template_digest_}));
    return Fail(std::move(error));
  }

  const QueryServices& services_;
  const QueryQuestion& question_;
  Permit permit_;
  base::Digest template_digest_ = base::Sha256({});  // of nothing, until there is one
};

base::Result<std::unique_ptr<QueryStream>> Query(const QueryServices& services,
                                                 const identity::Principal& principal,
                                                 const QueryQuestion& question) {
  auto permit = TRY(services.gate.Enter(principal, {.agreement = question.agreement,
                                                    .purpose = question.purpose,
                                                    .door = agreements::Door::kQuery,
                                                    .sql = question.sql,
                                                    .params = question.params}));
  // Milestone: from here on the access is on record.
  if (question.on_opened) question.on_opened(permit.opened_index());
  return QueryAccess(services, question, std::move(permit)).Open();
}

}  // namespace exchange
