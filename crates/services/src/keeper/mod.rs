//! Keeps grants alive: tokens are renewed before they end, by one process for all, and every
//! link's connections are looked at regularly, so that its state is true without anything
//! else happening. A refusal that a person must mend is noted once, mailed once, and then
//! nothing is tried any more; an outage or our own mistake changes no state.

mod access;
mod erase;
mod job;
mod operator;
mod refuse;
mod remind;
mod retire;
mod schedule;
mod verdict;

pub use access::RENEWALS;
pub(crate) use access::{Need, NoAccess, TABLE as TOKENS_TABLE};
pub use erase::RevokeToken;
pub(crate) use erase::TABLE as REVOCATIONS_TABLE;
pub use job::KeepLink;
pub(crate) use job::keep_job;
pub use operator::TellOperator;
pub(crate) use refuse::{Broken, held};
pub use remind::Remind;
pub(crate) use remind::{next_reminder, reminder_job};
pub(crate) use verdict::{Verdict, of_use};
