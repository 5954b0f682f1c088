//! The form for credentials: CalDAV, and Exchange with fewer fields and words of its own.

use leptos::prelude::*;
use synchronizer_domain::activation::{ActivationView, CredentialsForm};
use synchronizer_domain::link::Cause;
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::{ErrorCode, routes};

use super::activation::{ActivationForm, Alert};
use super::parts::{fill, mail_link, more, post_button};
use crate::i18n::{Texts, use_texts};
use crate::ui::icon::{Icon, IconName};

/// Which fields are marked and where the focus goes.
struct Marks {
    server: Option<String>,
    username: Option<String>,
    password: Option<String>,
    focus: Option<&'static str>,
}

/// The second step of a CalDAV or Exchange link: user name and password, for CalDAV also the
/// server, posted to the step `credentials`. What was typed stays, except the password.
pub(super) fn credentials(texts: Texts, view: &ActivationView, form: &ActivationForm) -> AnyView {
    let is_exchange = view.couple.system == CalendarSystem::Exchange;
    if is_exchange && view.is_opened_for {
        return opened_for(texts, view);
    }
    let word = view.couple.system.word();
    let marks = marks(texts, view, form);
    let CredentialsForm { server, username } = shown(view, form);
    let couple = &view.couple;
    let contact = if couple.contact_email.is_empty() {
        couple.invited_by.clone().into_any()
    } else {
        mail_link(&couple.contact_email)
    };
    let hint = (!is_exchange).then(|| {
        let text = texts.t("public.caldav.app_text");
        more(
            texts.t("public.caldav.app_title"),
            fill(&text, vec![("contact", contact)]),
        )
    });
    view! {
        <div class="stack stack--2">
            <h1>{texts.t(&format!("public.{word}.title"))}</h1>
            <p class="muted">{texts.t(&format!("public.{word}.lead"))}</p>
        </div>
        <form class="stack" method="post" action=routes::activation_step(view.id, "credentials") novalidate=true>
            {(!is_exchange)
                .then(|| {
                    view! {
                        <Field
                            name="server"
                            help=Some("public.caldav.server_help")
                            error=marks.server
                            focus=marks.focus == Some("server")
                            value=server
                        />
                    }
                })}
            <Field
                name="username"
                help=is_exchange.then_some("public.exchange.username_help")
                error=marks.username
                focus=marks.focus == Some("username")
                value=username
            />
            <Field
                name="password"
                label=if is_exchange { "public.exchange.password" } else { "public.caldav.password" }
                help=Some("public.caldav.password_help")
                error=marks.password
                focus=marks.focus == Some("password")
            />
            {(form.alert == Some(Alert::Cause(Cause::NoCalendar)))
                .then(|| {
                    view! {
                        <label class="row row--nowrap">
                            <input class="check" type="checkbox" name="create_calendar" value="yes" checked=true />
                            <span>{texts.t("public.caldav.create")}</span>
                        </label>
                    }
                })}
            <button class="btn btn--primary btn--lg btn--wide" type="submit">
                {texts.t("public.caldav.button")}
            </button>
        </form>
        {hint}
    }
    .into_any()
}

/// The company's account opens the calendar: one button, after the first try too.
fn opened_for(texts: Texts, view: &ActivationView) -> AnyView {
    view! {
        <div class="stack stack--2">
            <h1>{texts.t("public.exchange.opened_title")}</h1>
            <p class="muted">{texts.t("public.exchange.opened_text")}</p>
        </div>
        {post_button(
            routes::activation_step(view.id, "credentials"),
            texts.t("public.exchange.opened_button"),
        )}
    }
    .into_any()
}

/// What stands in the fields: what was typed, or before the first try the proposal.
fn shown(view: &ActivationView, form: &ActivationForm) -> CredentialsForm {
    let typed = form.tried() || form.credentials != CredentialsForm::default();
    if typed {
        form.credentials.clone()
    } else {
        view.credentials.clone().unwrap_or_default()
    }
}

fn marks(texts: Texts, view: &ActivationView, form: &ActivationForm) -> Marks {
    let field = |name: &str| {
        form.errors
            .iter()
            .find(|error| error.field == name)
            .map(|error| texts.error(&error.code))
    };
    let refused = form.alert == Some(Alert::Cause(Cause::PasswordRefused));
    let unusable = match &form.alert {
        Some(Alert::Error(
            code @ (ErrorCode::BadUrl
            | ErrorCode::AddressForbidden
            | ErrorCode::NotACalendarServer
            | ErrorCode::HttpsRequired),
        )) => Some(texts.error(code)),
        _ => None,
    };
    let server = field("server").or(unusable);
    let username = field("username");
    let password =
        field("password").or_else(|| refused.then(|| texts.t("public.caldav.password_again")));
    // After any refusal the password is empty, so that is where work goes on unless
    // another field is wrong.
    let focus = if server.is_some() && view.couple.system == CalendarSystem::Caldav {
        Some("server")
    } else if username.is_some() {
        Some("username")
    } else {
        form.tried().then_some("password")
    };
    Marks {
        server,
        username,
        password,
        focus,
    }
}

/// One field with its label, error and help. A password never has a value.
#[component]
fn Field(
    name: &'static str,
    help: Option<&'static str>,
    #[prop(optional)] label: Option<&'static str>,
    error: Option<String>,
    focus: bool,
    #[prop(optional, into)] value: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let label = label.map_or_else(|| format!("public.caldav.{name}"), str::to_owned);
    let (kind, mode, complete) = match name {
        "server" => ("url", Some("url"), "url"),
        "password" => ("password", None, "current-password"),
        _ => ("text", None, "username"),
    };
    let described: Vec<String> = [
        error.is_some().then(|| format!("{name}-error")),
        help.is_some().then(|| format!("{name}-help")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = error.is_some().then_some("true");
    let error = error.map(|text| {
        view! {
            <p class="field__err" id=format!("{name}-error")>
                <Icon name=IconName::Stop />
                <span>{text}</span>
            </p>
        }
    });
    let help = help.map(|key| {
        view! {
            <p class="field__help" id=format!("{name}-help")>
                {texts.t(key)}
            </p>
        }
    });
    view! {
        <div class="field">
            <label for=name>{texts.t(&label)}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                inputmode=mode
                value=value
                autocomplete=complete
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=described
                required=true
                autofocus=focus
            />
            {error}
            {help}
        </div>
    }
}
