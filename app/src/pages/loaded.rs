//! A page's data: how it is loaded, what stands there meanwhile, or why it is not there.
//!
//! All pages share one type of resource; see `ui::dynamic` for why.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use synchronizer_domain::account::{AccountView, AuditQuery, AuditView};
use synchronizer_domain::bulk::{BatchView, SeveralView};
use synchronizer_domain::ids::{ImportId, ProfileId};
use synchronizer_domain::import::ImportView;
use synchronizer_domain::notice::Notice;
use synchronizer_domain::session::Me;
use synchronizer_domain::status::{LinksQuery, LinksView};
use synchronizer_domain::usecases::{LinkUsersView, ProfileCard, ProfileDetail};

use crate::AppError;
use crate::api::{
    audit_log, import_page, link_several_view, link_users, list_links, list_notices, list_profiles,
    newest_batch, profile_details, show_account, who_am_i,
};
use crate::i18n::use_texts;
use crate::live::Shown;
use crate::ui::{Refusal, dynamic};
use crate::wire::Wire;

/// What a page asks the server for; a profile is none when the path names no id of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The signed-in person.
    Me,
    /// The overview.
    Profiles,
    /// One profile.
    Profile(Option<ProfileId>),
    /// Both lists and a page of the links of one profile.
    LinkUsers(Option<ProfileId>, LinksQuery),
    /// Both lists of one profile.
    Lists(ProfileId),
    /// A page of a table of links.
    Links(LinksQuery),
    /// The company.
    Account,
    /// A page of the audit log.
    Audit(AuditQuery),
    /// Who can be linked at once in one profile.
    Several(Option<ProfileId>),
    /// A list of pairs for one profile, or the page that takes one.
    Import(Option<ProfileId>, Option<ImportId>),
    /// The newest batch of one profile.
    Batch(ProfileId),
    /// What should be looked at.
    Notices,
    /// Something together with that.
    Told(Box<Wanted>),
}

/// What the server gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageData {
    /// The signed-in person.
    Me(Me),
    /// The overview.
    Profiles(Vec<ProfileCard>),
    /// One profile.
    Profile(ProfileDetail),
    /// Both lists and a page of the links of one profile.
    LinkUsers(LinkUsersView, LinksView),
    /// Both lists of one profile.
    Lists(LinkUsersView),
    /// A page of a table of links.
    Links(LinksView),
    /// The company.
    Account(AccountView),
    /// A page of the audit log.
    Audit(AuditView),
    /// Who can be linked at once in one profile.
    Several(SeveralView),
    /// A list of pairs for one profile.
    Import(ImportView),
    /// The newest batch of one profile.
    Batch(Option<BatchView>),
    /// What should be looked at.
    Notices(Vec<Notice>),
    /// Something together with that.
    Told(Box<PageData>, Vec<Notice>),
}

/// An answer on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<PageData, AppError>> + Send>>;

/// Asks the server.
pub fn load(wanted: Wanted) -> Loading {
    Box::pin(async move {
        match wanted {
            Wanted::Me => who_am_i().await.map(PageData::Me),
            Wanted::Profiles => list_profiles().await.map(PageData::Profiles),
            Wanted::Profile(Some(id)) => profile_details(id).await.map(PageData::Profile),
            Wanted::LinkUsers(Some(id), query) => {
                let lists = link_users(id).await?;
                let links = list_links(query).await?;
                Ok(PageData::LinkUsers(lists, links))
            }
            Wanted::Lists(id) => link_users(id).await.map(PageData::Lists),
            Wanted::Links(query) => list_links(query).await.map(PageData::Links),
            Wanted::Account => show_account().await.map(PageData::Account),
            Wanted::Audit(AuditQuery {
                who,
                group,
                from,
                until,
                text,
                before,
            }) => audit_log(who, group, from, until, text, before)
                .await
                .map(PageData::Audit),
            Wanted::Several(Some(id)) => link_several_view(id).await.map(PageData::Several),
            Wanted::Import(Some(id), list) => import_page(id, list).await.map(PageData::Import),
            Wanted::Batch(id) => newest_batch(id).await.map(PageData::Batch),
            Wanted::Notices => list_notices().await.map(PageData::Notices),
            Wanted::Told(wanted) => {
                let data = load(*wanted).await?;
                Ok(PageData::Told(Box::new(data), list_notices().await?))
            }
            Wanted::Profile(None)
            | Wanted::LinkUsers(None, _)
            | Wanted::Several(None)
            | Wanted::Import(None, _) => Err(AppError::not_found()),
        }
    })
}

/// The profile in the page's path; none when it is no id of ours.
pub fn use_profile_id() -> Signal<Option<ProfileId>> {
    let params = use_params_map();
    Signal::derive(move || params.read().get_str("id").and_then(|id| id.parse().ok()))
}

/// Data of a page, loaded again when something else is wanted.
pub fn resource(wanted: Signal<Wanted>) -> Resource<Result<PageData, AppError>, Wire> {
    Resource::new_with_options(move || wanted.get(), load, true)
}

/// A page whose data comes from the server. The page is built once per load; what changes
/// afterwards goes through the signals it makes of its data.
pub fn loaded(wanted: Signal<Wanted>, page: fn(PageData) -> AnyView) -> AnyView {
    let texts = use_texts();
    let data = resource(wanted);
    let waiting = move || {
        view! {
            <p class="muted row" role="status">
                <span class="spin" aria-hidden="true"></span>
                {texts.t("portal.loading")}
            </p>
        }
    };
    view! {
        <Suspense fallback=waiting>
            {dynamic(move || {
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => {
                            Shown::begin();
                            page(data)
                        }
                        Err(error) => view! { <Refusal error /> }.into_any(),
                    }
                })
                    .into_any()
            })}
        </Suspense>
    }
    .into_any()
}
