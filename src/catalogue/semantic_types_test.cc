// Tests of: semantic_values.cc
#include "catalogue/semantic_types.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace catalogue {
namespace {

bool Is(std::string_view value, SemanticForm form) { return (SemanticFormsOf(value) & form) != 0; }

SemanticVerdict VerdictOf(std::string_view name, const std::vector<std::string>& values,
                          engine::ColumnType type = {}) {
  SemanticTally tally;
  for (const std::string& value : values) tally.Add(value);
  return tally.Verdict(name, type);
}

std::string_view CodeOf(std::string_view name, const std::vector<std::string>& values = {},
                        engine::ColumnType type = {}) {
  return VerdictOf(name, values, type).rule->code;
}

std::vector<std::string> Times(std::size_t count, const std::string& value) {
  return std::vector<std::string>(count, value);
}

const engine::ColumnType kMoney{engine::ColumnKind::kDecimal, 18, 2};
const engine::ColumnType kDay{engine::ColumnKind::kDate};

}  // namespace

TEST_CASE("National Insurance numbers: real forms and the demonstration's") {
  for (const char* yes : {"QQ123456C", "QQ 12 34 56 C", "AB123456A", "qq123456d", "JK123456B"}) {
    CAPTURE(yes);
    REQUIRE(Is(yes, kNino));
  }
  for (const char* no : {"QQ123456E", "QQ12345C", "DA123456A", "AO123456A", "GB123456A",
                         "ZZ123456A", "QQ1234567C", "Q1123456C", "AB12345XA", "QV123456A"}) {
    CAPTURE(no);
    REQUIRE(!Is(no, kNino));
  }
}

TEST_CASE("numbers with check digits") {
  // The NHS Data Dictionary's own example is 943 476 5919.
  REQUIRE(Is("9434765919", kNhsNumber));
  REQUIRE(Is("943 476 5919", kNhsNumber));
  REQUIRE(Is("943-476-5919", kNhsNumber));
  REQUIRE(!Is("9434765918", kNhsNumber));
  REQUIRE(!Is("943476591", kNhsNumber));
  REQUIRE(Is("1123456789", kTaxReference) != Is("2123456789", kTaxReference));
  int valid = 0;
  for (char first = '0'; first <= '9'; ++first) {
    valid += Is(std::string(1, first) + "123456789", kTaxReference) ? 1 : 0;
  }
  REQUIRE(valid == 1);
}

TEST_CASE("postcodes: the six forms, with the demonstration's area") {
  for (const char* yes : {"M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB",
                          "ZZ1 1AA", "ZZ99 9ZZ", "ec1a1bb", "GIR 0AA"}) {
    CAPTURE(yes);
    REQUIRE(Is(yes, kPostcode));
  }
  for (const char* no : {"ZZ1 1CA", "Q1 1AA", "AI1 1AA", "ZZ1  1AA", "ZZ11 A1", "1ZZ 1AA", "ZZ 1AA",
                         "Z Z11AA", "ABC1 1AA"}) {
    CAPTURE(no);
    REQUIRE(!Is(no, kPostcode));
  }
}

TEST_CASE("addresses, telephones and references") {
  REQUIRE(Is("a.b@example.org", kEmail));
  for (const char* no : {"@example.org", "a@b", "a b@example.org", "a@@example.org", "a@b.c",
                         "Name <a@example.org>"}) {
    CAPTURE(no);
    REQUIRE(!Is(no, kEmail));
  }
  for (const char* yes : {"01632 960001", "020 7946 0001", "07700 900001", "+44 7700 900001",
                          "+44 (0)1632 960001", "(01632) 960001"}) {
    CAPTURE(yes);
    REQUIRE(Is(yes, kPhone));
  }
  for (const char* no : {"1632960001", "0441632960001", "01632", "04632960001", "+1 555 0100000"}) {
    CAPTURE(no);
    REQUIRE(!Is(no, kPhone));
  }
  REQUIRE(Is("123/ZZ00001", kPayeReference));
  REQUIRE(!Is("123/456", kPayeReference));
  REQUIRE(!Is("12/ZZ0001", kPayeReference));
  REQUIRE(Is("00000001", kCompanyNumber));
  REQUIRE(Is("SC000001", kCompanyNumber));
  REQUIRE(!Is("QX000001", kCompanyNumber));
  REQUIRE(!Is("C 000001", kCompanyNumber));
  REQUIRE(Is("01110", kSicCode));
  REQUIRE(Is("E07000001", kAreaCode));
  REQUIRE(!Is("Q07000001", kAreaCode));
  REQUIRE(Is("2024-25", kTaxYear));
  REQUIRE(Is("2024/2025", kTaxYear));
  REQUIRE(Is("1999-00", kTaxYear));
  REQUIRE(!Is("2024-26", kTaxYear));
  REQUIRE(Is("Mrs.", kHonorific));
  REQUIRE(Is("female", kSexCode));
  REQUIRE(Is("Sample Works, Limited", kFirmName));
  REQUIRE(!Is("Limitedson", kFirmName));
  REQUIRE(Is("00-00-00", kSortCode));
}

TEST_CASE("hostile values have no forms and cost little") {
  REQUIRE(SemanticFormsOf("") == 0);
  REQUIRE(SemanticFormsOf(std::string(1'000'000, '@')) == kSentence);
  for (const std::string& value :
       {std::string("\0\0\0\0/", 5), std::string("\xFF\xFE"), std::string(320, '0'),
        std::string("////////"), std::string("@."), std::string("+44")}) {
    REQUIRE((SemanticFormsOf(value) & (kNino | kEmail | kPhone | kPostcode)) == 0);
  }
}

TEST_CASE("names in any spelling find their rule") {
  for (const char* name :
       {"date_of_birth", "DateOfBirth", "Date of birth", "DATE-OF-BIRTH", "dob", "customer_dob"}) {
    CAPTURE(name);
    REQUIRE(RuleByName(name) != nullptr);
    REQUIRE(RuleByName(name)->code == "date-of-birth");
  }
  REQUIRE(RuleByName("adobe") == nullptr);
  REQUIRE(RuleByName("") == nullptr);
  REQUIRE(RuleByName("___") == nullptr);
  REQUIRE(RuleByName("\xE2\x80\xAE") == nullptr);
}

TEST_CASE("the demonstration's columns are known by name") {
  REQUIRE(CodeOf("record_id") == "identifier");
  REQUIRE(CodeOf("national_insurance_number") == "national-insurance-number");
  REQUIRE(CodeOf("previous_surname") == "surname");
  REQUIRE(CodeOf("address_line_2") == "address");
  REQUIRE(CodeOf("local_authority_code") == "area-code");
  REQUIRE(CodeOf("employer_name") == "organisation-name");
  REQUIRE(CodeOf("employer_paye_reference") == "paye-reference");
  REQUIRE(CodeOf("employer_address") == "address");
  REQUIRE(CodeOf("industry_code") == "sic-code");
  REQUIRE(CodeOf("taxable_pay_to_date", {}, kMoney) == "money");
  REQUIRE(CodeOf("pay_method") == "unrecognised");  // no number, so no money
  REQUIRE(CodeOf("employment_start_date", {}, kDay) == "date");
  REQUIRE(CodeOf("reported_at", {}, {engine::ColumnKind::kTimestamp}) == "date");
  REQUIRE(CodeOf("council_tax_reference") == "council-tax-account");
  REQUIRE(CodeOf("union_subscription", {}, kMoney) == "special-category");
  REQUIRE(CodeOf("conviction_date", {}, kDay) == "criminal-record");
  REQUIRE(CodeOf("job_title") == "unrecognised");
  REQUIRE(CodeOf("nhs_trust_code") == "unrecognised");
  REQUIRE(CodeOf("annual_turnover", {}, kMoney) == "business-figure");
}

TEST_CASE("values that single people out outweigh a name that says nothing of it") {
  const SemanticVerdict verdict = VerdictOf("reference", Times(10, "QQ123456C"));
  REQUIRE(verdict.rule->code == "national-insurance-number");
  REQUIRE(verdict.by_values);
  REQUIRE(!verdict.by_name);
  REQUIRE(verdict.sure);
  REQUIRE(CodeOf("c7", Times(10, "a@example.org")) == "email");
  REQUIRE(CodeOf("employer_name", Times(10, "QQ123456C")) == "national-insurance-number");
  REQUIRE(CodeOf("religion", Times(10, "QQ123456C")) == "special-category");
  REQUIRE(CodeOf("c7", Times(4, "QQ123456C")) == "unrecognised");  // too few to tell
}

TEST_CASE("a column is public only when name and values agree") {
  const SemanticVerdict agreed = VerdictOf("company_number", Times(10, "00000001"));
  REQUIRE(agreed.column_class == ColumnClass::kPublic);
  REQUIRE(agreed.sure);
  const SemanticVerdict parted = VerdictOf("company_number", Times(10, "Alex Sample"));
  REQUIRE(parted.column_class == ColumnClass::kPersonal);
  REQUIRE(!parted.sure);
  REQUIRE(parted.reason == "The name suggests: Company number. The values do not bear it out.");
  REQUIRE(VerdictOf("ref_no", Times(10, "00000001")).column_class == ColumnClass::kPersonal);
  REQUIRE(VerdictOf("employer_name", Times(10, "Alex Sample")).column_class ==
          ColumnClass::kPersonal);
  REQUIRE(VerdictOf("lad", Times(10, "E07000001")).column_class == ColumnClass::kPublic);
}

TEST_CASE("what is not understood is personal until confirmed") {
  const SemanticVerdict verdict = VerdictOf("xyz", Times(10, "abc"));
  REQUIRE(verdict.rule->code == "unrecognised");
  REQUIRE(verdict.column_class == ColumnClass::kPersonal);
  REQUIRE(!verdict.sure);
  REQUIRE(!VerdictOf("employer_postcode", Times(10, "ZZ1 1AA")).sure);
  REQUIRE(VerdictOf("postcode", Times(10, "ZZ1 1AA")).sure);
}

TEST_CASE("a few identifiers in another column are found") {
  SemanticTally tally;
  for (int i = 0; i < 100; ++i) tally.Add("Sample Works Limited");
  tally.Add("QQ123456C");
  const SemanticVerdict verdict = tally.Verdict("employer_name", {});
  const auto hidden = tally.Hidden(verdict);
  REQUIRE(hidden.size() == 1);
  REQUIRE(hidden[0].rule->code == "national-insurance-number");
  REQUIRE(hidden[0].count == 1);
}

TEST_CASE("treatments suit the class and the type") {
  const auto names = [](std::string_view name, engine::ColumnType type = {}) {
    return TreatmentNames(VerdictOf(name, {}, type).treatments);
  };
  using Names = std::vector<std::string_view>;
  REQUIRE(names("nino") == Names{"token"});
  REQUIRE(names("postcode") == Names{"show", "postcode-district"});
  REQUIRE(names("date_of_birth", kDay) == Names{"month", "year"});
  REQUIRE(names("date_of_birth") == Names{"drop"});  // no day can be read from text
  REQUIRE(names("pay_in_period", kMoney) == Names{"show", "band"});
  REQUIRE(names("email") == Names{"mask"});
  REQUIRE(names("religion") == Names{"drop"});
}

TEST_CASE("the table is in order: codes differ, every row says why") {
  std::set<std::string_view> codes;
  for (const SemanticRule& rule : SemanticRules()) {
    REQUIRE(codes.insert(rule.code).second);
    REQUIRE(rule.reason.ends_with("."));
    REQUIRE(rule.treatments != 0);
    REQUIRE(!(rule.by_values && rule.form == 0));
  }
  for (const char* name :
       {"personal", "special-category", "criminal", "confidential-business", "public"}) {
    REQUIRE(ColumnClassName(ColumnClassOfName(name).value()) == name);
  }
  REQUIRE(!ColumnClassOfName("secret").has_value());
}

}  // namespace catalogue
