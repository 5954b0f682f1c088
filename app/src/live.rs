//! Live pages: the server tells that something changed, the page loads its data again.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::AppError;
use crate::error::leave_when_signed_out;
use crate::i18n::{Texts, use_texts};
use crate::pages::{PageData, Wanted, load};
use crate::ui::{Toaster, optional, text};

/// Whether changes arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only the browser is ever connected")
)]
pub enum LiveState {
    /// Not connected yet; also what the server renders.
    Starting,
    /// They do.
    Live,
    /// The connection broke more than three seconds ago and is tried again.
    Reconnecting,
    /// It is not tried again.
    Off,
}

/// The stream of changes, in context.
#[derive(Clone, Copy)]
pub struct Live {
    /// Grows with every change of the tenant's data.
    version: RwSignal<u32>,
    state: RwSignal<LiveState>,
}

impl Live {
    /// Provides the stream to everything below and opens it in the browser.
    pub fn provide() {
        let live = Self {
            version: RwSignal::new(0),
            state: RwSignal::new(LiveState::Starting),
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        crate::taken_over::TakenOver::then(move || live.open());
    }

    #[cfg(feature = "hydrate")]
    fn open(self) {
        use std::time::Duration;

        use synchronizer_domain::routes;
        use wasm_bindgen::JsCast;
        use wasm_bindgen::closure::Closure;
        use web_sys::EventSource;

        let Ok(source) = EventSource::new(routes::EVENTS) else {
            self.state.set(LiveState::Off);
            return;
        };
        // Whatever changed before the stream was open, or while it was broken, is unknown:
        // each opening counts as a change.
        let opened = Closure::<dyn Fn()>::new(move || {
            self.state.set(LiveState::Live);
            self.version.update(|version| *version += 1);
        });
        let changed =
            Closure::<dyn Fn()>::new(move || self.version.update(|version| *version += 1));
        let watched = source.clone();
        let failed = Closure::<dyn Fn()>::new(move || {
            if watched.ready_state() == EventSource::CLOSED {
                self.state.set(LiveState::Off);
                return;
            }
            let watched = watched.clone();
            let look_again = move || {
                if watched.ready_state() == EventSource::CONNECTING {
                    self.state.set(LiveState::Reconnecting);
                }
            };
            set_timeout(look_again, Duration::from_secs(3));
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        _ = source.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        // The stream lives as long as the page.
        opened.forget();
        changed.forget();
        failed.forget();
    }
}

/// Loads data again whenever the tenant's data changed; changes that arrive while it
/// loads lead to one more load. Dispatch the returned action after an own change.
pub fn keep_fresh<T>(
    data: RwSignal<T>,
    wanted: Wanted,
    take: fn(PageData) -> Option<T>,
) -> Action<(), ()>
where
    T: PartialEq + Send + Sync + 'static,
{
    keep_following(data, Signal::stored(wanted), take)
}

/// The same for what changes with the address: it is also loaded again whenever something
/// else is wanted. An answer that came too late is not shown.
pub fn keep_following<T>(
    data: RwSignal<T>,
    wanted: Signal<Wanted>,
    take: fn(PageData) -> Option<T>,
) -> Action<(), ()>
where
    T: PartialEq + Send + Sync + 'static,
{
    keep_loading(wanted, move |loaded| {
        if let Some(loaded) = take(loaded)
            && data
                .try_with_untracked(|old| *old != loaded)
                .unwrap_or(false)
        {
            data.set(loaded);
        }
    })
}

fn keep_loading(
    wanted: Signal<Wanted>,
    apply: impl Fn(PageData) + Send + Sync + 'static,
) -> Action<(), ()> {
    let live = expect_context::<Live>();
    let apply: Arc<dyn Fn(PageData) + Send + Sync> = Arc::new(apply);
    let reload = task(move || {
        let (apply, asked) = (Arc::clone(&apply), wanted.get_untracked());
        async move {
            match load(asked.clone()).await {
                Ok(loaded) if wanted.try_get_untracked() == Some(asked) => apply(loaded),
                Ok(_) => {}
                Err(error) => leave_when_signed_out(&error),
            }
        }
    });
    let seen = StoredValue::new((live.version.get_untracked(), wanted.get_untracked()));
    Effect::new(move |_| {
        let now = (live.version.get(), wanted.get());
        if !reload.pending().get() && seen.with_value(|seen| *seen != now) {
            seen.set_value(now);
            reload.dispatch(());
        }
    });
    reload
}

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whether a page is still shown, in the context of everything on it.
#[derive(Clone)]
pub struct Shown(Arc<AtomicBool>);

impl Shown {
    /// Begins a page: its tasks end where they are when it is left.
    pub fn begin() {
        let shown = Self(Arc::new(AtomicBool::new(true)));
        let left = shown.clone();
        on_cleanup(move || left.0.store(false, Ordering::Relaxed));
        provide_context(shown);
    }

    /// Goes on as long as the page is there: what belongs to it is gone with it, and whoever
    /// touches that stops everything else.
    fn bound(self, mut running: Running) -> impl Future<Output = ()> + Send {
        poll_fn(move |context| {
            if self.0.load(Ordering::Relaxed) {
                running.as_mut().poll(context)
            } else {
                Poll::Ready(())
            }
        })
    }
}

/// An action without input and output; what it needs and gives goes through signals. When
/// its page is left it ends where it is.
pub fn task<F>(run: impl Fn() -> F + Send + Sync + 'static) -> Action<(), ()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let shown = use_context::<Shown>();
    let run: Arc<dyn Fn() -> Running + Send + Sync> = Arc::new(move || match shown.clone() {
        Some(shown) => Box::pin(shown.bound(Box::pin(run()))),
        None => Box::pin(run()),
    });
    Action::new(move |(): &()| run())
}

/// Tells what came of something that was taken back: on its page, or above whatever page is
/// shown by now.
pub fn tell_taken_back(
    refused: Option<AppError>,
    (error, reload): (RwSignal<Option<AppError>>, Action<(), ()>),
    (toaster, texts): (Toaster, Texts),
) {
    if !error.is_disposed() {
        error.set(refused);
        reload.dispatch(());
    } else if let Some(refused) = refused {
        toaster.refuse(refused.sentence(texts));
    }
}

/// Sends a form by its action instead of the browser; nothing while that runs.
pub fn sent_by(action: Action<(), ()>) -> impl Fn(SubmitEvent) + 'static {
    move |event| {
        event.prevent_default();
        if !action.pending().get_untracked() {
            action.dispatch(());
        }
    }
}

/// Dot and word in the head of a live page.
#[component]
pub fn LiveIndicator() -> impl IntoView {
    let live = expect_context::<Live>();
    let texts = use_texts();
    let word = text(move || match live.state.get() {
        LiveState::Starting => String::new(),
        LiveState::Live => texts.t("portal.live.on"),
        LiveState::Reconnecting => texts.t("portal.live.reconnecting"),
        LiveState::Off => texts.t("portal.live.off"),
    });
    let shape = Signal::derive(move || match live.state.get() {
        LiveState::Starting | LiveState::Live => None,
        LiveState::Reconnecting => Some("reconnecting"),
        LiveState::Off => Some("off"),
    });
    // An empty address is the page itself.
    let reload = optional(move || {
        (live.state.get() == LiveState::Off).then(|| {
            view! { <a href="" rel="external">{texts.t("portal.live.reload")}</a> }.into_any()
        })
    });
    let starting = Signal::derive(move || live.state.get() == LiveState::Starting);
    view! {
        <span class="live" class:is-starting=starting data-live=shape>
            <span role="status">{word}</span>
            {reload}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn a_task_goes_on_until_its_page_is_left() {
        let (page, shown) = (Owner::new(), Owner::new());
        let (mut left, mut here) = {
            let task = |owner: &Owner| {
                let turns = Arc::new(AtomicBool::new(false));
                let seen = Arc::clone(&turns);
                let running = poll_fn(move |_| {
                    seen.store(true, Ordering::Relaxed);
                    Poll::Pending
                });
                let shown = owner.with(|| {
                    Shown::begin();
                    use_context::<Shown>().unwrap()
                });
                (Box::pin(shown.bound(Box::pin(running))), turns)
            };
            (task(&page), task(&shown))
        };
        page.cleanup();
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(left.0.as_mut().poll(&mut context), Poll::Ready(()));
        assert_eq!(here.0.as_mut().poll(&mut context), Poll::Pending);
        let turns = [left.1, here.1].map(|turns| turns.load(Ordering::Relaxed));
        assert_eq!(turns, [false, true]);
    }
}
