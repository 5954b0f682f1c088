//! Sessions.

use std::sync::Arc;

use synchronizer_domain::ids::AssociateId;

use super::world::{World, at, hash};
use crate::Storage;

pub(super) async fn a_session_is_found_by_its_secret(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let session = world.session(&tenant, 1);
    let mut unit = world.write().await;
    unit.add_session(&session).await.unwrap();
    let found = unit.session_by_secret(&hash(1)).await.unwrap();
    assert_eq!(found, Some(session));
    assert_eq!(unit.session_by_secret(&hash(2)).await.unwrap(), None);
}

pub(super) async fn a_session_is_touched_forwards_only(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let session = world.session(&tenant, 1);
    let mut unit = world.write().await;
    unit.add_session(&session).await.unwrap();
    for now in [9_000, 8_000] {
        unit.touch_session(session.id, at(now)).await.unwrap();
    }
    let found = unit.session_by_secret(&hash(1)).await.unwrap();
    assert_eq!(found.unwrap().seen_at, at(9_000));
}

pub(super) async fn a_removed_session_is_gone(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let session = world.session(&tenant, 1);
    let mut unit = world.write().await;
    unit.add_session(&session).await.unwrap();
    unit.remove_session(session.id).await.unwrap();
    unit.remove_session(session.id).await.unwrap();
    assert_eq!(unit.session_by_secret(&hash(1)).await.unwrap(), None);
}

pub(super) async fn a_persons_sessions_are_listed_and_ended_together(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let (old, new) = (world.session(&tenant, 1), world.session(&tenant, 2));
    let mut other = world.session(&tenant, 3);
    other.associate = AssociateId::new("8");
    let mut unit = world.write().await;
    for session in [&old, &new, &other] {
        unit.add_session(session).await.unwrap();
    }
    let person = &old.associate;
    let listed = unit.sessions_of(tenant.id, person).await.unwrap();
    assert_eq!(listed, [new.clone(), old.clone()]);
    unit.touch_session(old.id, at(9_000)).await.unwrap();
    let listed = unit.sessions_of(tenant.id, person).await.unwrap();
    assert_eq!(listed.first().map(|session| session.id), Some(old.id));
    let removed = unit.remove_sessions_of(tenant.id, person, Some(old.id));
    assert_eq!(removed.await.unwrap(), 1);
    assert_eq!(unit.session_by_secret(&hash(2)).await.unwrap(), None);
    let removed = unit.remove_sessions_of(tenant.id, person, None);
    assert_eq!(removed.await.unwrap(), 1);
    let left = unit.session_by_secret(&hash(3)).await.unwrap();
    assert_eq!(left, Some(other));
}
