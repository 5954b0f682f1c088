//! *Test connection*: tries what is stored and says what answered. What is read on the
//! way, the lists of people, is kept.

use synchronizer_domain::Timestamp;
use synchronizer_domain::connection::{Check, CheckKind, CheckOutcome, ConnectionReport};
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::tenant::Tenant;
use synchronizer_providers::{ErrorKind, ListPage, ProviderError};
use synchronizer_storage::ListKey;

use crate::Core;
use crate::failure::{FaultResult, provider_code};
use crate::tokens::TokenError;

/// Pages of a list that a test reads.
const SAMPLE_PAGES: usize = 4;

pub(super) struct Lines<'a> {
    core: &'a Core,
    checks: Vec<Check>,
    started: Timestamp,
}

impl<'a> Lines<'a> {
    fn new(core: &'a Core) -> Self {
        Self {
            core,
            checks: Vec::new(),
            started: core.now(),
        }
    }

    fn add(&mut self, kind: CheckKind, outcome: CheckOutcome) {
        let now = self.core.now();
        let millis = u32::try_from(now.since(self.started).as_millis()).unwrap_or(u32::MAX);
        self.started = now;
        self.checks.push(Check {
            kind,
            outcome,
            millis,
        });
    }

    pub(super) fn ok(&mut self, kind: CheckKind, detail: &str, count: Option<usize>) {
        let count = count.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        self.add(
            kind,
            CheckOutcome::Ok {
                detail: detail.to_owned(),
                count,
            },
        );
    }

    pub(super) fn failed(
        &mut self,
        kind: CheckKind,
        reason: ErrorCode,
        error: Option<&ProviderError>,
    ) {
        let answer = error
            .map(|error| error.detail().to_owned())
            .unwrap_or_default();
        self.add(kind, CheckOutcome::Failed { reason, answer });
    }

    /// A token was refused, or its system failed; the following checks are not tried.
    fn no_token(
        &mut self,
        kind: CheckKind,
        refused: ErrorCode,
        error: TokenError,
    ) -> FaultResult<()> {
        match error {
            // An administrator's turn is another one than a new sign-in.
            TokenError::Refused(Some(cause)) if *cause.kind() == ErrorKind::AdminApproval => {
                self.failed(kind, provider_code(&cause), Some(&cause));
            }
            TokenError::Refused(cause) => self.failed(kind, refused, cause.as_ref()),
            TokenError::Remote(error) => self.failed(kind, provider_code(&error), Some(&error)),
            TokenError::Fault(fault) => return Err(fault),
        }
        Ok(())
    }

    pub(super) fn not_tried(&mut self, kind: CheckKind) {
        self.add(kind, CheckOutcome::NotTried);
    }
}

/// So much of a list that somebody can wait for it: the whole of a short one; a longer
/// one is read by a job.
struct Sample<T> {
    people: Vec<T>,
    is_all: bool,
    total: Option<u32>,
    pages: usize,
    cursor: String,
}

impl<T> Sample<T> {
    const fn new() -> Self {
        Self {
            people: Vec::new(),
            is_all: false,
            total: None,
            pages: 0,
            cursor: String::new(),
        }
    }

    /// Whether a further page is wanted.
    const fn is_hungry(&self) -> bool {
        !self.is_all && self.pages < SAMPLE_PAGES
    }

    fn take(&mut self, mut page: ListPage<T>) {
        self.people.append(&mut page.people);
        self.total = self.total.or(page.total);
        self.pages += 1;
        match page.next {
            Some(next) => self.cursor = next,
            None => self.is_all = true,
        }
    }

    /// How many people the list has, where that is known.
    fn count(&self) -> Option<usize> {
        if self.is_all {
            Some(self.people.len())
        } else {
            self.total.and_then(|total| usize::try_from(total).ok())
        }
    }
}

impl Core {
    pub(super) async fn probe(
        &self,
        tenant: &Tenant,
        profile: &Profile,
    ) -> FaultResult<ConnectionReport> {
        let mut lines = Lines::new(self);
        self.probe_crm(tenant, &mut lines).await?;
        match &profile.directory {
            Directory::None => {
                lines.failed(
                    CheckKind::DirectorySignIn,
                    ErrorCode::DirectoryNotConfigured,
                    None,
                );
                lines.not_tried(CheckKind::DirectoryUsers);
            }
            Directory::Microsoft { .. } | Directory::Google { .. } => {
                self.probe_directory(profile, &mut lines).await?;
            }
            Directory::Exchange { .. } => self.probe_exchange(profile, &mut lines).await?,
            Directory::Caldav { server } => self.probe_caldav(profile, server, &mut lines).await?,
        }
        lines.not_tried(CheckKind::CalendarWritable);
        Ok(ConnectionReport {
            at: self.now(),
            checks: lines.checks,
        })
    }

    /// The CRM's half of the test.
    pub(crate) async fn probe_crm_alone(&self, tenant: &Tenant) -> FaultResult<ConnectionReport> {
        let mut lines = Lines::new(self);
        self.probe_crm(tenant, &mut lines).await?;
        Ok(ConnectionReport {
            at: self.now(),
            checks: lines.checks,
        })
    }

    async fn probe_crm(&self, tenant: &Tenant, lines: &mut Lines<'_>) -> FaultResult<()> {
        let mut access = match self.crm_access(tenant).await {
            Ok(access) => access,
            Err(error) => {
                lines.no_token(CheckKind::CrmSignIn, ErrorCode::CrmRefused, error)?;
                lines.not_tried(CheckKind::CrmUsers);
                return Ok(());
            }
        };
        lines.ok(CheckKind::CrmSignIn, &tenant.name, None);
        let mut stepped_in = false;
        let mut sample = Sample::new();
        while sample.is_hungry() {
            let page = self
                .superoffice
                .users(&tenant.context, &access, &sample.cursor);
            match page.await {
                Ok(page) => sample.take(page),
                Err(error) => {
                    if !std::mem::replace(&mut stepped_in, true)
                        && let Some(other) = self.crm_steps_in(tenant, &access, &error).await
                    {
                        access = other;
                        continue;
                    }
                    lines.failed(CheckKind::CrmUsers, provider_code(&error), Some(&error));
                    return Ok(());
                }
            }
        }
        lines.ok(CheckKind::CrmUsers, "", sample.count());
        if sample.is_all {
            self.keep_crm_users(tenant, &sample.people).await?;
        } else {
            self.request_list(tenant.id, ListKey::Crm).await?;
        }
        Ok(())
    }

    async fn probe_directory(&self, profile: &Profile, lines: &mut Lines<'_>) -> FaultResult<()> {
        let access = match self.directory_access(profile).await {
            Ok(access) => access,
            Err(error) => {
                lines.no_token(
                    CheckKind::DirectorySignIn,
                    ErrorCode::DirectoryRefused,
                    error,
                )?;
                lines.not_tried(CheckKind::DirectoryUsers);
                return Ok(());
            }
        };
        lines.ok(CheckKind::DirectorySignIn, "", None);
        let mut sample = Sample::new();
        while sample.is_hungry() {
            let page = self.directory_users(profile, &access, &sample.cursor);
            match page.await? {
                Ok(page) => sample.take(page),
                Err(error) => {
                    let code = provider_code(&error);
                    lines.failed(CheckKind::DirectoryUsers, code, Some(&error));
                    return Ok(());
                }
            }
        }
        lines.ok(CheckKind::DirectoryUsers, "", sample.count());
        if sample.is_all {
            self.keep_calendar_users(profile, &sample.people).await?;
        } else {
            self.request_list(profile.tenant, ListKey::Calendar(profile.id))
                .await?;
        }
        Ok(())
    }

    async fn probe_caldav(
        &self,
        profile: &Profile,
        server: &str,
        lines: &mut Lines<'_>,
    ) -> FaultResult<()> {
        match self.caldav.probe(server).await {
            Ok(probe) => {
                lines.ok(CheckKind::ServerReached, probe.url.as_str(), None);
                lines.ok(CheckKind::CalendarServer, &probe.answer, None);
            }
            Err(error) => {
                let reason = provider_code(&error);
                if reason == ErrorCode::NotACalendarServer {
                    lines.ok(CheckKind::ServerReached, server, None);
                    lines.failed(CheckKind::CalendarServer, reason, Some(&error));
                } else {
                    lines.failed(CheckKind::ServerReached, reason, Some(&error));
                    lines.not_tried(CheckKind::CalendarServer);
                }
            }
        }
        let count = self.pasted_people(profile).await?;
        lines.ok(CheckKind::PeopleListed, "", Some(count));
        Ok(())
    }

    /// How many people were pasted.
    pub(super) async fn pasted_people(&self, profile: &Profile) -> FaultResult<usize> {
        let mut unit = self.storage.read().await?;
        let users = unit.calendar_users(profile.tenant, profile.id).await?;
        Ok(users.map(|(users, _)| users.len()).unwrap_or_default())
    }

    pub(crate) async fn keep_crm_users(
        &self,
        tenant: &Tenant,
        users: &[CrmUser],
    ) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        unit.replace_crm_users(tenant.id, users, self.now()).await?;
        unit.commit().await?;
        Ok(())
    }

    pub(crate) async fn keep_calendar_users(
        &self,
        profile: &Profile,
        users: &[CalendarUser],
    ) -> FaultResult<()> {
        let mut unit = self.storage.write().await?;
        unit.replace_calendar_users(profile.tenant, profile.id, users, self.now())
            .await?;
        unit.commit().await?;
        Ok(())
    }
}
