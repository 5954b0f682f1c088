//! Pages rendered over fake use cases.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fakes;
mod keys;
mod pages;
