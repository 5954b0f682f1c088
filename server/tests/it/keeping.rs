//! Grants die, providers fail, people forget: what the keeper makes of it.

mod own_database;
mod weekly;

use std::time::Duration;

use synchronizer_domain::Clock;
use synchronizer_domain::alarm::AlarmKind;
use synchronizer_domain::ids::{JobId, LinkId};
use synchronizer_domain::link::LinkAction;
use synchronizer_sandbox::System;
use synchronizer_server::Role;
use synchronizer_storage::NewJob;
use synchronizer_testkit::Browser;

use crate::support::{
    DAY, HOUR, Story, ZOE, ZOE_MAIL, at_microsoft, at_superoffice, invitation_in, says,
};

#[tokio::test]
async fn a_refused_calendar_is_mailed_once_and_mended_alone_sc_47_sc_55() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    story.later(HOUR);
    let row = story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    assert_eq!(
        row.status.cause.map(|found| found.cause.word()),
        Some("calendar_refused")
    );
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let mail = mails.last().unwrap();
    let text = mail.text.clone().unwrap();
    assert!(
        text.contains("Microsoft 365") && !text.contains("SuperOffice CRM"),
        "{text}"
    );

    // Nothing is tried any more, and nobody is mailed again.
    // SuperOffice's half is still kept warm; the refused one is left alone.
    let refreshes = |story: &Story| {
        let requests = story.app.sandbox.control().requests();
        requests
            .iter()
            .filter(|request| {
                request.system == System::Microsoft && request.path.ends_with("/token")
            })
            .count()
    };
    let microsoft = refreshes(&story);
    let before = story.token_requests();
    story.later(HOUR * 5);
    story.looked(before).await;
    assert_eq!(refreshes(&story), microsoft);
    assert_eq!(story.mails(), 2);

    // Only the broken half, the consent screen at once, without the dead token.
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(mail)).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.text());
    let page = zoe.press(&page, "Sign in again", &[]).await.unwrap();
    says(&page, 200, &["Sign in with Microsoft"]);
    assert!(
        !page.text().contains("Sign in with SuperOffice"),
        "{}",
        page.text()
    );
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    assert_eq!(refreshes(&story), microsoft);
    let page = at_microsoft(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    // The check after the sign-in must not see the clock jump.
    story.settled().await;
    story.later(DAY * 4);
    story.settled().await;
    assert_eq!(story.mails(), 2, "a mended link is not reminded of");
}

#[tokio::test]
async fn a_refused_crm_sign_in_asks_for_superoffice_only() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    control
        .revoke_refresh(System::SuperOffice, ZOE_MAIL)
        .unwrap();
    story.later(HOUR);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    story.expect("attention", Some("crm_refused")).await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mails[1])).await.unwrap();
    let page = zoe.press(&page, "Sign in again", &[]).await.unwrap();
    let page = zoe
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn a_withdrawn_permission_is_noticed() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    control.set_scopes_withdrawn(ZOE_MAIL, true);
    story.later(HOUR);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "attention")
        .await;
    story.expect("attention", Some("scope_missing")).await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    assert!(mails[1].text.clone().unwrap().contains("permission"));
}

#[tokio::test]
async fn an_expired_client_secret_alarms_administrators_and_nobody_else_sc_56() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    control.set_client_refused(System::Microsoft, true);
    let before = story.token_requests();
    story.later(HOUR);
    story.looked(before).await;
    for _ in 0..200 {
        if !story.alarms().await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let alarms = story.alarms().await;
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].kind, AlarmKind::ClientRefused);
    assert_eq!(alarms[0].system, "microsoft365");
    // Administrators see it on every page, and the operator gets one mail.
    let page = story.admin.open(&story.app.url("/profiles")).await.unwrap();
    says(&page, 200, &["Microsoft 365 refuses this installation."]);
    let operator = "operator@portal.example";
    let mails = story.app.wait_for_mails(operator, 1).await;
    assert!(mails[0].subject.contains("Microsoft refuses"), "{mails:?}");
    story.expect("active", None).await;
    // The same alarm, not another.
    let before = story.token_requests();
    story.later(HOUR * 2);
    story.looked(before).await;
    assert_eq!(story.alarms().await, alarms);
    story.expect("active", None).await;
    assert_eq!(story.mails(), 1);
    assert_eq!(story.app.mails_to(operator).len(), 1);

    // The secret is replaced: all recover by themselves.
    control.set_client_refused(System::Microsoft, false);
    story.later(HOUR * 2);
    for _ in 0..400 {
        if story.alarms().await.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(story.alarms().await, []);
    let page = story.admin.open(&story.app.url("/profiles")).await.unwrap();
    assert!(!page.text().contains("refuses this installation"));
    story.expect("active", None).await;
    assert_eq!(story.mails(), 1);
}

#[tokio::test]
async fn an_outage_changes_no_state_and_mails_nobody_sc_48() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    for system in [System::Microsoft, System::SuperOffice] {
        control.set_token_down(system, true);
        let before = story.token_requests();
        story.later(HOUR * 2);
        story.looked(before).await;
        story.expect("active", None).await;
        control.set_token_down(system, false);
        control.set_unavailable(system, true);
        story.later(HOUR * 2);
        story.settled().await;
        story.expect("active", None).await;
        control.set_unavailable(system, false);
    }
    assert_eq!(story.mails(), 1);
    assert_eq!(story.alarms().await, []);
}

#[tokio::test]
async fn twenty_jobs_in_two_processes_renew_once_sc_49() {
    let story = Story::active().await;
    story.settled().await;
    let replica = story.app.replica(Role::Worker).await;
    let requests = |story: &Story| story.token_requests();
    let before = requests(&story);
    // Both tokens have ended, and nobody has noticed yet.
    story
        .app
        .sandbox
        .control()
        .set_slow_ms(System::Microsoft, 300);
    let core = story.app.core();
    let mut unit = core.storage.write().await.unwrap();
    let link: LinkId = story.link.parse().unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    let run_at = core.clock.now().plus(HOUR * 2);
    for number in 0..20 {
        let job = NewJob {
            id: JobId::mint(&*core.clock, &*core.rng),
            tenant,
            kind: "connection-check",
            payload: serde_json::json!({ "link": link }).to_string(),
            dedup_key: number.to_string(),
            run_at,
        };
        assert!(unit.add_job(&job).await.unwrap());
    }
    unit.commit().await.unwrap();
    story.later(HOUR * 2);
    story.looked(before).await;
    let fresh = requests(&story) - before;
    assert_eq!(fresh, 2, "one for each side");
    story.expect("active", None).await;
    replica.stop().await;
}

#[tokio::test]
async fn two_processes_send_one_reactivation_mail() {
    let story = Story::active().await;
    let replica = story.app.replica(Role::Worker).await;
    let control = story.app.sandbox.control();
    control.revoke_refresh(System::Microsoft, ZOE_MAIL).unwrap();
    control
        .revoke_refresh(System::SuperOffice, ZOE_MAIL)
        .unwrap();
    let before = story.token_requests();
    story.later(HOUR * 2);
    story.looked(before).await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    story.settled().await;
    assert_eq!(story.mails(), 2);
    // Whichever half was seen first is named; the pages ask for both.
    let zoe = Browser::new();
    let page = zoe.open(&invitation_in(&mails[1])).await.unwrap();
    let page = zoe.press(&page, "Sign in again", &[]).await.unwrap();
    says(&page, 200, &["Step 1 of 2", "Sign in with SuperOffice"]);
    replica.stop().await;
}

#[tokio::test]
async fn erasing_needs_no_living_token_sc_54() {
    let story = Story::active().await;
    let control = story.app.sandbox.control();
    for system in [System::SuperOffice, System::Microsoft] {
        control.revoke_refresh(system, ZOE_MAIL).unwrap();
    }
    let api = story.api();
    for (action, typed) in [(LinkAction::Delete, ""), (LinkAction::Erase, ZOE)] {
        let answer = api.act(action.word(), &[&story.link], typed).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    // The secrets are gone at once, whatever the provider says later.
    assert_eq!(story.grants().await, []);
    story.settled().await;
    let requests = control.requests();
    let revoked = requests
        .iter()
        .filter(|request| request.path.to_lowercase().ends_with("/oauth/revoke"));
    assert_eq!(revoked.count(), 1, "SuperOffice can, Microsoft cannot");
}

#[tokio::test]
async fn a_refusal_is_noted_and_mailed_without_waiting_for_anything() {
    for system in [System::Microsoft, System::SuperOffice] {
        let story = Story::active().await;
        story.settled().await;
        let control = story.app.sandbox.control();
        control.revoke_refresh(system, ZOE_MAIL).unwrap();
        // From here on time stands still: whatever had to wait, be it for a second, would
        // wait for ever.
        story.app.clock.stop();
        let refused_at = story.app.clock.now().plus(HOUR);
        story.later(HOUR);
        let api = story.api();
        let row = api
            .wait_for_state(&story.profile, &story.link, "attention")
            .await;
        let found = row.status.cause.unwrap();
        assert_eq!(found.since, refused_at, "{system:?}");
        story.app.wait_for_mails(ZOE_MAIL, 2).await;
        assert_eq!(story.app.tokens_asked(system, Some(400)), 1);
    }
    // Work that another process adds is found within a second.
    let settings = synchronizer_jobs::WorkerSettings::named("one");
    assert!(settings.poll <= Duration::from_secs(1));
}
