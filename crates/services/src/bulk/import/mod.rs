//! Linking from a list that somebody brings: it is kept for a while as it came, and held
//! against the lists of people each time it is looked at.

mod read;
mod template;

pub(crate) use read::decode;

use std::collections::HashSet;

use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::error::UseCaseError;
use synchronizer_domain::ids::{BatchId, ImportId, ProfileId};
use synchronizer_domain::import::{
    CheckedList, Face, FileProblem, Found, ImportView, Line, MAX_SHOWN_TEXT, Match, Review,
    RightLine, WrongLine, review,
};
use synchronizer_domain::policy::Action;
use synchronizer_domain::profile::Profile;
use synchronizer_domain::session::Actor;
use synchronizer_domain::several::Taken;
use synchronizer_domain::tenant::Tenant;
use synchronizer_domain::text::{MAX_NAME, clean};
use synchronizer_domain::usecases::UseCaseResult;
use synchronizer_storage::Import;

use super::several::taken;
use crate::Core;
use crate::failure::{Fault, FaultResult};

/// Lists of one profile that are kept at a time.
const KEEP: u32 = 10;

/// Everything that a list is held against.
struct Everybody {
    crm: Vec<CrmUser>,
    calendar: Vec<CalendarUser>,
    taken: Taken,
    lists_read: bool,
}

impl Core {
    /// Keeps a file, or what was pasted (which has no name), to be looked at.
    ///
    /// # Errors
    /// Forbidden, not found, internal; inside, why the file cannot be read.
    pub async fn import_pairs(
        &self,
        actor: &Actor,
        profile: ProfileId,
        file_name: &str,
        bytes: &[u8],
    ) -> UseCaseResult<Result<ImportId, FileProblem>> {
        self.may_change(actor, Action::ManageLinks).await?;
        let profile = self.own_profile(actor, profile).await?;
        let (content, guessed) = match read::decode(bytes) {
            Ok(decoded) => decoded,
            Err(problem) => return Ok(Err(problem)),
        };
        if let Err(problem) = read::lines(&content) {
            return Ok(Err(problem));
        }
        let import = Import {
            id: ImportId::mint(&*self.clock, &*self.rng),
            tenant: profile.tenant,
            profile: profile.id,
            file_name: clean(file_name, MAX_NAME),
            guessed,
            content,
            created_at: self.now(),
        };
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.add_import(&import, KEEP).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))?;
        Ok(Ok(import.id))
    }

    pub(super) async fn import_page(
        &self,
        tenant: &Tenant,
        profile: &Profile,
        import: Option<ImportId>,
    ) -> FaultResult<ImportView> {
        self.request_missing_lists(tenant, profile).await?;
        let everybody = self.everybody(profile).await?;
        let kept = match import {
            Some(id) => self.kept_import(profile, id).await?,
            None => None,
        };
        Ok(ImportView {
            profile: profile.id,
            profile_name: profile.name.clone(),
            system: profile.system,
            stop: profile.stop().cloned(),
            lists_read: everybody.lists_read,
            gone: import.is_some() && kept.is_none(),
            checked: kept
                .map(|import| checked(import, &everybody, profile))
                .transpose()?,
            batch: self.newest_batch_view(profile).await?,
        })
    }

    /// Begins to link the right lines. Of those that were `offered` with a tick to take
    /// away only the `ticked` ones.
    pub(super) async fn link_kept(
        &self,
        actor: &Actor,
        profile: &Profile,
        import: ImportId,
        offered: &[u32],
        ticked: &[u32],
    ) -> UseCaseResult<BatchId> {
        let pairs = async {
            let Some(import) = self.kept_import(profile, import).await? else {
                return Ok(None);
            };
            let everybody = self.everybody(profile).await?;
            let lines = parsed(&import.content)?;
            let review = everybody.review(&lines, profile);
            // Ten thousand lines may have lost their ticks.
            let offered: HashSet<u32> = offered.iter().copied().collect();
            let ticked: HashSet<u32> = ticked.iter().copied().collect();
            let wanted =
                |line: &Line| !offered.contains(&line.number) || ticked.contains(&line.number);
            let pairs: Vec<_> = review
                .right
                .iter()
                .filter(|(line, _)| wanted(line))
                .map(|(_, found)| (found.crm.id.clone(), found.calendar.id()))
                .collect();
            Ok(Some(pairs))
        };
        let pairs = pairs.await.map_err(|fault: Fault| self.internal(fault))?;
        let pairs = pairs.ok_or(UseCaseError::NotFound)?;
        self.begin_linking(actor, profile, pairs).await
    }

    /// A list of this profile.
    async fn kept_import(&self, profile: &Profile, id: ImportId) -> FaultResult<Option<Import>> {
        let mut unit = self.storage.read().await?;
        let import = unit.import(profile.tenant, id).await?;
        Ok(import.filter(|import| import.profile == profile.id))
    }

    async fn everybody(&self, profile: &Profile) -> FaultResult<Everybody> {
        let mut unit = self.storage.read().await?;
        let crm = unit.crm_users(profile.tenant).await?;
        let calendar = unit.calendar_users(profile.tenant, profile.id).await?;
        let taken = taken(&mut *unit, profile).await?;
        drop(unit);
        let can_ask = profile.directory.is_searched();
        Ok(Everybody {
            lists_read: crm.is_some() && (calendar.is_some() || can_ask),
            crm: crm.map(|(users, _)| users).unwrap_or_default(),
            calendar: calendar.map(|(users, _)| users).unwrap_or_default(),
            taken,
        })
    }
}

impl Everybody {
    fn review<'a>(&'a self, lines: &'a [Line], profile: &Profile) -> Review<'a> {
        let asked = profile.directory.is_searched();
        review(lines, &self.crm, &self.calendar, &self.taken, asked)
    }
}

/// The lines of a list that was kept because it has lines.
fn parsed(content: &str) -> FaultResult<Vec<Line>> {
    read::lines(content).map_err(|_| Fault::Missing("lines of an import"))
}

fn checked(import: Import, everybody: &Everybody, profile: &Profile) -> FaultResult<CheckedList> {
    let lines = parsed(&import.content)?;
    let review = everybody.review(&lines, profile);
    let right = review.right.iter().map(|(line, found)| right(line, found));
    let wrong = review.wrong.into_iter().map(|(line, why)| WrongLine {
        line: line.number,
        text: line.text.clone(),
        why,
    });
    Ok(CheckedList {
        id: import.id,
        file_name: import.file_name,
        guessed: import.guessed,
        heading: review.heading.map(|line| line.text.clone()),
        right: right.collect(),
        wrong: wrong.collect(),
        already: review.already,
        text: Some(import.content).filter(|text| text.len() <= MAX_SHOWN_TEXT),
    })
}

fn right(line: &Line, found: &Match<'_>) -> RightLine {
    RightLine {
        line: line.number,
        crm: Face {
            name: found.crm.name.clone(),
            email: found.crm.email.clone(),
        },
        calendar: Face {
            name: found.calendar.name().to_owned(),
            email: found.calendar.email().to_owned(),
        },
        asked_later: matches!(found.calendar, Found::Address(_)),
    }
}
