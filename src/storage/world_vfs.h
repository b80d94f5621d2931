// SQLite on a World's files, for simulated crashes.
//
// The real store uses SQLite's own file layer, which is better tested than anything of ours. In a
// simulation the database must stop at the same moment as every other file, so there SQLite is
// given this layer over World. It serves one connection in exclusive locking mode: no shared
// memory, no locks between processes.
//
// Thread safety: make and destroy it where no connection is open; connections are SQLite's
// business.
#pragma once

#include <memory>
#include <string>

#include "base/world.h"

namespace storage {

class WorldVfs {
 public:
  // Registers a file layer with SQLite under a name of its own.
  explicit WorldVfs(base::World& world);
  WorldVfs(const WorldVfs&) = delete;
  WorldVfs& operator=(const WorldVfs&) = delete;
  ~WorldVfs();

  [[nodiscard]] const std::string& name() const;

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
};

}  // namespace storage
