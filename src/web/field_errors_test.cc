#include "web/field_errors.h"

#include <doctest/doctest.h>

#include "web/json_view.h"

namespace web {

TEST_CASE("an error stands at its field and in the summary, and nowhere else") {
  const FieldErrors errors = {{"act", "Choose what you want to do"}, {"code", "Choose a reason"}};
  REQUIRE(ErrorAt(errors, "code") == base::Json("Choose a reason"));
  REQUIRE(ErrorAt(errors, "text") == base::Json());
  const base::Json summary = SummaryOf(errors);
  const auto& listed = ItemsOf(summary, "errors");
  REQUIRE(listed.size() == 2);
  REQUIRE(TextOf(listed[0], "url") == "#act");
  REQUIRE(TextOf(listed[1], "words") == "Choose a reason");
  REQUIRE(SummaryOf({}) == base::Json());
}

TEST_CASE("a form shows what its sender can mend, and nothing of a disk that fails") {
  using base::ErrorCode;
  for (const ErrorCode code : {ErrorCode::kInvalid, ErrorCode::kConflict, ErrorCode::kStale}) {
    REQUIRE(IsAboutForm(code));
  }
  for (const ErrorCode code :
       {ErrorCode::kUnavailable, ErrorCode::kDamaged, ErrorCode::kNotFound}) {
    REQUIRE_FALSE(IsAboutForm(code));
  }
  const base::Error error{ErrorCode::kConflict, "It has changed", "number", "Look again."};
  REQUIRE(SentenceOf(error) == "It has changed. Look again.");
}

}  // namespace web
