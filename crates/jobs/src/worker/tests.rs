//! The worker on a real SQLite file, with a clock that stands still.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::ids::{ContextId, JobId, TenantId};
use synchronizer_domain::rng::SeededRng;
use synchronizer_domain::tenant::{Tenant, TenantState};
use synchronizer_domain::{Clock, Timestamp};
use synchronizer_storage::NewJob;
use tokio::sync::mpsc;

use super::*;

const KIND: &str = "greet";
const LEASE: Duration = Duration::from_secs(60);

/// Tells each job it is given, then does what stands next in its list, or ends well.
struct Scripted {
    outcomes: Mutex<VecDeque<Outcome>>,
    seen: mpsc::UnboundedSender<Job>,
}

enum Outcome {
    Fails(JobError),
    /// Another worker takes the job over; this one ends well, too late.
    Late,
    /// The same, but this one would never end.
    Stuck,
    /// Does not end.
    Slow,
}

struct Scene {
    storage: Arc<dyn Storage>,
    clock: Arc<FixedClock>,
    rng: Arc<SeededRng>,
    worker: Arc<Worker>,
    wake: Wake,
    tenant: TenantId,
    seen: mpsc::UnboundedReceiver<Job>,
    _folder: tempfile::TempDir,
}

struct Handling(Scripted, Arc<dyn Storage>, Arc<FixedClock>);

#[async_trait]
impl Handler for Handling {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let Self(script, storage, clock) = self;
        script.seen.send(job.clone()).unwrap();
        let next = script.outcomes.lock().unwrap().pop_front();
        match next {
            None => return Ok(()),
            Some(Outcome::Fails(error)) => return Err(error),
            Some(Outcome::Late) => steal(&**storage, clock).await,
            Some(Outcome::Slow) => std::future::pending::<()>().await,
            Some(Outcome::Stuck) => {
                steal(&**storage, clock).await;
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }
}

/// Lets the lease run out and another worker claim the job.
async fn steal(storage: &dyn Storage, clock: &FixedClock) {
    clock.advance(LEASE + Duration::from_secs(1));
    let now = clock.now();
    let mut unit = storage.write().await.unwrap();
    let claimed = unit
        .claim_jobs(&[KIND], "another", now, now.plus(LEASE), 9)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    unit.commit().await.unwrap();
}

impl Scene {
    async fn open(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/jobs.db", folder.path().display()).into();
        synchronizer_storage_sql::migrate(&url).await.unwrap();
        let storage = synchronizer_storage_sql::connect(&url).await.unwrap();
        let clock = Arc::new(FixedClock::at_micros(1_700_000_000_000_000));
        let rng = Arc::new(SeededRng::new(7));
        let tenant = Tenant {
            id: TenantId::mint(&*clock, &*rng),
            environment: "crm.example".to_owned(),
            context: ContextId::new("Cust1"),
            name: "Company".to_owned(),
            state: TenantState::Active,
            created_at: clock.now(),
        };
        let mut unit = storage.write().await.unwrap();
        unit.add_tenant(&tenant).await.unwrap();
        unit.commit().await.unwrap();
        let (sender, seen) = mpsc::unbounded_channel();
        let script = Scripted {
            outcomes: Mutex::new(outcomes.into_iter().collect()),
            seen: sender,
        };
        let wake = Wake::default();
        let settings = WorkerSettings {
            poll: Duration::from_secs(3_600),
            lease: LEASE,
            ..WorkerSettings::named("one")
        };
        let handler = Handling(script, Arc::clone(&storage), Arc::clone(&clock));
        let worker = Worker::new(
            Arc::clone(&storage),
            clock.clone(),
            rng.clone(),
            vec![Arc::new(handler)],
            settings,
            wake.clone(),
        );
        Self {
            storage,
            clock,
            rng,
            worker,
            wake,
            tenant: tenant.id,
            seen,
            _folder: folder,
        }
    }

    async fn add(&self, kind: &'static str) {
        let id = JobId::mint(&*self.clock, &*self.rng);
        let mut unit = self.storage.write().await.unwrap();
        let job = NewJob {
            id,
            tenant: self.tenant,
            kind,
            payload: "{}".to_owned(),
            dedup_key: id.to_string(),
            run_at: self.clock.now(),
        };
        assert!(unit.add_job(&job).await.unwrap());
        unit.commit().await.unwrap();
    }

    async fn next_at(&self, kind: &str) -> Option<Timestamp> {
        let mut unit = self.storage.read().await.unwrap();
        unit.next_job_at(&[kind]).await.unwrap()
    }

    /// How long until the next try.
    async fn wait(&self) -> Duration {
        let at = self.next_at(KIND).await.unwrap();
        at.since(self.clock.now())
    }
}

fn retry(after: Option<u64>) -> Outcome {
    let reason = "the server is busy".to_owned();
    let after = after.map(Duration::from_secs);
    Outcome::Fails(JobError::Retry { after, reason })
}

#[tokio::test]
async fn a_job_runs_once_and_other_kinds_are_left_alone() {
    let scene = Scene::open([]).await;
    scene.add(KIND).await;
    scene.add("somebody-elses").await;
    assert_eq!(scene.worker.run_due().await.unwrap(), 1);
    assert_eq!(scene.worker.run_due().await.unwrap(), 0);
    assert_eq!(scene.next_at(KIND).await, None);
    assert!(scene.next_at("somebody-elses").await.is_some());
}

#[tokio::test]
async fn waits_grow_and_a_remote_wish_outranks_them() {
    let scene = Scene::open([retry(None), retry(None), retry(Some(600))]).await;
    scene.add(KIND).await;
    for (least, most) in [(5, 6), (10, 12), (600, 600)] {
        assert_eq!(scene.worker.run_due().await.unwrap(), 1);
        let wait = scene.wait().await;
        assert!((least..=most).contains(&wait.as_secs()), "{wait:?}");
        scene.clock.advance(wait);
    }
    assert_eq!(scene.worker.run_due().await.unwrap(), 1);
    assert_eq!(scene.next_at(KIND).await, None);
}

#[tokio::test]
async fn a_job_that_is_given_up_is_not_tried_again() {
    let reason = "no such mailbox".to_owned();
    let scene = Scene::open([Outcome::Fails(JobError::Fail { reason })]).await;
    scene.add(KIND).await;
    assert_eq!(scene.worker.run_due().await.unwrap(), 1);
    assert_eq!(scene.next_at(KIND).await, None);
}

#[tokio::test]
async fn the_job_of_a_dead_worker_is_taken_up_after_its_lease() {
    let mut scene = Scene::open([]).await;
    scene.add(KIND).await;
    let now = scene.clock.now();
    let mut unit = scene.storage.write().await.unwrap();
    let dead = unit
        .claim_jobs(&[KIND], "dead", now, now.plus(LEASE), 1)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    scene.clock.advance(LEASE - Duration::from_secs(1));
    assert_eq!(scene.worker.run_due().await.unwrap(), 0);
    scene.clock.advance(Duration::from_secs(2));
    assert_eq!(scene.worker.run_due().await.unwrap(), 1);
    let job = scene.seen.recv().await.unwrap();
    assert_eq!((job.id, job.attempts), (dead[0].id, 1));
    assert!(job.fence > dead[0].fence);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_cannot_finish_the_job() {
    let scene = Scene::open([Outcome::Late]).await;
    scene.add(KIND).await;
    assert_eq!(scene.worker.run_due().await.unwrap(), 1);
    assert_eq!(scene.wait().await, LEASE, "it belongs to the other worker");
}

#[tokio::test]
async fn a_worker_notices_that_it_lost_its_lease_and_lets_go() {
    let scene = Scene::open([Outcome::Stuck]).await;
    scene.add(KIND).await;
    let hasty = WorkerSettings {
        lease: Duration::from_millis(60),
        ..scene.worker.settings.clone()
    };
    let worker = Arc::new(Worker {
        storage: Arc::clone(&scene.storage),
        clock: scene.clock.clone(),
        rng: scene.rng.clone(),
        handlers: scene.worker.handlers.clone(),
        settings: hasty,
        wake: Wake::default(),
    });
    let run = tokio::time::timeout(Duration::from_secs(20), worker.run_due());
    assert_eq!(run.await.unwrap().unwrap(), 1);
    assert_eq!(scene.wait().await, LEASE, "it belongs to the other worker");
}

#[tokio::test]
async fn a_slow_job_holds_up_no_other() {
    let mut scene = Scene::open([Outcome::Slow]).await;
    let running = tokio::spawn(Arc::clone(&scene.worker).run(Arc::default()));
    for _ in 0..3 {
        scene.add(KIND).await;
        scene.wake.notify();
        let seen = tokio::time::timeout(Duration::from_secs(20), scene.seen.recv()).await;
        assert!(seen.unwrap().is_some());
    }
    running.abort();
}

#[tokio::test]
async fn a_waiting_worker_is_woken_and_ends_when_asked() {
    let mut scene = Scene::open([]).await;
    let stop = Arc::new(Notify::new());
    let running = tokio::spawn(Arc::clone(&scene.worker).run(Arc::clone(&stop)));
    let patience = Duration::from_secs(20);
    for _ in 0..3 {
        scene.add(KIND).await;
        scene.wake.notify();
        let seen = tokio::time::timeout(patience, scene.seen.recv()).await;
        assert!(seen.unwrap().is_some());
    }
    stop.notify_one();
    tokio::time::timeout(patience, running)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(scene.next_at(KIND).await, None);
}

/// Runs every ten minutes.
struct Repeating(Arc<FixedClock>);

#[async_trait]
impl Handler for Repeating {
    fn kind(&self) -> &'static str {
        "repeat"
    }

    async fn run(&self, _: &Job) -> Result<(), JobError> {
        Ok(())
    }

    async fn next_turn(&self, _: &Job) -> Result<Option<Timestamp>, JobError> {
        Ok(Some(self.0.now().plus(Duration::from_secs(600))))
    }
}

#[tokio::test]
async fn a_job_with_a_next_turn_stays_open_until_then() {
    let scene = Scene::open([]).await;
    let worker = Worker::new(
        Arc::clone(&scene.storage),
        scene.clock.clone(),
        scene.rng.clone(),
        vec![Arc::new(Repeating(scene.clock.clone()))],
        WorkerSettings::named("one"),
        Wake::default(),
    );
    scene.add("repeat").await;
    for _ in 0..3 {
        assert_eq!(worker.run_due().await.unwrap(), 1);
        let next = scene.next_at("repeat").await.unwrap();
        let wait = next.since(scene.clock.now());
        assert_eq!(wait, Duration::from_secs(600));
        scene.clock.advance(wait);
    }
}
