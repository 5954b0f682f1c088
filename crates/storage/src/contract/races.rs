//! What must be decided once however many ask at the same time.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::join_all;
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::{Alarm, AlarmKind};
use synchronizer_domain::link::{Cause, Link, Side};
use synchronizer_domain::profile::Profile;

use super::world::{World, at, hash, sealed};
use crate::{Storage, StorageResult, rules};

async fn add(world: &World, profile: &Profile, link: &Link) -> StorageResult<()> {
    let mut unit = world.write().await;
    unit.add_link(link, profile.system).await?;
    unit.commit().await
}

/// Adds all links at the same time; all but one must break the rule.
async fn one_wins(world: &World, profile: &Profile, links: &[Link], rule: &str) {
    let results = join_all(links.iter().map(|link| add(world, profile, link))).await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(won, 1);
    for error in results.into_iter().filter_map(Result::err) {
        assert!(error.is_conflict(rule), "{error}");
    }
    let live = world.read().await.live_links(profile.tenant).await;
    assert_eq!(live.unwrap().len(), 1);
}

pub(super) async fn of_two_links_of_one_crm_user_one_wins(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let links = ["a", "b", "c"].map(|calendar| world.link(&profile, "1", calendar));
    one_wins(&world, &profile, &links, rules::LINK_CRM_USER).await;
}

pub(super) async fn of_two_links_of_one_calendar_user_one_wins(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let links = ["1", "2", "3"].map(|crm| world.link(&profile, crm, "a"));
    one_wins(&world, &profile, &links, rules::LINK_CALENDAR_USER).await;
}

pub(super) async fn no_job_is_claimed_twice(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    for n in 0..60 {
        let job = world.job(&tenant, &n.to_string(), at(n));
        assert!(unit.add_job(&job).await.unwrap());
    }
    unit.commit().await.unwrap();

    let world = &world;
    let workers = (0..8).map(|worker| async move {
        let mut claimed = Vec::new();
        loop {
            let mut unit = world.write().await;
            let name = format!("worker-{worker}");
            let jobs = unit
                .claim_jobs(&["send-mail"], &name, at(1_000), at(2_000), 3)
                .await
                .unwrap();
            assert!(jobs.len() <= 3);
            unit.commit().await.unwrap();
            if jobs.is_empty() {
                return claimed;
            }
            claimed.extend(jobs.into_iter().map(|job| job.id));
        }
    });
    let claimed = join_all(workers).await.concat();
    let distinct = claimed.iter().collect::<HashSet<_>>();
    assert_eq!((claimed.len(), distinct.len()), (60, 60));
}

pub(super) async fn an_answer_is_used_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let mut unit = world.write().await;
    unit.add_attempt(&world.attempt(1, 2)).await.unwrap();
    unit.commit().await.unwrap();
    let world = &world;
    let takers = (0..4).map(|_| async move {
        let mut unit = world.write().await;
        let taken = unit.take_attempt(&hash(1)).await.unwrap();
        unit.commit().await.unwrap();
        taken
    });
    let taken = join_all(takers).await.into_iter().flatten();
    assert_eq!(taken.count(), 1);
}

pub(super) async fn a_secret_is_rotated_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    unit.put_grant(&world.grant(&link, Side::Crm))
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let (world, link) = (&world, &link);
    let refreshers = (10..14).map(|secret| async move {
        let mut unit = world.write().await;
        let done = unit
            .rotate_grant_secret(link.tenant, link.id, Side::Crm, 1, &sealed(secret))
            .await
            .unwrap();
        unit.commit().await.unwrap();
        done.then_some(sealed(secret))
    });
    let stored = join_all(refreshers).await.into_iter().flatten();
    let mut unit = world.read().await;
    let grant = unit.grant(link.tenant, link.id, Side::Crm).await.unwrap();
    assert_eq!(stored.collect::<Vec<_>>(), [grant.unwrap().secret]);
}

pub(super) async fn tokens_are_leased_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let grant = world.grant(&link, Side::Crm);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();
    unit.commit().await.unwrap();
    let (world, grant) = (&world, &grant);
    let leases = (0..6).map(|_| async move {
        let mut unit = world.write().await;
        let leased = unit
            .lease_tokens(grant.tenant, grant.link, grant.side, grant.id, at(1), at(2))
            .await
            .unwrap();
        unit.commit().await.unwrap();
        leased
    });
    let leased = join_all(leases).await.into_iter().flatten();
    assert_eq!(leased.collect::<Vec<_>>(), [1]);
}

pub(super) async fn a_grant_is_refused_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let grant = world.grant(&link, Side::Crm);
    let mut unit = world.write().await;
    unit.put_grant(&grant).await.unwrap();
    unit.commit().await.unwrap();
    let (world, grant) = (&world, &grant);
    let refusals = (0..6).map(|_| async move {
        let mut unit = world.write().await;
        let noted = unit
            .refuse_grant(grant, Cause::CrmRefused, at(9_000))
            .await
            .unwrap();
        unit.commit().await.unwrap();
        noted
    });
    assert_eq!(join_all(refusals).await.into_iter().flatten().count(), 1);
}

pub(super) async fn whoever_counts_first_sees_what_others_wrote(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let (world, link) = (&world, &link);
    join_all((0..8).map(|_| async move {
        let mut unit = world.write().await;
        unit.bump_version(link.tenant).await.unwrap();
        let mut flags = unit
            .link(link.tenant, link.id)
            .await
            .unwrap()
            .unwrap()
            .flags;
        let since = flags.paused_at.map_or(0, Timestamp::as_micros);
        flags.paused_at = Some(Timestamp::from_micros(since + 1));
        unit.set_link_flags(link.tenant, link.id, &flags)
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    let stored = world.read().await.link(link.tenant, link.id).await;
    let paused_at = stored.unwrap().unwrap().flags.paused_at;
    assert_eq!(paused_at, Some(Timestamp::from_micros(8)));
}

pub(super) async fn counters_lose_no_change(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let world = &world;
    join_all((0..8).map(|_| async move {
        let mut unit = world.write().await;
        unit.bump_version(tenant.id).await.unwrap();
        unit.commit().await.unwrap();
    }))
    .await;
    let versions = world.read().await.versions().await.unwrap();
    assert_eq!(versions, [(tenant.id, 8)]);
}

pub(super) async fn of_alarms_in_many_companies_one_is_the_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let mut tenants = Vec::new();
    for n in 0..6 {
        tenants.push(world.add_tenant(&format!("Cust{n}")).await.id);
    }
    let alarm = &Alarm {
        system: "microsoft365".to_owned(),
        kind: AlarmKind::ClientRefused,
        since: at(5),
    };
    let world = &world;
    for _ in 0..2 {
        let counts = join_all(tenants.iter().map(|tenant| async move {
            let mut unit = world.write().await;
            assert!(unit.raise_alarm(*tenant, alarm).await.unwrap());
            let count = unit.alarm_count(&alarm.system, alarm.kind).await.unwrap();
            unit.commit().await.unwrap();
            count
        }))
        .await;
        let counts: HashSet<u32> = counts.into_iter().collect();
        assert_eq!(counts, (1..=6).collect());
        // Ended everywhere at once, and then raised anew.
        join_all(tenants.iter().map(|tenant| async move {
            let mut unit = world.write().await;
            let ended = unit.clear_alarm(*tenant, &alarm.system, alarm.kind).await;
            assert!(ended.unwrap());
            unit.commit().await.unwrap();
        }))
        .await;
    }
}

pub(super) async fn a_notice_is_claimed_by_one(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let world = &world;
    let claims = join_all((0..6).map(|_| async move {
        let mut unit = world.write().await;
        let claimed = unit.claim_notice("secret a", at(1)).await.unwrap();
        unit.commit().await.unwrap();
        claimed
    }))
    .await;
    assert_eq!(claims.into_iter().filter(|claimed| *claimed).count(), 1);
}
