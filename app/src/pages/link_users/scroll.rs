//! Only the options around the visible ones are in the document.

use std::ops::Range;

use leptos::html::Div;
use leptos::prelude::*;

use super::people::Shown;

/// Height of an option in pixels; a longer name may make one higher, which the room beyond
/// the rendered ones bears.
const ROW: usize = 44;
/// Options that are rendered above the visible ones.
const ABOVE: usize = 10;
/// Options that are rendered in all: those above, the visible ones, and more below.
const RENDERED: usize = 40;
/// The first rendered option is one of these, so that not every pixel renders anew.
const STEP: usize = 10;

/// The options to render when the list is scrolled to a pixel.
pub fn window(pixel: usize, len: usize) -> Range<usize> {
    let visible = (pixel / ROW).min(len);
    let start = (visible.saturating_sub(ABOVE) / STEP * STEP).min(len.saturating_sub(RENDERED));
    start..(start + RENDERED + STEP).min(len)
}

/// Where a list is.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// The element that scrolls.
    pub list: NodeRef<Div>,
    /// The room of the options above.
    pub above: NodeRef<Div>,
    /// The room of the options below.
    pub below: NodeRef<Div>,
    shown: Memo<Shown>,
    window: RwSignal<Range<usize>>,
}

impl Scroll {
    /// At its start; each search begins there, and its end leads back.
    pub fn new(shown: Memo<Shown>, query: RwSignal<String>) -> Self {
        let scroll = Self {
            list: NodeRef::new(),
            above: NodeRef::new(),
            below: NodeRef::new(),
            shown,
            window: RwSignal::new(0..RENDERED),
        };
        Effect::new(move |before: Option<(bool, i32)>| {
            let searching = query.with(|query| !query.is_empty());
            let (was, kept) = before.unwrap_or((searching, 0));
            let here = scroll
                .list
                .get_untracked()
                .map_or(0, |list| list.scroll_top());
            let kept = if searching && !was { here } else { kept };
            if before.is_some() {
                scroll.to(if searching { 0 } else { kept });
            }
            (searching, kept)
        });
        Effect::new(move |_| {
            let window = scroll.window.get();
            let len = shown.with(|shown| shown.rest.len());
            room(scroll.above.get(), window.start.min(len));
            room(scroll.below.get(), len.saturating_sub(window.end));
        });
        scroll
    }

    /// Which options of so many to render.
    pub fn window(self, len: usize) -> Range<usize> {
        self.window.with(|window| {
            let start = window.start.min(len.saturating_sub(RENDERED));
            start..window.end.max(start + RENDERED).min(len)
        })
    }

    /// The reader scrolled.
    pub fn moved(self, top: i32) {
        let len = self.shown.with_untracked(|shown| shown.rest.len());
        let proposed = self.shown.with_untracked(|shown| shown.proposed.len());
        let top = usize::try_from(top)
            .unwrap_or(0)
            .saturating_sub(proposed * ROW);
        let window = window(top, len);
        if self.window.with_untracked(|old| *old != window) {
            self.window.set(window);
        }
    }

    /// Renders an option that is to become visible.
    pub fn bring(self, at: usize) {
        let proposed = self.shown.with_untracked(|shown| shown.proposed.len());
        if let Some(at) = at.checked_sub(proposed)
            && self.window.with_untracked(|window| !window.contains(&at))
        {
            self.window.set(window(
                at * ROW,
                self.shown.with_untracked(|shown| shown.rest.len()),
            ));
        }
    }

    fn to(self, top: i32) {
        if let Some(list) = self.list.get_untracked() {
            self.moved(top);
            request_animation_frame(move || list.set_scroll_top(top));
        }
    }
}

/// Gives an element the height of so many options.
fn room(element: Option<leptos::web_sys::HtmlDivElement>, options: usize) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = element {
        let height = format!("{}px", options * ROW);
        // Set by script, which the policy for styles allows.
        let element: &leptos::web_sys::HtmlElement = element.as_ref();
        _ = element.style().set_property("block-size", &height);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (element, options);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_options_around_the_visible_ones_are_rendered() {
        for (pixel, len, expected) in [
            (0, 3, 0..3),
            (0, 10_000, 0..50),
            (44 * 100, 10_000, 90..140),
            (44 * 105, 10_000, 90..140),
            (44 * 9_999, 10_000, 9_960..10_000),
            (44 * 9_999, 20, 0..20),
            (0, 0, 0..0),
        ] {
            assert_eq!(window(pixel, len), expected, "{pixel} of {len}");
        }
    }
}
