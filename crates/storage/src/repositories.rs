//! One trait per noun. Every method belongs to the unit's transaction.

use async_trait::async_trait;
use synchronizer_domain::account::TenantSettings;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::draft::{Typed, TypedField};
use synchronizer_domain::ids::{
    ActivationId, AssociateId, AttemptId, CalendarUserId, ContextId, GrantId, InvitationId, LinkId,
    MailId, ProfileId, SessionId, SignupId, TenantId,
};
use synchronizer_domain::link::{Link, LinkFlags, Side};
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile, ProfileSettings, Stop};
use synchronizer_domain::tenant::{CrmConnection, Tenant, TenantState};
use synchronizer_domain::{Locale, Timestamp};

mod seals;
mod work;

pub use seals::{SealRepository, SealedKey, SealedPlace, SealedRow};
pub use work::{BatchRepository, JobRepository};

use crate::StorageResult;
use crate::model::{
    Activation, Admin, Attempt, AuditEntry, AuditFilter, Grant, Invitation, ListKey, ListPart,
    ListRead, Sealed, SecretHash, Session, Signup,
};

/// Tenants and how their CRM is read.
#[async_trait]
pub trait TenantRepository {
    /// Adds a tenant. Conflicts on [`crate::rules::TENANT_CONTEXT`].
    async fn add_tenant(&mut self, tenant: &Tenant) -> StorageResult<()>;
    /// One tenant.
    async fn tenant(&mut self, id: TenantId) -> StorageResult<Option<Tenant>>;
    /// The tenant of a CRM customer.
    async fn tenant_by_context(
        &mut self,
        environment: &str,
        context: &ContextId,
    ) -> StorageResult<Option<Tenant>>;
    /// Stores a state; false when the tenant does not exist.
    async fn set_tenant_state(&mut self, id: TenantId, state: TenantState) -> StorageResult<bool>;
    /// Stores or replaces the CRM connection with its sealed refresh token.
    async fn put_crm_connection(
        &mut self,
        tenant: TenantId,
        connection: &CrmConnection,
        secret: &Sealed,
    ) -> StorageResult<()>;
    /// The CRM connection with its sealed refresh token.
    async fn crm_connection(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Option<(CrmConnection, Sealed)>>;
    /// Notes what came of the refresh token that was `used`: whether it works, and the one
    /// that is good from now on. Keeps `since` when nothing changes; false when another
    /// connection was stored meanwhile.
    async fn note_crm_connection(
        &mut self,
        tenant: TenantId,
        (used, now): (&Sealed, &Sealed),
        (connected, at): (bool, Timestamp),
    ) -> StorageResult<bool>;
    /// What the tenant's system user is signed in with, sealed.
    async fn system_user(&mut self, tenant: TenantId) -> StorageResult<Option<Sealed>>;
    /// Keeps it, in place of what was there.
    async fn put_system_user(
        &mut self,
        tenant: TenantId,
        secret: &Sealed,
        at: Timestamp,
    ) -> StorageResult<()>;
    /// Forgets it.
    async fn remove_system_user(&mut self, tenant: TenantId) -> StorageResult<()>;
    /// Where a customer's API was last found, and until when that holds; none for a customer
    /// without a tenant.
    async fn crm_host(
        &mut self,
        environment: &str,
        context: &ContextId,
    ) -> StorageResult<Option<(String, Timestamp)>>;
    /// Keeps where a customer's API is; false when the customer has no tenant.
    async fn put_crm_host(
        &mut self,
        environment: &str,
        context: &ContextId,
        api: &str,
        until: Timestamp,
    ) -> StorageResult<bool>;
}

/// Profiles.
#[async_trait]
pub trait ProfileRepository {
    /// Adds a profile. Conflicts on [`crate::rules::PROFILE_NAME`] (names are compared by
    /// `domain::text::fold_name`).
    async fn add_profile(&mut self, profile: &Profile) -> StorageResult<()>;
    /// One profile.
    async fn profile(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<Option<Profile>>;
    /// All profiles of a tenant by name.
    async fn profiles(&mut self, tenant: TenantId) -> StorageResult<Vec<Profile>>;
    /// Stores name and settings and makes the profile ready; false when it does not exist.
    /// Conflicts on [`crate::rules::PROFILE_NAME`].
    async fn finish_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        name: &str,
        settings: &ProfileSettings,
    ) -> StorageResult<bool>;
    /// Gives a profile another name; false when it does not exist.
    /// Conflicts on [`crate::rules::PROFILE_NAME`].
    async fn rename_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        name: &str,
    ) -> StorageResult<bool>;
    /// What was typed in a draft's wizard and not saved yet.
    async fn typed(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<Typed>;
    /// Keeps the value of a field; none forgets it.
    async fn keep_typed(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        field: TypedField,
        value: Option<&str>,
    ) -> StorageResult<()>;
    /// Stores since when a profile is disabled and deleted; false when it does not exist.
    /// A deleted profile's name is free: taking a deletion back conflicts on
    /// [`crate::rules::PROFILE_NAME`] when another has it meanwhile.
    async fn stop_profile(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        disabled: Option<&Stop>,
        deleted: Option<&Stop>,
    ) -> StorageResult<bool>;
    /// Erases a deleted profile with its links, which must be deleted too, and its list of
    /// calendar users; false when there is no such deleted profile.
    async fn erase_profile(&mut self, tenant: TenantId, id: ProfileId) -> StorageResult<bool>;
    /// Stores the directory and, where it has one, its sealed secret; false when the profile
    /// does not exist.
    async fn put_directory(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        directory: &Directory,
        secret: Option<&Sealed>,
    ) -> StorageResult<bool>;
    /// Notes what came of the secret that was `used`, and the one that is good from now on;
    /// false when another one was stored meanwhile.
    async fn note_directory(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
        directory: &Directory,
        (used, now): (&Sealed, &Sealed),
    ) -> StorageResult<bool>;
    /// The directory's sealed secret.
    async fn directory_secret(
        &mut self,
        tenant: TenantId,
        id: ProfileId,
    ) -> StorageResult<Option<Sealed>>;
}

/// The two lists of people, as last read.
#[async_trait]
pub trait DirectoryRepository {
    /// Replaces the tenant's CRM users and notes when they were read. Of two entries with one
    /// id the first is kept; an unknown tenant's are not.
    async fn replace_crm_users(
        &mut self,
        tenant: TenantId,
        users: &[CrmUser],
        at: Timestamp,
    ) -> StorageResult<()>;
    /// The CRM users by folded name, and when they were read; none before the first time.
    async fn crm_users(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Option<(Vec<CrmUser>, Timestamp)>>;
    /// When the CRM users were read.
    async fn crm_users_read_at(&mut self, tenant: TenantId) -> StorageResult<Option<Timestamp>>;
    /// One CRM user.
    async fn crm_user(
        &mut self,
        tenant: TenantId,
        id: &AssociateId,
    ) -> StorageResult<Option<CrmUser>>;
    /// Replaces a profile's calendar users and notes when they were read. Of two entries with
    /// one id the first is kept; an unknown profile's are not.
    async fn replace_calendar_users(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        users: &[CalendarUser],
        at: Timestamp,
    ) -> StorageResult<()>;
    /// Adds a calendar user to a profile's, or replaces the one with its id. The list counts
    /// as read then.
    async fn put_calendar_user(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        user: &CalendarUser,
        at: Timestamp,
    ) -> StorageResult<()>;
    /// A profile's calendar users by name, and when they were read.
    async fn calendar_users(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<(Vec<CalendarUser>, Timestamp)>>;
    /// When a profile's calendar users were read.
    async fn calendar_users_read_at(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Option<Timestamp>>;
    /// One calendar user.
    async fn calendar_user(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
        id: &CalendarUserId,
    ) -> StorageResult<Option<CalendarUser>>;
}

/// Lists of people on their way, page by page.
#[async_trait]
pub trait ListReadRepository {
    /// Begins a list from its start; pages of an earlier try are dropped, the remembered
    /// problem stays until the list ends.
    async fn begin_list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        at: Timestamp,
    ) -> StorageResult<()>;
    /// How far a list is; none before the first time.
    async fn list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
    ) -> StorageResult<Option<ListRead>>;
    /// Keeps the next page of a list that is being read; false when it is not the next one.
    async fn add_list_part(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        part: &ListPart,
    ) -> StorageResult<bool>;
    /// Notes until when the remote system asked for patience.
    async fn set_list_waiting(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        until: Timestamp,
    ) -> StorageResult<()>;
    /// The people of all pages so far, in their order, each page JSON.
    async fn list_parts(&mut self, tenant: TenantId, list: ListKey) -> StorageResult<Vec<String>>;
    /// Ends the reading of a list, with why there is no new one, or none; its pages are
    /// dropped.
    async fn end_list_read(
        &mut self,
        tenant: TenantId,
        list: ListKey,
        problem: Option<(&str, Timestamp)>,
    ) -> StorageResult<()>;
    /// Lists of active tenants that were last read before the instant and are neither
    /// being read nor were tried in vain since then. Lists that nobody ever asked for are
    /// not among them.
    async fn stale_lists(&mut self, before: Timestamp) -> StorageResult<Vec<(TenantId, ListKey)>>;
}

/// Links.
#[async_trait]
pub trait LinkRepository {
    /// Adds a link of a profile with this calendar system. Conflicts on
    /// [`crate::rules::LINK_CRM_USER`] and [`crate::rules::LINK_CALENDAR_USER`].
    async fn add_link(&mut self, link: &Link, system: CalendarSystem) -> StorageResult<()>;
    /// One link, deleted ones too.
    async fn link(&mut self, tenant: TenantId, id: LinkId) -> StorageResult<Option<Link>>;
    /// All links of a profile, newest first, deleted ones too.
    async fn links_of_profile(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<Link>>;
    /// All live links of a tenant.
    async fn live_links(&mut self, tenant: TenantId) -> StorageResult<Vec<Link>>;
    /// Who has a live link: the CRM user, the calendar system and the calendar user.
    async fn linked_people(
        &mut self,
        tenant: TenantId,
    ) -> StorageResult<Vec<(AssociateId, CalendarSystem, CalendarUserId)>>;
    /// The live link of a CRM user.
    async fn link_of_crm_user(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
    ) -> StorageResult<Option<Link>>;
    /// All links of a CRM user, newest first, deleted ones too.
    async fn links_of_crm_user(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
    ) -> StorageResult<Vec<Link>>;
    /// The language in which the linked person wants mails; none before they chose.
    async fn link_mail_locale(
        &mut self,
        tenant: TenantId,
        id: LinkId,
    ) -> StorageResult<Option<Locale>>;
    /// Stores that language for all links of a CRM user.
    async fn set_mail_locale(
        &mut self,
        tenant: TenantId,
        user: &AssociateId,
        locale: Locale,
    ) -> StorageResult<()>;
    /// The live link of a calendar user in any profile of this calendar system.
    async fn link_of_calendar_user(
        &mut self,
        tenant: TenantId,
        system: CalendarSystem,
        user: &CalendarUserId,
    ) -> StorageResult<Option<Link>>;
    /// Stores the flags of a link; false when it does not exist. Undeleting conflicts like
    /// [`Self::add_link`].
    async fn set_link_flags(
        &mut self,
        tenant: TenantId,
        id: LinkId,
        flags: &LinkFlags,
    ) -> StorageResult<bool>;
    /// Erases a deleted link with everything that belongs to it: grants, invitations,
    /// journeys and mails. False when it does not exist or is not deleted.
    async fn erase_link(&mut self, tenant: TenantId, id: LinkId) -> StorageResult<bool>;
}

/// Grants.
#[async_trait]
pub trait GrantRepository {
    /// Adds the grant of a side, or replaces it, its id included; the version grows.
    async fn put_grant(&mut self, grant: &Grant) -> StorageResult<()>;
    /// The grant of a side.
    async fn grant(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
    ) -> StorageResult<Option<Grant>>;
    /// All grants of a tenant's links of one profile, or of all when none is given.
    async fn grants(
        &mut self,
        tenant: TenantId,
        profile: Option<ProfileId>,
    ) -> StorageResult<Vec<Grant>>;
    /// Stores a rotated secret when the version is still the given one; false when
    /// somebody was faster.
    async fn rotate_grant_secret(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        version: i64,
        secret: &Sealed,
    ) -> StorageResult<bool>;
    /// Stores another identity (for instance a chosen calendar) of this grant without
    /// touching the secret; false when the grant was replaced.
    async fn set_grant_identity(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        side: Side,
        grant: GrantId,
        identity: &str,
    ) -> StorageResult<bool>;
    /// Links of all tenants that were deleted before a moment and still hold a grant.
    async fn deleted_with_grants(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> StorageResult<Vec<(TenantId, LinkId)>>;
    /// Removes the grants of a link and their access tokens while it is deleted, and gives
    /// them back.
    async fn drop_grants_of_deleted(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Vec<Grant>>;
}

/// Invitations.
#[async_trait]
pub trait InvitationRepository {
    /// Adds an invitation.
    async fn add_invitation(&mut self, invitation: &Invitation) -> StorageResult<()>;
    /// The invitation with this secret, whatever its tenant: the secret is the authority.
    async fn invitation_by_secret(
        &mut self,
        hash: &SecretHash,
    ) -> StorageResult<Option<Invitation>>;
    /// One invitation.
    async fn invitation(
        &mut self,
        tenant: TenantId,
        id: InvitationId,
    ) -> StorageResult<Option<Invitation>>;
    /// The newest invitation of a link, mailed or copied.
    async fn newest_invitation(
        &mut self,
        tenant: TenantId,
        link: LinkId,
    ) -> StorageResult<Option<Invitation>>;
    /// Notes the first press of the page's button; later ones change nothing.
    async fn mark_invitation_opened(
        &mut self,
        tenant: TenantId,
        id: InvitationId,
        at: Timestamp,
    ) -> StorageResult<()>;
    /// Uses up every invitation of a link that is neither used nor revoked; expired ones too,
    /// whose page then says that everything is done.
    async fn use_up_invitations(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        at: Timestamp,
    ) -> StorageResult<()>;
}

/// Activations and sign-ups: journeys bound to a browser.
#[async_trait]
pub trait ActivationRepository {
    /// Adds an activation.
    async fn add_activation(&mut self, activation: &Activation) -> StorageResult<()>;
    /// The activation, when it belongs to this browser.
    async fn activation(
        &mut self,
        id: ActivationId,
        browser: &SecretHash,
    ) -> StorageResult<Option<Activation>>;
    /// Adds a waiting sign-up.
    async fn add_signup(&mut self, signup: &Signup) -> StorageResult<()>;
    /// The sign-up, when it belongs to this browser.
    async fn signup(&mut self, id: SignupId, browser: &SecretHash)
    -> StorageResult<Option<Signup>>;
    /// Ends a sign-up; false when it was ended before.
    async fn remove_signup(&mut self, id: SignupId) -> StorageResult<bool>;
}

/// Round trips to identity providers.
#[async_trait]
pub trait AttemptRepository {
    /// Adds an attempt.
    async fn add_attempt(&mut self, attempt: &Attempt) -> StorageResult<()>;
    /// The attempt by id, when it belongs to this browser.
    async fn attempt(
        &mut self,
        id: AttemptId,
        browser: &SecretHash,
    ) -> StorageResult<Option<Attempt>>;
    /// Whether the attempt was never answered; false for an unknown one.
    async fn is_attempt_open(&mut self, id: AttemptId) -> StorageResult<bool>;
    /// Takes the attempt with this state out, whatever its browser, so that no second answer
    /// can use it. The caller compares the browser.
    async fn take_attempt(&mut self, state: &SecretHash) -> StorageResult<Option<Attempt>>;
    /// Removes attempts, activations, sign-ups, sessions and finished jobs that ended before
    /// the instant; returns how many rows. Failed jobs stay.
    async fn sweep_expired(&mut self, before: Timestamp) -> StorageResult<u64>;
    /// Removes mails that were sent or given up, and failed jobs, that ended before the
    /// instant; returns how many rows.
    async fn sweep_ended(&mut self, before: Timestamp) -> StorageResult<u64>;
}

/// Sessions.
#[async_trait]
pub trait SessionRepository {
    /// Adds a session.
    async fn add_session(&mut self, session: &Session) -> StorageResult<()>;
    /// The session with this secret, ended or not: the caller compares times.
    async fn session_by_secret(&mut self, hash: &SecretHash) -> StorageResult<Option<Session>>;
    /// Notes a request; an earlier instant than the noted one changes nothing.
    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> StorageResult<()>;
    /// Ends a session.
    async fn remove_session(&mut self, id: SessionId) -> StorageResult<()>;
    /// A person's sessions, ended or not, the one with the newest request first.
    async fn sessions_of(
        &mut self,
        tenant: TenantId,
        person: &AssociateId,
    ) -> StorageResult<Vec<Session>>;
    /// Ends a person's sessions, all but one when it is given; says how many.
    async fn remove_sessions_of(
        &mut self,
        tenant: TenantId,
        person: &AssociateId,
        but: Option<SessionId>,
    ) -> StorageResult<u64>;
}

/// What administrators decide for the whole tenant.
#[async_trait]
pub trait AccountRepository {
    /// The settings; the defaults before anybody stored some.
    async fn tenant_settings(&mut self, tenant: TenantId) -> StorageResult<TenantSettings>;
    /// Stores the settings.
    async fn put_tenant_settings(
        &mut self,
        tenant: TenantId,
        settings: &TenantSettings,
    ) -> StorageResult<()>;
    /// Who administers or did, by name.
    async fn admins(&mut self, tenant: TenantId) -> StorageResult<Vec<Admin>>;
    /// Adds or replaces what is known of one.
    async fn put_admin(&mut self, tenant: TenantId, admin: &Admin) -> StorageResult<()>;
    /// Forgets one, as if there never had been one.
    async fn forget_admin(&mut self, tenant: TenantId, person: &AssociateId) -> StorageResult<()>;
}

/// The outbox.
#[async_trait]
pub trait OutboxRepository {
    /// Adds a mail with its rendered form, sealed.
    async fn add_mail(&mut self, mail: &OutboxMail, sealed: &Sealed) -> StorageResult<()>;
    /// One mail, with its rendered form while it waits.
    async fn mail(
        &mut self,
        tenant: TenantId,
        id: MailId,
    ) -> StorageResult<Option<(OutboxMail, Option<Sealed>)>>;
    /// Mails of all links of a profile, newest first.
    async fn mails_of_profile(
        &mut self,
        tenant: TenantId,
        profile: ProfileId,
    ) -> StorageResult<Vec<OutboxMail>>;
    /// When the newest mail of a kind about a link was decided.
    async fn last_mail_at(
        &mut self,
        tenant: TenantId,
        link: LinkId,
        kind: MailKind,
    ) -> StorageResult<Option<Timestamp>>;
    /// Notes a try: the new state, the server's answer, when; `Sent` and `Failed` wipe the
    /// rendered form. `attempts` grows by one. A mail that is sent or failed does not change
    /// any more.
    async fn note_mail(
        &mut self,
        tenant: TenantId,
        id: MailId,
        state: MailState,
        answer: &str,
        at: Timestamp,
    ) -> StorageResult<()>;
}

/// The audit log.
#[async_trait]
pub trait AuditRepository {
    /// Adds a line.
    async fn add_audit(&mut self, entry: &AuditEntry) -> StorageResult<()>;
    /// Lines of a tenant, newest first.
    async fn audit(
        &mut self,
        tenant: TenantId,
        filter: &AuditFilter,
        limit: u32,
    ) -> StorageResult<Vec<AuditEntry>>;
    /// Removes lines of all tenants that are older; returns how many.
    async fn sweep_audit(&mut self, before: Timestamp) -> StorageResult<u64>;
    /// Everybody who has a line, by name.
    async fn audit_actors(&mut self, tenant: TenantId) -> StorageResult<Vec<String>>;
}

/// Change counters that let open pages of every replica notice a change.
#[async_trait]
pub trait ChangeRepository {
    /// Notes that something of the tenant changed. The counter is held until the commit: of
    /// two units that count before they read, the second sees what the first wrote.
    async fn bump_version(&mut self, tenant: TenantId) -> StorageResult<()>;
    /// The tenants' counters, all that are not zero.
    async fn versions(&mut self) -> StorageResult<Vec<(TenantId, i64)>>;
}
