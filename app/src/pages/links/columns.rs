//! The columns of a table of links, and which of them a person wants to see. The choice is
//! kept by the browser: another device shows the columns anew.

use leptos::prelude::*;
use synchronizer_domain::status::LinkSort;

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};

/// A column beside the CRM user, who is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The calendar user.
    Calendar,
    /// State with cause and remedy.
    State,
    /// The profile and its calendar system.
    Profile,
    /// The connection to SuperOffice.
    SuperOffice,
    /// The connection to the calendar system.
    Connection,
    /// The invitation.
    Invitation,
    /// Since when it is in its state.
    Since,
    /// The last check.
    Checked,
    /// The next check.
    Next,
}

/// All of them, in the order of *Status*.
pub const EVERY: &[Column] = &[
    Column::Calendar,
    Column::State,
    Column::Profile,
    Column::SuperOffice,
    Column::Connection,
    Column::Invitation,
    Column::Since,
    Column::Checked,
    Column::Next,
];

/// Those of *Linked users* in one profile.
pub const OF_PROFILE: &[Column] = &[
    Column::Calendar,
    Column::State,
    Column::Invitation,
    Column::Checked,
];

/// Not shown until somebody asks for them.
const HIDDEN: &[Column] = &[Column::SuperOffice, Column::Connection];

impl Column {
    /// Its word: in classes, in what the browser keeps, in keys of texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Calendar => "calendar_user",
            Self::State => "state",
            Self::Profile => "profile",
            Self::SuperOffice => "superoffice",
            Self::Connection => "connection",
            Self::Invitation => "invitation",
            Self::Since => "since",
            Self::Checked => "checked",
            Self::Next => "next",
        }
    }

    /// What it can be sorted by.
    pub const fn sort(self) -> Option<LinkSort> {
        match self {
            Self::Calendar => Some(LinkSort::Calendar),
            Self::State => Some(LinkSort::State),
            Self::Profile => Some(LinkSort::Profile),
            Self::Since => Some(LinkSort::Since),
            Self::Checked => Some(LinkSort::Checked),
            Self::Next => Some(LinkSort::Next),
            Self::SuperOffice | Self::Connection | Self::Invitation => None,
        }
    }

    /// The key of its name.
    pub fn key(self) -> String {
        format!("portal.table.{}", self.word())
    }
}

/// Which columns are hidden.
#[derive(Clone, Copy)]
pub struct Hidden(RwSignal<Vec<Column>>);

impl Hidden {
    /// Nothing is hidden.
    pub fn none() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// What the browser keeps; as by default until the server's page is taken over.
    pub fn remembered() -> Self {
        let hidden = Self(RwSignal::new(HIDDEN.to_vec()));
        #[cfg(feature = "hydrate")]
        crate::taken_over::TakenOver::then(move || {
            if let Some(kept) = store::read() {
                hidden.0.set(understood(&kept));
            }
        });
        hidden
    }

    /// The classes of the table.
    pub fn classes(self) -> String {
        self.0.with(|hidden| {
            hidden.iter().fold(String::new(), |all, column| {
                format!("{all} hide-{}", column.word())
            })
        })
    }

    fn is_default(self) -> bool {
        self.0.with(|hidden| *hidden == HIDDEN)
    }

    fn has(self, column: Column) -> bool {
        self.0.with(|hidden| hidden.contains(&column))
    }

    fn turn(self, column: Column) {
        self.0.update(|hidden| {
            let hide = !hidden.contains(&column);
            hidden.retain(|one| *one != column);
            if hide {
                hidden.push(column);
            }
            hidden.sort_by_key(|one| EVERY.iter().position(|other| other == one));
        });
        self.keep();
    }

    fn reset(self) {
        self.0.set(HIDDEN.to_vec());
        self.keep();
    }

    fn keep(self) {
        #[cfg(feature = "hydrate")]
        store::write(&self.0.with_untracked(|hidden| written(hidden)));
    }
}

#[cfg(any(feature = "hydrate", test))]
fn written(hidden: &[Column]) -> String {
    let words: Vec<_> = hidden.iter().map(|column| column.word()).collect();
    words.join(" ")
}

/// Words of another version are left out.
#[cfg(any(feature = "hydrate", test))]
fn understood(kept: &str) -> Vec<Column> {
    let words: Vec<_> = kept.split(' ').collect();
    let known = EVERY.iter().copied();
    known.filter(|one| words.contains(&one.word())).collect()
}

/// What the browser keeps for this portal. A browser that keeps nothing is no mishap.
#[cfg(feature = "hydrate")]
mod store {
    use js_sys::{Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};

    const KEY: &str = "status-columns";

    fn call(method: &str, arguments: &[&str]) -> Option<JsValue> {
        let window = leptos::prelude::window();
        let storage = Reflect::get(&window, &JsValue::from_str("localStorage")).ok()?;
        let method = Reflect::get(&storage, &JsValue::from_str(method)).ok()?;
        let arguments = arguments.iter().map(|one| JsValue::from_str(one)).collect();
        Reflect::apply(&method.dyn_into::<Function>().ok()?, &storage, &arguments).ok()
    }

    pub(super) fn read() -> Option<String> {
        call("getItem", &[KEY])?.as_string()
    }

    pub(super) fn write(words: &str) {
        _ = call("setItem", &[KEY, words]);
    }
}

/// The menu in which columns are chosen.
#[component]
pub fn ColumnMenu(
    /// Which are hidden.
    hidden: Hidden,
) -> impl IntoView {
    let texts = use_texts();
    let boxes = EVERY
        .iter()
        .map(|column| {
            let column = *column;
            view! {
                <li>
                    <label class="row row--tight small">
                        <input
                            class="check"
                            type="checkbox"
                            autocomplete="off"
                            prop:checked=Signal::derive(move || !hidden.has(column))
                            on:change=move |_| hidden.turn(column)
                        />
                        {texts.t(&column.key())}
                    </label>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <details class="rowmenu" name="pop">
            <summary class="btn btn--quiet btn--sm">
                {texts.t("portal.status.columns")} <Icon name=IconName::Down />
            </summary>
            <div class="rowmenu__pop columns">
                <ul class="stack stack--2" aria-label=texts.t("portal.status.columns")>
                    {boxes}
                </ul>
                <button
                    class="btn btn--sm btn--wide"
                    type="button"
                    aria-disabled=crate::ui::when("true", move || hidden.is_default())
                    on:click=move |_| hidden.reset()
                >
                    {texts.t("portal.status.reset_columns")}
                </button>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_keeps_is_read_back_without_unknown_words() {
        let hidden = [Column::Profile, Column::Next];
        assert_eq!(understood(&written(&hidden)), hidden);
        assert_eq!(understood("next nonsense profile"), hidden);
        assert_eq!(understood(""), []);
    }
}
