// Forms: what a browser sent, and what a page asks for.
//
// A Form is read from a body of application/x-www-form-urlencoded (WHATWG URL Standard, 5.1) with
// limits. A FormView is turned into the view of the template `form`; errors stand at their fields
// and in the summary above (GOV.UK error summary). Values; one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "http/message.h"
#include "web/texts.h"

namespace web {

inline constexpr std::size_t kMaxFormBytes = 64U << 10U;
inline constexpr std::size_t kMaxFormFields = 100;
inline constexpr const char* kFormTokenField = "form_token";

// How large a form may be.
struct FormLimits {
  std::size_t max_bytes = kMaxFormBytes;
  std::size_t max_fields = kMaxFormFields;
};

class Form {
 public:
  // kInvalid for another type of body, a broken encoding or text that is not UTF-8; kTooLarge
  // beyond the limits.
  static base::Result<Form> Parse(const http::Request& request, const FormLimits& limits = {});

  // The first field of this name as it came; empty when there is none.
  [[nodiscard]] std::string_view Raw(std::string_view name) const;
  // The same without the blanks around it.
  [[nodiscard]] std::string Text(std::string_view name) const;
  // The values of all fields of this name.
  [[nodiscard]] std::vector<std::string_view> All(std::string_view name) const;
  // All fields, in the order in which they came.
  [[nodiscard]] const std::vector<http::QueryParameter>& fields() const { return fields_; }

 private:
  std::vector<http::QueryParameter> fields_;
};

struct Choice {
  std::string value;
  std::string words;
  std::string hint = {};
  bool is_chosen = false;
};

struct Field {
  enum class Kind : unsigned char {
    kText,
    kEmail,
    kPassword,
    kSelect,
    kRadios,
    kCheckboxes,
    kTextArea
  };

  Kind kind = Kind::kText;
  std::string name;
  std::string label;
  std::string hint = {};
  std::string value = {};
  std::string autocomplete = "off";
  std::vector<Choice> choices = {};
  std::string error = {};
};

struct FormView {
  std::string action_url;
  std::string form_token;
  std::string submit;  // the words of the button
  std::vector<Field> fields = {};
  std::string revision = {};  // of what is changed, sent along; empty: none
  bool is_warning = false;    // the button stops or takes away
  bool is_secondary = false;  // not the main act of the page

  [[nodiscard]] bool HasErrors() const;
  // Puts the error at the field that it names, or at the first.
  void SetError(std::string_view field, std::string text);
};

// What the template `form` needs.
base::Json FormJson(const FormView& form);
// What `error_summary` needs: null when there are none, so that no box is shown.
base::Json ErrorSummaryJson(const FormView& form);

}  // namespace web
