//! One GET to Graph, and what its errors mean (microsoft.md §9).

use reqwest::header::ACCEPT;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use synchronizer_domain::text::clean;
use url::Url;

use super::{Microsoft, SYSTEM};
use crate::error::{ErrorKind, ProviderError};
use crate::http::{self, Answer};

/// Graph's error body. Status and code decide, the message never.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Inner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    code: String,
    #[serde(alias = "innererror", rename = "innerError")]
    inner: Innermost,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Innermost {
    #[serde(rename = "request-id")]
    request_id: String,
}

impl Microsoft {
    /// An address below Graph's root with a `$select`.
    pub(super) fn graph(&self, path: &str, select: &str) -> Result<Url, ProviderError> {
        http::require_tls(SYSTEM, &self.graph_url)?;
        let mut url = self.graph_url.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        url.query_pairs_mut().append_pair("$select", select);
        Ok(url)
    }

    /// Whether the address is on Graph's own host: tokens go nowhere else.
    pub(super) fn is_graph(&self, url: &Url) -> bool {
        url.origin() == self.graph_url.origin()
    }

    pub(super) async fn get(
        &self,
        url: Url,
        access: &SecretString,
    ) -> Result<Answer, ProviderError> {
        Self::answer(self.request(url, access)).await
    }

    /// A GET with `$count`, which Graph calls an advanced query (microsoft.md §10).
    pub(super) async fn get_counted(
        &self,
        url: Url,
        access: &SecretString,
    ) -> Result<Answer, ProviderError> {
        let request = self.request(url, access);
        Self::answer(request.header("ConsistencyLevel", "eventual")).await
    }

    fn request(&self, url: Url, access: &SecretString) -> reqwest::RequestBuilder {
        self.http
            .get(url)
            .bearer_auth(access.expose_secret())
            .header(ACCEPT, "application/json")
            // Ids that survive a move to another folder (microsoft.md §9).
            .header("Prefer", "IdType=\"ImmutableId\"")
    }

    async fn answer(request: reqwest::RequestBuilder) -> Result<Answer, ProviderError> {
        let answer = http::exchange(SYSTEM, request).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(graph_error(&answer))
    }
}

pub(crate) fn graph_error(answer: &Answer) -> ProviderError {
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = clean(&body.error.code, 80);
    let request_id = clean(&body.error.inner.request_id, 64);
    if !request_id.is_empty() {
        tracing::info!(request_id, code, "graph request refused");
    }
    let kind = match http::status_kind(answer.status, &answer.headers) {
        // A mailbox on the move answers like a missing one (microsoft.md §9).
        ErrorKind::NotFound if code == "ErrorMailboxStoreUnavailable" => ErrorKind::Unavailable,
        ErrorKind::Protocol | ErrorKind::NotFound if code == "Directory_ExpiredPageToken" => {
            ErrorKind::CursorExpired
        }
        ErrorKind::NeedsPerson | ErrorKind::ScopeMissing if answer.is_page() => ErrorKind::Protocol,
        kind => kind,
    };
    ProviderError::new(
        SYSTEM,
        kind,
        format!("HTTP {} {code}", answer.status.as_u16()),
    )
}
