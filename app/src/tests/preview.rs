#[tokio::test]
#[ignore]
async fn serve() {
    use axum::response::IntoResponse;
    use synchronizer_domain::session::Role;
    let n: u32 = std::env::var("PEOPLE")
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(60);
    let empty = std::env::var("EMPTY").is_ok();
    let site = std::env::var("SITE").unwrap();
    let app = super::pages::router(
        super::fakes::Company {
            empty,
            ..super::fakes::Company::with_people(n)
        },
        Some(Role::Admin),
        synchronizer_domain::Locale::En,
    )
    .route(
        "/events",
        axum::routing::get(|| async {
            let s = futures_util::stream::pending::<Result<String, std::io::Error>>();
            (
                [("content-type", "text/event-stream")],
                axum::body::Body::from_stream(futures_util::StreamExt::chain(
                    futures_util::stream::once(async { Ok(":ok\n\n".to_owned()) }),
                    s,
                )),
            )
                .into_response()
        }),
    )
    .fallback(move |uri: axum::http::Uri| {
        let site = site.clone();
        async move {
            let p = format!("{site}{}", uri.path());
            let ct = if p.ends_with(".css") {
                "text/css"
            } else if p.ends_with(".js") {
                "text/javascript"
            } else if p.ends_with(".wasm") {
                "application/wasm"
            } else {
                "image/svg+xml"
            };
            match std::fs::read(&p) {
                Ok(b) => ([("content-type", ct)], b).into_response(),
                Err(_) => axum::http::StatusCode::NOT_FOUND.into_response(),
            }
        }
    });
    let l = tokio::net::TcpListener::bind(std::env::var("ADDR").unwrap())
        .await
        .unwrap();
    axum::serve(l, app).await.unwrap();
}
