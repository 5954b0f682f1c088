//! Who administers: the list, adding, removing.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::account::{AccountView, Administrator};
use synchronizer_domain::directory::CrmUser;

use super::change;
use crate::AppError;
use crate::api::{
    AddAdministrator, RemoveAdministrator, add_administrator, find_people, remove_administrator,
};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::{sent_by, task};
use crate::ui::icon::IconName;
use crate::ui::{
    ActionAlert, Email, FieldErrors, SendButton, WhenText, column, dynamic, field_errors,
    focus_first_error, invalid,
};

/// The administrators' card.
#[component]
pub fn Administrators(view: RwSignal<AccountView>, reload: Action<(), ()>) -> impl IntoView {
    let texts = use_texts();
    let refused = RwSignal::new(posted(RemoveAdministrator::PATH));
    let listed =
        Memo::new(move |_| view.with(|view| (view.administrators.clone(), view.you.clone())));
    view! {
        <section class="panel" aria-labelledby="administrators">
            <div class="panel__head">
                <h2 id="administrators">
                    {texts.t("portal.account.administrators")} " "
                    <span class="count">{move || listed.with(|(all, _)| all.len())}</span>
                </h2>
            </div>
            <ActionAlert error=refused />
            <table class="table cards cards--nopick" role="table" aria-labelledby="administrators">
                <thead role="rowgroup">
                    <tr role="row">
                        {["person", "role", "seen", "do"]
                            .map(|name| column(texts.t(&format!("portal.account.column.{name}"))))
                            .collect_view()}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {dynamic(move || {
                        let (all, you) = listed.get();
                        let single = all.len() == 1;
                        all.into_iter()
                            .map(|admin| {
                                let own = admin.associate == you;
                                view! { <Row admin own single refused reload /> }.into_any()
                            })
                            .collect_view()
                            .into_any()
                    })}
                </tbody>
            </table>
            <div class="panel__body stack">
                <p class="small muted">{texts.t("portal.account.administrators_help")}</p>
                <Add reload />
            </div>
        </section>
    }
}

#[component]
fn Row(
    admin: Administrator,
    own: bool,
    single: bool,
    refused: RwSignal<Option<AppError>>,
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let id = admin.associate.clone();
    let remove = change(refused, reload, "portal.account.removed", move || {
        remove_administrator(id.clone())
    });
    let role = if admin.from_crm {
        texts.t("portal.account.from_crm")
    } else {
        texts.with("portal.account.added_by", &[("name", &admin.added_by)])
    };
    let name = if own {
        texts.with("portal.account.you", &[("name", &admin.name)])
    } else {
        admin.name.clone()
    };
    let seen = match admin.signed_in_at {
        Some(at) => view! { <WhenText text="{when}".to_owned() at /> }.into_any(),
        None => texts.t("portal.account.never").into_any(),
    };
    let confirm = (!single).then(|| {
        let sentence = texts.with("portal.account.remove_sure", &[("name", &admin.name)]);
        view! {
            <details class="rowmenu" name="pop">
                <summary class="btn btn--quiet btn--sm">
                    {texts.t("portal.account.remove")} <span class="sr">{admin.name.clone()}</span>
                </summary>
                <div class="rowmenu__pop">
                    <form class="stack stack--2" method="post" action=RemoveAdministrator::url() on:submit=sent_by(remove)>
                        <p class="small">{sentence}</p>
                        <input type="hidden" name="who" value=admin.associate.to_string() />
                        <button class="btn btn--danger btn--sm" type="submit">
                            {texts.t("portal.account.remove_now")}
                        </button>
                    </form>
                </div>
            </details>
        }
        .into_any()
    });
    view! {
        <tr role="row">
            <td role="cell" data-cell="title">
                <span class="who">
                    <b>{name}</b>
                    <span>
                        <Email address=admin.email />
                    </span>
                </span>
            </td>
            <td role="cell" data-label=texts.t("portal.account.column.role")>
                {role}
            </td>
            <td role="cell" data-label=texts.t("portal.account.column.seen")>
                {seen}
            </td>
            <td role="cell" data-cell="menu" class="end">
                {confirm}
            </td>
        </tr>
    }
}

/// A colleague by e-mail or name, with proposals while one types.
#[component]
fn Add(reload: Action<(), ()>) -> impl IntoView {
    let texts = use_texts();
    let refused = RwSignal::new(posted(AddAdministrator::PATH));
    let error = Signal::from(refused);
    focus_first_error(error);
    let field = NodeRef::<html::Input>::new();
    // The page may be left while the server searches.
    let typed = move || {
        let field = field.try_get_untracked().flatten();
        field.map(|field| field.value()).unwrap_or_default()
    };
    let is_enough = |typed: &str| typed.chars().count() >= 2;
    let add = change(refused, reload, "portal.account.added", move || {
        add_administrator(typed())
    });
    let proposals = RwSignal::new(Vec::<CrmUser>::new());
    // What is typed while the server searches is searched next.
    let find = task(move || async move {
        let mut asked = String::new();
        while asked != typed() && is_enough(&typed()) {
            asked = typed();
            match find_people(asked.clone()).await {
                Ok(found) => proposals.set(found),
                Err(_) => return,
            }
        }
    });
    let propose = move |_| {
        if is_enough(&typed()) && !find.pending().get_untracked() {
            find.dispatch(());
        }
    };
    let errors = field_errors(error, "who");
    view! {
        <form class="stack stack--read" method="post" action=AddAdministrator::url() novalidate on:submit=sent_by(add)>
            <ActionAlert error />
            <div class="field">
                <label for="field-who">{texts.t("portal.account.add_who")}</label>
                <input
                    class="input"
                    id="field-who"
                    name="who"
                    list="people"
                    autocomplete="off"
                    node_ref=field
                    on:input=propose
                    aria-invalid=invalid(errors)
                    aria-describedby="error-who help-who"
                />
                <datalist id="people">
                    {dynamic(move || {
                        proposals
                            .get()
                            .into_iter()
                            .map(|user| {
                                let value = if user.email.is_empty() { user.name.clone() } else { user.email };
                                view! { <option value=value label=user.name></option> }.into_any()
                            })
                            .collect_view()
                            .into_any()
                    })}
                </datalist>
                <FieldErrors id="error-who" errors />
                <p class="field__help" id="help-who">
                    {texts.t("portal.account.add_help")}
                </p>
            </div>
            <div class="row">
                <SendButton
                    class="btn"
                    busy=add.pending()
                    icon=IconName::Plus
                    label=texts.t("portal.account.add")
                    doing=texts.t("common.saving")
                />
            </div>
        </form>
    }
}
