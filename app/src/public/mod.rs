//! Public pages: sign-in, sign-up, invitation, activation, what went wrong, a person's own
//! page. They are complete without script: each function takes plain data and returns a
//! whole document, which the server's handlers send with [`content_security_policy`].
//!
//! Everything typed by people or told by remote systems is text or an attribute value
//! here, and is escaped by the renderer. No page calls a use case.

mod activation;
mod again;
mod bar;
mod consent;
mod credentials;
mod dates;
mod document;
mod done;
mod invitation;
mod leaving;
mod me;
mod mishap;
mod parts;
mod sign_in;
mod sign_up;
#[cfg(test)]
mod tests;

use synchronizer_domain::Locale;

pub use activation::{ActivationForm, Alert, activation};
pub use again::sign_in_again;
pub use consent::{ConsentStand, consent};
pub use done::done;
pub use invitation::invitation;
pub use leaving::leaving;
pub use me::{choose_calendar, me};
pub use mishap::{MishapPage, mishap};
pub use sign_in::{SignInForm, sign_in};
pub use sign_up::{SignUpPage, sign_up};

/// Where and for whom a page is rendered.
#[derive(Debug, Clone, Copy)]
pub struct PublicPage<'a> {
    /// The language of the page.
    pub locale: Locale,
    /// A path without query that answers GET with this page again, for the links of the
    /// language menu. Empty where there is none (an identity provider's callback, a page
    /// after a POST that has no GET): the page then has no language menu.
    pub path: &'a str,
}

/// The `Content-Security-Policy` of every page of this module.
#[must_use]
pub const fn content_security_policy() -> &'static str {
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'; script-src 'none'"
}
