//! The field for people whom the calendar system cannot list.

use leptos::html;
use leptos::prelude::*;
use synchronizer_domain::profile::CalendarSystem;

use crate::AppError;
use crate::i18n::use_texts;
use crate::ui::{FieldErrors, field_errors, inside_textarea, invalid};

/// One person a line.
#[component]
pub fn PeopleField(
    /// The calendar system.
    system: CalendarSystem,
    /// Its height, in lines.
    rows: u8,
    /// The stored list.
    value: String,
    /// The form's last refusal.
    error: Signal<Option<AppError>>,
    /// What is typed.
    field: NodeRef<html::Textarea>,
    /// How many are stored.
    stored: Signal<String>,
) -> impl IntoView {
    let texts = use_texts();
    let errors = field_errors(error, "people");
    let key = |part: &str| texts.t(&format!("portal.{}.{part}", system.word()));
    view! {
        <div class="field">
            <label for="field-people">{key("people")}</label>
            <textarea
                class="input"
                id="field-people"
                name="people"
                rows=rows.to_string()
                spellcheck="false"
                node_ref=field
                aria-invalid=invalid(errors)
                aria-describedby="error-people help-people"
            >
                {inside_textarea(value)}
            </textarea>
            <FieldErrors id="error-people" errors />
            <p class="field__help" id="help-people">
                {key("people_help")}
                <br />
                {stored}
            </p>
        </div>
    }
}
