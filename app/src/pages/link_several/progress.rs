//! The newest batch: how far it is, and what became of each pair.

use leptos::prelude::*;
use synchronizer_domain::bulk::{BatchLine, BatchRowState, BatchView};
use synchronizer_domain::routes;

use crate::api::cancel_batch;
use crate::i18n::{Texts, group, use_texts};
use crate::live::task;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{ActionAlert, Busy, WhenText, optional, system_key, when};

/// Nothing while there was no batch.
#[component]
pub fn BatchPanel(
    /// The newest batch.
    batch: RwSignal<Option<BatchView>>,
    /// Loads it again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let error = RwSignal::new(None);
    let stop = task(move || async move {
        let id = batch.with_untracked(|batch| batch.as_ref().map(|batch| batch.id));
        if let Some(id) = id {
            error.set(cancel_batch(id).await.err());
        }
        reload.dispatch(());
    });
    let open = RwSignal::new(false);
    optional(move || {
        batch.get().map(|batch| {
            let running = batch.ended_at.is_none();
            let word = batch.kind.word();
            let total = batch.total();
            let settled = total - batch.count(BatchRowState::Waiting);
            let title = texts.count(&format!("portal.batch.{word}"), total, &[]);
            let started = texts.with("portal.batch.started", &[("name", &batch.started_by)]);
            let stop_button = running.then(|| {
                view! {
                    <button
                        class="btn btn--sm"
                        type="button"
                        aria-busy=when("true", move || stop.pending().get())
                        on:click=move |_| {
                            stop.dispatch(());
                        }
                    >
                        <Busy
                            busy=stop.pending()
                            label=texts.t("portal.batch.stop")
                            doing=texts.t("portal.batch.stopping")
                        />
                    </button>
                }
                .into_any()
            });
            let (bad, good): (Vec<_>, Vec<_>) = batch
                .lines
                .iter()
                .cloned()
                .partition(|line| line.state == BatchRowState::Refused);
            let list = move |lines: Vec<BatchLine>| {
                let lines = lines
                    .into_iter()
                    .map(|line| result(texts, line))
                    .collect_view();
                view! {
                    <ul class="results results--2" aria-label=texts.t("portal.batch.results")>
                        {lines}
                    </ul>
                }
                .into_any()
            };
            let refused = (!bad.is_empty()).then(|| list(bad));
            let rest = (!good.is_empty()).then(|| {
                view! {
                    <details
                        prop:open=open
                        on:toggle:target=move |event| {
                            open.set(event.target().open());
                        }
                    >
                        <summary class="small">{texts.t("portal.batch.others")}</summary>
                        {list(good)}
                    </details>
                }
                .into_any()
            });
            let file = (!running).then(|| {
                view! {
                    <p class="small">
                        <a href=routes::batch_results(batch.id) rel="external" download="">
                            {texts.t("portal.batch.file")}
                        </a>
                    </p>
                }
                .into_any()
            });
            let waits = batch.waits_until.map(|at| {
                let system = texts.t(&system_key(batch.system));
                let text = texts.with("portal.batch.waits", &[("system", &system)]);
                view! {
                    <p class="row small" role="status">
                        <Icon name=IconName::Clock />
                        <WhenText text at exact=true />
                    </p>
                }
                .into_any()
            });
            let note = if running {
                texts.t("portal.batch.leave")
            } else {
                texts.t("portal.batch.ended")
            };
            view! {
                <section class="panel job" aria-labelledby="job">
                    <div class="panel__head">
                        <div class="row">
                            <h2 id="job" tabindex="-1">{title}</h2>
                            <span class="meta">
                                <WhenText text=started at=batch.created_at />
                            </span>
                        </div>
                        {stop_button}
                    </div>
                    <div class="panel__body stack stack--3">
                        <ActionAlert error />
                        <progress
                            class="progress"
                            max=total.to_string()
                            value=settled.to_string()
                            aria-label=texts.t("portal.batch.progress")
                        ></progress>
                        <div class="row row--apart small">
                            <span role="status">
                                <strong class="num">{summary(texts, &batch)}</strong>
                            </span>
                            <span class="muted">{note}</span>
                        </div>
                        {waits}
                        {refused}
                        {rest}
                        {file}
                    </div>
                </section>
            }
            .into_any()
        })
    })
}

/// "9 of 14 done, 1 refused, 4 to go".
fn summary(texts: Texts, batch: &BatchView) -> String {
    let of = |count| group(count, texts.locale());
    let mut parts = vec![texts.with(
        "portal.batch.done_of",
        &[
            ("count", &of(batch.count(BatchRowState::Done))),
            ("total", &of(batch.total())),
        ],
    )];
    for state in [
        BatchRowState::Already,
        BatchRowState::Refused,
        BatchRowState::Cancelled,
        BatchRowState::Waiting,
    ] {
        let count = batch.count(state);
        if count > 0 {
            let key = format!("portal.batch.n.{}", state.word());
            parts.push(texts.with(&key, &[("count", &of(count))]));
        }
    }
    parts.join(", ")
}

fn result(texts: Texts, line: BatchLine) -> AnyView {
    let (class, icon) = match line.state {
        BatchRowState::Done | BatchRowState::Already => ("ok", IconName::Ok),
        BatchRowState::Refused => ("no", IconName::Stop),
        BatchRowState::Waiting => ("", IconName::Clock),
        BatchRowState::Cancelled => ("", IconName::X),
    };
    let word = texts.t(&format!("portal.batch.row.{}", line.state.word()));
    let why = line
        .reason
        .map(|reason| view! { <span class="why">{texts.error(&reason)}</span> }.into_any());
    view! {
        <li class=class>
            <Icon name=icon />
            <span>{format!("{} – {}", line.crm, line.calendar)}</span>
            <span class="meta">{word}</span>
            {why}
        </li>
    }
    .into_any()
}
