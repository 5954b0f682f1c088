//! How states and systems look: the same icon and tone everywhere.

use synchronizer_domain::link::LinkState;
use synchronizer_domain::profile::CalendarSystem;

use super::icon::IconName;

/// The icon of a state.
#[must_use]
pub const fn state_icon(state: LinkState) -> IconName {
    match state {
        LinkState::NeedsAttention => IconName::Alert,
        LinkState::Invited => IconName::Mail,
        LinkState::Partly => IconName::Half,
        LinkState::Initializing => IconName::Ring,
        LinkState::Active => IconName::Ok,
        LinkState::Paused => IconName::Pause,
        LinkState::Deleted => IconName::Trash,
    }
}

/// The key of a state's text.
#[must_use]
pub fn state_key(state: LinkState) -> String {
    format!("state.{}", state.word())
}

/// The icon of a calendar system.
#[must_use]
pub const fn system_icon(system: CalendarSystem) -> IconName {
    match system {
        CalendarSystem::Microsoft365 => IconName::Microsoft365,
        CalendarSystem::Google => IconName::Google,
        CalendarSystem::Exchange => IconName::Exchange,
        CalendarSystem::Caldav => IconName::Caldav,
    }
}

/// The key of a calendar system's name.
#[must_use]
pub fn system_key(system: CalendarSystem) -> String {
    format!("system.{}", system.word())
}
