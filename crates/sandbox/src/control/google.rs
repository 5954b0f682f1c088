//! Google's part of the page with the switches.

use std::fmt::Write as _;

use super::page::checked;
use crate::html::esc;
use crate::oauth::Params;
use crate::seed::google_users;
use crate::switches::{GoogleConsent, GoogleSwitches};

const MODES: [(GoogleConsent, &str, &str); 5] = [
    (GoogleConsent::Allow, "allow", "What is ticked is granted"),
    (
        GoogleConsent::Partial,
        "partial",
        "The permission to edit events is withheld",
    ),
    (GoogleConsent::Denied, "denied", "Everybody declines"),
    (
        GoogleConsent::AdminPolicy,
        "admin_policy",
        "The administrator restricts the application; people come back",
    ),
    (
        GoogleConsent::AdminPolicySilent,
        "admin_policy_silent",
        "The same, without a way back",
    ),
];

/// The fields of the form.
pub(super) fn fields(body: &mut String, google: &GoogleSwitches) {
    body.push_str(
        "<label for=\"google-consent\">Consent at Google</label>\
         <select id=\"google-consent\" name=\"google_consent\">",
    );
    for (mode, word, text) in MODES {
        let selected = if google.consent == mode {
            " selected"
        } else {
            ""
        };
        _ = write!(body, "<option value=\"{word}\"{selected}>{text}</option>");
    }
    body.push_str("</select>");
    for (name, is_on, text) in [
        (
            "google_token_down",
            google.token_down,
            "Google’s token endpoint is down",
        ),
        (
            "google_throttled",
            google.throttled,
            "Google’s APIs are throttled",
        ),
        (
            "google_delegation",
            google.delegation,
            "Google’s administrator lists the service account",
        ),
    ] {
        _ = write!(
            body,
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{name}\" value=\"yes\"{}>{text}</label>",
            checked(is_on)
        );
    }
    body.push_str(
        "<p><a href=\"/control/google-key.json\">Key file of the service account</a> \
         for domain-wide delegation</p>",
    );
}

/// What the form says.
pub(super) fn read(form: &Params) -> GoogleSwitches {
    let word = form.get("google_consent").unwrap_or("allow");
    let consent = MODES.into_iter().find(|(_, known, _)| *known == word);
    GoogleSwitches {
        consent: consent.map_or(GoogleConsent::Allow, |(mode, ..)| mode),
        token_down: form.get("google_token_down").is_some(),
        throttled: form.get("google_throttled").is_some(),
        delegation: form.get("google_delegation").is_some(),
    }
}

/// The people whose tokens can be revoked.
pub(super) fn people(body: &mut String) {
    for user in google_users() {
        _ = write!(
            body,
            "<option value=\"google {}\">{} at Google</option>",
            user.sub,
            esc(&user.name())
        );
    }
}
