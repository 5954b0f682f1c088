//! The form that takes a file or pasted lines. The browser sends it as it is, without
//! script, and the answer leads to the verdicts.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes;

use super::super::file_field::{ChosenFile, FileField};
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::inside_textarea;

/// File, lines, *Check*.
#[component]
pub fn Bring(
    /// The profile.
    profile: ProfileId,
    /// The lines that were looked at last, to be corrected.
    typed: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let again = typed.is_some();
    let chosen = ChosenFile::new();
    let submit = move |event: SubmitEvent| {
        if !chosen.can_be_sent() {
            event.prevent_default();
        }
    };
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
                <FileField chosen />
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
