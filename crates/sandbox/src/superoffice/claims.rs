//! The id_token of SuperOffice.

use serde_json::{Map, Value, json};

use super::system;
use crate::SUPEROFFICE_CLIENT_ID;
use crate::seed::{CrmUser, company};
use crate::world::World;

const PREFIX: &str = "http://schemes.superoffice.net/identity/";

/// All claims. Two habits of the real ones are kept: `iat` is a JSON string, and whether
/// somebody is an administrator is the word `True` or `False`.
pub(super) fn id_token(world: &World, (_, user): CrmUser, nonce: Option<&str>) -> Value {
    let base = &world.superoffice.base;
    let now = world.now();
    let ctx = user.ctx;
    let (company_name, serial) =
        company(ctx).map_or(("", ""), |company| (company.name, company.serial));
    let mut claims = Map::new();
    let mut identity = |name: &str, value: &str| {
        claims.insert(format!("{PREFIX}{name}"), json!(value));
    };
    identity("associateid", &user.associate_id.to_string());
    identity("identityprovider", "central-superid");
    identity("email", user.user_name);
    identity("upn", user.user_name);
    identity(
        "is_administrator",
        if user.administrator { "True" } else { "False" },
    );
    identity("ctx", ctx);
    identity("company_name", company_name);
    identity("serial", serial);
    identity("netserver_url", &format!("{base}/{ctx}/Remote/Services88/"));
    identity("webapi_url", &format!("{base}/{ctx}/api/"));
    if world.superoffice.is_approved(ctx) {
        identity("system_token", &system::token_of(ctx));
    }
    identity("initials", user.initials);
    if let Some(email) = user.email {
        identity("so_primary_email_address", email);
    }
    if let Some(nonce) = nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    claims.insert("sub".to_owned(), json!(user.user_name));
    claims.insert("iat".to_owned(), json!(now.to_string()));
    claims.insert("nbf".to_owned(), json!(now - 60));
    claims.insert("exp".to_owned(), json!(now + 300));
    claims.insert("iss".to_owned(), json!(base));
    claims.insert("aud".to_owned(), json!(SUPEROFFICE_CLIENT_ID));
    Value::Object(claims)
}
