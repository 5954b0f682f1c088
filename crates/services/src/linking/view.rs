//! The heads of both lists and the linked users, in one answer.

use std::collections::HashMap;

use synchronizer_domain::Timestamp;
use synchronizer_domain::directory::Reading;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::{LinkId, ProfileId};
use synchronizer_domain::link::{Link, LinkState};
use synchronizer_domain::lists::{ListHead, ListSource};
use synchronizer_domain::mail::{MailState, OutboxMail};
use synchronizer_domain::policy::{Action, allow};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::session::Actor;
use synchronizer_domain::usecases::{
    InvitationStatus, LinkRow, LinkUsersView, ListSide, UseCaseResult,
};
use synchronizer_storage::{Grant, Invitation, UnitOfWork};

use super::search::MIN_LETTERS;
use crate::failure::FaultResult;
use crate::lists::{Linked, ListState, Roll};
use crate::{Core, grants, lists};

impl Core {
    pub(super) async fn link_users_view(&self, profile: &Profile) -> FaultResult<LinkUsersView> {
        let mut unit = self.storage.read().await?;
        let linked = Linked::read(&mut *unit, profile).await?;
        let crm = self
            .list_head(&mut *unit, profile, &linked, ListSide::Crm)
            .await?;
        let calendar = self
            .list_head(&mut *unit, profile, &linked, ListSide::Calendar)
            .await?;
        let links = self.link_rows(&mut *unit, profile).await?;
        let consent = self.consent_view(&mut *unit, profile).await?;
        drop(unit);
        Ok(LinkUsersView {
            profile: profile.id,
            profile_name: profile.name.clone(),
            system: profile.system,
            stop: profile.stop().cloned(),
            unapproved: (!consent.is_approved())
                .then_some(consent.organisation)
                .flatten(),
            crm,
            calendar,
            links,
        })
    }

    /// Everybody who is linked in a profile, for a file.
    ///
    /// # Errors
    /// Forbidden, not found, internal.
    pub async fn linked_users(
        &self,
        actor: &Actor,
        profile: ProfileId,
    ) -> UseCaseResult<Vec<LinkRow>> {
        allow(actor, Action::ReadTenant)?;
        let profile = self.own_profile(actor, profile).await?;
        let rows = async {
            let mut unit = self.storage.read().await?;
            self.link_rows(&mut *unit, &profile).await
        };
        rows.await.map_err(|fault| self.internal(fault))
    }

    async fn link_rows(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
    ) -> FaultResult<Vec<LinkRow>> {
        let (tenant, id) = (profile.tenant, profile.id);
        let rows = unit.links_of_profile(tenant, id).await?;
        let held = unit.grants(tenant, Some(id)).await?;
        let invitations = unit.newest_invitations(tenant, id).await?;
        let mails = unit.mails_of_profile(tenant, id).await?;
        let checked = unit.links_checked_at(tenant, id).await?;
        Ok(Rows::new(&held, &invitations, &mails, &checked, self.now()).of(rows))
    }

    async fn list_head(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        linked: &Linked,
        side: ListSide,
    ) -> FaultResult<ListHead> {
        let roll = Roll::read(unit, profile, linked, side).await?;
        let read = unit
            .list_read(profile.tenant, lists::key(profile, side))
            .await?;
        let state = ListState::of(read.as_ref(), self.now());
        let expired = side == ListSide::Calendar && !profile.directory.is_connected();
        let old = u32::try_from(roll.people.len())
            .ok()
            .filter(|size| *size > 0);
        Ok(ListHead {
            source: if side == ListSide::Calendar && profile.directory.is_searched() {
                ListSource::Typed {
                    at_least: MIN_LETTERS,
                }
            } else {
                ListSource::Whole
            },
            read_at: roll.read_at,
            reading: state.reading.map(|reading| Reading {
                // The old list lets expect how long the new one is.
                total: reading.total.or(old),
                ..reading
            }),
            problem: state
                .problem
                .or(expired.then_some(ErrorCode::DirectoryRefused)),
            counts: roll.counts(),
            stamp: roll.stamp(),
            first: roll.first(),
        })
    }
}

struct Rows<'a> {
    grants: HashMap<LinkId, Vec<Grant>>,
    invitations: HashMap<LinkId, &'a Invitation>,
    mails: HashMap<LinkId, &'a OutboxMail>,
    checked: HashMap<LinkId, Timestamp>,
    now: Timestamp,
}

impl<'a> Rows<'a> {
    fn new(
        held: &'a [Grant],
        invitations: &'a [Invitation],
        mails: &'a [OutboxMail],
        checked: &[(LinkId, Timestamp)],
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
            checked: checked.iter().copied().collect(),
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
            checked_at: self.checked.get(&link.id).copied(),
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
