// The document of a request (docs/formats/request.md) as rows of a summary list: who, why, what,
// law, how, when and documents. Pages 04, 07 and 16 show the same words.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "agreements/law.h"
#include "agreements/request_document.h"
#include "agreements/states.h"
#include "base/json.h"
#include "web/policy_words.h"
#include "web/texts.h"

namespace web {

// What stands beside the document.
struct RequestSources {
  const agreements::Law* law = nullptr;  // never null
  std::string asker_name;
  std::string owner_name;
  PolicySources policy;  // for its columns and rows
};

// "Digital Economy Act 2017, section 48"; the id itself where the law has none of it. Empty of
// none.
std::string PowerWords(std::string_view power, const agreements::Law& law);
// "public task, UK GDPR, Article 6(1)(e)"
std::string BasisWords(std::string_view basis, const agreements::Law& law);
// "“Earnings data”, a kind of document, 1 September 2026, held by the IT service"
std::string DocumentWords(const agreements::Document& document, const agreements::Law& law,
                          const Texts& texts);
// "21 September 2026 to 20 September 2027. Review on 22 March 2027. Kept: …"; "not said yet".
std::string TimeWords(const agreements::Proposal& proposal, const Texts& texts);
// "3 named people or machines, no other organisation"
std::string RecipientWords(const agreements::RequestDocument& document, const Texts& texts);

// The rows of the template `summary_list`, as its member `summary_rows`: each `key`, `lines`, and
// `soft`, a remark in smaller words or null. What is not said yet is said to be so.
base::Json RequestRowsJson(const agreements::RequestDocument& document,
                           const RequestSources& sources, const Texts& texts);

// "Draft", "In review", and the colour of its tag ("govuk-tag--grey").
std::string StateWords(agreements::RequestState state, const Texts& texts);
std::string_view StateColour(agreements::RequestState state);

}  // namespace web
