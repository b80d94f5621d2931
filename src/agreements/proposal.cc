#include "agreements/proposal.h"

#include <algorithm>
#include <bit>

#include "agreements/law_fields.h"
#include "base/format.h"

namespace agreements {

using base::ErrorCode;
using base::Fail;
using base::Format;

namespace {

constexpr std::int64_t kMaxListSize = 1'000'000'000;
constexpr std::int64_t kMaxAge = 150;
constexpr std::int64_t kMaxMhz = 300'000;
constexpr std::size_t kDigestDigits = 64;
constexpr base::JsonTextLength kName = {.max = kMaxNameLength};
constexpr base::JsonTextLength kReason = {.max = kMaxReasonLength};
constexpr base::JsonTextLength kText = {.max = kMaxTextLength};
constexpr base::JsonTextLength kColumnName = {.min = 1, .max = catalogue::kMaxColumnNameBytes};

// In the order of the enumerators of catalogue.
constexpr std::array<std::string_view, 5> kClassNames = {"personal", "special-category", "criminal",
                                                         "confidential-business", "public"};
constexpr std::array<std::string_view, 8> kTreatmentNames = {
    "show", "mask", "token", "month", "year", "band", "postcode-district", "drop"};

}  // namespace

// The fields of each struct, as docs/formats/proposal.md lists them. FieldReader and FieldWriter
// find them by the namespace of the struct, so they cannot stand in a nameless one.

template <typename Fields>
static void Visit(Fields& fields, BodyPlace& place) {
  fields.Slug("kind", place.kind);
  fields.Slug("body", place.body);
  fields.Slug("country", place.country);
}

template <typename Fields>
static void Visit(Fields& fields, Party& party) {
  fields.Text("name", party.name, kName);
  Visit(fields, party.place);
  fields.Object("serves", party.serves);
  fields.Word("role", party.role, kRoleNames);
  fields.Word("regime", party.regime, kRegimeNames);
  fields.Slug("basis", party.basis);
  fields.Text("duty", party.duty, kReason);
  fields.Text("withdrawal", party.withdrawal, kReason);
}

template <typename Fields>
static void Visit(Fields& fields, Processor& processor) {
  fields.Text("name", processor.name, kName);
  fields.Slug("country", processor.country);
}

template <typename Fields>
static void Visit(Fields& fields, Holding& holding) {
  fields.Text("function", holding.function, kReason);
  fields.Flag("named_function", holding.named_function);
  fields.Flag("service", holding.service);
}

template <typename Fields>
static void Visit(Fields& fields, OtherUse& use) {
  fields.Text("use", use.use, kReason);
  fields.Slug("exception", use.exception);
}

template <typename Fields>
static void Visit(Fields& fields, OnwardStep& step) {
  fields.Text("to", step.to, kName);
  fields.Slug("exception", step.exception);
}

template <typename Fields>
static void Visit(Fields& fields, ProposalColumn& column) {
  fields.Text("name", column.name, kColumnName);
  fields.Word("class", column.column_class, kClassNames);
  fields.Flag("identifies", column.identifies);
  // Treatments are bits of a set; the names are in the order of the bits.
  auto place = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(column.treatment)));
  fields.Word("treatment", place, kTreatmentNames);
  column.treatment = static_cast<catalogue::Treatment>(1U << place);
  fields.Text("reason", column.reason, kReason);
}

template <typename Fields>
static void Visit(Fields& fields, ListCondition& list) {
  fields.Text("column", list.column, kColumnName);
  fields.Slug("list", list.list);
  fields.Text("list_column", list.list_column, kColumnName);
  fields.Texts("carry", list.carry, kMaxProposalItems, kColumnName);
  fields.Number("least_size", list.least_size, kMaxListSize);
  fields.Number("greatest_size", list.greatest_size, kMaxListSize);
  fields.Flag("follows_versions", list.follows_versions);
}

template <typename Fields>
static void Visit(Fields& fields, Nature& nature) {
  fields.Flag("revenue", nature.revenue);
  fields.Flag("health_or_care", nature.health_or_care);
  fields.Flag("patient", nature.patient);
  fields.Flag("companies", nature.companies);
}

template <typename Fields>
static void Visit(Fields& fields, Debt& debt) {
  fields.Word("owed_to", debt.owed_to, kOwedToNames);
  fields.Day("due", debt.due);
}

template <typename Fields>
static void Visit(Fields& fields, Fraud& fraud) {
  fields.Word("offence", fraud.offence, kOffenceNames);
  fields.Word("loser", fraud.loser, kLoserNames);
}

template <typename Fields>
static void Visit(Fields& fields, People& people) {
  fields.Word("beneficiaries", people.beneficiaries, kBeneficiariesNames);
  fields.Slugs("factors", people.factors, kMaxProposalItems);
  fields.Number("least_age", people.least_age, kMaxAge);
  fields.Number("greatest_age", people.greatest_age, kMaxAge);
}

template <typename Fields>
static void Visit(Fields& fields, Scheme& scheme) {
  fields.Text("name", scheme.name, kName);
  fields.Number("least_mhz", scheme.least_mhz, kMaxMhz);
  fields.Number("greatest_mhz", scheme.greatest_mhz, kMaxMhz);
  fields.Day("closes", scheme.closes);
}

template <typename Fields>
static void Visit(Fields& fields, Scale& scale) {
  fields.Flag("profiling", scale.profiling);
  fields.Flag("large_scale", scale.large_scale);
  fields.Flag("public_monitoring", scale.public_monitoring);
  fields.Flag("high_risk", scale.high_risk);
}

template <typename Fields>
static void Visit(Fields& fields, Document& document) {
  fields.Slug("kind", document.kind);
  fields.Text("title", document.title, kName);
  fields.Day("date", document.date);
  fields.Text("held_by", document.held_by, kName);
  fields.Text("sha256", document.sha256, {.max = kDigestDigits});
  fields.Text("party", document.party, kName);
  fields.Slugs("covers", document.covers, kMaxProposalItems);
}

template <typename Fields>
static void VisitPower(Fields& fields, Proposal& proposal) {
  fields.Object("owner", proposal.owner);
  fields.Object("asker", proposal.asker);
  fields.Array("recipients", proposal.recipients, kMaxProposalItems);
  fields.Array("processors", proposal.processors, kMaxProposalItems);
  fields.Slug("power", proposal.power);
  fields.Slug("objective", proposal.objective);
  fields.Slug("act", proposal.act);
  fields.Text("purpose", proposal.purpose, kText);
  fields.Text("need", proposal.need, kText);
  fields.Object("held_for", proposal.held_for);
  fields.Array("other_uses", proposal.other_uses, kMaxProposalItems);
  fields.Array("onward", proposal.onward, kMaxProposalItems);
  fields.Slugs("territory", proposal.territory, kCountries.size());
}

template <typename Fields>
static void Visit(Fields& fields, Proposal& proposal) {
  VisitPower(fields, proposal);
  fields.Slug("condition", proposal.condition);
  fields.Slug("schedule_1", proposal.schedule_1);
  fields.Text("criminal_authority", proposal.criminal_authority, kReason);
  fields.Text("enforcement_reuse", proposal.enforcement_reuse, kReason);
  fields.Array("columns", proposal.columns, catalogue::kMaxSchemaColumns);
  fields.Opaque("rows", proposal.rows);
  fields.Text("rows_reason", proposal.rows_reason, kReason);
  fields.Object("member_of", proposal.member_of);
  fields.Object("nature", proposal.nature);
  fields.Object("debt", proposal.debt);
  fields.Object("fraud", proposal.fraud);
  fields.Object("people", proposal.people);
  fields.Object("scheme", proposal.scheme);
  fields.Object("scale", proposal.scale);
  fields.Day("start", proposal.start);
  fields.Day("review", proposal.review);
  fields.Day("end", proposal.end);
  fields.Text("retention", proposal.retention, kReason);
  fields.Text("deletion", proposal.deletion, kReason);
  fields.Text("informing", proposal.informing, kText);
  fields.Text("contact", proposal.contact, kReason);
  fields.Array("documents", proposal.documents, kMaxProposalItems);
}

namespace {

bool IsCountry(std::string_view country) {
  const bool abroad = country.size() == 2 && country != "gb" && country != "uk" &&
                      std::ranges::all_of(country, [](char c) { return c >= 'a' && c <= 'z'; });
  return abroad || std::ranges::find(kCountries, country) != kCountries.end();
}

bool IsDigest(std::string_view text) {
  return text.size() == kDigestDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

base::Result<void> CheckForm(const Proposal& proposal) {
  for (std::size_t i = 0; i < proposal.documents.size(); ++i) {
    const std::string& digest = proposal.documents[i].sha256;
    if (!digest.empty() && !IsDigest(digest)) {
      return Fail(ErrorCode::kInvalid, "This is no SHA-256", Format("/documents/{}/sha256", i),
                  "Write 64 hex digits in small letters.");
    }
  }
  return {};
}

// Words of a proposal against the lists of a law; keeps the first that the law does not have.
class WordCheck {
 public:
  explicit WordCheck(const Law& law) : law_(&law) {}

  template <typename T>
  void In(const std::vector<T>& list, std::string_view word, std::string where) {
    if (state_ && !word.empty() && Find(list, word) == nullptr) Refuse(std::move(where));
  }
  void Country(std::string_view country, std::string where) {
    if (state_ && !country.empty() && !IsCountry(country)) Refuse(std::move(where));
  }
  // A part of the United Kingdom, not the whole.
  void Part(std::string_view country, std::string where) {
    const auto parts = std::span(kCountries).first<4>();
    if (state_ && std::ranges::find(parts, country) == parts.end()) Refuse(std::move(where));
  }
  void Place(const BodyPlace& place, const std::string& where) {
    In(law_->kinds, place.kind, where + "/kind");
    In(law_->bodies, place.body, where + "/body");
    Country(place.country, where + "/country");
    const ListedBody* body = Find(law_->bodies, place.body);
    if (state_ && body != nullptr && body->kind != place.kind) {
      state_ = Fail(ErrorCode::kInvalid, "This body is of another kind", where + "/kind",
                    "Name the kind that the law gives the body.");
    }
  }
  void Of(const Party& party, const std::string& where) {
    Place(party.place, where);
    if (party.serves) Place(*party.serves, where + "/serves");
    In(law_->bases, party.basis, where + "/basis");
  }
  base::Result<void> Take() { return std::move(state_); }

 private:
  void Refuse(std::string where) {
    state_ = Fail(ErrorCode::kInvalid, "The law has no such word", std::move(where),
                  "Choose one of the words that the law lists.");
  }

  const Law* law_;
  base::Result<void> state_;
};

bool IsAct(std::string_view act, const Law& law) {
  const auto has = [act](const auto& entry) { return Find(entry.acts, act) != nullptr; };
  return act.empty() || act == kNoAct || std::ranges::any_of(law.powers, has) ||
         std::ranges::any_of(law.objectives, has);
}

}  // namespace

const Document* Proposal::Declared(std::string_view kind, std::string_view party) const {
  for (const Document& document : documents) {
    if (document.kind == kind && (party.empty() || document.party == party)) return &document;
  }
  return nullptr;
}

base::Result<Proposal> ReadProposal(const base::JsonItem& item, base::CivilDay today) {
  Proposal proposal;
  proposal.today = today;
  TRY(FieldReader::ReadFields(item, proposal));
  TRY(CheckForm(proposal));
  return proposal;
}

base::Json ProposalJson(const Proposal& proposal) {
  Proposal copy = proposal;  // one list of fields serves reading and writing
  return FieldWriter::Written(copy);
}

base::Result<void> CheckWords(const Proposal& proposal, const Law& law) {
  WordCheck check(law);
  check.Of(proposal.owner, "/owner");
  check.Of(proposal.asker, "/asker");
  for (std::size_t i = 0; i < proposal.recipients.size(); ++i) {
    check.Of(proposal.recipients[i], Format("/recipients/{}", i));
  }
  for (std::size_t i = 0; i < proposal.processors.size(); ++i) {
    check.Country(proposal.processors[i].country, Format("/processors/{}/country", i));
  }
  check.In(law.powers, proposal.power, "/power");
  check.In(law.objectives, proposal.objective, "/objective");
  check.In(law.conditions, proposal.condition, "/condition");
  check.In(law.schedule_1, proposal.schedule_1, "/schedule_1");
  for (std::size_t i = 0; i < proposal.other_uses.size(); ++i) {
    check.In(law.exceptions, proposal.other_uses[i].exception, Format("/other_uses/{}", i));
  }
  for (std::size_t i = 0; i < proposal.onward.size(); ++i) {
    check.In(law.exceptions, proposal.onward[i].exception, Format("/onward/{}", i));
  }
  for (std::size_t i = 0; i < proposal.documents.size(); ++i) {
    check.In(law.documents, proposal.documents[i].kind, Format("/documents/{}/kind", i));
  }
  for (std::size_t i = 0; i < proposal.territory.size(); ++i) {
    check.Part(proposal.territory[i], Format("/territory/{}", i));
  }
  TRY(check.Take());
  if (!IsAct(proposal.act, law)) {
    return Fail(ErrorCode::kInvalid, "The law has no such act", "/act",
                "Choose one of the acts that the power lists, or none-of-these.");
  }
  return {};
}

}  // namespace agreements
