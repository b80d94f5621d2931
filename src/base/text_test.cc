#include "base/text.h"

#include <doctest/doctest.h>

using base::FoldCase;
using base::Normalise;

TEST_CASE("one normal form for what looks the same") {
  REQUIRE(Normalise("e\u0301") == "\u00e9");
  REQUIRE(Normalise("\u212b") == "\u00c5");  // the sign for Angstrom is the letter
  REQUIRE(Normalise("plain") == "plain");
  REQUIRE(Normalise("") == "");
}

TEST_CASE("folding makes cases equal") {
  REQUIRE(FoldCase("Account_Ref") == FoldCase("ACCOUNT_REF"));
  REQUIRE(FoldCase("STRASSE") == FoldCase("Stra\u00dfe"));
  REQUIRE(FoldCase("E\u0301") == FoldCase("\u00e9"));
  REQUIRE(FoldCase("\u0130") != FoldCase("i"));  // no Turkish rules
  REQUIRE(FoldCase("a") != FoldCase("b"));
}

TEST_CASE("bytes that are no UTF-8 become the replacement character") {
  REQUIRE(Normalise("a\xff"
                    "b") ==
          "a\ufffd"
          "b");
  REQUIRE(FoldCase("\xc3") == "\ufffd");
}

TEST_CASE("texts that differ in case or accents alone fold to one form") {
  REQUIRE(base::FoldAccents("T\u0177 Gwyn") == "ty gwyn");
  REQUIRE(base::FoldAccents("TY\u0302 GWYN") == "ty gwyn");
  REQUIRE(base::FoldAccents("\u00c9cole") == base::FoldAccents("ecole"));
  REQUIRE(base::FoldAccents("stra\u00dfe") == "strasse");
  REQUIRE(base::FoldAccents("\U0001d11e") == "\U0001d11e");
  REQUIRE(base::FoldAccents("a\xff") == "a\ufffd");
  REQUIRE(base::FoldAccents("").empty());
}
