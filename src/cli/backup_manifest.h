// The manifest of a backup: what is in it, byte for byte. See docs/formats/backup.md.
//
// Values and functions of files. A manifest that was read names only paths that stay within the
// backup.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/world.h"
#include "cli/folder_copy.h"
#include "storage/outbox.h"

namespace cli {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kManifestDigestName = "manifest.sha256";
// Below the backup's folder: the home, and the checkpoints that it had published when the backup
// began.
inline constexpr std::string_view kBackupHomeFolder = "home";
inline constexpr std::string_view kSealedKeysName = "keys.sealed";
inline constexpr std::string_view kPublishedFolder = "published";

struct BackupFile {
  std::string name;  // below the backup's folder
  FileDigest digest;
};

// How far a log reaches in the backup.
struct BackupLog {
  std::uint64_t size = 0;
  base::Digest root;
};

struct BackupManifest {
  std::string origin;
  base::Instant made;
  std::array<BackupLog, 2> logs;  // indexed by storage::LogName
  std::vector<BackupFile> files;  // by name

  [[nodiscard]] std::uint64_t Bytes() const;
};

// Writes the manifest and its digest, both durable.
base::Result<void> WriteManifest(base::Files& files, const std::string& backup,
                                 const BackupManifest& manifest);
// kNotFound when there is no backup, or none that was finished; kNewerFormat; kDamaged when a byte
// is not what was written.
base::Result<BackupManifest> ReadManifest(base::Files& files, const std::string& backup);

}  // namespace cli
