//! The web side of Synchronizer, compiled twice: for the server (feature `ssr`) and
//! for the browser (feature `hydrate`). It knows `synchronizer-domain` and nothing
//! below it; the server hands in use cases as trait objects.

pub mod api;
mod app;
mod error;
#[cfg(feature = "ssr")]
pub mod files;
mod frame;
pub mod i18n;
mod live;
mod pages;
#[cfg(feature = "ssr")]
pub mod public;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
#[cfg(feature = "hydrate")]
mod taken_over;
pub mod ui;
mod wire;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use app::App;
#[cfg(feature = "hydrate")]
pub use app::hydrate_app;
pub use error::AppError;
#[cfg(feature = "ssr")]
pub use shell::{routes, shell};
