//! What tests of the whole product share: a browser without a screen, a movable clock,
//! captured logs. Never part of a release.

mod browser;
mod clock;
mod logs;
mod radicale;
mod xandikos;

pub use browser::{Browser, Page};
pub use clock::ShiftedClock;
pub use logs::CapturedLogs;
pub use radicale::Radicale;
pub use xandikos::Xandikos;
