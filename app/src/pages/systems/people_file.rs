//! The people of a calendar system that cannot list them, brought as a file. The browser sends
//! it as it is, without script, and its lines then stand in the field as if they were pasted.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes;

use super::super::file_field::{ChosenFile, FileField};
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};

/// File, *Take over*.
#[component]
pub fn PeopleFile(
    /// The profile.
    id: ProfileId,
) -> impl IntoView {
    let texts = use_texts();
    let query = use_query_map();
    let brought = query.with_untracked(|query| query.get_str("brought").is_some());
    let chosen = ChosenFile::new();
    let submit = move |event: SubmitEvent| {
        if !chosen.can_be_sent() {
            event.prevent_default();
        }
    };
    let said = brought.then(|| {
        view! {
            <div class="alert alert--ok" role="status">
                <Icon name=IconName::Ok />
                <p>
                    {texts.t("portal.people_file.brought")} " "
                    <a href="#field-people">{texts.t("portal.people_file.look")}</a>
                </p>
            </div>
        }
        .into_any()
    });
    view! {
        <form
            class="panel"
            method="post"
            enctype="multipart/form-data"
            action=routes::people_file(id)
            aria-labelledby="people-file"
            on:submit=submit
        >
            <div class="panel__head">
                <h2 id="people-file">{texts.t("portal.people_file.title")}</h2>
            </div>
            <div class="panel__body stack">
                {said}
                <p class="small muted">{texts.t("portal.people_file.text")}</p>
                <FileField chosen />
                <div>
                    <button class="btn" type="submit">
                        {texts.t("portal.people_file.take")}
                    </button>
                </div>
            </div>
        </form>
    }
}
