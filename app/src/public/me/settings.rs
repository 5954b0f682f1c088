//! What a person decides: calendar, pause, language, sign-ins.

use leptos::prelude::*;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::own::{OwnLink, OwnPage};
use synchronizer_domain::{Locale, routes};

use crate::i18n::Texts;
use crate::ui::icon::{Icon, IconName};

/// Calendar and pause of a link that lives.
pub(super) fn of_link(texts: Texts, link: &OwnLink) -> Option<AnyView> {
    if link.status.state == LinkState::Deleted {
        return None;
    }
    let title = format!("settings-{}", link.id);
    let labelled = title.clone();
    Some(
        view! {
            <section class="panel" aria-labelledby=labelled>
                <div class="panel__head">
                    <h3 id=title>{texts.t("public.me.settings")}</h3>
                </div>
                <div class="panel__body">{calendar(texts, link)} {pause(texts, link)}</div>
            </section>
        }
        .into_any(),
    )
}

fn calendar(texts: Texts, link: &OwnLink) -> Option<AnyView> {
    let name = link.calendar_name.as_ref().filter(|_| link.chooses)?;
    let may = link.may_choose();
    let text = if may {
        texts.with("public.me.calendar_text", &[("calendar", name)])
    } else {
        texts.with("public.me.calendar_later", &[("calendar", name)])
    };
    let button = may.then(|| {
        view! {
            <a class="btn" href=routes::own_link(link.id, "calendar")>
                {texts.t("public.me.calendar_button")}
            </a>
        }
    });
    Some(setting(
        "public.me.calendar",
        texts,
        text,
        button.into_any(),
    ))
}

fn pause(texts: Texts, link: &OwnLink) -> AnyView {
    let (deed, word, icon) = if link.status.state == LinkState::Paused {
        ("resume", "public.me.resume", IconName::Arrow)
    } else {
        ("pause", "public.me.pause", IconName::Pause)
    };
    let button = view! {
        <form method="post" action=routes::own_link(link.id, deed)>
            <button class="btn" type="submit">
                <Icon name=icon />
                {texts.t(&format!("{word}_button"))}
            </button>
        </form>
    };
    let text = texts.t(&format!("{word}_text"));
    setting("public.me.pause_title", texts, text, button.into_any())
}

/// Language and sign-ins, whatever is linked.
pub(super) fn of_person(texts: Texts, locale: Locale, view: &OwnPage) -> AnyView {
    let options = Locale::ALL
        .into_iter()
        .map(|each| {
            view! {
                <option value=each.tag() lang=each.tag() selected=each == locale>
                    {each.name()}
                </option>
            }
        })
        .collect_view();
    let language = view! {
        <form class="row" method="post" action=routes::MY_LANGUAGE>
            <span class="select">
                <select name="language" aria-label=texts.t("public.language")>
                    {options}
                </select>
                <Icon name=IconName::Down />
            </span>
            <button class="btn" type="submit">
                {texts.t("common.save")}
            </button>
        </form>
    };
    let here = if view.other_sign_ins == 0 {
        texts.t("public.me.sign_ins_here")
    } else {
        texts.count("public.me.sign_ins", view.other_sign_ins, &[])
    };
    let sign_out = view! {
        <form class="row" method="post" action=routes::SIGN_OUT>
            <button class="btn" type="submit">
                {texts.t("public.me.sign_out")}
            </button>
            <button class="btn" type="submit" name="everywhere" value="1">
                {texts.t("public.me.sign_out_everywhere")}
            </button>
        </form>
    };
    view! {
        <section class="panel" aria-labelledby="mine">
            <div class="panel__head">
                <h2 id="mine">{texts.t("public.me.mine")}</h2>
            </div>
            <div class="panel__body">
                {setting("public.language", texts, texts.t("public.me.language_text"), language.into_any())}
                {setting("public.me.sign_ins_title", texts, here, sign_out.into_any())}
            </div>
        </section>
    }
    .into_any()
}

fn setting(title: &str, texts: Texts, text: String, control: AnyView) -> AnyView {
    view! {
        <div class="setting">
            <div>
                <p class="setting__title">{texts.t(title)}</p>
                <p class="small muted">{text}</p>
            </div>
            {control}
        </div>
    }
    .into_any()
}
