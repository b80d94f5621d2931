#include "base/outside_vectors.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/bytes.h"
#include "base/real_world.h"

namespace base {
namespace {
constexpr int kMaxFoldersUp = 6;  // from where a test is run up to the checkout's parent
}  // namespace

std::optional<std::string> OutsideVectors(std::string_view name) {
  std::vector<std::string> places;
  if (const char* named = std::getenv("TABULARIUM_VECTORS")) places.emplace_back(named);
  std::string up = "..";
  for (int i = 0; i < kMaxFoldersUp; ++i, up += "/..") places.push_back(up + "/shared");
  const auto world = MakeRealWorld();
  for (const std::string& place : places) {
    std::string path = JoinPath(place, name);
    const auto status = world->files().Status(path);
    if (status && *status) return path;
  }
  // tidy: allow print because the test runner counts this line
  std::printf("SKIPPED: %s is not there (looked in TABULARIUM_VECTORS and ../shared)\n",
              std::string(name).c_str());
  if (std::getenv("TABULARIUM_VECTORS_REQUIRED") != nullptr) std::exit(1);
  return std::nullopt;
}

}  // namespace base
