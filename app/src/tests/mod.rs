//! Pages rendered over fake use cases.

mod fakes;
mod keys;
mod pages;
mod preview;
