//! The switches of token endpoints, on the page.

use std::fmt::Write as _;

use super::Control;
use super::page::checked;
use crate::html::esc;
use crate::oauth::Params;
use crate::seed::people;
use crate::switches::{Switches, System};

const SYSTEMS: [(System, &str); 2] = [
    (System::SuperOffice, "SuperOffice"),
    (System::Microsoft, "Microsoft"),
];

pub(super) fn fields(body: &mut String, switches: &Switches) {
    for (system, name) in SYSTEMS {
        let word = system.word();
        _ = write!(
            body,
            "<label class=\"tick\"><input type=\"checkbox\" name=\"token-down-{word}\" value=\"yes\"{}>\
             {name}’s token endpoint is not available</label>\
             <label class=\"tick\"><input type=\"checkbox\" name=\"client-refused-{word}\" value=\"yes\"{}>\
             {name} refuses the application’s secret</label>",
            checked(switches.is_token_down(system)),
            checked(switches.is_client_refused(system))
        );
    }
    body.push_str(
        "<label for=\"withdrawn\">Who took the calendar permission back at Microsoft</label>\
         <select id=\"withdrawn\" name=\"scopes-withdrawn\"><option value=\"\">Nobody</option>",
    );
    for person in people() {
        let Some(account) = person.microsoft else {
            continue;
        };
        let selected = if switches.scopes_withdrawn.contains(account.upn) {
            " selected"
        } else {
            ""
        };
        _ = write!(
            body,
            "<option value=\"{}\"{selected}>{}</option>",
            esc(account.upn),
            esc(person.name)
        );
    }
    body.push_str("</select>");
}

pub(super) fn set(control: &Control, form: &Params) {
    for (system, _) in SYSTEMS {
        let is_on = |prefix: &str| form.get(&format!("{prefix}-{}", system.word())).is_some();
        control.set_token_down(system, is_on("token-down"));
        control.set_client_refused(system, is_on("client-refused"));
    }
    let chosen = form.get("scopes-withdrawn").unwrap_or_default();
    for person in control.switches().scopes_withdrawn {
        control.set_scopes_withdrawn(&person, person == chosen);
    }
    if !chosen.is_empty() {
        control.set_scopes_withdrawn(chosen, true);
    }
}
