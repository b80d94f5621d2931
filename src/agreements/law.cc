#include "agreements/law.h"

#include <algorithm>
#include <set>

#include "agreements/gateway_rules.h"
#include "agreements/law_fields.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/text.h"

namespace agreements {

using base::ErrorCode;
using base::Fail;
using base::Format;

namespace {

constexpr std::string_view kLawFormat = "tabularium-law-1";
constexpr std::size_t kMaxEntries = 1'000;
constexpr std::size_t kMaxNamed = 200;  // ids that one entry names
constexpr std::int64_t kMaxParagraph = 1'000;
constexpr std::int64_t kMaxAge = 150;
constexpr std::int64_t kMaxMhz = 300'000;
constexpr base::JsonTextLength kLine = {.min = 1, .max = 400};
constexpr base::JsonLimits kLawJson{.max_bytes = std::size_t{1} << 20, .max_depth = 8};

}  // namespace

// The fields of each struct, as docs/formats/law.md lists them. FieldReader finds them by the
// namespace of the struct, so they cannot stand in a nameless one.

static void Visit(FieldReader& fields, BodyKind& kind) {
  fields.Id("id", kind.id);
  fields.Text("title", kind.title, kLine);
  fields.Flag("public", kind.is_public);
  fields.Flag("competent", kind.competent);
  fields.Flag("open_list", kind.open_list);
}

static void Visit(FieldReader& fields, ListedBody& body) {
  fields.Id("id", body.id);
  fields.Text("name", body.name, kLine);
  fields.Id("kind", body.kind);
  fields.Texts("aliases", body.aliases, kMaxNamed, kLine);
}

static void Visit(FieldReader& fields, ScheduleEntry& entry) {
  fields.Number("paragraph", entry.paragraph, kMaxParagraph);
  fields.Text("names", entry.names, kLine);
  fields.Slugs("bodies", entry.bodies, kMaxNamed);
  fields.Slugs("kinds", entry.kinds, kMaxNamed);
  fields.Slugs("countries", entry.countries, kCountries.size());
  fields.Flag("named_functions", entry.named_functions);
  fields.Flag("service_providers", entry.service_providers);
  fields.Word("sureness", entry.sureness, kSurenessNames);
}

static void Visit(FieldReader& fields, Schedule& schedule) {
  fields.Id("id", schedule.id);
  fields.Text("title", schedule.title, kLine);
  fields.Text("citation", schedule.citation, kLine);
  fields.Array("entries", schedule.entries, kMaxEntries);
}

static void Visit(FieldReader& fields, Commencement& commencement) {
  fields.Id("country", commencement.country);
  fields.Day("from", commencement.from);
  fields.Word("sureness", commencement.sureness, kSurenessNames);
}

static void Visit(FieldReader& fields, Act& act) {
  fields.Id("id", act.id);
  fields.Text("title", act.title, kLine);
  fields.Flag("listed", act.listed);
}

static void Visit(FieldReader& fields, Power& power) {
  fields.Id("id", power.id);
  fields.Text("title", power.title, kLine);
  fields.Text("purpose", power.purpose, kLine);
  fields.Text("citation", power.citation, kLine);
  fields.Word("sureness", power.sureness, kSurenessNames);
  fields.Flag("checked", power.checked);
  fields.Slug("schedule", power.schedule);
  fields.Flag("objectives", power.objectives);
  fields.Flag("revenue", power.revenue);
  fields.Array("commencement", power.commencement, kCountries.size());
  fields.Array("acts", power.acts, kMaxNamed);
}

static void Visit(FieldReader& fields, Factor& factor) {
  fields.Id("id", factor.id);
  fields.Text("title", factor.title, kLine);
  fields.Number("least_age", factor.least_age, kMaxAge);
  fields.Number("greatest_age", factor.greatest_age, kMaxAge);
}

static void Visit(FieldReader& fields, Objective& objective) {
  fields.Id("id", objective.id);
  fields.Text("title", objective.title, kLine);
  fields.Id("power", objective.power);
  fields.Numbers("paragraphs", objective.paragraphs, kMaxNamed, kMaxParagraph);
  fields.Slugs("countries", objective.countries, kCountries.size());
  fields.Day("from", objective.from);
  fields.Day("until", objective.until);
  fields.Text("citation", objective.citation, kLine);
  fields.Word("sureness", objective.sureness, kSurenessNames);
  fields.Array("acts", objective.acts, kMaxNamed);
  fields.Array("factors", objective.factors, kMaxNamed);
  fields.Number("least_mhz", objective.least_mhz, kMaxMhz);
  fields.Number("greatest_mhz", objective.greatest_mhz, kMaxMhz);
}

static void Visit(FieldReader& fields, Ground& ground) {
  fields.Id("id", ground.id);
  fields.Text("title", ground.title, kLine);
  fields.Text("citation", ground.citation, kLine);
  fields.Word("sureness", ground.sureness, kSurenessNames);
  fields.Number("part", ground.part, 4);
  static constexpr std::array<std::string_view, 4> kWords = {"", "none", "expected", "required"};
  unsigned char word = 0;
  fields.Word("policy_document", word, kWords);
  if (word > 0) ground.policy_document = static_cast<PolicyDocument>(word - 1);
}

static void Visit(FieldReader& fields, Exception& exception) {
  fields.Id("id", exception.id);
  fields.Text("title", exception.title, kLine);
  fields.Slugs("use", exception.use, kMaxNamed);
  fields.Slugs("onward", exception.onward, kMaxNamed);
}

static void Visit(FieldReader& fields, DocumentKind& document) {
  fields.Id("id", document.id);
  fields.Text("title", document.title, kLine);
}

static void Visit(FieldReader& fields, Citation& citation) {
  fields.Slugs("powers", citation.powers, kMaxNamed);
  fields.Text("citation", citation.citation, kLine);
}

static void Visit(FieldReader& fields, RuleSource& rule) {
  fields.Text("id", rule.id, {.min = 1, .max = base::kMaxSlugBytes});
  fields.Text("says", rule.says, kLine);
  fields.Word("group", rule.group, kRuleGroupNames);
  fields.Word("sureness", rule.sureness, kSurenessNames);
  fields.Array("citations", rule.citations, kMaxNamed);
}

namespace {

struct LawFile {
  std::string_view name;
  void (*visit)(FieldReader& fields, Law& law);
};

// What stands in each file, sorted by name as the build gives them.
constexpr std::array kFiles = {
    LawFile{"bodies.json",
            [](FieldReader& fields, Law& law) {
              fields.Array("kinds", law.kinds, kMaxEntries);
              fields.Array("bodies", law.bodies, kMaxEntries);
            }},
    LawFile{"conditions.json",
            [](FieldReader& fields, Law& law) {
              fields.Array("bases", law.bases, kMaxEntries);
              fields.Array("conditions", law.conditions, kMaxEntries);
              fields.Array("schedule_1", law.schedule_1, kMaxEntries);
              fields.Array("exceptions", law.exceptions, kMaxEntries);
              fields.Array("documents", law.documents, kMaxEntries);
            }},
    LawFile{"edition.json",
            [](FieldReader& fields, Law& law) {
              std::optional<base::CivilDay> edition;
              fields.Day("edition", edition);
              law.edition = edition.value_or(base::CivilDay{});
              fields.Texts("read", law.read, kMaxNamed, kLine);
            }},
    LawFile{"objectives.json",
            [](FieldReader& fields, Law& law) {
              fields.Array("objectives", law.objectives, kMaxEntries);
            }},
    LawFile{"powers.json",
            [](FieldReader& fields, Law& law) { fields.Array("powers", law.powers, kMaxEntries); }},
    LawFile{"rules.json",
            [](FieldReader& fields, Law& law) { fields.Array("rules", law.rules, kMaxEntries); }},
    LawFile{"schedules.json",
            [](FieldReader& fields, Law& law) {
              fields.Array("schedules", law.schedules, kMaxEntries);
            }},
};

// A file of the law, as the reader of fields wants it: the file's own list of members, and the law
// that they fill.
struct FileContent {
  const LawFile* file;
  Law* law;
};

void Visit(FieldReader& fields, FileContent& content) {
  static constexpr std::array<std::string_view, 1> kFormats = {kLawFormat};
  unsigned char format = 0;
  fields.Word("format", format, kFormats);
  content.file->visit(fields, *content.law);
}

// --- references ---------------------------------------------------------------------------------

base::Result<void> Refuse(std::string_view what, std::string_view list, std::string_view id) {
  return Fail(ErrorCode::kInvalid, std::string(what), Format("law: {}, {}", list, id));
}

template <typename T>
base::Result<void> CheckIds(std::string_view list, const std::vector<T>& entries) {
  std::set<std::string_view> ids;
  for (const T& entry : entries) {
    if (!ids.insert(entry.id).second) return Refuse("Two entries have one id", list, entry.id);
  }
  if (entries.empty()) return Refuse("There is no entry", list, "all");
  return {};
}

template <typename T>
base::Result<void> CheckNamed(std::string_view list, std::string_view id,
                              const std::vector<T>& entries,
                              const std::vector<std::string>& named) {
  for (const std::string& name : named) {
    if (Find(entries, name) == nullptr) {
      return Refuse(Format("It names {}, which is not in the law", name), list, id);
    }
  }
  return {};
}

base::Result<void> CheckCountries(std::string_view list, std::string_view id,
                                  const std::vector<std::string>& countries) {
  for (const std::string& country : countries) {
    if (std::ranges::find(kCountries, country) == kCountries.end()) {
      return Refuse(Format("It names {}, which is no country of the law", country), list, id);
    }
  }
  return {};
}

base::Result<void> CheckBodies(const Law& law) {
  std::set<std::string> names;
  for (const ListedBody& body : law.bodies) {
    TRY(CheckNamed("bodies", body.id, law.kinds, {body.kind}));
    std::vector<std::string> all = body.aliases;
    all.push_back(body.name);
    for (const std::string& name : all) {
      if (!names.insert(base::FoldCase(name)).second) {
        return Refuse("Another name of the list is the same, apart from its case", "bodies",
                      body.id);
      }
    }
  }
  return {};
}

base::Result<void> CheckSchedules(const Law& law) {
  for (const Schedule& schedule : law.schedules) {
    for (const ScheduleEntry& entry : schedule.entries) {
      TRY(CheckNamed("schedules", schedule.id, law.bodies, entry.bodies));
      TRY(CheckNamed("schedules", schedule.id, law.kinds, entry.kinds));
      TRY(CheckCountries("schedules", schedule.id, entry.countries));
      if (entry.kinds.empty() != entry.countries.empty()) {
        return Refuse("Kinds of body need countries, and countries need kinds", "schedules",
                      schedule.id);
      }
    }
  }
  return {};
}

base::Result<void> CheckPowers(const Law& law) {
  for (const Power& power : law.powers) {
    if (!power.schedule.empty()) {
      TRY(CheckNamed("powers", power.id, law.schedules, {power.schedule}));
    }
    for (const Commencement& commencement : power.commencement) {
      TRY(CheckCountries("powers", power.id, {commencement.country}));
    }
    if (power.checked == power.commencement.empty()) {
      return Refuse("A power has commencement dates when its rules are written, and only then",
                    "powers", power.id);
    }
  }
  for (const Objective& objective : law.objectives) {
    TRY(CheckNamed("objectives", objective.id, law.powers, {objective.power}));
    TRY(CheckCountries("objectives", objective.id, objective.countries));
    for (const Factor& factor : objective.factors) {
      if (factor.least_age.has_value() != factor.greatest_age.has_value()) {
        return Refuse("A range of ages has two ends", "objectives", objective.id);
      }
    }
    if (objective.least_mhz.has_value() != objective.greatest_mhz.has_value()) {
      return Refuse("A band of frequencies has two ends", "objectives", objective.id);
    }
  }
  for (const Exception& exception : law.exceptions) {
    TRY(CheckNamed("exceptions", exception.id, law.powers, exception.use));
    TRY(CheckNamed("exceptions", exception.id, law.powers, exception.onward));
  }
  return {};
}

// Each rule of the program has its source, and each source its rule.
base::Result<void> CheckRules(const Law& law) {
  for (const RuleSource& rule : law.rules) {
    for (const Citation& citation : rule.citations) {
      TRY(CheckNamed("rules", rule.id, law.powers, citation.powers));
    }
    if (rule.citations.empty()) return Refuse("It has no citation", "rules", rule.id);
    const auto of_program = [&rule](const GatewayRule& each) { return each.id == rule.id; };
    if (std::ranges::none_of(GatewayRules(), of_program)) {
      return Refuse("The program has no rule of this id", "rules", rule.id);
    }
  }
  for (const GatewayRule& rule : GatewayRules()) {
    if (Find(law.rules, rule.id) == nullptr) {
      return Refuse("The source of this rule is missing", "rules", rule.id);
    }
  }
  return {};
}

base::Result<void> CheckLaw(const Law& law) {
  TRY(CheckIds("kinds", law.kinds));
  TRY(CheckIds("bodies", law.bodies));
  TRY(CheckIds("schedules", law.schedules));
  TRY(CheckIds("powers", law.powers));
  TRY(CheckIds("objectives", law.objectives));
  TRY(CheckIds("bases", law.bases));
  TRY(CheckIds("conditions", law.conditions));
  TRY(CheckIds("schedule_1", law.schedule_1));
  TRY(CheckIds("exceptions", law.exceptions));
  TRY(CheckIds("documents", law.documents));
  TRY(CheckIds("rules", law.rules));
  TRY(CheckBodies(law));
  TRY(CheckSchedules(law));
  TRY(CheckPowers(law));
  return CheckRules(law);
}

base::Result<base::Json> ReadLawFile(const base::EmbeddedFile& file, const LawFile& expected,
                                     Law& law) {
  base::Json json = TRY(base::ParseJson(file.bytes, kLawJson));
  FileContent content{&expected, &law};
  TRY(FieldReader::ReadFields(base::JsonItem(json, ""), content));
  return json;
}

}  // namespace

const Citation* RuleSource::For(std::string_view power) const {
  const Citation* whatever = nullptr;
  for (const Citation& each : citations) {
    if (each.powers.empty()) whatever = &each;
    if (std::ranges::find(each.powers, power) != each.powers.end()) return &each;
  }
  return whatever;
}

const ListedBody* BodyOfName(const Law& law, std::string_view name) {
  const std::string folded = base::FoldCase(name);
  for (const ListedBody& body : law.bodies) {
    const auto is = [&folded](const std::string& each) { return base::FoldCase(each) == folded; };
    if (is(body.name) || std::ranges::any_of(body.aliases, is)) return &body;
  }
  return nullptr;
}

base::Result<Law> ReadLaw(std::span<const base::EmbeddedFile> files) {
  Law law;
  base::Json::Members members;
  if (!std::ranges::equal(files, kFiles, {}, &base::EmbeddedFile::name, &LawFile::name)) {
    return Fail(ErrorCode::kInvalid, "These are not the files of a law", "law",
                "docs/formats/law.md lists them.");
  }
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    auto json = ReadLawFile(files[i], kFiles[i], law);
    if (!json) {
      base::Error error = std::move(json).error();
      error.where = Format("law/{} {}", files[i].name, error.where);
      return Fail(std::move(error));
    }
    members.emplace_back(std::string(files[i].name), *std::move(json));
  }
  TRY(CheckLaw(law));
  law.digest = base::Sha256(TRY(base::WriteCanonicalJson(base::Json::Object(std::move(members)))));
  return law;
}

}  // namespace agreements
