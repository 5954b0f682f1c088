//! What an administrator sees and changes of the company itself: facts, the CRM connection,
//! who administers, one's own sign-ins, and the log of all this.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::connection::ConnectionReport;
use crate::directory::CrmUser;
use crate::ids::{AssociateId, AuditId, SessionId};
use crate::link::words;
use crate::session::Actor;
use crate::tenant::TenantState;
use crate::usecases::UseCaseResult;
use crate::{Locale, Timestamp};

/// Longest search that is looked for, in characters.
pub const MAX_SEARCH: usize = 100;
/// Lines on one page of the audit log.
pub const AUDIT_PAGE: u32 = 50;

/// What new profiles begin with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TenantSettings {
    /// Whom people can ask; may be empty.
    pub contact_email: String,
    /// Language of the mails.
    pub mail_locale: Locale,
}

/// A person who may administer the company here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// The person in the CRM.
    pub associate: AssociateId,
    /// Display name.
    pub name: String,
    /// E-mail, possibly empty.
    pub email: String,
    /// Because the CRM calls the person an administrator; otherwise a colleague added them.
    pub from_crm: bool,
    /// Who added them; empty when nobody did.
    pub added_by: String,
    /// Last sign-in; none before the first.
    pub signed_in_at: Option<Timestamp>,
}

/// A signed-in browser of the person who looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The session.
    pub id: SessionId,
    /// Browser and system, as the browser told them; may be empty.
    pub device: String,
    /// When the person signed in.
    pub since: Timestamp,
    /// Last request.
    pub seen_at: Timestamp,
    /// The browser that asks.
    pub here: bool,
}

/// Mails of the company that wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailQueue {
    /// How many.
    pub waiting: u32,
    /// Until the last one's turn, in seconds; none when nothing paces them.
    pub seconds: Option<u32>,
}

/// How the CRM is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmConnectionView {
    /// Whose sign-in it is; empty when there is none.
    pub reads_as: String,
    /// False when it must be renewed.
    pub connected: bool,
    /// Since when this is so.
    pub since: Option<Timestamp>,
    /// When the CRM's users were last read.
    pub read_at: Option<Timestamp>,
    /// Whether the company's system user reads, and the sign-in stands by.
    pub system_user: bool,
}

/// The page *Account*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The company, as the CRM spells it.
    pub company: String,
    /// The CRM's key of it.
    pub context: String,
    /// In use or suspended.
    pub state: TenantState,
    /// When it signed up.
    pub since: Timestamp,
    /// Contact and language.
    pub settings: TenantSettings,
    /// Live links.
    pub links: u32,
    /// Active users of the CRM, when they were read.
    pub crm_users: Option<u32>,
    /// How the CRM is read.
    pub crm: CrmConnectionView,
    /// Who may administer.
    pub administrators: Vec<Administrator>,
    /// Which of them looks.
    pub you: AssociateId,
    /// The person's own sign-ins, newest first.
    pub sign_ins: Vec<SignIn>,
    /// Waiting mails.
    pub mails: MailQueue,
}

/// What *Account* stores.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountInput {
    /// Whom people can ask. May be empty.
    pub contact_email: String,
    /// Language tag of the mails.
    pub mail_locale: String,
}

words! {
    /// What the lines of the audit log are sorted into, by what stands before the dot of
    /// their action.
    AuditGroup {
        /// Links, invitations and activations.
        People = "people",
        /// Profiles and their connections.
        Profiles = "profiles",
        /// The company, its administrators and its CRM connection.
        Company = "company",
        /// Signing in and out.
        SignIns = "sign_ins",
    }
}

impl AuditGroup {
    /// The words before the dot.
    #[must_use]
    pub const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::People => &["link", "invitation", "activation", "mail", "grant", "bulk"],
            Self::Profiles => &["profile"],
            Self::Company => &["tenant", "account", "admin", "crm"],
            Self::SignIns => &["session"],
        }
    }
}

/// Which lines of the audit log are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Name of the person; empty for everybody.
    pub who: String,
    /// Group; none for all.
    pub group: Option<AuditGroup>,
    /// First day, `2026-11-23` in UTC; empty for no bound.
    pub from: String,
    /// Last day; empty for no bound.
    pub until: String,
    /// A part of a name or word; empty for all.
    pub text: String,
    /// Only lines before this one: the next page.
    pub before: Option<AuditId>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; empty for the system itself.
    pub who: String,
    /// What, a dotted word; its text has the key `audit.<action>`.
    pub action: String,
    /// On what, by name where it still has one.
    pub subject: String,
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    /// What was asked for, as it was understood.
    pub query: AuditQuery,
    /// Newest first.
    pub lines: Vec<AuditLine>,
    /// Where the next page begins, when there is more.
    pub next: Option<AuditId>,
    /// Everybody who has a line, for the choice.
    pub people: Vec<String>,
    /// Days after which lines are removed; none keeps them.
    pub kept_days: Option<u32>,
}

/// The pages *Account* and *Audit log*.
#[async_trait]
pub trait Account: Send + Sync {
    /// Everything on the page.
    async fn account(&self, actor: &Actor) -> UseCaseResult<AccountView>;
    /// Stores contact and language.
    async fn save_account(&self, actor: &Actor, input: AccountInput) -> UseCaseResult<()>;
    /// Tries the CRM connection; what is read on the way is kept.
    async fn test_crm(&self, actor: &Actor) -> UseCaseResult<ConnectionReport>;
    /// Active CRM users by a part of their name or e-mail, at most 20.
    async fn find_people(&self, actor: &Actor, text: String) -> UseCaseResult<Vec<CrmUser>>;
    /// Lets a CRM user administer, named by e-mail or whole name.
    async fn add_administrator(&self, actor: &Actor, who: String) -> UseCaseResult<()>;
    /// Takes it back and ends the person's sign-ins; never from the last one.
    async fn remove_administrator(&self, actor: &Actor, who: AssociateId) -> UseCaseResult<()>;
    /// Ends one of the person's own other sign-ins.
    async fn end_sign_in(&self, actor: &Actor, sign_in: SessionId) -> UseCaseResult<()>;
    /// Ends all of the person's own sign-ins but this one.
    async fn end_other_sign_ins(&self, actor: &Actor) -> UseCaseResult<()>;
    /// A page of the audit log.
    async fn audit_log(&self, actor: &Actor, query: AuditQuery) -> UseCaseResult<AuditView>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_action_belongs_to_two_groups() {
        let mut seen = std::collections::BTreeSet::new();
        for group in AuditGroup::ALL {
            for prefix in group.prefixes() {
                assert!(seen.insert(*prefix), "{prefix}");
            }
        }
    }
}
