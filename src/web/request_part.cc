#include "web/request_part.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/format.h"
#include "web/json_view.h"
#include "web/request_words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using Part = RequestPart;

constexpr std::size_t kMaxLines = 200;
constexpr std::size_t kMaxPlaceDepth = 8;

enum class Ask : unsigned char { kText, kArea, kOne, kMany, kDay, kNumber, kLines, kFlags };

struct Question {
  Part part;
  std::string_view place;  // in the document
  Ask ask = Ask::kText;
  AnswerWords words = AnswerWords::kNone;
  std::string_view power = {};  // asked under this power alone
  bool is_needed = false;       // the part is not completed without it
};

constexpr std::array kQuestions = {
    Question{Part::kWhy, "/title", Ask::kText, AnswerWords::kNone, {}, true},
    Question{Part::kWhy, "/proposal/purpose", Ask::kArea, AnswerWords::kNone, {}, true},
    Question{Part::kWhy, "/proposal/need", Ask::kArea, AnswerWords::kNone, {}, true},
    Question{Part::kWhy, "/sentence", Ask::kArea, AnswerWords::kNone, {}, true},

    Question{Part::kPeople, "/policy/recipients", Ask::kLines, AnswerWords::kNone, {}, true},
    Question{Part::kPeople, "/policy/purposes", Ask::kLines, AnswerWords::kNone, {}, true},
    Question{Part::kPeople, "/policy/uses_per_day", Ask::kNumber},

    Question{Part::kPower, "/proposal/power", Ask::kOne, AnswerWords::kPowers, {}, true},
    Question{Part::kPower, "/proposal/objective", Ask::kOne, AnswerWords::kObjectives, "dea-35"},
    Question{Part::kPower, "/proposal/act", Ask::kOne, AnswerWords::kActs},
    Question{Part::kPower, "/proposal/debt/owed_to", Ask::kOne, AnswerWords::kOwedTo, "dea-48"},
    Question{Part::kPower, "/proposal/debt/due", Ask::kDay, AnswerWords::kNone, "dea-48"},
    Question{Part::kPower, "/proposal/fraud/offence", Ask::kOne, AnswerWords::kOffences, "dea-56"},
    Question{Part::kPower, "/proposal/fraud/loser", Ask::kOne, AnswerWords::kLosers, "dea-56"},
    Question{Part::kPower, "/proposal/people/beneficiaries", Ask::kOne, AnswerWords::kBeneficiaries,
             "dea-35"},
    Question{Part::kPower, "/proposal/held_for/function", Ask::kText, AnswerWords::kNone, {}, true},
    Question{Part::kPower, "/proposal/territory", Ask::kMany, AnswerWords::kCountries, {}, true},
    Question{Part::kPower, "/proposal/nature", Ask::kFlags, AnswerWords::kNature},

    Question{Part::kProtection, "/proposal/asker/role", Ask::kOne, AnswerWords::kRoles, {}, true},
    Question{Part::kProtection, "/proposal/owner/role", Ask::kOne, AnswerWords::kRoles, {}, true},
    Question{
        Part::kProtection, "/proposal/asker/regime", Ask::kOne, AnswerWords::kRegimes, {}, true},
    Question{
        Part::kProtection, "/proposal/owner/regime", Ask::kOne, AnswerWords::kRegimes, {}, true},
    Question{Part::kProtection, "/proposal/asker/basis", Ask::kOne, AnswerWords::kBases, {}, true},
    Question{Part::kProtection, "/proposal/owner/basis", Ask::kOne, AnswerWords::kBases, {}, true},
    Question{Part::kProtection, "/proposal/asker/duty", Ask::kText},
    Question{Part::kProtection, "/proposal/condition", Ask::kOne, AnswerWords::kConditions},
    Question{Part::kProtection, "/proposal/schedule_1", Ask::kOne, AnswerWords::kSchedule1},
    Question{Part::kProtection, "/proposal/criminal_authority", Ask::kText},
    Question{Part::kProtection, "/proposal/scale", Ask::kFlags, AnswerWords::kScale},
    Question{Part::kProtection, "/proposal/informing", Ask::kArea, AnswerWords::kNone, {}, true},

    Question{Part::kDates, "/proposal/start", Ask::kDay, AnswerWords::kNone, {}, true},
    Question{Part::kDates, "/proposal/review", Ask::kDay},
    Question{Part::kDates, "/proposal/end", Ask::kDay, AnswerWords::kNone, {}, true},
    Question{Part::kDates, "/proposal/retention", Ask::kText},
    Question{Part::kDates, "/proposal/deletion", Ask::kText, AnswerWords::kNone, {}, true},

    Question{Part::kSecurity, "/proposal/contact", Ask::kText, AnswerWords::kNone, {}, true},
    Question{Part::kSecurity, "/proposal/rows_reason", Ask::kText},
};

// --- places in the document ---------------------------------------------------------------------

bool IsNothing(const Json& value) {
  if (value.kind() == Json::Kind::kArray) return value.AsArray().empty();
  if (value.kind() == Json::Kind::kObject) return value.AsObject().empty();
  return value.kind() == Json::Kind::kNull;
}

// The last of the path's names is the member that is set. Ends: each step takes one name.
Json With(const Json& root, std::span<const std::string_view> path, Json value) {
  Json::Members members;
  bool is_found = false;
  const auto placed = [&](const Json& old) {
    return path.size() == 1 ? value : With(old, path.subspan(1), value);
  };
  if (root.kind() == Json::Kind::kObject) {
    for (const auto& [name, old] : root.AsObject()) {
      const bool is_it = name == path.front();
      is_found = is_found || is_it;
      Json kept = is_it ? placed(old) : old;
      // What was empty before stays as it was: only the place itself is taken away.
      if (!is_it || !IsNothing(kept)) members.emplace_back(name, std::move(kept));
    }
  }
  if (!is_found) {
    Json made = placed(Json());
    if (!IsNothing(made)) members.emplace_back(std::string(path.front()), std::move(made));
  }
  return Json::Object(std::move(members));
}

std::vector<std::string_view> PathOf(std::string_view pointer) {
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  return base::Split(pointer, '/', kMaxPlaceDepth);
}

// "/proposal/debt/due" is the field "proposal.debt.due" and the text "ask.proposal.debt.due".
std::string FieldName(std::string_view place) {
  std::string name(place.substr(1));
  std::ranges::replace(name, '/', '.');
  return name;
}

// --- fields -------------------------------------------------------------------------------------

Field::Kind KindOf(Ask ask) {
  switch (ask) {
    case Ask::kArea:
    case Ask::kLines:
      return Field::Kind::kTextArea;
    case Ask::kOne:
      return Field::Kind::kSelect;
    case Ask::kMany:
    case Ask::kFlags:
      return Field::Kind::kCheckboxes;
    case Ask::kText:
    case Ask::kDay:
    case Ask::kNumber:
      break;
  }
  return Field::Kind::kText;
}

std::string DayAsTyped(const std::string& text) {
  const auto day = base::ParseCivilDay(text);
  if (!day) return text;
  return Format("{} {} {}", text.substr(8, 2), text.substr(5, 2), text.substr(0, 4));
}

// The answer as the control shows it.
std::string Shown(const Question& question, const Json& value) {
  if (value.kind() == Json::Kind::kInteger) return Format("{}", value.AsInteger());
  if (question.ask == Ask::kLines && value.kind() == Json::Kind::kArray) {
    std::string lines;
    for (const Json& each : value.AsArray()) {
      if (each.kind() == Json::Kind::kString) lines += each.AsString() + "\n";
    }
    return lines;
  }
  if (value.kind() != Json::Kind::kString) return {};
  return question.ask == Ask::kDay ? DayAsTyped(value.AsString()) : value.AsString();
}

bool IsChosen(const Question& question, const Json& value, const std::string& choice) {
  if (question.ask == Ask::kFlags) return IsTrue(value, choice);
  if (question.ask == Ask::kMany) {
    return value.kind() == Json::Kind::kArray &&
           std::ranges::find(value.AsArray(), Json(choice)) != value.AsArray().end();
  }
  return value.kind() == Json::Kind::kString && value.AsString() == choice;
}

Field FieldOf(const Question& question, const Json& document, const PartSources& sources,
              const Texts& texts) {
  const Json& value = ValueAt(document, question.place);
  Field field{.kind = KindOf(question.ask), .name = FieldName(question.place), .label = {}};
  const std::string key = "ask." + field.name;
  field.label = texts.Get(key);
  if (texts.Has(key + ".hint")) {
    field.hint = texts.Get(key + ".hint", {{"id", sources.own_id}});
  }
  field.value = Shown(question, value);
  if (question.ask == Ask::kOne) field.choices.push_back({"", texts.Get("ask.choose")});
  for (Choice& each : AnswersOffered(question.words, document, *sources.law, texts)) {
    field.choices.push_back(std::move(each));
  }
  for (Choice& choice : field.choices) {
    choice.is_chosen = IsChosen(question, value, choice.value);
  }
  return field;
}

bool IsAsked(const Question& question, RequestPart part, const Json& document) {
  if (question.part != part) return false;
  return question.power.empty() ||
         TextOf(MemberOf(document, "proposal"), "power") == question.power;
}

// --- answers ------------------------------------------------------------------------------------

Json LinesJson(std::string_view text) {
  Json::Items lines;
  for (std::string_view line : base::Split(text, '\n', kMaxLines + 1)) {
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return Json::Array(std::move(lines));
}

Json ManyJson(const Question& question, const Form& form, const std::string& name,
              const std::vector<Choice>& choices) {
  const auto sent = form.All(name);
  const auto is_sent = [&](const std::string& value) {
    return std::ranges::find(sent, std::string_view(value)) != sent.end();
  };
  Json::Items items;
  Json::Members flags;
  for (const Choice& choice : choices) {
    if (!is_sent(choice.value)) continue;
    items.emplace_back(choice.value);
    flags.emplace_back(choice.value, true);
  }
  return question.ask == Ask::kMany ? Json::Array(std::move(items))
                                    : Json::Object(std::move(flags));
}

// The answer as the document holds it; nothing where it is none, and the field then says why.
std::optional<Json> Answer(const Question& question, const Form& form, Field& field,
                           const Texts& texts) {
  if (question.ask == Ask::kMany || question.ask == Ask::kFlags) {
    return ManyJson(question, form, field.name, field.choices);
  }
  field.value = form.Text(field.name);
  if (field.value.empty()) return Json();
  if (question.ask == Ask::kLines) return LinesJson(field.value);
  if (question.ask == Ask::kDay) {
    const auto day = ParseDay(field.value);
    if (day) return Json(day->Text());
    field.error = texts.Get("ask.no_day");
    return std::nullopt;
  }
  if (question.ask == Ask::kNumber) {
    const auto number = base::ParseDecimal(field.value);
    if (number && std::in_range<std::int64_t>(*number)) return Json(*number);
    field.error = texts.Get("ask.no_number");
    return std::nullopt;
  }
  return Json(field.value);
}

bool HasRefusal(RequestPart part, const Json& verdict) {
  const std::string_view group = part == Part::kPower        ? "power"
                                 : part == Part::kProtection ? "data-protection"
                                                             : "";
  return std::ranges::any_of(ItemsOf(verdict, "findings"), [&](const Json& finding) {
    const std::string outcome = TextOf(finding, "outcome");
    return (outcome == "refused" || outcome == "not-checked-yet") &&
           TextOf(finding, "group") == group;
  });
}

}  // namespace

std::string_view NameOf(RequestPart part) {
  return kRequestPartNames[static_cast<std::size_t>(part)];
}

const Json& ValueAt(const Json& document, std::string_view pointer) {
  const Json* at = &document;
  for (const std::string_view name : PathOf(pointer)) {
    static const Json kNone;
    if (at->kind() != Json::Kind::kObject) return kNone;
    at = &MemberOf(*at, name);
  }
  return *at;
}

Json WithValue(const Json& document, std::string_view pointer, Json value) {
  const auto path = PathOf(pointer);
  Json changed = With(document, path, std::move(value));
  // The one member of objects that may not be absent.
  if (changed.Find("proposal") != nullptr) return changed;
  Json::Members members = changed.AsObject();
  members.emplace_back("proposal", Json::Object({}));
  return Json::Object(std::move(members));
}

std::vector<Field> PartFields(RequestPart part, const Json& document, const PartSources& sources,
                              const Texts& texts) {
  std::vector<Field> fields;
  for (const Question& question : kQuestions) {
    if (IsAsked(question, part, document)) {
      fields.push_back(FieldOf(question, document, sources, texts));
    }
  }
  return fields;
}

bool PartAnswers::IsRight() const {
  return std::ranges::all_of(fields, [](const Field& field) { return field.error.empty(); });
}

PartAnswers ReadPart(RequestPart part, const Form& form, const Json& document,
                     const PartSources& sources, const Texts& texts) {
  PartAnswers answers{.document = document, .fields = {}};
  for (const Question& question : kQuestions) {
    if (!IsAsked(question, part, document)) continue;
    Field field = FieldOf(question, document, sources, texts);
    auto value = Answer(question, form, field, texts);
    const auto sent = form.All(field.name);
    for (Choice& choice : field.choices) {
      choice.is_chosen = std::ranges::find(sent, std::string_view(choice.value)) != sent.end();
    }
    if (value) answers.document = WithValue(answers.document, question.place, std::move(*value));
    answers.fields.push_back(std::move(field));
  }
  return answers;
}

std::string FieldAt(const std::vector<Field>& fields, std::string_view pointer) {
  if (pointer.empty()) return {};
  for (const Field& field : fields) {
    std::string place = "/" + field.name;
    std::ranges::replace(place, '.', '/');
    // The law's words are named by their place in the proposal.
    if (pointer.starts_with(place) || place.ends_with(pointer)) return field.name;
  }
  return {};
}

PartStatus StatusOf(RequestPart part, const Json& document, const Json& verdict) {
  if (part == Part::kPeople && MemberOf(document, "policy").kind() != Json::Kind::kObject) {
    return PartStatus::kCannot;
  }
  std::size_t needed = 0;
  std::size_t answered = 0;
  for (const Question& question : kQuestions) {
    if (question.part != part || !question.is_needed) continue;
    ++needed;
    answered += IsNothing(ValueAt(document, question.place)) ? 0 : 1;
  }
  // The title is there from the first day on.
  if (answered == (part == Part::kWhy ? 1 : 0)) return PartStatus::kNotStarted;
  if (HasRefusal(part, verdict)) return PartStatus::kProblem;
  return answered == needed ? PartStatus::kCompleted : PartStatus::kInProgress;
}

std::optional<base::CivilDay> ParseDay(std::string_view text) {
  if (const auto day = base::ParseCivilDay(text)) return day;
  std::string blanks(text);
  for (char& c : blanks) {
    if (c == '/' || c == '-' || c == '.') c = ' ';
  }
  std::vector<std::uint64_t> numbers;
  for (const std::string_view word : base::Split(blanks, ' ', 16)) {
    if (word.empty()) continue;
    const auto digits = word.size() > 1 && word.front() == '0' ? word.substr(1) : word;
    const auto number = base::ParseDecimal(digits);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.size() != 3 || numbers[2] > 9'999) return std::nullopt;
  return base::ParseCivilDay(Format("{:04}-{:02}-{:02}", numbers[2], numbers[1], numbers[0]));
}

}  // namespace web
