// The one upload that the pages take: a body of multipart/form-data with a form token and a file.
//
// It is read strictly, with limits (docs/formats/pages.md, Uploads): RFC 7578 and RFC 2046 5.1
// without preamble, epilogue, padding behind boundaries and transfer encodings. The views point
// into the body. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace web {

inline constexpr std::uint64_t kMaxUploadFormBytes = 512'000'000;
inline constexpr std::size_t kMaxBoundaryBytes = 70;
inline constexpr std::size_t kMaxPartHeaderLines = 8;
inline constexpr std::size_t kMaxPartHeaderBytes = 1'024;  // of one line
inline constexpr std::size_t kMaxTokenBytes = 256;

struct Upload {
  std::string_view form_token;
  std::string_view bytes;  // of the file
  bool is_named = false;   // browsers send a part without a name when no file was chosen
};

// kInvalid for another type of body and for whatever breaks the form above; kTooLarge beyond a
// limit. Takes time linear in the body.
base::Result<Upload> ParseUpload(std::string_view content_type, std::string_view body);

}  // namespace web
