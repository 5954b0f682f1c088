//! What the stand-ins do wrong on purpose.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// One of the stand-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// SuperOffice: sign-in, tenant state and REST.
    SuperOffice,
    /// Microsoft: Entra and Graph.
    Microsoft,
    /// Exchange: Autodiscover and EWS.
    Exchange,
    /// Google: sign-in, Directory and Calendar.
    Google,
    /// The mail catcher's SMTP side.
    Mail,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SuperOffice,
        Self::Microsoft,
        Self::Exchange,
        Self::Google,
        Self::Mail,
    ];

    /// The word of the control API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SuperOffice => "superoffice",
            Self::Microsoft => "microsoft",
            Self::Exchange => "exchange",
            Self::Google => "google",
            Self::Mail => "mail",
        }
    }
}

/// How Microsoft's consent page behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentMode {
    /// What is accepted is granted.
    #[default]
    Allow,
    /// `Calendars.ReadWrite` is left out of what is granted.
    Partial,
    /// People who are no administrators see "Need admin approval".
    AdminApproval,
}

/// Where Exchange's Autodiscover sends a client instead of answering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutodiscoverRedirect {
    /// Nowhere: it answers.
    #[default]
    None,
    /// From an alias to the primary address of the mailbox.
    Address,
    /// To another server, by an answer that names it.
    Url,
    /// To itself, without end.
    Endless,
}

/// What Exchange does wrong on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExchangeSwitches {
    /// Basic authentication is switched off.
    pub basic_disabled: bool,
    /// NTLM is switched off.
    pub ntlm_disabled: bool,
    /// There is no Autodiscover.
    pub autodiscover_off: bool,
    /// Autodiscover sends elsewhere.
    pub autodiscover_redirect: AutodiscoverRedirect,
    /// Every operation is answered with ErrorServerBusy and this back-off.
    pub busy_ms: Option<u64>,
    /// Accounts (user principal names) that the domain has locked.
    pub locked: BTreeSet<String>,
    /// New passwords by user principal name.
    pub passwords: BTreeMap<String, String>,
}

/// How often and how a list is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// How many of the next pages are refused.
    pub times: u32,
    /// What `Retry-After` says, in seconds.
    pub retry_after: u64,
}

/// What goes wrong with a page of a list of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListTrouble {
    /// 429 with `Retry-After`.
    Throttled { seconds: u64 },
    /// The position in the list is no longer known.
    CursorExpired,
}

/// How Google's consent page behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoogleConsent {
    /// What is ticked is granted.
    #[default]
    Allow,
    /// The permission to edit events is left out of what is granted.
    Partial,
    /// Everybody is sent back as if they had declined.
    Denied,
    /// The Workspace's administrator restricts the application; people are sent back.
    AdminPolicy,
    /// The same, on a page of Google's that does not lead back.
    AdminPolicySilent,
}

/// The switches of the stand-in for Google.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GoogleSwitches {
    /// The consent page.
    pub consent: GoogleConsent,
    /// The token endpoint answers 503.
    pub token_down: bool,
    /// The Directory and Calendar APIs say that the rate limit is exceeded.
    pub throttled: bool,
    /// The administrator of the first company listed the service account.
    pub delegation: bool,
}

impl Default for GoogleSwitches {
    fn default() -> Self {
        Self {
            consent: GoogleConsent::Allow,
            token_down: false,
            throttled: false,
            delegation: true,
        }
    }
}

/// How the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// Not at all.
    #[default]
    Off,
    /// By STARTTLS, and before it nothing is taken.
    Starttls,
    /// From the first byte (RFC 8314).
    Implicit,
}

/// How the mail server refuses an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailRefusal {
    /// For good: nobody has this address.
    Unknown,
    /// For now: the mailbox is full.
    Full,
}

impl MailRefusal {
    /// The answer to `RCPT TO`.
    pub(crate) const fn answer(self) -> &'static str {
        match self {
            Self::Unknown => "550 5.1.1 nobody here has this address",
            Self::Full => "452 4.2.2 the mailbox is full, try again later",
        }
    }
}

/// The switches of the mail server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSwitches {
    /// Encryption.
    pub tls: MailTls,
    /// Mails are taken only from who signed in.
    pub sign_in_required: bool,
    /// Every password is refused.
    pub password_refused: bool,
}

/// All switches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Switches {
    /// Microsoft's consent page.
    pub microsoft_consent: ConsentMode,
    /// Google.
    pub google: GoogleSwitches,
    /// Milliseconds by which every answer of a system is late; absent means none.
    pub slow_ms: BTreeMap<System, u64>,
    /// Systems that answer 503 (SMTP: 421) to everything.
    pub unavailable: BTreeMap<System, bool>,
    /// Exchange.
    pub exchange: ExchangeSwitches,
    /// Token endpoints that answer 503, while the rest of their system works.
    pub token_down: BTreeMap<System, bool>,
    /// Token endpoints that refuse the application's own secret as expired.
    pub client_refused: BTreeMap<System, bool>,
    /// Sign-in names of people at Microsoft who took `Calendars.ReadWrite` back.
    pub scopes_withdrawn: BTreeSet<String>,
    /// What the CRM's state endpoint says of a company, by its id; `Running` where absent.
    pub tenant_state: BTreeMap<String, String>,
    /// What the CRM says of a company's approval of the application, by the company's id:
    /// `NeedsReapproval`, which an administrator's sign-in mends, `Revoked` or `Expired`.
    pub crm_approval: BTreeMap<String, String>,
    /// The CRM signs no system user in.
    pub system_user_refused: bool,
    /// Companies of the CRM live on another host than before.
    pub moved_host: bool,
    /// Systems whose errors come with texts that try to do harm.
    pub hostile_texts: BTreeSet<System>,
    /// SMTP accepts connections and never says a word.
    pub smtp_stall: bool,
    /// Encryption and sign-in of SMTP.
    pub mail: MailSwitches,
    /// Addresses that SMTP refuses.
    pub refused_recipients: BTreeMap<String, MailRefusal>,
    /// Milliseconds by which every page of a list of people is late.
    pub slow_pages_ms: BTreeMap<System, u64>,
    /// After so many further pages the next position in a list is refused as expired,
    /// once; absent means never.
    pub expire_cursor_after: BTreeMap<System, u32>,
    /// Pages of lists that are refused until they were asked for often enough.
    pub throttle_pages: BTreeMap<System, Throttle>,
    /// APIs that answer 429 to everything, with so many seconds as `Retry-After`; sign-in
    /// and token endpoints work.
    pub throttle_api: BTreeMap<System, u64>,
    /// The same of token endpoints, while the rest works.
    pub throttle_token: BTreeMap<System, u64>,
    /// Systems whose refresh tokens work once: each renewal gives a new one, and the old
    /// one is dead from then on. Stricter than the real ones: Microsoft keeps the old one
    /// alive for a while, SuperOffice and Google normally give no new one.
    pub strict_rotation: BTreeSet<System>,
    /// Sign-in names of people at the CRM whose role closes the REST API to them.
    pub crm_right_missing: BTreeSet<String>,
}

impl Switches {
    /// How late a system answers, in milliseconds.
    #[must_use]
    pub fn delay_ms(&self, system: System) -> u64 {
        self.slow_ms.get(&system).copied().unwrap_or(0)
    }

    /// Whether a system is down.
    #[must_use]
    pub fn is_unavailable(&self, system: System) -> bool {
        self.unavailable.get(&system).copied().unwrap_or(false)
    }

    /// Whether a system's token endpoint is down.
    #[must_use]
    pub fn is_token_down(&self, system: System) -> bool {
        self.token_down.get(&system).copied().unwrap_or(false)
    }

    /// Whether a system's token endpoint refuses the application's secret.
    #[must_use]
    pub fn is_client_refused(&self, system: System) -> bool {
        self.client_refused.get(&system).copied().unwrap_or(false)
    }

    /// Whether a system's refresh tokens work once.
    #[must_use]
    pub fn rotates_strictly(&self, system: System) -> bool {
        self.strict_rotation.contains(&system)
    }

    /// How many seconds a request to this path has to wait, where it is one too many.
    #[must_use]
    pub fn wait_at(&self, system: System, path: &str) -> Option<u64> {
        let path = path.to_ascii_lowercase();
        let waits = if path.ends_with("/token") || path.ends_with("/tokens") {
            &self.throttle_token
        } else if is_api(&path) {
            &self.throttle_api
        } else {
            return None;
        };
        waits.get(&system).copied()
    }

    /// Counts a page of a list, and says what goes wrong with it. `goes_on` tells that it
    /// is not the first of its list.
    pub(crate) fn list_trouble(&mut self, system: System, goes_on: bool) -> Option<ListTrouble> {
        if let Some(throttle) = self.throttle_pages.get_mut(&system)
            && throttle.times > 0
        {
            throttle.times -= 1;
            let seconds = throttle.retry_after;
            return Some(ListTrouble::Throttled { seconds });
        }
        let left = self.expire_cursor_after.get_mut(&system)?;
        match left.checked_sub(1) {
            Some(less) => *left = less,
            None if goes_on => {
                self.expire_cursor_after.remove(&system);
                return Some(ListTrouble::CursorExpired);
            }
            None => {}
        }
        None
    }
}

/// Whether a path in lower case belongs to an API that is called with a token.
fn is_api(path: &str) -> bool {
    const PARTS: [&str; 5] = ["/api/v1/", "/v1.0/", "/calendar/", "/admin/", "/userinfo"];
    PARTS.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apis_and_token_endpoints_are_throttled_apart() {
        let mut switches = Switches::default();
        switches.throttle_api.insert(System::Microsoft, 7);
        switches.throttle_token.insert(System::Google, 9);
        for (system, path, wait) in [
            (System::Microsoft, "/v1.0/me", Some(7)),
            (System::Microsoft, "/organizations/oauth2/v2.0/token", None),
            (
                System::Microsoft,
                "/organizations/oauth2/v2.0/authorize",
                None,
            ),
            (System::Google, "/token", Some(9)),
            (System::Google, "/calendar/v3/users/me/calendarList", None),
            (
                System::SuperOffice,
                "/Cust10427/api/v1/User/currentPrincipal",
                None,
            ),
        ] {
            assert_eq!(switches.wait_at(system, path), wait, "{path}");
        }
    }

    #[test]
    fn a_cursor_expires_once_after_the_pages_that_were_granted() {
        let mut switches = Switches::default();
        switches.expire_cursor_after.insert(System::Microsoft, 2);
        let mut page = |goes_on| switches.list_trouble(System::Microsoft, goes_on);
        assert_eq!((page(false), page(true)), (None, None));
        assert_eq!(page(true), Some(ListTrouble::CursorExpired));
        assert_eq!((page(false), page(true)), (None, None));
    }

    #[test]
    fn a_throttled_list_is_refused_as_often_as_was_said() {
        let mut switches = Switches::default();
        let throttle = Throttle {
            times: 1,
            retry_after: 7,
        };
        switches
            .throttle_pages
            .insert(System::SuperOffice, throttle);
        assert_eq!(switches.list_trouble(System::Microsoft, false), None);
        let refused = switches.list_trouble(System::SuperOffice, false);
        assert_eq!(refused, Some(ListTrouble::Throttled { seconds: 7 }));
        assert_eq!(switches.list_trouble(System::SuperOffice, false), None);
    }
}
