//! One method of an interface.

use serde_json::{Map, Value};

use super::schema::{Schemas, object, parameter, text};
use super::{Exchange, fields};

pub(super) struct Method {
    pub(super) id: String,
    pub(super) scopes: Vec<String>,
    http: String,
    /// The path's parts; a placeholder stands in braces.
    path: Vec<String>,
    /// Its own parameters and those of every method.
    parameters: Map<String, Value>,
    request: Option<Value>,
    response: Option<Value>,
}

impl Method {
    /// All methods of a document, however deep.
    pub(super) fn all(document: &Value) -> Vec<Self> {
        let common = object(document, "parameters").cloned().unwrap_or_default();
        let root = text(document, "servicePath").unwrap_or_default();
        let mut found = Vec::new();
        let mut open = vec![document];
        while let Some(holder) = open.pop() {
            open.extend(
                object(holder, "resources")
                    .into_iter()
                    .flat_map(Map::values),
            );
            let methods = object(holder, "methods").into_iter().flat_map(Map::values);
            found.extend(methods.map(|method| Self::new(method, root, &common)));
        }
        found
    }

    fn new(method: &Value, root: &str, common: &Map<String, Value>) -> Self {
        let own = object(method, "parameters").cloned().unwrap_or_default();
        let path = format!("{root}{}", text(method, "path").unwrap_or_default());
        let scopes = method.get("scopes").and_then(Value::as_array);
        Self {
            id: text(method, "id").unwrap_or_default().to_owned(),
            scopes: scopes
                .into_iter()
                .flatten()
                .filter_map(|scope| scope.as_str().map(str::to_owned))
                .collect(),
            http: text(method, "httpMethod").unwrap_or_default().to_owned(),
            path: path.split('/').map(str::to_owned).collect(),
            parameters: common.clone().into_iter().chain(own).collect(),
            request: method.get("request").cloned(),
            response: method.get("response").cloned(),
        }
    }

    /// How many placeholders the path fills, when the method is meant.
    pub(super) fn placeholders(&self, exchange: &Exchange) -> Option<usize> {
        let given: Vec<&str> = exchange.path.trim_start_matches('/').split('/').collect();
        if exchange.method != self.http || given.len() != self.path.len() {
            return None;
        }
        let mut filled = 0;
        for (part, given) in self.path.iter().zip(given) {
            match part.starts_with('{') {
                true if !given.is_empty() => filled += 1,
                false if part == given => {}
                _ => return None,
            }
        }
        Some(filled)
    }

    pub(super) fn request(&self, schemas: &Schemas, exchange: &Exchange) -> Vec<String> {
        let mut complaints = self.query(schemas, exchange);
        if !self.scopes.iter().any(|one| exchange.scopes.contains(one)) {
            complaints.push(format!("no scope of {:?} suffices", exchange.scopes));
        }
        match (&self.request, &exchange.body) {
            (Some(schema), Some(body)) => {
                schemas.check("request", schema, body, &mut complaints);
                complaints.extend(self.lacking(schemas, schema, body));
            }
            (Some(_), None) => complaints.push("a body is needed".to_owned()),
            (None, Some(_)) => complaints.push("a body is not allowed".to_owned()),
            (None, None) => {}
        }
        self.named(complaints)
    }

    pub(super) fn answer(&self, schemas: &Schemas, exchange: &Exchange) -> Vec<String> {
        let mut complaints = Vec::new();
        match &self.response {
            Some(schema) => schemas.check("answer", schema, &exchange.answer, &mut complaints),
            None if exchange.answer.is_null() => {}
            None => complaints.push("the answer has no body".to_owned()),
        }
        self.named(complaints)
    }

    fn query(&self, schemas: &Schemas, exchange: &Exchange) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, value) in &exchange.query {
            let known = self
                .parameters
                .get(name)
                .filter(|known| text(known, "location") == Some("query"));
            match known {
                None => complaints.push(format!("no parameter {name}")),
                Some(known) => {
                    let wrong = parameter(known, value);
                    complaints.extend(wrong.map(|what| format!("{name}: {what}")));
                }
            }
            let repeated = known.is_some_and(|known| known.get("repeated").is_some());
            let times = exchange.query.iter().filter(|(one, _)| one == name).count();
            if times > 1 && !repeated {
                complaints.push(format!("{name} is given {times} times"));
            }
            if let (true, Some(schema)) = (name == "fields", &self.response) {
                complaints.extend(fields::check(schemas, schema, value));
            }
        }
        for (name, known) in &self.parameters {
            let needed =
                known.get("required").is_some() && text(known, "location") == Some("query");
            if needed && !exchange.query.iter().any(|(given, _)| given == name) {
                complaints.push(format!("{name} is needed"));
            }
        }
        complaints
    }

    /// Members that this method needs and the body lacks.
    fn lacking<'a>(
        &'a self,
        schemas: &'a Schemas,
        schema: &'a Value,
        body: &'a Value,
    ) -> impl Iterator<Item = String> + 'a {
        let members = schemas.members(schema).into_iter().flatten();
        members
            .filter(|(name, member)| {
                let needed = member
                    .pointer("/annotations/required")
                    .and_then(Value::as_array);
                let needed = needed.is_some_and(|ids| ids.contains(&Value::from(self.id.as_str())));
                needed && body.get(name.as_str()).is_none()
            })
            .map(|(name, _)| format!("request.{name} is needed"))
    }

    fn named(&self, complaints: Vec<String>) -> Vec<String> {
        complaints
            .into_iter()
            .map(|complaint| format!("{}: {complaint}", self.id))
            .collect()
    }
}
