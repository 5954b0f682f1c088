//! The pair composer: left list, right list, and the pair between them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId};
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::usecases::{LinkUsersView, ListSide};

use super::list::PeopleList;
use super::list_box::ListState;
use super::people::{Group, Person, Shown, shown};
use super::source::{Answer, People};
use crate::AppError;
use crate::api::{link_pair, propose};
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
    let crm_people = People::new(view, ListSide::Crm, crm);
    let calendar_people = People::new(view, ListSide::Calendar, calendar);
    let profile = view.with_untracked(|view| view.profile);
    let proposals = RwSignal::new(Vec::new());
    let show = move |people: People, state: ListState, proposals: &[(Arc<Person>, MatchReason)]| {
        state.query.with(|query| {
            let (group, by_email) = (state.group.get(), state.by_email.get());
            // What the server found is filtered already.
            let words = match people.answer(query) {
                Answer::Found => "",
                _ => query,
            };
            people.with(query, |all| shown(all, group, words, by_email, proposals))
        })
    };
    let crm_shown = Memo::new(move |_| show(crm_people, crm, &[]));
    let calendar_shown =
        Memo::new(move |_| proposals.with(|proposals| show(calendar_people, calendar, proposals)));
    let name_of = move |state: ListState| {
        state
            .chosen
            .with(|chosen| chosen.as_ref().map(|one| one.name.clone()))
    };
    let crm_name = Memo::new(move |_| name_of(crm));
    let calendar_name = Memo::new(move |_| name_of(calendar));
    // The best proposal is chosen with the CRM user: an answer to his choice, not a state
    // derived from it, for it can be changed.
    Effect::new(move |before: Option<Option<String>>| {
        let key = crm.key();
        if before.is_some_and(|before| before != key) {
            proposals.set(Vec::new());
            if let Some(key) = key.clone() {
                calendar.group.set(Group::NotLinked);
                calendar.chosen.set(None);
                leptos::task::spawn_local(async move {
                    let answer = propose(profile, AssociateId::new(key.clone())).await;
                    // Somebody else may be chosen meanwhile.
                    if crm.chosen.try_with_untracked(|one| is(one.as_ref(), &key)) != Some(true) {
                        return;
                    }
                    let found: Vec<_> = answer
                        .unwrap_or_default()
                        .into_iter()
                        .map(|one| (Arc::new(Person::from(one.person)), one.reason))
                        .collect();
                    let first = found.first().map(|(one, _)| Arc::clone(one));
                    proposals.set(found);
                    if calendar.chosen.with_untracked(Option::is_none) {
                        calendar.chosen.set(first);
                    }
                });
            }
        }
        key
    });

    come_with_somebody(crm, crm_shown);

    come_for_the_new(crm);

    let said = RwSignal::new(None::<Result<(), AppError>>);
    let link = task(move || async move {
        let (Some(left), Some(right)) = untrack(|| (crm.key(), calendar.key())) else {
            return;
        };
        let typed = (crm.query.get_untracked(), calendar.query.get_untracked());
        let pair = (AssociateId::new(&*left), CalendarUserId::new(&*right));
        match link_pair(profile, pair.0, pair.1).await {
            Ok(id) => {
                newest.set(Some(id));
                let empty = [
                    crm.forget(&left, &typed.0),
                    calendar.forget(&right, &typed.1),
                ];
                said.set(Some(Ok(())));
                if empty == [true, true] {
                    focus("crm-search");
                }
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
        let key = calendar.key()?;
        proposals.with(|all| {
            all.iter()
                .find(|(other, _)| other.key == key)
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
                people=crm_people
                state=crm
                shown=crm_shown
                proposed_for=Signal::stored(String::new())
                on_confirm=Callback::new(|()| focus("calendar-search"))
            />
            <PeopleList
                side=ListSide::Calendar
                view
                reload
                people=calendar_people
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

/// Another page may look for a CRM user by his name in the address, and name his key: then
/// he is chosen as soon as he is found.
fn come_with_somebody(crm: ListState, shown: Memo<Shown>) {
    let (wanted, key) = use_query_map()
        .with_untracked(|query| (query.get("find").unwrap_or_default(), query.get("crm")));
    if wanted.is_empty() {
        return;
    }
    let awaited = RwSignal::new(None::<String>);
    let typed = wanted.clone();
    Effect::new(move |_| {
        let Some(key) = awaited.get() else {
            return;
        };
        if crm.query.with(|query| *query != typed) {
            awaited.set(None);
            return;
        }
        let found = shown.with(|shown| shown.rest.iter().find(|one| one.key == key).cloned());
        if let Some(found) = found {
            awaited.set(None);
            crm.chosen.set(Some(found));
            focus("calendar-search");
        }
    });
    let begin = move || {
        crm.query.set(wanted.clone());
        awaited.set(key.clone());
        focus("crm-search");
    };
    #[cfg(feature = "hydrate")]
    crate::taken_over::TakenOver::then(begin);
    #[cfg(not(feature = "hydrate"))]
    let _ = begin;
}

/// A notice leads to those who are new.
fn come_for_the_new(crm: ListState) {
    if use_query_map().with_untracked(|query| query.get_str("new").is_none()) {
        return;
    }
    let begin = move || {
        crm.group.set(Group::New);
        focus("crm-search");
    };
    #[cfg(feature = "hydrate")]
    crate::taken_over::TakenOver::then(begin);
    #[cfg(not(feature = "hydrate"))]
    let _ = begin;
}

fn is(chosen: Option<&Arc<Person>>, key: &str) -> bool {
    chosen.is_some_and(|one| one.key == key)
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
