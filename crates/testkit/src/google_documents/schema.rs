//! Values against the schemas of a document: JSON Schema but for its names of types and
//! formats.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value};

/// The named schemas of a document.
pub(super) struct Schemas(Map<String, Value>);

impl Schemas {
    pub(super) fn new(document: &Value) -> Self {
        Self(object(document, "schemas").cloned().unwrap_or_default())
    }

    /// The schema itself, where it only names another.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        match text(schema, "$ref") {
            Some(name) => self.0.get(name),
            None => Some(schema),
        }
    }

    /// The members of an object's schema.
    pub(super) fn members<'a>(&'a self, schema: &'a Value) -> Option<&'a Map<String, Value>> {
        object(self.resolve(schema)?, "properties")
    }

    /// What is wrong with a value; `at` says where it stands.
    pub(super) fn check(
        &self,
        at: &str,
        schema: &Value,
        value: &Value,
        complaints: &mut Vec<String>,
    ) {
        let Some(schema) = self.resolve(schema) else {
            complaints.push(format!("{at}: the document lacks its schema"));
            return;
        };
        match text(schema, "type") {
            Some("any") => {}
            Some("object") => self.check_object(at, schema, value, complaints),
            Some("array") => {
                let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) else {
                    complaints.push(format!("{at}: {value} is no list"));
                    return;
                };
                for (index, one) in values.iter().enumerate() {
                    self.check(&format!("{at}[{index}]"), items, one, complaints);
                }
            }
            _ => complaints.extend(plain(schema, value).map(|what| format!("{at}: {what}"))),
        }
    }

    fn check_object(&self, at: &str, schema: &Value, value: &Value, complaints: &mut Vec<String>) {
        let Some(members) = value.as_object() else {
            complaints.push(format!("{at}: {value} is no object"));
            return;
        };
        let known = object(schema, "properties");
        for (name, value) in members {
            let at = format!("{at}.{name}");
            match known
                .and_then(|known| known.get(name))
                .or_else(|| schema.get("additionalProperties"))
            {
                Some(schema) => self.check(&at, schema, value, complaints),
                None => complaints.push(format!("{at}: no such member")),
            }
        }
    }
}

/// What is wrong with a value that is neither object nor list.
fn plain(schema: &Value, value: &Value) -> Option<String> {
    let kind = text(schema, "type").unwrap_or_default();
    let format = text(schema, "format").unwrap_or_default();
    let fits = match (kind, value) {
        ("boolean", Value::Bool(_)) => true,
        ("integer", Value::Number(number)) => match format {
            "int32" => number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
            "uint32" => number.as_u64().is_some_and(|n| u32::try_from(n).is_ok()),
            _ => false,
        },
        ("number", Value::Number(_)) => matches!(format, "double" | "float"),
        ("string", Value::String(text)) => is_formed(format, text),
        _ => false,
    };
    if !fits {
        return Some(
            format!("{value} is no {kind} {format}")
                .trim_end()
                .to_owned(),
        );
    }
    let allowed = schema.get("enum").and_then(Value::as_array);
    if allowed.is_some_and(|allowed| !allowed.contains(value)) {
        return Some(format!("{value} is not among the known words"));
    }
    // No method that we use has one; whoever meets the first teaches this function.
    schema
        .get("pattern")
        .map(|pattern| format!("{value} was not compared with {pattern}"))
}

/// Whether a text has a format; one that is unknown here has nothing.
fn is_formed(format: &str, text: &str) -> bool {
    match format {
        "" | "google-fieldmask" => true,
        "date-time" | "google-datetime" => text.parse::<jiff::Timestamp>().is_ok(),
        "date" => text.parse::<jiff::civil::Date>().is_ok(),
        "int64" => text.parse::<i64>().is_ok(),
        "uint64" => text.parse::<u64>().is_ok(),
        "byte" => URL_SAFE.decode(text).is_ok() || STANDARD.decode(text).is_ok(),
        _ => false,
    }
}

/// What is wrong with a parameter, which is always a text.
pub(super) fn parameter(schema: &Value, given: &str) -> Option<String> {
    let number: Option<i64> = given.parse().ok();
    let value = match text(schema, "type") {
        Some("boolean") => given.parse().map_or(Value::Null, Value::Bool),
        Some("integer") => number.map_or(Value::Null, Value::from),
        _ => Value::from(given),
    };
    let bound = |name| text(schema, name).and_then(|bound| bound.parse::<i64>().ok());
    if number < bound("minimum") || bound("maximum").is_some_and(|most| number > Some(most)) {
        return Some(format!("{given} is out of bounds"));
    }
    plain(schema, &value).map(|what| format!("{given}: {what}"))
}

pub(super) fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

pub(super) fn object<'a>(value: &'a Value, member: &str) -> Option<&'a Map<String, Value>> {
    value.get(member)?.as_object()
}
