// The World as the machine gives it: the system's clocks, random bytes and files.
#pragma once

#include <memory>

#include "base/world.h"

namespace base {

// One is made in main and handed down.
std::unique_ptr<World> MakeRealWorld();

}  // namespace base
