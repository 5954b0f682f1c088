//! Batches.

use std::sync::Arc;

use synchronizer_domain::bulk::{BatchKind, BatchRowState};

use super::world::{World, at};
use crate::Storage;

pub(super) async fn a_batch_is_read_back_with_its_rows(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let (batch, rows) = world.add_batch(&profile, 3).await;
    let mut resend = world.batch(&profile);
    resend.kind = BatchKind::Resend;
    let mut row = rows[0].clone();
    row.link = Some(link.id);
    let mut unit = world.write().await;
    unit.add_batch(&resend, std::slice::from_ref(&row))
        .await
        .unwrap();
    unit.commit().await.unwrap();

    let mut unit = world.read().await;
    assert_eq!(
        unit.batch(tenant.id, batch.id).await.unwrap(),
        Some(batch.clone())
    );
    let waiting = BatchRowState::Waiting;
    let found = unit.batch_rows(tenant.id, batch.id, waiting, 10).await;
    assert_eq!(found.unwrap(), rows);
    let found = unit.batch_rows(tenant.id, batch.id, waiting, 2).await;
    assert_eq!(found.unwrap(), rows[..2]);
    let found = unit.batch_rows(tenant.id, resend.id, waiting, 10).await;
    assert_eq!(found.unwrap(), [row]);
    assert_eq!(
        unit.batch(tenant.id, resend.id).await.unwrap(),
        Some(resend)
    );
}

pub(super) async fn an_open_batch_says_until_when_it_waits(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let (batch, _) = world.add_batch(&profile, 1).await;
    let (tenant, id) = (tenant.id, batch.id);
    let mut unit = world.write().await;
    assert_eq!(batch.waits_until, None);
    for until in [at(5_000), at(6_000)] {
        unit.set_batch_waiting(tenant, id, until).await.unwrap();
        let found = unit.batch(tenant, id).await.unwrap().unwrap();
        assert_eq!(found.waits_until, Some(until));
    }
    assert!(unit.end_batch(tenant, id, at(7_000)).await.unwrap());
    unit.set_batch_waiting(tenant, id, at(9_000)).await.unwrap();
    let found = unit.batch(tenant, id).await.unwrap().unwrap();
    assert_eq!(found.waits_until, Some(at(6_000)));
}

pub(super) async fn rows_are_settled_once_and_counted(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let (batch, _) = world.add_batch(&profile, 4).await;
    let (tenant, id) = (tenant.id, batch.id);
    let mut unit = world.write().await;
    let (done, refused) = (BatchRowState::Done, BatchRowState::Refused);
    for (position, state, link, reason, first) in [
        (0, done, Some(link.id), None, true),
        (0, refused, None, Some("\"late\""), false),
        (2, refused, None, Some("\"why\""), true),
        (9, done, None, None, false),
    ] {
        let settled = unit
            .settle_batch_row(tenant, id, position, state, link, reason)
            .await;
        assert_eq!(settled.unwrap(), first, "{position} {state:?}");
    }
    let mut counts = unit.batch_counts(tenant, id).await.unwrap();
    counts.sort_by_key(|(state, _)| state.word());
    assert_eq!(
        counts,
        [(done, 1), (refused, 1), (BatchRowState::Waiting, 2)]
    );
    let rows = unit.batch_rows(tenant, id, done, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].link), (1, Some(link.id)));
    let rows = unit.batch_rows(tenant, id, refused, 10).await.unwrap();
    assert_eq!(rows[0].reason.as_deref(), Some("\"why\""));
}

pub(super) async fn an_ended_batch_is_not_held_and_its_waiting_rows_are_cancelled(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let (batch, _) = world.add_batch(&profile, 2).await;
    let (tenant, id) = (tenant.id, batch.id);
    let mut unit = world.write().await;
    assert_eq!(unit.open_batches(tenant, profile.id).await.unwrap(), [id]);
    assert!(unit.hold_batch(tenant, id).await.unwrap());
    unit.settle_batch_row(tenant, id, 0, BatchRowState::Done, None, None)
        .await
        .unwrap();
    assert!(unit.end_batch(tenant, id, at(50)).await.unwrap());
    assert!(!unit.end_batch(tenant, id, at(60)).await.unwrap());
    assert!(!unit.hold_batch(tenant, id).await.unwrap());
    let found = unit.batch(tenant, id).await.unwrap().unwrap();
    assert_eq!(found.ended_at, Some(at(50)));
    let counts = unit.batch_counts(tenant, id).await.unwrap();
    assert_eq!(
        counts,
        [(BatchRowState::Cancelled, 1), (BatchRowState::Done, 1)]
    );
}

pub(super) async fn the_newest_batch_of_a_profile_is_found(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let newest = async |profile| {
        let mut unit = world.read().await;
        let found = unit.newest_batch(tenant.id, profile).await.unwrap();
        found.map(|batch| batch.id)
    };
    assert_eq!(newest(profile.id).await, None);
    world.add_batch(&profile, 1).await;
    let (second, _) = world.add_batch(&profile, 1).await;
    world.add_batch(&other, 1).await;
    assert_eq!(newest(profile.id).await, Some(second.id));
}

pub(super) async fn batches_that_ended_long_ago_are_swept(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let mut ids = Vec::new();
    let mut unit = world.write().await;
    for ended_at in [Some(at(10)), Some(at(90)), None] {
        let mut batch = world.batch(&profile);
        batch.ended_at = ended_at;
        ids.push(batch.id);
        unit.add_batch(&batch, &[]).await.unwrap();
    }
    unit.commit().await.unwrap();
    let (old, rows) = world.add_batch(&profile, 2).await;
    let mut unit = world.write().await;
    unit.end_batch(tenant.id, old.id, at(20)).await.unwrap();
    assert_eq!(unit.sweep_batches(at(50)).await.unwrap(), 2);
    for (id, stays) in [
        (ids[0], false),
        (ids[1], true),
        (ids[2], true),
        (old.id, false),
    ] {
        let found = unit.batch(tenant.id, id).await.unwrap();
        assert_eq!(found.is_some(), stays);
    }
    assert_eq!(rows.len(), 2);
    assert_eq!(unit.batch_counts(tenant.id, old.id).await.unwrap(), []);
}
