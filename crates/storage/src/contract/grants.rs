//! Grants.

use std::sync::Arc;

use synchronizer_domain::link::{Cause, Side};

use super::world::{World, at, sealed};
use crate::Storage;

pub(super) async fn a_grant_is_read_back_as_it_was_put(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut crm = world.grant(&link, Side::Crm);
    crm.refused = Some((Cause::CrmRefused, at(5)));
    let calendar = world.grant(&link, Side::Calendar);
    let mut unit = world.write().await;
    unit.put_grant(&crm).await.unwrap();
    let none = unit.grant(tenant.id, link.id, Side::Calendar).await;
    assert_eq!(none.unwrap(), None);
    unit.put_grant(&calendar).await.unwrap();
    for (side, grant) in [(Side::Crm, crm), (Side::Calendar, calendar)] {
        let found = unit.grant(tenant.id, link.id, side).await.unwrap();
        assert_eq!(found, Some(grant));
    }
}

pub(super) async fn a_second_grant_of_a_side_replaces_the_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut first = world.grant(&link, Side::Crm);
    first.refused = Some((Cause::CrmRefused, at(5)));
    let mut second = world.grant(&link, Side::Crm);
    second.secret = sealed(9);
    second.scopes = String::new();
    second.identity = "{}".to_owned();
    let mut unit = world.write().await;
    unit.put_grant(&first).await.unwrap();
    unit.put_grant(&second).await.unwrap();
    second.version = first.version + 1;
    assert_eq!(unit.grants(tenant.id, None).await.unwrap(), [second]);
}

pub(super) async fn grants_are_listed_by_tenant_and_by_profile(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let elsewhere = world.add_link(&other, "2", "two").await;
    let here = world.grant(&link, Side::Crm);
    let there = world.grant(&elsewhere, Side::Calendar);
    let mut unit = world.write().await;
    unit.put_grant(&here).await.unwrap();
    unit.put_grant(&there).await.unwrap();
    let mut all = unit.grants(tenant.id, None).await.unwrap();
    all.sort_by_key(|grant| grant.id);
    assert_eq!(all, [here.clone(), there.clone()]);
    let listed = unit.grants(tenant.id, Some(profile.id)).await.unwrap();
    assert_eq!(listed, [here]);
    let listed = unit.grants(tenant.id, Some(other.id)).await.unwrap();
    assert_eq!(listed, [there]);
}

pub(super) async fn a_secret_is_rotated_only_from_the_version_it_was_read_at(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut grant = world.grant(&link, Side::Calendar);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();
    for (secret, rotated) in [(7, true), (8, false)] {
        let done = unit
            .rotate_grant_secret(tenant.id, link.id, grant.side, 1, &sealed(secret))
            .await;
        assert_eq!(done.unwrap(), rotated);
    }
    grant.version = 2;
    grant.secret = sealed(7);
    let found = unit.grant(tenant.id, link.id, grant.side).await.unwrap();
    assert_eq!(found, Some(grant));
}

pub(super) async fn another_identity_leaves_the_version(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut grant = world.grant(&link, Side::Calendar);
    let side = grant.side;
    let mut unit = world.write().await;
    let missing = unit
        .set_grant_identity(tenant.id, link.id, side, grant.id, "{}")
        .await;
    assert!(!missing.unwrap());
    unit.put_grant(&grant).await.unwrap();
    let replaced = world.grant(&link, side).id;
    let done = unit
        .set_grant_identity(tenant.id, link.id, side, replaced, "{}")
        .await;
    assert!(!done.unwrap());
    let done = unit
        .set_grant_identity(tenant.id, link.id, side, grant.id, "{}")
        .await;
    assert!(done.unwrap());
    grant.identity = "{}".to_owned();
    let found = unit.grant(tenant.id, link.id, side).await.unwrap();
    assert_eq!(found, Some(grant));
}

pub(super) async fn grants_of_links_that_were_deleted_long_ago_are_dropped(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let (crm, calendar) = (
        world.grant(&link, Side::Crm),
        world.grant(&link, Side::Calendar),
    );
    let others = world.grant(&other, Side::Crm);
    let mut unit = world.write().await;
    for grant in [&crm, &calendar, &others] {
        unit.put_grant(grant).await.unwrap();
    }
    let leased = unit.lease_tokens(tenant.id, link.id, Side::Crm, crm.id, at(1), at(2));
    assert!(leased.await.unwrap().is_some());
    let dropped = unit.drop_grants_of_deleted(tenant.id, link.id).await;
    assert_eq!(dropped.unwrap(), [], "the link lives");

    let mut flags = link.flags;
    flags.deleted_at = Some(at(3_000));
    let stored = unit.set_link_flags(tenant.id, link.id, &flags).await;
    assert!(stored.unwrap());
    assert_eq!(unit.deleted_with_grants(at(3_000), 9).await.unwrap(), []);
    assert_eq!(unit.deleted_with_grants(at(3_001), 0).await.unwrap(), []);
    let found = unit.deleted_with_grants(at(3_001), 9).await.unwrap();
    assert_eq!(found, [(tenant.id, link.id)]);
    let dropped = unit.drop_grants_of_deleted(tenant.id, link.id).await;
    assert_eq!(dropped.unwrap(), [calendar, crm]);
    assert_eq!(unit.deleted_with_grants(at(3_001), 9).await.unwrap(), []);
    assert_eq!(unit.grants(tenant.id, None).await.unwrap(), [others]);
    let tokens = unit.grant_tokens(tenant.id, link.id, Side::Crm).await;
    assert_eq!(tokens.unwrap(), None);
}
