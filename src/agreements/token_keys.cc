#include "agreements/token_keys.h"

#include <functional>

#include "agreements/agreement.h"
#include "base/crypto.h"
#include "storage/agreements.h"
#include "storage/store.h"

namespace agreements {
namespace {

using storage::AgreementRepository;
using storage::TokenKeyRow;
using storage::Transaction;

constexpr std::size_t kKeysAtOnce = 500;
constexpr std::int64_t kBare = 0;

base::Result<void> ForEachKey(Transaction& transaction,
                              const std::function<base::Result<void>(TokenKeyRow&)>& each) {
  for (std::string after;;) {
    auto rows = TRY(AgreementRepository(transaction).ListTokenKeys(after, kKeysAtOnce));
    for (TokenKeyRow& row : rows) TRY(each(row));
    if (rows.size() < kKeysAtOnce) return {};
    after = rows.back().agreement;
  }
}

base::Result<bool> HasKeys(storage::Store& store, bool bare) {
  bool found = false;
  TRY(store.Read([&](Transaction& transaction) {
    return ForEachKey(transaction, [&](TokenKeyRow& row) -> base::Result<void> {
      found = found || (row.version == kBare) == bare;
      return {};
    });
  }));
  return found;
}

base::Result<void> WrapRow(Transaction& transaction, TokenKeyWrapping& wrapping, TokenKeyRow& row) {
  if (row.token_key.size() != kTokenKeyBytes) {
    return base::Fail(base::ErrorCode::kDamaged, "The key of an agreement's tokens is none",
                      row.agreement);
  }
  row.version = static_cast<std::int64_t>(kFirstTokenKeyVersion);
  std::string bare = std::move(row.token_key);
  row.token_key = wrapping.Wrap({row.agreement, kFirstTokenKeyVersion}, bare);
  base::Wipe(bare);
  return AgreementRepository(transaction).SetTokenKey(row);
}

}  // namespace

base::Result<bool> HasWrappedTokenKeys(storage::Store& store) { return HasKeys(store, false); }
base::Result<bool> HasBareTokenKeys(storage::Store& store) { return HasKeys(store, true); }

base::Result<std::size_t> ReadyTokenKeys(storage::Store& store, TokenKeyWrapping& wrapping) {
  std::size_t wrapped = 0;
  if (TRY(HasBareTokenKeys(store))) {
    TRY(store.Write([&](Transaction& transaction) {
      return ForEachKey(transaction, [&](TokenKeyRow& row) -> base::Result<void> {
        if (row.version != kBare) return {};
        ++wrapped;
        return WrapRow(transaction, wrapping, row);
      });
    }));
  }
  TRY(store.Read([&](Transaction& transaction) {
    return ForEachKey(transaction, [&](TokenKeyRow& row) -> base::Result<void> {
      auto key =
          wrapping.Unwrap({row.agreement, static_cast<std::uint64_t>(row.version)}, row.token_key);
      if (!key) return base::Fail(std::move(key).error());
      base::Wipe(*key);
      return {};
    });
  }));
  return wrapped;
}

}  // namespace agreements
