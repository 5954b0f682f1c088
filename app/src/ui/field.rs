//! Errors of form fields.

use leptos::html;
use leptos::prelude::*;
use synchronizer_domain::ErrorCode;

use super::dynamic;
use super::icon::{Icon, IconName};
use crate::AppError;
use crate::i18n::use_texts;

/// The errors of one field in an action's last answer.
pub fn field_errors(error: Signal<Option<AppError>>, name: &'static str) -> Signal<Vec<ErrorCode>> {
    Signal::derive(move || {
        error
            .get()
            .map(|error| error.field(name))
            .unwrap_or_default()
    })
}

/// `aria-invalid` of a field.
pub fn invalid(errors: Signal<Vec<ErrorCode>>) -> Signal<Option<&'static str>> {
    super::when("true", move || errors.with(|errors| !errors.is_empty()))
}

/// The sentences under a field; the field's `aria-describedby` names the id.
#[component]
pub fn FieldErrors(
    /// Id of the element.
    #[prop(into)]
    id: String,
    /// What is wrong.
    errors: Signal<Vec<ErrorCode>>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div id=id>
            {dynamic(move || {
                errors
                    .get()
                    .iter()
                    .map(|code| {
                        let sentence = texts.error(code);
                        view! {
                            <p class="field__err">
                                <Icon name=IconName::Stop />
                                <span>{sentence}</span>
                            </p>
                        }
                            .into_any()
                    })
                    .collect_view()
                    .into_any()
            })}
        </div>
    }
}

/// A field of one line with its label, what is wrong with it, and help.
#[component]
pub fn TextField(
    /// Its name, of which its ids are made.
    name: &'static str,
    /// Its label.
    label: String,
    /// The type of its input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands there.
    #[prop(optional)]
    value: String,
    /// What the browser may fill in.
    #[prop(default = "off")]
    complete: &'static str,
    /// What could stand there.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// It takes words: the browser may correct them.
    #[prop(optional)]
    words: bool,
    /// The form's last refusal.
    error: Signal<Option<AppError>>,
    /// What is typed.
    field: NodeRef<html::Input>,
    /// What helps.
    help: AnyView,
) -> impl IntoView {
    let texts = use_texts();
    let errors = field_errors(error, name);
    let optional = optional.then(|| {
        let word = format!(" ({})", texts.t("common.optional"));
        view! { <span class="field__opt">{word}</span> }.into_any()
    });
    view! {
        <div class="field">
            <label for=format!("field-{name}")>{label} {optional}</label>
            <input
                class="input"
                id=format!("field-{name}")
                name=name
                type=kind
                autocomplete=complete
                autocapitalize=(!words).then_some("none")
                spellcheck=(!words).then_some("false")
                placeholder=placeholder
                value=value
                node_ref=field
                aria-invalid=invalid(errors)
                aria-describedby=format!("error-{name} help-{name}")
            />
            <FieldErrors id=format!("error-{name}") errors />
            <p class="field__help" id=format!("help-{name}")>
                {help}
            </p>
        </div>
    }
}

/// Moves the focus to the first wrong field after a refusal. Controls have the id
/// `field-` and their name.
pub fn focus_first_error(error: Signal<Option<AppError>>) {
    Effect::new(move |_| {
        if let Some(name) = error.get().as_ref().and_then(AppError::first_field) {
            focus(&format!("field-{name}"));
        }
    });
}

/// Moves the focus to an element, after what was just decided has been painted.
pub fn focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let id = id.to_owned();
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Gives an element the focus that nothing has any more, because what had it is gone. The
/// page stays where it is scrolled to.
pub fn catch_focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use js_sys::{Function, Object, Reflect};
        use wasm_bindgen::JsCast;

        let id = id.to_owned();
        request_animation_frame(move || {
            let held = document().active_element();
            if held.is_some_and(|held| held.tag_name() != "BODY") {
                return;
            }
            let Some(element) = document().get_element_by_id(&id) else {
                return;
            };
            let options = Object::new();
            _ = Reflect::set(&options, &"preventScroll".into(), &true.into());
            let focus = Reflect::get(&element, &"focus".into());
            if let Some(focus) = focus.ok().and_then(|it| it.dyn_into::<Function>().ok()) {
                _ = focus.call1(&element, &options);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// The text of a `textarea`. The server's renderer escapes nothing in there, and whoever is
/// called `</textarea>` would end it.
#[must_use]
pub fn inside_textarea(text: String) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        text
    }
}
