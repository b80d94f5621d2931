#include "exchange/rehearsal.h"

#include "agreements/agreements.h"
#include "agreements/request_document.h"
#include "catalogue/catalogue.h"
#include "identity/visibility.h"

namespace exchange {
namespace {

using agreements::Policy;

// As the request asks, with the properties of the asker as they are now.
base::Result<Policy> BoundPolicy(const RehearsalServices& services,
                                 const agreements::Request& request) {
  auto document = TRY(agreements::ReadRequestDocument(request.document));
  if (!document.policy) {
    return base::Fail(base::ErrorCode::kConflict, "The request has no policy yet", request.number);
  }
  const auto asker = TRY(services.directory.FindOrganisation(request.asker.id));
  TRY(agreements::BindPolicy(*document.policy, agreements::PropertiesOf(asker)));
  return *std::move(document.policy);
}

base::Result<std::optional<ListVersion>> NewestList(catalogue::Catalogue& catalogue,
                                                    const Policy& policy) {
  if (!policy.member_of) return std::optional<ListVersion>{};
  const auto record = TRY(catalogue.RecordOfSlug(policy.member_of->list));
  if (!record.latest) return identity::Absent();
  return std::optional(ListVersion{record.id, record.latest->number});
}

}  // namespace

base::Result<RequestRehearsal> RehearseRequest(const RehearsalServices& services,
                                               const identity::Principal& actor,
                                               std::string_view number) {
  const auto request = TRY(services.requests.Find(actor, number));
  const Policy policy = TRY(BoundPolicy(services, request));
  const auto dataset = TRY(services.catalogue.RecordOfSlug(request.dataset));
  if (!dataset.latest) return identity::Absent();
  const auto list = TRY(NewestList(services.catalogue, policy));
  const agreements::PinnedVersion version{
      .dataset = dataset.slug,
      .version = dataset.latest->number,
      .is_public = dataset.visibility == catalogue::DatasetVisibility::kPublic,
      .is_list = false};
  // The gate lets an approver of the owner alone, and puts the rehearsal on record.
  const auto rehearsal =
      TRY(services.gate.OpenRehearsal(actor, request.owner.id, request.number, version));
  auto counts = TRY(CountPolicy(services.counts, rehearsal, policy, dataset.id, list));
  return RequestRehearsal{std::move(counts), rehearsal.version(), rehearsal.index()};
}

}  // namespace exchange
