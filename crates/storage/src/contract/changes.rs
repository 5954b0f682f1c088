//! Change counters.

use std::sync::Arc;

use super::world::World;
use crate::Storage;

pub(super) async fn counters_grow_by_one(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let first = world.add_tenant("Cust1").await;
    let second = world.add_tenant("Cust2").await;
    world.add_tenant("Cust3").await;
    let mut unit = world.write().await;
    assert_eq!(unit.versions().await.unwrap(), []);
    for tenant in [first.id, second.id, first.id] {
        unit.bump_version(tenant).await.unwrap();
    }
    let mut versions = unit.versions().await.unwrap();
    versions.sort();
    assert_eq!(versions, [(first.id, 2), (second.id, 1)]);
}
