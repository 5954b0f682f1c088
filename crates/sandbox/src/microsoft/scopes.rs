//! Delegated scopes: which exist, what the consent page says, who may consent.

/// The prefix of Graph's scopes. It names Microsoft's API, not a host that is called.
const GRAPH: &str = "https://graph.microsoft.com/";

/// A scope of OpenID Connect or Graph.
pub(super) struct Scope {
    /// Name without prefix.
    pub(super) name: &'static str,
    /// The line of the consent page.
    pub(super) text: &'static str,
    /// Ordinary users cannot consent while the organisation keeps Microsoft's stricter
    /// policy (switch `admin_approval`).
    pub(super) is_guarded: bool,
    /// Only administrators can ever consent.
    pub(super) is_admin_only: bool,
    is_graph: bool,
}

const fn scope(name: &'static str, text: &'static str, guard: u8, is_graph: bool) -> Scope {
    Scope {
        name,
        text,
        is_guarded: guard > 0,
        is_admin_only: guard > 1,
        is_graph,
    }
}

const SCOPES: &[Scope] = &[
    scope("openid", "Sign you in", 0, false),
    scope("profile", "View your basic profile", 0, false),
    scope("email", "View your email address", 0, false),
    scope(
        "offline_access",
        "Maintain access to data you have given it access to",
        0,
        false,
    ),
    scope("User.Read", "Sign you in and read your profile", 0, true),
    scope(
        "User.ReadBasic.All",
        "Read all users' basic profiles",
        1,
        true,
    ),
    scope("User.Read.All", "Read all users' full profiles", 2, true),
    scope("Calendars.Read", "Read your calendars", 1, true),
    scope(
        "Calendars.ReadWrite",
        "Have full access to your calendars",
        1,
        true,
    ),
    scope(
        "Tasks.ReadWrite",
        "Create, read, update and delete your tasks and task lists",
        1,
        true,
    ),
    scope(
        "Contacts.ReadWrite",
        "Have full access to your contacts",
        1,
        true,
    ),
    scope(
        "MailboxSettings.Read",
        "Read your mailbox settings",
        1,
        true,
    ),
];

/// The scope withheld by the switch `partial`.
pub(super) const WITHHELD: &str = "Calendars.ReadWrite";

/// Looks a scope up, with or without the Graph prefix, whatever the case.
pub(super) fn find(asked: &str) -> Option<&'static Scope> {
    let (name, has_prefix) = match asked.get(..GRAPH.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(GRAPH) => {
            (asked.get(GRAPH.len()..).unwrap_or_default(), true)
        }
        _ => (asked, false),
    };
    SCOPES
        .iter()
        .find(|scope| scope.name.eq_ignore_ascii_case(name) && (scope.is_graph || !has_prefix))
}

/// Reads a scope list into canonical names, each once; the error is the first scope that
/// does not exist.
pub(super) fn parse(list: &str) -> Result<Vec<&'static Scope>, String> {
    let mut scopes: Vec<&'static Scope> = Vec::new();
    for asked in list.split_whitespace() {
        let scope = find(asked).ok_or_else(|| asked.to_owned())?;
        if !scopes.iter().any(|known| known.name == scope.name) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

/// The `scope` of a token answer: Graph's scopes with their prefix, then those of OpenID
/// Connect; `offline_access` is never listed.
pub(super) fn listed(names: &[String]) -> String {
    let known = || names.iter().filter_map(|name| find(name));
    let graph = known()
        .filter(|scope| scope.is_graph)
        .map(|scope| format!("{GRAPH}{}", scope.name));
    let openid = known()
        .filter(|scope| !scope.is_graph && scope.name != "offline_access")
        .map(|scope| scope.name.to_owned());
    graph.chain(openid).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{listed, parse};

    #[test]
    fn prefix_and_case_do_not_matter() {
        let scopes = parse("openid https://graph.microsoft.com/user.read User.Read").unwrap();
        let names: Vec<_> = scopes.iter().map(|scope| scope.name).collect();
        assert_eq!(names, ["openid", "User.Read"]);
    }

    #[test]
    fn unknown_scopes_are_named() {
        assert_eq!(parse("openid Kalender").err().as_deref(), Some("Kalender"));
        assert!(parse("https://graph.microsoft.com/openid").is_err());
    }

    #[test]
    fn the_answer_never_lists_offline_access() {
        let granted = ["openid", "offline_access", "User.Read"].map(str::to_owned);
        let list = listed(&granted);
        assert_eq!(list, "https://graph.microsoft.com/User.Read openid");
    }
}
