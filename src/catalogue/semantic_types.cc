#include "catalogue/semantic_types.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "base/format.h"

namespace catalogue {
namespace {

using base::Format;
using enum ColumnClass;

constexpr std::array<std::string_view, 5> kClassNames = {"personal", "special-category", "criminal",
                                                         "confidential-business", "public"};
constexpr std::array<std::string_view, 8> kTreatmentNames = {
    "show", "mask", "token", "month", "year", "band", "postcode-district", "drop"};

// The table, most telling first: what the law protects most, what singles a person out, what says
// something about a person, what is known of firms and places, and last what only a type tells.
constexpr std::array kRules = {
    SemanticRule{"special-category", "Special category",
                 "union trade_union ethnicity ethnic race religion religious belief faith politics "
                 "political health diagnosis medical disability disabled condition medication "
                 "sexuality sexual_orientation gender_identity genetic biometric pregnancy "
                 "pregnant mental",
                 0, false, kSpecialCategory, false, kDrop,
                 "The name speaks of what UK GDPR, Article 9 protects: health, beliefs, origin, "
                 "trade union membership and the like."},
    SemanticRule{"criminal-record", "Criminal record",
                 "offence offences conviction convictions convicted criminal crime crimes caution "
                 "cautions sentence prison probation arrest prosecution court_case",
                 0, false, kCriminal, false, kDrop,
                 "The name speaks of offences or convictions, which UK GDPR, Article 10 protects."},
    SemanticRule{"national-insurance-number", "National Insurance number",
                 "nino national_insurance national_insurance_number ni_number ni_no nat_ins", kNino,
                 true, kPersonal, true, kToken,
                 "A National Insurance number singles out a person."},
    SemanticRule{"nhs-number", "NHS number", "nhs_number nhs_no nhs_num =nhs", kNhsNumber, true,
                 kPersonal, true, kToken, "An NHS number singles out a person."},
    SemanticRule{"company-number", "Company number",
                 "company_number company_no company_registration crn companies_house "
                 "company_registration_number registered_number",
                 kCompanyNumber, false, kPublic, false, kShow,
                 "Company numbers are in the public register of Companies House."},
    SemanticRule{"council-tax-account", "Council Tax account",
                 "council_tax council_tax_account council_tax_reference ctax ctax_account "
                 "your_reference",
                 0, false, kPersonal, true, kToken,
                 "A Council Tax account singles out a household."},
    SemanticRule{"tax-reference", "Unique Taxpayer Reference",
                 "utr unique_taxpayer_reference taxpayer_reference tax_reference sa_utr",
                 kTaxReference, true, kPersonal, true, kToken,
                 "A Unique Taxpayer Reference singles out a taxpayer."},
    SemanticRule{"paye-reference", "PAYE reference",
                 "paye_reference paye_ref employer_reference employer_paye_reference paye_scheme",
                 kPayeReference, true, kPublic, false, kShow,
                 "A PAYE reference names the scheme of an employer, not a person."},
    SemanticRule{
        "passport-number", "Passport or licence number",
        "passport passport_number driving_licence driver_number visa_number licence_number", 0,
        false, kPersonal, true, kToken,
        "A number of a passport or a licence singles out a person."},
    SemanticRule{"bank-account", "Bank account",
                 "account_number bank_account iban bank_account_number", 0, false, kPersonal, true,
                 kToken, "A bank account singles out who holds it."},
    SemanticRule{"sort-code", "Sort code", "sort_code", kSortCode, true, kPersonal, false, kToken,
                 "A sort code stands beside the account of a person."},
    SemanticRule{"uprn", "UPRN", "uprn unique_property_reference", kUprn, false, kPersonal, true,
                 kToken, "A Unique Property Reference Number singles out a home."},
    SemanticRule{"email", "E-mail address", "email e_mail email_address mail", kEmail, true,
                 kPersonal, true, kMask, "An e-mail address mostly belongs to one person."},
    SemanticRule{"phone", "Telephone number",
                 "phone telephone mobile tel phone_number landline contact_number fax", kPhone,
                 true, kPersonal, true, kMask, "A telephone number mostly belongs to one person."},
    SemanticRule{"postcode", "Postcode", "postcode post_code postal_code pcd zip", kPostcode, true,
                 kPersonal, false, kShow | kPostcodeDistrict,
                 "A full postcode stands for about fifteen homes."},
    SemanticRule{"date-of-birth", "Date of birth",
                 "date_of_birth dob birth_date birthdate birth_day birthday born", 0, false,
                 kPersonal, false, kMonth | kYear,
                 "A date of birth, with a name or a postcode, singles out a person."},
    SemanticRule{"organisation-name", "Organisation name",
                 "employer_name company_name organisation_name organization_name business_name "
                 "supplier_name firm_name trading_name council_name authority_name school_name "
                 "department_name =organisation =employer =company =supplier",
                 kFirmName, false, kPublic, false, kShow,
                 "Names of organisations are public; a sole trader's may be a person's."},
    SemanticRule{"forename", "Given name",
                 "forename forenames first_name firstname given_name given_names christian_name "
                 "middle_name middle_names",
                 kPlainWords, false, kPersonal, false, kShow | kMask,
                 "A given name is a person's."},
    SemanticRule{"surname", "Family name",
                 "surname last_name lastname family_name previous_surname maiden_name", kPlainWords,
                 false, kPersonal, false, kShow | kMask, "A family name is a person's."},
    SemanticRule{"person-name", "Full name",
                 "full_name fullname =name person_name customer_name claimant_name contact_name "
                 "debtor_name employee_name",
                 kPlainWords, false, kPersonal, false, kShow | kMask,
                 "A full name is a person's, unless all of them are firms'."},
    SemanticRule{"sic-code", "SIC 2007 code", "sic sic_code industry_code sic_2007 industry",
                 kSicCode, false, kPublic, false, kShow,
                 "A code of the Standard Industrial Classification says what a firm does."},
    SemanticRule{"area-code", "ONS area code",
                 "local_authority_code lad_code gss_code area_code ons_code ward_code lsoa msoa "
                 "region_code authority_code",
                 kAreaCode, true, kPublic, false, kShow,
                 "A code of the Office for National Statistics stands for an area."},
    SemanticRule{"business-figure", "Figure of a business",
                 "turnover profit commercial contract_value trade_secret tender bid_price "
                 "gross_margin revenue",
                 0, false, kConfidentialBusiness, false, kBand,
                 "The name speaks of what a business keeps to itself."},
    SemanticRule{"title", "Title", "=title person_title honorific salutation", kHonorific, true,
                 kPersonal, false, kShow, "A title is part of a person's name and tells of sex."},
    SemanticRule{"sex", "Sex or gender", "sex gender", kSexCode, false, kPersonal, false, kShow,
                 "Sex says something about a person."},
    SemanticRule{"address", "Address line",
                 "address addr address_line street house flat building_name address_1 address_2", 0,
                 false, kPersonal, false, kShow, "An address is a home's, unless it is a firm's."},
    SemanticRule{"place", "Place", "town city village locality county post_town place_of_birth",
                 kPlainWords, false, kPersonal, false, kShow,
                 "The place where somebody lives says something about that person."},
    SemanticRule{"tax-code", "Tax code", "tax_code", 0, false, kPersonal, false, kDrop,
                 "A tax code tells of a person's pay and allowances."},
    SemanticRule{"tax-year", "Tax year", "tax_year financial_year fiscal_year", kTaxYear, true,
                 kPublic, false, kShow, "A tax year by itself is about no person."},
    SemanticRule{"money", "Money amount",
                 "amount pay salary wage wages tax payment balance income earnings arrears debt "
                 "owed due price cost fee gross net total_pounds pounds gbp",
                 0, false, kPersonal, false, kShow | kBand,
                 "An amount of money in the row of a person says something about that person."},
    SemanticRule{"free-text", "Free text",
                 "note notes comment comments remark remarks description narrative details "
                 "free_text summary reason",
                 kSentence, true, kPersonal, false, kDrop,
                 "Free text can hold anything about anybody."},
    SemanticRule{"date", "Date", "date on_date start_date end_date", 0, false, kPersonal, false,
                 kShow | kMonth | kYear, "A date in the row of a person says what happened when."},
    SemanticRule{"identifier", "Identifier",
                 "id$ identifier$ reference$ ref$ number$ no$ key$ uuid", 0, false, kPersonal, true,
                 kToken, "A reference number can single out a person."},
    SemanticRule{"unrecognised", "Not recognised", "", 0, false, kPersonal, false, kShow | kMask,
                 "Neither the name nor the values tell what the column means."},
};

// Words by which a column is about an organisation, whatever else its name says.
constexpr std::string_view kOrganisationWords =
    "_employer_ _company_ _organisation_ _organization_ _business_ _supplier_ _firm_ ";

const SemanticRule& RuleOfCode(std::string_view code) {
  return *std::ranges::find(kRules, code, &SemanticRule::code);
}

bool IsUpper(char c) { return 'A' <= c && c <= 'Z'; }
bool IsLower(char c) { return 'a' <= c && c <= 'z'; }
bool IsDigit(char c) { return '0' <= c && c <= '9'; }

// "dateOfBirth" -> "_date_of_birth_"; what is neither letter nor digit is one '_'.
std::string Words(std::string_view name) {
  std::string words = "_";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool hump = IsUpper(c) && i > 0 && (IsLower(name[i - 1]) || IsDigit(name[i - 1]));
    const bool plain = IsUpper(c) || IsLower(c) || IsDigit(c);
    if ((hump || !plain) && words.back() != '_') words += '_';
    if (plain) words += IsUpper(c) ? static_cast<char>(c + 32) : c;
  }
  if (words.back() != '_') words += '_';
  return words;
}

bool HoldsPhrase(std::string_view words, std::string_view phrase) {
  for (std::size_t at = words.find(phrase); at != std::string_view::npos;
       at = words.find(phrase, at + 1)) {
    if (at > 0 && words[at - 1] == '_' && words[at + phrase.size()] == '_') return true;
  }
  return false;
}

// Whether one phrase fits: "=name" is the whole name, "no$" its end, others may stand anywhere.
bool FitsPhrase(std::string_view words, std::string_view phrase) {
  if (phrase.empty()) return false;
  const std::string_view inner = words.substr(1, words.size() - 2);
  if (phrase.front() == '=') return inner == phrase.substr(1);
  if (phrase.back() != '$') return HoldsPhrase(words, phrase);
  phrase.remove_suffix(1);
  return inner == phrase || (inner.size() > phrase.size() && inner.ends_with(phrase) &&
                             inner[inner.size() - phrase.size() - 1] == '_');
}

bool HoldsOneOf(std::string_view words, std::string_view phrases) {
  if (words.size() < 3) return false;
  while (!phrases.empty()) {
    const std::size_t end = std::min(phrases.find(' '), phrases.size());
    if (FitsPhrase(words, phrases.substr(0, end))) return true;
    phrases.remove_prefix(std::min(end + 1, phrases.size()));
  }
  return false;
}

bool IsAboutOrganisation(std::string_view column_name) {
  const std::string words = Words(column_name);
  for (const std::string_view word : base::Split(kOrganisationWords, ' ', 16)) {
    if (!word.empty() && words.find(word) != std::string::npos) return true;
  }
  return false;
}

bool IsNumber(const engine::ColumnType& type) {
  return type.kind == engine::ColumnKind::kLong || type.kind == engine::ColumnKind::kDouble ||
         type.kind == engine::ColumnKind::kDecimal;
}

// What the type alone tells of a column that neither name nor values explain.
const SemanticRule& RuleByType(const engine::ColumnType& type) {
  if (type.kind == engine::ColumnKind::kDate || type.kind == engine::ColumnKind::kTimestamp) {
    return RuleOfCode("date");
  }
  return RuleOfCode("unrecognised");
}

// Treatments that the type of the column cannot have are left out: no bands of texts, no months of
// numbers. Something must remain.
std::uint32_t PossibleTreatments(std::uint32_t treatments, const engine::ColumnType& type) {
  const bool day =
      type.kind == engine::ColumnKind::kDate || type.kind == engine::ColumnKind::kTimestamp;
  if (!day) treatments &= ~(kMonth | kYear);
  if (!IsNumber(type)) treatments &= ~std::uint32_t{kBand};
  return treatments == 0 ? std::uint32_t{kDrop} : treatments;
}

}  // namespace

std::string_view ColumnClassName(ColumnClass column_class) {
  return kClassNames[static_cast<std::size_t>(column_class)];
}

std::optional<ColumnClass> ColumnClassOfName(std::string_view name) {
  const auto* found = std::ranges::find(kClassNames, name);
  if (found == kClassNames.end()) return std::nullopt;
  return static_cast<ColumnClass>(found - kClassNames.begin());
}

std::vector<std::string_view> TreatmentNames(std::uint32_t treatments) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kTreatmentNames.size(); ++i) {
    if ((treatments >> i & 1U) != 0) names.push_back(kTreatmentNames[i]);
  }
  return names;
}

std::span<const SemanticRule> SemanticRules() { return kRules; }

const SemanticRule* RuleByName(std::string_view column_name) {
  const std::string words = Words(column_name);
  const auto* rule = std::ranges::find_if(
      kRules, [&words](const SemanticRule& each) { return HoldsOneOf(words, each.names); });
  return rule == kRules.end() ? nullptr : rule;
}

void SemanticTally::Add(std::string_view value) {
  ++values_;
  for (std::uint32_t forms = SemanticFormsOf(value); forms != 0; forms &= forms - 1) {
    ++counts_[static_cast<std::size_t>(std::countr_zero(forms))];
  }
}

std::uint64_t SemanticTally::Fitting(std::uint32_t form) const {
  return form == 0 ? 0 : counts_[static_cast<std::size_t>(std::countr_zero(form))];
}

const SemanticRule* SemanticTally::RuleByValues() const {
  if (values_ < kFewValues) return nullptr;
  const auto* rule = std::ranges::find_if(kRules, [this](const SemanticRule& each) {
    return each.by_values && Fitting(each.form) * 100 >= values_ * kSemanticPercent;
  });
  return rule == kRules.end() ? nullptr : rule;
}

// Values outweigh a name where they single people out, whatever the column is called.
SemanticVerdict SemanticTally::Verdict(std::string_view column_name,
                                       const engine::ColumnType& type) const {
  const SemanticRule* named = RuleByName(column_name);
  // Money is a number: pay_method is not.
  if (named != nullptr && named->code == "money" && !IsNumber(type)) named = nullptr;
  const SemanticRule* valued = RuleByValues();
  const bool stronger =
      valued != nullptr && (named == nullptr || named->code == "identifier" ||
                            (valued->identifies && valued->column_class == kPersonal &&
                             named->column_class != kSpecialCategory &&
                             named->column_class != kCriminal && !named->identifies));
  SemanticVerdict verdict;
  verdict.rule = stronger ? valued : named != nullptr ? named : &RuleByType(type);
  verdict.by_name = named != nullptr && verdict.rule == named;
  verdict.by_values = valued != nullptr && verdict.rule == valued;
  verdict.values = values_;
  verdict.fitting = Fitting(verdict.rule->form);
  Weigh(verdict);
  if (verdict.rule->column_class == kPersonal && !verdict.identifies &&
      IsAboutOrganisation(column_name)) {
    verdict.sure = false;
    verdict.reason += " The name speaks of an organisation, so it may be about no person.";
  }
  verdict.treatments = PossibleTreatments(verdict.treatments, type);
  return verdict;
}

// How sure we are. A public class needs the values to agree; a class that protects does not.
void SemanticTally::Weigh(SemanticVerdict& verdict) const {
  const SemanticRule& rule = *verdict.rule;
  verdict.column_class = rule.column_class;
  verdict.identifies = rule.identifies;
  verdict.treatments = rule.treatments;
  verdict.reason = rule.reason;
  const bool fits = rule.form == 0 || verdict.fitting * 100 >= values_ * kSemanticPercent;
  const bool weak = rule.code == "unrecognised" || rule.code == "identifier" ||
                    rule.code == "date" || rule.code == "money" || rule.code == "person-name";
  verdict.by_values = verdict.by_values || (rule.form != 0 && values_ != 0 && fits);
  verdict.sure = !weak && fits && (verdict.by_name || verdict.by_values);
  if (rule.column_class != kPublic || verdict.sure) return;
  verdict.column_class = kPersonal;
  verdict.treatments = kShow | kMask;
  verdict.reason = Format("The name suggests: {}. The values do not bear it out.", rule.title);
}

std::vector<HiddenIdentifiers> SemanticTally::Hidden(const SemanticVerdict& verdict) const {
  std::vector<HiddenIdentifiers> hidden;
  if (verdict.identifies) return hidden;
  for (const SemanticRule& rule : kRules) {
    // Ten digits pass a check digit by chance once in eleven; these forms do not.
    const bool telling = (rule.form & (kNino | kEmail | kSortCode)) != 0;
    if (!telling || &rule == verdict.rule || Fitting(rule.form) == 0) continue;
    hidden.push_back({&rule, Fitting(rule.form)});
  }
  return hidden;
}

}  // namespace catalogue
