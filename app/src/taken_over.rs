//! The moment from which the page in the browser may differ from what the server rendered.

use leptos::prelude::*;

/// Whether the server's page is wholly taken over, in context. Its code may come in parts:
/// what changes before the last one would not be seen.
#[derive(Clone, Default)]
pub struct TakenOver(ArcRwSignal<bool>);

impl TakenOver {
    /// Runs something once that has happened.
    pub fn then(run: impl Fn() + 'static) {
        let taken_over = expect_context::<Self>();
        Effect::new(move |_| {
            if taken_over.0.get() {
                run();
            }
        });
    }
}

/// Takes over the page that the server rendered, then fetches what the reader may want next
/// as soon as nothing else is going on.
pub fn take_over(app: fn() -> AnyView) {
    use std::time::Duration;

    use leptos::leptos_dom::helpers::request_idle_callback_with_handle;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::Event;

    let Some(body) = document().body().and_then(|body| body.dyn_into().ok()) else {
        return;
    };
    // Until then the browser follows links by itself: the router hears clicks before it can
    // show a page.
    let by_itself = Closure::<dyn Fn(Event)>::new(|click: Event| click.stop_propagation());
    let heard = by_itself.as_ref().unchecked_ref();
    _ = window().add_event_listener_with_callback_and_bool("click", heard, true);
    spawn_local(async move {
        let taken_over = TakenOver::default();
        let context = taken_over.clone();
        let start = move || {
            provide_context(context);
            app()
        };
        leptos::mount::hydrate_from_async(body, start)
            .await
            .forget();
        let heard = by_itself.as_ref().unchecked_ref();
        _ = window().remove_event_listener_with_callback_and_bool("click", heard, true);
        taken_over.0.set(true);
        let fetch = || spawn_local(crate::pages::fetch_all());
        let when_idle = move || {
            if request_idle_callback_with_handle(fetch).is_err() {
                fetch();
            }
        };
        set_timeout(when_idle, Duration::from_millis(300));
    });
}
