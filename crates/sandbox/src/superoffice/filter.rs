//! The part of SuperOffice's filter language that user lists need: clauses joined by
//! `and`, with the operators of int, string and bool columns. `le` and `ge` are refused,
//! as they fail at the real service.

use serde_json::Value;

/// A parsed `$filter`.
pub(super) struct Filter(Vec<Clause>);

struct Clause {
    column: &'static str,
    test: Test,
}

enum Test {
    Number(fn(&i64, &i64) -> bool, i64),
    OneOf(Vec<i64>),
    Bool(bool),
    Text(fn(&str, &str) -> bool, String),
}

impl Filter {
    /// Parses; the error is a sentence for the answer.
    pub(super) fn parse(
        text: &str,
        column: impl Fn(&str) -> Result<&'static str, String>,
    ) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        text.split(" and ")
            .map(|clause| Clause::parse(clause.trim(), &column))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a row passes all clauses.
    pub(super) fn accepts(&self, cell: impl Fn(&'static str) -> Value) -> bool {
        self.0
            .iter()
            .all(|clause| clause.test.accepts(&cell(clause.column)))
    }
}

impl Clause {
    fn parse(
        text: &str,
        column: &impl Fn(&str) -> Result<&'static str, String>,
    ) -> Result<Self, String> {
        let mut words = text.splitn(3, ' ');
        let (Some(name), Some(operator), Some(operand)) =
            (words.next(), words.next(), words.next())
        else {
            return Err(format!("cannot read the clause '{text}'"));
        };
        Ok(Self {
            column: column(name)?,
            test: Test::parse(operator, operand.trim())
                .ok_or_else(|| format!("cannot use '{operator} {operand}'"))?,
        })
    }
}

impl Test {
    fn parse(operator: &str, operand: &str) -> Option<Self> {
        let operator = operator.to_ascii_lowercase();
        let number = |test| operand.parse().ok().map(|value| Self::Number(test, value));
        let text = |test| quoted(operand).map(|value| Self::Text(test, value.to_lowercase()));
        match operator.as_str() {
            "eq" | "=" | "equals" => number(i64::eq),
            "ne" | "unequals" => number(i64::ne),
            "gt" | "greater" => number(i64::gt),
            "lt" | "less" => number(i64::lt),
            "in" => operand
                .strip_prefix('(')?
                .strip_suffix(')')?
                .split(',')
                .map(|part| part.trim().parse().ok())
                .collect::<Option<_>>()
                .map(Self::OneOf),
            "set" => operand.parse().ok().map(Self::Bool),
            "is" => text(|value, wanted| value == wanted),
            "begins" => text(|value, wanted| value.starts_with(wanted)),
            "contains" => text(|value, wanted| value.contains(wanted)),
            _ => None,
        }
    }

    fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Number(test, wanted) => value.as_i64().is_some_and(|value| test(&value, wanted)),
            Self::OneOf(wanted) => value.as_i64().is_some_and(|value| wanted.contains(&value)),
            Self::Bool(wanted) => value.as_bool() == Some(*wanted),
            Self::Text(test, wanted) => value
                .as_str()
                .is_some_and(|value| test(&value.to_lowercase(), wanted)),
        }
    }
}

/// A literal in single quotes; quotes inside are escaped by a backslash.
fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("\\'", "'"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::Filter;

    fn passes(filter: &str) -> Result<bool, String> {
        let row: Map<String, Value> =
            serde_json::from_value(json!({ "id": 42, "name": "Zoë", "on": true })).unwrap();
        let column = |name: &str| match name {
            "id" => Ok("id"),
            "name" => Ok("name"),
            "on" => Ok("on"),
            _ => Err("no such column".to_owned()),
        };
        Filter::parse(filter, column)
            .map(|filter| filter.accepts(|name| row.get(name).cloned().unwrap_or_default()))
    }

    #[test]
    fn clauses_are_tested_one_by_one() {
        assert_eq!(passes(""), Ok(true));
        assert_eq!(passes("id gt 41"), Ok(true));
        assert_eq!(passes("id gt 42"), Ok(false));
        assert_eq!(passes("id in (1, 42)"), Ok(true));
        assert_eq!(passes("on set true and name begins 'zo'"), Ok(true));
        assert_eq!(passes("on set false and id gt 1"), Ok(false));
    }

    #[test]
    fn what_the_real_service_refuses_is_refused() {
        assert!(passes("id ge 42").is_err());
        assert!(passes("other gt 1").is_err());
        assert!(passes("id gt").is_err());
        assert!(passes("name begins zo").is_err());
    }
}
