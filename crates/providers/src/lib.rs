//! Thin typed clients of the remote systems: SuperOffice, Microsoft 365, Google, Exchange
//! and CalDAV servers, with the OpenID Connect client and the guarded HTTP client they
//! share.
//!
//! Nothing here decides what a link may do. A client speaks one protocol, checks what
//! comes back and says in a typed way why something did not work ([`ErrorKind`]).
//! Secrets are [`secrecy::SecretString`] and never part of an error or of `Debug`.
//!
//! Two HTTP clients exist on purpose: [`http::client`] for endpoints that the operator
//! configured, and [`guard::GuardedClient`] for addresses that a person typed.

pub mod caldav;
pub mod calendar;
#[cfg(test)]
mod corpus;
mod dns;
pub mod error;
pub mod exchange;
pub mod google;
pub mod guard;
pub mod http;
pub mod lists;
pub mod microsoft;
pub mod oidc;
pub mod superoffice;
#[cfg(test)]
mod test_support;
mod xml;

pub use caldav::{Caldav, CaldavAccount, CaldavCalendar, ServerProbe};
pub use calendar::RemoteCalendar;
pub use error::{ErrorKind, ProviderError, System};
pub use exchange::{Exchange, ExchangeLogin, FoundServer, People};
pub use google::{Google, GoogleAccount, GoogleCalendar, GoogleSignIn, ServiceAccount};
pub use guard::{GuardedClient, OutboundPolicy};
pub use lists::ListPage;
pub use microsoft::{Microsoft, MicrosoftAccount, MicrosoftMe};
pub use oidc::{
    Begun, IdClaims, IssuerRule, OidcConfig, OidcProvider, Redeemed, TokenSet, callback_error,
};
pub use superoffice::{Principal, SuperOffice};
