//! The audit log.

use std::sync::Arc;

use super::world::{World, at};
use crate::{AuditFilter, Storage};

pub(super) async fn the_newest_lines_come_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let lines =
        ["link.created", "mail.resent", "link.active"].map(|action| world.audit(&tenant, action));
    let mut unit = world.write().await;
    for line in &lines {
        unit.add_audit(line).await.unwrap();
    }
    let mut filter = AuditFilter::default();
    let newest = unit.audit(tenant.id, &filter, 2).await.unwrap();
    assert_eq!(newest, [lines[2].clone(), lines[1].clone()]);
    filter.before = Some(lines[1].id);
    let older = unit.audit(tenant.id, &filter, 2).await.unwrap();
    assert_eq!(older, [lines[0].clone()]);
}

pub(super) async fn lines_are_chosen_by_person_and_time(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut lines = ["one", "two", "three", "four"].map(|action| world.audit(&tenant, action));
    "Bea".clone_into(&mut lines[1].actor);
    "Bea".clone_into(&mut lines[3].actor);
    let mut unit = world.write().await;
    for line in &lines {
        unit.add_audit(line).await.unwrap();
    }
    let mut filter = AuditFilter {
        actor: Some("Bea".to_owned()),
        ..AuditFilter::default()
    };
    let found = unit.audit(tenant.id, &filter, 9).await.unwrap();
    assert_eq!(found, [lines[3].clone(), lines[1].clone()]);
    // The beginning belongs to it, the end does not.
    filter = AuditFilter {
        from: Some(lines[1].at),
        until: Some(lines[3].at),
        ..AuditFilter::default()
    };
    let found = unit.audit(tenant.id, &filter, 9).await.unwrap();
    assert_eq!(found, [lines[2].clone(), lines[1].clone()]);
    filter.until = Some(at(1));
    assert_eq!(unit.audit(tenant.id, &filter, 9).await.unwrap(), []);
    let mut actors = vec!["Bea".to_owned(), lines[0].actor.clone()];
    actors.sort();
    assert_eq!(unit.audit_actors(tenant.id).await.unwrap(), actors);
}

pub(super) async fn old_lines_are_swept(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let lines = ["one", "two", "three"].map(|action| world.audit(&tenant, action));
    let mut unit = world.write().await;
    for line in &lines {
        unit.add_audit(line).await.unwrap();
    }
    assert_eq!(unit.sweep_audit(lines[2].at).await.unwrap(), 2);
    let all = AuditFilter::default();
    let left = unit.audit(tenant.id, &all, 9).await.unwrap();
    assert_eq!(left, [lines[2].clone()]);
}
