//! The lists of people: asked for here, read by a job page by page, shown as they were
//! last read. No page ever waits for them.

mod people;
mod read;
mod source;

use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::Reading;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::{JobId, TenantId};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::usecases::ListSide;
use synchronizer_storage::{ListKey, ListRead, NewJob, StorageResult, UnitOfWork};

use crate::Core;

pub(crate) use people::{Linked, Roll, calendar_person};
pub use read::ReadList;

/// Kind of the job.
pub(crate) const READ_LIST: &str = "read-list";

/// Where a side's list is kept.
pub(crate) const fn key(profile: &Profile, side: ListSide) -> ListKey {
    match side {
        ListSide::Crm => ListKey::Crm,
        ListSide::Calendar => ListKey::Calendar(profile.id),
    }
}

/// Whether this list can be read from somewhere: a pasted one is all there is.
pub(crate) const fn is_readable(profile: &Profile, side: ListSide) -> bool {
    match side {
        ListSide::Crm => true,
        ListSide::Calendar => profile.directory.connected().is_some(),
    }
}

/// What a page says of a list beside the people.
pub(crate) struct ListState {
    pub reading: Option<Reading>,
    pub problem: Option<ErrorCode>,
}

impl ListState {
    /// How a list stands now.
    pub(crate) fn of(read: Option<&ListRead>, now: Timestamp) -> Self {
        let Some(read) = read else {
            return Self {
                reading: None,
                problem: None,
            };
        };
        if read.reading {
            return Self {
                reading: Some(Reading {
                    people: read.people,
                    total: read.total,
                    waits: read.waits_until.is_some_and(|until| until > now),
                }),
                problem: None,
            };
        }
        let problem = read.problem.as_ref();
        Self {
            reading: None,
            problem: problem.and_then(|(code, _)| serde_json::from_str(code).ok()),
        }
    }
}

impl Core {
    /// Has a list read, unless that is under way.
    pub(crate) async fn request_list(&self, tenant: TenantId, list: ListKey) -> StorageResult<()> {
        let mut unit = self.storage.write().await?;
        if self.enqueue_list(&mut *unit, tenant, list).await? {
            unit.commit().await?;
            self.wake.notify();
        }
        Ok(())
    }

    /// The same inside a unit; false when it is under way.
    pub(crate) async fn enqueue_list(
        &self,
        unit: &mut dyn UnitOfWork,
        tenant: TenantId,
        list: ListKey,
    ) -> StorageResult<bool> {
        let job = NewJob {
            id: JobId::mint(&*self.clock, &*self.rng),
            tenant,
            kind: READ_LIST,
            payload: serde_json::json!({ "list": list.word() }).to_string(),
            dedup_key: list.word(),
            run_at: self.now(),
        };
        let is_new = unit.add_job(&job).await?;
        if is_new {
            unit.begin_list_read(tenant, list, self.now()).await?;
            unit.bump_version(tenant).await?;
        }
        Ok(is_new)
    }

    /// Has lists read again that are older than the installation wants them to be; says how
    /// many.
    ///
    /// # Errors
    /// A storage failure.
    pub async fn refresh_stale_lists(&self) -> StorageResult<usize> {
        let Some(age) = self.settings.list_age else {
            return Ok(0);
        };
        let before = self.now().minus(age);
        let stale = self.storage.read().await?.stale_lists(before).await?;
        let mut count = 0;
        for (tenant, list) in stale {
            if let ListKey::Calendar(id) = list {
                let profile = self.storage.read().await?.profile(tenant, id).await?;
                if profile.is_none_or(|profile| !is_readable(&profile, ListSide::Calendar)) {
                    continue;
                }
            }
            self.request_list(tenant, list).await?;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn read(reading: bool) -> ListRead {
        ListRead {
            reading,
            started_at: at(1),
            pages: 2,
            people: 900,
            total: Some(10_000),
            cursor: "x".to_owned(),
            waits_until: Some(at(50)),
            problem: Some((
                serde_json::to_string(&ErrorCode::CrmRefused).unwrap(),
                at(1),
            )),
        }
    }

    #[test]
    fn a_list_on_its_way_hides_why_the_last_try_failed() {
        let state = ListState::of(Some(&read(true)), at(10));
        let shown = state.reading.unwrap();
        assert_eq!((shown.people, shown.total), (900, Some(10_000)));
        assert!(shown.waits && state.problem.is_none());
        assert!(
            !ListState::of(Some(&read(true)), at(51))
                .reading
                .unwrap()
                .waits
        );
        let state = ListState::of(Some(&read(false)), at(10));
        assert_eq!(state.problem, Some(ErrorCode::CrmRefused));
        assert!(state.reading.is_none());
    }
}
