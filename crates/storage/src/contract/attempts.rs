//! Round trips to identity providers, and clearing away what ended.

use std::sync::Arc;

use super::world::{World, at, hash};
use crate::Storage;

pub(super) async fn an_attempt_belongs_to_its_browser(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let attempt = world.attempt(1, 2);
    let mut unit = world.write().await;
    unit.add_attempt(&attempt).await.unwrap();
    assert_eq!(unit.attempt(attempt.id, &hash(3)).await.unwrap(), None);
    let own = unit.attempt(attempt.id, &hash(2)).await.unwrap();
    assert_eq!(own, Some(attempt));
}

pub(super) async fn an_attempt_is_taken_once(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let attempt = world.attempt(1, 2);
    let mut unit = world.write().await;
    unit.add_attempt(&attempt).await.unwrap();
    assert_eq!(unit.take_attempt(&hash(9)).await.unwrap(), None);
    let taken = unit.take_attempt(&hash(1)).await.unwrap();
    assert_eq!(taken, Some(attempt));
    assert_eq!(unit.take_attempt(&hash(1)).await.unwrap(), None);
}

pub(super) async fn an_attempt_is_open_until_it_is_taken(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let attempt = world.attempt(1, 2);
    let mut unit = world.write().await;
    assert!(!unit.is_attempt_open(attempt.id).await.unwrap());
    unit.add_attempt(&attempt).await.unwrap();
    assert!(unit.is_attempt_open(attempt.id).await.unwrap());
    unit.take_attempt(&hash(1)).await.unwrap();
    assert!(!unit.is_attempt_open(attempt.id).await.unwrap());
}

pub(super) async fn what_ended_is_swept_and_the_rest_stays(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let invitation = world.invitation(&link, 1);
    let mut unit = world.write().await;
    unit.add_invitation(&invitation).await.unwrap();
    for (n, ends) in [(1, 4_999), (2, 5_000)] {
        let mut attempt = world.attempt(n, n);
        attempt.expires_at = at(ends);
        unit.add_attempt(&attempt).await.unwrap();
        let mut activation = world.activation(&invitation, n);
        activation.expires_at = at(ends);
        unit.add_activation(&activation).await.unwrap();
        let mut signup = world.signup(n);
        signup.expires_at = at(ends);
        unit.add_signup(&signup).await.unwrap();
        let mut session = world.session(&tenant, n);
        session.expires_at = at(ends);
        unit.add_session(&session).await.unwrap();
        let job = world.job(&tenant, &n.to_string(), at(1));
        assert!(unit.add_job(&job).await.unwrap());
        let jobs = unit
            .claim_jobs(&[job.kind], "w", at(2), at(3), 1)
            .await
            .unwrap();
        let done = unit.finish_job(job.id, jobs[0].fence, at(ends)).await;
        assert!(done.unwrap());
    }
    // A failed job is old, too, but somebody has to look at it.
    let job = world.job(&tenant, "failed", at(1));
    assert!(unit.add_job(&job).await.unwrap());
    let jobs = unit
        .claim_jobs(&[job.kind], "w", at(2), at(3), 1)
        .await
        .unwrap();
    let failed = unit.fail_job(job.id, jobs[0].fence, at(10), "no").await;
    assert!(failed.unwrap());

    assert_eq!(unit.sweep_expired(at(5_000)).await.unwrap(), 5);
    assert_eq!(unit.sweep_expired(at(5_000)).await.unwrap(), 0);
    assert_eq!(unit.take_attempt(&hash(1)).await.unwrap(), None);
    assert!(unit.take_attempt(&hash(2)).await.unwrap().is_some());
    assert_eq!(unit.session_by_secret(&hash(1)).await.unwrap(), None);
    let kept = unit.session_by_secret(&hash(2)).await.unwrap();
    assert!(kept.is_some());
}
