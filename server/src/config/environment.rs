//! The environment: `SYNCHRONIZER_<SECTION>__<KEY>`. A value is text, whatever it looks
//! like (an application id may consist of digits), unless its key is listed here.

use figment::Figment;
use figment::providers::Serialized;
use figment::value::Value;

const PREFIX: &str = "SYNCHRONIZER_";

/// Keys whose values are numbers, truth values or lists.
const TYPED: [&str; 16] = [
    "audit.keep_days",
    "database.migrate",
    "grants.check_seconds",
    "grants.keep_deleted_days",
    "jobs.lease_seconds",
    "log.json",
    "notices.unanswered_days",
    "outbound.allow_networks",
    "sessions.absolute_hours",
    "sessions.idle_minutes",
    "smtp.rate_per_minute",
    "smtp.tenant_rate_per_minute",
    "superoffice.pkce",
    "sync.first_run_limit",
    "sync.window_future_days",
    "sync.window_past_days",
];

/// Merges these variables; secret files are merged elsewhere.
pub(super) fn merge(
    mut figment: Figment,
    variables: impl Iterator<Item = (String, String)>,
) -> Figment {
    for (name, text) in variables {
        let Some(key) = name
            .strip_prefix(PREFIX)
            .filter(|key| key.contains("__") && !key.ends_with("_FILE"))
        else {
            continue;
        };
        let key = key.replace("__", ".").to_ascii_lowercase();
        let value = if TYPED.contains(&key.as_str()) || text.trim_start().starts_with('[') {
            text.parse().unwrap_or_else(|_| Value::from(text))
        } else {
            Value::from(text)
        };
        figment = figment.merge(Serialized::default(&key, value));
    }
    figment
}
