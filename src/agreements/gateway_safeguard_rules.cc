// The rules DP-15 to DP-23: processors, impact assessment, transfers abroad, minimisation,
// retention, and data that has a secrecy of its own.
#include <algorithm>
#include <array>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::Format;

// Whoever operates this server holds both the owner's data and the asker's list.
std::optional<Answer> ProcessorsAreBound(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  if (of.proposal.processors.empty()) {
    return Advice("No processor is named, although whoever runs this server processes the data.",
                  "Name the operator of the server among the processors.");
  }
  for (const Processor& processor : of.proposal.processors) {
    if (of.proposal.Declared("processor-contract", processor.name) == nullptr) {
      return Advice(Format("No contract with {} is declared.", processor.name),
                    "Declare the contract that binds the processor to documented instructions.");
    }
  }
  return Holds("A contract is declared for each processor.");
}

std::optional<Answer> AssessmentForHighRisk(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  const Scale& scale = of.proposal.scale;
  const bool listed = scale.profiling || scale.large_scale || scale.public_monitoring;
  if (const Document* assessment = of.proposal.Declared("dpia")) {
    return Declares("A data protection impact assessment", *assessment);
  }
  constexpr std::string_view kRemedy =
      "Make the assessment and declare it: its title, its date and who holds it.";
  if (listed) {
    return Refused(
        "This processing needs a data protection impact assessment, and none is "
        "declared.",
        std::string(kRemedy));
  }
  if (scale.high_risk) {
    return Advice("The risk is said to be high, and no impact assessment is declared.",
                  std::string(kRemedy));
  }
  return Holds("Nothing that is stated makes an impact assessment a duty.");
}

std::optional<Answer> OfficerAdvises(const Case& of) {
  if (!of.HasPersonal() || of.proposal.Declared("dpia") == nullptr) return std::nullopt;
  if (const Document* advice = of.proposal.Declared("dpo-advice")) {
    return Declares("The advice of the data protection officer", *advice);
  }
  return Note("The advice of the data protection officer is not on record.",
              "Declare it, if it was asked for.");
}

std::optional<Answer> ReasonWithoutAssessment(const Case& of) {
  if (!of.HasPersonal() || of.proposal.Declared("dpia") != nullptr) return std::nullopt;
  if (const Document* screening = of.proposal.Declared("dpia-screening")) {
    return Declares("The reason why no impact assessment is needed", *screening);
  }
  return Note("There is no impact assessment, and no reason is on record.",
              "The code recommends one even where it is no duty; or record the reason.");
}

bool IsAbroad(std::string_view country) {
  return std::ranges::find(kCountries, country) == kCountries.end();
}

// Article 45A, Article 46 with its test, or Article 49, as declared for this party by name.
bool MayLeave(const Proposal& proposal, std::string_view party) {
  const auto declared = [&](std::string_view kind) { return proposal.Declared(kind, party); };
  return declared("transfer-regulations") != nullptr ||
         declared("transfer-derogation") != nullptr ||
         (declared("transfer-safeguards") != nullptr && declared("transfer-test") != nullptr);
}

std::optional<Answer> TransfersAreGuarded(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  std::vector<std::pair<std::string_view, std::string_view>> places;  // name, country
  for (const Party* party : of.Parties()) places.emplace_back(party->name, party->place.country);
  for (const Processor& each : of.proposal.processors) places.emplace_back(each.name, each.country);
  bool abroad = false;
  for (const auto& [name, country] : places) {
    if (country.empty()) {
      return Refused(Format("It is not stated in which country {} is.",
                            IsStated(name) ? name : "one of the bodies"),
                     "Enter the country.");
    }
    if (!IsAbroad(country)) continue;
    abroad = true;
    if (name.empty() || !MayLeave(of.proposal, name)) {
      return Refused(Format("Data would leave the United Kingdom to {}, and neither approval nor "
                            "safeguards with a test nor a derogation is declared for it.",
                            name),
                     "Keep the data in the United Kingdom, or declare what allows the transfer.");
    }
  }
  return abroad ? Holds("What allows each transfer abroad is declared.")
                : Holds("Everybody who handles the data is in the United Kingdom.");
}

// A row condition is a limit and needs no reason; to take all rows does.
std::optional<Answer> ColumnsHaveReasons(const Case& of) {
  std::size_t asked = 0;
  std::size_t bare = 0;
  std::string first;
  for (const ProposalColumn& column : of.proposal.columns) {
    if (column.treatment == catalogue::kDrop) continue;
    ++asked;
    if (IsStated(column.reason)) continue;
    if (bare++ == 0) first = column.name;
  }
  if (asked == 0) return Advice("No column is asked for yet.", "Choose the columns.");
  if (bare == 1) {
    return Advice(Format("One of {} columns, {}, has no reason.", asked, first),
                  "Say why you need it, or leave it out.");
  }
  if (bare > 1) {
    return Advice(Format("{} of {} columns have no reason, {} first.", bare, asked, first),
                  "Say why you need them, or leave them out.");
  }
  const bool all_rows = of.proposal.rows.kind() == base::Json::Kind::kNull &&
                        !of.proposal.member_of && !IsStated(of.proposal.rows_reason);
  if (all_rows) {
    return Advice("All rows are asked for, and no reason is given.",
                  "Limit the rows, or say why you need all of them.");
  }
  return Holds("Each column has a reason, and the rows are limited or their choice has one.");
}

std::optional<Answer> DeletionIsStated(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  if (!IsStated(of.proposal.retention)) {
    return Advice("It is not stated how long the data is kept.", "State the retention period.");
  }
  if (!IsStated(of.proposal.deletion)) {
    return Advice("It is not stated how the data is deleted.", "State who deletes it, and how.");
  }
  return Holds("Retention and deletion are stated.");
}

// A power may lift confidence, and yet people who opted out stay out where an approval is the
// ground.
std::optional<Answer> PatientsAreProtected(const Case& of) {
  const Proposal& proposal = of.proposal;
  if (!proposal.nature.patient) return std::nullopt;
  if (const Document* consent = proposal.Declared("patient-consent")) {
    return Declares("The consent of the patients", *consent);
  }
  if (const Document* statute = proposal.Declared("patient-statute")) {
    return Declares("A statute that allows the use of confidential patient information", *statute);
  }
  const Document* approval = proposal.Declared("patient-approval");
  if (approval == nullptr) {
    return Refused(
        "Confidential patient information needs consent, an approval or a statute, and "
        "none is declared.",
        "Declare which of the three there is.");
  }
  if (proposal.Declared("opt-out-record") == nullptr) {
    return Refused("There is an approval, and nothing says that people who opted out are removed.",
                   "Remove them and declare the record, or what the approval says instead.");
  }
  return Declares("An approval to use confidential patient information", *approval);
}

// Staff of HM Revenue and Customs may disclose what identifies people only where an enactment lets
// them. Whether it names the two bodies is asked by the rules of that enactment.
std::optional<Answer> ActPermitsRevenueData(const Case& of) {
  if (!of.HasRevenue() || !of.HasPersonal()) return std::nullopt;
  if (of.power == nullptr || (of.power->checked && !of.power->revenue)) {
    return Refused(
        "No Act that you name permits the disclosure of revenue data that identifies "
        "people.",
        "This goes away with the right power. Nothing else to change.");
  }
  if (!of.power->checked) return std::nullopt;  // nobody has read what this power permits
  return Holds("The power that you name can carry revenue data that identifies people.");
}

constexpr std::array kRules = {
    GatewayRule{"DP-15", ProcessorsAreBound},    GatewayRule{"DP-16", AssessmentForHighRisk},
    GatewayRule{"DP-17", OfficerAdvises},        GatewayRule{"DP-18", ReasonWithoutAssessment},
    GatewayRule{"DP-19", TransfersAreGuarded},   GatewayRule{"DP-20", ColumnsHaveReasons},
    GatewayRule{"DP-21", DeletionIsStated},      GatewayRule{"DP-22", PatientsAreProtected},
    GatewayRule{"DP-23", ActPermitsRevenueData},
};

}  // namespace

std::span<const GatewayRule> SafeguardRules() { return kRules; }

}  // namespace agreements
