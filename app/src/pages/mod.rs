//! The pages of the portal, one component each.

mod account;
mod audit;
mod file_field;
mod keep;
mod lazy;
mod link_file;
mod link_several;
mod link_users;
mod links;
mod loaded;
mod new_profile;
mod not_found;
mod notices;
mod profile_actions;
mod profile_dialog;
mod profile_head;
mod profile_row;
mod profiles;
mod settings;
mod status;
mod steps;
mod stopped;
mod systems;

#[cfg(feature = "hydrate")]
pub use lazy::fetch_all;
#[cfg(feature = "ssr")]
pub use lazy::part;
pub use lazy::{
    LazyAccount, LazyAudit, LazyLinkFile, LazyLinkSeveral, LazyLinkUsers, LazyNewProfile,
    LazySettings, LazyStatus, LazySystems,
};
pub use loaded::{PageData, Wanted, load, resource};
pub use not_found::NotFoundPage;
pub use profiles::ProfilesPage;
