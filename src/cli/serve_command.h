// `tabularium serve`: the server of a home.
#pragma once

#include <cstdint>
#include <string>

#include "cli/commands.h"

namespace cli {

struct ServeOptions {
  std::string home;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any
  std::string certificate_path;
  std::string private_key_path;
  bool behind_proxy = false;                        // somebody else speaks TLS
  std::int64_t publish_access_log_every_s = 3'600;  // 0: at once, in a demonstration alone
};

// Serves until SIGINT or SIGTERM. The process must not have other threads yet.
int RunServe(const CommandContext& context, const ServeOptions& options);

}  // namespace cli
