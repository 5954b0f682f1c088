//! What the web side may ask of the server, as traits. `services` implements them,
//! server functions in `app` call them, tests can fake them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::connection::ConnectionReport;
use crate::consent::ConsentView;
use crate::directory::{CalendarUser, CrmUser};
use crate::draft::{DraftStep, Typed, TypedField};
use crate::error::UseCaseError;
use crate::ids::{AssociateId, CalendarUserId, LinkId, ProfileId};
use crate::link::{LinkState, LinkStatus, Pauser};
use crate::lists::{LinkedPlaces, ListHead, ListPerson, PeoplePage, Proposal};
use crate::mail::MailState;
use crate::profile::{
    CalendarSystem, ProfileAction, ProfileSettings, ProfileState, ServiceAccountName, Stop,
};
use crate::session::{Actor, Me};
use crate::status::Connection;

/// Outcome of a use case.
pub type UseCaseResult<T> = Result<T, UseCaseError>;

/// A profile in the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileCard {
    /// Its id.
    pub id: ProfileId,
    /// Its name.
    pub name: String,
    /// Its calendar system.
    pub system: CalendarSystem,
    /// Draft, ready or stopped.
    pub state: ProfileState,
    /// Who disabled or deleted it, when it is.
    pub stop: Option<Stop>,
    /// Where a draft goes on.
    pub step: DraftStep,
    /// Organisation or server, for recognition. May be empty.
    pub place: String,
    /// False when the directory must be signed in to again; linked people go on.
    pub directory_ok: bool,
    /// When the calendar users were last read.
    pub directory_read_at: Option<Timestamp>,
    /// Links by state; states without links are left out, deleted ones too.
    pub counts: Vec<(LinkState, u32)>,
}

/// A profile with everything the wizard shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileDetail {
    /// Its id.
    pub id: ProfileId,
    /// Its name.
    pub name: String,
    /// Its calendar system.
    pub system: CalendarSystem,
    /// Draft, ready or disabled.
    pub state: ProfileState,
    /// Who disabled it, when it is.
    pub stop: Option<Stop>,
    /// What was typed in the wizard of a draft, or brought as a file, and not saved yet.
    pub typed: Typed,
    /// Settings of *Configure Profile*.
    pub settings: ProfileSettings,
    /// The company, as the CRM spells it.
    pub tenant_name: String,
    /// The CRM's key of the company.
    pub tenant_context: String,
    /// As whom the CRM is read.
    pub crm_reader: String,
    /// False when the CRM connection must be renewed.
    pub crm_ok: bool,
    /// What is configured of the directory.
    pub directory: DirectoryDetail,
}

/// An Exchange directory as the wizard shows it; without the password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExchangeDetail {
    /// Mail address of the service account; empty without one.
    pub account: String,
    /// Its sign-in name.
    pub username: String,
    /// Whether a password is stored.
    pub has_password: bool,
    /// False after a refusal of the password.
    pub connected: bool,
    /// Server address as typed; empty for Autodiscover.
    pub server: String,
    /// The address that was found; empty before.
    pub found: String,
    /// The account opens everybody's mailbox.
    pub impersonation: bool,
    /// Stored people, one per line.
    pub people: String,
    /// How many people are stored.
    pub count: u32,
}

/// The directory as the wizard shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryDetail {
    /// Microsoft 365.
    Microsoft {
        /// The signed-in admin; empty before the first sign-in.
        account: String,
        /// False before the first sign-in and after a refusal.
        connected: bool,
        /// What its organisation approved.
        consent: ConsentView,
    },
    /// Google.
    Google {
        /// The signed-in admin; empty before the first sign-in.
        account: String,
        /// False before the first sign-in and after a refusal.
        connected: bool,
        /// With domain-wide delegation.
        service_account: Option<ServiceAccountName>,
        /// What is registered at Google: the client id, for administrators who approve it.
        client_id: String,
        /// The redirect address that must stand in the registration.
        redirect_uri: String,
    },
    /// Exchange.
    Exchange(Box<ExchangeDetail>),
    /// CalDAV.
    Caldav {
        /// Server address as typed; empty at first.
        server: String,
        /// The pasted list, one person per line.
        people: String,
        /// How many people it has.
        count: u32,
    },
}

/// What *Configure Systems* stores for Exchange.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ExchangeDirectoryInput {
    /// Mail address of the service account; empty without one.
    pub account: String,
    /// Its sign-in name; empty means the mail address.
    pub username: String,
    /// Its password; empty keeps the stored one.
    pub password: String,
    /// Server address; empty for Autodiscover.
    pub server: String,
    /// The account opens everybody's mailbox.
    pub impersonation: bool,
    /// People, one per line; may be empty with a service account.
    pub people: String,
}

impl std::fmt::Debug for ExchangeDirectoryInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExchangeDirectoryInput")
            .field("account", &self.account)
            .field("username", &self.username)
            .field("server", &self.server)
            .field("impersonation", &self.impersonation)
            .finish_non_exhaustive()
    }
}

/// What *Configure Systems* stores for CalDAV.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaldavDirectoryInput {
    /// Server address.
    pub server: String,
    /// People, one per line.
    pub people: String,
}

/// What domain-wide delegation needs. No `Debug`: it holds a key.
#[derive(Clone, Default)]
pub struct DelegationInput {
    /// The service account's key file.
    pub key: String,
    /// An administrator's address, whose users are read.
    pub admin: String,
}

/// What *Configure Profile* stores.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProfileSettingsInput {
    /// Name of the profile.
    pub name: String,
    /// Language tag of the mails.
    pub mail_locale: String,
    /// Whom people can ask. May be empty.
    pub contact_email: String,
}

/// The mail beside a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationStatus {
    /// Queued, sent or failed.
    pub mail: MailState,
    /// The SMTP server's answer, when it refused or delayed.
    pub answer: String,
    /// When that happened.
    pub at: Timestamp,
    /// When the button of its page was first pressed; who only fetches the page, as mail
    /// scanners do, has not opened it.
    pub opened_at: Option<Timestamp>,
    /// When it was used up.
    pub used_at: Option<Timestamp>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
    /// Whether that is past.
    pub expired: bool,
}

/// A row of a table of links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Its id.
    pub id: LinkId,
    /// CRM side.
    pub crm: CrmUser,
    /// Calendar side.
    pub calendar: CalendarUser,
    /// State with cause.
    pub status: LinkStatus,
    /// Newest invitation; none when it was copied only.
    pub invitation: Option<InvitationStatus>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When the last check of both connections ended well.
    pub checked_at: Option<Timestamp>,
    /// Its profile.
    pub profile: ProfileId,
    /// The profile's calendar system.
    pub system: CalendarSystem,
    /// Since when it is in its state.
    pub since: Timestamp,
    /// Who paused it, while it is paused and that is known.
    pub paused_by: Option<Pauser>,
    /// When both connections are checked next; none while nobody can check them.
    pub next_at: Option<Timestamp>,
    /// How SuperOffice and the calendar system stand.
    pub sides: [Connection; 2],
    /// Since when the person is missing in the CRM's list, and in the calendar list.
    pub gone: [Option<Timestamp>; 2],
}

/// The page *Link Users*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUsersView {
    /// The profile.
    pub profile: ProfileId,
    /// Its name.
    pub profile_name: String,
    /// Its calendar system.
    pub system: CalendarSystem,
    /// Who disabled it, when it is.
    pub stop: Option<Stop>,
    /// The organisation that must still approve before people can connect; none when it did,
    /// or when none has to.
    pub unapproved: Option<String>,
    /// CRM users.
    pub crm: ListHead,
    /// Calendar users.
    pub calendar: ListHead,
}

/// A personal link, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalLink {
    /// The absolute address with its secret.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Which list to read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSide {
    /// CRM users.
    Crm,
    /// Calendar users.
    Calendar,
}

/// Profiles and their wizard.
#[async_trait]
pub trait Profiles: Send + Sync {
    /// The frame's facts about the person.
    async fn me(&self, actor: &Actor) -> UseCaseResult<Me>;
    /// The overview, by name.
    async fn list(&self, actor: &Actor) -> UseCaseResult<Vec<ProfileCard>>;
    /// Creates a draft and returns its id.
    async fn create(&self, actor: &Actor, system: CalendarSystem) -> UseCaseResult<ProfileId>;
    /// One profile for the wizard.
    async fn detail(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<ProfileDetail>;
    /// Stores server and people of a CalDAV profile.
    async fn save_caldav(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: CaldavDirectoryInput,
    ) -> UseCaseResult<()>;
    /// Stores a service account for a Google profile and tries it.
    async fn save_delegation(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: DelegationInput,
    ) -> UseCaseResult<()>;
    /// Stores account, server and people of an Exchange profile.
    async fn save_exchange(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: ExchangeDirectoryInput,
    ) -> UseCaseResult<()>;
    /// Tries both connections as they are stored; changes nothing but what was found out.
    async fn test_connection(
        &self,
        actor: &Actor,
        profile: ProfileId,
    ) -> UseCaseResult<ConnectionReport>;
    /// Stores name and settings; a draft becomes ready.
    async fn save_settings(
        &self,
        actor: &Actor,
        profile: ProfileId,
        input: ProfileSettingsInput,
    ) -> UseCaseResult<()>;
    /// Keeps what was typed in the wizard; once the profile is no draft, nothing.
    async fn keep_typed(
        &self,
        actor: &Actor,
        profile: ProfileId,
        field: TypedField,
        value: String,
    ) -> UseCaseResult<()>;
    /// A link for the administrator of a Microsoft profile's organisation, who approves there.
    async fn consent_link(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<PersonalLink>;
    /// Asks Microsoft whether the organisation has approved.
    async fn check_consent(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<()>;
    /// Renames (to what was typed), disables, enables, deletes, undeletes or erases
    /// (when the name was typed). Tells how many links could not come back because their
    /// people are linked elsewhere meanwhile.
    async fn act(
        &self,
        actor: &Actor,
        profile: ProfileId,
        action: ProfileAction,
        typed: String,
    ) -> UseCaseResult<u32>;
}

/// The page *Link Users*.
#[async_trait]
pub trait Linking: Send + Sync {
    /// Both lists. Has a list read that was never asked for; a failure
    /// is a remark in the answer, not an error.
    async fn view(&self, actor: &Actor, profile: ProfileId) -> UseCaseResult<LinkUsersView>;
    /// A part of a whole list, from this place on, by name.
    async fn people(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
        from: u32,
    ) -> UseCaseResult<PeoplePage>;
    /// Who of a list is linked.
    async fn linked(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
    ) -> UseCaseResult<LinkedPlaces>;
    /// The first people of a list whose names or e-mails have all these words.
    async fn search(
        &self,
        actor: &Actor,
        profile: ProfileId,
        side: ListSide,
        query: String,
    ) -> UseCaseResult<Vec<ListPerson>>;
    /// Calendar users who probably belong to a CRM user, best first; none for one who
    /// cannot be linked.
    async fn proposals(
        &self,
        actor: &Actor,
        profile: ProfileId,
        crm: AssociateId,
    ) -> UseCaseResult<Vec<Proposal>>;
    /// Has one list read anew; the answer does not wait for it.
    async fn refresh(&self, actor: &Actor, profile: ProfileId, side: ListSide)
    -> UseCaseResult<()>;
    /// Links a pair: link, invitation, mail and audit row in one transaction.
    async fn link(
        &self,
        actor: &Actor,
        profile: ProfileId,
        crm: AssociateId,
        calendar: CalendarUserId,
    ) -> UseCaseResult<LinkId>;
    /// Sends a further invitation; older ones go on working.
    async fn resend(&self, actor: &Actor, link: LinkId) -> UseCaseResult<()>;
    /// Mints a further invitation without a mail and shows its address once.
    async fn copy_link(&self, actor: &Actor, link: LinkId) -> UseCaseResult<PersonalLink>;
}
