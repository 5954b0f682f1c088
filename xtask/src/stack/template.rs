//! The small text formats of `end2end/fixtures`.

use std::collections::BTreeMap;

/// Replaces each `{word}` that is known; other braces stay.
pub fn fill(text: &str, words: &BTreeMap<&str, String>) -> String {
    words.iter().fold(text.to_owned(), |text, (word, value)| {
        text.replace(&format!("{{{word}}}"), value)
    })
}

/// `NAME=value` lines; empty lines and comments are passed over.
pub fn variables(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Standard base64 with padding (RFC 4648 section 4).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |group, at| {
            group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let sextet = usize::try_from(group >> (18 - 6 * at) & 63).unwrap_or(0);
            let symbol = ALPHABET.get(sextet).copied().unwrap_or(b'=');
            text.push(char::from(if at > chunk.len() { b'=' } else { symbol }));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_replaced_and_others_stay() {
        let words = BTreeMap::from([("port", "80".to_owned())]);
        assert_eq!(fill("a:{port} {\"b\"}", &words), "a:80 {\"b\"}");
    }

    #[test]
    fn variables_are_read_without_comments() {
        let read = variables("# a=b\n\nC=d=e\n");
        assert_eq!(read, [("C".to_owned(), "d=e".to_owned())]);
    }

    #[test]
    fn base64_follows_the_vectors_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
