//! Lists of pairs that somebody brought.

use std::sync::Arc;

use synchronizer_domain::ids::TenantId;

use super::world::{World, at};
use crate::{Import, Storage, UnitOfWork};

async fn kept(unit: &mut dyn UnitOfWork, tenant: TenantId, imports: &[Import]) -> Vec<bool> {
    let mut kept = Vec::new();
    for import in imports {
        kept.push(unit.import(tenant, import.id).await.unwrap().is_some());
    }
    kept
}

pub(super) async fn an_import_is_read_back_as_it_was_added(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    for guessed in [false, true] {
        let import = Import {
            guessed,
            content: "zoe@a.example;\"Zoë; 'M'\"\r\n\t∑".to_owned(),
            ..world.import(&profile)
        };
        unit.add_import(&import, 5).await.unwrap();
        let found = unit.import(tenant.id, import.id).await.unwrap();
        assert_eq!(found, Some(import));
    }
}

pub(super) async fn of_a_profile_the_newest_imports_stay(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let beside = world.import(&other);
    let imports = [(); 4].map(|()| world.import(&profile));
    let mut unit = world.write().await;
    unit.add_import(&beside, 2).await.unwrap();
    for import in &imports {
        unit.add_import(import, 2).await.unwrap();
    }
    let stays = kept(&mut *unit, tenant.id, &imports).await;
    assert_eq!(stays, [false, false, true, true]);
    assert_eq!(kept(&mut *unit, tenant.id, &[beside]).await, [true]);
}

pub(super) async fn old_imports_are_swept(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let imports = [10, 50, 90].map(|secs| Import {
        created_at: at(secs),
        ..world.import(&profile)
    });
    let mut unit = world.write().await;
    for import in &imports {
        unit.add_import(import, 9).await.unwrap();
    }
    assert_eq!(unit.sweep_imports(at(50)).await.unwrap(), 1);
    let stays = kept(&mut *unit, tenant.id, &imports).await;
    assert_eq!(stays, [false, true, true]);
}
