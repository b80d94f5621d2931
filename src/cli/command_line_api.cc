// The words of the commands that speak to a server: publish, query, token.
#include <CLI/CLI.hpp>
#include <set>

#include "cli/command_line_parts.h"
#include "cli/publish_command.h"
#include "cli/query_command.h"
#include "cli/token_command.h"

namespace cli {
namespace {

constexpr std::int64_t kMaxTokenDays = 366;

void AddServer(CLI::App& command, ServerOptions& options) {
  command
      .add_option("--server", options.server,
                  "http(s)://name:port; http://127.0.0.1:8080 when not given")
      ->type_name("ADDRESS");
  command
      .add_option("--token-file", options.token_path,
                  "a file that holds the token; TABULARIUM_TOKEN of the environment when not given")
      ->type_name("FILE");
}

CLI::Validator OneOf(std::set<std::string> words) {
  return CLI::IsMember(std::move(words)).description("");
}

void AddTokenServer(CLI::App& command, TokenOptions& options) {
  AddServer(command, options.server);
  command.add_flag("--sign-in", options.sign_in,
                   "sign in first, with two lines of standard input: e-mail address and password");
  command.add_flag("--json", options.json, "answer with JSON");
}

void AddTokenMake(CLI::App& parent, const std::shared_ptr<TokenOptions>& options,
                  const CommandContext& context, std::optional<int>& exit_code) {
  CLI::App* command = parent.add_subcommand(
      "make",
      "Make a token and write its secret to standard output, or to a file of its owner alone.\n"
      "Example: tabularium token make --sign-in --name 'Nightly upload' --scope publish \\\n"
      "  --output token < credentials");
  AddTokenServer(*command, *options);
  command->add_option("--name", options->name, "what it is for")->required()->type_name("TEXT");
  command
      ->add_option("--scope", options->scopes,
                   "what it allows: read, request, publish, query, decide, administer, audit; may "
                   "be given again")
      ->required()
      ->type_name("SCOPE")
      ->expected(1)
      ->take_all()
      ->check(OneOf({"read", "request", "publish", "query", "decide", "administer", "audit"}));
  command->add_option("--days", options->days, "how long it counts; 30 when not given")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, kMaxTokenDays));
  command->add_option("--output", options->output_path, "a file for the secret")->type_name("FILE");
  command->callback(
      [options, &context, &exit_code] { exit_code = RunTokenMake(context, *options); });
}

// What is asked, in one of three ways, and with what.
void AddQuestion(CLI::App& command, QueryOptions& options) {
  CLI::Option* sql = command.add_option("--sql", options.sql,
                                        "one SELECT; standard input when "
                                        "neither this nor --sql-file is given");
  sql->type_name("TEXT");
  command.add_option("--sql-file", options.sql_path, "a file that holds it")
      ->type_name("FILE")
      ->excludes(sql);
  command.add_option("--purpose", options.purpose, "one of the agreement's purposes")
      ->type_name("CODE");
  command
      .add_option("--params", options.params,
                  "JSON: an array for $1 and ?, an object for "
                  "$name")
      ->type_name("JSON");
}

}  // namespace

void AddPublish(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code) {
  const auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand(
      "publish",
      "Publish a CSV or Parquet file as the next version of a dataset. Without --confirm or\n"
      "--classes it is uploaded, and what was found is shown: types, classes, treatments.\n"
      "Examples:\n"
      "  tabularium publish jobs.csv --dataset jobs --title Jobs --description 'One row a job.'\n"
      "  tabularium publish --draft 1f0e… --confirm\n"
      "  tabularium publish jobs.csv --dataset jobs --classes classes.json --confirm\n"
      "Exit codes: 0 done; 2 the file or a class is refused; 3 no such dataset or file; 4 no\n"
      "token, or no right; 5 the server does not answer, or an agreement rests on a column.");
  AddServer(*command, options->server);
  CLI::Option* file = command->add_option("FILE", options->path, "the file")->type_name("");
  command->add_option("--draft", options->draft, "a draft that was uploaded before")
      ->type_name("ID")
      ->excludes(file);
  command->add_option("--dataset", options->dataset, "its slug, or its short name in your body")
      ->type_name("NAME");
  command->add_option("--title", options->title, "makes a dataset when there is none of that name")
      ->type_name("TEXT");
  command->add_option("--description", options->description, "one sentence, for a new dataset")
      ->type_name("TEXT");
  command
      ->add_option("--visibility", options->visibility,
                   "of a new dataset: public, or private when not given")
      ->type_name("WORD")
      ->check(OneOf({"public", "private"}));
  command->add_flag("--confirm", options->confirm, "publish with the classes as proposed");
  command
      ->add_option("--classes", options->classes_path,
                   "publish with what this JSON confirms (docs/formats/dataset.md, Confirming)")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->callback([options, &context, &exit_code] { exit_code = RunPublish(context, *options); });
}

void AddQuery(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code) {
  const auto options = std::make_shared<QueryOptions>();
  CLI::App* command = app.add_subcommand(
      "query",
      "Ask in SQL what an agreement lets through. Each access is on record; the number of its\n"
      "receipt stands on the error stream.\n"
      "Examples:\n"
      "  tabularium query DSA-2026-0001 --purpose council-tax-recovery \\\n"
      "    --sql 'SELECT count(*) FROM paye_employments'\n"
      "  tabularium query DSA-2026-0001 --purpose council-tax-recovery --sql-file q.sql \\\n"
      "    --params '[\"E07000999\"]' --format arrow --output answer.arrows --receipt "
      "receipt.json\n"
      "Exit codes: 0 the answer is whole; 2 the SQL is refused; 3 no such agreement; 4 no token,\n"
      "or no right; 5 not now, or no room; 7 the answer was cut: what came is not whole, and no\n"
      "file has the name of --output.");
  AddServer(*command, options->server);
  command->add_option("AGREEMENT", options->agreement, "its number, such as DSA-2026-0001")
      ->required()
      ->type_name("");
  AddQuestion(*command, *options);
  command->add_option("--format", options->format, "csv when not given, json, ndjson or arrow")
      ->type_name("FORMAT")
      ->check(OneOf({"csv", "json", "ndjson", "arrow"}));
  command->add_option("--output", options->output_path, "a file; standard output when not given")
      ->type_name("FILE");
  command->add_option("--receipt", options->receipt_path, "fetch the receipt into this file")
      ->type_name("FILE");
  command->callback([options, &context, &exit_code] { exit_code = RunQuery(context, *options); });
}

void AddToken(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code) {
  const auto options = std::make_shared<TokenOptions>();
  CLI::App* command = app.add_subcommand(
      "token",
      "Make, list and withdraw tokens of your own account. Each is an entry of the register log.\n"
      "A token is made in a session (--sign-in), or with a token that has administer.\n"
      "Never put a token or a password on a command line: everybody on the machine could read\n"
      "it there.\n"
      "Exit codes: 0 done; 2 a mistake in use; 3 no such token; 4 no token, wrong password or no\n"
      "right; 5 the server does not answer, or too many attempts.");
  command->require_subcommand(1);
  AddTokenMake(*command, options, context, exit_code);
  CLI::App* list = command->add_subcommand(
      "list", "List your tokens, withdrawn ones too.\nExample: tabularium token list");
  AddTokenServer(*list, *options);
  list->callback([options, &context, &exit_code] { exit_code = RunTokenList(context, *options); });
  CLI::App* withdraw =
      command->add_subcommand("withdraw",
                              "Withdraw tokens at once; what is being read with them ends.\n"
                              "Example: tabularium token withdraw 5f0e…");
  AddTokenServer(*withdraw, *options);
  withdraw->add_option("ID", options->ids, "as `token list` shows them")
      ->required()
      ->type_name("")
      ->expected(1, 100);
  withdraw->callback(
      [options, &context, &exit_code] { exit_code = RunTokenWithdraw(context, *options); });
}

}  // namespace cli
