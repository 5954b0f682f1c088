//! Access tokens that processes share, refusals, and what takes grants away.

use std::sync::Arc;
use std::time::Duration;

use synchronizer_domain::link::{Cause, Link, Side};

use super::world::{World, at, sealed};
use crate::{Grant, GrantTokens, Refusal, Storage, UnitOfWork};

/// Leases the tokens of a grant at this second, for a hundred.
async fn lease(unit: &mut Box<dyn UnitOfWork>, grant: &Grant, now: i64) -> Option<i64> {
    unit.lease_tokens(
        grant.tenant,
        grant.link,
        grant.side,
        grant.id,
        at(now),
        at(now + 100),
    )
    .await
    .unwrap()
}

async fn stored(unit: &mut Box<dyn UnitOfWork>, link: &Link, side: Side) -> Option<GrantTokens> {
    unit.grant_tokens(link.tenant, link.id, side).await.unwrap()
}

async fn scene(storage: Arc<dyn Storage>) -> (World, Link, Grant) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let grant = world.grant(&link, Side::Calendar);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();
    unit.commit().await.unwrap();
    (world, link, grant)
}

pub(super) async fn one_holds_the_lease_until_it_ends(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let mut unit = world.write().await;
    assert_eq!(stored(&mut unit, &link, grant.side).await, None);
    assert_eq!(lease(&mut unit, &grant, 1_000).await, Some(1));
    assert_eq!(lease(&mut unit, &grant, 1_099).await, None);
    assert_eq!(lease(&mut unit, &grant, 1_100).await, Some(2));
    let (tenant, side) = (link.tenant, grant.side);
    // The first holder is late.
    let access = sealed(5);
    let late = unit
        .store_tokens(tenant, link.id, side, 1, (&access, at(5_000)), at(1_101))
        .await;
    assert!(!late.unwrap());
    let late = unit
        .note_tokens_failed(tenant, link.id, side, 1, "late", at(1_101))
        .await;
    assert!(!late.unwrap());
    let done = unit
        .store_tokens(tenant, link.id, side, 2, (&access, at(5_000)), at(1_102))
        .await;
    assert!(done.unwrap());
    let expected = GrantTokens {
        access: Some((access, at(5_000))),
        refreshed_at: Some(at(1_102)),
        failed: None,
    };
    assert_eq!(stored(&mut unit, &link, side).await, Some(expected));
    // The lease ended with it.
    assert_eq!(lease(&mut unit, &grant, 1_103).await, Some(3));
}

pub(super) async fn a_failure_is_shared_and_keeps_the_token(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let (tenant, side) = (link.tenant, grant.side);
    let mut unit = world.write().await;
    let fence = lease(&mut unit, &grant, 1_000).await.unwrap();
    let access = sealed(5);
    unit.store_tokens(
        tenant,
        link.id,
        side,
        fence,
        (&access, at(5_000)),
        at(1_001),
    )
    .await
    .unwrap();
    let fence = lease(&mut unit, &grant, 1_010).await.unwrap();
    let noted = unit
        .note_tokens_failed(tenant, link.id, side, fence, "unavailable", at(1_011))
        .await;
    assert!(noted.unwrap());
    let tokens = stored(&mut unit, &link, side).await.unwrap();
    assert_eq!(tokens.failed, Some(("unavailable".to_owned(), at(1_011))));
    assert_eq!(tokens.access, Some((access, at(5_000))));
    assert_eq!(tokens.refreshed_at, Some(at(1_001)));
    // The next success forgets it.
    let fence = lease(&mut unit, &grant, 1_020).await.unwrap();
    unit.store_tokens(
        tenant,
        link.id,
        side,
        fence,
        (&sealed(6), at(6_000)),
        at(1_021),
    )
    .await
    .unwrap();
    let tokens = stored(&mut unit, &link, side).await.unwrap();
    assert_eq!(tokens.failed, None);
}

pub(super) async fn a_newer_grant_makes_the_token_worthless(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let (tenant, side) = (link.tenant, grant.side);
    let mut unit = world.write().await;
    let old = lease(&mut unit, &grant, 1_000).await.unwrap();
    let newer = world.grant(&link, side);
    unit.put_grant(&newer).await.unwrap();
    assert_eq!(stored(&mut unit, &link, side).await, None);
    assert_eq!(lease(&mut unit, &grant, 1_001).await, None);
    // The newer grant need not wait for the older one's lease.
    assert!(lease(&mut unit, &newer, 1_001).await.is_some());
    let late = unit
        .store_tokens(
            tenant,
            link.id,
            side,
            old,
            (&sealed(5), at(5_000)),
            at(1_002),
        )
        .await;
    assert!(!late.unwrap());
    let tokens = stored(&mut unit, &link, side).await.unwrap();
    assert_eq!(tokens.access, None);
}

pub(super) async fn a_refusal_is_noted_once_and_ends_the_token(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let (tenant, side) = (link.tenant, grant.side);
    let mut unit = world.write().await;
    let fence = lease(&mut unit, &grant, 1_100).await.unwrap();
    unit.store_tokens(
        tenant,
        link.id,
        side,
        fence,
        (&sealed(5), at(5_000)),
        at(1_100),
    )
    .await
    .unwrap();
    let day = Duration::from_secs(86_400);
    let first = grant.granted_at.plus(day);
    let noted = unit.refuse_grant(&grant, Cause::CalendarRefused, first);
    assert_eq!(noted.await.unwrap(), Some(Refusal { last_life: None }));
    let again = unit.refuse_grant(&grant, Cause::ScopeMissing, first.plus(day));
    assert_eq!(again.await.unwrap(), None);
    let found = unit.grant(tenant, link.id, side).await.unwrap().unwrap();
    assert_eq!(found.refused, Some((Cause::CalendarRefused, first)));
    assert_eq!(found.version, grant.version);
    let tokens = stored(&mut unit, &link, side).await.unwrap();
    assert_eq!(tokens.access, None);
    // Nobody refreshes what was refused.
    assert_eq!(lease(&mut unit, &grant, 9_000).await, None);

    // The next grant of the side knows how long this one lived.
    unit.put_grant(&world.grant(&link, side)).await.unwrap();
    let next = unit.grant(tenant, link.id, side).await.unwrap().unwrap();
    assert_eq!(next.refused, None);
    let second = next.granted_at.plus(day);
    let noted = unit.refuse_grant(&next, Cause::CalendarRefused, second);
    let last_life = Some(day);
    assert_eq!(noted.await.unwrap(), Some(Refusal { last_life }));
}

pub(super) async fn a_refusal_of_an_older_secret_changes_nothing(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let (tenant, side) = (link.tenant, grant.side);
    let mut unit = world.write().await;
    unit.rotate_grant_secret(tenant, link.id, side, grant.version, &sealed(8))
        .await
        .unwrap();
    let noted = unit.refuse_grant(&grant, Cause::CalendarRefused, at(2_000));
    assert_eq!(noted.await.unwrap(), None);
    unit.put_grant(&world.grant(&link, side)).await.unwrap();
    let noted = unit.refuse_grant(&grant, Cause::CalendarRefused, at(2_000));
    assert_eq!(noted.await.unwrap(), None);
    let found = unit.grant(tenant, link.id, side).await.unwrap().unwrap();
    assert_eq!(found.refused, None);
}

pub(super) async fn checks_are_dated_per_link(storage: Arc<dyn Storage>) {
    let (world, link, _) = scene(storage).await;
    let tenant = link.tenant;
    let mut unit = world.write().await;
    assert_eq!(unit.link_checked_at(tenant, link.id).await.unwrap(), None);
    unit.note_link_checked(tenant, link.id, at(7))
        .await
        .unwrap();
    let found = unit.link_checked_at(tenant, link.id).await.unwrap();
    assert_eq!(found, Some(at(7)));
}

pub(super) async fn links_that_nobody_looks_after_are_found(storage: Arc<dyn Storage>) {
    let (world, link, grant) = scene(storage).await;
    let tenant = world
        .read()
        .await
        .tenant(link.tenant)
        .await
        .unwrap()
        .unwrap();
    let kind = "send-mail";
    let mut unit = world.write().await;
    let found = unit.links_without_job(kind, 9).await.unwrap();
    assert_eq!(found, [(link.tenant, link.id)]);
    assert_eq!(unit.links_without_job(kind, 0).await.unwrap(), []);
    let job = world.job(&tenant, &link.id.to_string(), at(5_000));
    assert!(unit.add_job(&job).await.unwrap());
    assert_eq!(unit.links_without_job(kind, 9).await.unwrap(), []);
    let found = unit.links_without_job("another", 9).await.unwrap();
    assert_eq!(found, [(link.tenant, link.id)]);
    // Refused and deleted ones need nobody.
    unit.refuse_grant(&grant, Cause::CalendarRefused, at(2_000))
        .await
        .unwrap();
    assert_eq!(unit.links_without_job("another", 9).await.unwrap(), []);
    unit.put_grant(&world.grant(&link, Side::Crm))
        .await
        .unwrap();
    assert_eq!(unit.links_without_job("another", 9).await.unwrap().len(), 1);
    let mut flags = link.flags;
    flags.deleted_at = Some(at(3_000));
    unit.set_link_flags(link.tenant, link.id, &flags)
        .await
        .unwrap();
    assert_eq!(unit.links_without_job("another", 9).await.unwrap(), []);
}

pub(super) async fn a_revocation_waits_until_it_is_removed(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let revocation = world.revocation(&tenant);
    let mut unit = world.write().await;
    unit.add_revocation(&revocation).await.unwrap();
    let found = unit.revocation(tenant.id, revocation.id).await.unwrap();
    assert_eq!(found, Some(revocation.clone()));
    unit.remove_revocation(tenant.id, revocation.id)
        .await
        .unwrap();
    let found = unit.revocation(tenant.id, revocation.id).await.unwrap();
    assert_eq!(found, None);
}

pub(super) async fn an_alarm_is_raised_once_until_it_is_cleared(storage: Arc<dyn Storage>) {
    use synchronizer_domain::alarm::{Alarm, AlarmKind};
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await.id;
    let other = world.add_tenant("Cust2").await.id;
    let mut unit = world.write().await;
    for kind in AlarmKind::ALL {
        let alarm = |since| Alarm {
            system: "microsoft365".to_owned(),
            kind: *kind,
            since: at(since),
        };
        assert!(unit.raise_alarm(tenant, &alarm(5)).await.unwrap());
        assert!(!unit.raise_alarm(tenant, &alarm(6)).await.unwrap());
        assert_eq!(unit.alarm_count("microsoft365", *kind).await.unwrap(), 1);
        assert!(unit.raise_alarm(other, &alarm(7)).await.unwrap());
        assert_eq!(unit.alarm_count("microsoft365", *kind).await.unwrap(), 2);
        assert_eq!(unit.alarm_count("google", *kind).await.unwrap(), 0);
        assert_eq!(unit.alarms(tenant).await.unwrap(), [alarm(5)]);
        let elsewhere = unit.clear_alarm(tenant, "superoffice", *kind).await;
        assert!(!elsewhere.unwrap());
        let cleared = unit.clear_alarm(tenant, "microsoft365", *kind).await;
        assert!(cleared.unwrap());
        assert_eq!(unit.alarms(tenant).await.unwrap(), []);
    }
}

pub(super) async fn a_notice_to_the_operator_is_claimed_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let mut unit = world.write().await;
    assert!(unit.claim_notice("secret a", at(1)).await.unwrap());
    assert!(!unit.claim_notice("secret a", at(2)).await.unwrap());
    assert!(unit.claim_notice("secret b", at(2)).await.unwrap());
    drop(unit);
    // What was not kept was not told.
    let mut unit = world.write().await;
    assert!(unit.claim_notice("secret a", at(3)).await.unwrap());
}
