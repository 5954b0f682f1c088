//! The mail catcher: an SMTP server that delivers nowhere, and a web inbox.

mod api;
mod inbox;
mod message;
mod session;
mod smtp;
mod store;

pub(crate) use inbox::router;
pub use message::{CaughtMail, MailHeader};
pub(crate) use smtp::serve;
pub(crate) use store::MailStore;
