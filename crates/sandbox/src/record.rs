//! Keeps a record of every request, and applies the switches that hold for all of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::json;

use crate::clock::iso;
use crate::hostile::spoiled;
use crate::switches::System;
use crate::world::{World, lock};

/// Older records are dropped.
const KEPT: usize = 10_000;

/// One request as seen by a stand-in. Queries, headers and bodies are not kept, because
/// they carry secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedRequest {
    /// The stand-in.
    pub system: System,
    /// HTTP method; for SMTP the command that decided.
    pub method: String,
    /// Path without its query, for EWS with the operation after a blank; empty for SMTP.
    pub path: String,
    /// HTTP status or SMTP reply code.
    pub status: u16,
    /// When, RFC 3339 in UTC.
    pub at: String,
}

/// What a request to a service with one address for everything asked for, as an extension
/// of its answer; recorded behind the path.
#[derive(Clone, Copy)]
pub(crate) struct Operation(pub(crate) &'static str);

/// The latest requests, oldest first.
#[derive(Default)]
pub(crate) struct RequestLog(Mutex<VecDeque<RecordedRequest>>);

impl RequestLog {
    pub(crate) fn push(&self, request: RecordedRequest) {
        let mut requests = lock(&self.0);
        if requests.len() >= KEPT {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        lock(&self.0).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// Middleware of the HTTP stand-ins: late, unavailable, recorded.
pub(crate) async fn observe(
    State((world, system)): State<(Arc<World>, System)>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().to_string();
    let mut path = request.uri().path().to_owned();
    let (delay, down, hostile, wait) = {
        let switches = world.switches();
        let hostile = switches.hostile_texts.contains(&system);
        let down = switches.is_unavailable(system);
        let wait = switches.wait_at(system, &path);
        (switches.delay_ms(system), down, hostile, wait)
    };
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let mut response = if down {
        unavailable()
    } else if let Some(seconds) = wait {
        too_many(system, seconds)
    } else {
        next.run(request).await
    };
    if hostile {
        response = spoiled(response).await;
    }
    if let Some(Operation(name)) = response.extensions().get() {
        path = format!("{path} {name}").trim_end().to_owned();
    }
    world.requests.push(RecordedRequest {
        system,
        method,
        path,
        status: response.status().as_u16(),
        at: iso(world.now()),
    });
    response
}

/// 429 in each system's own form.
fn too_many(system: System, seconds: u64) -> Response {
    let body = match system {
        System::Microsoft => json!({ "error": {
            "code": "TooManyRequests",
            "message": "Please retry after some time.",
        }}),
        System::Google => json!({ "error": {
            "code": 429,
            "message": "Rate Limit Exceeded",
            "errors": [{
                "domain": "usageLimits",
                "reason": "rateLimitExceeded",
                "message": "Rate Limit Exceeded",
            }],
        }}),
        System::SuperOffice | System::Exchange | System::Mail => json!({
            "Error": true,
            "ErrorType": "SoThrottled",
            "ErrorMessage": "Too many requests.",
        }),
    };
    let wait = (header::RETRY_AFTER, seconds.to_string());
    (StatusCode::TOO_MANY_REQUESTS, [wait], Json(body)).into_response()
}

fn unavailable() -> Response {
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        "The service is unavailable.",
    )
        .into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
