//! The page that leaves for an identity provider.
//!
//! A form's redirect may not cross sites (CSP `form-action`), so posts that begin a sign-in
//! redirect here, and the browser goes on by GET, with or without script.

use leptos::prelude::*;
use synchronizer_domain::routes;

use super::PublicPage;
use super::document::{Document, render};
use crate::ui::icon::{Icon, IconName};

/// Goes on to `target`, an absolute http(s) address, at once; `system` is `superoffice` or
/// `microsoft365`. Another scheme is never followed: the page then leads to the sign-in.
#[must_use]
pub fn leaving(page: &PublicPage<'_>, target: &str, system: &str) -> String {
    let web = target.starts_with("https://") || target.starts_with("http://");
    let target = if web { target } else { routes::SIGN_IN };
    render(page, |texts| {
        let provider = texts.t(&format!("public.provider.{system}"));
        let named = [("system", provider.as_str())];
        let title = texts.with("public.leaving.title", &named);
        let main = view! {
            <div class="card">
                <div class="stack stack--2">
                    <h1>{title.clone()}</h1>
                    <p class="muted">{texts.t("public.leaving.lead")}</p>
                </div>
                <a class="btn btn--primary btn--lg btn--wide" href=target.to_owned() rel="noreferrer">
                    {texts.with("public.leaving.button", &named)}
                    <Icon name=IconName::Arrow />
                </a>
            </div>
        };
        // No language menu: its links would have to start the sign-in anew.
        Document {
            refresh: Some(target.to_owned()),
            ..Document::column(title, ().into_any(), main.into_any())
        }
    })
}
