//! Wiring: configuration, start, HTTP, life of the process. Decisions are made below.

pub mod cli;
pub mod config;
pub mod http;
mod lifecycle;
mod limits;
mod startup;
mod state;
mod system;
mod telemetry;

pub use lifecycle::{Role, Running, start};
pub use startup::{StartError, build_core, connect};
pub use state::AppState;
pub use system::{OsRng, SystemClock};
