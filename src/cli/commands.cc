#include "cli/commands.h"

#include "base/format.h"
#include "base/json.h"
#include "cli/home.h"
#include "ledger/receipt.h"
#include "ledger/rsf.h"
#include "ledger/verify.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::size_t kMaxRsfBytes = 64U << 20U;

base::Json TextOrNull(const std::optional<std::string>& text) {
  return text ? base::Json::Repaired(*text) : base::Json();
}

// What `verify --json` says; docs/formats/log.md.
std::string VerifyJson(const std::optional<ledger::VerifyReport>& report,
                       const std::optional<base::Error>& error) {
  std::optional<std::string> what;
  std::optional<std::string> where;
  if (error) {
    what = error->what;
    where = error->where;
  }
  base::Json origin;
  base::Json size;
  base::Json root;
  base::Json since;
  base::Json receipts;
  if (report && report->checkpoint) {
    origin = report->checkpoint->origin;
    size = report->checkpoint->size;
    root = report->checkpoint->root.Hex();
  }
  if (report && report->since) since = report->since->size;
  if (report && !report->receipts.empty()) receipts = report->receipts.size();
  return base::WriteJson(base::Json::Object({{"verified", !error.has_value()},
                                             {"failure", TextOrNull(what)},
                                             {"where", TextOrNull(where)},
                                             {"origin", std::move(origin)},
                                             {"size", std::move(size)},
                                             {"root", std::move(root)},
                                             {"since_size", std::move(since)},
                                             {"receipts", std::move(receipts)}})) +
         "\n";
}

void TellVerified(Terminal& terminal, const ledger::VerifyReport& report) {
  if (report.checkpoint) {
    terminal.out(Format("log {}: {} entries, root {}\n", report.checkpoint->origin,
                        report.checkpoint->size, report.checkpoint->root.Hex()));
    terminal.out("the checkpoint is signed by a listed key; every entry and tile agrees with it\n");
  }
  if (report.since) {
    terminal.out(
        Format("only appended to since the older checkpoint of {} entries\n", report.since->size));
  }
  for (const ledger::Checkpoint& receipt : report.receipts) {
    terminal.out(Format("a receipt holds: its entries are in {} of {} entries\n", receipt.origin,
                        receipt.size));
  }
  terminal.out("verified\n");
}

// What is wrong with a named file that is there means "not verified"; what is wrong with the call
// does not.
bool IsAnswer(const base::Error& error) {
  const bool is_of_content =
      error.code == ErrorCode::kUntrue || error.code == ErrorCode::kDamaged ||
      error.code == ErrorCode::kInvalid || error.code == ErrorCode::kTooLarge;
  return is_of_content && !error.where.starts_with("--");
}

base::Result<ledger::VerifyReport> Verify(base::Files& files, const VerifyOptions& options) {
  ledger::VerifyRequest request;
  const std::string text =
      TRY(base::ReadWholeFile(files, options.keys_path, ledger::kMaxKeyListBytes));
  auto keys = ledger::ParseKeyList(text);
  if (!keys) {
    return base::Fail(keys.error().code, keys.error().what,
                      Format("{}: {}", options.keys_path, keys.error().where), keys.error().remedy);
  }
  request.keys = std::move(*keys);
  request.log_folder = options.log_folder;
  request.since_path = options.since_path;
  request.receipt_paths = options.receipt_paths;
  return ledger::Verify(files, request);
}

std::string_view CoverageName(ledger::RsfCoverage coverage) {
  switch (coverage) {
    case ledger::RsfCoverage::kFull:
      return "full";
    case ledger::RsfCoverage::kPrefix:
      return "prefix";
    case ledger::RsfCoverage::kNone:
      break;
  }
  return "none";
}

base::Result<ledger::RsfReport> ReadRsfFile(base::Files& files, const std::string& path) {
  const std::string bytes = TRY(base::ReadWholeFile(files, path, kMaxRsfBytes));
  auto report = ledger::ReadRsf(bytes);
  if (report) return report;
  base::Error error = report.error();
  error.where = Format("{}: {}", path, error.where);
  return base::Fail(std::move(error));
}

}  // namespace

int TellError(Terminal& terminal, const base::Error& error) {
  terminal.error(Format("tabularium: {}\n", error.Text()));
  return base::RowOf(error.code).exit_code;
}

int RunInit(const CommandContext& context, const InitOptions& options) {
  const HomeSettings settings{options.origin, options.demonstration};
  const HomeFounder founder{
      {options.organisation, options.organisation_kind, options.organisation_country, {}},
      {options.administrator_name, options.administrator_email},
      options.password_cost};
  const auto made = Home::Init(context.world, options.home, settings, founder, context.store_files);
  if (!made) return TellError(context.terminal, made.error());
  context.terminal.out(Format("made the home {}\n", options.home));
  context.terminal.out(Format("public keys: {}/keys.json\n", options.home));
  context.terminal.out(Format(
      "the administrator sets a password within 72 hours, once the home is served, at /link/{0}\n"
      "or with the API: POST /api/v1/passwords {{\"link\": \"{0}\", \"password\": \"…\"}}\n",
      made->link_secret));
  context.terminal.out(
      "keep this checkpoint of the register log somewhere else; whoever holds it can prove later\n"
      "that nothing was taken away:\n\n");
  context.terminal.out(made->home->ledger().log(storage::LogName::kRegister).SignedCheckpoint());
  return kExitWell;
}

int RunRotateKey(const CommandContext& context, const RotateKeyOptions& options) {
  auto home = Home::Open(context.world, options.home, context.store_files);
  if (!home) return TellError(context.terminal, home.error());
  const auto key = (*home)->RotateKey(options.log);
  if (!key) return TellError(context.terminal, key.error());
  if (const auto published = (*home)->Publish(); !published) {
    return TellError(context.terminal, published.error());
  }
  context.terminal.out(
      Format("the {} log is signed by a new key: {}\n", NameOf(options.log), key->Text()));
  context.terminal.out(Format("give {}/keys.json to those who verify\n", options.home));
  return kExitWell;
}

int RunVerify(const CommandContext& context, const VerifyOptions& options) {
  const auto report = Verify(context.world.files(), options);
  if (report) {
    if (options.json) {
      context.terminal.out(VerifyJson(*report, std::nullopt));
    } else {
      TellVerified(context.terminal, *report);
    }
    return kExitWell;
  }
  const base::Error& error = report.error();
  if (!IsAnswer(error)) return TellError(context.terminal, error);
  if (options.json) {
    context.terminal.out(VerifyJson(std::nullopt, error));
  } else {
    context.terminal.out(Format("not verified: {} ({}). {}\n", error.what, error.where,
                                error.remedy.empty() ? base::RowOf(ErrorCode::kUntrue).remedy
                                                     : std::string_view(error.remedy)));
  }
  return base::RowOf(ErrorCode::kUntrue).exit_code;
}

int RunProve(const CommandContext& context, const ProveOptions& options) {
  auto home = Home::Open(context.world, options.home, context.store_files);
  if (!home) return TellError(context.terminal, home.error());
  const auto receipt = (*home)->ledger().log(options.log).Prove(options.indices);
  if (!receipt) return TellError(context.terminal, receipt.error());
  context.terminal.out(ledger::WriteReceipt(*receipt));
  return kExitWell;
}

int RunRsf(const CommandContext& context, const RsfOptions& options) {
  base::Json::Items results;
  std::size_t full = 0;
  std::size_t prefix = 0;
  int exit_code = kExitWell;
  for (const std::string& path : options.paths) {
    const auto report = ReadRsfFile(context.world.files(), path);
    if (!report) {
      exit_code = TellError(context.terminal, report.error());
      continue;
    }
    if (report->coverage == ledger::RsfCoverage::kFull) ++full;
    if (report->coverage == ledger::RsfCoverage::kPrefix) ++prefix;
    if (options.json) {
      results.push_back(base::Json::Object({{"file", base::Json::Repaired(path)},
                                            {"coverage", CoverageName(report->coverage)},
                                            {"entries", report->user_entries},
                                            {"asserted_entries", report->asserted_entries},
                                            {"root", report->root.Hex()}}));
      continue;
    }
    context.terminal.out(Format("{:6} {} of {} entries, root {}: {}\n",
                                CoverageName(report->coverage), report->asserted_entries,
                                report->user_entries, report->root.Hex(), path));
  }
  if (options.json) {
    context.terminal.out(base::WriteJson(base::Json::Array(std::move(results))) + "\n");
  } else {
    context.terminal.out(Format("{} files: {} full and {} prefix roots agree\n",
                                options.paths.size(), full, prefix));
  }
  return exit_code;
}

int RunSampleFiles(const CommandContext& context, const SampleFilesOptions& options) {
  base::Files& files = context.world.files();
  auto written = base::MakeFolders(files, options.folder);
  if (written) written = WriteSampleFiles(files, options.folder, options.shape);
  if (!written) return TellError(context.terminal, written.error());
  context.terminal.out(Format(
      "{0}/paye-employments.csv: {1} rows, synthetic\n{0}/overdue-2026.csv: {2} rows, synthetic\n",
      options.folder, options.shape.rows, options.shape.Listed()));
  return kExitWell;
}

}  // namespace cli
