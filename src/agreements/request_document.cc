#include "agreements/request_document.h"

#include <algorithm>
#include <array>

#include "agreements/policy_check.h"
#include "base/format.h"
#include "base/slug.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::array<std::string_view, 3> kOfThePolicy = {"columns", "rows", "member_of"};
constexpr std::array<std::string_view, 4> kOfTheBody = {"name", "kind", "body", "country"};

base::Result<void> RefuseFields(const Json* json, std::span<const std::string_view> names,
                                const std::string& pointer, const char* remedy) {
  if (json == nullptr) return {};
  for (const std::string_view name : names) {
    if (json->Find(name) == nullptr) continue;
    return Fail(ErrorCode::kInvalid, "This is not stated here",
                base::Format("{}/{}", pointer, name), remedy);
  }
  return {};
}

base::Result<void> CheckDays(const Proposal& proposal) {
  if (proposal.start && proposal.end && *proposal.end < *proposal.start) {
    return Fail(ErrorCode::kInvalid, "The last day is before the first", "/proposal/end",
                "Name a last day that is the first day or later.");
  }
  if (!proposal.review) return {};
  const bool is_early = proposal.start && *proposal.review < *proposal.start;
  const bool is_late = proposal.end && *proposal.review > *proposal.end;
  if (!is_early && !is_late) return {};
  return Fail(ErrorCode::kInvalid, "The review is not between the first day and the last",
              "/proposal/review", "Name a day between them.");
}

base::Result<void> ReadParts(base::JsonReader& reader, RequestDocument& document) {
  if (const auto policy = TRY(reader.Optional("policy"))) {
    document.policy = TRY(ReadPolicy(*policy));
    if (document.policy->dataset != document.dataset) {
      return Fail(ErrorCode::kInvalid, "The policy is of another dataset", "/policy/dataset",
                  "Name the dataset of the request.");
    }
  }
  const base::JsonItem proposal = TRY(reader.Field("proposal"));
  TRY(RefuseFields(&proposal.json(), kOfThePolicy, proposal.pointer(),
                   "The policy of the request says it; leave it out here."));
  for (const std::string_view body : {"owner", "asker"}) {
    TRY(RefuseFields(proposal.json().Find(body), kOfTheBody,
                     base::Format("{}/{}", proposal.pointer(), body),
                     "The server knows the body; leave it out here."));
  }
  document.proposal = TRY(ReadProposal(proposal, {}));
  return CheckDays(document.proposal);
}

BodyPlace PlaceOf(const identity::Organisation& organisation, const Law& law) {
  BodyPlace place{organisation.kind, {}, organisation.country};
  if (const ListedBody* body = BodyOfName(law, organisation.name)) {
    place.kind = body->kind;
    place.body = body->id;
  }
  return place;
}

base::Result<void> AddPolicy(Proposal& proposal, const Policy& policy,
                             const catalogue::Schema& schema) {
  for (std::size_t i = 0; i < policy.columns.size(); ++i) {
    const PolicyColumn& column = policy.columns[i];
    const catalogue::SchemaColumn* known =
        TRY(NamedColumn(schema, column.name, base::Format("/policy/columns/{}/name", i)));
    proposal.columns.push_back(
        {column.name, known->Class(), known->identifies, column.treatment, column.reason});
  }
  if (policy.condition) proposal.rows = ConditionJson(*policy.condition);
  if (policy.member_of) {
    const MemberOf& of = *policy.member_of;
    ListCondition list{.column = of.column,
                       .list = of.list,
                       .list_column = of.list_column,
                       .carry = {},
                       .least_size = of.least_entries,
                       .greatest_size = of.greatest_entries,
                       .follows_versions = of.follow_newer};
    for (const CarriedColumn& each : of.carry) list.carry.push_back(each.column);
    proposal.member_of = std::move(list);
  }
  return {};
}

}  // namespace

base::Result<RequestDocument> ReadRequestDocument(const Json& json) {
  base::JsonReader reader(json, "request");
  constexpr std::array<std::string_view, 1> kFormats = {kRequestFormat};
  TRY(reader.OneOf("format", kFormats));
  RequestDocument document;
  document.title = TRY(reader.Text("title", {.min = 1, .max = kMaxRequestTitleCharacters}));
  document.sentence =
      TRY(reader.OptionalText("sentence", {.max = kMaxSentenceCharacters})).value_or("");
  document.dataset = TRY(reader.Text("dataset", {.min = 1, .max = base::kMaxSlugBytes}));
  TRY(ReadParts(reader, document));
  TRY(reader.Finish());
  return document;
}

Json RequestDocumentJson(const RequestDocument& document) {
  Json::Members members = {{"format", kRequestFormat}, {"title", document.title}};
  if (!document.sentence.empty()) members.emplace_back("sentence", document.sentence);
  members.emplace_back("dataset", document.dataset);
  if (document.policy) members.emplace_back("policy", PolicyJson(*document.policy));
  members.emplace_back("proposal", ProposalJson(document.proposal));
  return Json::Object(std::move(members));
}

base::Result<Proposal> ComposeProposal(const RequestDocument& document,
                                       const ProposalSources& sources) {
  Proposal proposal = document.proposal;
  proposal.today = sources.today;
  proposal.owner.name = sources.owner->name;
  proposal.owner.place = PlaceOf(*sources.owner, *sources.law);
  proposal.asker.name = sources.asker->name;
  proposal.asker.place = PlaceOf(*sources.asker, *sources.law);
  const Processor& host = *sources.server_operator;
  const bool is_named = std::ranges::find(proposal.processors, host.name, &Processor::name) !=
                        proposal.processors.end();
  if (!host.name.empty() && !is_named) proposal.processors.push_back(host);
  if (document.policy) TRY(AddPolicy(proposal, *document.policy, *sources.schema));
  return proposal;
}

}  // namespace agreements
