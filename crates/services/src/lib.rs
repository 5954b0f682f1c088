//! The use cases: sign-in, sign-up, profiles, linking, activation, mails and checks.
//!
//! Every use case has the same shape: ask the policy, read, talk to remote systems with
//! no transaction open, decide, then write everything in one transaction, jobs and audit
//! rows included. Nothing here knows HTTP requests, pages or SQL.

mod account;
mod activation;
mod attempts;
mod away;
mod bulk;
mod changes;
mod checks;
mod consent;
mod core;
mod exchange;
mod failure;
mod google_check;
mod grants;
mod hosts;
mod housekeeping;
mod invitations;
mod keeper;
mod linking;
mod lists;
mod mails;
mod mishap;
mod notices;
mod operator;
mod outbox;
mod own;
mod profiles;
mod rotate;
mod sessions;
mod signin;
mod signup;
mod status;
mod system_user;
mod tokens;

pub use activation::{CredentialsAnswer, CredentialsSubmission, HalfBegun};
pub use attempts::{CallbackParams, Departure, Provider};
pub use away::AwayCheck;
pub use bulk::RunBatch;
pub use changes::{Changes, Follower};
pub use checks::ConnectionCheck;
pub use consent::ConsentOutcome;
pub use core::{Core, Parts, Settings, SignupPolicy};
pub use exchange::Pace;
pub use hosts::StoredHosts;
pub use housekeeping::Housekeeping;
pub use invitations::InvitationPage;
pub use keeper::{KeepLink, RENEWALS, Remind, RevokeToken, TellOperator};
pub use lists::ReadList;

pub use mishap::MishapReport;
pub use outbox::SendMail;
pub use rotate::Rotated;
pub use sessions::SessionRules;
pub use signin::{Browser, CallbackOutcome};
pub use signup::SignupView;
