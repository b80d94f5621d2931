#include "web/field_errors.h"

#include <algorithm>

#include "base/format.h"

namespace web {

using base::ErrorCode;
using base::Json;

Json ErrorAt(const FieldErrors& errors, std::string_view field) {
  const auto found = std::ranges::find(errors, field, &FieldError::field);
  return found == errors.end() ? Json() : Json::Repaired(found->words);
}

Json SummaryOf(const FieldErrors& errors) {
  if (errors.empty()) return {};
  Json::Items items;
  for (const FieldError& error : errors) {
    items.push_back(
        Json::Object({{"url", "#" + error.field}, {"words", Json::Repaired(error.words)}}));
  }
  return Json::Object({{"errors", Json::Array(std::move(items))}});
}

std::string SentenceOf(const base::Error& error) {
  return base::Format("{}. {}", error.what, error.Remedy());
}

bool IsAboutForm(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kTooLarge ||
         code == ErrorCode::kConflict || code == ErrorCode::kForbidden ||
         code == ErrorCode::kStale || code == ErrorCode::kBusy;
}

}  // namespace web
