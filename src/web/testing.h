// What the tests of pages share: the texts and the law that are built in, read once. Header only,
// for tests of this folder.
#pragma once

#include "agreements/law.h"
#include "web/embedded.h"
#include "web/texts.h"

namespace web {

inline const Texts& English() {
  static const Texts texts = Texts::Parse(TextFiles().front().bytes).value();
  return texts;
}

inline const agreements::Law& TheLaw() {
  static const agreements::Law law = agreements::ReadLaw(agreements::LawFiles()).value();
  return law;
}

}  // namespace web
