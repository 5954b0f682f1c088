//! Time passes, and the keeper looks.

use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_domain::Timestamp;
use synchronizer_domain::alarm::Alarm;
use synchronizer_sandbox::System;

use super::{Story, TestApp, ZOE_MAIL};

pub const HOUR: Duration = Duration::from_secs(3_600);
pub const DAY: Duration = Duration::from_secs(86_400);
/// What is done for links by itself.
const KINDS: [&str; 5] = [
    "keep-link",
    "connection-check",
    "remind",
    "send-mail",
    "revoke-token",
];

impl TestApp {
    /// How often a system was asked so far, whatever it answered.
    pub fn requests_to(&self, system: System) -> usize {
        let requests = self.sandbox.control().requests();
        requests
            .iter()
            .filter(|request| request.system == system)
            .count()
    }

    /// How often a system's token endpoint answered with this status, or at all.
    pub fn tokens_asked(&self, system: System, status: Option<u16>) -> usize {
        let requests = self.sandbox.control().requests();
        let is_token = |path: &str| path.ends_with("/token") || path.ends_with("/tokens");
        requests
            .iter()
            .filter(|request| request.system == system && request.method == "POST")
            .filter(|request| is_token(&request.path))
            .filter(|request| status.is_none_or(|status| request.status == status))
            .count()
    }

    /// When something is to be done of these kinds.
    pub async fn next_job(&self, kinds: &[&str]) -> Option<Timestamp> {
        let mut unit = self.core().storage.read().await.unwrap();
        unit.next_job_at(kinds).await.unwrap()
    }

    /// Waits until nothing is to be done for some seconds.
    pub async fn settled(&self) {
        for _ in 0..800 {
            let next = self.next_job(&KINDS).await;
            // A job that somebody holds counts as due: its lease is two seconds.
            let soon = self.clock.now().plus(Duration::from_secs(3));
            if next.is_none_or(|at| at > soon) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("there is always something to do");
    }

    /// What administrators are warned of.
    pub async fn alarms(&self) -> Vec<Alarm> {
        let mut unit = self.core().storage.read().await.unwrap();
        let tenant = unit.versions().await.unwrap()[0].0;
        unit.alarms(tenant).await.unwrap()
    }
}

impl Story {
    /// An active link, some time later.
    pub async fn active() -> Self {
        let story = Self::start().await;
        story.finish().await;
        story
    }

    /// Time passes, so that the keeper looks.
    pub fn later(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// How often token endpoints were asked so far.
    pub fn token_requests(&self) -> usize {
        let systems = [System::SuperOffice, System::Microsoft, System::Google];
        let asked = systems.map(|system| self.app.tokens_asked(system, None));
        asked.iter().sum()
    }

    /// Waits until the keeper has looked once more, and came to an end.
    pub async fn looked(&self, before: usize) {
        for _ in 0..400 {
            if self.token_requests() > before {
                return self.settled().await;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the keeper did not look");
    }

    /// Waits until nothing is to be done for some seconds.
    pub async fn settled(&self) {
        self.app.settled().await;
    }

    /// What administrators are warned of.
    pub async fn alarms(&self) -> Vec<Alarm> {
        self.app.alarms().await
    }

    /// How many mails Zoë has.
    pub fn mails(&self) -> usize {
        self.app.mails_to(ZOE_MAIL).len()
    }
}
