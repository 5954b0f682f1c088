//! Who may call which server function: one row each, and a new function without a row
//! fails. Ids of another company answer exactly like ids that nobody has.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use synchronizer_domain::UseCaseError;

use crate::support::Callers;

/// A server function. Anonymous callers always get 401, administrators 200.
struct Row {
    endpoint: &'static str,
    /// Arguments, with this company's ids in braces.
    arguments: &'static [(&'static str, &'static str)],
    /// Status for a user of the same company.
    user: u16,
    /// Status for another company's administrator.
    foreign: u16,
}

const fn admins(endpoint: &'static str, arguments: &'static [(&'static str, &'static str)]) -> Row {
    Row {
        endpoint,
        arguments,
        user: 403,
        foreign: 404,
    }
}

/// What an administrator of any company may do to their own.
const fn own_company(
    endpoint: &'static str,
    arguments: &'static [(&'static str, &'static str)],
) -> Row {
    Row {
        endpoint,
        arguments,
        user: 403,
        foreign: 200,
    }
}

/// In an order that lets the administrator's calls succeed one after the other.
const ROWS: [Row; 45] = [
    Row {
        endpoint: "session/me",
        arguments: &[],
        user: 200,
        foreign: 200,
    },
    Row {
        endpoint: "profiles/list",
        arguments: &[],
        user: 403,
        foreign: 200,
    },
    Row {
        endpoint: "profiles/create",
        arguments: &[("system", "caldav")],
        user: 403,
        foreign: 200,
    },
    admins(
        "profiles/act",
        &[
            ("profile", "{profile}"),
            ("action", "rename"),
            ("typed", "Renamed"),
        ],
    ),
    admins(
        "profiles/keep-typed",
        &[("profile", "{profile}"), ("field", "name"), ("value", "x")],
    ),
    admins("profiles/consent-link", &[("profile", "{profile}")]),
    admins("profiles/check-consent", &[("profile", "{profile}")]),
    admins("profiles/detail", &[("profile", "{profile}")]),
    admins(
        "profiles/save-caldav",
        &[
            ("profile", "{caldav}"),
            ("server", "https://changed.example/"),
            ("people", "zoe"),
            ("then", "next"),
        ],
    ),
    admins(
        "profiles/save-delegation",
        &[
            ("profile", "{google}"),
            ("key", "{google_key}"),
            ("admin", "ingvild.saetre-holm@nordlicht.example"),
        ],
    ),
    admins(
        "profiles/save-exchange",
        &[
            ("profile", "{exchange}"),
            ("account", "svc-calendar@nordlicht.example"),
            ("password", "Kalender-26!"),
            ("server", "{exchange-server}"),
            ("then", "test"),
        ],
    ),
    admins("profiles/test", &[("profile", "{profile}")]),
    admins(
        "profiles/save-settings",
        &[
            ("profile", "{profile}"),
            ("name", "Changed"),
            ("mail_locale", "de"),
        ],
    ),
    admins("linking/view", &[("profile", "{profile}")]),
    admins(
        "linking/people",
        &[("profile", "{profile}"), ("side", "crm"), ("from", "0")],
    ),
    admins(
        "linking/linked",
        &[("profile", "{profile}"), ("side", "calendar")],
    ),
    admins(
        "linking/search",
        &[("profile", "{profile}"), ("side", "crm"), ("query", "zoe")],
    ),
    admins(
        "linking/proposals",
        &[("profile", "{profile}"), ("crm", "23")],
    ),
    admins(
        "linking/refresh",
        &[("profile", "{profile}"), ("side", "crm")],
    ),
    admins(
        "linking/search",
        &[
            ("profile", "{exchange}"),
            ("side", "calendar"),
            ("query", "zo"),
        ],
    ),
    admins(
        "linking/link",
        &[
            ("profile", "{profile}"),
            ("crm", "23"),
            ("calendar", "48048e39-4d41-4ffb-bdf7-286c5fd85810"),
        ],
    ),
    admins("linking/resend", &[("link", "{link}")]),
    admins("linking/copy-link", &[("link", "{link}")]),
    admins("linking/several", &[("profile", "{profile}")]),
    admins("linking/batch", &[("profile", "{profile}")]),
    admins(
        "linking/link-several",
        &[("profile", "{profile}"), ("pairs[0]", "23 48048e39")],
    ),
    admins("linking/import", &[("profile", "{profile}")]),
    admins(
        "linking/link-import",
        &[("profile", "{profile}"), ("import", "{import}")],
    ),
    admins("linking/cancel-batch", &[("batch", "{batch}")]),
    admins(
        "linking/act",
        &[("action", "pause"), ("links[0]", "{link}")],
    ),
    admins(
        "linking/preview",
        &[("action", "pause"), ("links[0]", "{link}")],
    ),
    admins("status/links", &[("asked[profile]", "{profile}")]),
    admins("status/matching", &[("asked[profile]", "{profile}")]),
    own_company("notices/dismiss", &[("kind", "unanswered"), ("seen", "1")]),
    own_company("notices/resend-all", &[("seen", "1")]),
    own_company("notices/list", &[]),
    own_company("account/view", &[]),
    own_company("account/people", &[("text", "zo")]),
    own_company("account/audit", &[("text", "nordlicht")]),
    own_company("account/test-crm", &[]),
    own_company("account/save", &[("mail_locale", "nb")]),
    Row {
        endpoint: "account/add-administrator",
        arguments: &[("who", "zoe.mueller@nordlicht.example")],
        user: 403,
        foreign: 422,
    },
    admins("account/remove-administrator", &[("who", "42")]),
    Row {
        endpoint: "account/end-sign-in",
        arguments: &[("sign_in", "{sign_in}")],
        user: 404,
        foreign: 404,
    },
    Row {
        endpoint: "account/end-other-sign-ins",
        arguments: &[],
        user: 200,
        foreign: 200,
    },
];

impl Row {
    fn filled(&self, callers: &Callers, unknown: bool) -> Vec<(&'static str, String)> {
        self.arguments
            .iter()
            .map(|(name, value)| (*name, callers.fill(value, unknown)))
            .collect()
    }
}

/// Paths of all registered functions, without the prefix.
fn registered() -> BTreeSet<String> {
    server_fn_paths()
        .map(|(path, method)| {
            assert_eq!(
                method, "POST",
                "{path}: a GET function would be open to other sites"
            );
            path.strip_prefix("/api/")
                .unwrap_or_else(|| panic!("{path} is not below /api"))
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn every_server_function_asks_who_calls() {
    let callers = Callers::start().await;
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.endpoint.to_owned()).collect();
    assert_eq!(
        registered(),
        rows,
        "a function without a row, or a row without a function"
    );

    // Whoever names a colleague has the list of their own company read first.
    let nobody = [("who", "nobody")];
    let foreign = callers.api(&callers.foreign);
    foreign.call("account/add-administrator", &nobody).await;
    let before = callers.snapshot().await;
    for row in &ROWS {
        let arguments = row.filled(&callers, false);
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let call = async |browser| callers.api(browser).call(row.endpoint, &arguments).await;
        let answer = call(&callers.anonymous).await;
        assert_eq!(
            (answer.status, answer.error()),
            (401, UseCaseError::Unauthenticated.into()),
            "{}",
            row.endpoint
        );
        let answer = call(&callers.user).await;
        assert_eq!(
            answer.status, row.user,
            "{} as a user: {}",
            row.endpoint, answer.text
        );
        if row.user == 403 {
            assert_eq!(
                answer.error(),
                UseCaseError::Forbidden.into(),
                "{}",
                row.endpoint
            );
        }
        // These change the caller's own company, which the snapshot would show.
        let own = [
            "profiles/create",
            "account/save",
            "account/test-crm",
            "notices/dismiss",
        ];
        if own.contains(&row.endpoint) {
            continue;
        }
        let answer = call(&callers.foreign).await;
        assert_eq!(
            answer.status, row.foreign,
            "{} as a foreign administrator: {}",
            row.endpoint, answer.text
        );
        assert!(
            !answer.text.contains("Nordlicht") && !answer.text.contains("Oslo"),
            "{}",
            answer.text
        );
        if row.foreign == 404 {
            let unknown = row.filled(&callers, true);
            let unknown: Vec<_> = unknown
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let nobodys = callers
                .api(&callers.foreign)
                .call(row.endpoint, &unknown)
                .await;
            assert_eq!(
                nobodys, answer,
                "{}: foreign and unknown ids differ",
                row.endpoint
            );
        }
    }
    assert_eq!(
        callers.snapshot().await,
        before,
        "a refused call changed something"
    );

    for row in &ROWS {
        let arguments = row.filled(&callers, false);
        let arguments: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = callers.story.api().call(row.endpoint, &arguments).await;
        assert_eq!(answer.status, 200, "{}: {}", row.endpoint, answer.text);
    }
    assert_ne!(
        callers.snapshot().await,
        before,
        "the administrator's calls change something"
    );
}

#[tokio::test]
async fn another_companys_people_cannot_be_linked_by_their_numbers() {
    let callers = Callers::start().await;
    let foreign = callers.api(&callers.foreign);
    let own = foreign
        .caldav_profile("https://dav.fjordkraft.example/", "Studio")
        .await;
    foreign.view(&own).await;
    // Zoë's associate id and the first company's Microsoft account.
    for (crm, calendar) in [
        ("42", "guenther"),
        ("9", "ebde6182-8fce-4473-9d0c-96c071a7ec9c"),
    ] {
        let arguments = [
            ("profile", own.as_str()),
            ("crm", crm),
            ("calendar", calendar),
        ];
        assert_eq!(
            foreign.call("linking/link", &arguments).await.status,
            404,
            "{crm} {calendar}"
        );
    }
    let view = format!("{:?}", foreign.view(&own).await);
    assert!(
        !view.contains("Zoë") && view.contains("Jonas Lindqvist"),
        "{view}"
    );
}
