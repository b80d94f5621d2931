#include "web/entry_words.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "web/embedded.h"

namespace web {
namespace {

std::string Sentence(std::string leaf) {
  static const Texts texts = Texts::Parse(TextFiles().front().bytes).value();
  return SentenceOf(EntryOf(7, std::move(leaf)), {{"ambleford-1a2b3c", "Ambleford <Council>"}},
                    texts);
}

}  // namespace

TEST_CASE("each kind of leaf is a sentence with names in place of slugs") {
  REQUIRE(Sentence(R"({"kind":"organisation.created","organisation":"ambleford-1a2b3c"})") ==
          "Ambleford <Council> joined");
  REQUIRE(Sentence(R"({"kind":"role.granted","organisation":"ambleford-1a2b3c",)"
                   R"("role":"approver","subject":"person"})") ==
          "The role “Approver” at Ambleford <Council> was given to a person");
  REQUIRE(Sentence(R"({"kind":"role.withdrawn","organisation":"platform",)"
                   R"("role":"auditor","subject":"machine"})") ==
          "The role “Auditor” at the platform was taken from a machine");
  REQUIRE(Sentence(R"({"kind":"person.disabled","organisation":"gone-1"})") ==
          "An account of a person of gone-1 was closed");
  REQUIRE(Sentence(R"({"kind":"key.created","first_size":12})") ==
          "A key was made that signs this log from size 12 on");
  REQUIRE(Sentence(R"({"kind":"dataset.published","organisation":"gone-1","dataset":"paye-1",)"
                   R"("version":2,"rows":9})") ==
          "gone-1 published version 2 of the dataset paye-1");
  REQUIRE(Sentence(R"({"kind":"private-dataset.published","organisation":"gone-1"})") ==
          "gone-1 published a version of a private dataset");
}

TEST_CASE("leaves of requests and agreements are sentences by what happened") {
  const std::string bodies = R"("owner":"gone-1","recipient":"ambleford-1a2b3c")";
  REQUIRE(Sentence(R"({"kind":"request.rejected","request":"DSR-2026-0001",)" + bodies + "}") ==
          "gone-1 rejected request DSR-2026-0001 of Ambleford <Council>");
  REQUIRE(Sentence(R"({"kind":"agreement.approved","agreement":"DSA-2026-0001",)" + bodies + "}") ==
          "gone-1 approved agreement DSA-2026-0001, which gives data to Ambleford <Council>");
  REQUIRE(Sentence(R"({"kind":"agreement.countersigned","agreement":"DSA-2026-0001"})") ==
          "The recipient signed agreement DSA-2026-0001");
  const auto changed = [](std::string_view event) {
    return Sentence(base::Format(
        R"({{"kind":"agreement.changed","agreement":"DSA-2026-0001","event":"{}"}})", event));
  };
  REQUIRE(changed("suspend") == "Agreement DSA-2026-0001 was paused");
  REQUIRE(changed("revoke") == "The owner stopped agreement DSA-2026-0001");
  REQUIRE(changed("unheard-of") == "Agreement DSA-2026-0001 was changed");
  for (const char* event : {"decline", "lapse", "resume", "close", "expire"}) {
    REQUIRE(changed(event) != changed("unheard-of"));
  }
  REQUIRE(Sentence(R"({"kind":"text.removed"})") == "A text that stood beside the log was removed");
}

TEST_CASE("a kind of a later release, and bytes that are no leaf, are named as they are") {
  REQUIRE(Sentence(R"({"kind":"bridge.built"})") == "An entry of the kind bridge.built");
  REQUIRE(Sentence("no json") == "An entry of the kind ");
  REQUIRE(Sentence(R"({"kind":3})") == "An entry of the kind 3");
  REQUIRE(Sentence(R"({"kind":"role.granted","subject":"ghost"})") ==
          "An entry of the kind role.granted");
}

TEST_CASE("a leaf's time and kind are read, and its bytes kept") {
  const Entry entry = EntryOf(7, R"({"kind":"role.granted","time":"2026-11-24T10:00:00Z"})");
  REQUIRE(entry.index == 7);
  REQUIRE(entry.time == base::ParseInstant("2026-11-24T10:00:00Z"));
  REQUIRE(IsAdministrative(entry));
  REQUIRE_FALSE(IsAdministrative(EntryOf(0, R"({"kind":"home.created"})")));
  REQUIRE_FALSE(EntryOf(0, R"({"time":"yesterday"})").time.has_value());
}

}  // namespace web
