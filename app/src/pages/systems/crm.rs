//! The CRM's card.

use leptos::prelude::*;
use synchronizer_domain::usecases::ProfileDetail;

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{dynamic, optional, text};

/// Customer, and as whom its users are read.
#[component]
pub fn CrmCard(
    /// The profile.
    detail: RwSignal<ProfileDetail>,
) -> impl IntoView {
    let texts = use_texts();
    let (tenant, context) =
        detail.with_untracked(|detail| (detail.tenant_name.clone(), detail.tenant_context.clone()));
    view! {
        <section class="panel" aria-labelledby="crm">
            <div class="panel__head">
                <div class="row">
                    <span class="glyph">
                        <Icon name=IconName::Crm />
                    </span>
                    <h2 id="crm">{texts.t("system.superoffice")}</h2>
                </div>
                {dynamic(move || view! { <Connected ok=detail.with(|detail| detail.crm_ok) refused=true /> }.into_any())}
            </div>
            <div class="panel__body stack">
                <dl class="facts">
                    <dt>{texts.t("portal.systems.customer")}</dt>
                    <dd>
                        {tenant} " " <span class="muted">{format!("({context})")}</span>
                    </dd>
                    <dt>{texts.t("portal.systems.reads_as")}</dt>
                    <dd>{text(move || detail.with(|detail| detail.crm_reader.clone()))}</dd>
                </dl>
                {optional(move || {
                    (!detail.with(|detail| detail.crm_ok))
                        .then(|| view! { <p class="small">{texts.t("portal.systems.crm_refused")}</p> }.into_any())
                })}
            </div>
        </section>
    }
}

/// The state of a connection.
#[component]
pub fn Connected(
    /// Whether it works.
    ok: bool,
    /// Whether it worked before.
    refused: bool,
) -> impl IntoView {
    let texts = use_texts();
    let (state, icon, key) = match (ok, refused) {
        (true, _) => ("active", IconName::Ok, "portal.connected"),
        (false, true) => ("attention", IconName::Alert, "portal.refused"),
        (false, false) => ("paused", IconName::Clock, "portal.not_yet"),
    };
    view! {
        <span class="state" data-state=state>
            <Icon name=icon />
            {texts.t(key)}
        </span>
    }
}
