#include "identity/directory.h"

#include <algorithm>

#include "base/format.h"
#include "base/slug.h"
#include "identity/internal/authority.h"
#include "identity/secrets.h"
#include "identity/visibility.h"
#include "storage/sessions.h"

namespace identity {
namespace {

using base::ErrorCode;
using storage::GrantRepository;
using storage::LinkRepository;
using storage::OrganisationRepository;
using storage::OrganisationRow;
using storage::SessionRepository;
using storage::SubjectRepository;
using storage::SubjectRow;
using storage::Transaction;

constexpr std::int64_t kMicrosecondsPerHour = 3'600 * base::kMicrosecondsPerSecond;
constexpr std::size_t kSlugPieceDigits = 6;

base::Instant LinkEnd(base::Instant now) {
  return {now.microseconds + kLinkHours * kMicrosecondsPerHour};
}

bool IsCodeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

base::Result<void> CheckKind(std::string_view kind) {
  if (kind.empty() || kind.size() > kMaxKindBytes || !std::ranges::all_of(kind, IsCodeCharacter)) {
    return base::Fail(ErrorCode::kInvalid, "The kind of an organisation is no code", "kind",
                      base::Format("Use a-z, 0-9, '.' and '-', at most {}.", kMaxKindBytes));
  }
  return {};
}

base::Result<void> CheckProperties(const NewOrganisation& organisation) {
  const auto is_area_character = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (organisation.country.size() > kMaxKindBytes ||
      !std::ranges::all_of(organisation.country, IsCodeCharacter)) {
    return base::Fail(ErrorCode::kInvalid, "The country is no code", "country",
                      "Use a word such as england.");
  }
  if (organisation.area_code.size() > kMaxKindBytes ||
      !std::ranges::all_of(organisation.area_code, is_area_character)) {
    return base::Fail(ErrorCode::kInvalid, "The area code is no code", "area_code",
                      "Use a code of the Office for National Statistics such as E07000999.");
  }
  return {};
}

base::Result<SubjectRow> PersonRow(base::World& world, const OrganisationId& at,
                                   const NewPerson& person) {
  TRY(internal::CheckName(person.name));
  auto email = NormaliseEmail(person.email);
  if (!email) {
    return base::Fail(ErrorCode::kInvalid, "This is no e-mail address that can be used", "email");
  }
  return SubjectRow{SubjectId::Random(world.randomness()),
                    storage::SubjectKind::kPerson,
                    at,
                    person.name,
                    false,
                    std::move(*email)};
}

// The one that `find` gives for an OrganisationRepository, once it is on record.
template <typename Find>
base::Result<Organisation> RecordedOrganisation(storage::Store& store, const Find& find) {
  std::optional<Organisation> found;
  TRY(store.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(find(OrganisationRepository(transaction)));
    if (!row || !row->is_recorded) return Absent();
    found = internal::OrganisationOf(*row);
    return {};
  }));
  return std::move(*found);
}

}  // namespace

base::Result<std::unique_ptr<Directory>> Directory::Open(base::World& world, storage::Store& store,
                                                         Recorder& recorder,
                                                         DirectorySettings settings) {
  if (settings.failure_key.size() < kMinFailureKeyBytes) {
    return base::Fail(ErrorCode::kInvalid, "The key of the table of failures is too short");
  }
  auto passwords = TRY(Passwords::Open(world, settings.password_cost));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Directory>(
      // tidy: allow raw-memory because the constructor is private
      new Directory(world, store, recorder, std::move(settings), std::move(passwords)));
}

// `actor` is null for the founding alone.
base::Result<OrganisationRow> Directory::RecordOrganisation(const NewOrganisation& organisation,
                                                            const Principal* actor,
                                                            const Along& along) {
  TRY(internal::CheckName(organisation.name));
  TRY(CheckKind(organisation.kind));
  TRY(CheckProperties(organisation));
  const auto id = OrganisationId::Random(world_.randomness());
  OrganisationRow row{id,
                      base::SlugOf(organisation.name, id.Text().substr(0, kSlugPieceDigits)),
                      organisation.name,
                      organisation.kind,
                      world_.clock().Now(),
                      0,
                      false,
                      organisation.country,
                      organisation.area_code};
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    if (actor != nullptr && !TRY(internal::Refresh(transaction, *actor)).AdministersPlatform()) {
      return base::Fail(ErrorCode::kForbidden,
                        "Organisations are made by administrators of the platform");
    }
    row.created_outbox = TRY(internal::NextOutboxId(transaction));
    TRY(OrganisationRepository(transaction).Add(row));
    return WriteAlong(along, transaction, id.Text());
  };
  TRY(recorder_.Record(change, Event{EventKind::kOrganisationCreated, row.slug, {}, {}}));
  return row;
}

base::Result<void> Directory::AddPerson(Transaction& transaction, const SubjectRow& row,
                                        const base::Digest& link_hash) {
  SubjectRepository subjects(transaction);
  if (TRY(subjects.FindByEmail(row.email))) {
    return base::Fail(ErrorCode::kConflict, "This e-mail address cannot be used here", "email",
                      "Use another address; one address has one account.");
  }
  TRY(subjects.Add(row));
  return LinkRepository(transaction)
      .Add({link_hash,
            row.id,
            storage::LinkPurpose::kFirstPassword,
            LinkEnd(world_.clock().Now()),
            {}});
}

// Two leaves, so two commits: the organisation, then its first person together with the role. If
// the machine stops in between, `init` has made no home yet and begins anew.
base::Result<Founding> Directory::Found(const NewOrganisation& organisation,
                                        const NewPerson& person) {
  const auto is_free = [](Transaction& transaction) -> base::Result<void> {
    for (const auto& row : TRY(GrantRepository(transaction).ListAt(std::nullopt, kMaxListedRows))) {
      if (row.standing == storage::Standing::kWithdrawn) continue;
      return base::Fail(ErrorCode::kConflict, "The platform has an administrator already");
    }
    return {};
  };
  TRY(store_.Read(is_free));
  const OrganisationRow home = TRY(RecordOrganisation(organisation, nullptr, {}));
  const SubjectRow row = TRY(PersonRow(world_, home.id, person));
  const Secret link = NewSecret(world_.randomness());
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    TRY(is_free(transaction));
    TRY(AddPerson(transaction, row, link.hash));
    return GrantRepository(transaction)
        .Add({GrantId::Random(world_.randomness()),
              row.id,
              std::nullopt,
              std::string(RowOf(Role::kAdministrator).code.view()),
              TRY(internal::NextOutboxId(transaction)),
              storage::Standing::kPending,
              {}});
  };
  TRY(recorder_.Record(change, Event{EventKind::kRoleGranted, kPlatformSlug, Role::kAdministrator,
                                     SubjectKind::kPerson}));
  return Founding{home.id, {row.id, link.text}};
}

base::Result<OrganisationId> Directory::CreateOrganisation(const Principal& actor,
                                                           const NewOrganisation& organisation,
                                                           const Along& along) {
  return TRY(RecordOrganisation(organisation, &actor, along)).id;
}

namespace {

// The organisation, when it is on record and its accounts are the actor's to change.
base::Result<void> RequireAdministered(Transaction& transaction, const Principal& actor,
                                       const OrganisationId& at) {
  const Principal now = TRY(internal::Refresh(transaction, actor));
  const auto organisation = TRY(OrganisationRepository(transaction).Find(at));
  if (!organisation) return Absent();
  if (!now.Administers(at)) {
    return base::Fail(ErrorCode::kForbidden,
                      "Accounts of an organisation are made by its administrators");
  }
  if (!organisation->is_recorded) {
    return base::Fail(ErrorCode::kConflict, "The organisation is not on record yet", {},
                      "Try again in a moment.");
  }
  return {};
}

}  // namespace

base::Result<CreatedPerson> Directory::CreatePerson(const Principal& actor,
                                                    const OrganisationId& at,
                                                    const NewPerson& person, const Along& along) {
  const SubjectRow row = TRY(PersonRow(world_, at, person));
  const Secret link = NewSecret(world_.randomness());
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    TRY(RequireAdministered(transaction, actor, at));
    TRY(AddPerson(transaction, row, link.hash));
    return WriteAlong(along, transaction, row.id.Text());
  }));
  return CreatedPerson{row.id, link.text};
}

base::Result<SubjectId> Directory::CreateMachine(const Principal& actor, const OrganisationId& at,
                                                 std::string_view name, const Along& along) {
  TRY(internal::CheckName(name));
  const SubjectRow row{SubjectId::Random(world_.randomness()),
                       storage::SubjectKind::kMachine,
                       at,
                       std::string(name),
                       false,
                       {}};
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    TRY(RequireAdministered(transaction, actor, at));
    TRY(SubjectRepository(transaction).Add(row));
    return WriteAlong(along, transaction, row.id.Text());
  }));
  return row.id;
}

base::Result<std::string> Directory::CreateLink(const Principal& actor, const SubjectId& person,
                                                const Along& along) {
  const Secret link = NewSecret(world_.randomness());
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    const SubjectRow row = TRY(internal::AdministeredSubject(transaction, now, person));
    if (internal::KindOf(row) != SubjectKind::kPerson || row.is_disabled) return Absent();
    TRY(internal::MayGiveAllOf(transaction, now, person));
    LinkRepository links(transaction);
    TRY(links.RemoveUnusedOf(person));
    TRY(links.Add({link.hash,
                   person,
                   storage::LinkPurpose::kNewPassword,
                   LinkEnd(world_.clock().Now()),
                   {}}));
    return WriteAlong(along, transaction);
  }));
  return link.text;
}

// A stop: it counts with the commit. Tokens need no mark of their own, since nobody disabled is
// authenticated.
base::Result<void> Directory::DisablePerson(const Principal& actor, const SubjectId& person,
                                            const Along& along) {
  std::string slug;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const SubjectRow row = TRY(internal::AdministeredSubject(transaction, actor, person));
    const auto at = TRY(OrganisationRepository(transaction).Find(row.organisation));
    if (!at || internal::KindOf(row) != SubjectKind::kPerson) return Absent();
    slug = at->slug;
    return {};
  }));
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    static_cast<void>(TRY(internal::AdministeredSubject(transaction, now, person)));
    TRY(internal::KeepsAnAdministrator(transaction, person));
    const bool was_enabled = TRY(SubjectRepository(transaction).Disable(person));
    if (!was_enabled) return base::Fail(ErrorCode::kConflict, "The account is disabled already");
    TRY(LinkRepository(transaction).RemoveUnusedOf(person));
    TRY(SessionRepository(transaction).RemoveOf(person));
    return WriteAlong(along, transaction);
  };
  auto recorded = recorder_.Record(change, Event{EventKind::kPersonDisabled, slug, {}, {}});
  TellWatcher(recorded, person);
  TRY(std::move(recorded));
  return {};
}

void Directory::TellWatcher(const base::Result<std::uint64_t>& recorded,
                            const SubjectId& subject) const {
  const bool is_committed = recorded || recorded.error().code == ErrorCode::kUnavailable ||
                            recorded.error().code == ErrorCode::kStorageFull;
  if (is_committed && watcher_) watcher_(subject);
}

base::Result<Organisation> Directory::FindOrganisation(const OrganisationId& id) {
  return RecordedOrganisation(store_, [&](auto organisations) { return organisations.Find(id); });
}

base::Result<Organisation> Directory::FindOrganisation(std::string_view slug) {
  return RecordedOrganisation(store_,
                              [&](auto organisations) { return organisations.FindBySlug(slug); });
}

base::Result<OwnAccountRecord> Directory::OwnAccount(const Principal& actor) {
  std::optional<SubjectRow> subject;
  std::optional<OrganisationRow> organisation;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    subject = TRY(SubjectRepository(transaction).Find(actor.id));
    if (!subject || subject->is_disabled) return internal::NotSignedIn();
    organisation = TRY(OrganisationRepository(transaction).Find(subject->organisation));
    if (!organisation) return Absent();
    return {};
  }));
  return OwnAccountRecord{internal::AccountOf(*subject), internal::OrganisationOf(*organisation)};
}

base::Result<std::vector<Organisation>> Directory::ListOrganisations() {
  std::vector<Organisation> organisations;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    for (const auto& row : TRY(OrganisationRepository(transaction).List(kMaxListedRows))) {
      if (row.is_recorded) organisations.push_back(internal::OrganisationOf(row));
    }
    return {};
  }));
  return organisations;
}

base::Result<std::vector<Account>> Directory::ListSubjects(const Principal& actor,
                                                           const OrganisationId& at) {
  std::vector<Account> accounts;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    if (!TRY(internal::Refresh(transaction, actor)).Administers(at)) return Absent();
    for (const SubjectRow& row : TRY(SubjectRepository(transaction).ListOf(at, kMaxListedRows))) {
      accounts.push_back(internal::AccountOf(row));
    }
    return {};
  }));
  return accounts;
}

}  // namespace identity
