#include "web/agreement_register_pages.h"

#include <algorithm>
#include <memory>

#include "base/format.h"
#include "web/agreement_words.h"
#include "web/request_view.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using base::Format;
using base::Json;
using http::Method;
using identity::Organisation;

Json OptionJson(const std::string& value, const std::string& words, const std::string& chosen) {
  return Json::Object(
      {{"value", value}, {"words", Json::Repaired(words)}, {"is_chosen", value == chosen}});
}

Json OrganisationOptions(const std::vector<Organisation>& organisations,
                         const std::string& chosen) {
  Json::Items items;
  for (const Organisation& each : organisations) {
    items.push_back(OptionJson(each.slug, ShownText(each.name), chosen));
  }
  return Json::Array(std::move(items));
}

Json LawOptions(const agreements::Law& law, const std::string& chosen) {
  Json::Items items;
  for (const auto& power : law.powers) {
    items.push_back(OptionJson(power.id, Format("{}: {}", power.title, power.purpose), chosen));
  }
  return Json::Array(std::move(items));
}

Json StateOptions(const Texts& texts, const std::string& chosen) {
  Json::Items items;
  for (std::size_t i = 0; i < agreements::kAgreementStates; ++i) {
    const auto state = static_cast<AgreementState>(i);
    items.push_back(OptionJson(std::string(agreements::CodeOf(state).view()),
                               StateWords(state, texts), chosen));
  }
  return Json::Array(std::move(items));
}

std::optional<identity::OrganisationId> IdOf(const std::vector<Organisation>& organisations,
                                             const std::string& slug) {
  const auto found = std::ranges::find(organisations, slug, &Organisation::slug);
  if (found == organisations.end()) return std::nullopt;
  return found->id;
}

std::string CountWords(std::uint64_t found, std::uint64_t in_force, std::uint64_t all,
                       bool has_filter, const Texts& texts) {
  if (found == 0 && has_filter) {
    return texts.Get("register.none_found", {{"all", NumberText(all)}});
  }
  if (found == 0) return texts.Get("register.none");
  return texts.Get(found == 1 ? "register.one" : "register.count",
                   {{"count", NumberText(found)}, {"in_force", NumberText(in_force)}});
}

// The register as it is written while it is read: a page of agreements for each chunk.
class RegisterFile {
 public:
  RegisterFile(Desk& desk, agreements::AgreementQuery query, bool is_csv, bool is_empty)
      : desk_(desk), query_(std::move(query)), is_csv_(is_csv), is_over_(is_empty) {}

  base::Result<bool> Write(std::string& chunk) {
    if (is_first_) chunk = is_csv_ ? RegisterCsvHeader() : "{\"items\":[";
    if (!is_over_) TRY(WritePage(chunk));
    is_first_ = false;
    if (!is_over_) return true;
    if (!is_csv_) chunk += "]}\n";
    return false;
  }

 private:
  base::Result<void> WritePage(std::string& chunk) {
    const auto page = TRY(desk_.agreements().List(std::nullopt, query_));
    for (const Agreement& each : page.agreements) {
      if (is_csv_) {
        chunk += RegisterCsvLine(each, desk_.law());
      } else {
        chunk += (count_ == 0 ? "" : ",") + base::WriteJson(agreements::AgreementJson(each));
      }
      ++count_;
    }
    query_.cursor = page.next_cursor;
    is_over_ = query_.cursor.empty() || count_ >= kMaxExportedAgreements;
    return {};
  }

  Desk& desk_;
  agreements::AgreementQuery query_;
  const bool is_csv_;
  bool is_over_;
  bool is_first_ = true;
  std::size_t count_ = 0;
};

}  // namespace

std::string AgreementRegisterPages::Wish::Filters() const {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out += Format("{}{}={}", out.empty() ? "" : "&", name, EncodeForQuery(value));
  };
  add("gives", gives);
  add("receives", receives);
  add("law", law);
  add("state", state);
  return out;
}

AgreementRegisterPages::Wish AgreementRegisterPages::WishOf(
    const http::Request& request, const std::vector<Organisation>& organisations,
    const agreements::Law& law) {
  const auto given = [&](std::string_view name) {
    return std::string(request.Parameter(name).value_or(""));
  };
  Wish wish{.gives = given("gives"),
            .receives = given("receives"),
            .law = given("law"),
            .state = given("state"),
            .query = {.cursor = given("cursor"), .limit = kAgreementsPerPage}};
  wish.query.owner = IdOf(organisations, wish.gives);
  wish.query.recipient = IdOf(organisations, wish.receives);
  wish.query.state = agreements::ParseAgreementState(wish.state);
  if (agreements::Find(law.powers, wish.law) != nullptr) wish.query.power = wish.law;
  wish.finds_nothing = (!wish.gives.empty() && !wish.query.owner) ||
                       (!wish.receives.empty() && !wish.query.recipient) ||
                       (!wish.state.empty() && !wish.query.state) ||
                       (!wish.law.empty() && wish.query.power.empty());
  return wish;
}

void AgreementRegisterPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {Method::kGet, "/agreements",
       [this](const http::Request& request, const PathParts&) { return ShowRegister(request); }});
  routes.push_back(
      {Method::kGet, "/agreements.csv",
       [this](const http::Request& request, const PathParts&) { return Export(request, true); }});
  routes.push_back(
      {Method::kGet, "/agreements.json",
       [this](const http::Request& request, const PathParts&) { return Export(request, false); }});
}

base::Result<Json> AgreementRegisterPages::RowJson(const Agreement& agreement) {
  const Texts& texts = desk_.texts();
  const std::uint64_t uses =
      TRY(desk_.query().gate.CountUses(agreement.number, desk_.access_log().published_size()));
  const bool is_stopped =
      agreement.state == AgreementState::kRevoked || agreement.state == AgreementState::kClosed;
  std::string until = ShortDayText(agreement.last_day, texts);
  if (is_stopped) {
    const auto day = TRY(base::LondonDay(agreement.changed));
    until = texts.Get("register.stopped", {{"day", ShortDayText(day, texts)}});
  }
  return Json::Object({{"name", Json::Repaired(NameOf(agreement))},
                       {"number", agreement.number},
                       {"agreement_url", UrlOf(agreement)},
                       {"gives", Json::Repaired(ShownText(agreement.owner.name))},
                       {"receives", Json::Repaired(ShownText(agreement.recipient.name))},
                       {"law", Json::Repaired(PowerWords(agreement.fields.power, desk_.law()))},
                       {"from", ShortDayText(agreement.first_day, texts)},
                       {"until", until},
                       {"uses", NumberText(uses)},
                       {"state", StateWords(agreement.state, texts)},
                       {"colour", StateColour(agreement.state)}});
}

base::Result<AgreementRegisterPages::Found> AgreementRegisterPages::Look(const Wish& wish) {
  Found found;
  if (wish.finds_nothing) return found;
  found.page = TRY(desk_.agreements().List(std::nullopt, wish.query));
  found.count = TRY(desk_.agreements().Count(wish.query));
  if (wish.query.state && *wish.query.state != AgreementState::kActive) return found;
  agreements::AgreementQuery active = wish.query;
  active.state = AgreementState::kActive;
  found.in_force = TRY(desk_.agreements().Count(active));
  return found;
}

AgreementRegisterPages::Handled AgreementRegisterPages::ShowRegister(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const auto organisations = TRY(desk_.directory().ListOrganisations());
  const Wish wish = WishOf(request, organisations, desk_.law());
  const std::uint64_t all = TRY(desk_.agreements().Count({}));
  const Found found = TRY(Look(wish));
  Json::Items rows;
  for (const Agreement& each : found.page.agreements) rows.push_back(TRY(RowJson(each)));
  const std::string filters = wish.Filters();
  const std::string next =
      filters + (filters.empty() ? "" : "&") + "cursor=" + EncodeForQuery(found.page.next_cursor);
  const auto with_filters = [&](std::string_view path) {
    return std::string(path) + (filters.empty() ? "" : "?" + filters);
  };
  Page page{"agreement_register", texts.Get("register.title")};
  page.section = Section::kAgreements;
  page.view = {
      {"gives_options", OrganisationOptions(organisations, wish.gives)},
      {"receives_options", OrganisationOptions(organisations, wish.receives)},
      {"law_options", LawOptions(desk_.law(), wish.law)},
      {"state_options", StateOptions(texts, wish.state)},
      {"has_filter", wish.HasFilter()},
      {"count_words", CountWords(found.count, found.in_force, all, wish.HasFilter(), texts)},
      {"csv_url", with_filters("/agreements.csv")},
      {"json_url", with_filters("/agreements.json")},
      {"has_agreements", !rows.empty()},
      {"agreements", Json::Array(std::move(rows))},
      {"first_url", wish.query.cursor.empty() ? Json() : Json(with_filters("/agreements"))},
      {"next_url", found.page.next_cursor.empty() ? Json() : Json("/agreements?" + next)}};
  return desk_.Show(page, visitor);
}

AgreementRegisterPages::Handled AgreementRegisterPages::Export(const http::Request& request,
                                                               bool is_csv) {
  const auto organisations = TRY(desk_.directory().ListOrganisations());
  Wish wish = WishOf(request, organisations, desk_.law());
  wish.query.cursor.clear();
  const auto file =
      std::make_shared<RegisterFile>(desk_, std::move(wish.query), is_csv, wish.finds_nothing);
  http::Response response =
      http::MakeResponse(200, is_csv ? "text/csv; charset=utf-8" : "application/json", {});
  AddHeader(response, "Cache-Control", "no-cache");
  AddHeader(response, "Content-Disposition",
            Format("attachment; filename=\"agreements.{}\"", is_csv ? "csv" : "json"));
  response.producer = [file](std::string& chunk) { return file->Write(chunk); };
  return response;
}

}  // namespace web
