#include "exchange/rehearsal_counts.h"

#include "catalogue/catalogue.h"

namespace exchange {
namespace {

base::Result<ExtractSource> SourceOf(catalogue::Catalogue& catalogue,
                                     const catalogue::DatasetId& dataset, std::uint64_t version) {
  return ExtractSource{.path = TRY(catalogue.FileOf(dataset, version)).path,
                       .schema = TRY(catalogue.VersionOf(dataset, version)).schema};
}

}  // namespace

base::Result<RehearsalCounts> CountPolicy(const CountServices& services,
                                          const agreements::Rehearsal& rehearsal,
                                          const agreements::Policy& policy,
                                          const catalogue::DatasetId& dataset,
                                          const std::optional<ListVersion>& list) {
  // What is counted is what the leaf names.
  if (TRY(services.catalogue.RecordOf(dataset)).slug != rehearsal.version().dataset) {
    return base::Fail(base::ErrorCode::kConflict, "The rehearsal is of another dataset");
  }
  if (policy.member_of.has_value() != list.has_value()) {
    return base::Fail(base::ErrorCode::kConflict,
                      "The policy and the rehearsal differ about a list");
  }
  ExtractOrder order;
  order.policy = policy;
  order.dataset = TRY(SourceOf(services.catalogue, dataset, rehearsal.version().version));
  engine::WorkerStart start;
  start.program = services.program;
  start.library_path = services.library_path;
  start.kind = kExtractCount;
  start.profile = engine::WorkerProfile::kQuery;
  start.readable_files = {order.dataset.path};
  start.limits = services.limits;
  start.sandbox = services.sandbox;
  if (list) {
    order.list = TRY(SourceOf(services.catalogue, list->dataset, list->version));
    start.readable_files.push_back(order.list->path);
  }
  auto loan = TRY(services.pool.Start(start));
  return ReadRehearsalCounts(TRY(loan.Ask(ExtractRequestText(order), services.deadline_ms)));
}

}  // namespace exchange
