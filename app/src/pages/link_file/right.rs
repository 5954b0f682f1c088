//! The lines that can be linked, with their ticks and the button that links them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::import::{Face, RightLine};

use super::checked::List;
use crate::api::{LinkImport, link_import};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::task;
use crate::pages::link_several::{LinkFoot, MoreRows, SHOWN, TickBar};
use crate::ui::{ActionAlert, Email, TickAll, column, dynamic, focus};

/// Ticks, and *Link*.
#[component]
pub fn RightTable(
    /// The profile.
    profile: ProfileId,
    /// The list.
    list: List,
    /// Loads the batch again.
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let error = RwSignal::new(posted(LinkImport::PATH));
    let link = task(move || async move {
        match link_import(profile, list.id, list.unticked(), Vec::new()).await {
            Ok(_) => focus("job"),
            Err(refusal) => error.set(Some(refusal)),
        }
        reload.dispatch(());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if list.count() > 0 && !link.pending().get_untracked() {
            error.set(None);
            link.dispatch(());
        }
    };
    let limit = RwSignal::new(SHOWN);
    let all = Signal::derive(move || list.right.with(Vec::len));
    let ticked = Signal::derive(move || list.count());
    let of_all = Memo::new(move |_| (ticked.get(), all.get()));
    let set = Callback::new(move |on| list.tick_all(on));
    view! {
        <section class="stack stack--3" aria-labelledby="right">
            <h3 id="right">{texts.t("portal.several.offered")}</h3>
            <ActionAlert error />
            <form class="tablewrap" method="post" action=LinkImport::url() on:submit=submit>
                <input type="hidden" name="profile" value=profile.to_string() />
                <input type="hidden" name="import" value=list.id.to_string() />
                <TickBar ticked all set />
                {dynamic(move || {
                    if list.right.with(Vec::is_empty) {
                        return view! { <p class="list__empty">{texts.t("portal.file.none_right")}</p> }.into_any();
                    }
                    view! {
                        <table class="table cards" role="table" aria-labelledby="right">
                            <thead role="rowgroup">
                                <tr role="row">
                                    <TickAll
                                        label=texts.t("portal.file.pick_all")
                                        ticked=of_all
                                        set
                                    />
                                    {column(texts.t("portal.file.line"))}
                                    {column(texts.t("portal.table.crm"))}
                                    {column(texts.t("portal.table.calendar_user"))}
                                </tr>
                            </thead>
                            <tbody role="rowgroup">
                                <For
                                    each=move || {
                                        let limit = limit.get();
                                        list.right.with(|right| right.iter().take(limit).cloned().collect::<Vec<_>>())
                                    }
                                    key=|line| line.line
                                    children=move |line| view! { <Line line list /> }.into_any()
                                />
                            </tbody>
                        </table>
                    }
                        .into_any()
                })}
                <MoreRows limit total=all />
                <LinkFoot ticked label="portal.file.do" busy=link.pending() />
            </form>
        </section>
    }
}

#[component]
fn Line(line: RightLine, list: List) -> impl IntoView {
    let texts = use_texts();
    let number = line.line;
    let on = Signal::derive(move || list.is_ticked(number));
    let ticked_at_first = on.get_untracked();
    let label = texts.with("portal.several.pick", &[("name", &line.crm.name)]);
    let later = line.asked_later.then(|| {
        view! { <span class="tag">{texts.t("portal.file.asked_later")}</span> }.into_any()
    });
    let who = |face: Face, key: &str| {
        // An address that is all we know is not said twice.
        let email = (face.email != face.name)
            .then(|| view! { <Email address=face.email none=texts.t(key) /> }.into_any());
        view! {
            <span class="who">
                <b>{face.name}</b>
                {email}
            </span>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            <td role="cell" data-cell="pick">
                <input type="hidden" name="offered[]" value=number.to_string() />
                <input
                    class="check"
                    type="checkbox"
                    name="ticked[]"
                    value=number.to_string()
                    autocomplete="off"
                    aria-label=label
                    checked=ticked_at_first
                    prop:checked=on
                    on:click=move |_| list.tick(number, !on.get_untracked())
                />
            </td>
            <td role="cell" class="num" data-label=texts.t("portal.file.line")>
                {number.to_string()}
            </td>
            <td role="cell" data-cell="title">
                {who(line.crm, "portal.link.no_email.crm")}
            </td>
            <td role="cell" data-label=texts.t("portal.table.calendar")>
                {who(line.calendar, "portal.link.no_email.calendar")}
                {later}
            </td>
        </tr>
    }
}
