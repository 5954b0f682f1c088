//! Notices: new CRM users, people gone on either side, unanswered invitations, *Resend all*.

use std::time::Duration;

use synchronizer_domain::bulk::{BatchKind, BatchRowState};
use synchronizer_domain::directory::CrmUser;
use synchronizer_domain::error::ErrorCode;
use synchronizer_domain::ids::{AssociateId, BatchId, JobId, TenantId};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::notice::{Notice, NoticeKind};
use synchronizer_domain::status::LinksView;
use synchronizer_domain::{Clock, Timestamp};
use synchronizer_storage::{Batch, BatchRow, NewJob};

use crate::support::{ADMIN, GUENTHER, Story, TestOptions, ZOE, ZOE_MAIL, sign_in};

const DAY: Duration = Duration::from_secs(86_400);

async fn notices(story: &Story) -> Vec<Notice> {
    story.api().ok("notices/list", &[]).await
}

async fn told(story: &Story) -> Vec<(NoticeKind, u32)> {
    let notices = notices(story).await;
    notices.iter().map(|one| (one.kind, one.count)).collect()
}

async fn tenant(story: &Story) -> TenantId {
    let mut unit = story.app.core().storage.read().await.unwrap();
    unit.versions().await.unwrap()[0].0
}

async fn dismiss(story: &Story, kind: NoticeKind) {
    let shown = notices(story).await;
    let shown = shown.iter().find(|one| one.kind == kind).unwrap();
    dismiss_seen(story, kind, shown.newest).await;
}

async fn dismiss_seen(story: &Story, kind: NoticeKind, seen: Timestamp) {
    let seen = seen.as_micros().to_string();
    let arguments = [("kind", kind.word()), ("seen", seen.as_str())];
    story.api().ok::<()>("notices/dismiss", &arguments).await;
}

async fn resend_all(story: &Story, seen: Timestamp) -> u32 {
    let seen = seen.as_micros().to_string();
    let arguments = [("seen", seen.as_str())];
    story.api().ok("notices/resend-all", &arguments).await
}

/// Time passes, and the administrator signs in again.
async fn pass(story: &Story, time: Duration) {
    story.app.clock.advance(time);
    sign_in(&story.app, &story.admin, ADMIN).await;
}

/// A further person came to the CRM.
async fn hire(story: &Story, number: u32) {
    let (core, tenant) = (story.app.core(), tenant(story).await);
    let mut unit = core.storage.write().await.unwrap();
    let (mut users, _) = unit.crm_users(tenant).await.unwrap().unwrap();
    users.push(CrmUser {
        id: AssociateId::new(format!("new-{number}")),
        name: format!("Newcomer {number}"),
        email: format!("new{number}@nordlicht.example"),
        active: true,
    });
    let now = story.app.clock.now();
    unit.replace_crm_users(tenant, &users, now).await.unwrap();
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn new_crm_users_are_told_until_somebody_dismisses_and_again_with_the_next_one() {
    let story = Story::start().await;
    assert_eq!(told(&story).await, []);
    hire(&story, 1).await;
    assert_eq!(told(&story).await, [(NoticeKind::NewCrm, 1)]);
    let seen = notices(&story).await;
    assert_eq!(seen[0].places.len(), 1);
    let people = story.api().people(&story.profile, "crm").await;
    let new: Vec<_> = people.iter().filter(|one| one.new).collect();
    assert_eq!((new.len(), new[0].name.as_str()), (1, "Newcomer 1"));
    assert_eq!(story.api().look(&story.profile).await.crm.new, 1);

    // Whoever came after the page was looked at is not dismissed with the others.
    hire(&story, 2).await;
    dismiss_seen(&story, NoticeKind::NewCrm, seen[0].newest).await;
    assert_eq!(told(&story).await, [(NoticeKind::NewCrm, 1)]);
    dismiss(&story, NoticeKind::NewCrm).await;
    assert_eq!(told(&story).await, []);
    let people = story.api().people(&story.profile, "crm").await;
    assert!(people.iter().all(|one| !one.new));

    // Nobody can dismiss what is still to come.
    let far = story.app.clock.now().plus(DAY);
    dismiss_seen(&story, NoticeKind::NewCrm, far).await;
    hire(&story, 3).await;
    assert_eq!(told(&story).await, [(NoticeKind::NewCrm, 1)]);
}

#[tokio::test]
async fn linked_people_who_are_gone_from_a_list_are_told_and_shown() {
    let story = Story::start().await;
    let (core, tenant) = (story.app.core(), tenant(&story).await);
    let profile = story.profile.parse().unwrap();
    let mut unit = core.storage.write().await.unwrap();
    let (all, _) = unit.calendar_users(tenant, profile).await.unwrap().unwrap();
    let (mut crm, _) = unit.crm_users(tenant).await.unwrap().unwrap();
    let without: Vec<_> = all.iter().filter(|one| one.name != ZOE).cloned().collect();
    assert_ne!(all.len(), without.len());
    let now = story.app.clock.now();
    unit.replace_calendar_users(tenant, profile, &without, now)
        .await
        .unwrap();
    for user in &mut crm {
        user.active &= user.name != ZOE;
    }
    unit.replace_crm_users(tenant, &crm, now).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(told(&story).await, [(NoticeKind::Gone, 1)]);
    let view: LinksView = story
        .api()
        .ok("status/links", &[("asked[only]", "gone")])
        .await;
    assert_eq!((view.total, view.rows[0].crm.name.as_str()), (1, ZOE));
    assert_eq!(view.rows[0].gone, [Some(now), Some(now)]);

    // Who is paused for it was seen to.
    story.api().act("pause", &[&story.link], "").await;
    assert_eq!(told(&story).await, []);
    story.api().act("resume", &[&story.link], "").await;
    assert_eq!(told(&story).await, [(NoticeKind::Gone, 1)]);
    dismiss(&story, NoticeKind::Gone).await;
    assert_eq!(told(&story).await, []);

    // Whoever is back and goes again is told of again.
    for (list, told_of) in [(&all, 0), (&without, 1)] {
        let mut unit = core.storage.write().await.unwrap();
        let now = story.app.clock.now();
        unit.replace_calendar_users(tenant, profile, list, now)
            .await
            .unwrap();
        unit.commit().await.unwrap();
        assert_eq!(told(&story).await.len(), told_of);
    }
}

/// What became of the newest *Resend all*, once it is done: how many were mailed and refused.
async fn ended(story: &Story) -> (u32, u32) {
    for _ in 0..1_200 {
        let notices = notices(story).await;
        let resent = notices.iter().find(|one| one.kind == NoticeKind::Resent);
        if let Some(resent) = resent.filter(|one| one.waiting == 0) {
            return (resent.count - resent.refused, resent.refused);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the mails are not written");
}

#[tokio::test]
async fn unanswered_invitations_are_sent_again_once_however_often_somebody_presses() {
    let story = Story::start().await;
    pass(&story, DAY * 6).await;
    assert_eq!(told(&story).await, []);
    assert_eq!(resend_all(&story, story.app.clock.now()).await, 0);
    pass(&story, DAY + DAY / 2).await;
    assert_eq!(told(&story).await, [(NoticeKind::Unanswered, 1)]);
    let view: LinksView = story
        .api()
        .ok("status/links", &[("asked[only]", "unanswered")])
        .await;
    assert_eq!((view.total, view.rows[0].crm.name.as_str()), (1, ZOE));

    // Whoever was not shown is not mailed: she was invited a moment later.
    let seen = notices(&story).await[0].newest;
    let earlier = Timestamp::from_micros(seen.as_micros() - 1);
    assert_eq!(resend_all(&story, earlier).await, 0);
    let (one, other) = tokio::join!(resend_all(&story, seen), resend_all(&story, seen));
    assert_eq!(one + other, 1, "{one} {other}");
    assert_eq!(ended(&story).await, (1, 0));
    assert_eq!(story.app.wait_for_mails(ZOE_MAIL, 2).await.len(), 2);
    assert_eq!(told(&story).await, [(NoticeKind::Resent, 1)]);
    assert_eq!(resend_all(&story, story.app.clock.now()).await, 0);
    dismiss(&story, NoticeKind::Resent).await;
    assert_eq!(told(&story).await, []);
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 2);

    // The address in the first mail goes on working.
    story.finish().await;
    pass(&story, DAY * 9).await;
    assert_eq!(told(&story).await, []);
}

#[tokio::test]
async fn whoever_was_mailed_or_answered_meanwhile_is_refused_by_a_list_made_before() {
    let story = Story::start().await;
    let other = story.api().link(&story.profile, GUENTHER, GUENTHER).await;
    story.api().wait_for_sent(&story.profile, &other).await;
    pass(&story, DAY * 8).await;
    // The list is made now and worked off later: its job waits an hour.
    let (core, tenant) = (story.app.core(), tenant(&story).await);
    let links = [story.link.as_str(), other.as_str()];
    let mut rows = Vec::new();
    let mut unit = core.storage.write().await.unwrap();
    for (position, link) in (0..).zip(links) {
        let link = unit.link(tenant, link.parse().unwrap()).await.unwrap();
        let link = link.unwrap();
        rows.push(BatchRow {
            position,
            crm: link.crm.id,
            crm_name: link.crm.name,
            calendar: link.calendar.id,
            calendar_name: link.calendar.name,
            link: Some(link.id),
            state: BatchRowState::Waiting,
            reason: None,
        });
    }
    let batch = Batch {
        id: BatchId::mint(&*core.clock, &*core.rng),
        tenant,
        profile: story.profile.parse().unwrap(),
        kind: BatchKind::Resend,
        started_by: ADMIN.to_owned(),
        created_at: core.clock.now(),
        ended_at: None,
        waits_until: None,
    };
    let job = NewJob {
        id: JobId::mint(&*core.clock, &*core.rng),
        tenant,
        kind: "run-batch",
        payload: format!("{{\"batch\":\"{}\"}}", batch.id),
        dedup_key: batch.id.to_string(),
        run_at: core.clock.now().plus(Duration::from_secs(3_600)),
    };
    unit.add_batch(&batch, &rows).await.unwrap();
    assert!(unit.add_job(&job).await.unwrap());
    unit.commit().await.unwrap();

    // While a list is open no second one begins.
    assert_eq!(told(&story).await, [(NoticeKind::Resent, 2)]);
    assert_eq!(resend_all(&story, story.app.clock.now()).await, 0);
    let again = [("link", other.as_str())];
    story.api().ok::<()>("linking/resend", &again).await;
    story.finish().await;
    story.app.clock.advance(Duration::from_secs(3_601));
    core.wake.notify();
    assert_eq!(ended(&story).await, (0, 2));
    let mut unit = core.storage.read().await.unwrap();
    let refused = unit.batch_rows(tenant, batch.id, BatchRowState::Refused, 9);
    let refused = refused.await.unwrap();
    let reasons: Vec<ErrorCode> = refused
        .iter()
        .map(|row| serde_json::from_str(row.reason.as_deref().unwrap()).unwrap())
        .collect();
    let expected = [ErrorCode::NothingToResend, ErrorCode::MailedToday];
    assert_eq!(reasons, expected);
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);
}

#[tokio::test]
async fn a_mail_that_waits_its_turn_is_withdrawn_when_its_person_answers() {
    let story = Story::with(TestOptions {
        mail_rate: 1,
        ..TestOptions::default()
    })
    .await;
    story.app.clock.advance(Duration::from_secs(61));
    let other = story.api().link(&story.profile, GUENTHER, GUENTHER).await;
    story.api().wait_for_sent(&story.profile, &other).await;
    pass(&story, DAY * 8).await;
    assert_eq!(told(&story).await, [(NoticeKind::Unanswered, 2)]);
    let minutes = notices(&story).await[0].seconds;
    assert_eq!(minutes, Some(120));
    assert_eq!(resend_all(&story, story.app.clock.now()).await, 2);
    assert_eq!(ended(&story).await, (2, 0));
    // One leaves at once and the other a minute later: Zoë was linked first, and comes last.
    story.api().wait_for_sent(&story.profile, &other).await;
    assert_eq!(
        story.row().await.invitation.unwrap().mail,
        MailState::Queued
    );
    story.finish().await;
    story.app.clock.advance(Duration::from_secs(61));
    story.app.core().wake.notify();
    for _ in 0..1_200 {
        if story.row().await.invitation.unwrap().mail != MailState::Queued {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let invitation = story.row().await.invitation.unwrap();
    assert_eq!(invitation.mail, MailState::Failed);
    assert!(invitation.answer.contains("withdrawn"), "{invitation:?}");
    assert!(invitation.used_at.is_some(), "{invitation:?}");
    assert_eq!(story.app.mails_to(ZOE_MAIL).len(), 1);
}
