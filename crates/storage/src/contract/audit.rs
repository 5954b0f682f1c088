//! The audit log.

use std::sync::Arc;

use super::world::World;
use crate::Storage;

pub(super) async fn the_newest_lines_come_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let lines =
        ["link.created", "mail.resent", "link.active"].map(|action| world.audit(&tenant, action));
    let mut unit = world.write().await;
    for line in &lines {
        unit.add_audit(line).await.unwrap();
    }
    let newest = unit.audit(tenant.id, 2).await.unwrap();
    assert_eq!(newest, [lines[2].clone(), lines[1].clone()]);
}
