//! The document around the portal's pages.

use std::sync::OnceLock;

use axum::http::request::Parts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, generate_route_list};
use leptos_meta::MetaTags;

use crate::App;
use crate::frame::UNLOADED_ID;
use crate::i18n::{DATA_ID, Texts, portal, provide_texts};
use crate::pages::part;
use crate::ssr::{Site, locale, send_content_security_policy};

/// The pages, for `leptos_routes_with_context`. They are collected once: collecting runs
/// the router in a mode that would disturb a page being rendered at the same time.
#[must_use]
pub fn routes() -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(App)).clone()
}

/// The whole document of a portal page. Sets the `Content-Security-Policy` header for the
/// nonce of this answer; carries the texts of the page's language in a data block.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    send_content_security_policy();
    let locale = locale();
    let texts = provide_texts(portal(locale));
    let pkg = format!("/{}", options.site_pkg_dir);
    let name = options.output_name;
    let site = use_context::<Site>().unwrap_or_default();
    let folder = match &site.folder {
        Some(folder) => format!("{pkg}/{folder}"),
        None => pkg.clone(),
    };
    let parts = use_context::<Parts>()
        .and_then(|request| part(request.uri.path()))
        .and_then(|part| site.parts.get(part))
        .map(|files| files.iter().map(|file| format!("{folder}/{file}.wasm")))
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("{pkg}/{name}.css") />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script type="application/json" id=DATA_ID inner_html=texts.to_data_block()></script>
                <Hydration base=format!("{folder}/{name}") parts />
                <MetaTags />
            </head>
            <body>
                <App />
                {unloaded(texts)}
            </body>
        </html>
    }
}

/// Shown when the module or a part of it does not come. It stands after the page, where
/// taking over does not look, and before it on the screen.
fn unloaded(texts: Texts) -> impl IntoView {
    // An empty address is the page itself.
    view! {
        <div class="banner banner--late" id=UNLOADED_ID role="alert" hidden>
            <p>{texts.t("portal.unloaded.notice")} " " <a href="">{texts.t("portal.unloaded.reload")}</a></p>
        </div>
    }
}

/// Loads the module and takes the page over. Leptos's own `HydrationScripts` takes the
/// module's file name from the compiler's environment and puts the nonce into a readable
/// attribute; this does neither.
#[component]
fn Hydration(
    /// Script and module, without ending.
    base: String,
    /// Addresses of the parts that this page needs besides.
    parts: Vec<String>,
) -> impl IntoView {
    let script = format!(
        "import(\"{base}.js\").then((m) => m.default({{ module_or_path: \"{base}.wasm\" }}).then(m.hydrate))\
         .catch((e) => {{ console.error(e); document.getElementById(\"{UNLOADED_ID}\").hidden = false; }});"
    );
    let modules = std::iter::once(format!("{base}.wasm"))
        .chain(parts)
        .map(|href| {
            view! { <link rel="preload" href=href r#as="fetch" r#type="application/wasm" crossorigin="" /> }
        })
        .collect_view();
    view! {
        <link rel="modulepreload" href=format!("{base}.js") />
        {modules}
        <script type="module" nonce=use_nonce() inner_html=script></script>
    }
}
