//! The app bar of a person's own page, the portal's bar without script.

use leptos::prelude::*;
use synchronizer_domain::routes;
use synchronizer_domain::session::{Me, Role};

use super::PublicPage;
use super::document::language_items;
use super::parts::breakable;
use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};

/// Brand, company, navigation, the way to the administration, the account menu; below it
/// what everybody of a suspended company must know.
pub(super) fn bar(texts: Texts, page: &PublicPage<'_>, me: &Me) -> AnyView {
    let switch = (me.role == Role::Admin).then(|| {
        view! {
            <nav class="seg" aria-label=texts.t("public.me.view_as")>
                <a href=routes::PROFILES>{texts.t("public.me.admin")}</a>
                <a href=routes::ME aria-current="true">
                    {texts.t("public.me.user")}
                </a>
            </nav>
        }
    });
    let suspended = me.suspended.then(|| {
        view! {
            <section class="banner" aria-label=texts.t("public.mishap.tenant_suspended.title")>
                <p>
                    <strong>{texts.t("public.mishap.tenant_suspended.title")}</strong>
                    " "
                    {texts.t("public.mishap.tenant_suspended.text")}
                </p>
            </section>
        }
    });
    view! {
        <header class="appbar">
            <div class="appbar__in">
                <div class="appbar__brand">
                    <a class="brand" href=routes::HOME>
                        <Icon name=IconName::Logo />
                        <span>"Synchronizer"</span>
                    </a>
                    <span class="appbar__tenant">{me.tenant_name.clone()}</span>
                </div>
                <nav class="appbar__nav" aria-label=texts.t("public.me.main")>
                    <a href=routes::ME aria-current="page">
                        {texts.t("public.me.title")}
                    </a>
                </nav>
                <div class="appbar__who">{switch} {account_menu(texts, page, me)}</div>
            </div>
        </header>
        {suspended}
    }
    .into_any()
}

fn account_menu(texts: Texts, page: &PublicPage<'_>, me: &Me) -> AnyView {
    view! {
        <details class="account">
            <summary class="menubtn">
                <span class="avatar" aria-hidden="true">
                    <Icon name=IconName::Users />
                </span>
                <span class="appbar__name" aria-hidden="true">
                    {me.name.clone()}
                </span>
                <span class="sr">{texts.with("public.me.account_of", &[("name", &me.name)])}</span>
                <Icon name=IconName::Down />
            </summary>
            <div class="account__pop">
                <div class="account__who">
                    <strong>{me.name.clone()}</strong>
                    <span class="meta">{breakable(&me.email)}</span>
                </div>
                <p class="account__who meta" id="languages">
                    {texts.t("public.language")}
                </p>
                <ul aria-labelledby="languages">{language_items(page, &[])}</ul>
                <form method="post" action=routes::SIGN_OUT>
                    <button class="btn btn--quiet btn--wide" type="submit">
                        {texts.t("public.me.sign_out")}
                    </button>
                    <button class="btn btn--quiet btn--wide" type="submit" name="everywhere" value="1">
                        {texts.t("public.me.sign_out_everywhere")}
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
