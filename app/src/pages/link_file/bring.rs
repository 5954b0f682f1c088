//! The form that takes a file or pasted lines. The browser sends it as it is, without
//! script, and the answer leads to the verdicts.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::import::FileProblem;
use synchronizer_domain::routes;

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{focus, inside_textarea, optional, when};

/// File, lines, *Check*.
#[component]
pub fn Bring(
    /// The profile.
    profile: ProfileId,
    /// The lines that were looked at last, to be corrected.
    typed: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let query = use_query_map();
    let problem = RwSignal::new(
        query.with_untracked(|query| query.get_str("problem").and_then(FileProblem::from_word)),
    );
    let again = typed.is_some();
    let file = NodeRef::<html::Input>::new();
    let look = move || {
        let large = file.get_untracked().is_some_and(|file| is_too_large(&file));
        problem.set(large.then_some(FileProblem::TooLarge));
        large
    };
    let submit = move |event: SubmitEvent| {
        // It would arrive for nothing.
        if look() {
            event.prevent_default();
            focus("field-file");
        }
    };
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
    let key = if again {
        "portal.file.check_again"
    } else {
        "portal.file.check"
    };
    view! {
        <form
            class="panel"
            method="post"
            enctype="multipart/form-data"
            action=routes::import(profile)
            aria-labelledby="bring"
            on:submit=submit
        >
            <div class="panel__head">
                <h2 id="bring">
                    {texts.t(if again { "portal.file.bring_again" } else { "portal.file.bring" })}
                </h2>
                <a class="btn btn--sm" href=routes::import_template(profile) rel="external" download="">
                    {texts.t("portal.file.template")}
                </a>
            </div>
            <div class="panel__body stack">
                <div class="field">
                    <label for="field-file">{texts.t("portal.file.file")}</label>
                    <input
                        class="input"
                        id="field-file"
                        name="file"
                        type="file"
                        accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
                        node_ref=file
                        aria-invalid=when("true", move || problem.with(Option::is_some))
                        aria-describedby="error-file help-file"
                        on:change=move |_| {
                            look();
                        }
                    />
                    <div id="error-file">{said}</div>
                    <p class="field__help" id="help-file">{texts.t("portal.file.file_help")}</p>
                </div>
                <div class="field">
                    <label for="field-text">{texts.t("portal.file.text")}</label>
                    <textarea
                        class="input"
                        id="field-text"
                        name="text"
                        rows="6"
                        spellcheck="false"
                        autocomplete="off"
                        placeholder="zoe.mueller@crm.example; zoe@calendar.example"
                        aria-describedby="help-text"
                    >
                        {typed.map(inside_textarea)}
                    </textarea>
                    <p class="field__help" id="help-text">{texts.t("portal.file.text_help")}</p>
                </div>
                <div class="row">
                    <button class="btn btn--primary" type="submit">
                        <Icon name=IconName::Search />
                        {texts.t(key)}
                    </button>
                    <span class="small muted">{texts.t("portal.file.nothing_yet")}</span>
                </div>
            </div>
        </form>
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
