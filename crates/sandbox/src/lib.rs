//! The sandbox: local stand-ins for what nobody can run at home.
//!
//! It starts an invented SuperOffice (OpenID Connect, tenant state, users), an invented
//! Microsoft (Entra sign-in and Graph), an invented Exchange server (Autodiscover and EWS),
//! an invented Google (sign-in, directory and list of calendars) and a mail catcher (SMTP,
//! web inbox) on loopback addresses. Demo, end-to-end tests and in-process tests use the
//! same code.
//!
//! The crate stands for other people's systems: it follows their documented wire
//! formats, shares no type with the portal, and refuses what the real ones refuse.
//! Everything it holds is invented, lives in memory and ends with the process. The
//! switches of [`Control`] make it misbehave on purpose.

mod clock;
mod control;
mod exchange;
mod google;
mod hostile;
mod html;
mod mail;
mod microsoft;
mod oauth;
mod random;
mod record;
mod seed;
mod server;
mod signing;
mod superoffice;
mod switches;
mod world;

pub use clock::Clock;
pub use control::{Control, ControlError};
pub use exchange::{EXCHANGE_PASSWORD, ExchangeAccount, exchange_accounts};
pub use mail::{CaughtMail, MAIL_AUTHORITY, MAIL_PASSWORD, MAIL_USER, MailHeader, TlsError};
pub use record::RecordedRequest;
pub use seed::{
    CROWD, Company, FJORDKRAFT_CTX, FJORDKRAFT_TID, MicrosoftUser, NORDLICHT_CTX, NORDLICHT_TID,
    Organisation, POLARIS_CTX, POLARIS_TID, Person, SuperOfficeUser, companies, organisations,
    people,
};
pub use seed::{FJORDKRAFT_DOMAIN, GoogleCalendars, GoogleUser, NORDLICHT_DOMAIN, google_users};
pub use server::{Sandbox, SandboxError, SandboxOptions, start};
pub use switches::{
    AutodiscoverRedirect, ConsentMode, ExchangeSwitches, Switches, System, Throttle,
};
pub use switches::{GoogleConsent, GoogleSwitches, MailRefusal, MailSwitches, MailTls};

/// Client id that the portal uses at the stand-in for SuperOffice.
pub const SUPEROFFICE_CLIENT_ID: &str = "5a9d0b0c6f1e4e21a1f0c9b7d3e85a64";
/// Client secret at the stand-in for SuperOffice. Public: it opens nothing real.
pub const SUPEROFFICE_CLIENT_SECRET: &str = "sandbox-superoffice-secret";
/// Client id (a GUID) that the portal uses at the stand-in for Microsoft.
pub const MICROSOFT_CLIENT_ID: &str = "7d1f3c5a-92b4-4e0d-8a6b-15c2f09e4d37";
/// Client secret at the stand-in for Microsoft. Public: it opens nothing real.
pub const MICROSOFT_CLIENT_SECRET: &str = "sandbox-microsoft-secret";
/// Client id that the portal uses at the stand-in for Google.
pub const GOOGLE_CLIENT_ID: &str = "104417-sandbox.apps.googleusercontent.com";
/// Client secret at the stand-in for Google. Public: it opens nothing real.
pub const GOOGLE_CLIENT_SECRET: &str = "sandbox-google-secret";
