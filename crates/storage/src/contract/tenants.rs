//! Tenants and how their CRM is read.

use std::sync::Arc;

use synchronizer_domain::ids::ContextId;
use synchronizer_domain::tenant::TenantState;

use super::world::{World, at, sealed};
use crate::{Storage, rules};

pub(super) async fn a_tenant_is_found_by_id_and_by_context(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let mut tenant = world.tenant("Cust1");
    tenant.state = TenantState::Suspended;
    let mut unit = world.write().await;
    unit.add_tenant(&tenant).await.unwrap();
    let by_context = unit
        .tenant_by_context(&tenant.environment, &tenant.context)
        .await
        .unwrap();
    assert_eq!(by_context.as_ref(), Some(&tenant));
    assert_eq!(
        unit.tenant(tenant.id).await.unwrap().as_ref(),
        Some(&tenant)
    );
    let elsewhere = unit.tenant_by_context("sod.example", &tenant.context).await;
    assert_eq!(elsewhere.unwrap(), None);
    let other = ContextId::new("Cust2");
    let other = unit.tenant_by_context(&tenant.environment, &other).await;
    assert_eq!(other.unwrap(), None);
}

pub(super) async fn a_customer_signs_up_once_per_environment(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let again = unit.add_tenant(&world.tenant("Cust1")).await.unwrap_err();
    assert!(again.is_conflict(rules::TENANT_CONTEXT), "{again}");
    let mut elsewhere = world.tenant("Cust1");
    elsewhere.environment = "sod.example".to_owned();
    unit.add_tenant(&elsewhere).await.unwrap();
}

pub(super) async fn the_crm_connection_is_replaced_as_a_whole(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    assert_eq!(unit.crm_connection(tenant.id).await.unwrap(), None);
    let first = world.crm_connection();
    unit.put_crm_connection(tenant.id, &first, &sealed(1))
        .await
        .unwrap();
    let mut second = world.crm_connection();
    second.name = "Bo Boss".to_owned();
    second.connected = false;
    unit.put_crm_connection(tenant.id, &second, &sealed(2))
        .await
        .unwrap();
    let found = unit.crm_connection(tenant.id).await.unwrap();
    assert_eq!(found, Some((second, sealed(2))));
}

pub(super) async fn the_crm_connection_keeps_its_date_until_something_changes(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let mut connection = world.crm_connection();
    connection.since = at(10);
    unit.put_crm_connection(tenant.id, &connection, &sealed(1))
        .await
        .unwrap();
    for (used, kept, connected, now, since) in [
        (1, 1, true, 20, 10),
        (1, 1, false, 30, 30),
        (1, 2, false, 40, 30),
        (2, 3, true, 50, 50),
    ] {
        let noted = unit
            .note_crm_connection(
                tenant.id,
                (&sealed(used), &sealed(kept)),
                (connected, at(now)),
            )
            .await;
        assert!(noted.unwrap());
        let (found, secret) = unit.crm_connection(tenant.id).await.unwrap().unwrap();
        assert_eq!((found.connected, found.since), (connected, at(since)));
        assert_eq!(secret, sealed(kept));
    }
    // Somebody replaced the connection while the old token was tried.
    let late = unit
        .note_crm_connection(tenant.id, (&sealed(1), &sealed(4)), (false, at(60)))
        .await;
    assert!(!late.unwrap());
    connection.since = at(50);
    let found = unit.crm_connection(tenant.id).await.unwrap();
    assert_eq!(found, Some((connection, sealed(3))));
}

pub(super) async fn a_tenant_is_suspended_and_resumed(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let other = world.add_tenant("Cust2").await;
    let mut unit = world.write().await;
    for state in [TenantState::Suspended, TenantState::Active] {
        assert!(unit.set_tenant_state(tenant.id, state).await.unwrap());
        let found = unit.tenant(tenant.id).await.unwrap().unwrap();
        assert_eq!(found.state, state);
        let untouched = unit.tenant(other.id).await.unwrap();
        assert_eq!(untouched, Some(other.clone()));
    }
    let unknown = world.tenant("Cust3").id;
    let changed = unit.set_tenant_state(unknown, TenantState::Suspended).await;
    assert!(!changed.unwrap());
}

pub(super) async fn the_host_of_a_customer_is_kept_beside_its_tenant(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let other = world.add_tenant("Cust2").await;
    let mut unit = world.write().await;
    let (environment, context) = (tenant.environment.as_str(), &tenant.context);
    assert_eq!(unit.crm_host(environment, context).await.unwrap(), None);
    for (api, until) in [
        ("https://crm1.example/Cust1/api", at(10)),
        ("https://crm2.example/Cust1/api", at(20)),
    ] {
        let kept = unit.put_crm_host(environment, context, api, until).await;
        assert!(kept.unwrap());
        let found = unit.crm_host(environment, context).await.unwrap();
        assert_eq!(found, Some((api.to_owned(), until)));
    }
    let unchanged = unit.tenant(tenant.id).await.unwrap();
    assert_eq!(unchanged, Some(tenant.clone()));
    let unknown = ContextId::new("Cust3");
    for (environment, context) in [
        (environment, &other.context),
        ("sod.example", context),
        (environment, &unknown),
    ] {
        assert_eq!(unit.crm_host(environment, context).await.unwrap(), None);
    }
    let api = "https://x.example";
    let kept = unit.put_crm_host(environment, &unknown, api, at(1)).await;
    assert!(!kept.unwrap());
}

pub(super) async fn a_system_user_is_kept_replaced_and_forgotten(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    assert_eq!(unit.system_user(tenant.id).await.unwrap(), None);
    for (value, now) in [(1, 10), (2, 20)] {
        unit.put_system_user(tenant.id, &sealed(value), at(now))
            .await
            .unwrap();
        let found = unit.system_user(tenant.id).await.unwrap();
        assert_eq!(found, Some(sealed(value)));
    }
    unit.remove_system_user(tenant.id).await.unwrap();
    assert_eq!(unit.system_user(tenant.id).await.unwrap(), None);
    unit.remove_system_user(tenant.id).await.unwrap();
}
