//! Both lists and the linked users, in one answer.

use std::collections::{HashMap, HashSet};

use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::{CrmUser, Reading};
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::{CalendarUserId, LinkId};
use synchronizer_domain::link::{Link, LinkState};
use synchronizer_domain::mail::{MailState, OutboxMail};
use synchronizer_domain::matching::Matcher;
use synchronizer_domain::profile::{Directory, Profile};
use synchronizer_domain::text::fold_email;
use synchronizer_domain::usecases::{
    CalendarEntry, CrmEntry, InvitationStatus, LinkRow, LinkUsersView,
};
use synchronizer_storage::{Grant, Invitation, ListKey};

use crate::failure::FaultResult;
use crate::lists::ListState;
use crate::{Core, grants};

impl Core {
    pub(super) async fn link_users_view(&self, profile: &Profile) -> FaultResult<LinkUsersView> {
        let (tenant, id) = (profile.tenant, profile.id);
        let mut unit = self.storage.read().await?;
        let (crm, crm_read_at) = split(unit.crm_users(tenant).await?);
        let (calendar, calendar_read_at) = split(unit.calendar_users(tenant, id).await?);
        let live = unit.live_links(tenant).await?;
        let same_system = unit.profiles(tenant).await?;
        let rows = unit.links_of_profile(tenant, id).await?;
        let held = unit.grants(tenant, Some(id)).await?;
        let invitations = unit.newest_invitations(tenant, id).await?;
        let mails = unit.mails_of_profile(tenant, id).await?;
        let crm_read = unit.list_read(tenant, ListKey::Crm).await?;
        let calendar_read = unit.list_read(tenant, ListKey::Calendar(id)).await?;
        drop(unit);
        let crm_state = ListState::of(crm_read.as_ref(), self.now());
        let calendar_state = ListState::of(calendar_read.as_ref(), self.now());
        let expired = matches!(
            profile.directory,
            Directory::Microsoft {
                connected: false,
                ..
            }
        );

        let same_system: HashSet<_> = same_system
            .iter()
            .filter(|other| other.system == profile.system)
            .map(|other| other.id)
            .collect();
        let linked_crm: HashSet<_> = live.iter().map(|link| link.crm.id.clone()).collect();
        let linked_calendar: HashSet<CalendarUserId> = live
            .iter()
            .filter(|link| same_system.contains(&link.profile))
            .map(|link| link.calendar.id.clone())
            .collect();

        let matcher = Matcher::new(
            calendar
                .iter()
                .filter(|user| !linked_calendar.contains(&user.id)),
        );
        let mut emails: HashMap<String, u32> = HashMap::new();
        for user in crm
            .iter()
            .filter(|user| user.active && !user.email.is_empty())
        {
            *emails.entry(fold_email(&user.email)).or_default() += 1;
        }
        let crm_users = crm
            .iter()
            .map(|user| {
                let linked = linked_crm.contains(&user.id);
                let proposals = if linked || !user.active {
                    Vec::new()
                } else {
                    matcher
                        .proposals(user)
                        .into_iter()
                        .map(|(found, reason)| (found.id.clone(), reason))
                        .collect()
                };
                let same = emails.get(&fold_email(&user.email)).copied().unwrap_or(0);
                CrmEntry {
                    user: user.clone(),
                    linked,
                    proposals,
                    same_email: same.saturating_sub(1),
                }
            })
            .collect();
        let calendar_users = calendar
            .into_iter()
            .map(|user| CalendarEntry {
                linked: linked_calendar.contains(&user.id),
                user,
            })
            .collect();

        let links = Rows::new(&held, &invitations, &mails, self.now()).of(rows);
        Ok(LinkUsersView {
            profile: id,
            profile_name: profile.name.clone(),
            system: profile.system,
            crm_users,
            calendar_users,
            crm_read_at,
            calendar_read_at,
            crm_reading: crm_state.reading.map(|reading| Reading {
                total: reading.total.or(old_size(&crm)),
                ..reading
            }),
            calendar_reading: calendar_state.reading,
            crm_problem: crm_state.problem,
            calendar_problem: calendar_state
                .problem
                .or(expired.then_some(ErrorCode::DirectoryRefused)),
            links,
        })
    }
}

/// What the old list lets expect of the new one's size.
fn old_size(people: &[CrmUser]) -> Option<u32> {
    let size = u32::try_from(people.len()).ok()?;
    (size > 0).then_some(size)
}

fn split<T>(found: Option<(Vec<T>, Timestamp)>) -> (Vec<T>, Option<Timestamp>) {
    found.map_or_else(|| (Vec::new(), None), |(list, at)| (list, Some(at)))
}

struct Rows<'a> {
    grants: HashMap<LinkId, Vec<Grant>>,
    invitations: HashMap<LinkId, &'a Invitation>,
    mails: HashMap<LinkId, &'a OutboxMail>,
    now: Timestamp,
}

impl<'a> Rows<'a> {
    fn new(
        held: &'a [Grant],
        invitations: &'a [Invitation],
        mails: &'a [OutboxMail],
        now: Timestamp,
    ) -> Self {
        let mut by_link: HashMap<LinkId, Vec<Grant>> = HashMap::new();
        for grant in held {
            by_link.entry(grant.link).or_default().push(grant.clone());
        }
        let mut newest: HashMap<LinkId, &OutboxMail> = HashMap::new();
        for mail in mails {
            newest.entry(mail.link).or_insert(mail);
        }
        Self {
            grants: by_link,
            invitations: invitations
                .iter()
                .map(|invitation| (invitation.link, invitation))
                .collect(),
            mails: newest,
            now,
        }
    }

    fn of(&self, links: Vec<Link>) -> Vec<LinkRow> {
        let mut rows: Vec<LinkRow> = links.into_iter().map(|link| self.row(link)).collect();
        rows.sort_by_key(|row| {
            LinkState::ALL
                .iter()
                .position(|state| *state == row.status.state)
        });
        rows
    }

    fn row(&self, link: Link) -> LinkRow {
        let held = self
            .grants
            .get(&link.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        LinkRow {
            id: link.id,
            status: grants::status(&link, held),
            invitation: self.invitation(link.id),
            created_at: link.created_at,
            checked_at: link.flags.first_run_at,
            crm: link.crm,
            calendar: link.calendar,
        }
    }

    fn invitation(&self, link: LinkId) -> Option<InvitationStatus> {
        let (invitation, mail) = (self.invitations.get(&link)?, self.mails.get(&link)?);
        Some(InvitationStatus {
            mail: mail.state,
            answer: if mail.state == MailState::Sent {
                String::new()
            } else {
                mail.answer.clone()
            },
            at: mail.sent_at.unwrap_or(mail.created_at),
            opened_at: invitation.opened_at,
            used_at: invitation.used_at,
            expires_at: invitation.expires_at,
            expired: invitation.used_at.is_none() && invitation.expires_at <= self.now,
        })
    }
}
