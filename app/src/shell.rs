//! The document around the portal's pages.

use std::sync::OnceLock;

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, generate_route_list};
use leptos_meta::MetaTags;

use crate::App;
use crate::i18n::{DATA_ID, portal, provide_texts};
use crate::ssr::{locale, send_content_security_policy};

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
    let base = format!("/{}/{}", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("{base}.css") />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script type="application/json" id=DATA_ID inner_html=texts.to_data_block()></script>
                <Hydration base />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads the module and takes the page over. Leptos's own `HydrationScripts` takes the
/// module's file name from the compiler's environment and puts the nonce into a readable
/// attribute; this does neither.
#[component]
fn Hydration(base: String) -> impl IntoView {
    let script = format!(
        "import start, {{ hydrate }} from \"{base}.js\"; start({{ module_or_path: \"{base}.wasm\" }}).then(hydrate);"
    );
    view! {
        <link rel="modulepreload" href=format!("{base}.js") />
        <link rel="preload" href=format!("{base}.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=use_nonce() inner_html=script></script>
    }
}
