// The catalogue of texts against everything that names a text: nothing is missing, nothing is left
// over. And the built-in templates, as a whole.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "agreements/condition.h"
#include "agreements/states.h"
#include "agreements/verdict.h"
#include "base/bytes.h"
#include "base/format.h"
#include "base/real_world.h"
#include "catalogue/semantic_types.h"
#include "engine/column_types.h"
#include "identity/roles.h"
#include "web/agreement_acts.h"
#include "web/draft_choices.h"
#include "web/embedded.h"
#include "web/request_part.h"
#include "web/selection.h"
#include "web/templates.h"
#include "web/testing.h"

namespace web {
namespace {

using Keys = std::set<std::string>;

// What stands between two marks, anywhere in a text.
void Collect(std::string_view text, std::string_view opens, std::string_view closes, Keys& found) {
  while (true) {
    const std::size_t begin = text.find(opens);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin + opens.size());
    const std::size_t end = text.find(closes);
    if (end == std::string_view::npos) return;
    found.emplace(text.substr(0, end));
    text.remove_prefix(end + closes.size());
  }
}

Keys KeysInTemplates() {
  Keys keys;
  for (const auto& file : TemplateFiles()) Collect(file.bytes, "[[", "]]", keys);
  return keys;
}

// Literals of the code that have the form of a key. Leaf kinds have it too: they are texts under
// "entry.".
Keys KeysInCode(const Texts& texts) {
  const auto world = base::MakeRealWorld();
  const std::string folder = std::string(TABULARIUM_SOURCE_FOLDER) + "/src/web";
  Keys keys;
  for (const std::string& name : world->files().List(folder).value()) {
    if (!name.ends_with(".cc") || name.ends_with("_test.cc")) continue;
    const auto source =
        base::ReadWholeFile(world->files(), base::JoinPath(folder, name), 1U << 20U).value();
    Keys literals;
    for (const std::string_view line : base::Split(source, '\n', 10'000)) {
      if (!line.starts_with("#include")) Collect(line, "\"", "\"", literals);
    }
    for (const std::string& literal : literals) {
      const auto first = base::Split(literal, '.', 2).front();
      const bool is_page = std::ranges::any_of(texts.all(), [&](const auto& each) {
        return each.first.starts_with(std::string(first) + ".");
      });
      const bool is_leaf_kind = std::ranges::any_of(texts.all(), [&](const auto& each) {
        return each.first.starts_with("entry." + literal);
      });
      const bool is_whole = IsTextKey(literal) && !literal.ends_with('.');
      if (is_whole && is_page && !is_leaf_kind) keys.insert(literal);
    }
  }
  return keys;
}

// Keys that the code puts together from the codes of a table.
Keys KeysOfTables() {
  Keys keys;
  for (const auto& row : identity::RoleTable()) {
    const std::string code(row.code.view());
    keys.insert("role." + code);
    keys.insert("role_hint." + code);
    if (row.at_platform) keys.insert("role_hint.platform." + code);
  }
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    keys.insert(base::Format("scope.{}", identity::CodeOf(static_cast<identity::Scope>(i))));
  }
  for (const auto& row : engine::TypeTable()) keys.insert(base::Format("type.{}", row.name));
  for (const auto& rule : catalogue::SemanticRules()) {
    keys.insert(base::Format("meaning.{}", rule.code));
    keys.insert(base::Format("class.{}", catalogue::ColumnClassName(rule.column_class)));
  }
  for (const auto option : ClassOptions()) keys.insert(base::Format("class_choice.{}", option));
  for (const auto name : catalogue::TreatmentNames(2 * catalogue::kDrop - 1)) {
    keys.insert(base::Format("treatment.{}", name));
    const bool is_first_or_alone = name == "show" || name == "drop";
    if (!is_first_or_alone) keys.insert(base::Format("treatment_after.{}", name));
  }
  for (int month = 1; month <= 12; ++month) {
    keys.insert(base::Format("month.{:02}", month));
    keys.insert(base::Format("month_short.{:02}", month));
  }
  for (std::size_t i = 0; i < agreements::kAgreementStates; ++i) {
    const auto state = static_cast<agreements::AgreementState>(i);
    keys.insert(base::Format("agreement_state.{}", agreements::CodeOf(state).view()));
  }
  return keys;
}

// The same of verdicts and policies.
Keys KeysOfSharing() {
  Keys keys;
  for (const auto outcome : agreements::kOutcomeNames) {
    for (const auto part : {"", ".one", ".many", ".figure"}) {
      keys.insert(base::Format("verdict.{}{}", outcome, part));
    }
  }
  for (const auto part :
       {"refuse_this.one", "refuse_this.many", "rules_hold.one", "rules_hold.many"}) {
    keys.insert(base::Format("verdict.{}", part));
  }
  for (const auto sureness : agreements::kSurenessNames) {
    keys.insert(base::Format("verdict.sureness.{}", sureness));
  }
  for (const auto name : catalogue::TreatmentNames(2 * catalogue::kDrop - 1)) {
    keys.insert(base::Format("policy.as.{}", name));
    const bool is_by_type = name == "show" || name == "drop" || name == "band";
    if (!is_by_type) keys.insert(base::Format("policy.example.{}", name));
  }
  for (int test = 2; test <= static_cast<int>(agreements::Test::kIsNotNull); ++test) {
    const auto name = agreements::TestName(static_cast<agreements::Test>(test));
    keys.insert(base::Format("policy.test.{}", name));
  }
  for (const auto& row : engine::TypeTable()) {
    keys.insert(base::Format("policy.example_type.{}", row.name));
  }
  for (const auto whose : {"your", "their", "its"}) {
    for (const auto* const form : {"carried_{}", "{}_area", "on_{}_list", "plus_{}"}) {
      std::string key = form;
      keys.insert("policy." + key.replace(key.find("{}"), 2, whose));
    }
  }
  return keys;
}

// The same of requests and their parts.
Keys KeysOfRequests() {
  Keys keys;
  for (std::size_t i = 0; i < agreements::kRequestStates; ++i) {
    const auto state = agreements::CodeOf(static_cast<agreements::RequestState>(i));
    keys.insert(base::Format("request.state.{}", state.view()));
    keys.insert(base::Format("asking.state.{}", state.view()));
    keys.insert(base::Format("requests.next.{}", state.view()));
  }
  for (std::size_t i = 0; i < agreements::kRequestEvents; ++i) {
    const auto event = agreements::CodeOf(static_cast<agreements::RequestEvent>(i));
    keys.insert(base::Format("asking.event.{}", event.view()));
  }
  for (const auto test : ConditionTests()) keys.insert(base::Format("data.test.{}", test));
  for (const auto part : kRequestPartNames) {
    keys.insert(base::Format("asking.task.{}", part));
    keys.insert(base::Format("asking.hint.{}", part));
    keys.insert(base::Format("asking.intro.{}", part));
  }
  for (const auto task : {"asking.task.data", "asking.task.submit"}) keys.insert(task);
  for (int group = 1; group <= 4; ++group) keys.insert(base::Format("asking.group.{}", group));
  return keys;
}

// The same of what those who decide choose between.
Keys KeysOfDeciding() {
  Keys keys;
  for (const auto act : kAgreementActs) keys.insert(base::Format("manage.{}", NameOf(act)));
  for (const auto* const act : {"pause", "resume", "stop"}) {
    for (const auto* const part : {"hint", "question", "submit"}) {
      keys.insert(base::Format("manage.{}_{}", act, part));
    }
  }
  for (std::size_t i = 0; i < agreements::kAgreementStates; ++i) {
    const auto state = agreements::CodeOf(static_cast<agreements::AgreementState>(i));
    keys.insert(base::Format("manage.state_{}", state.view()));
  }
  for (std::size_t i = 0; i < agreements::kReasons; ++i) {
    const auto reason = agreements::CodeOf(static_cast<agreements::Reason>(i));
    keys.insert(base::Format("reason_choice.{}", reason.view()));
  }
  for (const auto* const state : {"draft", "returned", "accepted", "rejected", "cancelled"}) {
    keys.insert(base::Format("decision.instead_{}", state));
  }
  for (const auto* const name :
       {"purpose", "people", "onward", "stop", "deletion", "publication"}) {
    keys.insert(base::Format("conditions.{}", name));
  }
  return keys;
}

// Families whose last part comes with a request, a leaf or an error; what is not in the catalogue
// has a stated text instead.
bool IsOpenFamily(std::string_view key) {
  return key.starts_with("done.") || key.starts_with("entry.") || key.starts_with("error.") ||
         key.starts_with("remark.") || key.starts_with("organisation_kind.") ||
         key.starts_with("country.") || key.starts_with("policy.example_of.") ||
         key.starts_with("policy.door.") || key.starts_with("agreement_event.") ||
         key.starts_with("agreement_banner.") || key.starts_with("agreement_reason.") ||
         key.starts_with("agreement_form.") || key.starts_with("query_form.") ||
         key.starts_with("query_outcome.") || key.starts_with("query_still.") ||
         key.starts_with("use_outcome.") || key.starts_with("access_outcome.") ||
         key.starts_with("access_receipt.sentence.") || key.starts_with("ask.") ||
         key.starts_with("ask_word.");
}

}  // namespace

TEST_CASE("every text that a template or the code names is in the catalogue") {
  const Texts texts = English();
  for (const Keys& keys : {KeysInTemplates(), KeysInCode(texts), KeysOfTables(), KeysOfSharing(),
                           KeysOfDeciding(), KeysOfRequests()}) {
    REQUIRE(keys.size() > 10);
    for (const std::string& key : keys) {
      CAPTURE(key);
      REQUIRE(texts.Has(key));
    }
  }
}

TEST_CASE("every text of the catalogue is named somewhere") {
  const Texts texts = English();
  Keys used = KeysInTemplates();
  used.merge(KeysInCode(texts));
  used.merge(KeysOfTables());
  used.merge(KeysOfSharing());
  used.merge(KeysOfDeciding());
  used.merge(KeysOfRequests());
  for (const auto& [key, text] : texts.all()) {
    CAPTURE(key);
    REQUIRE((used.contains(key) || IsOpenFamily(key)));
  }
}

TEST_CASE("the templates that are built in can be compiled") {
  const Texts texts = English();
  REQUIRE(Templates::Compile(TemplateFiles(), texts).has_value());
}

TEST_CASE("no template holds a script, an inline style or an address that is not a value") {
  for (const auto& file : TemplateFiles()) {
    CAPTURE(file.name);
    REQUIRE(file.bytes.find("<script") == std::string_view::npos);
    REQUIRE(file.bytes.find(" style=") == std::string_view::npos);
    REQUIRE(file.bytes.find(" on") == file.bytes.find(" once"));
    for (const std::string_view attribute : {"href=\"", "action=\"", "src=\""}) {
      Keys values;
      Collect(file.bytes, attribute, "\"", values);
      for (const std::string& value : values) {
        CAPTURE(value);
        const bool is_value = value.starts_with("{{") && value.ends_with("url}}");
        REQUIRE((is_value || value.starts_with('/') || value == "#main-content"));
      }
    }
    // Only the layout takes a piece as it is: the page that was made before.
    REQUIRE((file.bytes.find("{{{") == std::string_view::npos || file.name == "layout.mustache"));
    REQUIRE(file.bytes.find("{{&") == std::string_view::npos);
  }
}

}  // namespace web
