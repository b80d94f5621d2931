// No bytes may crash the reading of an upload, and what is accepted lies in the body, within its
// limits, and holds no boundary.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "web/multipart.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool LiesIn(std::string_view body, std::string_view part) {
  return part.data() >= body.data() && part.data() + part.size() <= body.data() + body.size();
}

}  // namespace

// The first line of an input is the Content-Type, the rest the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view body = input.substr(line + 1);
  const auto upload = web::ParseUpload(input.substr(0, line), body);
  if (!upload) return 0;
  Require(LiesIn(body, upload->form_token) && LiesIn(body, upload->bytes));
  Require(upload->form_token.size() <= web::kMaxTokenBytes);
  // A file that holds the boundary at the start of a line would have ended there.
  const std::string_view boundary = body.substr(2, body.find("\r\n") - 2);
  Require(upload->bytes.find(std::string("\r\n--").append(boundary)) == std::string_view::npos);
  return 0;
}
