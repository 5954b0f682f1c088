//! Mails: texts in every language, their form on the wire, and the way to a server.
//!
//! A mail goes through three steps that the caller joins: [`Templates`] fills the
//! texts, [`compose`] makes the bytes of RFC 5322 (stored sealed in the outbox), and
//! [`Smtp`] hands these bytes to a server, as often as needed, always the same.
//!
//! This crate knows neither the outbox nor who may be written to. To add a mail, add
//! a folder `templates/<locale>/<name>/` per language, list the files in
//! `templates.rs` and give it a typed context like [`InvitationMail`].

mod address;
mod alarm;
mod compose;
mod dates;
mod error;
mod invitation;
mod reactivation;
mod smtp;
mod subject;
mod templates;

pub use compose::{Envelope, compose, message_id};
pub use error::MailError;
pub use invitation::{InvitationMail, Rendered};
pub use reactivation::{Breakage, ReactivationMail};
pub use smtp::{SendError, Smtp, SmtpSettings};
pub use templates::Templates;
