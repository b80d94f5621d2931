// Making an extract once.
//
// The problem: many accesses may need one extract at the same moment, making it takes seconds, and
// the agreement may stop at any moment of that. Afterwards nothing of it may lie on the disk.
//
// The method: under one lock an access finds the extract, or a making of it to wait for, or enters
// a making of its own. It does the work without the lock, then takes the lock again to publish or
// to throw away. Remove takes the same lock: it unlinks what is there and marks what is being made
// as unwanted. The Permit's stop is looked at under the lock when a making is entered, and Remove
// comes after the stop; so a making either sees the stop, or is seen by Remove.
//
// Unlinking happens under the lock too, so that no file of a new making is taken for the old one's.
//
// It ends: a worker has a deadline, and an access waits for or does at most kMaxMakings.
#include "exchange/extracts.h"

#include <algorithm>
#include <functional>
#include <stop_token>

#include "agreements/policy_compiler.h"
#include "base/bytes.h"
#include "base/check.h"
#include "catalogue/catalogue.h"

namespace exchange {
namespace {

using agreements::Permit;
using agreements::PinnedVersion;
using base::ErrorCode;
using base::Fail;

constexpr std::string_view kOutputName = "extract.parquet";
constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;

std::unexpected<base::Error> Stopped() {
  return Fail(ErrorCode::kConflict, "The access was stopped", {},
              "Look at the state of the agreement.");
}

const PinnedVersion* Pinned(const Permit& permit, bool is_list) {
  const auto found = std::ranges::find_if(
      permit.versions(), [&](const PinnedVersion& each) { return each.is_list == is_list; });
  return found == permit.versions().end() ? nullptr : &*found;
}

}  // namespace

Extracts::Extracts(base::World& world, catalogue::Catalogue& catalogue, AgreementSource& agreements,
                   engine::WorkerPool& pool, ExtractSettings settings)
    : world_(world),
      catalogue_(catalogue),
      agreements_(agreements),
      pool_(pool),
      settings_(std::move(settings)),
      folder_(world, settings_.home) {}

base::Result<std::unique_ptr<Extracts>> Extracts::Open(base::World& world,
                                                       catalogue::Catalogue& catalogue,
                                                       AgreementSource& agreements,
                                                       engine::WorkerPool& pool,
                                                       ExtractSettings settings) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Extracts> extracts(
      new Extracts(world, catalogue, agreements, pool, std::move(settings)));
  auto records = TRY(extracts->folder_.Open());
  std::ranges::sort(records, {}, &ExtractRecord::made);
  const std::int64_t now_us = world.clock().MonotonicMicroseconds();
  auto state = extracts->state_.Lock();
  for (ExtractRecord& record : records) {
    const auto kept = std::make_shared<const ExtractRecord>(std::move(record));
    Supersede(*state, *kept, now_us);
    state->entries.emplace(kept->key, Entry{.record = kept, .used_us = now_us});
  }
  TRY(extracts->RemoveUnused(*state));
  return extracts;
}

// --- the plan ------------------------------------------------------------------------------------

base::Result<VersionDigests> Extracts::DigestsOf(const catalogue::DatasetId& dataset,
                                                 const PinnedVersion& pinned) {
  const VersionKey key{dataset, pinned.version};
  {
    auto state = state_.Lock();
    const auto found = state->known.find(key);
    if (found != state->known.end()) return found->second;
  }
  if (TRY(catalogue_.RecordOf(dataset)).slug != pinned.dataset) {
    return Fail(ErrorCode::kInternal, "An agreement and its access name different datasets");
  }
  const auto version = TRY(catalogue_.VersionOf(dataset, pinned.version));
  const VersionDigests digests{.data = version.summary.data_digest,
                               .schema = version.summary.schema_digest};
  auto state = state_.Lock();
  if (state->known.size() >= kMaxKnownVersions) state->known.clear();
  state->known.emplace(key, digests);  // a version never changes
  return digests;
}

base::Result<Extracts::Plan> Extracts::PlanOf(const Permit& permit) {
  Plan plan{.agreement = TRY(agreements_.PolicyOf(permit.agreement())),
            .short_name = {},
            .version = 0,
            .list_version = {},
            .key = {}};
  const AgreementPolicy& agreement = plan.agreement;
  const auto digest = agreements::PolicyDigest(agreement.policy);
  const PinnedVersion* data = Pinned(permit, false);
  const PinnedVersion* list = Pinned(permit, true);
  if (digest != permit.policy_digest() || data == nullptr) {
    return Fail(ErrorCode::kConflict, "The agreement was changed at this moment", {},
                "Try again in a moment.");
  }
  const bool has_list = agreement.policy.member_of.has_value();
  if (has_list != agreement.list.has_value() || (has_list && list == nullptr)) {
    return Fail(ErrorCode::kInternal, "An agreement and its policy differ about a list");
  }
  ExtractKeyParts parts{.agreement = permit.agreement(),
                        .policy = digest,
                        .token_key_version = agreement.token_key_version,
                        .dataset = TRY(DigestsOf(agreement.dataset, *data)),
                        .list = {}};
  plan.short_name = TRY(catalogue_.RecordOf(agreement.dataset)).short_name;
  plan.version = data->version;
  if (has_list) {
    parts.list = TRY(DigestsOf(*agreement.list, *list));
    plan.list_version = list->version;
  }
  plan.key = ExtractKey(parts);
  return plan;
}

// --- finding or making ---------------------------------------------------------------------------

std::optional<Extract> Extracts::Use(State& state, const Plan& plan) {
  const auto found = state.entries.find(plan.key);
  if (found == state.entries.end()) return std::nullopt;
  found->second.used_us = world_.clock().MonotonicMicroseconds();
  const auto& record = found->second.record;
  return Extract(record, folder_.DataPath(*record), plan.short_name);
}

base::Result<Extract> Extracts::Get(const Permit& permit) {
  Plan plan = TRY(PlanOf(permit));
  auto extract = FindOrMake(plan, permit);
  base::Wipe(plan.agreement.token_key);
  return extract;
}

base::Result<Extract> Extracts::FindOrMake(const Plan& plan, const Permit& permit) {
  for (int round = 0; round < kMaxMakings; ++round) {
    std::shared_ptr<Making> making;
    {
      auto state = state_.Lock();
      if (permit.stop().stop_requested()) return Stopped();
      if (auto found = Use(*state, plan)) return *std::move(found);
      std::shared_ptr<Making>& entered = state->makings[plan.key];
      if (entered != nullptr) {
        const auto theirs = entered;  // the map may change while we wait
        if (!state.Wait(permit.stop(), [&](const State&) { return theirs->is_over; })) {
          return Stopped();
        }
        if (theirs->error) return Fail(*theirs->error);
        continue;
      }
      entered = std::make_shared<Making>(permit.agreement());
      making = entered;
    }
    return MakeAndKeep(plan, permit, *making);
  }
  return Fail(ErrorCode::kBusy, "The extract of the agreement is being made at this moment");
}

base::Result<Extract> Extracts::MakeAndKeep(const Plan& plan, const Permit& permit,
                                            Making& making) {
  auto record = Make(plan, permit);
  base::Result<Extract> outcome = Stopped();
  {
    auto state = state_.Lock();
    const bool is_stopped = permit.stop().stop_requested();
    if (record && (making.is_unwanted || is_stopped)) {
      static_cast<void>(folder_.Remove(plan.key));
    } else if (record) {
      const std::int64_t now_us = world_.clock().MonotonicMicroseconds();
      const auto kept = std::make_shared<const ExtractRecord>(*std::move(record));
      Supersede(*state, *kept, now_us);
      state->entries.emplace(plan.key, Entry{.record = kept, .used_us = now_us});
      ++state->made;
      outcome = *Use(*state, plan);
      static_cast<void>(RemoveUnused(*state));  // what it could not remove, it tries again
    } else if (!is_stopped) {
      making.error = record.error();
      outcome = Fail(std::move(record).error());
    }
    making.is_over = true;
    state->makings.erase(plan.key);
  }
  state_.NotifyAll();
  return outcome;
}

base::Result<ExtractSource> Extracts::SourceOf(const catalogue::DatasetId& dataset,
                                               std::uint64_t version) {
  return ExtractSource{.path = TRY(catalogue_.FileOf(dataset, version)).path,
                       .schema = TRY(catalogue_.VersionOf(dataset, version)).schema};
}

base::Result<std::uint64_t> Extracts::Write(const Plan& plan, const Permit& permit,
                                            ExtractOrder& order, const std::string& folder) {
  engine::WorkerStart start;
  start.program = settings_.program;
  start.library_path = settings_.library_path;
  start.kind = kExtractWrite;
  start.profile = engine::WorkerProfile::kTrusted;
  start.readable_files = {order.dataset.path};
  if (order.list) start.readable_files.push_back(order.list->path);
  start.writable_folder = folder;
  start.limits = settings_.limits;
  start.sandbox = settings_.sandbox;
  auto loan = TRY(pool_.Start(start));
  const std::stop_callback kill(permit.stop(), [&loan] { loan.Kill(); });
  order.token_key = plan.agreement.token_key;
  std::string request = ExtractRequestText(order);
  base::Wipe(order.token_key);
  const auto reply = loan.Ask(request, settings_.deadline_ms);
  base::Wipe(request);
  return ReadWrittenExtract(TRY(reply));
}

base::Result<ExtractRecord> Extracts::Make(const Plan& plan, const Permit& permit) {
  ExtractOrder order;
  order.policy = plan.agreement.policy;
  order.dataset = TRY(SourceOf(plan.agreement.dataset, plan.version));
  if (plan.list_version) order.list = TRY(SourceOf(*plan.agreement.list, *plan.list_version));
  const auto columns =
      TRY(agreements::OutputOf(order.policy, {.dataset = &order.dataset.schema,
                                              .list = order.list ? &order.list->schema : nullptr}));
  const std::string folder = TRY(folder_.MakeTemporaryFolder());
  order.output = base::JoinPath(folder, kOutputName);
  const auto make = [&]() -> base::Result<ExtractRecord> {
    ExtractRecord record{.key = plan.key,
                         .agreement = permit.agreement(),
                         .version = plan.version,
                         .rows = TRY(Write(plan, permit, order, folder)),
                         .made = world_.clock().Now()};
    return folder_.Place(std::move(record), order.output, columns);
  };
  auto made = make();
  static_cast<void>(folder_.RemoveTemporaryFolder(folder));  // else the next start does
  return made;
}

// --- going away ----------------------------------------------------------------------------------

// Those of the same agreement that are there already, before the newest one is entered.
void Extracts::Supersede(State& state, const ExtractRecord& newest, std::int64_t now_us) {
  for (auto& [key, entry] : state.entries) {
    if (entry.record->agreement == newest.agreement && !entry.superseded_us) {
      entry.superseded_us = now_us;
    }
  }
}

base::Result<void> Extracts::Remove(std::string_view agreement) {
  base::Result<void> outcome;
  auto state = state_.Lock();
  for (const auto& [key, making] : state->makings) {
    if (making->agreement == agreement) making->is_unwanted = true;
  }
  for (auto each = state->entries.begin(); each != state->entries.end();) {
    if (each->second.record->agreement != agreement) {
      ++each;
      continue;
    }
    auto removed = RemoveFile(*each->second.record);
    if (!removed) outcome = std::move(removed);
    each = state->entries.erase(each);
  }
  return outcome;
}

// A worker that was started before the unlinking holds the file open; after it none starts.
base::Result<void> Extracts::RemoveFile(const ExtractRecord& record) {
  const std::string path = folder_.DataPath(record);
  pool_.Retire(path);
  auto removed = folder_.Remove(record.key);
  pool_.Retire(path);
  return removed;
}

base::Result<void> Extracts::RemoveUnused() {
  auto state = state_.Lock();
  return RemoveUnused(*state);
}

// Only the map holds a record that nobody uses, and copies are made under the lock alone.
base::Result<void> Extracts::RemoveUnused(State& state) {
  const std::int64_t now_us = world_.clock().MonotonicMicroseconds();
  std::vector<const Entry*> unused;
  std::vector<base::Digest> going;
  std::uint64_t bytes = 0;
  for (const auto& [key, entry] : state.entries) {
    bytes += entry.record->bytes;
    if (entry.record.use_count() > 1) continue;
    const std::int64_t idle_us =
        now_us - std::max(entry.used_us, entry.superseded_us.value_or(entry.used_us));
    if (entry.superseded_us && idle_us >= settings_.superseded_ms * kMicrosecondsPerMillisecond) {
      going.push_back(key);
      bytes -= entry.record->bytes;
    } else {
      unused.push_back(&entry);
    }
  }
  std::ranges::sort(unused, {}, &Entry::used_us);
  for (const Entry* entry : unused) {
    if (bytes <= settings_.disk_bytes) break;
    going.push_back(entry->record->key);
    bytes -= entry->record->bytes;
  }
  for (const base::Digest& key : going) {
    TRY(RemoveFile(*state.entries.at(key).record));
    state.entries.erase(key);
  }
  return {};
}

Extracts::Counts Extracts::counts() {
  auto state = state_.Lock();
  Counts counts{.extracts = state->entries.size(), .bytes = 0, .made = state->made};
  for (const auto& [key, entry] : state->entries) counts.bytes += entry.record->bytes;
  return counts;
}

}  // namespace exchange
