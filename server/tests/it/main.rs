//! The real portal in this process, against the sandbox, a real Radicale and a real
//! database. One file per user story.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

mod abuse;
mod account;
mod approval;
mod at_once;
mod audit_log;
mod between_writes;
mod bulk_linking;
mod caldav_mishaps;
mod caldav_private_authority;
mod callbacks;
mod client_secrets;
mod companies;
mod consent;
mod cookies;
mod crash;
mod dropped_tokens;
mod emulate;
mod endpoints;
mod exchange_bulk;
mod exchange_mishaps;
mod files;
mod foreign_sites;
mod google_mishaps;
mod headers;
mod hostile_texts;
mod input;
mod invitation_states;
mod invitations;
mod journey_caldav;
mod journey_exchange;
mod journey_google;
mod journey_microsoft;
mod keeping;
mod key_rotation;
mod link_actions;
mod link_file;
mod linking;
mod lists;
mod live;
mod mail_server;
mod mishaps;
mod moved_crm;
mod notices;
mod oidc_provider;
mod own_page;
mod own_session;
mod people_file;
mod policy;
mod profiles;
mod reactivation;
mod reminders;
mod replicas;
mod retired;
mod rotation;
mod scanners;
mod secrets;
mod secrets_of_systems;
mod selection;
mod status;
mod suspended;
mod system_user;
mod throttled;
mod two_companies;
