//! Rows that have no model in `domain`, because only the server knows them.

use synchronizer_domain::Timestamp;
use synchronizer_domain::bulk::{BatchKind, BatchRowState};
use synchronizer_domain::ids::{
    ActivationId, AssociateId, AttemptId, AuditId, BatchId, CalendarUserId, GrantId, InvitationId,
    JobId, LinkId, ProfileId, SessionId, SignupId, TenantId,
};
use synchronizer_domain::link::{Cause, Side};

/// SHA-256 of a secret that is only ever compared: session, state, invitation, browser.
pub type SecretHash = [u8; 32];

/// Bytes that only the vault can read.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Names of the unique indexes that use cases react to.
pub mod rules {
    /// One profile name per tenant (`profiles(tenant_id, name_folded)`).
    pub const PROFILE_NAME: &str = "profiles_name";
    /// One live link per CRM user (`links(tenant_id, crm_user_id) WHERE deleted_at IS NULL`).
    pub const LINK_CRM_USER: &str = "links_crm_user_live";
    /// One live link per calendar user (`links(tenant_id, system, calendar_user_id) WHERE deleted_at IS NULL`).
    pub const LINK_CALENDAR_USER: &str = "links_calendar_user_live";
    /// One tenant per customer (`tenants(environment, context)`).
    pub const TENANT_CONTEXT: &str = "tenants_context";
}

/// The grant of one side of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Our id; part of what the vault binds the secret to.
    pub id: GrantId,
    /// The tenant.
    pub tenant: TenantId,
    /// The link.
    pub link: LinkId,
    /// Which side.
    pub side: Side,
    /// Who granted, JSON, without secrets: account, calendar, server.
    pub identity: String,
    /// Tokens or credentials, sealed.
    pub secret: Sealed,
    /// Granted scopes, blank-separated; empty where the system has none.
    pub scopes: String,
    /// Set when the remote system refused it in a way a person can mend.
    pub refused: Option<(Cause, Timestamp)>,
    /// Grows with every new secret; refreshes compare it. A refusal or another identity
    /// leaves it, so that a refresh never loses a rotated token to them.
    pub version: i64,
    /// When it was given.
    pub granted_at: Timestamp,
}

/// The access token of a grant, as all processes share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantTokens {
    /// The access token, sealed, and when it ends.
    pub access: Option<(Sealed, Timestamp)>,
    /// When the refresh token was last used with success.
    pub refreshed_at: Option<Timestamp>,
    /// The last failure that says nothing about the grant, with its date.
    pub failed: Option<(String, Timestamp)>,
}

/// A token of an erased grant that waits to be revoked at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Our id; part of what the vault binds the secret to.
    pub id: synchronizer_domain::ids::RevocationId,
    /// The tenant.
    pub tenant: TenantId,
    /// The provider's word.
    pub system: String,
    /// The token, sealed.
    pub secret: Sealed,
    /// When the grant was erased.
    pub created_at: Timestamp,
}

/// An invitation without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Our id.
    pub id: InvitationId,
    /// The tenant.
    pub tenant: TenantId,
    /// The link.
    pub link: LinkId,
    /// Hash of its secret.
    pub secret_hash: SecretHash,
    /// The mail that carries it; none when it was copied.
    pub mail: Option<synchronizer_domain::ids::MailId>,
    /// When it was minted.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When the button of its page was first pressed.
    pub opened_at: Option<Timestamp>,
    /// When both grants existed.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Name of the admin who linked or resent, for the page.
    pub invited_by: String,
}

/// A journey bound to one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Our id.
    pub id: ActivationId,
    /// The tenant.
    pub tenant: TenantId,
    /// The link.
    pub link: LinkId,
    /// The invitation it began with; none when a signed-in person began it.
    pub invitation: Option<InvitationId>,
    /// A half that works and is connected anew all the same.
    pub again: Option<Side>,
    /// Hash of the browser's cookie.
    pub browser: SecretHash,
    /// When it began.
    pub created_at: Timestamp,
    /// Until when it can go on.
    pub expires_at: Timestamp,
}

/// One round trip to an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Our id.
    pub id: AttemptId,
    /// Hash of the `state` parameter.
    pub state: SecretHash,
    /// Hash of the browser's cookie.
    pub browser: SecretHash,
    /// Which provider may answer: `superoffice` or `microsoft365`.
    pub provider: String,
    /// What it is for, JSON, without secrets.
    pub purpose: String,
    /// Verifier, nonce and the provider's address, sealed.
    pub secrets: Sealed,
    /// When it began.
    pub created_at: Timestamp,
    /// Until when an answer is taken.
    pub expires_at: Timestamp,
}

/// A sign-up that waits for the admin's confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signup {
    /// Our id.
    pub id: SignupId,
    /// Hash of the browser's cookie.
    pub browser: SecretHash,
    /// The proven identity, JSON of [`synchronizer_domain::tenant::CrmIdentity`].
    pub identity: String,
    /// The admin's refresh token, sealed.
    pub secret: Sealed,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Our id.
    pub id: SessionId,
    /// Hash of the cookie's secret.
    pub secret_hash: SecretHash,
    /// The tenant.
    pub tenant: TenantId,
    /// The person.
    pub associate: AssociateId,
    /// Display name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Whether the CRM called the person an administrator.
    pub is_admin: bool,
    /// Browser and system, for the person to recognise it; may be empty.
    pub device: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// Last request, kept with a minute's precision.
    pub seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// A background job that a worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Our id.
    pub id: JobId,
    /// The tenant it works for.
    pub tenant: TenantId,
    /// Its kind, a kebab-case word.
    pub kind: String,
    /// What it needs, JSON, without secrets.
    pub payload: String,
    /// How often it was claimed before; a claim whose worker died counts.
    pub attempts: u32,
    /// Grows with every claim: only the holder of the newest may finish it.
    pub fence: i64,
}

/// A job to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Our id.
    pub id: JobId,
    /// The tenant it works for.
    pub tenant: TenantId,
    /// Its kind.
    pub kind: &'static str,
    /// JSON, without secrets.
    pub payload: String,
    /// While a job of the tenant with the same kind and key is open, claimed or not, another
    /// is not added.
    pub dedup_key: String,
    /// Not before.
    pub run_at: Timestamp,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Our id.
    pub id: AuditId,
    /// The tenant.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// Who: name of the person, or `system`.
    pub actor: String,
    /// What, a dotted word such as `link.created`.
    pub action: String,
    /// On what: an id.
    pub subject: String,
    /// More, JSON, without secrets.
    pub detail: String,
}

/// Somebody who administers a tenant, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// The person in the CRM.
    pub associate: AssociateId,
    /// Display name.
    pub name: String,
    /// E-mail, possibly empty.
    pub email: String,
    /// Because the CRM calls the person an administrator; otherwise a colleague added them.
    pub from_crm: bool,
    /// Name of who added them; empty when nobody did.
    pub added_by: String,
    /// Last sign-in.
    pub signed_in_at: Option<Timestamp>,
    /// When it was taken back; the CRM's word does not bring it back.
    pub removed_at: Option<Timestamp>,
}

/// Which lines of the audit log are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Not older than this.
    pub from: Option<Timestamp>,
    /// Older than this.
    pub until: Option<Timestamp>,
    /// Only of this actor.
    pub actor: Option<String>,
    /// Only lines that were written before this one.
    pub before: Option<AuditId>,
}

/// Which list of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKey {
    /// The tenant's CRM users.
    Crm,
    /// A profile's calendar users.
    Calendar(ProfileId),
}

impl ListKey {
    /// The word of stored rows and jobs.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Crm => "crm".to_owned(),
            Self::Calendar(profile) => profile.to_string(),
        }
    }

    /// Reads the word again.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "crm" => Some(Self::Crm),
            profile => profile.parse().ok().map(Self::Calendar),
        }
    }
}

/// How far the reading of a list is, or how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRead {
    /// Whether it is being read.
    pub reading: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// Pages so far.
    pub pages: u32,
    /// People so far.
    pub people: u32,
    /// How many there will be, where the remote system says so.
    pub total: Option<u32>,
    /// Where the list goes on; empty at its start.
    pub cursor: String,
    /// The remote system asked for patience until then.
    pub waits_until: Option<Timestamp>,
    /// Why the last try ended without a list (JSON), and when.
    pub problem: Option<(String, Timestamp)>,
}

/// A page that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPart {
    /// Its place, from 0.
    pub number: u32,
    /// Its people, JSON.
    pub people: String,
    /// How many they are.
    pub count: u32,
    /// How many the list has in all, where this page says so.
    pub total: Option<u32>,
    /// Where the list goes on.
    pub cursor: String,
}

/// Many pairs that are linked, or many people that are mailed, in one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Our id.
    pub id: BatchId,
    /// The tenant.
    pub tenant: TenantId,
    /// The profile whose links they are.
    pub profile: ProfileId,
    /// What is done for each row.
    pub kind: BatchKind,
    /// Name of the administrator who began it.
    pub started_by: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When its last row was settled, or somebody stopped it.
    pub ended_at: Option<Timestamp>,
    /// Until when it left a server alone that was busy or did not answer.
    pub waits_until: Option<Timestamp>,
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its place, from 0.
    pub position: u32,
    /// The CRM user.
    pub crm: AssociateId,
    /// His name when the batch began.
    pub crm_name: String,
    /// The calendar user.
    pub calendar: CalendarUserId,
    /// His name when the batch began.
    pub calendar_name: String,
    /// The link that was made, or that is mailed.
    pub link: Option<LinkId>,
    /// How far it is.
    pub state: BatchRowState,
    /// Why it was refused, JSON.
    pub reason: Option<String>,
}
