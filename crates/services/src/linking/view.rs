//! The heads of both lists.

use synchronizer_domain::directory::Reading;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::lists::{ListHead, ListSource};
use synchronizer_domain::profile::Profile;
use synchronizer_domain::usecases::{LinkUsersView, ListSide};
use synchronizer_storage::UnitOfWork;

use super::search::MIN_LETTERS;
use crate::failure::FaultResult;
use crate::lists::{Linked, ListState};
use crate::{Core, lists};

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
        let unapproved = self.unapproved(&mut *unit, profile).await?;
        drop(unit);
        Ok(LinkUsersView {
            profile: profile.id,
            profile_name: profile.name.clone(),
            system: profile.system,
            stop: profile.stop().cloned(),
            unapproved,
            crm,
            calendar,
        })
    }

    async fn list_head(
        &self,
        unit: &mut dyn UnitOfWork,
        profile: &Profile,
        linked: &Linked,
        side: ListSide,
    ) -> FaultResult<ListHead> {
        let roll = self.roll_of(unit, profile, linked, side).await?;
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
            new: roll.new_ones(),
            stamp: roll.stamp(),
            first: roll.first(),
        })
    }
}
