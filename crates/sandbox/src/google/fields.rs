//! The parameter `fields`: an answer holds the selected members and nothing else, so that a
//! client which reads what it did not ask for is found out.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::api::bad_request;

/// The answer as it was asked for, such as with `nextPageToken,users(id,name/fullName)`.
pub(super) fn answer(body: Value, selection: Option<&str>) -> Response {
    let Some(selection) = selection else {
        return Json(body).into_response();
    };
    match parts(selection) {
        Some(_) => Json(kept(&body, selection)).into_response(),
        None => bad_request(
            "invalidParameter",
            &format!("Invalid field selection {selection}"),
        ),
    }
}

fn kept(value: &Value, selection: &str) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|one| kept(one, selection)).collect(),
        Value::Object(members) => {
            let wanted = parts(selection).unwrap_or_default();
            let member = |(name, value): (&String, &Value)| {
                let mut below = wanted
                    .iter()
                    .filter(|(wanted, _)| wanted == name)
                    .map(|(_, below)| *below)
                    .peekable();
                below.peek()?;
                let below: Vec<&str> = below.collect();
                let value = match below.contains(&"") {
                    true => value.clone(),
                    false => kept(value, &below.join(",")),
                };
                Some((name.clone(), value))
            };
            Value::Object(members.iter().filter_map(member).collect())
        }
        plain => plain.clone(),
    }
}

/// Names with what is selected below them; none when the brackets do not match.
fn parts(selection: &str) -> Option<Vec<(&str, &str)>> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut found = Vec::new();
    for (at, sign) in selection.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                found.push(selection.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(selection.get(start..)?);
    (depth == 0).then(|| found.into_iter().map(named).collect())
}

fn named(part: &str) -> (&str, &str) {
    let (name, rest) = part.split_at(part.find(['/', '(']).unwrap_or(part.len()));
    let below = rest
        .strip_prefix('/')
        .or_else(|| rest.strip_prefix('(')?.strip_suffix(')'));
    (name, below.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{kept, parts};

    #[test]
    fn what_was_not_selected_is_left_out() {
        let body = json!({ "kind": "k", "next": "n", "users": [
            { "id": 1, "name": { "full": "f", "given": "g" }, "aliases": ["a"] }, { "id": 2 },
        ]});
        for (selection, expected) in [
            ("next", json!({ "next": "n" })),
            (
                "users(id,aliases)",
                json!({ "users": [{ "id": 1, "aliases": ["a"] }, { "id": 2 }] }),
            ),
            (
                "next,users(name/full)",
                json!({ "next": "n", "users": [{ "name": { "full": "f" } }, {}] }),
            ),
            (
                "users/name/full,users(id,name(given))",
                json!({ "users": [{ "id": 1, "name": { "full": "f", "given": "g" } }, { "id": 2 }] }),
            ),
            ("nothing", json!({})),
        ] {
            assert_eq!(kept(&body, selection), expected, "{selection}");
        }
    }

    #[test]
    fn brackets_must_match() {
        for selection in ["users(id", "users)", "a,b(c))"] {
            assert_eq!(parts(selection), None, "{selection}");
        }
    }
}
