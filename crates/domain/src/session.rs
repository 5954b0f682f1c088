//! A signed-in person.

use serde::{Deserialize, Serialize};

use crate::alarm::Alarm;
use crate::ids::{AssociateId, SessionId, TenantId};

/// What a signed-in person is to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Administrator of the tenant in SuperOffice.
    Admin,
    /// Any other CRM user of the tenant.
    User,
}

/// The person behind a request. Built from the session alone, never from input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The session.
    pub session: SessionId,
    /// The tenant everything this person does is confined to.
    pub tenant: TenantId,
    /// The person in the CRM.
    pub associate: AssociateId,
    /// Display name.
    pub name: String,
    /// E-mail, for display.
    pub email: String,
    /// Role.
    pub role: Role,
}

/// What the portal's frame shows about the signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Display name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// The company's name.
    pub tenant_name: String,
    /// Set when the operator suspended the tenant.
    pub suspended: bool,
    /// Whether something is linked for the person: an administrator then is both.
    pub linked: bool,
    /// What only the operator or an administrator of the installation can mend; for
    /// administrators only.
    pub alarms: Vec<Alarm>,
}

/// Browser and system of a `User-Agent` header, for people to recognise their sign-ins:
/// `Firefox, Windows`. Empty when it tells neither.
#[must_use]
pub fn device(user_agent: &str) -> String {
    // The first that fits: Edge and Opera also say Chrome, Chrome also says Safari.
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_browser_and_system_and_nothing_else_of_the_header() {
        for (header, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                "Firefox, Linux",
            ),
            ("curl/8", ""),
            ("<script>alert(1)</script> Windows", "Windows"),
        ] {
            assert_eq!(device(header), name);
        }
    }
}
