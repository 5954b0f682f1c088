//! Checks and foldings of typed and remote text.

use unicode_normalization::UnicodeNormalization;

/// Longest name we store, in characters.
pub const MAX_NAME: usize = 120;
/// Longest e-mail address (RFC 5321 §4.5.3.1.3), in bytes.
pub const MAX_EMAIL: usize = 254;

/// Trims, replaces control characters by spaces and cuts to `max` characters.
/// Remote names go through here before they are stored or put into a header.
#[must_use]
pub fn clean(text: &str, max: usize) -> String {
    text.trim()
        .chars()
        .map(|c| {
            if c.is_control() || plays_with_text(c) {
                ' '
            } else {
                c
            }
        })
        .take(max)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Characters that reorder text (UAX #9), that break lines without being control characters,
/// or that are not seen: a remote name must not play with them.
fn plays_with_text(c: char) -> bool {
    matches!(
        c,
        '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{061C}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{200B}'
            | '\u{FEFF}'
    )
}

/// Whether the text can be used as a mail address: one `@`, something on both sides,
/// no blanks or control characters, a dot or `localhost` in the domain, ≤ 254 bytes.
/// SMTP has the last word.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && !local.contains('@')
        && !domain.is_empty()
        && text.len() <= MAX_EMAIL
        && !text.chars().any(|c| {
            c.is_whitespace()
                || c.is_control()
                || plays_with_text(c)
                || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')')
        })
        && (domain.contains('.') || domain.eq_ignore_ascii_case("localhost"))
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..")
}

/// The form in which two e-mail addresses are compared: trimmed, the local part in
/// Unicode NFC with the ASCII letters in lower case, the domain as IDNA spells it in ASCII.
/// Sub-addresses (`a+b@`) stay different people.
#[must_use]
pub fn fold_email(email: &str) -> String {
    let email = email.trim();
    let Some((local, domain)) = email.rsplit_once('@') else {
        return email.to_lowercase();
    };
    let domain = if domain.is_ascii() && !domain.contains("xn--") {
        domain.to_ascii_lowercase()
    } else {
        // What IDNA refuses is compared as it stands.
        idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
    };
    let local: String = if local.is_ascii() {
        local.to_ascii_lowercase()
    } else {
        local.nfc().map(|c| c.to_ascii_lowercase()).collect()
    };
    format!("{local}@{domain}")
}

/// Whether somebody typed this to confirm it: trimmed, Unicode forms make no difference.
#[must_use]
pub fn same_typed(typed: &str, wanted: &str) -> bool {
    typed.trim().nfc().eq(wanted.trim().nfc())
}

/// The form in which names are searched: lower case, accents of the Latin letters
/// removed, punctuation as blanks, blanks collapsed.
#[must_use]
pub fn fold_name(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match fold_letter(c) {
            Some(text) => folded.push_str(text),
            None if c.is_alphanumeric() || c == '@' => folded.push(c),
            None if is_combining(c) => {}
            None if c == '\'' || c == '’' => {}
            None => {
                if !folded.ends_with(' ') && !folded.is_empty() {
                    folded.push(' ');
                }
            }
        }
    }
    folded.trim_end().to_owned()
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

fn fold_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// Whether every word of the query occurs in one of the folded texts.
#[must_use]
pub fn matches_query(query: &str, folded_texts: &[&str]) -> bool {
    fold_name(query)
        .split(' ')
        .all(|word| folded_texts.iter().any(|text| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_ignores_accents_case_and_apostrophes() {
        assert_eq!(fold_name("Óscar Peña-Ruiz"), "oscar pena ruiz");
        assert_eq!(fold_name("Noël D’Amico"), "noel damico");
        assert!(matches_query("mull zoe", &["zoe muller", "z@example.test"]));
        assert!(!matches_query("mull anna", &["zoe muller"]));
        assert!(matches_query("", &["anything"]));
    }

    #[test]
    fn addresses_are_equal_in_every_spelling_of_case_and_unicode() {
        for (one, other) in [
            ("Zoe@A.example", " zoe@a.EXAMPLE "),
            ("\u{e5}se@a.example", "a\u{30a}se@a.example"),
            ("a@m\u{fc}ller.example", "A@MU\u{308}LLER.example"),
            ("a@m\u{fc}ller.example", "a@xn--mller-kva.example"),
        ] {
            assert_eq!(fold_email(one), fold_email(other), "{one} {other}");
        }
        for (one, other) in [
            ("a+crm@a.example", "a@a.example"),
            ("a.b@a.example", "ab@a.example"),
            ("\u{c5}se@a.example", "\u{e5}se@a.example"),
            ("a@m\u{fc}ller.example", "a@muller.example"),
        ] {
            assert_ne!(fold_email(one), fold_email(other), "{one} {other}");
        }
    }

    #[test]
    fn what_was_typed_may_use_another_unicode_form() {
        assert!(same_typed(" A\u{30a}se ", "\u{c5}se"));
        assert!(!same_typed("\u{e5}se", "\u{c5}se") && !same_typed("", "x"));
    }

    #[test]
    fn header_breaking_characters_never_survive_cleaning() {
        assert_eq!(
            clean(" Eve\r\nBcc: all@example.test ", 40),
            "Eve  Bcc: all@example.test"
        );
        for sly in [
            '\u{202E}', '\u{2066}', '\u{061C}', '\u{2028}', '\u{2029}', '\u{200B}', '\u{85}',
            '\u{1b}',
        ] {
            assert_eq!(clean(&format!("a{sly}b"), 10), "a b", "{sly:?}");
        }
        assert_eq!(clean("abcdef", 3), "abc");
    }

    #[test]
    fn addresses_that_cannot_be_mailed_are_refused() {
        for good in [
            "zoe.mueller@nordlicht.example",
            "o'hara+crm@a.example",
            "åse@bjørn.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "zoe",
            "@a.example",
            "a@",
            "a b@c.example",
            "a@b@c.example",
            "a@b",
            "a@b..c",
            "<a@b.example>",
            "a\n@b.example",
            "a\u{202E}b@b.example",
            "a@b\u{200B}.example",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
