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
    /// The mail catcher's SMTP side.
    Mail,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::SuperOffice,
        Self::Microsoft,
        Self::Exchange,
        Self::Mail,
    ];

    /// The word of the control API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SuperOffice => "superoffice",
            Self::Microsoft => "microsoft",
            Self::Exchange => "exchange",
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

/// All switches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Switches {
    /// Microsoft's consent page.
    pub microsoft_consent: ConsentMode,
    /// Milliseconds by which every answer of a system is late; absent means none.
    pub slow_ms: BTreeMap<System, u64>,
    /// Systems that answer 503 (SMTP: 421) to everything.
    pub unavailable: BTreeMap<System, bool>,
    /// Exchange.
    pub exchange: ExchangeSwitches,
    /// SMTP accepts connections and never says a word.
    pub smtp_stall: bool,
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
}
