//! Invitations.

use std::sync::Arc;

use super::world::{World, at, hash};
use crate::{Storage, StorageError};

pub(super) async fn an_invitation_is_found_by_its_secret(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut invitation = world.invitation(&link, 1);
    invitation.revoked_at = Some(at(5));
    let mut unit = world.write().await;
    unit.add_invitation(&invitation).await.unwrap();
    let found = unit.invitation_by_secret(&hash(1)).await.unwrap();
    assert_eq!(found.as_ref(), Some(&invitation));
    let found = unit.invitation(tenant.id, invitation.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&invitation));
    let none = unit.invitation_by_secret(&hash(2)).await.unwrap();
    assert_eq!(none, None);
}

pub(super) async fn a_secret_belongs_to_one_invitation(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (_, _, link) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    unit.add_invitation(&world.invitation(&link, 1))
        .await
        .unwrap();
    let error = unit
        .add_invitation(&world.invitation(&link, 1))
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::Conflict { .. }), "{error}");
}

pub(super) async fn the_newest_invitation_of_a_link_may_be_a_copied_one(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mailed = world.invitation(&link, 1);
    let mut copied = world.invitation(&link, 2);
    copied.mail = None;
    let mut unit = world.write().await;
    let none = unit.newest_invitation(tenant.id, link.id).await.unwrap();
    assert_eq!(none, None);
    unit.add_invitation(&copied).await.unwrap();
    unit.add_invitation(&mailed).await.unwrap();
    let newest = unit.newest_invitation(tenant.id, link.id).await.unwrap();
    assert_eq!(newest, Some(copied));
}

pub(super) async fn only_the_first_showing_is_noted(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let invitation = world.invitation(&link, 1);
    let mut unit = world.write().await;
    unit.add_invitation(&invitation).await.unwrap();
    for now in [10, 20] {
        unit.mark_invitation_opened(tenant.id, invitation.id, at(now))
            .await
            .unwrap();
    }
    let found = unit.invitation(tenant.id, invitation.id).await.unwrap();
    assert_eq!(found.unwrap().opened_at, Some(at(10)));
}

pub(super) async fn open_invitations_are_used_up_together(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let mut used = world.invitation(&link, 1);
    used.used_at = Some(at(5));
    let mut revoked = world.invitation(&link, 2);
    revoked.revoked_at = Some(at(6));
    let mut expired = world.invitation(&link, 3);
    expired.expires_at = at(7);
    let open = world.invitation(&link, 4);
    let elsewhere = world.invitation(&other, 5);
    let mut unit = world.write().await;
    for invitation in [&used, &revoked, &expired, &open, &elsewhere] {
        unit.add_invitation(invitation).await.unwrap();
    }
    unit.use_up_invitations(tenant.id, link.id, at(9_000))
        .await
        .unwrap();
    for (invitation, used_at) in [
        (used, Some(at(5))),
        (revoked, None),
        (expired, Some(at(9_000))),
        (open, Some(at(9_000))),
        (elsewhere, None),
    ] {
        let found = unit.invitation(tenant.id, invitation.id).await.unwrap();
        assert_eq!(found.unwrap().used_at, used_at);
    }
}
