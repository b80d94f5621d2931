#include "web/start_pages.h"

#include "base/format.h"
#include "web/entry_words.h"
#include "web/words.h"

namespace web {
namespace {

using base::Json;

constexpr std::uint64_t kLatestEntries = 3;

}  // namespace

void StartPages::AddTo(std::vector<Route>& routes) {
  routes.push_back(
      {http::Method::kGet, "/",
       [this](const http::Request& request, const PathParts&) { return ShowStart(request); }});
}

base::Result<http::Response> StartPages::ShowStart(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Look(request));
  const Texts& texts = desk_.texts();
  const auto names = TRY(ReadOrganisationNames(desk_.directory()));
  const std::uint64_t size = desk_.register_log().size();
  Json::Items latest;
  for (std::uint64_t i = 0; i < std::min(size, kLatestEntries); ++i) {
    const Entry entry = TRY(ReadEntry(desk_.register_log(), size - 1 - i));
    latest.push_back(
        Json::Object({{"sentence", Json::Repaired(SentenceOf(entry, names, texts))},
                      {"date", entry.time ? DateText(*entry.time, texts) : std::string{}},
                      {"index", NumberText(entry.index)},
                      {"entry_url", base::Format("/register-log/{}", entry.index)}}));
  }
  const std::string share_url = visitor.IsSignedIn() ? "/account" : "/sign-in";
  Page page{"start", texts.Get("start.title")};
  page.fills_width = true;
  page.view = {{"share_url", share_url},
               {"organisations", NumberText(names.size())},
               {"register_entries", NumberText(size)},
               {"access_entries", NumberText(desk_.access_log().published_size())},
               {"has_latest", !latest.empty()},
               {"latest", Json::Array(std::move(latest))}};
  return desk_.Show(page, visitor);
}

}  // namespace web
