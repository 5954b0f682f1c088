//! Keeps what is typed in the wizard of a draft: it can be left, and gone back in.

use leptos::ev::Event;
use synchronizer_domain::draft::TypedField;
use synchronizer_domain::ids::ProfileId;

use crate::api::keep_typed;

/// Takes the `change` events of a form; nothing is kept of a profile that is no draft, nor
/// of a field that the wizard does not keep, such as a password.
pub fn keep(id: ProfileId, draft: bool) -> impl Fn(Event) + Clone {
    move |event| {
        if let (true, Some((field, value))) = (draft, changed(&event)) {
            leptos::task::spawn_local(async move {
                // The form still has it: a failure is told when the form is sent.
                _ = keep_typed(id, field, value).await;
            });
        }
    }
}

/// The field that changed and its value; a box that is not ticked is empty.
fn changed(event: &Event) -> Option<(TypedField, String)> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        // Fields of every kind have these four.
        let field: web_sys::HtmlInputElement = event.target()?.unchecked_into();
        let unticked = field.type_() == "checkbox" && !field.checked();
        let value = if unticked {
            String::new()
        } else {
            field.value()
        };
        Some((TypedField::from_word(&field.name())?, value))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        None
    }
}
