//! The newest batch of a profile, followed while it works.

use leptos::prelude::*;
use synchronizer_domain::bulk::BatchView;
use synchronizer_domain::ids::ProfileId;

use crate::live::keep_fresh;
use crate::pages::loaded::{PageData, Wanted};

/// Keeps the batch fresh and loads the page's own data `again` when one ended: that is when
/// they differ. The returned action loads the batch.
pub fn follow_newest(
    profile: ProfileId,
    batch: RwSignal<Option<BatchView>>,
    again: Action<(), ()>,
) -> Action<(), ()> {
    let reload = keep_fresh(batch, Wanted::Batch(profile), take);
    let ended = Memo::new(move |_| {
        batch.with(|batch| batch.as_ref().map(|batch| (batch.id, batch.ended_at)))
    });
    Effect::new(move |before: Option<()>| {
        if ended.get().is_some_and(|(_, at)| at.is_some()) && before.is_some() {
            again.dispatch(());
        }
    });
    reload
}

fn take(data: PageData) -> Option<Option<BatchView>> {
    match data {
        PageData::Batch(batch) => Some(batch),
        _ => None,
    }
}
