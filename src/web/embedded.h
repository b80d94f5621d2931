// The files of the pages that were put into the program when it was built; see embed() in
// CMakeLists.txt. Sorted by name; they live as long as the program.
#pragma once

#include <span>

#include "base/embedded_file.h"

namespace web {

std::span<const base::EmbeddedFile> TemplateFiles();   // web/templates
std::span<const base::EmbeddedFile> TextFiles();       // web/texts
std::span<const base::EmbeddedFile> StyleFiles();      // web/styles
std::span<const base::EmbeddedFile> FrameworkFiles();  // govuk-frontend
std::span<const base::EmbeddedFile> ClientFiles();     // clients/verify.py

}  // namespace web
