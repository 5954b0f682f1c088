//! Change notices for open pages (server-sent events).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;

use super::session::SignedIn;
use crate::state::AppState;

/// `event: change` whenever something of the person's tenant changed, on any replica.
pub(super) async fn stream(
    State(state): State<AppState>,
    SignedIn(actor): SignedIn,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let follower = state.changes.follow(actor.tenant);
    let stream = unfold(follower, |mut follower| async move {
        let version = follower.next().await?;
        Some((
            Ok(Event::default().event("change").data(version.to_string())),
            follower,
        ))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
