//! Discovery documents and signing keys of Entra.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::errors::token_error;
use crate::seed::{Organisation, organisation};
use crate::world::World;

/// The tenant segment of an address.
#[derive(Clone, Copy)]
pub(super) enum Tenant {
    /// `organizations` or `common`: any organisation.
    Any,
    /// One organisation, by tenant id or verified domain.
    One(&'static Organisation),
}

impl Tenant {
    /// Reads a segment. Personal accounts are not offered, so `consumers` is unknown.
    pub(super) fn read(segment: &str) -> Option<Self> {
        match segment {
            "organizations" | "common" => Some(Self::Any),
            other => organisation(other).map(Self::One),
        }
    }

    /// Whether accounts of an organisation may sign in here.
    pub(super) fn admits(self, tid: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(organisation) => organisation.tid == tid,
        }
    }

    /// For `organizations` and `common` the literal text `{tenantid}` stands in the
    /// issuer, as at the real service.
    fn in_issuer(self) -> &'static str {
        match self {
            Self::Any => "{tenantid}",
            Self::One(organisation) => organisation.tid,
        }
    }
}

/// `GET /{t}/v2.0/.well-known/openid-configuration`.
pub(super) async fn document(
    State(world): State<Arc<World>>,
    Path(segment): Path<String>,
) -> Response {
    let Some(tenant) = Tenant::read(&segment) else {
        return unknown_tenant(&world, &segment);
    };
    let base = &world.microsoft.base;
    let host = base.trim_start_matches("http://");
    // A domain is answered with the tenant id in every address.
    let path = match tenant {
        Tenant::Any => segment.as_str(),
        Tenant::One(organisation) => organisation.tid,
    };
    let endpoint = |name: &str| format!("{base}/{path}/oauth2/v2.0/{name}");
    Json(json!({
        "issuer": format!("{base}/{}/v2.0", tenant.in_issuer()),
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "end_session_endpoint": endpoint("logout"),
        "jwks_uri": format!("{base}/{path}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_modes_supported": ["query"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "oid"],
        "request_uri_parameter_supported": false,
        "tenant_region_scope": "EU",
        "cloud_instance_name": host,
        "msgraph_host": host,
    }))
    .into_response()
}

/// `GET /{t}/discovery/v2.0/keys`; every key names its issuer.
pub(super) async fn keys(State(world): State<Arc<World>>, Path(segment): Path<String>) -> Response {
    let Some(tenant) = Tenant::read(&segment) else {
        return unknown_tenant(&world, &segment);
    };
    let mut key = world.key.jwk();
    if let Some(members) = key.as_object_mut() {
        let issuer = format!("{}/{}/v2.0", world.microsoft.base, tenant.in_issuer());
        members.insert("issuer".to_owned(), json!(issuer));
    }
    Json(json!({ "keys": [key] })).into_response()
}

fn unknown_tenant(world: &World, segment: &str) -> Response {
    token_error(
        world,
        400,
        "invalid_tenant",
        90002,
        &format!(
            "Tenant '{segment}' not found. Check to make sure you have the correct tenant ID."
        ),
    )
}
