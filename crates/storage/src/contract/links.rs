//! Links.

use std::sync::Arc;

use synchronizer_domain::Locale;
use synchronizer_domain::link::{Cause, LinkFlags, Pauser, Side};
use synchronizer_domain::profile::CalendarSystem;

use super::world::{World, at, hash, sealed};
use crate::{Storage, rules};

pub(super) async fn a_link_is_read_back_as_it_was_added(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let mut link = world.link(&profile, "1", "one");
    link.calendar.active = false;
    link.flags = LinkFlags {
        paused_at: Some(at(1)),
        paused_by: Some(Pauser::Person),
        deleted_at: None,
        first_run_at: Some(at(3)),
        cause: Some((Cause::NoCalendar, at(4))),
    };
    let mut unit = world.write().await;
    unit.add_link(&link, profile.system).await.unwrap();
    let found = unit.link(tenant.id, link.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&link));
    let found = unit.link_of_crm_user(tenant.id, &link.crm.id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&link));
    let found = unit
        .link_of_calendar_user(tenant.id, profile.system, &link.calendar.id)
        .await;
    assert_eq!(found.unwrap().as_ref(), Some(&link));
    let elsewhere = unit
        .link_of_calendar_user(tenant.id, CalendarSystem::Caldav, &link.calendar.id)
        .await;
    assert_eq!(elsewhere.unwrap(), None);
}

pub(super) async fn people_are_linked_while_their_link_lives(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let mut unit = world.write().await;
    let flags = LinkFlags {
        deleted_at: Some(at(9_000)),
        ..LinkFlags::default()
    };
    unit.set_link_flags(tenant.id, other.id, &flags)
        .await
        .unwrap();
    let linked = unit.linked_people(tenant.id).await.unwrap();
    assert_eq!(linked, [(link.crm.id, profile.system, link.calendar.id)]);
}

pub(super) async fn links_of_a_profile_are_listed_newest_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let tenant = world.add_tenant("Cust1").await;
    let profile = world.add_profile(&tenant, "Office").await;
    let other = world.add_profile(&tenant, "Other").await;
    let first = world.add_link(&profile, "1", "one").await;
    let mut deleted = world.add_link(&profile, "2", "two").await;
    let last = world.add_link(&profile, "3", "three").await;
    let elsewhere = world.add_link(&other, "4", "four").await;
    deleted.flags.deleted_at = Some(at(9_000));
    let mut unit = world.write().await;
    let stored = unit
        .set_link_flags(tenant.id, deleted.id, &deleted.flags)
        .await;
    assert!(stored.unwrap());
    let listed = unit.links_of_profile(tenant.id, profile.id).await.unwrap();
    assert_eq!(listed, [last.clone(), deleted, first.clone()]);
    let live = unit.live_links(tenant.id).await.unwrap();
    assert_eq!(live, [elsewhere, last, first]);
}

pub(super) async fn a_crm_user_has_one_live_link(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, _) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let mut unit = world.write().await;
    let second = world.link(&other, "1", "two");
    let error = unit
        .add_link(&second, CalendarSystem::Caldav)
        .await
        .unwrap_err();
    assert!(error.is_conflict(rules::LINK_CRM_USER), "{error}");
}

pub(super) async fn a_calendar_user_has_one_live_link_per_system(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let other = world.add_profile(&tenant, "Other").await;
    let mut unit = world.write().await;
    let second = world.link(&other, "2", "one");
    let error = unit.add_link(&second, profile.system).await.unwrap_err();
    assert!(error.is_conflict(rules::LINK_CALENDAR_USER), "{error}");
    unit.add_link(&second, CalendarSystem::Caldav)
        .await
        .unwrap();
}

pub(super) async fn a_deleted_link_gives_both_people_free(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, mut old) = world.add_company("Cust1").await;
    old.flags.deleted_at = Some(at(9_000));
    let mut unit = world.write().await;
    let stored = unit.set_link_flags(tenant.id, old.id, &old.flags).await;
    assert!(stored.unwrap());
    let of_crm = unit.link_of_crm_user(tenant.id, &old.crm.id).await;
    assert_eq!(of_crm.unwrap(), None);
    let of_calendar = unit
        .link_of_calendar_user(tenant.id, profile.system, &old.calendar.id)
        .await;
    assert_eq!(of_calendar.unwrap(), None);
    let new = world.link(&profile, "1", "one");
    unit.add_link(&new, profile.system).await.unwrap();
    let of_crm = unit.link_of_crm_user(tenant.id, &old.crm.id).await;
    assert_eq!(of_crm.unwrap(), Some(new));
    assert_eq!(unit.link(tenant.id, old.id).await.unwrap(), Some(old));
}

pub(super) async fn undeleting_conflicts_when_somebody_was_faster(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, mut old) = world.add_company("Cust1").await;
    old.flags.deleted_at = Some(at(9_000));
    let mut unit = world.write().await;
    let stored = unit.set_link_flags(tenant.id, old.id, &old.flags).await;
    assert!(stored.unwrap());
    let new = world.link(&profile, "1", "two");
    unit.add_link(&new, profile.system).await.unwrap();
    let error = unit
        .set_link_flags(tenant.id, old.id, &LinkFlags::default())
        .await
        .unwrap_err();
    assert!(error.is_conflict(rules::LINK_CRM_USER), "{error}");
    assert_eq!(unit.link(tenant.id, old.id).await.unwrap(), Some(old));
}

pub(super) async fn every_cause_can_be_stored(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mut unit = world.write().await;
    for cause in Cause::ALL {
        let flags = LinkFlags {
            cause: Some((*cause, at(1))),
            ..LinkFlags::default()
        };
        let stored = unit.set_link_flags(tenant.id, link.id, &flags).await;
        assert!(stored.unwrap());
        let found = unit.link(tenant.id, link.id).await.unwrap().unwrap();
        assert_eq!(found.flags, flags);
    }
}

pub(super) async fn flags_of_unknown_links_are_not_stored(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, _) = world.add_company("Cust1").await;
    let unknown = world.link(&profile, "2", "two");
    let mut unit = world.write().await;
    let stored = unit
        .set_link_flags(tenant.id, unknown.id, &unknown.flags)
        .await;
    assert!(!stored.unwrap());
    assert_eq!(unit.link(tenant.id, unknown.id).await.unwrap(), None);
}

pub(super) async fn a_deleted_link_is_erased_with_all_that_belongs_to_it(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let invitation = world.invitation(&link, 1);
    let mut unit = world.write().await;
    for link in [&link, &other] {
        unit.put_grant(&world.grant(link, Side::Crm)).await.unwrap();
        unit.put_grant(&world.grant(link, Side::Calendar))
            .await
            .unwrap();
        unit.add_mail(&world.mail(link), &sealed(1)).await.unwrap();
    }
    unit.add_invitation(&invitation).await.unwrap();
    unit.add_activation(&world.activation(&invitation, 1))
        .await
        .unwrap();
    unit.commit().await.unwrap();

    let mut unit = world.write().await;
    assert!(!unit.erase_link(tenant.id, link.id).await.unwrap());
    let flags = LinkFlags {
        deleted_at: Some(at(9_000)),
        ..LinkFlags::default()
    };
    unit.set_link_flags(tenant.id, link.id, &flags)
        .await
        .unwrap();
    assert!(unit.erase_link(tenant.id, link.id).await.unwrap());
    assert!(!unit.erase_link(tenant.id, link.id).await.unwrap());
    unit.commit().await.unwrap();

    let mut unit = world.read().await;
    assert_eq!(unit.link(tenant.id, link.id).await.unwrap(), None);
    let found = unit.invitation_by_secret(&hash(1)).await.unwrap();
    assert_eq!(found, None);
    let held = unit.grants(tenant.id, None).await.unwrap();
    assert!(held.len() == 2 && held.iter().all(|grant| grant.link == other.id));
    let mails = unit.mails_of_profile(tenant.id, profile.id).await.unwrap();
    assert!(mails.len() == 1 && mails.iter().all(|mail| mail.link == other.id));
}

pub(super) async fn all_links_of_a_person_are_listed_newest_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, mut old) = world.add_company("Cust1").await;
    world.add_link(&profile, "2", "two").await;
    old.flags.deleted_at = Some(at(9_000));
    let mut unit = world.write().await;
    let stored = unit.set_link_flags(tenant.id, old.id, &old.flags).await;
    assert!(stored.unwrap());
    let new = world.link(&profile, "1", "one");
    unit.add_link(&new, profile.system).await.unwrap();
    let listed = unit.links_of_crm_user(tenant.id, &old.crm.id).await;
    assert_eq!(listed.unwrap(), [new, old]);
}

pub(super) async fn a_person_chooses_the_language_of_mails(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let mut unit = world.write().await;
    let found = unit.link_mail_locale(tenant.id, link.id).await;
    assert_eq!(found.unwrap(), None);
    for locale in [Locale::De, Locale::Nb] {
        unit.set_mail_locale(tenant.id, &link.crm.id, locale)
            .await
            .unwrap();
        let found = unit.link_mail_locale(tenant.id, link.id).await;
        assert_eq!(found.unwrap(), Some(locale));
    }
    let found = unit.link_mail_locale(tenant.id, other.id).await;
    assert_eq!(found.unwrap(), None);
    let unchanged = unit.link(tenant.id, link.id).await.unwrap();
    assert_eq!(unchanged, Some(link));
}
