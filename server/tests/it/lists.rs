//! Lists of people are read in the background, page by page, and nobody waits for them.

use std::time::Duration;

use synchronizer_domain::ErrorCode;
use synchronizer_domain::directory::Reading;
use synchronizer_domain::usecases::LinkUsersView;
use synchronizer_sandbox::{POLARIS_CTX, System, Throttle};
use synchronizer_testkit::Browser;

use crate::support::{
    ADMIN, Api, Story, TestApp, TestOptions, ZOE, at_microsoft, microsoft_profile_of, sign_in,
};

/// Administrator of the company of ten thousand.
const POLARIS_ADMIN: &str = "aese.aas@polaris.example";

/// The big company, signed up, with a ready Microsoft profile.
async fn big_company(app: &TestApp) -> (Browser, String) {
    app.sandbox.control().approve_company(POLARIS_CTX).unwrap();
    let admin = Browser::new();
    let page = sign_in(app, &admin, POLARIS_ADMIN).await;
    let page = admin.press(&page, "Set up", &[]).await.unwrap();
    assert_eq!(page.url.path(), "/profiles", "{}", page.text());
    let api = Api {
        app,
        browser: &admin,
    };
    let profile = microsoft_profile_of(&api, POLARIS_ADMIN).await;
    (admin, profile)
}

/// The page, once it says what is waited for.
async fn once(
    api: &Api<'_>,
    profile: &str,
    wanted: impl Fn(&LinkUsersView) -> bool,
) -> LinkUsersView {
    for _ in 0..1_200 {
        let view = api.look(profile).await;
        if wanted(&view) {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let view = api.look(profile).await;
    panic!(
        "never so: {:?} {:?} {:?} {:?} {:?}",
        view.crm.reading,
        view.calendar.reading,
        view.crm.problem,
        view.calendar.problem,
        (view.crm.read_at, view.calendar.read_at)
    );
}

fn pages_read(app: &TestApp, path: &str) -> usize {
    let requests = app.sandbox.control().requests();
    requests
        .iter()
        .filter(|request| request.path.ends_with(path))
        .count()
}

#[tokio::test]
async fn a_long_list_shows_how_far_it_is_and_replaces_the_old_one_at_once() {
    let app = TestApp::start().await;
    let control = app.sandbox.control();
    control.set_slow_pages_ms(System::Microsoft, 60);
    control.set_slow_pages_ms(System::SuperOffice, 60);
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let view = once(&api, &profile, |view| {
        matches!(view.calendar.reading, Some(Reading { people, total: Some(10_000), .. }) if people > 500)
    })
    .await;
    // No half list is shown.
    assert!(view.calendar.total() == 0 && view.calendar.read_at.is_none());
    once(&api, &profile, |view| {
        matches!(view.crm.reading, Some(Reading { people, total: None, .. }) if people > 0)
            || view.crm.read_at.is_some()
    })
    .await;
    let view = once(&api, &profile, |view| {
        view.crm.reading.is_none() && view.calendar.reading.is_none()
    })
    .await;
    assert_eq!((view.crm.total(), view.calendar.total()), (10_000, 10_000));

    // The old list stays while the next one is read, and tells how long that one may be.
    api.ok::<()>("linking/refresh", &[("profile", &profile), ("side", "crm")])
        .await;
    let view = api.look(&profile).await;
    assert_eq!(view.crm.total(), 10_000);
    assert_eq!(view.crm.reading.unwrap().total, Some(10_000));
}

#[tokio::test]
async fn a_second_wish_while_a_list_is_read_changes_nothing() {
    let app = TestApp::start().await;
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    api.view(&profile).await;
    app.sandbox
        .control()
        .set_slow_pages_ms(System::SuperOffice, 20);
    let before = pages_read(&app, "archive/InternalUsers");
    for _ in 0..3 {
        api.ok::<()>("linking/refresh", &[("profile", &profile), ("side", "crm")])
            .await;
    }
    api.view(&profile).await;
    // 20 full pages, and the one that is empty.
    let pages = pages_read(&app, "archive/InternalUsers") - before;
    assert!((20..=21).contains(&pages), "{pages}");
}

#[tokio::test]
async fn an_expired_position_begins_the_list_again() {
    let app = TestApp::start().await;
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    api.view(&profile).await;
    let before = pages_read(&app, "/v1.0/users");
    app.sandbox
        .control()
        .expire_cursor_after(System::Microsoft, 5);
    let arguments = [("profile", profile.as_str()), ("side", "calendar")];
    api.ok::<()>("linking/refresh", &arguments).await;
    let view = api.view(&profile).await;
    assert_eq!(view.calendar.problem, None);
    assert_eq!(view.calendar.total(), 10_000);
    assert_eq!(pages_read(&app, "/v1.0/users") - before, 5 + 1 + 20);
}

#[tokio::test]
async fn a_list_begins_again_when_another_directory_is_signed_in_to_meanwhile() {
    let app = TestApp::start().await;
    app.sandbox
        .control()
        .set_slow_pages_ms(System::Microsoft, 200);
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let systems = app.url(&format!("/profiles/{profile}/systems"));
    let page = admin.open(&systems).await.unwrap();
    let page = admin.press(&page, "another account", &[]).await.unwrap();
    let page = at_microsoft(&admin, page, ADMIN).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let view = once(&api, &profile, |view| {
        view.calendar.reading.is_none() && view.calendar.read_at.is_some()
    })
    .await;
    assert!(view.calendar.total() < 100, "{}", view.calendar.total());
    let people = api.people(&profile, "calendar").await;
    assert!(people.iter().any(|person| person.name == ZOE));
}

#[tokio::test]
async fn a_throttled_list_waits_as_long_as_it_is_told_and_goes_on() {
    let app = TestApp::start().await;
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    api.view(&profile).await;
    let throttle = Throttle {
        times: 1,
        retry_after: 5,
    };
    app.sandbox
        .control()
        .throttle_pages(System::Microsoft, throttle);
    let arguments = [("profile", profile.as_str()), ("side", "calendar")];
    api.ok::<()>("linking/refresh", &arguments).await;
    let view = once(&api, &profile, |view| {
        view.calendar.reading.is_some_and(|reading| reading.waits)
    })
    .await;
    assert_eq!(view.calendar.total(), 10_000);
    let view = api.view(&profile).await;
    assert_eq!(view.calendar.problem, None);
}

#[tokio::test]
async fn a_list_goes_on_where_it_was_when_its_process_dies() {
    let mut app = TestApp::with(TestOptions::process()).await;
    let (admin, profile) = big_company(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    api.view(&profile).await;
    app.sandbox
        .control()
        .set_slow_pages_ms(System::SuperOffice, 100);
    let before = pages_read(&app, "archive/InternalUsers");
    api.ok::<()>("linking/refresh", &[("profile", &profile), ("side", "crm")])
        .await;
    once(&api, &profile, |view| {
        view.crm
            .reading
            .is_some_and(|reading| reading.people > 4_000)
    })
    .await;
    app.kill();
    app.restart().await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let view = api.view(&profile).await;
    assert_eq!(view.crm.total(), 10_000);
    // No page was read twice but the one that was on its way.
    let pages = pages_read(&app, "archive/InternalUsers") - before;
    assert!((20..=23).contains(&pages), "{pages}");
}

#[tokio::test]
async fn an_expired_directory_connection_leaves_the_old_list_usable() {
    let story = Story::start().await;
    let api = story.api();
    let before = api.view(&story.profile).await;
    let control = story.app.sandbox.control();
    let admin = "ingvild.saetre-holm@nordlicht.example";
    control.revoke_refresh(System::Microsoft, admin).unwrap();
    let arguments = [("profile", story.profile.as_str()), ("side", "calendar")];
    api.ok::<()>("linking/refresh", &arguments).await;
    let view = once(&api, &story.profile, |view| view.calendar.problem.is_some()).await;
    assert_eq!(view.calendar.problem, Some(ErrorCode::DirectoryRefused));
    assert_eq!(view.calendar.first, before.calendar.first);
    assert_eq!(view.calendar.read_at, before.calendar.read_at);
    // Nothing is tried again by looking.
    let reads = pages_read(&story.app, "/v1.0/users");
    api.look(&story.profile).await;
    api.look(&story.profile).await;
    assert_eq!(pages_read(&story.app, "/v1.0/users"), reads);
    api.link(&story.profile, "Renée van ’t Hoff", "Renée van ’t Hoff")
        .await;
}

#[tokio::test]
async fn an_old_list_is_read_again_by_itself() {
    let story = Story::start().await;
    let api = story.api();
    let first = api.view(&story.profile).await;
    let reads = pages_read(&story.app, "archive/InternalUsers");
    story.app.core().refresh_stale_lists().await.unwrap();
    assert_eq!(pages_read(&story.app, "archive/InternalUsers"), reads);
    story.app.clock.advance(Duration::from_secs(13 * 3_600));
    story.app.core().refresh_stale_lists().await.unwrap();
    let core = story.app.core();
    for _ in 0..400 {
        let mut unit = core.storage.read().await.unwrap();
        let tenant = unit.versions().await.unwrap()[0].0;
        let read_at = unit.crm_users(tenant).await.unwrap().unwrap().1;
        if Some(read_at) > first.crm.read_at {
            return;
        }
        drop(unit);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the list stays old");
}
