// The words of backup and restore.
#include <CLI/CLI.hpp>

#include "cli/backup_command.h"
#include "cli/command_line_parts.h"
#include "cli/restore_command.h"

namespace cli {
namespace {

void AddPassphrase(CLI::App& command, PassphraseSource& source) {
  CLI::Option* file = command
                          .add_option("--passphrase-file", source.file,
                                      "a file with the passphrase of the private keys, one line")
                          ->type_name("FILE");
  command.add_flag("--passphrase-stdin", source.from_input, "read it from standard input instead")
      ->excludes(file);
}

}  // namespace

void AddBackup(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code) {
  const auto options = std::make_shared<BackupOptions>();
  CLI::App* command = app.add_subcommand(
      "backup",
      "Copy a home to a new folder, consistent and complete or not at all, also while a server\n"
      "serves it: store, logs, data files, drafts and keys; extracts are made anew when needed.\n"
      "The private keys are encrypted by a passphrase of 16 characters or more; all the rest is\n"
      "not encrypted. docs/formats/backup.md says what is in it.\n"
      "Example: tabularium backup /srv/tabularium /backup/2026-03-01 --passphrase-file words\n"
      "Exit codes: 0 done; 2 a mistake in use; 3 no home there; 4 no right to read or write;\n"
      "5 the disk is full, the place is taken, or a key was changed meanwhile; 6 the home is\n"
      "damaged or of a newer program. What did not finish is removed, or ends in .unfinished.");
  command->add_option("HOME", options->home, "the home folder")->required()->type_name("");
  command->add_option("DESTINATION", options->destination, "a folder that is not there yet")
      ->required()
      ->type_name("");
  AddPassphrase(*command, options->passphrase);
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->callback([options, &context, &exit_code] { exit_code = RunBackup(context, *options); });
}

void AddRestore(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code) {
  const auto options = std::make_shared<RestoreOptions>();
  CLI::App* command = app.add_subcommand(
      "restore",
      "Make a home from a backup, complete or not at all. Every byte is compared with the\n"
      "manifest and both logs are verified before the home is there.\n"
      "A log that is older than what somebody kept of it must not be served: it would fork. So\n"
      "ask those who keep checkpoints, and name each: a log that does not hold it is refused.\n"
      "Example: tabularium restore /backup/2026-03-01 /srv/tabularium --checkpoint kept \\\n"
      "  --passphrase-file words\n"
      "Exit codes: 0 done; 1 a log does not hold, or not the checkpoint; 2 a mistake in use;\n"
      "3 no backup there; 4 the passphrase does not open the keys; 5 the disk is full or the place "
      "is taken; 6 a byte of the backup was\n"
      "changed, or a newer program made it.");
  command->add_option("BACKUP", options->backup, "the folder of a backup")
      ->required()
      ->type_name("");
  command->add_option("HOME", options->home, "a folder that is not there yet")
      ->required()
      ->type_name("");
  command
      ->add_option("--checkpoint", options->checkpoint_paths,
                   "a checkpoint that was kept elsewhere; may be given again")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  AddPassphrase(*command, options->passphrase);
  command->add_flag("--json", options->json, "answer with one JSON object");
  command->callback([options, &context, &exit_code] { exit_code = RunRestore(context, *options); });
}

}  // namespace cli
