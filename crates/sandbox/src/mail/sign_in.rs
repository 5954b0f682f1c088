//! Signing in at the mail server: AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// User of the mail server.
pub const MAIL_USER: &str = "sync@nordlicht.example";
/// Its password. Public: it opens nothing real.
pub const MAIL_PASSWORD: &str = "sandbox-mail-secret";

/// What the client has to say next.
pub(super) enum Dialogue {
    /// User and password in one line.
    Plain,
    /// The user.
    User,
    /// The password of this user.
    Password(String),
}

/// What a line of the dialogue leads to.
pub(super) enum Next {
    /// Send this challenge and go on.
    Ask(&'static str, Dialogue),
    /// Whether the credentials are right.
    Decided(bool),
    /// The line cannot be read, or the client gave up.
    Broken,
}

/// Begins with what follows `AUTH`; `None` for a mechanism that is not offered.
pub(super) fn begin(text: &str) -> Option<Next> {
    let (mechanism, first) = text.split_once(' ').unwrap_or((text, ""));
    let next = match mechanism.to_ascii_uppercase().as_str() {
        "PLAIN" if first.is_empty() => Next::Ask("334 ", Dialogue::Plain),
        "PLAIN" => go_on(Dialogue::Plain, first),
        // "Username:"
        "LOGIN" if first.is_empty() => Next::Ask("334 VXNlcm5hbWU6", Dialogue::User),
        "LOGIN" => go_on(Dialogue::User, first),
        _ => return None,
    };
    Some(next)
}

/// One more line of the client.
pub(super) fn go_on(dialogue: Dialogue, line: &str) -> Next {
    let Some(text) = decoded(line) else {
        return Next::Broken;
    };
    match dialogue {
        Dialogue::Plain => {
            let mut parts = text.split('\0');
            match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(_), Some(user), Some(password), None) => {
                    Next::Decided(is_right(user, password))
                }
                _ => Next::Broken,
            }
        }
        // "Password:"
        Dialogue::User => Next::Ask("334 UGFzc3dvcmQ6", Dialogue::Password(text)),
        Dialogue::Password(user) => Next::Decided(is_right(&user, &text)),
    }
}

fn decoded(line: &str) -> Option<String> {
    let bytes = STANDARD.decode(line.trim()).ok()?;
    String::from_utf8(bytes).ok()
}

fn is_right(user: &str, password: &str) -> bool {
    user == MAIL_USER && password == MAIL_PASSWORD
}
