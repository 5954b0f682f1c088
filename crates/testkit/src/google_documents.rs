//! Google's discovery documents as judge over requests and answers: what Google itself
//! says about paths, parameters, scopes and the members of every body.
//!
//! The documents describe no errors, no sign-in and no meaning (which page token is
//! good, who may ask); those are other tests' work.

mod fields;
mod method;
mod schema;

use std::path::Path;

use serde_json::Value;

use method::Method;
use schema::Schemas;

/// The documents that the product needs, by file name.
const FILES: [&str; 2] = ["admin.directory_v1.json", "calendar.v3.json"];

/// A request and what was answered.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// HTTP method.
    pub method: String,
    /// Path without host and query.
    pub path: String,
    /// The query, decoded, in its order.
    pub query: Vec<(String, String)>,
    /// The scopes of the token that was sent.
    pub scopes: Vec<String>,
    /// The request's body.
    pub body: Option<Value>,
    /// HTTP status of the answer.
    pub status: u16,
    /// The answer's body.
    pub answer: Value,
}

/// What Google publishes about its interfaces.
pub struct GoogleDocuments(Vec<Api>);

struct Api {
    schemas: Schemas,
    methods: Vec<Method>,
}

impl GoogleDocuments {
    /// Those in the folder that `SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS` names; none when the
    /// variable is not set.
    ///
    /// # Errors
    /// When one is missing there or is none.
    pub fn from_env() -> std::io::Result<Option<Self>> {
        let Some(folder) = std::env::var_os("SYNCHRONIZER_TEST_GOOGLE_DOCUMENTS") else {
            return Ok(None);
        };
        let read = |name: &&str| {
            let file = Path::new(&folder).join(name);
            let text = std::fs::read_to_string(&file)
                .map_err(|error| std::io::Error::other(format!("{}: {error}", file.display())))?;
            serde_json::from_str(&text).map_err(std::io::Error::other)
        };
        let documents: Vec<Value> = FILES.iter().map(read).collect::<std::io::Result<_>>()?;
        Ok(Some(Self::new(&documents)))
    }

    /// Reads documents.
    #[must_use]
    pub fn new(documents: &[Value]) -> Self {
        let api = |document: &Value| Api {
            schemas: Schemas::new(document),
            methods: Method::all(document),
        };
        Self(documents.iter().map(api).collect())
    }

    /// The scopes of which each suffices for a method such as `calendar.calendars.insert`;
    /// none for an unknown method.
    #[must_use]
    pub fn scopes(&self, id: &str) -> Vec<&str> {
        self.methods()
            .filter(|(_, method)| method.id == id)
            .flat_map(|(_, method)| method.scopes.iter().map(String::as_str))
            .collect()
    }

    /// The ids of all methods.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.methods().map(|(_, method)| method.id.as_str())
    }

    /// Which method a request means.
    #[must_use]
    pub fn method(&self, exchange: &Exchange) -> Option<&str> {
        self.find(exchange).map(|(_, method)| method.id.as_str())
    }

    /// What Google's documents do not allow about a request.
    #[must_use]
    pub fn request(&self, exchange: &Exchange) -> Vec<String> {
        match self.find(exchange) {
            Some((api, method)) => method.request(&api.schemas, exchange),
            None => vec![unknown(exchange)],
        }
    }

    /// What Google's documents do not know about an answer; of refusals they know nothing.
    #[must_use]
    pub fn answer(&self, exchange: &Exchange) -> Vec<String> {
        if !(200..300).contains(&exchange.status) {
            return Vec::new();
        }
        match self.find(exchange) {
            Some((api, method)) => method.answer(&api.schemas, exchange),
            None => vec![unknown(exchange)],
        }
    }

    fn methods(&self) -> impl Iterator<Item = (&Api, &Method)> {
        self.0
            .iter()
            .flat_map(|api| api.methods.iter().map(move |method| (api, method)))
    }

    /// The method with the fewest placeholders wins, as at Google.
    fn find(&self, exchange: &Exchange) -> Option<(&Api, &Method)> {
        self.methods()
            .filter_map(|(api, method)| Some((method.placeholders(exchange)?, api, method)))
            .min_by_key(|(placeholders, ..)| *placeholders)
            .map(|(_, api, method)| (api, method))
    }
}

fn unknown(exchange: &Exchange) -> String {
    format!("no method is {} {}", exchange.method, exchange.path)
}

#[cfg(test)]
mod tests;
