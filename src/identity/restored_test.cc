#include "identity/restored.h"

#include <doctest/doctest.h>

#include "identity/testing.h"
#include "storage/outbox.h"

namespace identity {

TEST_CASE("after a restore no session, link or token opens anything, and passwords do") {
  SmallWorld home;
  const auto token = home.directory()
                         .CreateToken(home.ada(), TokenFor(home, *home.ada_id, {Scope::kRead}))
                         .value();
  const auto withdrawn = home.directory()
                             .CreateToken(home.ada(), TokenFor(home, *home.ada_id, {Scope::kRead}))
                             .value();
  REQUIRE(home.directory().WithdrawToken(home.ada(), withdrawn.id).has_value());
  const auto link =
      home.directory().CreatePerson(home.ira(), *home.council, {"Eve", "eve@example.org"}).value();
  std::uint64_t tokens = 0;
  const auto ended =
      home.running->store->Write([&](storage::Transaction& transaction) -> base::Result<void> {
        const auto outbox =
            TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
        tokens = TRY(EndAllSecrets(transaction, outbox));
        return {};
      });
  REQUIRE(ended.has_value());
  REQUIRE(tokens == 1);
  REQUIRE_FALSE(home.directory().Authenticate(token.secret).has_value());
  REQUIRE_FALSE(home.directory().AuthenticateSession(home.ada_session).has_value());
  REQUIRE_FALSE(home.directory().SetPassword(link.link_secret, kPassword).has_value());
  const auto again = home.directory().SignIn({"ada@example.org", kPassword, "192.0.2.1", {}});
  REQUIRE(home.directory().AuthenticateSession(again->session_secret).has_value());
}

}  // namespace identity
