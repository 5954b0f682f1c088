//! A searchable list: a search field that keeps the focus and a listbox it moves through
//! (WAI-ARIA combobox with a listbox that is always open).

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use synchronizer_domain::matching::MatchReason;

use super::nav::step;
use super::people::{Group, Person, Shown};
use super::scroll::Scroll;
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{Email, dynamic, optional};

/// What a list knows about itself.
#[derive(Clone, Copy)]
pub struct ListState {
    /// What was typed into the search.
    pub query: RwSignal<String>,
    /// Which part is shown.
    pub group: RwSignal<Group>,
    /// Sorted by e-mail instead of by name.
    pub by_email: RwSignal<bool>,
    /// The chosen person.
    pub chosen: RwSignal<Option<Arc<Person>>>,
}

impl ListState {
    /// The key of the chosen person.
    pub fn key(self) -> Option<String> {
        self.chosen
            .with(|chosen| chosen.as_ref().map(|one| one.key.clone()))
    }

    /// Gives up somebody who was linked, and the search that found them; whoever was chosen
    /// or searched since then stays. True when nobody was.
    pub fn forget(self, key: &str, typed: &str) -> bool {
        if untrack(|| self.key()).as_deref() == Some(key) {
            self.chosen.set(None);
        }
        if self.query.with_untracked(|query| query == typed) {
            self.query.set(String::new());
        }
        self.chosen.with_untracked(Option::is_none) && self.query.with_untracked(String::is_empty)
    }

    /// Nothing typed, nothing chosen, those who can be linked.
    pub fn new() -> Self {
        Self {
            query: RwSignal::new(String::new()),
            group: RwSignal::new(Group::NotLinked),
            by_email: RwSignal::new(false),
            chosen: RwSignal::new(None),
        }
    }
}

/// Search field and options.
#[component]
pub fn ListBox(
    /// Prefix of all ids, and end of the keys of texts: `crm` or `calendar`.
    side: &'static str,
    /// Its state.
    state: ListState,
    /// What it shows.
    shown: Memo<Shown>,
    /// Title of the proposals.
    #[prop(into)]
    proposed_for: Signal<String>,
    /// Enter on the option that is already chosen.
    on_confirm: Callback<()>,
    /// What stands above the search field.
    head: AnyView,
    /// What stands between the search field and the options.
    below: AnyView,
) -> impl IntoView {
    let texts = use_texts();
    let active = RwSignal::new(None::<usize>);
    let ListState { query, chosen, .. } = state;
    let scroll = Scroll::new(shown, query);
    let choose = move |index: usize| {
        let person = shown.with_untracked(|shown| shown.at(index).cloned());
        if let Some(person) = person
            && person.group == Group::NotLinked
        {
            chosen.set(Some(person));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        let len = shown.with_untracked(Shown::len);
        match key.as_str() {
            "Enter" => {
                event.prevent_default();
                let at = active.get_untracked();
                let key = at.and_then(|at| {
                    shown.with_untracked(|shown| shown.at(at).map(|one| one.key.clone()))
                });
                if key.is_none() || key == untrack(|| state.key()) {
                    on_confirm.run(());
                } else if let Some(at) = at {
                    choose(at);
                }
            }
            "Escape" => {
                query.set(String::new());
                active.set(None);
            }
            key => {
                if let Some(at) = step(key, active.get_untracked(), len) {
                    event.prevent_default();
                    active.set(Some(at));
                    scroll.bring(at);
                    reveal(format!("{side}-{at}"));
                }
            }
        }
    };
    let on_input = move |typed: String| {
        query.set(typed);
        active.set(None);
    };
    let on_click = move |event: MouseEvent| {
        if let Some(index) = pressed_option(&event) {
            active.set(Some(index));
            choose(index);
        }
    };
    // A list that became shorter has no such row any more.
    let descendant = Signal::derive(move || {
        let there = active
            .get()
            .filter(|at| shown.with(|shown| *at < shown.len()));
        there.map(|at| format!("{side}-{at}"))
    });
    let list = format!("{side}-list");
    view! {
        <div class="list__head">
            {head}
            <div class="search">
                <Icon name=IconName::Search />
                <input
                    class="input"
                    type="search"
                    role="combobox"
                    id=format!("{side}-search")
                    aria-expanded="true"
                    aria-controls=list.clone()
                    aria-activedescendant=descendant
                    aria-autocomplete="list"
                    aria-label=texts.t(&format!("portal.link.search.{side}"))
                    placeholder=texts.t("portal.link.search")
                    autocomplete="off"
                    prop:value=query
                    on:input:target=move |event| on_input(event.target().value())
                    on:keydown=on_key
                />
            </div>
            {below}
        </div>
        <div
            class="list__scroll"
            role="listbox"
            id=list
            tabindex="0"
            aria-labelledby=format!("{side}-title")
            aria-activedescendant=descendant
            on:click=on_click
            on:keydown=on_key
            node_ref=scroll.list
            on:scroll:target=move |event| scroll.moved(event.target().scroll_top())
        >
            {dynamic(move || {
                shown
                    .with(|shown| {
                        let total = shown.len();
                        let row = move |at: usize, person: &Arc<Person>, reason: Option<MatchReason>| {
                            let person = Arc::clone(person);
                            view! { <Row side at total person reason active state /> }.into_any()
                        };
                        let first = shown.proposed.len();
                        let window = scroll.window(shown.rest.len());
                        let rows = shown
                            .rest
                            .get(window.clone())
                            .unwrap_or_default()
                            .iter()
                            .zip(first + window.start..)
                            .map(|(person, at)| row(at, person, None))
                            .collect_view();
                        // The rows that are not there keep their room.
                        let rows = view! {
                            <div role="presentation" node_ref=scroll.above></div>
                            {rows}
                            <div role="presentation" node_ref=scroll.below></div>
                        }
                            .into_any();
                        if first == 0 {
                            return rows;
                        }
                        let proposed = shown
                            .proposed
                            .iter()
                            .enumerate()
                            .map(|(at, (person, reason))| row(at, person, Some(*reason)))
                            .collect_view();
                        view! {
                            <div role="group" aria-labelledby=format!("{side}-proposed")>
                                <div class="list__group" id=format!("{side}-proposed") role="presentation">
                                    {proposed_for}
                                </div>
                                {proposed}
                            </div>
                            <div role="group" aria-labelledby=format!("{side}-rest")>
                                <div class="list__group" id=format!("{side}-rest") role="presentation">
                                    {texts.t("portal.link.all_not_linked")}
                                </div>
                                {rows}
                            </div>
                        }
                            .into_any()
                    })
            })}
        </div>
    }
}

#[component]
fn Row(
    side: &'static str,
    at: usize,
    total: usize,
    person: Arc<Person>,
    reason: Option<MatchReason>,
    active: RwSignal<Option<usize>>,
    state: ListState,
) -> impl IntoView {
    let texts = use_texts();
    let key = person.key.clone();
    let is_chosen = Signal::derive(move || {
        state
            .chosen
            .with(|chosen| chosen.as_ref().is_some_and(|one| one.key == key))
    });
    let tag = match (reason, person.group) {
        (Some(MatchReason::EqualEmail), _) => {
            Some(("tag tag--accent", texts.t("match.equal_email")))
        }
        (Some(MatchReason::Alias), _) => Some(("tag tag--accent", texts.t("match.alias"))),
        (Some(MatchReason::SimilarName), _) => Some(("tag", texts.t("match.similar_name"))),
        (None, Group::Linked) => Some(("tag", texts.t("portal.link.linked"))),
        (None, Group::Retired) => Some(("tag", texts.t(&format!("portal.link.retired.{side}")))),
        (None, Group::NotLinked) if person.same_email > 0 => Some((
            "tag",
            texts.count("portal.link.same_email", person.same_email, &[]),
        )),
        (None, Group::NotLinked) if person.new => {
            Some(("tag tag--accent", texts.t("portal.link.new_tag")))
        }
        (None, Group::NotLinked | Group::New) => None,
    };
    view! {
        <div
            class="opt"
            class:is-active=Signal::derive(move || active.get() == Some(at))
            role="option"
            id=format!("{side}-{at}")
            data-at=at.to_string()
            aria-selected=Signal::derive(move || if is_chosen.get() { "true" } else { "false" })
            aria-disabled=(person.group != Group::NotLinked).then_some("true")
            aria-posinset=(at + 1).to_string()
            aria-setsize=total.to_string()
        >
            <span class="who">
                <b>{person.name.clone()}</b>
                <Email address=person.email.clone() none=texts.t(&format!("portal.link.no_email.{side}")) />
            </span>
            {tag.map(|(class, text)| view! { <span class=class>{text}</span> }.into_any())}
            {optional(move || is_chosen.get().then(|| view! { <Icon name=IconName::Check /> }.into_any()))}
        </div>
    }
}

/// The position of the option that was pressed: one listener for the whole list.
fn pressed_option(event: &MouseEvent) -> Option<usize> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        element
            .closest("[role=option]")
            .ok()??
            .get_attribute("data-at")?
            .parse()
            .ok()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        None
    }
}

/// Scrolls an option into the list's window once it is painted.
fn reveal(id: String) {
    #[cfg(feature = "hydrate")]
    request_animation_frame(move || {
        if let Some(option) = document().get_element_by_id(&id) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::lists::ListPerson;

    use super::*;

    fn somebody(key: &str) -> Arc<Person> {
        Arc::new(Person::from(ListPerson {
            key: key.to_owned(),
            name: key.to_owned(),
            email: String::new(),
            active: true,
            linked: false,
            same_email: 0,
            new: false,
        }))
    }

    #[test]
    fn whoever_is_chosen_or_searched_while_a_pair_is_linked_stays() {
        Owner::new().with(|| {
            let list = ListState::new();
            for (chosen, query, is_empty) in [
                (Some("zoe"), "zo", true),
                (None, "zo", true),
                (Some("per"), "zo", false),
                (Some("zoe"), "pe", false),
            ] {
                list.chosen.set(chosen.map(somebody));
                list.query.set(query.to_owned());
                assert_eq!(list.forget("zoe", "zo"), is_empty);
                let rest = (untrack(|| list.key()), list.query.get_untracked());
                let expected = (
                    chosen.filter(|key| *key != "zoe").map(str::to_owned),
                    if query == "zo" { "" } else { query }.to_owned(),
                );
                assert_eq!(rest, expected);
            }
        });
    }
}
