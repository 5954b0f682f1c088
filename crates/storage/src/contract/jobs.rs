//! The job queue.

use std::sync::Arc;

use synchronizer_domain::ids::JobId;

use super::world::{World, at};
use crate::{Job, Storage, UnitOfWork};

const KIND: &[&str] = &["send-mail"];

/// Claims as worker `w` until 100 seconds later.
async fn claim(unit: &mut Box<dyn UnitOfWork>, now: i64, limit: u32) -> Vec<Job> {
    unit.claim_jobs(KIND, "w", at(now), at(now + 100), limit)
        .await
        .unwrap()
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

pub(super) async fn due_jobs_are_claimed_oldest_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let jobs =
        [30, 10, 20, 1_001].map(|run_at| world.job(&tenant, &run_at.to_string(), at(run_at)));
    let mut unit = world.write().await;
    for job in &jobs {
        assert!(unit.add_job(job).await.unwrap());
    }
    let claimed = claim(&mut unit, 1_000, 2).await;
    assert_eq!(ids(&claimed), [jobs[1].id, jobs[2].id]);
    assert_eq!(
        claimed[0],
        Job {
            id: jobs[1].id,
            tenant: tenant.id,
            kind: "send-mail".to_owned(),
            payload: jobs[1].payload.clone(),
            attempts: 0,
            fence: 1,
        }
    );
    assert_eq!(ids(&claim(&mut unit, 1_000, 2).await), [jobs[0].id]);
    assert_eq!(claim(&mut unit, 1_000, 2).await, []);
}

pub(super) async fn only_the_asked_kinds_are_claimed(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut jobs = ["a", "b", "c"].map(|key| world.job(&tenant, key, at(10)));
    jobs[1].kind = "first-run";
    jobs[2].kind = "read-directory";
    let mut unit = world.write().await;
    for job in &jobs {
        assert!(unit.add_job(job).await.unwrap());
    }
    let none = unit.claim_jobs(&[], "w", at(20), at(30), 9).await.unwrap();
    assert_eq!(none, []);
    assert_eq!(unit.next_job_at(&["unknown"]).await.unwrap(), None);
    let kinds = ["send-mail", "first-run"];
    let claimed = unit
        .claim_jobs(&kinds, "w", at(20), at(30), 9)
        .await
        .unwrap();
    assert_eq!(ids(&claimed), [jobs[0].id, jobs[1].id]);
}

pub(super) async fn a_claimed_job_is_not_claimed_again_until_its_lease_ends(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    assert_eq!(claim(&mut unit, 1_000, 1).await[0].fence, 1);
    assert_eq!(claim(&mut unit, 1_099, 1).await, []);
    // The worker died: the next one sees a try more.
    let again = claim(&mut unit, 1_100, 1).await;
    assert_eq!((again[0].attempts, again[0].fence), (1, 2));
}

pub(super) async fn an_extended_lease_holds(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    let fence = claim(&mut unit, 1_000, 1).await[0].fence;
    assert!(unit.extend_job(job.id, fence, at(2_000)).await.unwrap());
    assert_eq!(claim(&mut unit, 1_999, 1).await, []);
    assert_eq!(claim(&mut unit, 2_000, 1).await.len(), 1);
    assert!(!unit.extend_job(job.id, fence, at(3_000)).await.unwrap());
}

pub(super) async fn only_the_newest_holder_may_end_a_job(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    assert!(!unit.finish_job(job.id, 0, at(999)).await.unwrap());
    let old = claim(&mut unit, 1_000, 1).await[0].fence;
    let new = claim(&mut unit, 1_100, 1).await[0].fence;
    assert!(!unit.extend_job(job.id, old, at(9_000)).await.unwrap());
    assert!(!unit.finish_job(job.id, old, at(1_101)).await.unwrap());
    let retried = unit.retry_job(job.id, old, at(9_000), "x").await;
    assert!(!retried.unwrap());
    assert!(!unit.fail_job(job.id, old, at(1_101), "x").await.unwrap());
    assert!(unit.finish_job(job.id, new, at(1_102)).await.unwrap());
    assert!(!unit.finish_job(job.id, new, at(1_103)).await.unwrap());
    assert_eq!(claim(&mut unit, 9_999, 1).await, []);
}

pub(super) async fn a_job_is_open_once_per_kind_and_key(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    assert!(!unit.add_job(&world.job(&tenant, "a", at(5))).await.unwrap());
    let mut other_kind = world.job(&tenant, "a", at(9_000));
    other_kind.kind = "first-run";
    assert!(unit.add_job(&other_kind).await.unwrap());
    // Claimed is still open, finished is not.
    let fence = claim(&mut unit, 1_000, 1).await[0].fence;
    let again = world.job(&tenant, "a", at(20));
    assert!(!unit.add_job(&again).await.unwrap());
    assert!(unit.finish_job(job.id, fence, at(1_001)).await.unwrap());
    assert!(unit.add_job(&again).await.unwrap());
    assert_eq!(ids(&claim(&mut unit, 1_002, 9).await), [again.id]);
}

pub(super) async fn a_job_put_back_runs_later_and_counts_its_tries(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    let fence = claim(&mut unit, 1_000, 1).await[0].fence;
    let put_back = unit.retry_job(job.id, fence, at(1_050), "busy").await;
    assert!(put_back.unwrap());
    // Whoever put it back holds it no more.
    assert!(!unit.extend_job(job.id, fence, at(9_000)).await.unwrap());
    assert!(!unit.finish_job(job.id, fence, at(1_001)).await.unwrap());
    assert_eq!(claim(&mut unit, 1_049, 1).await, []);
    let again = claim(&mut unit, 1_050, 1).await;
    assert_eq!((again[0].attempts, again[0].fence), (1, fence + 1));
}

pub(super) async fn a_waiting_job_is_brought_forward(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let (id, kind) = (tenant.id, "send-mail");
    assert!(!unit.hasten_job(id, kind, "a", at(1)).await.unwrap());
    let job = world.job(&tenant, "a", at(9_000));
    assert!(unit.add_job(&job).await.unwrap());
    assert!(!unit.hasten_job(id, kind, "a", at(9_500)).await.unwrap());
    assert!(!unit.hasten_job(id, "another", "a", at(500)).await.unwrap());
    assert!(unit.hasten_job(id, kind, "a", at(500)).await.unwrap());
    assert_eq!(claim(&mut unit, 500, 1).await.len(), 1);
    // Whoever holds it decides when it comes again.
    assert!(!unit.hasten_job(id, kind, "a", at(400)).await.unwrap());
}

pub(super) async fn a_job_that_repeats_begins_anew(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    let fence = claim(&mut unit, 1_000, 1).await[0].fence;
    let put_back = unit.retry_job(job.id, fence, at(1_050), "busy").await;
    assert!(put_back.unwrap());
    let fence = claim(&mut unit, 1_050, 1).await[0].fence;
    assert!(unit.repeat_job(job.id, fence, at(2_000)).await.unwrap());
    assert!(!unit.repeat_job(job.id, fence, at(3_000)).await.unwrap());
    assert_eq!(claim(&mut unit, 1_999, 1).await, []);
    // It is still the only one of its key.
    let again = world.job(&tenant, "a", at(20));
    assert!(!unit.add_job(&again).await.unwrap());
    let next = claim(&mut unit, 2_000, 1).await;
    assert_eq!((next[0].id, next[0].attempts), (job.id, 0));
}

pub(super) async fn a_failed_job_stays_closed(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    let job = world.job(&tenant, "a", at(10));
    assert!(unit.add_job(&job).await.unwrap());
    let fence = claim(&mut unit, 1_000, 1).await[0].fence;
    let failed = unit
        .fail_job(job.id, fence, at(1_001), "no such link")
        .await;
    assert!(failed.unwrap());
    assert_eq!(claim(&mut unit, 9_999, 1).await, []);
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), None);
    let again = world.job(&tenant, "a", at(20));
    assert!(unit.add_job(&again).await.unwrap());
}

pub(super) async fn the_next_job_is_due_when_it_can_be_claimed(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let mut unit = world.write().await;
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), None);
    for run_at in [500, 400] {
        let job = world.job(&tenant, &run_at.to_string(), at(run_at));
        assert!(unit.add_job(&job).await.unwrap());
    }
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), Some(at(400)));
    let first = claim(&mut unit, 420, 1).await;
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), Some(at(500)));
    claim(&mut unit, 510, 1).await;
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), Some(at(520)));
    let put_back = unit.retry_job(first[0].id, 1, at(700), "busy").await;
    assert!(put_back.unwrap());
    assert_eq!(unit.next_job_at(KIND).await.unwrap(), Some(at(610)));
}

pub(super) async fn jobs_before_their_second_try_are_counted(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let jobs = [10, 20, 5_000].map(|run_at| world.job(&tenant, &run_at.to_string(), at(run_at)));
    let mut unit = world.write().await;
    let none = unit.waiting_jobs(tenant.id, KIND[0]).await.unwrap();
    assert_eq!(none, (0, None));
    for job in &jobs {
        assert!(unit.add_job(job).await.unwrap());
    }
    let mut claimed = claim(&mut unit, 1_000, 2).await;
    let all = unit.waiting_jobs(tenant.id, KIND[0]).await.unwrap();
    assert_eq!(all, (3, Some(at(5_000))));
    let (done, again) = (claimed.remove(0), claimed.remove(0));
    unit.finish_job(done.id, done.fence, at(1_001))
        .await
        .unwrap();
    unit.retry_job(again.id, again.fence, at(9_000), "busy")
        .await
        .unwrap();
    let left = unit.waiting_jobs(tenant.id, KIND[0]).await.unwrap();
    assert_eq!(left, (1, Some(at(5_000))));
    for (after, turn) in [(1_000, Some(at(10))), (1_001, None)] {
        let last = unit.last_turn_done(tenant.id, KIND[0], at(after)).await;
        assert_eq!(last.unwrap(), turn);
    }
    let others = unit.waiting_jobs(tenant.id, "other").await.unwrap();
    assert_eq!(others, (0, None));
}
