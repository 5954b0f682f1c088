//! Pages rendered over fake use cases.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fake_account;
mod fakes;
mod keys;
mod pages;
