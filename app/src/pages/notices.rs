//! What should be looked at, each with its next step: above the overview and above *Status*.

mod resend;

use leptos::prelude::*;
use synchronizer_domain::notice::{Notice, NoticeKind};
use synchronizer_domain::routes;

use super::loaded::{PageData, Wanted};
use crate::api::dismiss_notice;
use crate::i18n::{Texts, group, use_texts};
use crate::live::{keep_fresh, task};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, WhenText, focus, optional};
use resend::ResendDialog;

fn take(data: PageData) -> Option<Vec<Notice>> {
    match data {
        PageData::Notices(notices) => Some(notices),
        _ => None,
    }
}

/// Nothing while there is nothing to tell.
#[component]
pub fn NoticeBar(
    /// What came with the page.
    notices: Vec<Notice>,
    /// Id of the heading that has the focus when a notice went away.
    title: &'static str,
) -> impl IntoView {
    let texts = use_texts();
    let notices = RwSignal::new(notices);
    let reload = keep_fresh(notices, Wanted::Notices, take);
    let error = RwSignal::new(None);
    let asking = RwSignal::new(None::<Notice>);
    let hidden = RwSignal::new(None::<Notice>);
    let dismiss = task(move || async move {
        if let Some(notice) = hidden.get_untracked() {
            error.set(dismiss_notice(notice.kind, notice.newest).await.err());
            reload.dispatch(());
            // The button that was pressed goes away.
            focus(title);
        }
    });
    let hide = Callback::new(move |notice| {
        if !dismiss.pending().get_untracked() {
            hidden.set(Some(notice));
            dismiss.dispatch(());
        }
    });
    view! {
        <ActionAlert error />
        {optional(move || {
            let notices = notices.get();
            (!notices.is_empty())
                .then(|| {
                    let lines = notices
                        .into_iter()
                        .map(|notice| line(texts, notice, asking, hide))
                        .collect_view();
                    view! {
                        <ul class="notices" aria-label=texts.t("portal.notice.title")>
                            {lines}
                        </ul>
                    }
                        .into_any()
                })
        })}
        <ResendDialog asking reload />
    }
}

fn line(
    texts: Texts,
    notice: Notice,
    asking: RwSignal<Option<Notice>>,
    hide: Callback<Notice>,
) -> AnyView {
    let word = notice.kind.word();
    let days = notice.days.to_string();
    let goes_on = notice.waiting > 0;
    let is_warning = notice.kind == NoticeKind::Gone;
    let (icon, key) = match notice.kind {
        NoticeKind::NewCrm => (IconName::Users, "portal.notice.new_crm"),
        NoticeKind::Gone => (IconName::Alert, "portal.notice.gone"),
        NoticeKind::Unanswered => (IconName::Mail, "portal.notice.unanswered"),
        NoticeKind::Resent if goes_on => (IconName::Mail, "portal.batch.resend"),
        NoticeKind::Resent => (IconName::Mail, "portal.notice.resent"),
    };
    let sentence = texts.count(key, notice.count, &[("days", &days)]);
    let more = match notice.kind {
        NoticeKind::Resent => [("waiting", notice.waiting), ("refused", notice.refused)]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| {
                let count = group(count, texts.locale());
                texts.with(&format!("portal.batch.n.{state}"), &[("count", &count)])
            })
            .collect::<Vec<_>>()
            .join(", ")
            .into_any(),
        kind => {
            let since = texts.t(&format!("portal.notice.since.{}", kind.word()));
            view! { <WhenText text=since at=notice.since /> }.into_any()
        }
    };
    let dismiss = (!goes_on).then(|| {
        let what = texts.t(&format!("portal.only.{word}"));
        let name = texts.with("portal.notice.dismiss", &[("what", &what)]);
        let notice = notice.clone();
        view! {
            <button
                class="btn btn--quiet btn--icon btn--sm"
                type="button"
                on:click=move |_| hide.run(notice.clone())
            >
                <Icon name=IconName::X />
                <span class="sr">{name}</span>
            </button>
        }
        .into_any()
    });
    view! {
        <li class:is-warn=is_warning>
            <Icon name=icon />
            <p>
                <strong>{sentence}</strong>
                " "
                <span class="muted">{more}</span>
            </p>
            <span class="row row--tight">{next_step(texts, notice, asking)} {dismiss}</span>
        </li>
    }
    .into_any()
}

fn next_step(texts: Texts, notice: Notice, asking: RwSignal<Option<Notice>>) -> AnyView {
    let word = notice.kind.word();
    let show = || {
        let what = texts.t(&format!("portal.only.{word}"));
        view! {
            <a class="btn btn--sm" href=format!("{}?only={word}", routes::STATUS)>
                <span>{texts.t("portal.notice.show")} <span class="sr">{format!(": {what}")}</span></span>
            </a>
        }
        .into_any()
    };
    // One button for each profile, with its name where there are several.
    let places = |end: &str, key: &str| {
        let alone = notice.places.len() == 1;
        notice
            .places
            .iter()
            .map(|(id, name)| {
                let label = if alone {
                    texts.t(&format!("portal.notice.{key}"))
                } else {
                    texts.with(&format!("portal.notice.{key}_in"), &[("name", name)])
                };
                view! {
                    <a class="btn btn--sm" href=routes::profile_page(*id, end)>
                        {label}
                    </a>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    };
    match notice.kind {
        NoticeKind::NewCrm => places("link-users?new=1", "link"),
        NoticeKind::Resent => places("link-several#job", "results"),
        NoticeKind::Gone => show(),
        NoticeKind::Unanswered => {
            let label = texts.count("portal.resend_all.open", notice.count, &[]);
            let show = show();
            view! {
                {show}
                <button class="btn btn--sm" type="button" on:click=move |_| asking.set(Some(notice.clone()))>
                    {label}
                </button>
            }
            .into_any()
        }
    }
}
