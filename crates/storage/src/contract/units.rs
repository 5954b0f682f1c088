//! Units of work.

use std::sync::Arc;

use super::world::World;
use crate::{Storage, rules};

pub(super) async fn a_committed_unit_is_kept(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.tenant("Cust1");
    let mut unit = world.write().await;
    unit.add_tenant(&tenant).await.unwrap();
    unit.commit().await.unwrap();
    let found = world.read().await.tenant(tenant.id).await.unwrap();
    assert_eq!(found, Some(tenant));
}

pub(super) async fn a_dropped_unit_changed_nothing(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.tenant("Cust1");
    let mut unit = world.write().await;
    unit.add_tenant(&tenant).await.unwrap();
    drop(unit);
    assert_eq!(world.read().await.tenant(tenant.id).await.unwrap(), None);
    // The connection is usable again, and the name is free.
    let mut unit = world.write().await;
    unit.add_tenant(&tenant).await.unwrap();
    unit.commit().await.unwrap();
}

pub(super) async fn a_unit_sees_its_own_changes_and_others_do_not(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.tenant("Cust1");
    let mut unit = world.write().await;
    unit.add_tenant(&tenant).await.unwrap();
    assert!(unit.tenant(tenant.id).await.unwrap().is_some());
    assert_eq!(world.read().await.tenant(tenant.id).await.unwrap(), None);
    unit.commit().await.unwrap();
}

pub(super) async fn a_reading_unit_sees_one_state(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let first = world.add_tenant("Cust1").await;
    let mut reader = world.read().await;
    assert!(reader.tenant(first.id).await.unwrap().is_some());
    let second = world.add_tenant("Cust2").await;
    assert_eq!(reader.tenant(second.id).await.unwrap(), None);
    drop(reader);
    let found = world.read().await.tenant(second.id).await.unwrap();
    assert_eq!(found, Some(second));
}

pub(super) async fn a_reading_unit_cannot_write(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.tenant("Cust1");
    let mut unit = world.read().await;
    assert!(unit.add_tenant(&tenant).await.is_err());
}

pub(super) async fn a_refused_row_leaves_the_unit_usable(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, first) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    let before = world.link(&profile, "2", "two");
    unit.add_link(&before, profile.system).await.unwrap();
    let refused = world.link(&profile, "1", "three");
    let error = unit.add_link(&refused, profile.system).await.unwrap_err();
    assert!(error.is_conflict(rules::LINK_CRM_USER), "{error}");
    // Who has it is asked in the same unit, which goes on with the next row.
    let holder = unit.link_of_crm_user(tenant.id, &refused.crm.id).await;
    assert_eq!(holder.unwrap().unwrap().id, first.id);
    let after = world.link(&profile, "4", "four");
    unit.add_link(&after, profile.system).await.unwrap();
    unit.commit().await.unwrap();

    let kept = world.read().await.live_links(tenant.id).await.unwrap();
    let kept = kept.iter().map(|link| link.id).collect::<Vec<_>>();
    assert_eq!(kept, [after.id, before.id, first.id]);
}

pub(super) async fn a_migrated_database_passes_the_check(storage: Arc<dyn Storage>) {
    storage.check().await.unwrap();
}
