//! Who may open which page and endpoint: one row each, and a new one without a row fails.

use std::collections::BTreeSet;

use reqwest::Method;
use synchronizer_server::http::{endpoints, pages};
use synchronizer_testkit::Browser;

use crate::support::Callers;

/// Method, path as the router spells it, path as it is opened, and the answers to
/// nobody, a user, an administrator and another company's administrator.
type Row = (&'static str, &'static str, &'static str, [&'static str; 4]);

const SIGN_IN: &str = "303 /sign-in";
const OVER: [&str; 4] = ["200 is over"; 4];
const LATE: [&str; 4] = ["200 no longer valid"; 4];

/// Nothing was granted yet: there is nothing to connect anew and nothing to choose.
const NOTHING: [&str; 4] = [SIGN_IN, "404", "404", "404"];

/// What a reload of an answered form shows.
const fn back(path: &'static str, opened: &'static str) -> Row {
    ("GET", path, opened, ["303 /me"; 4])
}

/// Ends with the rows that change something, the last of which ends the sessions.
const ENDPOINTS: [Row; 64] = [
    ("GET", "/health", "/health", ["200"; 4]),
    ("GET", "/ready", "/ready", ["200"; 4]),
    (
        "GET",
        "/",
        "/",
        [SIGN_IN, "303 /me", "303 /profiles", "303 /profiles"],
    ),
    (
        "GET",
        "/sign-in",
        "/sign-in",
        ["200 Sign in", "303 /", "303 /", "303 /"],
    ),
    ("POST", "/sign-in", "/sign-in", ["303 /auth/go/"; 4]),
    (
        "GET",
        "/mishap/{word}",
        "/mishap/cross_site",
        ["403 did not come from our page"; 4],
    ),
    ("GET", "/sign-up", "/sign-up?id={link}", LATE),
    ("POST", "/sign-up", "/sign-up", LATE),
    ("GET", "/auth/go/{attempt}", "/auth/go/{link}", LATE),
    (
        "GET",
        "/auth/superoffice/callback",
        "/auth/superoffice/callback?state=x&code=y",
        LATE,
    ),
    (
        "GET",
        "/auth/microsoft/callback",
        "/auth/microsoft/callback?state=x&code=y",
        LATE,
    ),
    (
        "GET",
        "/auth/google/callback",
        "/auth/google/callback?state=x&code=y",
        LATE,
    ),
    ("GET", "/i/{secret}", "/i/{link}", ["404 does not work"; 4]),
    ("POST", "/i/{secret}", "/i/{link}", ["404 does not work"; 4]),
    (
        "GET",
        "/consent/{secret}",
        "/consent/{link}",
        ["404 leads nowhere"; 4],
    ),
    (
        "POST",
        "/consent/{secret}",
        "/consent/{link}",
        ["303 /consent/"; 4],
    ),
    ("GET", "/activate/{id}", "{activation}", OVER),
    (
        "GET",
        "/activate/{id}/superoffice",
        "{activation}/superoffice",
        ["303 /activate/"; 4],
    ),
    (
        "POST",
        "/activate/{id}/superoffice",
        "{activation}/superoffice",
        OVER,
    ),
    (
        "GET",
        "/activate/{id}/microsoft",
        "{activation}/microsoft",
        ["303 /activate/"; 4],
    ),
    (
        "POST",
        "/activate/{id}/microsoft",
        "{activation}/microsoft",
        OVER,
    ),
    (
        "GET",
        "/activate/{id}/google",
        "{activation}/google",
        ["303 /activate/"; 4],
    ),
    ("POST", "/activate/{id}/google", "{activation}/google", OVER),
    (
        "GET",
        "/activate/{id}/google-calendar",
        "{activation}/google-calendar",
        ["303 /activate/"; 4],
    ),
    (
        "POST",
        "/activate/{id}/google-calendar",
        "{activation}/google-calendar",
        OVER,
    ),
    (
        "GET",
        "/activate/{id}/credentials",
        "{activation}/credentials",
        ["303 /activate/"; 4],
    ),
    (
        "POST",
        "/activate/{id}/credentials",
        "{activation}/credentials",
        OVER,
    ),
    (
        "GET",
        "/activate/{id}/calendar",
        "{activation}/calendar",
        ["303 /activate/"; 4],
    ),
    (
        "POST",
        "/activate/{id}/calendar",
        "{activation}/calendar",
        OVER,
    ),
    (
        "GET",
        "/me",
        "/me",
        [
            "303 /sign-in?return=%2Fme",
            "200 My calendar",
            "200 My calendar",
            "200 My calendar",
        ],
    ),
    back("/me/links/{id}/continue", "/me/links/{link}/continue"),
    (
        "POST",
        "/me/links/{id}/continue",
        "/me/links/{link}/continue",
        [SIGN_IN, "303 /activate/", "404", "404"],
    ),
    back(
        "/me/links/{id}/reconnect/{side}",
        "/me/links/{link}/reconnect/crm",
    ),
    (
        "POST",
        "/me/links/{id}/reconnect/{side}",
        "/me/links/{link}/reconnect/crm",
        NOTHING,
    ),
    (
        "GET",
        "/me/links/{id}/calendar",
        "/me/links/{link}/calendar",
        NOTHING,
    ),
    (
        "POST",
        "/me/links/{id}/calendar",
        "/me/links/{link}/calendar",
        NOTHING,
    ),
    back("/me/language", "/me/language"),
    (
        "POST",
        "/me/language",
        "/me/language",
        [SIGN_IN, "303 /me", "303 /me", "303 /me"],
    ),
    back("/me/links/{id}/pause", "/me/links/{link}/pause"),
    back("/me/links/{id}/resume", "/me/links/{link}/resume"),
    (
        "POST",
        "/profiles/{id}/directory",
        "/profiles/{profile}/directory",
        [SIGN_IN, "404", "303 /auth/go/", "404"],
    ),
    (
        "POST",
        "/profiles/{id}/consent",
        "/profiles/{profile}/consent",
        [SIGN_IN, "404", "303 /auth/go/", "404"],
    ),
    ("GET", "/events", "/events", [SIGN_IN, "200", "200", "200"]),
    (
        "GET",
        "/profiles",
        "/profiles",
        [
            "303 /sign-in?return=%2Fprofiles",
            "303 /me",
            "200 Oslo and Bergen",
            "200",
        ],
    ),
    (
        "GET",
        "/profiles/new",
        "/profiles/new",
        [SIGN_IN, "303 /me", "200", "200"],
    ),
    (
        "GET",
        "/profiles/{id}/systems",
        "/profiles/{profile}/systems",
        [SIGN_IN, "303 /me", "200 Oslo and Bergen", "404"],
    ),
    (
        "GET",
        "/profiles/{id}/settings",
        "/profiles/{profile}/settings",
        [SIGN_IN, "303 /me", "200 Oslo and Bergen", "404"],
    ),
    (
        "GET",
        "/profiles/{id}/link-users",
        "/profiles/{profile}/link-users",
        [SIGN_IN, "303 /me", "200 Zoë Müller", "404"],
    ),
    (
        "GET",
        "/account",
        "/account",
        [
            "303 /sign-in?return=%2Faccount",
            "303 /me",
            "200 Nordlicht Consulting AS",
            "200",
        ],
    ),
    (
        "GET",
        "/audit",
        "/audit",
        [SIGN_IN, "303 /me", "200 Created the profile", "200"],
    ),
    (
        "POST",
        "/account/crm",
        "/account/crm",
        [SIGN_IN, "404", "303 /auth/go/", "303 /auth/go/"],
    ),
    (
        "GET",
        "/status",
        "/status",
        [SIGN_IN, "303 /me", "200 Oslo and Bergen", "200 Status"],
    ),
    (
        "GET",
        "/status/export.csv",
        "/status/export.csv",
        [SIGN_IN, "404", "200 Oslo and Bergen", "200 crm_id"],
    ),
    (
        "GET",
        "/audit/export.csv",
        "/audit/export.csv",
        [SIGN_IN, "404", "200 profile.created", "200"],
    ),
    (
        "GET",
        "/profiles/{id}/link-several",
        "/profiles/{profile}/link-several",
        [SIGN_IN, "303 /me", "200 Oslo and Bergen", "404"],
    ),
    (
        "GET",
        "/profiles/{id}/link-file",
        "/profiles/{profile}/link-file?list={import}",
        [SIGN_IN, "303 /me", "200 Oslo and Bergen", "404"],
    ),
    (
        "POST",
        "/profiles/{id}/import",
        "/profiles/{profile}/import",
        [SIGN_IN, "404", "303 /profiles/", "404"],
    ),
    (
        "POST",
        "/profiles/{id}/people-file",
        "/profiles/{profile}/people-file",
        [SIGN_IN, "404", "303 /profiles/", "404"],
    ),
    (
        "GET",
        "/profiles/{id}/import/template.csv",
        "/profiles/{profile}/import/template.csv",
        [SIGN_IN, "404", "200 nordlicht.example", "404"],
    ),
    (
        "GET",
        "/profiles/{id}/linked-users.csv",
        "/profiles/{profile}/linked-users.csv",
        [SIGN_IN, "404", "200 Zoë Müller", "404"],
    ),
    (
        "GET",
        "/batches/{id}/results.csv",
        "/batches/{batch}/results.csv",
        [SIGN_IN, "404", "200 Refused", "404"],
    ),
    (
        "POST",
        "/me/links/{id}/pause",
        "/me/links/{link}/pause",
        [SIGN_IN, "303 /me?done=paused", "404", "404"],
    ),
    (
        "POST",
        "/me/links/{id}/resume",
        "/me/links/{link}/resume",
        [SIGN_IN, "303 /me?done=resumed", "404", "404"],
    ),
    (
        "POST",
        "/sign-out",
        "/sign-out",
        ["303 /sign-in?signed_out"; 4],
    ),
];

fn key(method: &str, path: &str) -> String {
    format!("{method} {path}")
}

/// Everything that the router offers beside files and server functions.
fn offered() -> BTreeSet<String> {
    let plain = endpoints().into_iter().flat_map(|endpoint| {
        let rows: Vec<_> = endpoint
            .methods
            .iter()
            .map(|method| key(method, endpoint.path))
            .collect();
        rows
    });
    let pages = pages().into_iter().map(|path| key("GET", &path));
    plain.chain(pages).collect()
}

/// One request of a browser, without following where it leads: status, location, text.
async fn request(
    browser: &Browser,
    origin: &str,
    method: &str,
    address: &str,
) -> (u16, String, String) {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = browser
        .client()
        .request(method.clone(), address)
        .header("accept", "text/html");
    if method == Method::POST {
        request = request.header("origin", origin).form(&[("id", "x")]);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let location = answer
        .headers()
        .get("location")
        .map(|to| to.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let stream = answer
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "text/event-stream");
    let text = if stream {
        String::new()
    } else {
        answer.text().await.unwrap()
    };
    (status, location, text)
}

#[tokio::test]
async fn every_endpoint_and_page_asks_who_calls() {
    let callers = Callers::start().await;
    let rows: BTreeSet<_> = ENDPOINTS
        .iter()
        .map(|(method, path, ..)| key(method, path))
        .collect();
    assert_eq!(
        offered(),
        rows,
        "an endpoint without a row, or a row without an endpoint"
    );
    // An activation of the linked person, in a browser that is none of the callers'.
    let activation = callers
        .story
        .begin(&Browser::new())
        .await
        .url
        .path()
        .to_owned();
    let before = callers.snapshot().await;
    let origin = callers.story.app.url("");
    for (method, _, path, expected) in ENDPOINTS {
        let path = callers.fill(&path.replace("{activation}", &activation), false);
        let address = callers.story.app.url(&path);
        if method == "POST" && path.ends_with("/pause") {
            assert_eq!(callers.snapshot().await, before, "a call changed something");
        }
        let browsers = [
            &callers.anonymous,
            &callers.user,
            &callers.story.admin,
            &callers.foreign,
        ];
        for (number, (browser, expected)) in browsers.into_iter().zip(expected).enumerate() {
            let who = [
                "nobody",
                "a user",
                "an administrator",
                "a foreign administrator",
            ][number];
            let (status, location, text) = request(browser, &origin, method, &address).await;
            let (wanted, rest) = expected.split_once(' ').unwrap_or((expected, ""));
            assert_eq!(
                status.to_string(),
                wanted,
                "{method} {path} as {who} {location} {text}"
            );
            let shown = if status == 303 {
                location.starts_with(rest)
            } else {
                text.contains(rest)
            };
            assert!(
                shown,
                "{method} {path} as {who}: no “{rest}” in {location}{text}"
            );
            if number != 2 && path != "/me" {
                assert!(
                    number == 1 || !text.contains("Nordlicht"),
                    "{method} {path} as {who} tells: {text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn pages_of_another_companys_profile_look_like_pages_of_none_sc_93() {
    let callers = Callers::start().await;
    for page in [
        "systems",
        "settings",
        "link-users",
        "link-several",
        "link-file",
    ] {
        let look = async |unknown: bool| {
            let id = callers.fill("{profile}", unknown);
            let page = callers
                .foreign
                .open(&callers.story.app.url(&format!("/profiles/{id}/{page}")))
                .await
                .unwrap();
            (page.status, page.text().replace(&id, "ID"))
        };
        let foreign = look(false).await;
        assert_eq!(foreign.0, 404, "{page}");
        assert_eq!(foreign, look(true).await, "{page}");
    }
}
