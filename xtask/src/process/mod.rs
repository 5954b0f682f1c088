//! Starting, watching and ending other programs.
//!
//! Every program runs in a process group of its own and is known to [`groups`], so that
//! an error, a panic or a signal takes all of them down, grandchildren included.

pub mod groups;
pub mod net;
mod run;
mod service;
mod temp;

pub use groups::clean_up_on_signals;
pub use run::{capture, command, run, run_watched, succeeds};
pub use service::Service;
pub use temp::TempFolder;
