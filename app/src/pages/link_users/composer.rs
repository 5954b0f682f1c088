//! The pair composer: left list, right list, and the pair between them.

use leptos::prelude::*;
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId};
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::usecases::{LinkUsersView, ListSide};

use super::list::PeopleList;
use super::list_box::ListState;
use super::people::{calendar_people, crm_people, shown};
use crate::AppError;
use crate::api::link_pair;
use crate::error::leave_when_signed_out;
use crate::i18n::use_texts;
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{Busy, dynamic, focus, system_key, text, when};

/// Chooses one of each side and links them.
#[component]
pub fn Composer(
    /// The page's data.
    view: RwSignal<LinkUsersView>,
    /// Loads it again.
    reload: Action<(), ()>,
    /// The link that was made last.
    newest: RwSignal<Option<LinkId>>,
) -> impl IntoView {
    let texts = use_texts();
    let (crm, calendar) = (ListState::new(), ListState::new());
    let crm_all = Memo::new(move |_| view.with(|view| crm_people(&view.crm_users)));
    let calendar_all = Memo::new(move |_| view.with(|view| calendar_people(&view.calendar_users)));
    let proposals = Memo::new(move |_| {
        let Some(key) = crm.chosen.get() else {
            return Vec::new();
        };
        view.with(|view| {
            let entry = view
                .crm_users
                .iter()
                .find(|entry| entry.user.id.as_str() == key);
            entry.map(|entry| {
                entry
                    .proposals
                    .iter()
                    .map(|(id, reason)| (id.to_string(), *reason))
                    .collect::<Vec<_>>()
            })
        })
        .unwrap_or_default()
    });
    let crm_shown = Memo::new(move |_| {
        crm_all.with(|people| {
            crm.query
                .with(|query| shown(people, crm.group.get(), query, &[]))
        })
    });
    let calendar_shown = Memo::new(move |_| {
        calendar_all.with(|people| {
            proposals.with(|proposals| {
                calendar
                    .query
                    .with(|query| shown(people, calendar.group.get(), query, proposals))
            })
        })
    });
    let name_of = move |all: Memo<Vec<std::sync::Arc<super::people::Person>>>,
                        key: Option<String>| {
        let key = key?;
        all.with(|people| {
            people
                .iter()
                .find(|one| one.key == key)
                .map(|one| one.name.clone())
        })
    };
    let crm_name = Memo::new(move |_| name_of(crm_all, crm.chosen.get()));
    let calendar_name = Memo::new(move |_| name_of(calendar_all, calendar.chosen.get()));
    // The best proposal is chosen with the CRM user: an answer to his choice, not a state
    // derived from it, for it can be changed.
    Effect::new(move |before: Option<Option<String>>| {
        let key = crm.chosen.get();
        if before.is_some_and(|before| before != key) && key.is_some() {
            calendar.group.set(super::people::Group::NotLinked);
            let first = calendar_shown
                .with_untracked(|shown| shown.proposed.first().map(|(one, _)| one.key.clone()));
            calendar.chosen.set(first);
        }
        key
    });

    let said = RwSignal::new(None::<Result<(), AppError>>);
    let profile = view.with_untracked(|view| view.profile);
    let link = task(move || async move {
        let (Some(left), Some(right)) =
            (crm.chosen.get_untracked(), calendar.chosen.get_untracked())
        else {
            return;
        };
        match link_pair(profile, AssociateId::new(left), CalendarUserId::new(right)).await {
            Ok(id) => {
                newest.set(Some(id));
                for list in [crm, calendar] {
                    list.chosen.set(None);
                    list.query.set(String::new());
                }
                said.set(Some(Ok(())));
                focus("crm-search");
            }
            Err(error) => {
                leave_when_signed_out(&error);
                said.set(Some(Err(error)));
            }
        }
        reload.dispatch(());
    });
    // A new choice ends what was said about the last pair.
    Effect::new(move |before: Option<()>| {
        let something = crm.chosen.with(Option::is_some) | calendar.chosen.with(Option::is_some);
        if before.is_some() && something {
            said.set(None);
        }
    });
    let reason = Memo::new(move |_| {
        let key = calendar.chosen.get()?;
        proposals.with(|all| {
            all.iter()
                .find(|(other, _)| *other == key)
                .map(|(_, reason)| *reason)
        })
    });
    let proposed_for = text(move || {
        texts.with(
            "portal.link.proposed_for",
            &[("name", &crm_name.get().unwrap_or_default())],
        )
    });
    let ready = Signal::derive(move || {
        crm_name.with(Option::is_some) && calendar_name.with(Option::is_some)
    });
    let do_link = move || {
        if ready.get_untracked() && !link.pending().get_untracked() {
            said.set(None);
            link.dispatch(());
        }
    };
    let on_confirm = Callback::new(move |()| do_link());
    view! {
        <section aria-label=texts.t("portal.link.one_pair") class="composer">
            <PeopleList
                side=ListSide::Crm
                view
                reload
                people=crm_all
                state=crm
                shown=crm_shown
                proposed_for=Signal::stored(String::new())
                on_confirm=Callback::new(|()| focus("calendar-search"))
            />
            <PeopleList
                side=ListSide::Calendar
                view
                reload
                people=calendar_all
                state=calendar
                shown=calendar_shown
                proposed_for
                on_confirm
            />
            <div class="composer__mid">
                <div class="stack stack--3 center" aria-live="polite">
                    {dynamic(move || pair(crm_name.get(), calendar_name.get(), reason.get(), said.get(), view))}
                </div>
                <button
                    class="btn btn--primary"
                    type="button"
                    id="do-link"
                    aria-disabled=when("true", move || !ready.get())
                    aria-busy=when("true", move || link.pending().get())
                    aria-describedby="link-what"
                    on:click=move |_| do_link()
                >
                    <Busy
                        busy=link.pending()
                        icon=IconName::Link
                        label=texts.t("portal.link.do")
                        doing=texts.t("portal.link.doing")
                    />
                </button>
                <p class="meta" id="link-what">
                    {text(move || texts.t(if ready.get() { "portal.link.what" } else { "portal.link.choose" }))}
                </p>
            </div>
        </section>
    }
}

/// The chosen pair and why, or what became of the last one.
fn pair(
    crm: Option<String>,
    calendar: Option<String>,
    reason: Option<MatchReason>,
    said: Option<Result<(), AppError>>,
    view: RwSignal<LinkUsersView>,
) -> AnyView {
    let texts = use_texts();
    let system = view.with_untracked(|view| view.system);
    let side = |name: Option<String>, system: String| {
        view! {
            <strong>{name.unwrap_or_else(|| "–".to_owned())}</strong>
            <span class="meta">{system}</span>
        }
        .into_any()
    };
    let why = reason.map(|reason| {
        texts.t(match reason {
            MatchReason::EqualEmail => "match.equal_email.why",
            MatchReason::Alias => "match.alias.why",
            MatchReason::SimilarName => "match.similar_name.why",
        })
    });
    let answer = match said {
        Some(Ok(())) => view! {
            <p class="small">
                <span class="state" data-state="active">
                    <Icon name=IconName::Ok />
                    {texts.t("portal.link.linked")}
                </span>
                <br />
                {texts.t("portal.link.mail_goes")}
            </p>
        }
        .into_any(),
        Some(Err(error)) => view! {
            <p class="field__err">
                <Icon name=IconName::Stop />
                <span>{error.sentence(texts)}</span>
            </p>
        }
        .into_any(),
        None => why
            .map(|why| view! { <p class="small muted">{why}</p> }.into_any())
            .into_any(),
    };
    view! {
        <div class="composer__pair">
            {side(crm, texts.t("system.superoffice"))} <Icon name=IconName::Swap />
            {side(calendar, texts.t(&system_key(system)))}
        </div>
        {answer}
    }
    .into_any()
}
