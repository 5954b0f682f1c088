//! The page with the switches, for people.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;

use super::{Control, google, mail, tokens};
use crate::html::{esc, wide_page};
use crate::oauth::{Params, see_other};
use crate::seed::people;
use crate::switches::{ConsentMode, ExchangeSwitches, Switches, System};

/// The table shows this many requests; the JSON API has all.
const SHOWN: usize = 50;

const SYSTEMS: [(System, &str); 5] = [
    (System::SuperOffice, "SuperOffice"),
    (System::Microsoft, "Microsoft"),
    (System::Exchange, "Exchange"),
    (System::Google, "Google"),
    (System::Mail, "Mail"),
];

const MODES: [(ConsentMode, &str, &str); 3] = [
    (ConsentMode::Allow, "allow", "What is accepted is granted"),
    (
        ConsentMode::Partial,
        "partial",
        "Calendars.ReadWrite is withheld",
    ),
    (
        ConsentMode::AdminApproval,
        "admin_approval",
        "Only administrators may consent",
    ),
];

/// `GET /control`.
pub(super) async fn show(State(control): State<Arc<Control>>) -> Response {
    render(&control, "")
}

fn render(control: &Control, message: &str) -> Response {
    let switches = control.switches();
    let mut body = String::from(
        "<nav aria-label=\"Mail catcher\"><a href=\"/\">Inbox</a>\
         <a href=\"/control\" aria-current=\"page\">Switches of the sandbox</a></nav>",
    );
    if !message.is_empty() {
        _ = write!(
            body,
            "<p role=\"alert\"><strong>{}</strong></p>",
            esc(message)
        );
    }
    switch_form(&mut body, &switches);
    revoke_form(&mut body);
    body.push_str(
        "<form method=\"post\" action=\"/control/form\"><div class=\"row\">\
         <button name=\"reset\" value=\"yes\">Put all switches back</button>\
         <button name=\"forget_consents\" value=\"yes\">Forget approvals and consents</button>\
         </div></form>",
    );
    request_table(&mut body, control);
    wide_page("Switches of the sandbox", &body)
}

fn switch_form(body: &mut String, switches: &Switches) {
    body.push_str(
        "<form method=\"post\" action=\"/control/form\"><fieldset><legend>Behaviour</legend>\
         <label for=\"consent\">Consent at Microsoft</label>\
         <select id=\"consent\" name=\"microsoft_consent\">",
    );
    for (mode, word, text) in MODES {
        let selected = if switches.microsoft_consent == mode {
            " selected"
        } else {
            ""
        };
        _ = write!(body, "<option value=\"{word}\"{selected}>{text}</option>");
    }
    body.push_str("</select>");
    for (system, name) in SYSTEMS {
        let word = system.word();
        _ = write!(
            body,
            "<label for=\"slow-{word}\">{name} answers late, milliseconds</label>\
             <input type=\"number\" min=\"0\" max=\"600000\" id=\"slow-{word}\" name=\"slow-{word}\" value=\"{}\">\
             <label for=\"slow-pages-{word}\">{name}: pages of lists late, milliseconds</label>\
             <input type=\"number\" min=\"0\" max=\"600000\" id=\"slow-pages-{word}\" name=\"slow-pages-{word}\" value=\"{}\">\
             <label class=\"tick\"><input type=\"checkbox\" name=\"down-{word}\" value=\"yes\"{}>{name} is not available</label>",
            switches.delay_ms(system),
            switches.slow_pages_ms.get(&system).copied().unwrap_or(0),
            checked(switches.is_unavailable(system))
        );
    }
    tokens::fields(body, switches);
    exchange_fields(body, &switches.exchange);
    google::fields(body, &switches.google);
    mail::fields(body, &switches.mail);
    mail::refusal_fields(body, &switches.refused_recipients);
    _ = write!(
        body,
        "<label class=\"tick\"><input type=\"checkbox\" name=\"smtp_stall\" value=\"yes\"{}>\
         SMTP accepts connections and never answers</label>\
         <div class=\"row\"><button class=\"main\" name=\"switches\" value=\"yes\">Set</button></div>\
         </fieldset></form>",
        checked(switches.smtp_stall)
    );
}

/// Switches of Exchange that are a tick each.
type Tick = (
    &'static str,
    &'static str,
    fn(&mut ExchangeSwitches) -> &mut bool,
);

const EXCHANGE: [Tick; 3] = [
    ("exchange_no_basic", "Exchange takes no Basic", |switches| {
        &mut switches.basic_disabled
    }),
    ("exchange_no_ntlm", "Exchange takes no NTLM", |switches| {
        &mut switches.ntlm_disabled
    }),
    (
        "exchange_no_autodiscover",
        "Exchange has no Autodiscover",
        |switches| &mut switches.autodiscover_off,
    ),
];

fn exchange_fields(body: &mut String, switches: &ExchangeSwitches) {
    let mut switches = switches.clone();
    for (name, text, value) in EXCHANGE {
        let mark = checked(*value(&mut switches));
        _ = write!(
            body,
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{name}\" value=\"yes\"{mark}>{text}</label>"
        );
    }
    _ = write!(
        body,
        "<label for=\"exchange-busy\">Exchange is busy and asks to wait, milliseconds</label>\
         <input type=\"number\" min=\"0\" max=\"600000\" id=\"exchange-busy\" name=\"exchange_busy\" value=\"{}\">",
        switches.busy_ms.unwrap_or(0)
    );
}

fn revoke_form(body: &mut String) {
    body.push_str(
        "<form method=\"post\" action=\"/control/form\"><fieldset><legend>Revoke somebody’s tokens</legend>\
         <label for=\"person\">Whose</label><select id=\"person\" name=\"revoke\">",
    );
    for person in people() {
        let accounts = [
            person
                .superoffice
                .map(|user| (System::SuperOffice, "SuperOffice", user.user_name)),
            person
                .microsoft
                .map(|user| (System::Microsoft, "Microsoft", user.upn)),
        ];
        for (system, name, key) in accounts.into_iter().flatten() {
            _ = write!(
                body,
                "<option value=\"{} {}\">{} at {name}</option>",
                system.word(),
                esc(key),
                esc(person.name)
            );
        }
    }
    google::people(body);
    body.push_str("</select><div class=\"row\"><button>Revoke</button></div></fieldset></form>");
}

fn request_table(body: &mut String, control: &Control) {
    let requests = control.requests();
    _ = write!(body, "<h2>Requests ({})</h2>", requests.len());
    if requests.is_empty() {
        body.push_str("<p class=\"soft\">None yet.</p>");
        return;
    }
    body.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Latest requests\">\
         <table><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">System</th>\
         <th scope=\"col\">Method</th><th scope=\"col\">Path</th><th scope=\"col\">Status</th></tr></thead><tbody>",
    );
    for request in requests.iter().rev().take(SHOWN) {
        _ = write!(
            body,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            request.at,
            request.system.word(),
            esc(&request.method),
            esc(&request.path),
            request.status
        );
    }
    body.push_str("</tbody></table></div>");
}

pub(super) fn checked(is_on: bool) -> &'static str {
    if is_on { " checked" } else { "" }
}

/// `POST /control/form`.
pub(super) async fn change(State(control): State<Arc<Control>>, body: Bytes) -> Response {
    let Ok(form) = Params::parse(&body) else {
        return render(&control, "A field was sent twice.");
    };
    if form.get("reset").is_some() {
        control.reset();
    }
    if form.get("forget_consents").is_some() {
        control.forget_consents();
    }
    if let Some((word, person)) = form.get("revoke").and_then(|value| value.split_once(' ')) {
        let system = System::ALL.into_iter().find(|system| system.word() == word);
        let outcome = system.map(|system| control.revoke_refresh(system, person));
        if let Some(Err(error)) = outcome {
            return render(&control, &error.to_string());
        }
    }
    if form.get("switches").is_some() {
        set(&control, &form);
    }
    see_other("/control")
}

fn set(control: &Control, form: &Params) {
    let word = form.get("microsoft_consent").unwrap_or("allow");
    if let Some((mode, ..)) = MODES.into_iter().find(|(_, known, _)| *known == word) {
        control.set_microsoft_consent(mode);
    }
    let wanted = google::read(form);
    control.set_google(|google| *google = wanted);
    for system in System::ALL {
        let field = |prefix: &str| form.get(&format!("{prefix}-{}", system.word()));
        let late = field("slow").and_then(|text| text.parse().ok());
        control.set_slow_ms(system, late.unwrap_or(0));
        let late = field("slow-pages").and_then(|text| text.parse().ok());
        control.set_slow_pages_ms(system, late.unwrap_or(0));
        control.set_unavailable(system, field("down").is_some());
    }
    tokens::set(control, form);
    let mut exchange = control.switches().exchange;
    for (name, _, value) in EXCHANGE {
        *value(&mut exchange) = form.get(name).is_some();
    }
    let busy = form.get("exchange_busy").and_then(|text| text.parse().ok());
    exchange.busy_ms = busy.filter(|milliseconds| *milliseconds > 0);
    control.set_exchange(exchange);
    control.set_mail(mail::read(form));
    for address in control.switches().refused_recipients.keys() {
        control.set_recipient_refused(address, None);
    }
    for (address, refusal) in mail::read_refusals(form) {
        control.set_recipient_refused(&address, Some(refusal));
    }
    control.set_smtp_stall(form.get("smtp_stall").is_some());
}
