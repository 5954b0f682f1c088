//! The frame around every page: app bar, account menu, footer.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use synchronizer_domain::alarm::AlarmKind;
use synchronizer_domain::session::{Me, Role};
use synchronizer_domain::{Locale, routes};

use crate::i18n::use_texts;
use crate::pages::{PageData, Wanted, resource};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{Email, WhenText, dynamic, focus};

/// The hidden line that says that the page's script did not come.
pub const UNLOADED_ID: &str = "unloaded";

/// App bar above, footer below the page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let me = resource(Signal::stored(Wanted::Me));
    view! {
        // `external` keeps the router's hands off, so that the browser moves the focus.
        <a class="skip" href="#main" rel="external">
            {texts.t("portal.skip")}
        </a>
        <Suspense>
            {dynamic(move || {
                Suspend::new(async move {
                    match me.await {
                        Ok(PageData::Me(me)) => view! { <AppBar me /> }.into_any(),
                        // A failure is said by the page, in whose place it stands.
                        _ => ().into_any(),
                    }
                })
                    .into_any()
            })}
        </Suspense>
        {children()}
        <footer class="footer">
            <span>{format!("Synchronizer {}", env!("CARGO_PKG_VERSION"))}</span>
        </footer>
    }
}

#[component]
fn AppBar(me: Me) -> impl IntoView {
    let texts = use_texts();
    let suspended = me.suspended.then(|| {
        view! {
            <div class="banner">
                <p>
                    <strong>{texts.t("portal.suspended.title")}</strong>
                    " "
                    {texts.t("portal.suspended.text")}
                </p>
            </div>
        }
    });
    let alarms = me
        .alarms
        .iter()
        .map(|alarm| {
            let system = texts.t(&format!("system.{}", alarm.system));
            let kind = alarm.kind.word();
            let say = |part: &str| {
                texts.with(
                    &format!("portal.alarm.{kind}.{part}"),
                    &[("system", &system)],
                )
            };
            let since = match alarm.kind {
                AlarmKind::SecretEnding => "portal.alarm.ends",
                _ => "portal.alarm.since",
            };
            view! {
                <div class="banner">
                    <p>
                        <strong>{say("title")}</strong>
                        " "
                        {say("text")}
                        " "
                        <WhenText text=texts.t(since) at=alarm.since />
                    </p>
                </div>
            }
        })
        .collect_view();
    let switch = (me.role == Role::Admin && me.linked).then(|| {
        view! {
            <nav class="seg" aria-label=texts.t("portal.view_as")>
                <a href=routes::PROFILES aria-current="true">
                    {texts.t("portal.role.admin")}
                </a>
                <a href=routes::ME rel="external">
                    {texts.t("portal.role.user")}
                </a>
            </nav>
        }
    });
    let path = use_location().pathname;
    let current = Signal::derive(move || {
        let path = path.get();
        (path == routes::PROFILES)
            .then_some("page")
            .or_else(|| path.starts_with(routes::PROFILES).then_some("true"))
    });
    let status = Signal::derive(move || (path.get() == routes::STATUS).then_some("page"));
    let account = Signal::derive(move || match path.get().as_str() {
        routes::ACCOUNT => Some("page"),
        routes::AUDIT => Some("true"),
        _ => None,
    });
    view! {
        <header class="appbar">
            <div class="appbar__in">
                <div class="appbar__brand">
                    <a class="brand" href=routes::PROFILES>
                        <Icon name=IconName::Logo />
                        <span>"Synchronizer"</span>
                    </a>
                    <span class="appbar__tenant">{me.tenant_name.clone()}</span>
                </div>
                <nav class="appbar__nav" aria-label=texts.t("portal.nav")>
                    <a href=routes::PROFILES aria-current=current>
                        {texts.t("portal.nav.profiles")}
                    </a>
                    <a href=routes::STATUS aria-current=status>
                        {texts.t("portal.nav.status")}
                    </a>
                    <a href=routes::ACCOUNT aria-current=account>
                        {texts.t("portal.nav.account")}
                    </a>
                </nav>
                <div class="appbar__who">{switch} <AccountMenu name=me.name email=me.email /></div>
            </div>
        </header>
        {suspended}
        {alarms}
    }
}

#[component]
fn AccountMenu(name: String, email: String) -> impl IntoView {
    let texts = use_texts();
    let languages = Locale::ALL
        .into_iter()
        .map(|locale| {
            let address = format!("?{}={locale}", routes::LANGUAGE_PARAM);
            let chosen = (locale == texts.locale()).then_some("true");
            view! {
                <li>
                    <a href=address rel="external" lang=locale.tag() hreflang=locale.tag() aria-current=chosen>
                        {locale.name()}
                    </a>
                </li>
            }
        })
        .collect_view();
    let label = texts.with("portal.account_of", &[("name", &name)]);
    view! {
        <details class="account" name="pop">
            <summary class="menubtn">
                <span class="avatar" aria-hidden="true">
                    {initials(&name)}
                </span>
                <span class="appbar__name" aria-hidden="true">
                    {name.clone()}
                </span>
                <span class="sr">{label}</span>
                <Icon name=IconName::Down />
            </summary>
            <div class="account__pop">
                <div class="account__who">
                    <strong>{name}</strong>
                    <span class="meta">
                        <Email address=email />
                    </span>
                </div>
                <h2 id="languages">{texts.t("common.language")}</h2>
                <ul aria-labelledby="languages">{languages}</ul>
                <form method="post" action=routes::SIGN_OUT>
                    <button class="btn btn--quiet btn--wide" type="submit">
                        {texts.t("portal.sign_out")}
                    </button>
                    <button class="btn btn--quiet btn--wide" type="submit" name="everywhere" value="1">
                        {texts.t("portal.sign_out_everywhere")}
                    </button>
                </form>
            </div>
        </details>
    }
}

/// After a change of page the focus goes to the page.
#[component]
pub fn PageFocus() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            focus("main");
        }
        path
    });
}

/// First letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_the_last() {
        assert_eq!(initials("Ingvild Sætre-Holm"), "IS");
        assert_eq!(initials("åse van ’t Hoff"), "ÅH");
        assert_eq!(initials("Madonna"), "M");
        assert_eq!(initials(""), "");
    }
}
