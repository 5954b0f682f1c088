//! The words and decisions of Synchronizer, without any I/O.
//!
//! Everything else depends on this crate; it compiles for the server and for the
//! browser. It owns ids, the clock and randomness traits, the models, the state of
//! a link, the policy, the use-case traits that the web side calls, and every path
//! of the portal. It must never learn about SQL, HTTP clients or HTML.

pub mod account;
pub mod activation;
pub mod alarm;
pub mod bulk;
pub mod clock;
pub mod connection;
pub mod consent;
pub mod csv;
pub mod directory;
pub mod draft;
pub mod error;
pub mod ids;
pub mod import;
pub mod link;
pub mod lists;
pub mod locale;
pub mod mail;
pub mod matching;
pub mod notice;
pub mod own;
pub mod policy;
pub mod profile;
pub mod rng;
pub mod routes;
pub mod session;
pub mod several;
pub mod status;
pub mod tenant;
pub mod text;
pub mod usecases;

pub use clock::{Clock, Timestamp};
pub use error::{ErrorCode, FieldError, UseCaseError};
pub use locale::Locale;
pub use rng::Rng;
