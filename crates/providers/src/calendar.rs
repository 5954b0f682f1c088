//! What every calendar system says about a calendar.

use synchronizer_domain::ids::CalendarId;

/// A calendar as its server describes it at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteCalendar {
    /// Graph's calendar id, or the absolute address of a CalDAV collection.
    pub id: CalendarId,
    /// Display name, cleaned, never empty.
    pub name: String,
    /// Whether the server says that the signed-in person may write into it.
    pub writable: bool,
}
