//! Pages and server functions through a router, as the server mounts them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::LeptosRoutes;
use synchronizer_domain::Locale;
use synchronizer_domain::clock::FixedClock;
use synchronizer_domain::ids::{AssociateId, SessionId, TenantId};
use synchronizer_domain::profile::Stop;
use synchronizer_domain::rng::SeededRng;
use synchronizer_domain::session::{Actor, Role};
use tower::ServiceExt;

use super::fakes::{Company, NOW, profile};
use crate::ssr::{Caller, PortalServices};
use crate::{routes, shell};

fn actor(role: Role) -> Actor {
    let (clock, rng) = (FixedClock::at_micros(1), SeededRng::new(1));
    Actor {
        session: SessionId::mint(&clock, &rng),
        tenant: TenantId::mint(&clock, &rng),
        associate: AssociateId::new("1"),
        name: "Ingvild Sætre-Holm".to_owned(),
        email: "ingvild@nordlicht.example".to_owned(),
        role,
    }
}

pub fn router(company: Company, role: Option<Role>, locale: Locale) -> Router {
    let company = Arc::new(company);
    let services = PortalServices {
        profiles: company.clone(),
        linking: company.clone(),
        account: company.clone(),
        status: company.clone(),
        notices: company.clone(),
        bulk: company,
    };
    let caller = Caller {
        actor: role.map(actor),
        locale,
    };
    let options = LeptosOptions::builder().output_name("synchronizer").build();
    let context = move || {
        provide_context(services.clone());
        provide_context(caller.clone());
    };
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(&options, routes(), context, page)
        .with_state(options)
}

struct Answer {
    status: StatusCode,
    location: Option<String>,
    policy: String,
    body: String,
}

async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let value = |name| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (status, location) = (response.status(), value(header::LOCATION));
    let policy = value(header::CONTENT_SECURITY_POLICY).unwrap_or_default();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer {
        status,
        location,
        policy,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

async fn open(router: Router, path: &str) -> Answer {
    let request = Request::get(path)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap();
    send(router, request).await
}

fn admin(people: u32) -> Router {
    router(Company::with_people(people), Some(Role::Admin), Locale::En)
}

#[tokio::test]
async fn every_page_of_a_disabled_profile_says_who_disabled_it() {
    for page in [
        "systems",
        "settings",
        "link-users",
        "link-several",
        "link-file",
    ] {
        let path = format!("/profiles/{}/{page}", profile(1));
        for stop in [None, Some("Håkon <Berg>")] {
            let mut company = Company::with_people(4);
            company.stop = stop.map(|by| Stop {
                at: NOW,
                by: by.to_owned(),
            });
            let portal = router(company, Some(Role::Admin), Locale::En);
            let body = open(portal, &path).await.body;
            let said = body.contains("Håkon &lt;Berg&gt;");
            assert_eq!(said, stop.is_some(), "{page}");
            assert_eq!(body.contains(">Enable<"), said, "{page}");
        }
    }
}

fn link_users() -> String {
    format!("/profiles/{}/link-users", profile(1))
}

#[tokio::test]
async fn every_page_is_complete_without_script_and_without_inline_style() {
    let (first, second) = (profile(1), profile(2));
    let paths = [
        "/account".to_owned(),
        "/audit".to_owned(),
        "/profiles".to_owned(),
        "/profiles/new".to_owned(),
        format!("/profiles/{first}/systems"),
        format!("/profiles/{second}/systems"),
        format!("/profiles/{first}/settings"),
        format!("/profiles/{second}/settings"),
        link_users(),
        format!("/profiles/{first}/link-several"),
        format!("/profiles/{first}/link-file"),
        format!("/profiles/{first}/link-file?list={first}"),
    ];
    for path in paths {
        let answer = open(admin(20), &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
        assert!(
            !answer.body.contains(" style=") && !answer.body.contains("<style"),
            "{path}"
        );
        assert!(
            !answer.body.contains(">portal.") && !answer.body.contains("\"portal.\""),
            "{path}"
        );
        assert!(answer.body.contains("Nordlicht Consulting AS"), "{path}");
        assert!(answer.body.contains("· Synchronizer</title>"), "{path}");
        let nonce = answer
            .policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .unwrap();
        for script in answer.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            let data = tag.contains("application/json");
            assert!(
                data || tag.contains(&format!("nonce=\"{nonce}\"")),
                "{path}: {tag}"
            );
        }
    }
}

#[tokio::test]
async fn without_profiles_the_overview_offers_the_first() {
    let company = Company {
        empty: true,
        ..Company::with_people(0)
    };
    let answer = open(router(company, Some(Role::Admin), Locale::En), "/profiles").await;
    assert!(answer.body.contains("Create a New Synchronization Profile"));
    assert!(answer.body.contains("Link your first colleagues"));
}

#[tokio::test]
async fn whoever_is_signed_out_is_led_through_the_sign_in_and_back() {
    let answer = open(
        router(Company::with_people(0), None, Locale::En),
        "/profiles?state=active",
    )
    .await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(
        answer.location.as_deref(),
        Some("/sign-in?ended=1&return=/profiles%3Fstate%3Dactive")
    );
}

#[tokio::test]
async fn unknown_foreign_and_forbidden_pages_have_their_status_and_a_way_out() {
    for (role, path, status) in [
        (
            Role::Admin,
            format!("/profiles/{}/settings", profile(9)),
            StatusCode::NOT_FOUND,
        ),
        (
            Role::Admin,
            "/profiles/nonsense/settings".to_owned(),
            StatusCode::NOT_FOUND,
        ),
        (Role::User, "/profiles".to_owned(), StatusCode::FORBIDDEN),
    ] {
        let answer = open(
            router(Company::with_people(0), Some(role), Locale::En),
            &path,
        )
        .await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn remote_text_is_escaped_and_only_one_page_of_rows_is_rendered() {
    let answer = open(admin(1_000), &link_users()).await;
    assert!(!answer.body.contains("<b>no such mailbox"));
    assert_eq!(answer.body.matches("data-cell=\"title\"").count(), 50);
    let second = open(
        admin(1_000),
        &format!("{}?state=active&page=2", link_users()),
    )
    .await;
    assert!(second.body.contains("data-state=\"active\""));
    assert!(!second.body.contains("state--loud"));
}

#[tokio::test]
async fn data_in_the_page_is_written_as_the_browser_reads_it() {
    let answer = open(admin(60), &link_users()).await;
    let page = answer.body;
    // Leptos replaces a `<` of the data by an escape that our reader would not undo.
    assert!(page.contains("no such mailbox") && !page.contains("u003c"));
}

#[tokio::test]
async fn each_language_has_its_own_page() {
    for locale in Locale::ALL {
        let answer = open(
            router(Company::with_people(4), Some(Role::Admin), locale),
            &link_users(),
        )
        .await;
        assert!(
            answer.body.contains(&format!("<html lang=\"{locale}\"")),
            "{locale}"
        );
        for prefix in [">portal.", ">state.", ">common.", ">system.", ">match."] {
            assert!(!answer.body.contains(prefix), "{locale} {prefix}");
        }
    }
}

fn post(path: &str, accept: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header(header::ACCEPT, accept)
        .header(header::REFERER, "http://localhost/profiles/x/settings")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn a_refused_call_has_its_status_and_a_refused_form_without_script_returns_to_its_page() {
    let body = format!("profile={}&name=&mail_locale=en", profile(1));
    let call = send(
        admin(0),
        post(
            "/api/profiles/save-settings",
            "application/json",
            body.clone(),
        ),
    )
    .await;
    assert_eq!(call.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(call.body.contains("4:name"), "{}", call.body);

    let form = send(
        admin(0),
        post("/api/profiles/save-settings", "text/html", body),
    )
    .await;
    assert_eq!(form.status, StatusCode::FOUND);
    let location = form.location.unwrap();
    let path = location
        .strip_prefix("http://localhost")
        .unwrap()
        .replace("/profiles/x/", &format!("/profiles/{}/", profile(1)));
    let page = open(admin(0), &path).await;
    assert!(
        page.body.contains("Nothing was stored") && page.body.contains("Nothing was typed here"),
        "{path}"
    );
}

#[tokio::test]
async fn unreadable_arguments_are_a_bad_request() {
    let answer = send(
        admin(0),
        post(
            "/api/linking/link",
            "application/json",
            "profile=1".to_owned(),
        ),
    )
    .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
}

#[tokio::test]
async fn a_form_without_script_goes_on_to_the_next_step() {
    let body = format!(
        "profile={}&name=Field&mail_locale=en&contact_email=",
        profile(2)
    );
    let answer = send(
        admin(0),
        post("/api/profiles/save-settings", "text/html", body),
    )
    .await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(
        answer.location,
        Some(format!("/profiles/{}/link-users", profile(2)))
    );
}

#[tokio::test]
async fn every_server_function_refuses_whoever_is_signed_out() {
    crate::api::register_server_fns();
    let id = profile(1);
    let every = format!(
        "profile={id}&from=0&query=a&link={id}&system=caldav&side=crm&crm=1&calendar=a&action=delete&kind=unanswered&seen=1&batch={id}&then=test&name=a&mail_locale=en&field=name&server=a&who=1&sign_in={id}&import={id}"
    );
    let paths: Vec<_> = server_fn::axum::server_fn_paths().collect();
    assert_eq!(paths.len(), 44);
    for (path, method) in paths {
        assert_eq!(method, axum::http::Method::POST, "{path}");
        assert!(path.starts_with(synchronizer_domain::routes::API), "{path}");
        let nobody = router(Company::with_people(0), None, Locale::En);
        let answer = send(nobody, post(path, "application/json", every.clone())).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{path}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn the_account_says_who_administers_and_where_one_is_signed_in() {
    let body = open(admin(8), "/account").await.body;
    for part in [
        "Nordlicht Consulting AS",
        "1,240 of 4,000 users",
        "312 mails wait to be sent.",
        "Done in about 6 minutes.",
        "Ingvild Sætre-Holm (you)",
        "Added by Ingvild &lt;b&gt;",
        ">Remove now<",
        "Firefox, Linux",
        "Unknown device",
        "End all others",
    ] {
        assert!(body.contains(part), "“{part}” is not in {body}");
    }
    let company = Company {
        empty: true,
        ..Company::with_people(1)
    };
    let router = router(company, Some(Role::Admin), Locale::En);
    let body = open(router, "/account").await.body;
    assert!(!body.contains(">Remove now<"), "the last one stays");
}

#[tokio::test]
async fn the_log_is_in_words_and_keeps_its_filters_in_every_address() {
    let body = open(
        admin(8),
        "/audit?who=Ingvild+S%C3%A6tre-Holm&group=people&q=zo%C3%AB&from=2026-11-01",
    )
    .await
    .body;
    for part in [
        "<td role=\"cell\" data-cell=\"title\">Linked<",
        "not.known",
        "Zoë &lt;i&gt;Müller&lt;/i&gt;",
        "Lines are kept for 730 days.",
        "value=\"2026-11-01\"",
        "<option value=\"people\" selected>",
    ] {
        assert!(body.contains(part), "“{part}” is not in {body}");
    }
    let address = |path: &str| {
        let start = body.find(&format!("href=\"{path}?")).unwrap();
        let rest = &body[start + 6..];
        rest[..rest.find('"').unwrap()].to_owned()
    };
    for (path, has_before) in [("/audit/export.csv", false), ("/audit", true)] {
        let address = address(path);
        for part in ["group=people", "from=2026%2D11%2D01", "q=zo%C3%AB"] {
            assert!(address.contains(part), "{part} is not in {address}");
        }
        assert_eq!(address.contains("before="), has_before, "{address}");
    }
    let body = open(admin(8), "/audit?q=nothing").await.body;
    assert!(body.contains("Nothing fits."), "{body}");
}

#[tokio::test]
async fn a_list_shows_its_verdicts_and_what_was_brought_before_script() {
    let address = format!("/profiles/{}/link-file", profile(1));
    let page = open(admin(20), &format!("{address}?list={}", profile(3))).await;
    for text in [
        "1 line can be linked, 1 cannot",
        "Read from &lt;b&gt;pairs.csv",
        "Taken for the names of the columns: CRM;Calendar",
        "read as Windows-1252",
        "2 pairs are linked already",
        "Looked up while linking",
        "name=\"offered[]\" value=\"2\"",
        "No CRM user is known by “&lt;i&gt;”.",
        "zoe@crm.example;zoe</textarea>",
        "Link 1 pair",
    ] {
        assert!(page.body.contains(text), "{text} is not in {}", page.body);
    }
    let page = open(admin(20), &format!("{address}?problem=workbook")).await;
    assert!(page.body.contains("This is a workbook."));
    assert!(page.body.contains("enctype=\"multipart/form-data\""));
}

#[tokio::test]
async fn link_several_shows_ticks_reasons_and_progress_before_script() {
    let page = open(admin(20), &format!("/profiles/{}/link-several", profile(1))).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "<progress",
        "9 of 14 done, 1 refused, 4 to go",
        "no longer in the list of SuperOffice",
        "name=\"pairs[]\"",
        "value=\"1 ",
        "checked",
        "No e-mail in SuperOffice.",
        "Retired in SuperOffice.",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
}
