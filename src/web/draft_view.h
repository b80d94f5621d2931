// The view of the page that checks a draft: what every row said, and the controls with what is
// chosen. docs/formats/draft.md says what a report holds; what it says of a column that is not
// public is form, row and length alone.
//
// Pure; any thread.
#pragma once

#include <vector>

#include "base/json.h"
#include "catalogue/dataset.h"
#include "web/draft_choices.h"
#include "web/texts.h"

namespace web {

// The members that the template `publish_check` needs of the draft and the choices.
base::Json::Members DraftView(const catalogue::Draft& draft, const DraftChoices& choices,
                              const std::vector<ChoiceError>& errors, const Texts& texts);

// What every row said about a column: sentences, those that need a look apart.
struct ColumnFindings {
  std::vector<std::string> look;
  std::string said;
};
ColumnFindings FindingsOf(const base::Json& column_report, const Texts& texts);

}  // namespace web
