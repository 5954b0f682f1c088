//! The part of `$filter` that works on users without advanced query capabilities:
//! `accountEnabled eq …`, `userType eq '…'` and `startswith(property,'…')`, joined by
//! `and`, with `or` inside one clause.

use serde_json::Value;

/// A parsed `$filter`: all clauses, any alternative of each.
pub(super) struct Filter(Vec<Vec<Test>>);

enum Test {
    Equals(&'static str, Value),
    StartsWith(&'static str, String),
}

const NAMES: [&str; 5] = [
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
];

/// Whether a filter looks at properties that need `User.Read.All`.
pub(super) fn is_beyond_basic(filter: &str) -> bool {
    ["accountEnabled", "userType", "proxyAddresses"]
        .iter()
        .any(|name| filter.contains(name))
}

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        text.split(" and ")
            .map(|clause| {
                let clause = clause.trim();
                let inner = clause
                    .strip_prefix('(')
                    .and_then(|rest| rest.strip_suffix(')'))
                    .unwrap_or(clause);
                inner.split(" or ").map(Test::parse).collect()
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn accepts(&self, user: &Value) -> bool {
        self.0
            .iter()
            .all(|clause| clause.iter().any(|test| test.accepts(user)))
    }
}

impl Test {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        Self::read(text).ok_or_else(|| format!("Unsupported query: {text}"))
    }

    fn read(text: &str) -> Option<Self> {
        if let Some(call) = text.strip_prefix("startswith(") {
            let (name, literal) = call.strip_suffix(')')?.split_once(',')?;
            let name = NAMES.iter().copied().find(|known| *known == name.trim())?;
            return Some(Self::StartsWith(name, quoted(literal)?.to_lowercase()));
        }
        match text.split_once(" eq ")? {
            ("accountEnabled", "true") => Some(Self::Equals("accountEnabled", Value::Bool(true))),
            ("accountEnabled", "false") => Some(Self::Equals("accountEnabled", Value::Bool(false))),
            ("userType", literal) => {
                Some(Self::Equals("userType", Value::String(quoted(literal)?)))
            }
            (name, literal) => {
                let name = NAMES.iter().copied().find(|known| *known == name)?;
                Some(Self::Equals(name, Value::String(quoted(literal)?)))
            }
        }
    }

    fn accepts(&self, user: &Value) -> bool {
        match self {
            Self::Equals(name, wanted) => match (user.get(*name), wanted) {
                (Some(Value::String(value)), Value::String(wanted)) => {
                    value.to_lowercase() == wanted.to_lowercase()
                }
                (value, wanted) => value == Some(wanted),
            },
            Self::StartsWith(name, wanted) => user
                .get(*name)
                .and_then(Value::as_str)
                .is_some_and(|value| value.to_lowercase().starts_with(wanted)),
        }
    }
}

/// A literal in single quotes; a quote inside is doubled.
fn quoted(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Filter;

    fn passes(filter: &str) -> Result<bool, String> {
        let user = json!({
            "displayName": "Noël D'Amico", "mail": "noel@x.example",
            "accountEnabled": true, "userType": "Member",
        });
        Filter::parse(filter).map(|filter| filter.accepts(&user))
    }

    #[test]
    fn common_filters_work() {
        let enabled = "accountEnabled eq true and userType eq 'Member'";
        assert_eq!(passes(enabled), Ok(true));
        assert_eq!(passes("accountEnabled eq false"), Ok(false));
        assert_eq!(passes("displayName eq 'Noël D''Amico'"), Ok(true));
        let either = "startswith(displayName,'xx') or startswith(mail,'NOEL')";
        assert_eq!(passes(either), Ok(true));
    }

    #[test]
    fn advanced_queries_are_refused() {
        assert!(passes("endswith(mail,'x')").is_err());
        assert!(passes("accountEnabled ne true").is_err());
        assert!(passes("accountEnabled eq maybe").is_err());
    }
}
