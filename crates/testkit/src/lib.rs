//! What tests of the whole product share: a browser without a screen, a movable clock,
//! captured logs, judges that others wrote. Never part of a release.

mod browser;
mod clock;
mod google_documents;
mod graph_types;
mod logs;
mod radicale;
mod xandikos;

pub use browser::{Browser, Page};
pub use clock::ShiftedClock;
pub use google_documents::{Exchange, GoogleDocuments};
pub use graph_types::graph_complaints;
pub use logs::CapturedLogs;
pub use radicale::Radicale;
pub use xandikos::Xandikos;
