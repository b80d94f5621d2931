// For tests of the home as a whole: an agreement as it stands in the store, without the people who
// made it. Header only.
#pragma once

#include <string>

#include "base/world.h"
#include "storage/agreements.h"
#include "storage/datasets.h"
#include "storage/store.h"

namespace cli {

struct StoredAgreement {
  std::string number = "DSA-2026-0001";
  std::string state = "active";
  std::string token_key = std::string(32, 'k');
  std::int64_t token_key_version = 0;
};

// A body that shares with itself, its dataset and its request; all told of by the first leaf.
struct SharedDataset {
  storage::OrganisationId body;
  storage::DatasetId dataset;
  storage::SubjectId ada;

  base::Result<void> Add(storage::Transaction& transaction, const std::string& request,
                         const std::string& agreement) const {
    TRY(storage::OrganisationRepository(transaction)
            .Add({body, "body-" + body.Text().substr(0, 6), "Body", "office", {1}, 1, true}));
    TRY(storage::SubjectRepository(transaction)
            .Add({ada, storage::SubjectKind::kPerson, body, "Ada", false,
                  ada.Text() + "@example.org"}));
    const std::string name = dataset.Text().substr(0, 9);
    TRY(storage::DatasetRepository(transaction)
            .Add({dataset,
                  body,
                  name,
                  name,
                  name,
                  name,
                  "About.",
                  false,
                  "",
                  "",
                  1,
                  {1},
                  {1},
                  "",
                  "",
                  {}}));
    return storage::RequestRepository(transaction)
        .Add({request,
              body,
              body,
              dataset,
              "accepted",
              1,
              "{}",
              "{}",
              "{}",
              agreement,
              ada,
              {1},
              {1}});
  }
};

inline storage::AgreementRow RowOf(const StoredAgreement& stored, const SharedDataset& shared,
                                   const std::string& request) {
  return {.number = stored.number,
          .request = request,
          .owner = shared.body,
          .recipient = shared.body,
          .dataset = shared.dataset,
          .state = stored.state,
          .state_before = stored.state,
          .outbox = 1,
          .policy = "{}",
          .document = "{}",
          .verdict = "{}",
          .sentence = {},
          .purpose = {},
          .salt = "salt",
          .token_key = stored.token_key,
          .token_key_version = stored.token_key_version,
          .first_day = {1},
          .last_day = {100'000},
          .approved_day = {1},
          .approved = {1},
          .changed = {1}};
}

inline base::Result<void> AddAgreement(base::World& world, storage::Store& store,
                                       const StoredAgreement& stored) {
  base::Randomness& randomness = world.randomness();
  const SharedDataset shared{storage::OrganisationId::Random(randomness),
                             storage::DatasetId::Random(randomness),
                             storage::SubjectId::Random(randomness)};
  const std::string request = "DSR" + stored.number.substr(3);
  return store.Write([&](storage::Transaction& transaction) -> base::Result<void> {
    TRY(shared.Add(transaction, request, stored.number));
    return storage::AgreementRepository(transaction).Add(RowOf(stored, shared, request));
  });
}

// As it stands in the store.
inline storage::AgreementRow AgreementIn(storage::Store& store, std::string_view number) {
  std::optional<storage::AgreementRow> row;
  const auto looked = store.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    row = TRY(storage::AgreementRepository(transaction).Find(number));
    return {};
  });
  REQUIRE((looked.has_value() && row.has_value()));
  return *std::move(row);
}

}  // namespace cli
