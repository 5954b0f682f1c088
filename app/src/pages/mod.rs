//! The pages of the portal, one component each.

mod link_users;
mod loaded;
mod new_profile;
mod not_found;
mod profile_head;
mod profile_row;
mod profiles;
mod settings;
mod steps;
mod systems;

pub use link_users::LinkUsersPage;
pub use loaded::{PageData, Wanted, load, resource};
pub use new_profile::NewProfilePage;
pub use not_found::NotFoundPage;
pub use profiles::ProfilesPage;
pub use settings::SettingsPage;
pub use systems::SystemsPage;
