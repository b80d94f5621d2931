#include "cli/home_catalogue.h"

#include <doctest/doctest.h>

#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "cli/home.h"

namespace cli {

TEST_CASE("a home's catalogue makes its folders and has no dataset yet") {
  const auto world = base::MakeRealWorld();
  const base::TemporaryFolder folder;
  const std::string place = folder / "home";
  const HomeFounder founder{{"Ambleford District Council", "district-council"},
                            {"Ira", "ira@example.org"},
                            {base::kLeastPasswordMemoryBytes, 1}};
  const auto made =
      Home::Init(*world, place, {"data.example.org", true}, founder, storage::StoreFiles::kSystem);
  REQUIRE(made.has_value());
  Home& home = *made->home;
  engine::WorkerPool pool(*world, {}, {});
  catalogue::NoLivePolicies policies;
  const auto opened =
      HomeCatalogue::Open(*world, home.store(), home.ledger(), pool, policies, place, {}).value();
  REQUIRE(opened->catalogue().ListDatasets({}, {}).value().total == 0);
  for (const char* name : {"data", "drafts", "tmp/catalogue"}) {
    REQUIRE(world->files().Status(place + "/" + name).value()->is_folder);
  }
}

}  // namespace cli
