#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "base/format.h"
#include "base/json_text.h"
#include "cli/command_line_parts.h"
#include "cli/demo.h"
#include "cli/draft_command.h"
#include "cli/program_path.h"
#include "cli/serve_command.h"
#include "cli/worker_kinds.h"
#include "engine/worker.h"
#include "ledger/receipt.h"

// CLI11 reports by exceptions; they are caught at the end of RunCommandLine and go no further.

namespace cli {
namespace {

using storage::LogName;

constexpr const char* kVersion = "0.1.0";
constexpr std::size_t kMaxPaths = 10'000;
constexpr std::uint64_t kLeastDemoRows = 5'000;  // the list of 100 accounts that a policy asks for
constexpr std::uint64_t kMostDemoRows = 500'000;

constexpr const char* kDescription =
    "Tabularium: a library and exchange for public-sector data.\n"
    "Data is found, asked for, agreed and given, and everybody can prove what was given to whom.";

constexpr const char* kFooter =
    "Exit codes: 0 well; 1 what was to be verified does not hold; 2 a mistake in use or input;\n"
    "3 a named thing is not there; 4 not allowed; 5 not now; 6 stored bytes are damaged or newer;\n"
    "7 an answer was cut; 70 our own mistake. docs/errors.md has the whole table.";

// An option that names a log, by its word.
void AddLog(CLI::App& command, LogName& log) {
  command
      .add_option_function<std::string>(
          "--log",
          [&log](const std::string& word) {
            log = word == "access" ? LogName::kAccess : LogName::kRegister;
          },
          "which log: register or access")
      ->required()
      ->type_name("LOG")
      ->check(CLI::IsMember(std::set<std::string>{"register", "access"}).description(""));
}

// Each Add* puts one command on the command line; what runs is decided by CLI11 and told through
// `exit_code`.
struct Program {
  const CommandContext& context;
  CLI::App app{kDescription, "tabularium"};
  std::optional<int> exit_code;

  InitOptions init;
  RotateKeyOptions rotate_key;
  VerifyOptions verify;
  ProveOptions prove;
  RsfOptions rsf;
  DemoOptions demo;
  std::string demo_home;
  DraftOptions draft;
  SampleFilesOptions sample_files;
  ServeOptions serve;
  std::string log_folder;
  std::string since_path;

  explicit Program(const CommandContext& given) : context(given) {}
};

void AddHome(CLI::App& command, std::string& home) {
  command.add_option("--home", home, "the home folder")->required()->type_name("FOLDER");
}

void AddInit(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "init",
      "Make a home: keys, two logs, a store, the first organisation and its administrator, who "
      "gets a\none-time link; there is no default password.\n"
      "Example: tabularium init --home /srv/tabularium --origin data.ambleford.example \\\n"
      "  --organisation 'Ambleford District Council' --administrator-email ira@example.org");
  AddHome(*command, program.init.home);
  command
      ->add_option("--origin", program.init.origin,
                   "the name of this home in its logs, for good: a-z 0-9 . - /")
      ->required()
      ->type_name("NAME");
  command->add_option("--organisation", program.init.organisation, "who runs this home, by name")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--organisation-country", program.init.organisation_country,
                   "where it is, a code; united-kingdom when not given")
      ->type_name("CODE");
  command
      ->add_option("--organisation-kind", program.init.organisation_kind,
                   "the kind of body, a code; platform-operator when not given")
      ->type_name("CODE");
  command
      ->add_option("--administrator-email", program.init.administrator_email,
                   "with which the first administrator signs in")
      ->required()
      ->type_name("ADDRESS");
  command
      ->add_option("--administrator-name", program.init.administrator_name,
                   "Administrator when not given")
      ->type_name("NAME");
  command->add_flag("--demonstration", program.init.demonstration,
                    "mark it as a demonstration, with synthetic data alone");
  command->callback([&program] { program.exit_code = RunInit(program.context, program.init); });
}

void AddRotateKey(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "rotate-key",
      "Give a log a new signing key; the change is an entry of the register log.\n"
      "Needs the home, so end the server first.");
  AddHome(*command, program.rotate_key.home);
  AddLog(*command, program.rotate_key.log);
  command->callback(
      [&program] { program.exit_code = RunRotateKey(program.context, program.rotate_key); });
}

void AddVerify(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "verify",
      "Prove, offline, on copied files, that a log is whole, signed and only ever appended to,\n"
      "and that a receipt's entries are in it. Looks at nothing but the files that are named.\n"
      "Example: tabularium verify --key keys.json --log copy/register --since kept-checkpoint");
  command
      ->add_option("--key", program.verify.keys_path, "public keys: keys.json, or one vkey a line")
      ->required()
      ->type_name("FILE");
  CLI::Option* log =
      command->add_option("--log", program.log_folder, "a log's folder, with checkpoint and tile/")
          ->type_name("FOLDER");
  command->add_option("--receipt", program.verify.receipt_paths, "a receipt or a .tlog-proof")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  CLI::Option* since =
      command->add_option("--since", program.since_path, "a checkpoint that was kept from earlier")
          ->type_name("FILE");
  command->add_flag("--json", program.verify.json, "answer with one JSON object");
  command->callback([&program, log, since] {
    if (log->count() > 0) program.verify.log_folder = program.log_folder;
    if (since->count() > 0) program.verify.since_path = program.since_path;
    program.exit_code = RunVerify(program.context, program.verify);
  });
}

void AddProve(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "prove",
      "Write a receipt for entries of a log to standard output.\n"
      "Example: tabularium prove --home H --log register --index 0 > receipt.json");
  AddHome(*command, program.prove.home);
  AddLog(*command, program.prove.log);
  command->add_option("--index", program.prove.indices, "the entry's number, counted from 0")
      ->required()
      ->type_name("N")
      ->expected(1, ledger::kMaxReceiptEntries);
  command->callback([&program] { program.exit_code = RunProve(program.context, program.prove); });
}

void AddRsf(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "rsf",
      "Recompute the root hashes of archived government registers (RSF files) and compare\n"
      "them with what the files assert.");
  command->add_option("file", program.rsf.paths, "RSF files")
      ->required()
      ->type_name("FILE...")
      ->expected(1, kMaxPaths);
  command->add_flag("--json", program.rsf.json, "answer with a JSON array");
  command->callback([&program] { program.exit_code = RunRsf(program.context, program.rsf); });
}

void AddDemo(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "demo", "Play the demonstration by this program's own commands and tell it as a transcript.");
  command->add_option("--home", program.demo_home, "a new folder for its files")
      ->type_name("FOLDER");
  command->add_flag("--exit", program.demo.exit, "end after the story");
  command->add_option("--port", program.demo.port, "where to serve after it; 8080 when not given")
      ->type_name("PORT");
  command->add_option("--rows", program.demo.rows, "jobs in the file; 200,000 when not given")
      ->type_name("N")
      ->check(CLI::Range(kLeastDemoRows, kMostDemoRows));
  command->callback([&program] {
    if (!program.demo_home.empty()) program.demo.home = program.demo_home;
    program.exit_code = RunDemo(program.context, program.demo);
  });
}

void AddDraft(Program& program) {
  constexpr std::int64_t kMaxDeadlineS = 86'400;
  CLI::App* command = program.app.add_subcommand(
      "draft",
      "Say what a file to be published holds: the type of each column, what it means, how it "
      "should\n"
      "be protected, and its profile. Every row is read, by a worker without network and rights; "
      "no\n"
      "value of a column that may be personal is shown. Needs no server and no home.");
  command->add_option("file", program.draft.paths, "CSV or Parquet files")
      ->required()
      ->type_name("FILE...")
      ->expected(1, kMaxPaths);
  command->add_flag("--json", program.draft.json, "answer with JSON (docs/formats/draft.md)");
  command->add_option("--deadline", program.draft.deadline_s, "seconds for each file")
      ->type_name("S")
      ->check(CLI::Range(std::int64_t{1}, kMaxDeadlineS));
  command->add_flag("--run-without-sandbox-at-my-own-risk",
                    program.draft.run_without_sandbox_at_my_own_risk,
                    "read the files although the kernel cannot sandbox the worker");
  command->callback([&program] { program.exit_code = RunDraft(program.context, program.draft); });
}

void AddSampleFiles(Program& program) {
  SampleFilesOptions& options = program.sample_files;
  CLI::App* command = program.app.add_subcommand(
      "sample-files",
      "Write the demonstration's data: synthetic people and their jobs, and a council's list.");
  command->add_option("--out", options.folder, "the folder to write into")
      ->required()
      ->type_name("FOLDER");
  command->add_option("--rows", options.shape.rows, "jobs; 200,000 when not given")->type_name("N");
  command->add_option("--seed", options.shape.seed, "another seed gives other people")
      ->type_name("N");
  command->add_option("--edition", options.shape.edition, "2 changes the pay of some")
      ->type_name("N");
  command->callback(
      [&program] { program.exit_code = RunSampleFiles(program.context, program.sample_files); });
}

void AddServe(Program& program) {
  ServeOptions& options = program.serve;
  CLI::App* command = program.app.add_subcommand(
      "serve",
      "Serve a home until SIGINT or SIGTERM: its public logs, its health and its metrics.\n"
      "Example: tabularium serve --home /srv/tabularium --port 8080");
  AddHome(*command, options.home);
  command->add_option("--address", options.address, "where to listen; 127.0.0.1 when not given")
      ->type_name("ADDRESS");
  command->add_option("--port", options.port, "8080 when not given; 0 for any")->type_name("PORT");
  auto* certificate =
      command->add_option("--tls-cert", options.certificate_path, "a PEM file")->type_name("FILE");
  auto* key =
      command->add_option("--tls-key", options.private_key_path, "a PEM file")->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  command->add_flag("--behind-proxy", options.behind_proxy, "another program speaks TLS");
  command
      ->add_option("--publish-access-log-every", options.publish_access_log_every_s,
                   "seconds; 3600 when not given, 0 in a demonstration alone")
      ->type_name("S")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{86'400}));
  command->callback([&program] { program.exit_code = RunServe(program.context, program.serve); });
}

void AddWorker(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "worker", "The sandboxed worker that other commands start; of no use by itself.");
  command->callback([&program] {
    if (IsStartedAsWorker()) {
      program.exit_code = engine::RunWorker(ProgramWorkerKinds());
    } else {
      program.exit_code = TellError(
          program.context.terminal,
          {base::ErrorCode::kInvalid, "A worker is started by other commands, over a socket",
           "worker", "Use the command that needs it, such as `tabularium draft`."});
    }
  });
}

}  // namespace

int RunCommandLine(const CommandContext& context, int argc, const char* const* argv) {
  Program program(context);
  program.app.require_subcommand(1);
  program.app.set_version_flag("--version", kVersion);
  program.app.footer(kFooter);
  AddInit(program);
  AddRotateKey(program);
  AddVerify(program);
  AddProve(program);
  AddRsf(program);
  AddDraft(program);
  AddSampleFiles(program);
  AddServe(program);
  AddPublish(program.app, context, program.exit_code);
  AddQuery(program.app, context, program.exit_code);
  AddToken(program.app, context, program.exit_code);
  AddBackup(program.app, context, program.exit_code);
  AddRestore(program.app, context, program.exit_code);
  AddDemo(program);
  AddWorker(program);
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (!first.empty() && !first.starts_with('-') &&
      program.app.get_subcommands([&](const CLI::App* each) { return each->get_name() == first; })
          .empty()) {
    context.terminal.error(base::Format("There is no command {}.\nRun tabularium --help for all.\n",
                                        base::ShownName(base::RepairedUtf8(first))));
    return kExitUsage;
  }
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    std::ostringstream out;
    std::ostringstream error;
    const int code = program.app.exit(problem, out, error);
    context.terminal.out(out.str());
    context.terminal.error(error.str());
    return code == 0 ? kExitWell : kExitUsage;
  }
  return program.exit_code.value_or(kExitUsage);
}

}  // namespace cli
