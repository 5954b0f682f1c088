//! Menus and popovers are `<details name="pop">`: the browser opens and closes them, one
//! at a time, without script. Script adds Escape and a press elsewhere.

/// Closes the open popover, giving the focus back to its button.
pub fn close_popover() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;

        if let Some(popover) = open_popover() {
            _ = popover.remove_attribute("open");
            if let Ok(Some(button)) = popover.query_selector("summary") {
                _ = button.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    }
}

#[cfg(feature = "hydrate")]
fn open_popover() -> Option<web_sys::Element> {
    leptos::prelude::document()
        .query_selector("details[name=pop][open]")
        .ok()
        .flatten()
}

/// Closes the open popover on Escape, giving the focus back to its button, and on a press
/// outside of it.
pub fn close_disclosures_on_escape() {
    #[cfg(feature = "hydrate")]
    {
        use leptos::ev;
        use leptos::prelude::*;
        use wasm_bindgen::JsCast;

        Effect::new(|_| {
            _ = window_event_listener(ev::keydown, |event| {
                if event.key() == "Escape" {
                    close_popover();
                }
            });
            _ = window_event_listener(ev::click, |event| {
                let target = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                if let Some(popover) = open_popover()
                    && !popover.contains(target.as_ref())
                {
                    _ = popover.remove_attribute("open");
                }
            });
        });
    }
}
