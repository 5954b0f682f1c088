//! Asks back before something is done for a selection, and before a permanent deletion, for
//! which the name or the number has to be typed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use synchronizer_domain::bulk::{ActPreview, MailPace};
use synchronizer_domain::link::LinkAction;
use synchronizer_domain::status::LinksView;

use super::actions::RowActions;
use super::parts::PART;
use super::question::{People, Touched};
use crate::api::preview_action;
use crate::i18n::{Texts, group, number, use_texts};
use crate::live::task;
use crate::ui::{ActionAlert, Busy, dynamic, optional, text, when};

/// What the dialog knows and what was typed and ticked in it.
#[derive(Clone, Copy)]
struct Form {
    actions: RowActions,
    preview: RwSignal<Option<ActPreview>>,
    with_hidden: RwSignal<bool>,
    typed: RwSignal<String>,
    touched: Memo<Option<Touched>>,
}

impl Form {
    /// For how many it will be done.
    fn count(self) -> usize {
        let with_hidden = self.with_hidden.get();
        let known = self
            .touched
            .with(|touched| touched.as_ref().map(|touched| touched.count(with_hidden)));
        known.unwrap_or_else(|| {
            let question = self.actions.question;
            question.with(|question| question.as_ref().map_or(0, |one| one.links.len()))
        })
    }

    /// What has to be typed before it can be confirmed.
    fn wanted(self) -> Option<String> {
        let question = self.actions.question;
        let erases = question.with(|question| {
            let action = question.as_ref().map(|question| question.action);
            action == Some(LinkAction::Erase)
        });
        let with_hidden = self.with_hidden.get();
        erases.then(|| {
            let touched = self.touched.get();
            touched
                .map(|touched| touched.wanted(with_hidden))
                .unwrap_or_default()
        })
    }

    /// Whether it can be confirmed as it stands.
    fn ready(self) -> bool {
        let typed = self
            .wanted()
            .is_none_or(|wanted| self.typed.with(|typed| normal(typed) == normal(&wanted)));
        self.touched.with(Option::is_some) && self.count() > 0 && typed
    }
}

/// Opens while something waits for its confirmation.
#[component]
pub fn ConfirmDialog(
    /// The table's actions.
    actions: RowActions,
    /// The table's data.
    view: RwSignal<LinksView>,
) -> impl IntoView {
    let texts = use_texts();
    let question = actions.question;
    let preview = RwSignal::new(None::<ActPreview>);
    let form = Form {
        actions,
        preview,
        with_hidden: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        touched: Memo::new(move |_| {
            preview.with(|preview| {
                let preview = preview.as_ref()?;
                question.with(|question| question.as_ref().map(|one| one.touched(preview)))
            })
        }),
    };
    let look = task(move || {
        let asked = question.get_untracked();
        let filter = view.with_untracked(|view| view.query.clone());
        async move {
            let Some(asked) = asked else { return };
            let ids = asked.links.iter().map(|(id, _)| *id).collect();
            let seen = preview_action(asked.action, ids, filter).await;
            // Somebody may have asked for something else meanwhile.
            if question.with_untracked(|now| now.as_ref() == Some(&asked)) {
                match seen {
                    Ok(seen) => preview.set(Some(seen)),
                    Err(error) => actions.error.set(Some(error)),
                }
            }
        }
    });
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let what =
        Memo::new(move |_| question.with(|one| one.as_ref().map(|one| (one.action, one.row))));
    Effect::new(move |_| {
        let what = what.get();
        if let Some(dialog) = dialog.get() {
            match what {
                Some((_, row)) if !dialog.open() => {
                    form.typed.set(String::new());
                    form.with_hidden.set(false);
                    // The row is there for all to see.
                    preview.set(row.then(ActPreview::default));
                    if !row {
                        look.dispatch(());
                    }
                    _ = dialog.show_modal();
                }
                None if dialog.open() => dialog.close(),
                _ => {}
            }
        }
    });
    let looks = Signal::derive(move || look.pending().get());
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="confirm-title"
            on:close=move |_| {
                actions.progress.stop.set(true);
                question.set(None);
            }
        >
            {optional(move || {
                what.get()
                    .map(|(action, row)| {
                        let again = optional(move || {
                            (form.touched.with(Option::is_none) && !looks.get()).then(|| look_again(texts, actions, look))
                        });
                        let looking = optional(move || {
                            (form.touched.with(Option::is_none) && looks.get())
                                .then(|| {
                                    view! {
                                        <p class="small muted" role="status">
                                            {texts.t("portal.bulk.looking")}
                                        </p>
                                    }
                                        .into_any()
                                })
                        });
                        let whom = (!row).then(|| whom(texts, form, action));
                        view! {
                            <div class="stack stack--2">
                                <h2 id="confirm-title">{text(move || title(texts, form, action, row))}</h2>
                                {what_happens(texts, action)}
                            </div>
                            {whom}
                            {looking}
                            <ActionAlert error=actions.error />
                            {again}
                            {controls(texts, form, (action, row))}
                        }
                            .into_any()
                    })
            })}
        </dialog>
    }
}

fn title(texts: Texts, form: Form, action: LinkAction, row: bool) -> String {
    let name = form.actions.question.with(|question| {
        let links = question.as_ref().map(|one| one.links.as_slice());
        match links {
            Some([(_, name)]) if row => Some(name.clone()),
            _ => None,
        }
    });
    match name {
        Some(name) => texts.with("portal.erase.title", &[("name", &name)]),
        None => {
            let key = format!("portal.bulk.ask.{}", action.word());
            texts.count(&key, number(form.count()), &[])
        }
    }
}

fn what_happens(texts: Texts, action: LinkAction) -> AnyView {
    if action == LinkAction::Erase {
        return view! {
            <p class="small">{texts.t("portal.erase.text")}</p>
            <p class="small muted">{texts.t("portal.erase.remote")}</p>
        }
        .into_any();
    }
    let sentence = texts.t(&format!("portal.bulk.what.{}", action.word()));
    view! { <p class="small">{sentence}</p> }.into_any()
}

/// The people whom it touches, those whom the filter hides to be ticked first.
fn whom(texts: Texts, form: Form, action: LinkAction) -> AnyView {
    dynamic(move || {
        let Some(touched) = form.touched.get() else {
            return ().into_any();
        };
        let shown = (touched.shown.count > 0)
            .then(|| view! { <p>{names(texts, &touched.shown)}</p> }.into_any());
        let hidden = (touched.hidden.count > 0).then(|| {
            let label = texts.count("portal.bulk.hidden", number(touched.hidden.count), &[]);
            let with_hidden = form.with_hidden;
            view! {
                <label class="row row--nowrap">
                    <input
                        class="check"
                        type="checkbox"
                        autocomplete="off"
                        prop:checked=with_hidden
                        on:change:target=move |event| with_hidden.set(event.target().checked())
                    />
                    <span>{label} " " {names(texts, &touched.hidden)}</span>
                </label>
            }
            .into_any()
        });
        let nobody = (touched.shown.count == 0 && touched.hidden.count > 0).then(|| {
            view! { <p class="small">{texts.t("portal.bulk.only_hidden")}</p> }.into_any()
        });
        let skipped = (touched.skipped > 0).then(|| {
            let sentence = texts.count("portal.bulk.not_now", number(touched.skipped), &[]);
            view! { <p class="small">{sentence}</p> }.into_any()
        });
        let pace = form
            .preview
            .with(|preview| preview.as_ref().map(|preview| preview.pace));
        let mails = pace.filter(|_| action == LinkAction::Resend).map(|pace| {
            view! { <p class="small">{text(move || until(texts, pace, number(form.count())))}</p> }
                .into_any()
        });
        view! { <div class="stack stack--2">{shown} {hidden} {nobody} {skipped} {mails}</div> }
            .into_any()
    })
}

fn names(texts: Texts, people: &People) -> String {
    let names = people.names.join(", ");
    match people.count.saturating_sub(people.names.len()) {
        0 => names,
        more => texts.count("portal.bulk.names_more", number(more), &[("names", &names)]),
    }
}

/// When the last mail has left.
fn until(texts: Texts, pace: MailPace, mails: u32) -> String {
    let minutes = pace.seconds(mails).div_ceil(60);
    match minutes {
        0..2 => texts.t("portal.bulk.mails_now"),
        2..120 => texts.count("portal.bulk.mails_minutes", minutes, &[]),
        _ => texts.count("portal.bulk.mails_hours", minutes.div_ceil(60), &[]),
    }
}

fn look_again(texts: Texts, actions: RowActions, look: Action<(), ()>) -> AnyView {
    view! {
        <div>
            <button
                class="btn btn--sm"
                type="button"
                on:click=move |_| {
                    actions.error.set(None);
                    look.dispatch(());
                }
            >
                {texts.t("portal.bulk.look_again")}
            </button>
        </div>
    }
    .into_any()
}

/// What is typed, how far it is, and the buttons.
fn controls(texts: Texts, form: Form, (action, row): (LinkAction, bool)) -> AnyView {
    let actions = form.actions;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.ready()
            && let Some(preview) = form.preview.get_untracked()
        {
            let typed = form.typed.get_untracked();
            actions.confirm(&preview, form.with_hidden.get_untracked(), typed);
        }
    };
    let field = (action == LinkAction::Erase).then(|| typed_field(texts, form));
    // What is asked for as a whole cannot be stopped, only left alone.
    let stoppable =
        move || actions.running() && action != LinkAction::Erase && actions.asked_for() > PART;
    let progress = optional(move || {
        let total = actions.asked_for();
        stoppable().then(|| {
            let done = actions.progress.settled;
            let of = move |count: usize| group(number(count), texts.locale());
            let sentence = text(move || {
                texts.with(
                    "portal.bulk.progress_of",
                    &[("done", &of(done.get())), ("total", &of(total))],
                )
            });
            view! {
                <div class="stack stack--2">
                    <progress
                        class="progress"
                        max=total.to_string()
                        value=text(move || done.get().to_string())
                        aria-label=texts.t("portal.bulk.progress")
                    ></progress>
                    <span class="small num" role="status">
                        {sentence}
                    </span>
                </div>
            }
            .into_any()
        })
    });
    let give_up = move |_| {
        if stoppable() {
            actions.progress.stop.set(true);
        } else {
            actions.question.set(None);
        }
    };
    let give_up_label = text(move || {
        texts.t(if stoppable() {
            "portal.batch.stop"
        } else {
            "common.cancel"
        })
    });
    let class = match action {
        LinkAction::Erase => "btn btn--danger",
        _ => "btn btn--primary",
    };
    let go = dynamic(move || {
        let key = format!("portal.bulk.go.{}", action.word());
        let label = if row {
            texts.t("portal.do.erase")
        } else {
            texts.count(&key, number(form.count()), &[])
        };
        let doing = texts.t(match action {
            LinkAction::Erase => "portal.erase.doing",
            _ => "portal.bulk.doing",
        });
        view! { <Busy busy=Signal::derive(move || actions.running()) label doing /> }.into_any()
    });
    view! {
        <form class="stack stack--3" on:submit=submit>
            {field}
            {progress}
            <div class="dialog__do">
                <button class="btn" type="button" autofocus on:click=give_up>
                    {give_up_label}
                </button>
                <button
                    class=class
                    type="submit"
                    aria-disabled=when("true", move || !form.ready())
                    aria-busy=when("true", move || actions.running())
                >
                    {go}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn typed_field(texts: Texts, form: Form) -> AnyView {
    let label = text(move || {
        let wanted = form.wanted().unwrap_or_default();
        texts.with("portal.erase.type", &[("wanted", &wanted)])
    });
    view! {
        <div class="field">
            <label for="confirm-typed">{label}</label>
            <input
                class="input"
                type="text"
                id="confirm-typed"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=form.typed
                on:input:target=move |event| form.typed.set(event.target().value())
            />
        </div>
    }
    .into_any()
}

/// Trimmed, in the Unicode form that names are compared in.
fn normal(typed: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        let text = js_sys::JsString::from(JsValue::from_str(typed.trim()));
        String::from(text.normalize("NFC"))
    }
    #[cfg(not(feature = "hydrate"))]
    typed.trim().to_owned()
}
