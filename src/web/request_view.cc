#include "web/request_view.h"

#include <vector>

#include "base/format.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::Document;
using agreements::Law;
using agreements::Proposal;
using agreements::RequestDocument;
using agreements::RequestState;
using base::Format;
using base::Json;

std::string OrUnsaid(const std::string& text, const Texts& texts) {
  return text.empty() ? texts.Get("request.unsaid") : ShownText(text);
}

Json RowJson(std::string_view key, const std::vector<std::string>& lines, const Json& soft,
             const Texts& texts) {
  Json::Items shown;
  for (const std::string& line : lines) {
    if (!line.empty()) shown.push_back(Json::Repaired(line));
  }
  if (shown.empty()) shown.emplace_back(texts.Get("request.unsaid"));
  return Json::Object(
      {{"key", texts.Get(key)}, {"lines", Json::Array(std::move(shown))}, {"soft", soft}});
}

std::vector<std::string> WhatLines(const RequestDocument& document, const RequestSources& sources,
                                   const Texts& texts) {
  if (!document.policy) return {};
  std::vector<std::string> lines = {texts.Get(
      "request.what", {{"columns", ColumnCountWords(*document.policy, sources.policy, texts)},
                       {"rows", RowCountWords(*document.policy, texts)}})};
  for (std::string& each : RowSentences(*document.policy, sources.policy, texts)) {
    lines.push_back(std::move(each));
  }
  return lines;
}

std::vector<std::string> LawLines(const Proposal& proposal, const Law& law, const Texts& texts) {
  std::vector<std::string> lines;
  if (!proposal.power.empty()) lines.push_back(PowerWords(proposal.power, law));
  if (!proposal.asker.basis.empty()) {
    lines.push_back(texts.Get("request.basis", {{"basis", BasisWords(proposal.asker.basis, law)}}));
  }
  return lines;
}

std::vector<std::string> HowLines(const RequestDocument& document, const Texts& texts) {
  std::vector<std::string> lines;
  if (document.policy) lines.push_back(DoorWords(*document.policy, texts));
  if (document.proposal.onward.empty()) lines.push_back(texts.Get("request.no_onward"));
  for (const auto& step : document.proposal.onward) {
    lines.push_back(texts.Get("request.onward", {{"to", ShownText(step.to)}}));
  }
  return lines;
}

}  // namespace

std::string PowerWords(std::string_view power, const Law& law) {
  const auto* found = agreements::Find(law.powers, power);
  return found == nullptr ? std::string(power) : found->title;
}

std::string BasisWords(std::string_view basis, const Law& law) {
  const auto* found = agreements::Find(law.bases, basis);
  return found == nullptr ? std::string(basis) : Format("{}, {}", found->title, found->citation);
}

std::string DocumentWords(const Document& document, const Law& law, const Texts& texts) {
  const auto* kind = agreements::Find(law.documents, document.kind);
  const std::string date =
      document.date ? DayText(*document.date, texts) : texts.Get("request.no_date");
  return texts.Get("request.document", {{"title", ShownText(document.title)},
                                        {"kind", kind == nullptr ? document.kind : kind->title},
                                        {"date", date},
                                        {"holder", OrUnsaid(document.held_by, texts)}});
}

std::string TimeWords(const Proposal& proposal, const Texts& texts) {
  if (!proposal.start || !proposal.end) return texts.Get("request.unsaid");
  std::string words = texts.Get("request.time", {{"start", DayText(*proposal.start, texts)},
                                                 {"end", DayText(*proposal.end, texts)}});
  if (proposal.review) {
    words += texts.Get("request.review", {{"day", DayText(*proposal.review, texts)}});
  }
  return words;
}

std::string RecipientWords(const RequestDocument& document, const Texts& texts) {
  const std::size_t people = document.policy ? document.policy->recipients.size() : 0;
  if (people == 0) return texts.Get("request.unsaid");
  const std::string named = texts.Get(people == 1 ? "request.people.one" : "request.people.many",
                                      {{"count", NumberText(people)}});
  const std::size_t others = document.proposal.recipients.size();
  if (others == 0) return texts.Get("request.no_other", {{"people", named}});
  return texts.Get(others == 1 ? "request.other.one" : "request.other.many",
                   {{"people", named}, {"count", NumberText(others)}});
}

Json RequestRowsJson(const RequestDocument& document, const RequestSources& sources,
                     const Texts& texts) {
  const Proposal& proposal = document.proposal;
  const Law& law = *sources.law;
  std::vector<std::string> documents;
  for (const Document& each : proposal.documents) {
    documents.push_back(DocumentWords(each, law, texts));
  }
  const Json declared = documents.empty() ? Json() : Json(texts.Get("request.declared"));
  std::vector<std::string> times = {TimeWords(proposal, texts)};
  if (!proposal.deletion.empty()) {
    times.push_back(texts.Get("request.deletion", {{"words", ShownText(proposal.deletion)}}));
  }
  return Json::Array(
      {RowJson("request.row.gives", {ShownText(sources.owner_name)}, {}, texts),
       RowJson("request.row.who",
               {texts.Get("request.who", {{"body", ShownText(sources.asker_name)},
                                          {"people", RecipientWords(document, texts)}})},
               {}, texts),
       RowJson("request.row.why",
               {proposal.purpose.empty() ? std::string{} : ShownText(proposal.purpose)}, {}, texts),
       RowJson("request.row.what", WhatLines(document, sources, texts), {}, texts),
       RowJson("request.row.law", LawLines(proposal, law, texts), {}, texts),
       RowJson("request.row.how", HowLines(document, texts), {}, texts),
       RowJson("request.row.when", times, {}, texts),
       RowJson("request.row.documents", documents, declared, texts)});
}

std::string StateWords(RequestState state, const Texts& texts) {
  return texts.Get(Format("request.state.{}", agreements::CodeOf(state).view()));
}

std::string_view StateColour(RequestState state) {
  switch (state) {
    case RequestState::kSubmitted:
      return "govuk-tag--blue";
    case RequestState::kInReview:
      return "govuk-tag--teal";
    case RequestState::kReturned:
      return "govuk-tag--yellow";
    case RequestState::kAccepted:
      return "govuk-tag--green";
    case RequestState::kRejected:
      return "govuk-tag--red";
    case RequestState::kDraft:
    case RequestState::kCancelled:
      break;
  }
  return "govuk-tag--grey";
}

}  // namespace web
