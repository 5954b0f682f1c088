//! The outbox.

use std::str::FromStr as _;
use std::sync::Arc;

use synchronizer_domain::Locale;
use synchronizer_domain::mail::{MailKind, MailState, OutboxMail};

use super::world::{World, at, sealed};
use crate::{Storage, UnitOfWork};

/// A unit with one waiting mail.
async fn waiting(world: &World) -> (Box<dyn UnitOfWork>, OutboxMail) {
    let (_, _, link) = world.add_company("Cust1").await;
    let mail = world.mail(&link);
    let mut unit = world.write().await;
    unit.add_mail(&mail, &sealed(1)).await.unwrap();
    (unit, mail)
}

pub(super) async fn a_mail_waits_with_its_rendered_form(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (mut unit, first) = waiting(&world).await;
    let found = unit.mail(first.tenant, first.id).await.unwrap();
    assert_eq!(found, Some((first.clone(), Some(sealed(1)))));
    // Every kind and every language.
    let link = unit.link(first.tenant, first.link).await.unwrap().unwrap();
    for kind in MailKind::ALL {
        for locale in Locale::ALL {
            let mut mail = world.mail(&link);
            (mail.kind, mail.locale) = (*kind, locale);
            unit.add_mail(&mail, &sealed(2)).await.unwrap();
            let found = unit.mail(mail.tenant, mail.id).await.unwrap();
            assert_eq!(found.unwrap().0, mail);
        }
    }
}

pub(super) async fn a_sent_mail_is_wiped(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (mut unit, mut mail) = waiting(&world).await;
    unit.note_mail(
        mail.tenant,
        mail.id,
        MailState::Sent,
        "250 queued",
        at(9_000),
    )
    .await
    .unwrap();
    mail.state = MailState::Sent;
    mail.attempts = 1;
    mail.answer = "250 queued".to_owned();
    mail.sent_at = Some(at(9_000));
    let found = unit.mail(mail.tenant, mail.id).await.unwrap();
    assert_eq!(found, Some((mail, None)));
}

pub(super) async fn a_mail_given_up_is_wiped(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (mut unit, mut mail) = waiting(&world).await;
    unit.note_mail(mail.tenant, mail.id, MailState::Failed, "550 no", at(9_000))
        .await
        .unwrap();
    mail.state = MailState::Failed;
    mail.attempts = 1;
    mail.answer = "550 no".to_owned();
    let found = unit.mail(mail.tenant, mail.id).await.unwrap();
    assert_eq!(found, Some((mail, None)));
}

pub(super) async fn a_mail_to_be_tried_again_keeps_its_rendered_form(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (mut unit, mut mail) = waiting(&world).await;
    for answer in ["450 busy", "451 later"] {
        unit.note_mail(mail.tenant, mail.id, MailState::Queued, answer, at(9_000))
            .await
            .unwrap();
    }
    mail.attempts = 2;
    mail.answer = "451 later".to_owned();
    let found = unit.mail(mail.tenant, mail.id).await.unwrap();
    assert_eq!(found, Some((mail, Some(sealed(1)))));
}

pub(super) async fn a_mail_that_ended_does_not_change(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (mut unit, mail) = waiting(&world).await;
    for (state, answer) in [
        (MailState::Sent, "250 queued"),
        (MailState::Queued, "450 busy"),
        (MailState::Failed, "550 no"),
    ] {
        unit.note_mail(mail.tenant, mail.id, state, answer, at(9_000))
            .await
            .unwrap();
    }
    let (found, rendered) = unit.mail(mail.tenant, mail.id).await.unwrap().unwrap();
    assert_eq!((found.state, found.attempts), (MailState::Sent, 1));
    assert_eq!((found.answer.as_str(), rendered), ("250 queued", None));
}

pub(super) async fn the_newest_mail_of_a_kind_is_dated(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let other = world.add_link(&profile, "2", "two").await;
    let kind = MailKind::Reactivation;
    let mut unit = world.write().await;
    let of_kind = |link| OutboxMail {
        kind,
        ..world.mail(link)
    };
    let (first, second) = (of_kind(&link), of_kind(&link));
    for mail in [&first, &second, &world.mail(&link), &of_kind(&other)] {
        unit.add_mail(mail, &sealed(1)).await.unwrap();
    }
    let last = unit.last_mail_at(tenant.id, link.id, kind).await.unwrap();
    assert_eq!(last, Some(second.created_at));
    let foreign = world.mail(&other).id;
    let unmailed = synchronizer_domain::ids::LinkId::from_str(&foreign.to_string()).unwrap();
    let last = unit.last_mail_at(tenant.id, unmailed, kind).await.unwrap();
    assert_eq!(last, None);
}

pub(super) async fn mails_of_a_profile_are_listed_newest_first(storage: Arc<dyn Storage>) {
    let world = World::new(storage);
    let (tenant, profile, link) = world.add_company("Cust1").await;
    let second = world.add_link(&profile, "2", "two").await;
    let other = world.add_profile(&tenant, "Other").await;
    let elsewhere = world.add_link(&other, "3", "three").await;
    let mails = [&link, &second, &link, &elsewhere].map(|link| world.mail(link));
    let mut unit = world.write().await;
    for mail in &mails {
        unit.add_mail(mail, &sealed(1)).await.unwrap();
    }
    let listed = unit.mails_of_profile(tenant.id, profile.id).await.unwrap();
    let expected = [mails[2].clone(), mails[1].clone(), mails[0].clone()];
    assert_eq!(listed, expected);
}

pub(super) async fn mails_that_ended_long_ago_are_swept_and_waiting_ones_stay(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(storage);
    let (tenant, _, link) = world.add_company("Cust1").await;
    let mails = [1, 2, 3].map(|_| world.mail(&link));
    let mut unit = world.write().await;
    for mail in &mails {
        unit.add_mail(mail, &sealed(1)).await.unwrap();
    }
    for (mail, state, when) in [
        (&mails[0], MailState::Sent, 8_000),
        (&mails[1], MailState::Failed, 9_000),
    ] {
        unit.note_mail(tenant.id, mail.id, state, "", at(when))
            .await
            .unwrap();
    }
    assert_eq!(unit.sweep_ended(at(9_000)).await.unwrap(), 1);
    assert_eq!(unit.mail(tenant.id, mails[0].id).await.unwrap(), None);
    assert_eq!(unit.sweep_ended(at(9_001)).await.unwrap(), 1);
    assert_eq!(unit.sweep_ended(at(99_000)).await.unwrap(), 0);
    assert!(unit.mail(tenant.id, mails[2].id).await.unwrap().is_some());
}
