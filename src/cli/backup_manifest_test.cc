#include "cli/backup_manifest.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace cli {
namespace {

using base::ErrorCode;

BackupManifest Sample() {
  BackupManifest manifest;
  manifest.origin = "data.example.org";
  manifest.made = base::ParseInstant("2026-03-01T12:00:00Z").value();
  manifest.logs[0] = {7, base::Sha256("root")};
  manifest.files = {{"home/home.json", {75, base::Sha256("a")}},
                    {"home/log/register/tile/0/x001/234.p/5", {160, base::Sha256("b")}}};
  return manifest;
}

struct Place {
  base::SimulatedWorld world{1};
  Place() { REQUIRE(world.files().MakeFolder("backup").has_value()); }
  base::Result<BackupManifest> Read() { return ReadManifest(world.files(), "backup"); }
  // Another text, with its right digest.
  base::Result<BackupManifest> ReadWith(const std::string& from, const std::string& to) {
    REQUIRE(WriteManifest(world.files(), "backup", Sample()).has_value());
    std::string text = base::ReadWholeFile(world.files(), "backup/manifest.json", 10'000).value();
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    REQUIRE(base::ReplaceFile(world.files(), "backup/manifest.json", text).has_value());
    REQUIRE(base::ReplaceFile(world.files(), "backup/manifest.sha256",
                              base::Sha256(text).Hex() + "  manifest.json\n")
                .has_value());
    return Read();
  }
};

}  // namespace

TEST_CASE("what was written is read") {
  Place place;
  REQUIRE(place.Read().error().code == ErrorCode::kNotFound);
  REQUIRE(WriteManifest(place.world.files(), "backup", Sample()).has_value());
  const auto read = place.Read().value();
  REQUIRE(read.origin == "data.example.org");
  REQUIRE(read.made.Text() == "2026-03-01T12:00:00Z");
  REQUIRE(read.logs[0].size == 7);
  REQUIRE(read.files.size() == 2);
  REQUIRE(read.files[1].digest == Sample().files[1].digest);
  REQUIRE(read.Bytes() == 235);
}

TEST_CASE("what was not finished is no backup, whatever is in it") {
  Place place;
  REQUIRE(WriteManifest(place.world.files(), "backup", Sample()).has_value());
  REQUIRE(place.world.files().Rename("backup", "backup.unfinished").has_value());
  REQUIRE(ReadManifest(place.world.files(), "backup.unfinished/").error().code ==
          ErrorCode::kNotFound);
}

TEST_CASE("no name leads out of the backup, and each comes once") {
  Place place;
  for (const char* name : {"../home.json", "/etc/passwd", "home/../../x", "home//x", "home/.x",
                           "manifest.json", "home/a b", "home/", "home/\\u202ex"}) {
    REQUIRE(place.ReadWith("home/home.json", name).error().code == ErrorCode::kDamaged);
  }
  REQUIRE(place.ReadWith("home/home.json", "home/z").error().code == ErrorCode::kDamaged);
  REQUIRE(place.ReadWith("home/home.json", "home/log/register/tile/0/x001/234.p/5").error().code ==
          ErrorCode::kDamaged);
}

TEST_CASE("a newer format, unknown members and values beyond their limits are refused") {
  Place place;
  REQUIRE(place.ReadWith("backup-1", "backup-2").error().code == ErrorCode::kNewerFormat);
  REQUIRE(place.ReadWith("tabularium-backup-1", "other").error().code == ErrorCode::kDamaged);
  REQUIRE(place.ReadWith("\"made\"", "\"more\": 1, \"made\"").error().code == ErrorCode::kDamaged);
  REQUIRE(place.ReadWith("\"size\": 7", "\"size\": -1").error().code == ErrorCode::kDamaged);
  REQUIRE(place.ReadWith("\"bytes\": 75", "\"bytes\": 1e3").error().code == ErrorCode::kDamaged);
  REQUIRE(place.ReadWith("12:00:00Z", "25:00:00Z").error().code == ErrorCode::kDamaged);
}

}  // namespace cli
