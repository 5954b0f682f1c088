//! The document around every public page.

use leptos::prelude::*;
use leptos_router::location::Url;
use synchronizer_domain::{Locale, routes};

use super::PublicPage;
use crate::i18n::{self, Texts, provide_texts, use_texts};
use crate::ui::icon::{Icon, IconName};

/// What a page puts into the document.
pub(super) struct Document {
    /// Its own part of the title.
    pub title: String,
    /// Where the browser goes on its own at once.
    pub refresh: Option<String>,
    /// All of `<body>`.
    pub body: AnyView,
}

impl Document {
    /// A page of one column that stays.
    pub fn column(title: String, top: AnyView, main: AnyView) -> Self {
        Self {
            title,
            refresh: None,
            body: column(top, main),
        }
    }
}

/// Renders a page in its language. `make` runs where [`use_texts`] works.
pub(super) fn render(page: &PublicPage<'_>, make: impl FnOnce(Texts) -> Document) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let texts = provide_texts(i18n::public(page.locale));
        html(page.locale, make(texts)).to_html()
    });
    // The renderer marks places for a script that never comes. The text `<!>` itself
    // cannot occur: `<` is escaped in texts and in attribute values.
    format!("<!doctype html>{}", html.replace("<!>", ""))
}

fn html(locale: Locale, document: Document) -> impl IntoView {
    let refresh = document
        .refresh
        .map(|target| view! { <meta http-equiv="refresh" content=format!("0;url={target}") /> });
    view! {
        <html lang=locale.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {refresh}
                <title>{format!("{} · Synchronizer", document.title)}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/synchronizer.css" />
            </head>
            <body>{document.body}</body>
        </html>
    }
}

fn column(top: AnyView, main: AnyView) -> AnyView {
    view! {
        <div class="public">
            <header class="public__top">
                <span class="brand">
                    <Icon name=IconName::Logo />
                    "Synchronizer"
                </span>
                {top}
            </header>
            <main class="public__main" id="main">
                {main}
            </main>
            {footer()}
        </div>
    }
    .into_any()
}

/// The foot of every public page.
pub(super) fn footer() -> impl IntoView {
    let texts = use_texts();
    view! {
        <footer class="footer">
            <span>{texts.t("public.footer")}</span>
        </footer>
    }
}

/// The language menu. `keep` are query parameters that the page needs to be itself; the
/// links never leave this site.
pub(super) fn languages(page: &PublicPage<'_>, keep: &[(&str, &str)]) -> AnyView {
    if page.path.is_empty() {
        return ().into_any();
    }
    let texts = use_texts();
    let items = language_items(page, keep);
    view! {
        <details class="langs">
            <summary class="btn btn--quiet">
                <Icon name=IconName::Globe />
                <span>
                    <span class="sr">{format!("{}: ", texts.t("public.language"))}</span>
                    {page.locale.name()}
                </span>
                <Icon name=IconName::Down />
            </summary>
            <ul>{items}</ul>
        </details>
    }
    .into_any()
}

/// The languages as items of a list, each a link to this page in it.
pub(super) fn language_items(page: &PublicPage<'_>, keep: &[(&str, &str)]) -> AnyView {
    let query: String = keep
        .iter()
        .map(|(name, value)| format!("{name}={}&", Url::escape(value)))
        .collect();
    Locale::ALL
        .into_iter()
        .map(|locale| {
            let href = format!(
                "{}?{query}{}={}",
                page.path,
                routes::LANGUAGE_PARAM,
                locale.tag()
            );
            let current = (locale == page.locale).then_some("true");
            view! {
                <li>
                    <a href=href lang=locale.tag() hreflang=locale.tag() aria-current=current>
                        {locale.name()}
                    </a>
                </li>
            }
        })
        .collect_view()
        .into_any()
}
