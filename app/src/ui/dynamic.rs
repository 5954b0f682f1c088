//! Parts of a view that change, behind one type: the renderer's code for a changing part
//! exists once per type, so a hundred closures would be a hundred copies of it in the
//! browser's download.

use std::sync::Arc;

use leptos::prelude::*;

/// A part that is drawn again whenever a signal that it reads changes.
pub fn dynamic(view: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let view: Arc<dyn Fn() -> AnyView + Send + Sync> = Arc::new(view);
    (move || view()).into_any()
}

/// A part that is there only while `view` gives one.
pub fn optional(view: impl Fn() -> Option<AnyView> + Send + Sync + 'static) -> AnyView {
    dynamic(move || view().into_any())
}

/// A text that changes.
pub fn text(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}

/// An attribute that is there, with this word, only while the condition holds.
pub fn when(
    word: &'static str,
    condition: impl Fn() -> bool + Send + Sync + 'static,
) -> Signal<Option<&'static str>> {
    Signal::derive(move || condition().then_some(word))
}
