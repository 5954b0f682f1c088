//! An administrator links colleagues with Google; they activate.

use synchronizer_domain::connection::{CheckKind, CheckOutcome, ConnectionReport};
use synchronizer_domain::error::ErrorCode;
use synchronizer_sandbox::System;
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Api, BOXES, HAKON, Story, TestApp, ZOE, ZOE_MAIL, at_google, at_superoffice,
    google_profile, google_story, google_story_of, linked, person, says, signed_up_admin,
};

const NOEL: (&str, &str) = ("Noël D’Amico", "noel.damico@nordlicht.example");

async fn second_step_of(story: &Story, person: &Browser, name: &str) -> synchronizer_testkit::Page {
    let page = story.at_sign_in(person).await;
    at_superoffice(person, page, name).await
}

#[tokio::test]
async fn a_linked_person_activates_with_google_and_the_row_turns_active() {
    let story = google_story().await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    says(&page, 200, &["Sign in with Google", "Tick both boxes"]);
    story.expect("partly", None).await;
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    // The linked account is proposed.
    says(
        &page,
        200,
        &["Expected account", "zoe.mueller@nordlicht.example"],
    );
    let page = at_google(&zoe, page, ZOE, BOXES).await;
    says(&page, 200, &["Your calendar is linked"]);
    assert!(!page.html.contains("<script"), "a public page ships script");
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    let again = Browser::new().open(&story.invitation).await.unwrap();
    assert_eq!(again.status, 410, "{}", again.text());
    let identity = &story
        .grants()
        .await
        .into_iter()
        .find(|grant| grant.identity.contains("google"))
        .unwrap()
        .identity;
    assert!(identity.contains("110169484474386276303"), "{identity}");
}

#[tokio::test]
async fn the_directory_comes_in_pages_with_suspensions() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = google_profile(&api).await;
    let people = api.people(&profile, "calendar").await;
    assert_eq!(people.len(), 13);
    let guenther = person(&people, "Günther Öztürk");
    assert_eq!(guenther.email, "g.oeztuerk@nordlicht.example");
    assert!(!person(&people, "Torbjörn Ahl").active);
    // A page token that expired in the middle is no failure.
    app.sandbox.control().expire_cursor_after(System::Google, 2);
    let arguments = [("profile", profile.as_str()), ("side", "calendar")];
    api.ok::<()>("linking/refresh", &arguments).await;
    assert_eq!(api.people(&profile, "calendar").await.len(), 13);
}

#[tokio::test]
async fn somebody_who_is_no_administrator_is_told_what_is_missing() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("google").await;
    let systems = app.url(&format!("/profiles/{profile}/systems"));
    let page = admin.open(&systems).await.unwrap();
    let page = admin
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    at_google(&admin, page, HAKON, &[]).await;
    let report: ConnectionReport = api.ok("profiles/test", &[("profile", &profile)]).await;
    let users = report
        .checks
        .iter()
        .find(|check| check.kind == CheckKind::DirectoryUsers)
        .unwrap();
    let CheckOutcome::Failed { reason, answer } = &users.outcome else {
        panic!("{report:?}");
    };
    assert_eq!(
        *reason,
        ErrorCode::AdminMustAct {
            system: "google".to_owned()
        }
    );
    assert_eq!(answer, "HTTP 403 forbidden");
}

#[tokio::test]
async fn of_several_calendars_the_primary_is_taken_and_another_can_be_chosen() {
    let story = google_story_of(NOEL.0, NOEL.1).await;
    let noel = Browser::new();
    let page = second_step_of(&story, &noel, NOEL.0).await;
    let page = noel.press(&page, "Sign in with Google", &[]).await.unwrap();
    let page = at_google(&noel, page, NOEL.0, BOXES).await;
    says(
        &page,
        200,
        &["Your calendar is linked", "Projects", "On duty"],
    );
    // Details that are hidden from us must not be written back.
    assert!(!page.text().contains("Team"), "{}", page.text());
    let held = async || {
        let all = story.grants().await;
        let grant = all.into_iter().find(|one| one.identity.contains("google"));
        serde_json::from_str::<serde_json::Value>(&grant.unwrap().identity).unwrap()
    };
    assert_eq!(held().await["calendar"]["id"], NOEL.1);
    let chosen = [("calendar", "c_projects0417@group.calendar.google.com")];
    let page = noel.press(&page, "Use", &chosen).await.unwrap();
    says(&page, 200, &["Your calendar is linked"]);
    assert_eq!(held().await["calendar"]["name"], "Projects");
    // One that was not offered changes nothing.
    let strange = [("calendar", "c_team0417@group.calendar.google.com")];
    noel.press(&page, "Use", &strange).await.unwrap();
    assert_eq!(held().await["calendar"]["name"], "Projects");
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn an_account_without_a_writable_calendar_gets_one_when_it_agrees() {
    let maja = ("Maja Østergård", "post@nordlicht.example");
    let story = google_story_of(maja.0, maja.1).await;
    let person = Browser::new();
    let page = second_step_of(&story, &person, maja.0).await;
    let page = person
        .press(&page, "Sign in with Google", &[])
        .await
        .unwrap();
    let page = at_google(&person, page, maja.0, BOXES).await;
    says(
        &page,
        200,
        &["No calendar that we may change", "Nothing was stored"],
    );
    story.expect("attention", Some("calendar_read_only")).await;
    assert_eq!(story.grants().await.len(), 1);
    let page = person
        .press(&page, "Make a calendar for me", &[])
        .await
        .unwrap();
    let page = person.press(&page, maja.0, &[]).await.unwrap();
    says(&page, 200, &["Make secondary Google calendars"]);
    let boxes: Vec<_> = BOXES.iter().copied().chain([("box-5", "yes")]).collect();
    let page = person.press(&page, "Continue", &boxes).await.unwrap();
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
    // It is in the time zone of the company.
    let made = story.app.sandbox.control().google_calendars_made();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].1, "Europe/Oslo");
}

#[tokio::test]
async fn with_domain_wide_delegation_a_person_signs_in_to_superoffice_only() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("google").await;
    let key = app.sandbox.google_service_account();
    let save = |key: String, mail: &'static str| {
        let (api, profile) = (&api, profile.clone());
        async move {
            let arguments = [
                ("profile", profile.as_str()),
                ("key", key.as_str()),
                ("admin", mail),
            ];
            api.call("profiles/save-delegation", &arguments).await
        }
    };
    let wrong = save("{}".to_owned(), "").await.wrong();
    assert_eq!(
        wrong,
        [
            ("key".to_owned(), ErrorCode::NotAServiceAccount),
            ("admin".to_owned(), ErrorCode::Required)
        ]
    );
    let report: ConnectionReport = save(key, "ingvild.saetre-holm@nordlicht.example")
        .await
        .read();
    assert!(report.passed(), "{report:?}");
    let page = admin
        .open(&app.url(&format!("/profiles/{profile}/systems")))
        .await
        .unwrap();
    // The number to list is shown, the key never again.
    assert!(page.html.contains("104417938870000000001"));
    assert!(!page.html.contains("PRIVATE KEY"));
    api.finish_profile(&profile, "Oslo and Bergen").await;
    let story = linked(app, admin, profile, (ZOE, ZOE_MAIL)).await;
    let zoe = Browser::new();
    let page = story.at_sign_in(&zoe).await;
    let page = at_superoffice(&zoe, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn a_delegation_that_ended_is_the_administrators_turn() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = api.create_profile("google").await;
    let key = app.sandbox.google_service_account();
    let arguments = [
        ("profile", profile.as_str()),
        ("key", key.as_str()),
        ("admin", "ingvild.saetre-holm@nordlicht.example"),
    ];
    api.ok::<ConnectionReport>("profiles/save-delegation", &arguments)
        .await;
    api.finish_profile(&profile, "Oslo and Bergen").await;
    let story = linked(app, admin, profile, (ZOE, ZOE_MAIL)).await;
    let control = story.app.sandbox.control();
    control.set_google(|google| google.delegation = false);
    let zoe = Browser::new();
    let page = story.at_sign_in(&zoe).await;
    let page = at_superoffice(&zoe, page, ZOE).await;
    says(&page, 200, &["Google wants an administrator"]);
    story.expect("attention", Some("admin_approval")).await;
    let report: ConnectionReport = story
        .api()
        .ok("profiles/test", &[("profile", &story.profile)])
        .await;
    assert!(
        report.checks.iter().any(|check| matches!(
            &check.outcome,
            CheckOutcome::Failed { reason: ErrorCode::AdminMustAct { .. }, answer }
                if answer.contains("unauthorized_client")
        )),
        "{report:?}"
    );
    control.set_google(|google| google.delegation = true);
    let page = zoe.open(&story.invitation).await.unwrap();
    let page = zoe.press(&page, "get started", &[]).await.unwrap();
    let page = zoe.press(&page, "Sign in with Google", &[]).await.unwrap();
    says(&page, 200, &["Your calendar is linked"]);
}

#[tokio::test]
async fn an_administrator_of_another_organisation_does_not_strand_linked_people() {
    let story = google_story().await;
    let systems = story
        .app
        .url(&format!("/profiles/{}/systems", story.profile));
    let sign_in = || async {
        let page = story.admin.open(&systems).await.unwrap();
        story
            .admin
            .press(&page, "other account", &[])
            .await
            .unwrap()
    };
    let page = at_google(&story.admin, sign_in().await, "Jonas Lindqvist", &[]).await;
    says(&page, 403, &["jonas.lindqvist@fjordkraft.example"]);
    assert_eq!(
        story.api().people(&story.profile, "calendar").await.len(),
        13
    );
    let page = at_google(&story.admin, sign_in().await, ADMIN, &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
}
