//! The types that Microsoft publishes for Graph as judge over values.
//!
//! They know members, their types and words; no paths, no query options and nothing of
//! which members an answer must have.

use std::io::{Error, Result, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// What Microsoft's types do not allow about values, each with its name and a type such as
/// `graph.User[]`; members of OData itself are left out. None when
/// `SYNCHRONIZER_TEST_NODE_PEERS`, the folder of the peers' scripts, is not set.
///
/// # Errors
/// When the compiler did not run.
pub fn graph_complaints(values: &[(&str, &str, Value)]) -> Result<Option<Vec<String>>> {
    let Some(folder) = std::env::var_os("SYNCHRONIZER_TEST_NODE_PEERS").map(PathBuf::from) else {
        return Ok(None);
    };
    let checks: Vec<Value> = values
        .iter()
        .map(|(name, kind, value)| json!({ "name": name, "type": kind, "value": plain(value) }))
        .collect();
    let mut child = Command::new("node")
        .arg(folder.join("graph_types.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(Value::from(checks).to_string().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let told = serde_json::from_slice(&output.stdout);
    told.map(Some)
        .map_err(|_| Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Without `@odata.context` and its like, which belong to the protocol.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, _)| !name.contains('@'))
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_values_pass_and_invented_members_are_found() {
        let user = json!({ "@odata.context": "x", "id": "7", "mail": null });
        let good = ("good", "graph.User", user);
        let wrong = [
            ("member", "graph.User", json!({ "emailAddress": "a" })),
            ("kind", "graph.User", json!({ "id": 7 })),
            ("word", "graph.Calendar", json!({ "color": "red" })),
            ("name", "(keyof graph.User)[]", json!(["id", "fullName"])),
        ];
        let names: Vec<&str> = wrong.iter().map(|(name, ..)| *name).collect();
        let all: Vec<_> = std::iter::once(good).chain(wrong).collect();
        let Some(complaints) = graph_complaints(&all).unwrap() else {
            return;
        };
        let named: Vec<&str> = complaints
            .iter()
            .filter_map(|one| Some(one.split_once(':')?.0))
            .collect();
        assert_eq!(named, names, "{complaints:?}");
    }
}
