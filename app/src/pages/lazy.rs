//! Pages whose code is fetched apart from the rest, when the browser is idle or the page is
//! opened. On the server they are ordinary pages.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::LazyRoute;

use super::account::AccountPage;
use super::audit::AuditPage;
use super::link_file::LinkFilePage;
use super::link_several::LinkSeveralPage;
use super::link_users::LinkUsersPage;
use super::new_profile::NewProfilePage;
use super::settings::SettingsPage;
use super::status::StatusPage;
use super::systems::SystemsPage;
use crate::i18n::use_texts;

/// The code of a page could not be fetched.
struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// For each page: the route's view, the page, the name of its part of the module, and the
/// end of the addresses that show it.
macro_rules! lazy_pages {
    ($($route:ident $page:ident $part:ident $end:literal;)*) => {
        $(
            #[doc = concat!("[`", stringify!($page), "`], fetched on demand.")]
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    match $part::page().await {
                        Ok(page) => page,
                        Err(Missing) => missing().await,
                    }
                }
            }

            mod $part {
                use leptos::prelude::*;

                #[leptos::wasm_split::wasm_split(
                    $part,
                    wasm_split_path = ::leptos::wasm_split,
                    fallible,
                    preload(fetch)
                )]
                pub(super) fn page() -> Result<AnyView, super::Missing> {
                    Ok(view! { <super::$page /> }.into_any())
                }
            }
        )*

        /// Fetches every page's code, one after the other. What fails is tried again when
        /// the page is opened.
        #[cfg(feature = "hydrate")]
        pub async fn fetch_all() {
            $(_ = $part::fetch().await;)*
        }

        /// The part of the module that a page needs.
        #[cfg(feature = "ssr")]
        #[must_use]
        pub fn part(path: &str) -> Option<&'static str> {
            $(if path.ends_with($end) {
                return Some(stringify!($part));
            })*
            None
        }
    };
}

lazy_pages! {
    LazyNewProfile NewProfilePage new_profile "/new";
    LazySystems SystemsPage systems "/systems";
    LazySettings SettingsPage settings "/settings";
    LazyLinkUsers LinkUsersPage link_users "/link-users";
    LazyAccount AccountPage account "/account";
    LazyAudit AuditPage audit "/audit";
    LazyLinkSeveral LinkSeveralPage link_several "/link-several";
    LazyLinkFile LinkFilePage link_file "/link-file";
    LazyStatus StatusPage status "/status";
}

/// The page stays as the server rendered it, if it is the first one: its links and forms
/// work, and a line above it says why the rest does not. Else a page in its place says so.
async fn missing() -> AnyView {
    let first = Owner::current_shared_context().is_some_and(|page| page.during_hydration());
    if first {
        #[cfg(feature = "hydrate")]
        if let Some(notice) = document().get_element_by_id(crate::frame::UNLOADED_ID) {
            _ = notice.remove_attribute("hidden");
        }
        std::future::pending::<()>().await;
    }
    view! { <MissingPage /> }.into_any()
}

#[component]
fn MissingPage() -> impl IntoView {
    let texts = use_texts();
    // An empty address is the page itself.
    view! {
        <leptos_meta::Title text=texts.t("portal.unloaded.title") />
        <div class="pagehead">
            <h1>{texts.t("portal.unloaded.title")}</h1>
        </div>
        <section class="panel">
            <div class="panel__body stack">
                <p role="alert">{texts.t("portal.unloaded.text")}</p>
                <div class="row">
                    <a class="btn" href="" rel="external">
                        {texts.t("portal.unloaded.reload")}
                    </a>
                </div>
            </div>
        </section>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_lazy_page_of_the_router_names_its_part() {
        let parts: Vec<_> = crate::routes()
            .into_iter()
            .map(|page| part(page.path()))
            .collect();
        assert_eq!(
            parts,
            [
                Some("account"),
                Some("audit"),
                None,
                Some("new_profile"),
                Some("systems"),
                Some("settings"),
                Some("link_users"),
                Some("link_several"),
                Some("link_file"),
                Some("status")
            ]
        );
    }
}
