// The commands of the program: what each does, once its options are known.
//
// A command writes lines to its Terminal and returns the exit code of the process (docs/errors.md).
// It gets the World and nothing else, so that tests run it on a simulated one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/password_hash.h"
#include "base/result.h"
#include "base/world.h"
#include "cli/sample_records.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace cli {

// Where a command's words go.
struct Terminal {
  std::function<void(std::string_view text)> out;
  std::function<void(std::string_view text)> error;
  // What was typed or piped in, to its end, but no more than one byte beyond `max_bytes`.
  std::function<std::string(std::size_t max_bytes)> in = {};
  // Whether words were lost: whoever read them went away, or a disk is full.
  std::function<bool()> is_broken = {};
};

// What commands share.
struct CommandContext {
  base::World& world;
  Terminal& terminal;
  storage::StoreFiles store_files = storage::StoreFiles::kSystem;
  std::string environment_token = {};  // of TABULARIUM_TOKEN
};

inline constexpr int kExitWell = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCut = 7;  // an answer was cut: what came of it is not whole

struct InitOptions {
  std::string home;
  std::string origin;
  bool demonstration = false;
  std::string organisation;
  std::string organisation_kind = "platform-operator";
  std::string organisation_country = "united-kingdom";
  std::string administrator_name = "Administrator";
  std::string administrator_email;
  base::PasswordCost password_cost = {};
};
int RunInit(const CommandContext& context, const InitOptions& options);

struct RotateKeyOptions {
  std::string home;
  storage::LogName log = storage::LogName::kRegister;
};
int RunRotateKey(const CommandContext& context, const RotateKeyOptions& options);

struct VerifyOptions {
  std::string keys_path;
  std::optional<std::string> log_folder;
  std::optional<std::string> since_path;
  std::vector<std::string> receipt_paths;
  bool json = false;
};
int RunVerify(const CommandContext& context, const VerifyOptions& options);

struct ProveOptions {
  std::string home;
  storage::LogName log = storage::LogName::kRegister;
  std::vector<std::uint64_t> indices;
};
int RunProve(const CommandContext& context, const ProveOptions& options);

struct RsfOptions {
  std::vector<std::string> paths;
  bool json = false;
};
int RunRsf(const CommandContext& context, const RsfOptions& options);

struct SampleFilesOptions {
  std::string folder;
  SampleShape shape;
};
int RunSampleFiles(const CommandContext& context, const SampleFilesOptions& options);

// Tells an error on the terminal and returns its exit code.
int TellError(Terminal& terminal, const base::Error& error);

}  // namespace cli
