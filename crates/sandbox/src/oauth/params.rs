//! Query and form parameters, and how a client proves who it is.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decoded parameters of a query or a form.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Decodes `application/x-www-form-urlencoded`. A parameter given twice is refused
    /// (RFC 6749 §3.1): the error is its name.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(name.into_owned());
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// A parameter; an empty one counts as absent (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// All parameters in the order given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The outcome of client authentication.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    Ok,
    UnknownClient,
    NoSecret,
    WrongSecret,
    /// Both a header and form parameters (RFC 6749 §2.3 forbids it).
    TwoWays,
}

/// Checks `client_secret_basic` or `client_secret_post`.
pub(crate) fn client_auth(
    headers: &HeaderMap,
    form: &Params,
    client_id: &str,
    client_secret: &str,
) -> ClientAuth {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "));
    let (id, secret) = match basic {
        Some(encoded) => {
            if form.get("client_secret").is_some() {
                return ClientAuth::TwoWays;
            }
            let Some((id, secret)) = decode_basic(encoded) else {
                return ClientAuth::UnknownClient;
            };
            (Some(id), Some(secret))
        }
        None => (
            form.get("client_id").map(str::to_owned),
            form.get("client_secret").map(str::to_owned),
        ),
    };
    if id.as_deref() != Some(client_id) {
        return ClientAuth::UnknownClient;
    }
    match secret {
        None => ClientAuth::NoSecret,
        Some(given) if given == client_secret => ClientAuth::Ok,
        Some(_) => ClientAuth::WrongSecret,
    }
}

/// `id:secret` in base64, each half form-encoded (RFC 6749 §2.3.1).
fn decode_basic(encoded: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decode(id), form_decode(secret)))
}

fn form_decode(text: &str) -> String {
    let escaped = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{ClientAuth, Params, client_auth};

    fn auth(basic: Option<&str>, form: &str) -> ClientAuth {
        let mut headers = HeaderMap::new();
        if let Some(pair) = basic {
            let value = format!("Basic {}", STANDARD.encode(pair));
            headers.insert(
                header::AUTHORIZATION,
                HeaderValue::from_str(&value).unwrap(),
            );
        }
        let form = Params::parse(form.as_bytes()).unwrap();
        client_auth(&headers, &form, "the-client", "p+w d")
    }

    #[test]
    fn both_ways_of_sending_the_secret_work() {
        assert_eq!(auth(Some("the-client:p%2Bw+d"), ""), ClientAuth::Ok);
        let form = "client_id=the-client&client_secret=p%2Bw+d";
        assert_eq!(auth(None, form), ClientAuth::Ok);
    }

    #[test]
    fn wrong_clients_are_told_apart() {
        assert_eq!(auth(None, "client_id=other"), ClientAuth::UnknownClient);
        assert_eq!(auth(None, "client_id=the-client"), ClientAuth::NoSecret);
        assert_eq!(auth(Some("the-client:x"), ""), ClientAuth::WrongSecret);
        let both = auth(Some("the-client:x"), "client_secret=x");
        assert_eq!(both, ClientAuth::TwoWays);
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert_eq!(Params::parse(b"a=1&b=2&a=3").err().as_deref(), Some("a"));
    }
}
