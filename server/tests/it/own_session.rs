//! The sign-in of an activation also opens the person's own page: for that very person, with
//! a session as fresh as after every sign-in, and for nobody whose link or company stands.

use std::time::Duration;

use synchronizer_domain::ids::ContextId;
use synchronizer_domain::session::{Me, Role};
use synchronizer_domain::tenant::TenantState;
use synchronizer_testkit::{Browser, Page};

use crate::support::{ADMIN, Api, HAKON, Story, ZOE, at_superoffice, says, sign_in};

const HOUR: Duration = Duration::from_secs(3_600);

/// Values of the session cookie that this browser was given so far.
fn sessions(browser: &Browser) -> Vec<String> {
    let ours = browser.history();
    let set = ours
        .iter()
        .filter(|page| page.url.host_str() == Some("localhost"))
        .flat_map(|page| page.headers.get_all("set-cookie"));
    set.filter_map(|value| {
        let value = value.to_str().unwrap().strip_prefix("session=")?;
        Some(value.split(';').next().unwrap().to_owned())
    })
    .collect()
}

async fn own_page(story: &Story, browser: &Browser) -> Page {
    browser.open(&story.app.url("/me")).await.unwrap()
}

/// Asks with this session cookie alone.
async fn with_cookie(story: &Story, secret: &str) -> String {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let request = client
        .get(story.app.url("/me"))
        .header("cookie", format!("session={secret}"));
    let answer = request.send().await.unwrap();
    answer.status().as_u16().to_string()
}

#[tokio::test]
async fn the_confirmation_leads_to_ones_own_page_without_another_sign_in() {
    let story = Story::start().await;
    let person = story.finish().await;
    let asked = || {
        let requests = story.app.sandbox.control().requests();
        requests
            .iter()
            .filter(|request| request.path.ends_with("/authorize"))
            .count()
    };
    let before = asked();
    let done = person.history();
    let done = done
        .iter()
        .rev()
        .find(|page| page.text().contains("Your calendar is linked"))
        .unwrap();
    let page = person.follow(done, "Open my page").await.unwrap();
    assert_eq!(page.url.path(), "/me", "{}", page.text());
    says(&page, 200, &["My calendar", ZOE]);
    assert_eq!(asked(), before, "nobody signed in once more");
    let me: Me = Api {
        app: &story.app,
        browser: &person,
    }
    .ok("session/me", &[])
    .await;
    assert_eq!(me.role, Role::User);

    // It lasts as long as every other sign-in, and ends like one.
    story.app.clock.advance(HOUR * 24 * 400);
    let page = own_page(&story, &person).await;
    says(&page, 200, &["Sign in"]);
    assert_eq!(page.url.path(), "/sign-in");
}

#[tokio::test]
async fn a_planted_session_is_worth_nothing_and_anothers_ends() {
    let story = Story::start().await;
    // A colleague was signed in before in this browser.
    let person = Browser::new();
    sign_in(&story.app, &person, HAKON).await;
    let colleague = sessions(&person).pop().unwrap();
    assert_eq!(with_cookie(&story, &colleague).await, "200");
    story.second_step(&person).await;
    let own = sessions(&person).pop().unwrap();
    assert_ne!(own, colleague, "a fresh secret");
    assert_eq!(with_cookie(&story, &own).await, "200");
    assert_eq!(with_cookie(&story, &colleague).await, "303");
    says(&own_page(&story, &person).await, 200, &[ZOE]);
    assert_eq!(with_cookie(&story, "planted").await, "303");
}

#[tokio::test]
async fn somebody_else_is_not_let_in() {
    let story = Story::start().await;
    for stranger in [HAKON, ADMIN] {
        let person = Browser::new();
        let page = story.at_sign_in(&person).await;
        let page = at_superoffice(&person, page, stranger).await;
        says(&page, 403, &["signed in to SuperOffice as somebody else"]);
        assert_eq!(sessions(&person), [""; 0], "{stranger}");
        assert_eq!(own_page(&story, &person).await.url.path(), "/sign-in");
    }
    // Who only has the mail is not signed in either.
    let reader = Browser::new();
    story.at_sign_in(&reader).await;
    assert_eq!(sessions(&reader), [""; 0]);
}

#[tokio::test]
async fn a_suspended_company_and_a_deleted_link_let_nobody_in() {
    let story = Story::start().await;
    let core = story.app.core();
    let context = ContextId::new("Cust10427");
    let suspended = Browser::new();
    let page = story.at_sign_in(&suspended).await;
    core.set_company_state(&context, TenantState::Suspended)
        .await
        .unwrap();
    let page = at_superoffice(&suspended, page, ZOE).await;
    says(&page, 403, &["Your company is suspended here"]);
    assert_eq!(sessions(&suspended), [""; 0]);
    core.set_company_state(&context, TenantState::Active)
        .await
        .unwrap();

    let late = Browser::new();
    let page = story.at_sign_in(&late).await;
    story.api().delete(&story.link).await;
    let page = at_superoffice(&late, page, ZOE).await;
    says(&page, 200, &["The time for this page is over"]);
    assert_eq!(sessions(&late), [""; 0]);
    assert_eq!(story.grants().await, []);
}
