#include "web/multipart.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/format.h"
#include "http/message.h"
#include "web/form.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;

constexpr std::string_view kType = "multipart/form-data";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kFileField = "file";
constexpr std::size_t kMaxParts = 2;
constexpr std::size_t kMaxParameters = 4;

std::unexpected<base::Error> BadUpload(std::string what) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), {},
                    "Go back, load the page anew and send the file again.");
}

// bchars of RFC 2046 without the blank, which would have to be looked for at the end.
bool IsBoundaryCharacter(char character) {
  constexpr std::string_view kMarks = "'()+_,-./:=?";
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') || kMarks.contains(character);
}

std::string_view WithoutBlanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A parameter `name=value` or `name="value"`; a quoted value holds neither quotes nor line ends.
struct Parameter {
  std::string_view name;
  std::string_view value;
};

// Takes the next `; name=value` from the front of `rest`, which is not empty.
base::Result<Parameter> TakeParameter(std::string_view& rest) {
  if (!rest.starts_with(';')) return BadUpload("The body's parts are not marked as they should be");
  rest = WithoutBlanks(rest.substr(1));
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos || !http::IsToken(rest.substr(0, equals))) {
    return BadUpload("A parameter of a part has no name");
  }
  Parameter parameter{.name = rest.substr(0, equals), .value = {}};
  rest.remove_prefix(equals + 1);
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return BadUpload("A parameter of a part does not end");
    parameter.value = rest.substr(1, end - 1);
    rest = WithoutBlanks(rest.substr(end + 1));
  } else {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    parameter.value = WithoutBlanks(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return parameter;
}

base::Result<std::string_view> BoundaryOf(std::string_view content_type) {
  const std::size_t end = std::min(content_type.find(';'), content_type.size());
  if (!http::SameToken(WithoutBlanks(content_type.substr(0, end)), kType)) {
    return BadUpload("The body is not a form with a file");
  }
  std::string_view rest = content_type.substr(end);
  if (rest.empty()) return BadUpload("The form names no boundary");
  const Parameter parameter = TRY(TakeParameter(rest));
  const bool is_boundary = http::SameToken(parameter.name, "boundary") && rest.empty() &&
                           !parameter.value.empty() &&
                           parameter.value.size() <= kMaxBoundaryBytes &&
                           std::ranges::all_of(parameter.value, IsBoundaryCharacter);
  if (!is_boundary) return BadUpload("The form names no boundary that is one");
  return parameter.value;
}

struct Part {
  std::string_view name;
  std::optional<std::string_view> file_name;
  std::string_view bytes;
};

base::Result<void> ReadDisposition(std::string_view value, Part& part) {
  const std::size_t end = std::min(value.find(';'), value.size());
  if (!http::SameToken(WithoutBlanks(value.substr(0, end)), "form-data") || !part.name.empty()) {
    return BadUpload("A part of the form says what it is in another way than browsers do");
  }
  std::string_view rest = value.substr(end);
  for (std::size_t i = 0; i < kMaxParameters && !rest.empty(); ++i) {
    const Parameter parameter = TRY(TakeParameter(rest));
    const bool is_name = parameter.name == "name" && part.name.empty();
    const bool is_file_name = parameter.name == "filename" && !part.file_name;
    if (!is_name && !is_file_name) return BadUpload("A part of the form has a parameter too many");
    if (is_name) part.name = parameter.value;
    if (is_file_name) part.file_name = parameter.value;
  }
  if (!rest.empty() || part.name.empty()) return BadUpload("A part of the form has no name");
  return {};
}

// One part after another, from the front to the end of the body. Each step takes what it read off
// the front, so that the body is gone through once.
class PartReader {
 public:
  PartReader(std::string_view boundary, std::string_view body)
      : delimiter_(std::string(kLineEnd) + "--" + std::string(boundary)), rest_(body) {}

  // To be called first: the body begins with the boundary.
  base::Result<void> Begin() {
    const std::string_view opening = std::string_view(delimiter_).substr(kLineEnd.size());
    if (!rest_.starts_with(opening)) return BadUpload("The form does not begin as it should");
    rest_.remove_prefix(opening.size());
    return EndBoundary();
  }

  [[nodiscard]] bool AtEnd() const { return at_end_; }

  base::Result<Part> Next() {
    Part part;
    TRY(ReadHeaders(part));
    const std::size_t end = rest_.find(delimiter_);
    if (end == std::string_view::npos) return BadUpload("The form breaks off");
    part.bytes = rest_.substr(0, end);
    rest_.remove_prefix(end + delimiter_.size());
    TRY(EndBoundary());
    return part;
  }

 private:
  // What stands behind a boundary: a line end and another part, or the end.
  base::Result<void> EndBoundary() {
    if (rest_.starts_with(kLineEnd)) {
      rest_.remove_prefix(kLineEnd.size());
      return {};
    }
    at_end_ = rest_ == "--" || rest_ == "--\r\n";
    if (!at_end_) return BadUpload("Something stands behind a boundary of the form");
    return {};
  }

  base::Result<void> ReadHeaders(Part& part) {
    for (std::size_t i = 0; i <= kMaxPartHeaderLines; ++i) {
      const std::size_t end = rest_.substr(0, kMaxPartHeaderBytes + kLineEnd.size()).find(kLineEnd);
      if (end == std::string_view::npos) return BadUpload("A line in the form is too long");
      const std::string_view line = rest_.substr(0, end);
      rest_.remove_prefix(end + kLineEnd.size());
      if (line.empty()) return part.name.empty() ? NoName() : base::Result<void>{};
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || !http::IsToken(line.substr(0, colon))) {
        return BadUpload("A line in the form is no header");
      }
      const std::string_view name = line.substr(0, colon);
      if (http::SameToken(name, "Content-Transfer-Encoding")) {
        return BadUpload("A part of the form is encoded");
      }
      if (!http::SameToken(name, "Content-Disposition")) continue;
      TRY(ReadDisposition(line.substr(colon + 1), part));
    }
    return BadUpload("A part of the form has too many headers");
  }

  static base::Result<void> NoName() { return BadUpload("A part of the form has no name"); }

  const std::string delimiter_;
  std::string_view rest_;
  bool at_end_ = false;
};

}  // namespace

base::Result<Upload> ParseUpload(std::string_view content_type, std::string_view body) {
  if (body.size() > kMaxUploadFormBytes) {
    return base::Fail(ErrorCode::kTooLarge, "The file is larger than this page takes", {},
                      base::Format("Send at most {} here, or send it through the API.",
                                   BytesText(kMaxUploadFormBytes)));
  }
  PartReader reader(TRY(BoundaryOf(content_type)), body);
  TRY(reader.Begin());
  std::optional<std::string_view> token;
  std::optional<Part> file;
  for (std::size_t i = 0; i < kMaxParts && !reader.AtEnd(); ++i) {
    const Part part = TRY(reader.Next());
    const bool is_token = part.name == kFormTokenField && !part.file_name && !token;
    const bool is_file = part.name == kFileField && part.file_name && !file;
    if (!is_token && !is_file)
      return BadUpload("The form has another field than a token and a file");
    if (is_token && part.bytes.size() > kMaxTokenBytes) return BadUpload("The token is too long");
    if (is_token) token = part.bytes;
    if (is_file) file = part;
  }
  if (!reader.AtEnd() || !token || !file) {
    return BadUpload("The form has not one token and one file");
  }
  return Upload{*token, file->bytes, !file->file_name->empty()};
}

}  // namespace web
