#include "cli/query_command.h"

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "cli/folder_copy.h"
#include "cli/progress.h"
#include "ledger/receipt.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::size_t kMaxSqlBytes = 1U << 20U;
constexpr std::int64_t kReceiptLimitUs = 10'000'000;
constexpr std::size_t kEntriesOfAccess = 2;

// Where the answer goes: standard output, or a file that has its name once it is whole.
class AnswerOutput {
 public:
  AnswerOutput(const CommandContext& context, std::string path)
      : context_(context),
        path_(std::move(path)),
        building_(path_ + std::string(kUnfinished)),
        progress_(context) {}
  AnswerOutput(const AnswerOutput&) = delete;
  AnswerOutput& operator=(const AnswerOutput&) = delete;
  ~AnswerOutput() {
    if (file_ == nullptr) return;
    file_.reset();
    static_cast<void>(files().Remove(building_));
  }

  // Before anything is asked: an access is on record even when its answer could not be kept.
  base::Result<void> Begin() {
    if (path_.empty()) return {};
    file_ = TRY(files().Open(building_, base::OpenMode::kCreate));
    return file_->Truncate(0);  // of an attempt that was cut short
  }

  base::Result<void> Take(std::string_view piece) {
    if (file_ != nullptr) {
      TRY(file_->WriteAt(bytes_, piece));
    } else {
      context_.terminal.out(piece);
      if (context_.terminal.is_broken && context_.terminal.is_broken()) {
        return base::Fail(ErrorCode::kStorageFull, "Nobody reads the answer, or there is no room",
                          "standard output", "Write to a file with --output.");
      }
    }
    bytes_ += piece.size();
    progress_.Tell("received", bytes_, 0);
    return {};
  }

  base::Result<void> Finish() {
    if (file_ == nullptr) return {};
    TRY(file_->Sync());
    TRY(files().Rename(building_, path_));
    // Milestone: the file has its name.
    file_.reset();
    return files().SyncFolder(base::ParentOf(path_));
  }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  base::Files& files() { return context_.world.files(); }

  const CommandContext& context_;
  const std::string path_;
  const std::string building_;
  Progress progress_;
  std::unique_ptr<base::File> file_;
  std::uint64_t bytes_ = 0;
};

base::Result<std::string> SqlOf(const CommandContext& context, const QueryOptions& options) {
  if (!options.sql.empty()) return options.sql;
  if (!options.sql_path.empty()) {
    return base::ReadWholeFile(context.world.files(), options.sql_path, kMaxSqlBytes);
  }
  std::string sql = context.terminal.in ? context.terminal.in(kMaxSqlBytes) : std::string();
  if (!sql.empty() && sql.size() <= kMaxSqlBytes) return sql;
  return base::Fail(sql.empty() ? ErrorCode::kInvalid : ErrorCode::kTooLarge,
                    sql.empty() ? "There is no SQL" : "The SQL is larger than 1 MiB",
                    "standard input", "Pipe one SELECT in, or use --sql or --sql-file.");
}

base::Result<Json> BodyOf(const CommandContext& context, const QueryOptions& options) {
  const std::string sql = TRY(SqlOf(context, options));
  if (!base::IsUtf8(sql) || !base::IsUtf8(options.purpose)) {
    return base::Fail(ErrorCode::kInvalid, "The SQL or the purpose is not UTF-8", "--sql",
                      "Write it in UTF-8.");
  }
  Json::Members members{{"sql", sql}};
  if (!options.purpose.empty()) members.emplace_back("purpose", options.purpose);
  if (!options.params.empty()) {
    auto params = base::ParseJson(options.params, base::kRequestJson);
    if (!params) {
      return base::Fail(ErrorCode::kInvalid, "The parameters are no JSON", "--params",
                        "Write an array for $1 and ?, such as '[2026, \"E07000999\"]', or an "
                        "object for $name.");
    }
    members.emplace_back("params", std::move(*params));
  }
  return Json::Object(std::move(members));
}

// A receipt has both entries once the log has the second, moments after the last byte.
base::Result<void> FetchReceipt(const CommandContext& context, ApiClient& client,
                                const std::string& number, const std::string& path) {
  base::Clock& clock = context.world.clock();
  const std::int64_t begin_us = clock.MonotonicMicroseconds();
  std::string text;
  while (clock.MonotonicMicroseconds() - begin_us < kReceiptLimitUs) {
    text = TRY(client.Fetch("/receipts/" + number));
    const auto receipt = TRY(ledger::ParseReceipt(text));
    if (receipt.leaves.size() >= kEntriesOfAccess) {
      return base::ReplaceFile(context.world.files(), path, text);
    }
  }
  return base::Fail(ErrorCode::kUnavailable, "The access is not closed in the log yet",
                    "receipt " + number, "Ask for the receipt again in a moment.");
}

int TellCut(Terminal& terminal, const QueryOptions& options, const AnswerOutput& output,
            std::string_view number) {
  terminal.error(Format(
      "tabularium: The answer was cut after {} and is not whole ({}). The agreement may have "
      "ended, or the server: look at the agreement and ask again.\n",
      ShownBytes(output.bytes()),
      options.output_path.empty() ? std::string_view("standard output")
                                  : std::string_view(options.output_path)));
  terminal.error(Format("the access is on record: receipt {}\n", number));
  return kExitCut;
}

base::Result<int> Query(const CommandContext& context, const QueryOptions& options) {
  const std::string agreement = TRY(PathPiece(options.agreement, "AGREEMENT"));
  const std::string format = TRY(PathPiece(options.format, "--format"));
  const Json body = TRY(BodyOf(context, options));
  const std::string token = TRY(ReadToken(context, options.server.token_path));
  const auto client = TRY(ApiClient::Open(context, options.server.server, token));
  AnswerOutput output(context, options.output_path);
  TRY(output.Begin());
  base::Result<void> taken;
  std::string number;  // of the receipt; known before the first byte of the answer
  const auto note = [&](const http::ClientReply& head) {
    number = head.Find("Tabularium-Receipt").value_or("");
  };
  const auto reply = client->PostInto(
      Format("/agreements/{}/query?format={}", agreement, format), body,
      [&](std::string_view piece) { return taken = output.Take(piece); }, note);
  if (!taken) return base::Fail(taken.error());
  if (!reply && reply.error().code == ErrorCode::kUnavailable && output.bytes() > 0) {
    return TellCut(context.terminal, options, output, number);
  }
  if (!reply) return base::Fail(reply.error());
  TRY(output.Finish());
  note(*reply);
  context.terminal.error(Format("received {}; receipt {}\n", ShownBytes(output.bytes()), number));
  if (!options.receipt_path.empty()) {
    TRY(FetchReceipt(context, *client, TRY(PathPiece(number, "Tabularium-Receipt")),
                     options.receipt_path));
  }
  return kExitWell;
}

}  // namespace

int RunQuery(const CommandContext& context, const QueryOptions& options) {
  const auto exit_code = Query(context, options);
  return exit_code ? *exit_code : TellError(context.terminal, exit_code.error());
}

}  // namespace cli
