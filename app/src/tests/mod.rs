//! Pages rendered over fake use cases.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fake_account;
mod fake_bulk;
mod fake_status;
mod fakes;
mod keys;
mod pages;
