//! What should be looked at.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;
use synchronizer_domain::notice::{Notice, NoticeKind};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// What should be looked at.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "notices/list", output = Output)]
pub async fn list_notices() -> Result<Vec<Notice>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.notices.told(&actor).await)
}

/// Hides a notice until somebody joins after those who were seen.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "notices/dismiss", output = Output)]
pub async fn dismiss_notice(kind: NoticeKind, seen: Timestamp) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.notices.dismiss(&actor, kind, seen).await)
}

/// Begins to mail everybody whose invitation is unanswered and who was seen in the notice;
/// how many there are.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "notices/resend-all", output = Output)]
pub async fn resend_all(seen: Timestamp) -> Result<u32, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.notices.resend_all(&actor, seen).await)
}
