//! The signed-in person.

use leptos::prelude::*;
use synchronizer_domain::session::Me;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// The frame's facts about the person.
///
/// # Errors
/// Unauthenticated, internal.
#[server(prefix = "/api", endpoint = "session/me", output = Output)]
pub async fn who_am_i() -> Result<Me, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.me(&actor).await)
}
