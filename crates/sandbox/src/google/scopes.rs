//! Scopes: which exist, what the consent page says, and their long forms.

/// The prefix of every scope that is not one of OpenID Connect. It names Google's APIs,
/// not a host that is called.
const PREFIX: &str = "https://www.googleapis.com/auth/";

/// Scopes that sign in and never have a check box.
const SIGN_IN: [(&str, &str); 3] = [
    ("openid", "openid"),
    ("email", "https://www.googleapis.com/auth/userinfo.email"),
    (
        "profile",
        "https://www.googleapis.com/auth/userinfo.profile",
    ),
];

/// Scopes with a check box: name without prefix, and the line beside the box.
const BOXES: [(&str, &str); 6] = [
    (
        "calendar.events",
        "View and edit events on all your calendars",
    ),
    (
        "calendar.calendarlist.readonly",
        "See the list of Google calendars you’re subscribed to",
    ),
    (
        "calendar.app.created",
        "Make secondary Google calendars, and see, create, change, and delete events on them",
    ),
    (
        "calendar",
        "See, edit, share, and permanently delete all the calendars you can access using Google Calendar",
    ),
    ("tasks", "Create, edit, organize, and delete all your tasks"),
    (
        "admin.directory.user.readonly",
        "See info about users on your domain",
    ),
];

/// The scope that the switch *partial* leaves out.
pub(super) const WITHHELD: &str = "https://www.googleapis.com/auth/calendar.events";

/// A scope in its long form, as grants hold it.
pub(super) fn long(asked: &str) -> Option<String> {
    if let Some((_, long)) = SIGN_IN
        .iter()
        .find(|(short, long)| asked == *short || asked == *long)
    {
        return Some((*long).to_owned());
    }
    let name = asked.strip_prefix(PREFIX)?;
    BOXES
        .iter()
        .any(|(known, _)| *known == name)
        .then(|| asked.to_owned())
}

/// Reads a list into long forms, each once; the error is the first unknown scope.
pub(super) fn parse(list: &str) -> Result<Vec<String>, String> {
    let mut scopes = Vec::new();
    for asked in list.split_whitespace() {
        let scope = long(asked).ok_or_else(|| asked.to_owned())?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

/// The line beside a scope's check box; none for what signs in.
pub(super) fn line(scope: &str) -> Option<&'static str> {
    let name = scope.strip_prefix(PREFIX)?;
    BOXES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, line)| *line)
}

/// Whether one of these scopes, named without prefix, is among the granted.
pub(super) fn has_any(granted: &[String], any_of: &[&str]) -> bool {
    granted.iter().any(|scope| {
        scope
            .strip_prefix(PREFIX)
            .is_some_and(|name| any_of.contains(&name))
    })
}

/// The `scope` of a token answer. Its order is not the asked one, as at Google.
pub(super) fn listed(granted: &[String]) -> String {
    let mut scopes = granted.to_vec();
    scopes.sort();
    scopes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{has_any, listed, parse};

    #[test]
    fn short_forms_come_back_long_and_in_another_order() {
        let asked = "openid email https://www.googleapis.com/auth/calendar.events";
        let granted = parse(asked).unwrap();
        assert_eq!(
            listed(&granted),
            "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/userinfo.email openid"
        );
        assert!(has_any(&granted, &["calendar", "calendar.events"]));
        assert!(!has_any(&granted, &["calendar"]));
    }

    #[test]
    fn unknown_scopes_are_named() {
        assert_eq!(
            parse("openid calendar.events").err().as_deref(),
            Some("calendar.events")
        );
    }
}
