//! The mail catcher: an SMTP server that delivers nowhere, and a web inbox.

mod api;
mod inbox;
mod message;
mod session;
mod sign_in;
mod smtp;
mod store;
mod tls;

pub(crate) use inbox::router;
pub use message::{CaughtMail, MailHeader};
pub use sign_in::{MAIL_PASSWORD, MAIL_USER};
pub(crate) use smtp::serve;
pub(crate) use store::MailStore;
pub(crate) use tls::acceptor;
pub use tls::{MAIL_AUTHORITY, TlsError};
