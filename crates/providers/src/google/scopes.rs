//! Scopes: what is asked for, what is needed, and comparing what was granted (SC-51).

/// What the directory's sign-in asks for.
pub(super) const DIRECTORY_SCOPES: &[&str] = &["openid", "email", "profile", DIRECTORY_USERS];
/// What a linked person's sign-in asks for.
pub(super) const PERSON_SCOPES: &[&str] =
    &["openid", "email", "profile", CALENDAR_EVENTS, CALENDAR_LIST];

/// Read the organisation's users.
pub const DIRECTORY_USERS: &str = "https://www.googleapis.com/auth/admin.directory.user.readonly";
/// Read and write events.
pub const CALENDAR_EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
/// Read which calendars there are; the events' scope does not allow it (google.md §2).
pub const CALENDAR_LIST: &str = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";
/// Make a calendar, and see and change events in those that were made so.
pub const NEW_CALENDAR: &str = "https://www.googleapis.com/auth/calendar.app.created";

/// Scopes without which a directory connection is of no use.
pub const REQUIRED_DIRECTORY: &[&str] = &[DIRECTORY_USERS];
/// Scopes without which a person's grant is of no use.
pub const REQUIRED_PERSON: &[&str] = &[CALENDAR_EVENTS, CALENDAR_LIST];

/// Scopes that stand in for another: wider ones.
pub(super) const WIDER: [(&str, &[&str]); 3] = [
    (
        DIRECTORY_USERS,
        &["https://www.googleapis.com/auth/admin.directory.user"],
    ),
    (
        CALENDAR_EVENTS,
        &["https://www.googleapis.com/auth/calendar"],
    ),
    (
        CALENDAR_LIST,
        &[
            "https://www.googleapis.com/auth/calendar",
            "https://www.googleapis.com/auth/calendar.readonly",
            "https://www.googleapis.com/auth/calendar.calendarlist",
        ],
    ),
];

/// The form in which scopes are compared: sign-in scopes come back in a long form, others
/// may be spelled without their prefix.
fn normal(scope: &str) -> String {
    const PREFIX: &str = "https://www.googleapis.com/auth/";
    let name = scope.strip_prefix(PREFIX).unwrap_or(scope);
    match name {
        "userinfo.email" => "email".to_owned(),
        "userinfo.profile" => "profile".to_owned(),
        name => name.to_owned(),
    }
}

/// Which of the required scopes are not granted, by whatever spelling or wider scope.
/// Order says nothing.
#[must_use]
pub fn missing(granted: &[String], required: &[&'static str]) -> Vec<&'static str> {
    let granted: Vec<String> = granted.iter().map(|scope| normal(scope)).collect();
    let has = |scope: &str| granted.contains(&normal(scope));
    required
        .iter()
        .copied()
        .filter(|scope| {
            let wider = WIDER
                .iter()
                .find(|(narrow, _)| narrow == scope)
                .map_or(&[] as &[&str], |(_, wider)| wider);
            !has(scope) && !wider.iter().any(|wide| has(wide))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_compared_as_sets_in_long_and_short_forms_sc_51() {
        let granted =
            |list: &str| -> Vec<String> { list.split_whitespace().map(str::to_owned).collect() };
        let long = format!(
            "{CALENDAR_LIST} https://www.googleapis.com/auth/userinfo.email {CALENDAR_EVENTS} openid"
        );
        for (list, expected) in [
            (long.as_str(), vec![]),
            (
                "calendar.events openid calendar.calendarlist.readonly email",
                vec![],
            ),
            ("openid https://www.googleapis.com/auth/calendar", vec![]),
            (
                "https://www.googleapis.com/auth/calendar.readonly",
                vec![CALENDAR_EVENTS],
            ),
            (CALENDAR_EVENTS, vec![CALENDAR_LIST]),
            ("", vec![CALENDAR_EVENTS, CALENDAR_LIST]),
            // A longer name that merely begins alike is another scope.
            (
                "https://www.googleapis.com/auth/calendar.events.readonly https://www.googleapis.com/auth/calendar.calendarlist.readonly",
                vec![CALENDAR_EVENTS],
            ),
        ] {
            assert_eq!(missing(&granted(list), REQUIRED_PERSON), expected, "{list}");
        }
        assert_eq!(
            missing(
                &granted("email"),
                &["https://www.googleapis.com/auth/userinfo.email"]
            ),
            Vec::<&str>::new()
        );
    }
}
