//! One's own sign-ins: where, since when, and ending them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use synchronizer_domain::account::{AccountView, SignIn};
use synchronizer_domain::routes;

use super::change;
use crate::AppError;
use crate::api::{EndOtherSignIns, EndSignIn, end_other_sign_ins, end_sign_in};
use crate::error::posted;
use crate::i18n::use_texts;
use crate::live::sent_by;
use crate::ui::{ActionAlert, WhenText, column, dynamic, optional};

/// The card of one's own sign-ins.
#[component]
pub fn SignIns(view: RwSignal<AccountView>, reload: Action<(), ()>) -> impl IntoView {
    let texts = use_texts();
    let refused = RwSignal::new(posted(EndSignIn::PATH).or_else(|| posted(EndOtherSignIns::PATH)));
    let listed = Memo::new(move |_| view.with(|view| view.sign_ins.clone()));
    let others = change(refused, reload, "portal.account.ended", end_other_sign_ins);
    view! {
        <section class="panel" aria-labelledby="sign-ins">
            <div class="panel__head">
                <h2 id="sign-ins">{texts.t("portal.account.sign_ins")}</h2>
            </div>
            <ActionAlert error=refused />
            <table class="table cards cards--nopick" role="table" aria-labelledby="sign-ins">
                <thead role="rowgroup">
                    <tr role="row">
                        {["device", "since", "last", "do"]
                            .map(|name| column(texts.t(&format!("portal.account.column.{name}"))))
                            .collect_view()}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {dynamic(move || {
                        listed
                            .get()
                            .into_iter()
                            .map(|sign_in| view! { <Row sign_in refused reload /> }.into_any())
                            .collect_view()
                            .into_any()
                    })}
                </tbody>
            </table>
            <div class="panel__body row">
                {optional(move || {
                    (listed.with(Vec::len) > 1)
                        .then(|| {
                            view! {
                                <form method="post" action=EndOtherSignIns::url() on:submit=sent_by(others)>
                                    <button class="btn" type="submit">
                                        {texts.t("portal.account.end_others")}
                                    </button>
                                </form>
                            }
                                .into_any()
                        })
                })}
                <form class="row" method="post" action=routes::SIGN_OUT>
                    <button class="btn" type="submit">
                        {texts.t("portal.sign_out")}
                    </button>
                    <button class="btn" type="submit" name="everywhere" value="1">
                        {texts.t("portal.sign_out_everywhere")}
                    </button>
                </form>
            </div>
        </section>
    }
}

#[component]
fn Row(
    sign_in: SignIn,
    refused: RwSignal<Option<AppError>>,
    reload: Action<(), ()>,
) -> impl IntoView {
    let texts = use_texts();
    let id = sign_in.id;
    let end = change(refused, reload, "portal.account.ended", move || {
        end_sign_in(id)
    });
    let device = if sign_in.device.is_empty() {
        texts.t("portal.account.unknown_device")
    } else {
        sign_in.device
    };
    let way_out = if sign_in.here {
        texts.t("portal.account.here").into_any()
    } else {
        view! {
            <form method="post" action=EndSignIn::url() on:submit=sent_by(end)>
                <input type="hidden" name="sign_in" value=id.to_string() />
                <button class="btn btn--quiet btn--sm" type="submit">
                    {texts.t("portal.account.end")} <span class="sr">{device.clone()}</span>
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            <td role="cell" data-cell="title">
                <b>{device}</b>
            </td>
            <td role="cell" data-label=texts.t("portal.account.column.since")>
                <WhenText text="{when}".to_owned() at=sign_in.since />
            </td>
            <td role="cell" data-label=texts.t("portal.account.column.last")>
                <WhenText text="{when}".to_owned() at=sign_in.seen_at />
            </td>
            <td role="cell" data-cell="menu" class="end">
                {way_out}
            </td>
        </tr>
    }
}
