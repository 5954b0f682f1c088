//! Google's own discovery documents judge the stand-in. Runs when
//! `SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS` names a folder with them.

use std::sync::LazyLock;

use serde_json::{Value, json};
use synchronizer_testkit::{Exchange, GoogleDocuments};

use super::{ADMIN, world};

/// None where no folder is named.
static DOCUMENTS: LazyLock<Option<GoogleDocuments>> =
    LazyLock::new(|| GoogleDocuments::from_env().unwrap());

/// Fails when Google's documents do not know what the stand-in answered. Sign-in and
/// userinfo are not in them.
pub(super) fn judge(method: &str, target: &str, (status, answer): (u16, &Value)) {
    let path = target.split('?').next().unwrap();
    let is_described = path.starts_with("/admin/") || path.starts_with("/calendar/");
    let Some(documents) = DOCUMENTS.as_ref().filter(|_| is_described) else {
        return;
    };
    let exchange = Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        status,
        answer: answer.clone(),
        ..Exchange::default()
    };
    let complaints = documents.answer(&exchange);
    assert!(complaints.is_empty(), "{complaints:?} in {answer}");
}

#[test]
fn an_invented_member_would_be_found() {
    let Some(documents) = DOCUMENTS.as_ref() else {
        return;
    };
    let exchange = Exchange {
        method: "GET".to_owned(),
        path: "/admin/directory/v1/users".to_owned(),
        status: 200,
        answer: json!({ "users": [{ "id": 7, "mail": "zoe@a.example" }] }),
        ..Exchange::default()
    };
    assert_eq!(documents.answer(&exchange).len(), 2);
}

#[tokio::test]
async fn each_method_accepts_the_scopes_that_google_lists_and_no_others() {
    let Some(documents) = DOCUMENTS.as_ref() else {
        return;
    };
    let world = world().await;
    let methods = [
        (
            "directory.users.list",
            "GET",
            "/admin/directory/v1/users?customer=my_customer",
        ),
        (
            "calendar.calendarList.list",
            "GET",
            "/calendar/v3/users/me/calendarList",
        ),
        (
            "calendar.calendars.insert",
            "POST",
            "/calendar/v3/calendars",
        ),
    ];
    let mut accepted = Vec::new();
    for name in [
        "admin.directory.user.readonly",
        "calendar",
        "calendar.app.created",
        "calendar.calendarlist.readonly",
        "calendar.events",
        "tasks",
    ] {
        let scope = format!("https://www.googleapis.com/auth/{name}");
        let asked = format!("openid email {scope}");
        let agreed = [("action", "continue")];
        let tokens = world.g_tokens(ADMIN, &asked, &agreed).await;
        let token = tokens["access_token"].as_str().unwrap();
        for (id, method, target) in methods {
            let status = match method {
                "GET" => world.g_call(target, token).await.0,
                _ => world.g_insert(token, &json!({ "summary": "Work" })).await.0,
            };
            let is_listed = documents.scopes(id).contains(&scope.as_str());
            assert_eq!(status, if is_listed { 200 } else { 403 }, "{id} {name}");
            accepted.extend(is_listed.then_some(id));
        }
    }
    accepted.dedup();
    for (id, ..) in methods {
        assert!(accepted.contains(&id), "{id} accepted no scope");
    }
}
