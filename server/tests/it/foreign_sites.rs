//! Requests that come from another site, or do not say from where, change nothing.

use synchronizer_server::http::endpoints;

use crate::support::Callers;

/// A path of the router with ids in its places.
fn opened(path: &str) -> String {
    let owner = if path.starts_with("/profiles/") {
        "{profile}"
    } else {
        "{link}"
    };
    path.replace("{id}", owner)
        .replace("{secret}", "x")
        .replace("{attempt}", "{link}")
}

#[tokio::test]
async fn no_other_site_can_change_anything() {
    let callers = Callers::start().await;
    let before = callers.snapshot().await;
    let evil = ("origin", "https://evil.example");
    let sites: [&[(&str, &str)]; 6] = [
        &[],
        &[evil],
        &[evil, ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
    ];
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let posts = endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.methods.contains(&"POST"));
    let posts = posts.map(|endpoint| opened(endpoint.path));
    let mut count = 0;
    for path in functions.chain(posts) {
        let path = callers.fill(&path, false);
        for headers in sites {
            let body = callers.fill(
                "profile={profile}&link={link}&system=caldav&side=crm&then=next&name=x",
                false,
            );
            let mut request = callers
                .story
                .admin
                .client()
                .post(callers.story.app.url(&path))
                .body(body);
            request = request.header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 403, "{path} {headers:?}");
            let text = answer.text().await.unwrap();
            assert!(text.contains("did not come from our page"), "{path} {text}");
            count += 1;
        }
    }
    assert!(count > 6 * 20, "{count}");
    assert_eq!(
        callers.snapshot().await,
        before,
        "a foreign request changed something"
    );
    // Reading the data path from another site is refused as well.
    let read = callers
        .story
        .admin
        .client()
        .get(callers.story.app.url("/api/profiles/list"));
    let answer = read
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 403);
}
