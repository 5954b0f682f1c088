//! The portal: context, frame and routes.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

use crate::frame::{Frame, PageFocus};
use crate::i18n::{Catalogue, provide_texts};
use crate::live::Live;
use crate::pages::{
    LazyAccount, LazyAudit, LazyLinkFile, LazyLinkSeveral, LazyLinkUsers, LazyNewProfile,
    LazySettings, LazyStatus, LazySystems, NotFoundPage, ProfilesPage,
};
use crate::ui::{Now, Toaster, Toasts, close_disclosures_on_escape};

/// The texts of the page: on the server from the files, in the browser from the page.
fn catalogue() -> Arc<Catalogue> {
    #[cfg(feature = "ssr")]
    {
        crate::i18n::portal(crate::ssr::locale())
    }
    #[cfg(not(feature = "ssr"))]
    {
        #[cfg(feature = "hydrate")]
        let block = document()
            .get_element_by_id(crate::i18n::DATA_ID)
            .and_then(|block| block.text_content());
        #[cfg(not(feature = "hydrate"))]
        let block = None::<String>;
        Arc::new(Catalogue::from_data_block(&block.unwrap_or_default()))
    }
}

/// Stands after each page's own title.
const PRODUCT: &str = " · Synchronizer";

/// What the title is until the page that is being taken over says its own again: the page's
/// code may still be on its way.
fn served_title() -> String {
    #[cfg(feature = "hydrate")]
    {
        let title = document().title();
        title.strip_suffix(PRODUCT).unwrap_or_default().to_owned()
    }
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

/// The portal of signed-in people. On the server it takes `PortalServices` and `Caller`
/// from context.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_texts(catalogue());
    Now::provide();
    Toaster::provide();
    Live::provide();
    close_disclosures_on_escape();
    // Every page is complete in the first answer: it can be read without script, and its
    // status and redirects are those of its data.
    view! {
        <Title formatter=|page: String| page + PRODUCT text=served_title() />
        <Router>
            <Frame>
                <PageFocus />
                <main id="main" class="page" tabindex="-1">
                    <FlatRoutes fallback=NotFoundPage>
                        <Route path=path!("/account") view={Lazy::<LazyAccount>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/audit") view={Lazy::<LazyAudit>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles") view=ProfilesPage ssr=SsrMode::Async />
                        <Route path=path!("/profiles/new") view={Lazy::<LazyNewProfile>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles/:id/systems") view={Lazy::<LazySystems>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles/:id/settings") view={Lazy::<LazySettings>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles/:id/link-users") view={Lazy::<LazyLinkUsers>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles/:id/link-several") view={Lazy::<LazyLinkSeveral>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/profiles/:id/link-file") view={Lazy::<LazyLinkFile>::new()} ssr=SsrMode::Async />
                        <Route path=path!("/status") view={Lazy::<LazyStatus>::new()} ssr=SsrMode::Async />
                    </FlatRoutes>
                </main>
            </Frame>
            <Toasts />
        </Router>
    }
}

/// Takes over the page that the server rendered. Called once, by the browser's entry.
#[cfg(feature = "hydrate")]
pub fn hydrate_app() {
    crate::taken_over::take_over(|| view! { <App /> }.into_any());
}
