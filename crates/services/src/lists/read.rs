//! The job that reads a list. Each page is kept when it arrives, so that a process that
//! dies goes on where it was; the list that pages show is replaced when the last page is
//! there, all at once.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::TenantId;
use synchronizer_jobs::{Handler, JobError};
use synchronizer_providers::{ErrorKind, ProviderError};
use synchronizer_storage::{Job, ListKey, ListPart, ListRead, StorageResult};

use super::READ_LIST;
use super::source::{PageError, Source};
use crate::Core;
use crate::failure::{Fault, FaultResult, needs_person, provider_code};
use crate::tokens::TokenError;

/// Patience of one run; a longer wait gives the worker free.
const WAIT_HERE: Duration = Duration::from_secs(60);
/// A system that throttles without saying for how long.
const THROTTLED: Duration = Duration::from_secs(10);
/// After this many tries in vain the page says why there is no new list.
const TRIES: u32 = 3;
/// More pages than any list has.
const MAX_PAGES: u32 = 100_000;
/// How often one run may begin a list again because its position was forgotten.
const RESTARTS: u32 = 3;

#[derive(Deserialize)]
struct Payload {
    list: String,
}

/// Reads lists of people.
pub struct ReadList(pub Core);

#[async_trait]
impl Handler for ReadList {
    fn kind(&self) -> &'static str {
        READ_LIST
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload =
            serde_json::from_str(&job.payload).map_err(|error| JobError::Fail {
                reason: error.to_string(),
            })?;
        let list = ListKey::from_word(&payload.list).ok_or_else(|| JobError::Fail {
            reason: "there is no such list".to_owned(),
        })?;
        let reader = Reader {
            core: &self.0,
            tenant: job.tenant,
            list,
            last_try: job.attempts + 1 >= TRIES,
        };
        reader.run().await
    }
}

/// What became of a page.
enum Kept {
    /// There are more.
    Going,
    /// It was the last: the new list is there.
    Whole,
    /// It belongs to a directory that is not the profile's any more; the list begins again.
    Outdated,
}

struct Reader<'a> {
    core: &'a Core,
    tenant: TenantId,
    list: ListKey,
    last_try: bool,
}

impl Reader<'_> {
    async fn run(&self) -> Result<(), JobError> {
        let Some(source) = self.source().await? else {
            return self.end(None).await;
        };
        let mut access = match source.access(self.core).await {
            Ok(access) => access,
            Err(TokenError::Refused(_)) => return self.end(Some(source.refused())).await,
            Err(TokenError::Remote(error)) => return self.failed(&source, &error).await,
            Err(TokenError::Fault(fault)) => return self.fault(&source, &fault).await,
        };
        let (mut restarts, mut pages, mut stepped_in) = (0, 0, false);
        loop {
            let read = self.position().await?;
            if read.pages >= MAX_PAGES {
                return self.end(Some(source.refused())).await;
            }
            match self.page(&source, &access, &read).await {
                Ok((part, is_last)) => {
                    pages += 1;
                    match self.keep(&source, &part, is_last).await? {
                        Kept::Going => {}
                        Kept::Whole => return Ok(()),
                        Kept::Outdated => {
                            return Err(JobError::Retry {
                                after: Some(Duration::ZERO),
                                reason: "the list is of another directory by now".to_owned(),
                            });
                        }
                    }
                }
                Err(PageError::Remote(error)) => match error.kind() {
                    ErrorKind::CursorExpired if restarts < RESTARTS => {
                        restarts += 1;
                        self.begin().await?;
                    }
                    ErrorKind::Throttled { retry_after } => {
                        let wait = retry_after.unwrap_or(THROTTLED);
                        self.wait(wait).await?;
                        if wait > WAIT_HERE {
                            return Err(JobError::Retry {
                                after: Some(wait),
                                reason: "the list is throttled".to_owned(),
                            });
                        }
                        // The worker's heartbeat keeps the lease meanwhile.
                        tokio::time::sleep(wait).await;
                    }
                    kind => {
                        if !std::mem::replace(&mut stepped_in, true)
                            && let Some(other) = source.steps_in(self.core, &access, &error).await
                        {
                            access = other;
                            continue;
                        }
                        // The token was good a moment ago: the next run takes a fresh one.
                        if pages > 0 && *kind == ErrorKind::NeedsPerson {
                            return Err(JobError::Retry {
                                after: None,
                                reason: "the access token ended before the list".to_owned(),
                            });
                        }
                        return self.failed(&source, &error).await;
                    }
                },
                Err(PageError::Fault(fault)) => return self.fault(&source, &fault).await,
            }
        }
    }

    async fn source(&self) -> Result<Option<Source>, JobError> {
        let found = self.core.list_source(self.tenant, self.list).await;
        found.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })
    }

    /// Where the list goes on.
    async fn position(&self) -> StorageResult<ListRead> {
        loop {
            let mut unit = self.core.storage.read().await?;
            let found = unit.list_read(self.tenant, self.list).await?;
            drop(unit);
            match found.filter(|read| read.reading) {
                Some(read) => return Ok(read),
                None => self.begin().await?,
            }
        }
    }

    async fn begin(&self) -> StorageResult<()> {
        let mut unit = self.core.storage.write().await?;
        unit.begin_list_read(self.tenant, self.list, self.core.now())
            .await?;
        unit.commit().await
    }

    async fn page(
        &self,
        source: &Source,
        access: &SecretString,
        read: &ListRead,
    ) -> Result<(ListPart, bool), PageError> {
        source
            .page(self.core, access, (read.pages, &read.cursor))
            .await
    }

    /// Keeps a page; with the last one the new list is there.
    async fn keep(
        &self,
        source: &Source,
        part: &ListPart,
        is_last: bool,
    ) -> Result<Kept, JobError> {
        let kept = async {
            let mut unit = self.core.storage.write().await?;
            if !source.is_current(&mut *unit).await? {
                // Somebody signed in to another directory meanwhile.
                unit.begin_list_read(self.tenant, self.list, self.core.now())
                    .await?;
                unit.commit().await?;
                return Ok(Kept::Outdated);
            }
            if !unit.add_list_part(self.tenant, self.list, part).await? {
                // Somebody else reads the same list: it goes on from where that one is.
                return Ok(Kept::Going);
            }
            if is_last {
                let pages = unit.list_parts(self.tenant, self.list).await?;
                source.replace(self.core, &mut *unit, &pages).await?;
                unit.end_list_read(self.tenant, self.list, None).await?;
            }
            unit.bump_version(self.tenant).await?;
            unit.commit().await?;
            Ok::<_, Fault>(if is_last { Kept::Whole } else { Kept::Going })
        };
        kept.await.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })
    }

    async fn wait(&self, wait: Duration) -> StorageResult<()> {
        let until = self.core.now().plus(wait);
        let mut unit = self.core.storage.write().await?;
        unit.set_list_waiting(self.tenant, self.list, until).await?;
        unit.bump_version(self.tenant).await?;
        unit.commit().await
    }

    /// The system failed: what only a person can mend ends the list at once, anything else
    /// is tried again before the page says so.
    async fn failed(&self, source: &Source, error: &ProviderError) -> Result<(), JobError> {
        if needs_person(error) {
            return self.end(Some(source.refused())).await;
        }
        let passing = matches!(
            error.kind(),
            ErrorKind::Unavailable | ErrorKind::Throttled { .. } | ErrorKind::CursorExpired
        );
        let reason = format!("{}: {}", error.system().word(), error.detail());
        if !passing || self.last_try {
            self.end(Some(provider_code(error))).await?;
            return Err(JobError::Fail { reason });
        }
        self.wait(THROTTLED).await?;
        let after = match error.kind() {
            ErrorKind::Throttled { retry_after } => *retry_after,
            _ => None,
        };
        Err(JobError::Retry { after, reason })
    }

    /// Our own failure.
    async fn fault(&self, source: &Source, fault: &Fault) -> Result<(), JobError> {
        let reason = fault.to_string();
        if !self.last_try {
            return Err(JobError::Retry {
                after: None,
                reason,
            });
        }
        let system = source.system().to_owned();
        self.end(Some(ErrorCode::Unavailable { system })).await?;
        Err(JobError::Fail { reason })
    }

    /// Ends without a new list; the old one stays.
    async fn end(&self, problem: Option<ErrorCode>) -> Result<(), JobError> {
        let ended: FaultResult<()> = async {
            let problem = problem
                .map(|code| serde_json::to_string(&code))
                .transpose()?;
            let noted = problem.as_deref().map(|code| (code, self.core.now()));
            let mut unit = self.core.storage.write().await?;
            unit.end_list_read(self.tenant, self.list, noted).await?;
            unit.bump_version(self.tenant).await?;
            unit.commit().await?;
            Ok(())
        }
        .await;
        ended.map_err(|fault| JobError::Retry {
            after: None,
            reason: fault.to_string(),
        })
    }
}
