#include "agreements/token_keys.h"

#include <doctest/doctest.h>

#include "agreements/sharing_testing.h"
#include "storage/agreements.h"

namespace agreements {
namespace {

using base::ErrorCode;
using storage::TokenKeyRow;

std::vector<TokenKeyRow> KeysIn(SharingWorld& home) {
  std::vector<TokenKeyRow> rows;
  Good(home.run->store->Read([&](storage::Transaction& transaction) -> base::Result<void> {
    rows = TRY(storage::AgreementRepository(transaction).ListTokenKeys("", 10));
    return {};
  }));
  return rows;
}

void SetKey(SharingWorld& home, const TokenKeyRow& row) {
  Good(home.run->store->Write([&](storage::Transaction& transaction) {
    return storage::AgreementRepository(transaction).SetTokenKey(row);
  }));
}

}  // namespace

TEST_CASE("the key of an agreement stands in the store wrapped for its number") {
  SharingWorld home;
  const Agreement active = home.InForce();
  const TokenKeyRow row = KeysIn(home).front();
  REQUIRE((row.agreement == active.number && row.version == 1));
  const Granted granted = Good(home.agreements().GrantedUnder(active.number));
  REQUIRE(granted.token_key_version == kFirstTokenKeyVersion);
  REQUIRE(row.token_key.find(granted.token_key) == std::string::npos);
  REQUIRE(Good(home.run->wrapping.Unwrap({active.number, 1}, row.token_key)) == granted.token_key);
  Good(home.agreements().Revoke(*home.noor, active.number, {Reason::kDataWrong, "Wrong."}));
  REQUIRE(KeysIn(home).empty());
  REQUIRE_FALSE(Good(HasWrappedTokenKeys(*home.run->store)));
}

TEST_CASE("bare keys are wrapped once, and stay the keys that they were") {
  SharingWorld home;
  const Agreement active = home.InForce();
  const std::string key(kTokenKeyBytes, 'b');
  SetKey(home, {active.number, key, 0});
  REQUIRE(Good(HasBareTokenKeys(*home.run->store)));
  REQUIRE(Good(ReadyTokenKeys(*home.run->store, home.run->wrapping)) == 1);
  REQUIRE_FALSE(Good(HasBareTokenKeys(*home.run->store)));
  REQUIRE(Good(HasWrappedTokenKeys(*home.run->store)));
  REQUIRE(Good(home.agreements().GrantedUnder(active.number)).token_key == key);
  REQUIRE(Good(ReadyTokenKeys(*home.run->store, home.run->wrapping)) == 0);
  SetKey(home, {active.number, "no key", 0});
  REQUIRE(CodeOfBad(ReadyTokenKeys(*home.run->store, home.run->wrapping)) == ErrorCode::kDamaged);
}

TEST_CASE("another wrapping and a key of another agreement are damage, not keys") {
  SharingWorld home;
  const Agreement active = home.InForce();
  TestWrapping other('x');
  REQUIRE(CodeOfBad(ReadyTokenKeys(*home.run->store, other)) == ErrorCode::kDamaged);
  const std::string foreign =
      home.run->wrapping.Wrap({"DSA-2026-0999", 1}, std::string(kTokenKeyBytes, 'f'));
  SetKey(home, {active.number, foreign, 1});
  REQUIRE(CodeOfBad(home.agreements().GrantedUnder(active.number)) == ErrorCode::kDamaged);
  REQUIRE(CodeOfBad(ReadyTokenKeys(*home.run->store, home.run->wrapping)) == ErrorCode::kDamaged);
}

}  // namespace agreements
