#include "web/agreement_words.h"

#include <array>
#include <vector>

#include "base/bytes.h"
#include "base/format.h"
#include "web/request_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using base::Format;

constexpr std::int64_t kMicrosecondsPerDay = 86'400LL * base::kMicrosecondsPerSecond;

// In the order of AgreementState.
constexpr std::array<std::string_view, agreements::kAgreementStates> kColours = {
    "govuk-tag--blue",   "govuk-tag--grey", "govuk-tag--grey", "govuk-tag--green",
    "govuk-tag--yellow", "govuk-tag--grey", "govuk-tag--red",  "govuk-tag--red"};

// Names of the archived register of 2018-19, then what it did not have.
constexpr std::array<std::string_view, 24> kCsvNames = {"id",
                                                        "purpose",
                                                        "sentence",
                                                        "legal-power-disclosure",
                                                        "disclosed-information",
                                                        "controllers",
                                                        "controller-names",
                                                        "information-sharing-method",
                                                        "processors",
                                                        "processor-names",
                                                        "retention-period",
                                                        "start-date",
                                                        "end-date",
                                                        "review-date",
                                                        "contact",
                                                        "area-names",
                                                        "lawful-basis",
                                                        "objective",
                                                        "act",
                                                        "dataset",
                                                        "state",
                                                        "request",
                                                        "approved",
                                                        "policy-digest"};

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

base::Instant NoonOf(base::CivilDay day) {
  return {day.days * kMicrosecondsPerDay + kMicrosecondsPerDay / 2};
}

// A spreadsheet would run what a stranger wrote as a formula; an apostrophe makes it a text.
std::string CsvField(std::string_view text) {
  const bool is_formula = !text.empty() && kFormulaStarts.find(text[0]) != std::string_view::npos;
  const std::string sign = is_formula ? "'" : "";
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return sign + std::string(text);
  std::string quoted = "\"" + sign;
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& each : parts) out += (out.empty() ? "" : "; ") + each;
  return out;
}

std::string ColumnsOf(const agreements::Policy& policy) {
  std::vector<std::string> columns;
  for (const auto& each : policy.columns) {
    if (each.treatment == catalogue::kDrop) continue;
    columns.push_back(
        Format("{} ({})", each.name, catalogue::TreatmentNames(each.treatment).front()));
  }
  if (policy.member_of) {
    for (const auto& each : policy.member_of->carry) {
      columns.push_back(Format("{} (carried)", each.OutputName()));
    }
  }
  return Joined(columns);
}

}  // namespace

std::string UrlOf(const Agreement& agreement) { return "/agreements/" + agreement.number; }

std::string StateWords(AgreementState state, const Texts& texts) {
  return texts.Get(Format("agreement_state.{}", agreements::CodeOf(state).view()));
}

std::string_view StateColour(AgreementState state) {
  return kColours.at(static_cast<std::size_t>(state));
}

std::string ShortDayText(base::CivilDay day, const Texts& texts) {
  const std::string text = NoonOf(day).Text();  // 2026-09-21T12:00:00Z
  const auto number = base::ParseDecimal(text[8] == '0' ? text.substr(9, 1) : text.substr(8, 2));
  return Format("{} {} {}", number.value_or(0), texts.Get("month_short." + text.substr(5, 2)),
                text.substr(0, 4));
}

std::string HourText(base::Instant instant, const Texts& texts) {
  const std::uint64_t hour =
      base::ParseDecimal(instant.Text().substr(11, 2)[0] == '0' ? instant.Text().substr(12, 1)
                                                                : instant.Text().substr(11, 2))
          .value_or(0);
  return texts.Get("agreement.hour", {{"day", DateText(instant, texts)},
                                      {"from", Format("{}", hour)},
                                      {"until", Format("{}", hour + 1)}});
}

std::string NameOf(const Agreement& agreement) {
  const bool has_purpose = agreement.purpose && !agreement.purpose->empty();
  return has_purpose ? ShownText(*agreement.purpose) : agreement.number;
}

std::string RetentionWords(std::string_view retention, const Texts& texts) {
  struct Unit {
    char mark;
    std::string_view one;
    std::string_view many;
  };
  constexpr std::array kUnits = {Unit{'Y', "agreement.year", "agreement.years"},
                                 Unit{'M', "agreement.month", "agreement.months"},
                                 Unit{'D', "agreement.day", "agreement.days"}};
  if (retention.size() >= 3 && retention.front() == 'P') {
    const auto count = base::ParseDecimal(retention.substr(1, retention.size() - 2));
    for (const Unit& unit : kUnits) {
      if (!count || retention.back() != unit.mark) continue;
      return texts.Get(*count == 1 ? unit.one : unit.many, {{"count", NumberText(*count)}});
    }
  }
  return ShownText(retention);
}

std::string TerritoryWords(const agreements::RegisterFields& fields, const Texts& texts) {
  std::string words;
  for (const std::string& each : fields.territory) {
    const std::string key = Format("country.{}", each);
    words += (words.empty() ? "" : ", ") + (texts.Has(key) ? texts.Get(key) : each);
  }
  return words;
}

std::string RegisterCsvHeader() {
  std::string line;
  for (const std::string_view name : kCsvNames) {
    if (!line.empty()) line += ',';
    line += name;
  }
  return line + "\r\n";
}

std::string RegisterCsvLine(const Agreement& agreement, const agreements::Law& law) {
  const auto& fields = agreement.fields;
  const std::array<std::string, kCsvNames.size()> values = {
      agreement.number,
      agreement.purpose.value_or(""),
      agreement.sentence.value_or(""),
      PowerWords(fields.power, law),
      ColumnsOf(agreement.policy),
      agreement.owner.slug,
      agreement.owner.name,
      Joined(agreement.policy.doors),
      agreement.recipient.slug,
      agreement.recipient.name,
      fields.retention,
      agreement.first_day.Text(),
      agreement.last_day.Text(),
      agreement.review_day ? agreement.review_day->Text() : "",
      fields.contact,
      Joined(fields.territory),
      fields.basis,
      fields.objective,
      fields.act,
      agreement.dataset,
      std::string(agreements::CodeOf(agreement.state).view()),
      agreement.request,
      agreement.approved.Text(),
      agreement.policy_digest.Hex()};
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += (i == 0 ? "" : ",") + CsvField(values.at(i));
  }
  return line + "\r\n";
}

}  // namespace web
