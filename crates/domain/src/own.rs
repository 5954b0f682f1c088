//! A linked person's own page.

use crate::Timestamp;
use crate::activation::{CalendarChoice, Couple};
use crate::error::ErrorCode;
use crate::ids::LinkId;
use crate::link::{Cause, LinkState, LinkStatus, Party, Pauser, Side, words};
use crate::session::Me;

/// The person and what is linked for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPage {
    /// The person.
    pub me: Me,
    /// Their links: those that live first, newest first.
    pub links: Vec<OwnLink>,
    /// In how many other browsers they are signed in.
    pub other_sign_ins: u32,
}

/// A link of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLink {
    /// Its id.
    pub id: LinkId,
    /// Who is linked with what.
    pub couple: Couple,
    /// State with cause.
    pub status: LinkStatus,
    /// SuperOffice.
    pub crm: OwnHalf,
    /// The calendar system.
    pub calendar: OwnHalf,
    /// Name of the calendar in use; none before there is one.
    pub calendar_name: Option<String>,
    /// The account may have several calendars to choose from.
    pub chooses: bool,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// By whom, where that is known.
    pub paused_by: Option<Pauser>,
    /// When the last check of both connections ended well.
    pub checked_at: Option<Timestamp>,
}

/// One connection of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnHalf {
    /// When it was granted; none before the first time.
    pub granted_at: Option<Timestamp>,
    /// Why and since when it does not work.
    pub broken: Option<(Cause, Timestamp)>,
    /// The company's own account acts: the person has nothing to connect.
    pub by_company: bool,
}

/// How a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HalfState {
    /// Never connected.
    Missing,
    /// It works.
    Good,
    /// It stopped working.
    Broken,
}

impl OwnHalf {
    /// How it is doing.
    #[must_use]
    pub const fn state(&self) -> HalfState {
        match (self.granted_at, self.broken) {
            (_, Some(_)) => HalfState::Broken,
            (Some(_), None) => HalfState::Good,
            (None, None) => HalfState::Missing,
        }
    }

    /// Whether the person can mend it by connecting it anew.
    #[must_use]
    pub fn is_mendable(&self) -> bool {
        self.broken
            .is_some_and(|(cause, _)| cause.party() != Party::Company)
            && !self.by_company
    }
}

impl OwnLink {
    /// One of its connections.
    #[must_use]
    pub const fn half(&self, side: Side) -> &OwnHalf {
        match side {
            Side::Crm => &self.crm,
            Side::Calendar => &self.calendar,
        }
    }

    /// Nothing happens with it, and nothing is asked of the person.
    #[must_use]
    pub const fn rests(&self) -> bool {
        matches!(self.status.state, LinkState::Paused | LinkState::Deleted)
    }

    /// What the activation pages would ask of the person now.
    #[must_use]
    pub fn waiting(&self) -> Vec<Side> {
        if self.rests() {
            return Vec::new();
        }
        [Side::Crm, Side::Calendar]
            .into_iter()
            .filter(|side| {
                let half = self.half(*side);
                half.state() == HalfState::Missing || half.is_mendable()
            })
            .collect()
    }

    /// Whether a connection that works may be made anew.
    #[must_use]
    pub fn may_reconnect(&self, side: Side) -> bool {
        let half = self.half(side);
        self.status.state != LinkState::Deleted && half.granted_at.is_some() && !half.by_company
    }

    /// Whether the person may choose among calendars now.
    #[must_use]
    pub fn may_choose(&self) -> bool {
        self.chooses
            && self.status.state != LinkState::Deleted
            && self.calendar_name.is_some()
            && match self.calendar.broken {
                None => true,
                // Another calendar is what mends these.
                Some((cause, _)) => {
                    matches!(cause, Cause::CalendarReadOnly | Cause::NoCalendar)
                }
            }
    }
}

words! {
    /// What the page says was just done.
    OwnDeed {
        /// The link rests.
        Paused = "paused",
        /// It goes on.
        Resumed = "resumed",
        /// Another calendar is in use.
        Calendar = "calendar",
        /// Another language was chosen.
        Language = "language",
    }
}

/// The calendars of the person's account, as they are at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCalendars {
    /// The person.
    pub me: Me,
    /// The link.
    pub link: LinkId,
    /// Who is linked with what.
    pub couple: Couple,
    /// The calendar in use.
    pub current: CalendarChoice,
    /// Those that can be written; the account's main one first.
    pub choices: Vec<OwnCalendar>,
    /// Why there is no list, or what is wrong with the choice.
    pub problem: Option<ChoiceProblem>,
}

/// A calendar that the person may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCalendar {
    /// The calendar.
    pub choice: CalendarChoice,
    /// It is the account's main one.
    pub main: bool,
}

/// Why no calendar could be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceProblem {
    /// The calendar system did not answer as it should.
    Error(ErrorCode),
    /// The connection does not work.
    Cause(Cause),
    /// Nothing was chosen, or a calendar that is not there any more.
    NotChosen,
}

impl OwnCalendars {
    /// The calendar that is chosen already: the one in use, else the main one.
    #[must_use]
    pub fn preselected(&self) -> Option<&str> {
        let in_use = |one: &&OwnCalendar| one.choice.id == self.current.id;
        self.choices
            .iter()
            .find(in_use)
            .or(self.choices.first())
            .map(|one| one.choice.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;
    use crate::clock::FixedClock;
    use crate::profile::CalendarSystem;
    use crate::rng::SeededRng;

    const T: Timestamp = Timestamp::from_secs(100);

    fn half(granted: bool, broken: Option<Cause>) -> OwnHalf {
        OwnHalf {
            granted_at: granted.then_some(T),
            broken: broken.map(|cause| (cause, T)),
            by_company: false,
        }
    }

    fn link(state: LinkState, crm: OwnHalf, calendar: OwnHalf) -> OwnLink {
        OwnLink {
            id: LinkId::mint(&FixedClock::at_micros(1), &SeededRng::new(1)),
            couple: Couple {
                tenant_name: String::new(),
                crm_name: String::new(),
                crm_email: String::new(),
                system: CalendarSystem::Google,
                calendar_name: String::new(),
                calendar_account: String::new(),
                by_company: false,
                invited_by: String::new(),
                contact_email: String::new(),
                locale: Locale::En,
            },
            status: LinkStatus { state, cause: None },
            crm,
            calendar,
            calendar_name: calendar.granted_at.map(|_| "Work".to_owned()),
            chooses: true,
            paused_at: None,
            paused_by: None,
            checked_at: None,
        }
    }

    #[test]
    fn only_what_is_missing_or_broken_waits_for_the_person() {
        use LinkState::{Active, Deleted, Invited, NeedsAttention, Partly, Paused};
        let (missing, good) = (half(false, None), half(true, None));
        let refused = half(true, Some(Cause::CalendarRefused));
        let approval = half(true, Some(Cause::AdminApproval));
        let (crm, calendar) = (Side::Crm, Side::Calendar);
        let table: [(LinkState, OwnHalf, OwnHalf, &[Side]); 8] = [
            (Invited, missing, missing, &[crm, calendar]),
            (Partly, good, missing, &[calendar]),
            (Active, good, good, &[]),
            (NeedsAttention, good, refused, &[calendar]),
            (
                NeedsAttention,
                half(true, Some(Cause::CrmRefused)),
                good,
                &[crm],
            ),
            (NeedsAttention, good, approval, &[]),
            (Paused, good, refused, &[]),
            (Deleted, missing, missing, &[]),
        ];
        for (state, crm, calendar, waiting) in table {
            let link = link(state, crm, calendar);
            assert_eq!(link.waiting(), waiting, "{state:?} {crm:?} {calendar:?}");
        }
        let by_company = OwnHalf {
            by_company: true,
            ..refused
        };
        let link = link(NeedsAttention, good, by_company);
        assert_eq!(link.waiting(), []);
        assert!(!link.may_reconnect(calendar) && link.may_reconnect(crm));
    }

    #[test]
    fn a_calendar_is_chosen_while_the_account_can_be_asked() {
        let good = half(true, None);
        for (broken, may) in [
            (None, true),
            (Some(Cause::CalendarReadOnly), true),
            (Some(Cause::NoCalendar), true),
            (Some(Cause::CalendarRefused), false),
            (Some(Cause::PasswordRefused), false),
        ] {
            let link = link(LinkState::NeedsAttention, good, half(true, broken));
            assert_eq!(link.may_choose(), may, "{broken:?}");
        }
        assert!(!link(LinkState::Partly, good, half(false, None)).may_choose());
        assert!(!link(LinkState::Deleted, good, good).may_choose());
        assert!(link(LinkState::Paused, good, good).may_choose());
    }
}
