//! Error answers whose texts try to do harm: markup, line breaks, further headers, text that
//! runs backwards, a megabyte of it.

use axum::body::{Body, to_bytes};
use axum::http::header;
use axum::response::Response;
use serde_json::Value;

/// Larger answers are passed on as they are.
const MAX_BODY: usize = 1 << 20;
/// Letters that follow each text.
const LENGTH: usize = 1 << 20;

/// What is put in front of every text, where no line ends yet.
const HEAD: &str = "<img src=x onerror=alert(1)>\u{202E}\u{2028}\u{1b}[31m\r";

/// What is put behind every text. The word `evil-line` would begin a line of its own, where
/// somebody writes it down as it came.
fn poison() -> String {
    format!(
        "\r\nevil-line: 1\r\nBcc: eve@evil.example\r\n\u{2066}{}",
        "A".repeat(LENGTH)
    )
}

/// Words that say what is wrong stay as they are, so that the poisoned text is read.
fn is_word(text: &str) -> bool {
    text.len() < 64 && !text.contains(' ')
}

fn spoil(value: &mut Value, poison: &str) {
    match value {
        Value::String(text) if !is_word(text) => *text = format!("{HEAD}{text}{poison}"),
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, poison)),
        Value::Object(members) => members.values_mut().for_each(|item| spoil(item, poison)),
        _ => {}
    }
}

/// The same answer with poisoned texts, when it is an error in JSON.
pub(crate) async fn spoiled(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if response.status().as_u16() < 400 || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    spoil(&mut value, &poison());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sentences_are_spoiled_and_words_stay() {
        let mut value =
            json!({"error": "invalid_client", "more": [{"text": "It is wrong."}], "n": 7});
        spoil(&mut value, "!");
        let spoilt = format!("{HEAD}It is wrong.!");
        assert_eq!(
            value,
            json!({"error": "invalid_client", "more": [{"text": spoilt}], "n": 7})
        );
    }
}
