// An agreement as tests of views need it. For tests alone.
#pragma once

#include "agreements/agreement.h"
#include "base/simulated_world.h"

namespace web {

inline agreements::Agreement SampleAgreement() {
  base::SimulatedWorld world{1};
  const auto id = [&] { return identity::OrganisationId::Random(world.randomness()); };
  const auto day = [](std::string_view text) { return base::ParseCivilDay(text).value(); };
  return {.number = "DSA-2026-0041",
          .request = "DSR-2026-0118",
          .state = agreements::AgreementState::kActive,
          .owner = {id(), "hmrc", "HM Revenue and Customs"},
          .recipient = {id(), "ambleford", "Ambleford District Council"},
          .dataset = "paye-employments-1a2b3c",
          .dataset_title = "PAYE employments",
          .sentence = "Who employs people on the council's list.",
          .purpose = "Collect overdue council tax",
          .policy = {},
          .policy_digest = {},
          .first_day = day("2026-09-21"),
          .last_day = day("2027-09-20"),
          .review_day = day("2027-03-22"),
          .approved = {},
          .changed = {},
          .fields = {},
          .history = {},
          .is_party = true,
          .document = {},
          .verdict = {},
          .list = {},
          .salt = {}};
}

}  // namespace web
