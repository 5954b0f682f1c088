//! The parameter `fields`, by which a client says which members it wants.

use serde_json::Value;

use super::schema::{Schemas, text};

/// What is wrong with a selection such as `nextPageToken,users(id,name/fullName)`.
pub(super) fn check(schemas: &Schemas, schema: &Value, selection: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    inside(schemas, schema, selection, &mut complaints);
    complaints
}

fn inside(schemas: &Schemas, schema: &Value, selection: &str, complaints: &mut Vec<String>) {
    let Some(parts) = parts(selection) else {
        complaints.push(format!("fields: {selection} is not balanced"));
        return;
    };
    for part in parts {
        let end = part.find(['/', '(']).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        // A selection reaches through lists.
        let holder = schemas
            .resolve(schema)
            .map(|schema| match text(schema, "type") {
                Some("array") => schema.get("items").unwrap_or(&Value::Null),
                _ => schema,
            });
        let member = holder
            .and_then(|holder| schemas.members(holder))
            .and_then(|members| members.get(name));
        let Some(member) = member else {
            complaints.push(format!("fields: no member {name} in {selection}"));
            continue;
        };
        let below = rest
            .strip_prefix('/')
            .or_else(|| rest.strip_prefix('(')?.strip_suffix(')'));
        if let Some(below) = below {
            inside(schemas, member, below, complaints);
        }
    }
}

/// Splits at the commas that stand in no brackets.
fn parts(selection: &str) -> Option<Vec<&str>> {
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
    (depth == 0).then_some(found)
}
