//! The field for a list as a file, with what was wrong with the last one.

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::import::FileProblem;

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{focus, optional, when};

/// What is known of the chosen file.
#[derive(Clone, Copy)]
pub struct ChosenFile {
    field: NodeRef<html::Input>,
    problem: RwSignal<Option<FileProblem>>,
}

impl ChosenFile {
    /// With the problem that the address names.
    pub fn new() -> Self {
        let query = use_query_map();
        let named =
            query.with_untracked(|query| query.get_str("problem").and_then(FileProblem::from_word));
        Self {
            field: NodeRef::new(),
            problem: RwSignal::new(named),
        }
    }

    /// Whether it is worth sending: one that is too large would arrive for nothing.
    pub fn can_be_sent(self) -> bool {
        let large = self
            .field
            .get_untracked()
            .is_some_and(|file| is_too_large(&file));
        self.problem.set(large.then_some(FileProblem::TooLarge));
        if large {
            focus("field-file");
        }
        !large
    }
}

/// The field.
#[component]
pub fn FileField(
    /// Its state.
    chosen: ChosenFile,
) -> impl IntoView {
    let texts = use_texts();
    let problem = chosen.problem;
    let said = optional(move || {
        problem.get().map(|problem| {
            let key = format!("portal.file.problem.{}", problem.word());
            view! {
                <p class="field__err" role="alert">
                    <Icon name=IconName::Stop />
                    <span>{texts.t(&key)}</span>
                </p>
            }
            .into_any()
        })
    });
    view! {
        <div class="field">
            <label for="field-file">{texts.t("portal.file.file")}</label>
            <input
                class="input"
                id="field-file"
                name="file"
                type="file"
                accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
                node_ref=chosen.field
                aria-invalid=when("true", move || problem.with(Option::is_some))
                aria-describedby="error-file help-file"
                on:change=move |_| {
                    chosen.can_be_sent();
                }
            />
            <div id="error-file">{said}</div>
            <p class="field__help" id="help-file">{texts.t("portal.file.file_help")}</p>
        </div>
    }
}

/// Whether a chosen file is larger than the portal takes.
#[cfg(feature = "hydrate")]
fn is_too_large(input: &web_sys::HtmlInputElement) -> bool {
    use js_sys::Reflect;
    use synchronizer_domain::import::MAX_FILE;

    let size = || {
        let files = Reflect::get(input, &"files".into()).ok()?;
        let file = Reflect::get(&files, &0.into()).ok()?;
        Reflect::get(&file, &"size".into()).ok()?.as_f64()
    };
    let most = u32::try_from(MAX_FILE).map_or(f64::INFINITY, f64::from);
    size().is_some_and(|size| size > most)
}

#[cfg(not(feature = "hydrate"))]
const fn is_too_large<T>(_: &T) -> bool {
    false
}
