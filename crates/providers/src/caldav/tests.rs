//! The client against recorded shapes of servers, and against a real Radicale.

mod fake;
mod journey;
mod radicale;
