//! The company: facts, connection, administrators, one's own sign-ins, the log.

use leptos::prelude::*;
use synchronizer_domain::account::{AccountView, AuditGroup, AuditView};
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::ids::{AssociateId, AuditId, SessionId};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// The page *Account*.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "account/view", output = Output)]
pub async fn show_account() -> Result<AccountView, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.account(&actor).await)
}

/// Stores contact and language.
///
/// # Errors
/// Unauthenticated, forbidden, invalid (fields `contact_email`, `mail_locale`), internal.
#[server(prefix = "/api", endpoint = "account/save", output = Output)]
pub async fn save_account(
    #[server(default)] contact_email: String,
    #[server(default)] mail_locale: String,
) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    let input = synchronizer_domain::account::AccountInput {
        contact_email,
        mail_locale,
    };
    ssr::answer(services.account.save_account(&actor, input).await)
}

/// Tries the CRM connection.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "account/test-crm", output = Output)]
pub async fn test_crm() -> Result<ConnectionReport, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.test_crm(&actor).await)
}

/// People to choose an administrator from.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "account/people", output = Output)]
pub async fn find_people(#[server(default)] text: String) -> Result<Vec<CrmUser>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.find_people(&actor, text).await)
}

/// Lets a CRM user administer.
///
/// # Errors
/// Unauthenticated, forbidden, invalid (field `who`), refused, internal.
#[server(prefix = "/api", endpoint = "account/add-administrator", output = Output)]
pub async fn add_administrator(#[server(default)] who: String) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.add_administrator(&actor, who).await)
}

/// Takes it back.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused (the last one), internal.
#[server(prefix = "/api", endpoint = "account/remove-administrator", output = Output)]
pub async fn remove_administrator(who: AssociateId) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.remove_administrator(&actor, who).await)
}

/// Ends one of the person's own sign-ins.
///
/// # Errors
/// Unauthenticated, not found, internal.
#[server(prefix = "/api", endpoint = "account/end-sign-in", output = Output)]
pub async fn end_sign_in(sign_in: SessionId) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.end_sign_in(&actor, sign_in).await)
}

/// Ends all of the person's own sign-ins but this one.
///
/// # Errors
/// Unauthenticated, internal.
#[server(prefix = "/api", endpoint = "account/end-other-sign-ins", output = Output)]
pub async fn end_other_sign_ins() -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.account.end_other_sign_ins(&actor).await)
}

/// A page of the audit log, with its actions in the words of the page's language.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "account/audit", output = Output)]
pub async fn audit_log(
    #[server(default)] who: String,
    #[server(default)] group: Option<AuditGroup>,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] text: String,
    #[server(default)] before: Option<AuditId>,
) -> Result<AuditView, AppError> {
    let (actor, services) = ssr::caller()?;
    let query = synchronizer_domain::account::AuditQuery {
        who,
        group,
        from,
        until,
        text,
        before,
    };
    let mut view = ssr::answer(services.account.audit_log(&actor, query).await)?;
    let words = crate::i18n::public(ssr::locale());
    for line in &mut view.lines {
        line.action = words.action(&line.action);
    }
    Ok(view)
}
