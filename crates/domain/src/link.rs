//! A link, its facts, and the one function that derives its state from them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::directory::{CalendarUser, CrmUser};
use crate::ids::{LinkId, ProfileId, TenantId};

/// One CRM user paired with one calendar user in one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Our id.
    pub id: LinkId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// The profile it belongs to.
    pub profile: ProfileId,
    /// The CRM side, as it was when linked.
    pub crm: CrmUser,
    /// The calendar side, as it was when linked.
    pub calendar: CalendarUser,
    /// When it was linked.
    pub created_at: Timestamp,
    /// Facts that are not derived from grants.
    pub flags: LinkFlags,
}

/// What was decided or seen about a link besides its grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkFlags {
    /// Paused by an admin or the user.
    pub paused_at: Option<Timestamp>,
    /// By whom; none for links that were paused before that was kept.
    pub paused_by: Option<Pauser>,
    /// Softly deleted.
    pub deleted_at: Option<Timestamp>,
    /// The first run ended well.
    pub first_run_at: Option<Timestamp>,
    /// What stopped the last attempt, in activation or in the connection check.
    pub cause: Option<(Cause, Timestamp)>,
}

impl LinkFlags {
    /// The flags after somebody's action that only sets flags; others change nothing here.
    #[must_use]
    pub const fn after(mut self, action: LinkAction, by: Pauser, now: Timestamp) -> Self {
        match action {
            LinkAction::Pause => {
                self.paused_at = Some(now);
                self.paused_by = Some(by);
            }
            LinkAction::Resume => {
                self.paused_at = None;
                self.paused_by = None;
            }
            LinkAction::Delete => self.deleted_at = Some(now),
            LinkAction::Undelete => self.deleted_at = None,
            LinkAction::Resend | LinkAction::Check | LinkAction::Erase => {}
        }
        self
    }
}

/// A side of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// SuperOffice.
    Crm,
    /// The calendar system.
    Calendar,
}

impl Side {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Calendar => "calendar",
        }
    }

    /// Reads the word of the database.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "crm" => Some(Self::Crm),
            "calendar" => Some(Self::Calendar),
            _ => None,
        }
    }
}

/// What a link holds on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantFact {
    /// Never given, or withdrawn by unlinking.
    Missing,
    /// Given and, as far as known, good.
    Good,
    /// Refused in a way that a person can mend.
    Refused(Cause, Timestamp),
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in the order in which pages list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the database, in keys of texts and in addresses.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word again.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use words;

mod cause;

pub use cause::{Cause, Party};

words! {
    /// Who paused a link.
    Pauser {
        /// The linked person.
        Person = "person",
        /// An administrator of the company.
        Admin = "admin",
    }
}

words! {
    /// The state of a link, in the order in which pages show them.
    LinkState {
        /// A person must mend something.
        NeedsAttention = "attention",
        /// The mail is out, nothing agreed yet.
        Invited = "invited",
        /// One of two sign-ins is done.
        Partly = "partly",
        /// Both are done, the first run is not.
        Initializing = "initializing",
        /// It works.
        Active = "active",
        /// Stopped by a person, keeps everything.
        Paused = "paused",
        /// Softly deleted, can come back.
        Deleted = "deleted",
    }
}

words! {
    /// What an administrator can ask for a link, or for a selection of links.
    LinkAction {
        /// A further mail.
        Resend = "resend",
        /// Try both connections now.
        Check = "check",
        /// Stop it, keep everything.
        Pause = "pause",
        /// Go on.
        Resume = "resume",
        /// Soft deletion.
        Delete = "delete",
        /// Taking a soft deletion back.
        Undelete = "undelete",
        /// Permanent deletion, only after a soft one.
        Erase = "erase",
    }
}

impl LinkAction {
    /// Whether it can be asked for a link in this state.
    #[must_use]
    pub const fn applies_to(self, state: LinkState) -> bool {
        use LinkState::{Active, Deleted, Initializing, Invited, NeedsAttention, Partly, Paused};
        match self {
            Self::Resend => matches!(state, Invited | Partly | NeedsAttention),
            Self::Check => matches!(state, NeedsAttention | Initializing | Active),
            Self::Pause => !matches!(state, Paused | Deleted),
            Self::Resume => matches!(state, Paused),
            Self::Delete => !matches!(state, Deleted),
            Self::Undelete | Self::Erase => matches!(state, Deleted),
        }
    }
}

/// Everything that decides the state of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkFacts {
    /// Flags of the link itself.
    pub flags: LinkFlags,
    /// The grant on the CRM side.
    pub crm: GrantFact,
    /// The grant on the calendar side.
    pub calendar: GrantFact,
}

impl LinkFacts {
    const fn of(&self, side: Side) -> GrantFact {
        match side {
            Side::Crm => self.crm,
            Side::Calendar => self.calendar,
        }
    }

    /// Why and since when a half does not work: its grant is refused, or it cannot be used.
    #[must_use]
    pub fn broken(&self, side: Side) -> Option<(Cause, Timestamp)> {
        if let GrantFact::Refused(cause, since) = self.of(side) {
            return Some((cause, since));
        }
        self.flags
            .cause
            .filter(|(cause, _)| cause.stops() && cause.side() == Some(side))
    }

    /// Whether the linked person has to do this half, for the first time or again.
    #[must_use]
    pub fn needs(&self, side: Side) -> bool {
        self.of(side) != GrantFact::Good
            || self
                .broken(side)
                .is_some_and(|(cause, _)| cause.party() != Party::Company)
    }

    /// Since when something that worked waits for the linked person; none when nothing is
    /// broken, when only the company can mend it, and while the link rests.
    #[must_use]
    pub fn waits_since(&self) -> Option<Timestamp> {
        if self.flags.paused_at.is_some() || self.flags.deleted_at.is_some() {
            return None;
        }
        [Side::Crm, Side::Calendar]
            .into_iter()
            .filter_map(|side| self.broken(side))
            .filter(|(cause, _)| cause.party() != Party::Company)
            .map(|(_, since)| since)
            .min()
    }
}

/// A state and, where something is wrong, why, since when, and who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkStatus {
    /// The state.
    pub state: LinkState,
    /// The cause; present in other states too, as a remark.
    pub cause: Option<CauseStatus>,
}

/// A cause with its circumstances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseStatus {
    /// Why.
    pub cause: Cause,
    /// Since when.
    pub since: Timestamp,
    /// Who can mend it.
    pub party: Party,
}

/// Derives the state of a link (design.md §3). The only place that does.
#[must_use]
pub fn derive_status(facts: &LinkFacts) -> LinkStatus {
    let refused = match (facts.crm, facts.calendar) {
        (GrantFact::Refused(a, since_a), GrantFact::Refused(b, since_b)) => {
            let party = if a.party() == b.party() {
                a.party()
            } else {
                Party::Both
            };
            Some(CauseStatus {
                cause: a,
                since: since_a.min(since_b),
                party,
            })
        }
        (GrantFact::Refused(cause, since), _) | (_, GrantFact::Refused(cause, since)) => {
            Some(CauseStatus {
                cause,
                since,
                party: cause.party(),
            })
        }
        _ => None,
    };
    let flagged = facts.flags.cause.map(|(cause, since)| CauseStatus {
        cause,
        since,
        party: cause.party(),
    });
    let cause = refused.or(flagged);
    let both = facts.crm == GrantFact::Good && facts.calendar == GrantFact::Good;
    let none = facts.crm == GrantFact::Missing && facts.calendar == GrantFact::Missing;

    let state = if facts.flags.deleted_at.is_some() {
        LinkState::Deleted
    } else if facts.flags.paused_at.is_some() {
        LinkState::Paused
    } else if refused.is_some() || flagged.is_some_and(|found| found.cause.stops()) {
        LinkState::NeedsAttention
    } else if none {
        LinkState::Invited
    } else if !both {
        LinkState::Partly
    } else if facts.flags.first_run_at.is_none() {
        LinkState::Initializing
    } else {
        LinkState::Active
    };
    LinkStatus { state, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp::from_secs(100);
    const U: Timestamp = Timestamp::from_secs(200);

    fn facts(crm: GrantFact, calendar: GrantFact, flags: LinkFlags) -> LinkFacts {
        LinkFacts {
            flags,
            crm,
            calendar,
        }
    }

    #[test]
    fn every_state_follows_from_its_facts() {
        use GrantFact::{Good, Missing, Refused};
        let none = LinkFlags::default();
        let ran = LinkFlags {
            first_run_at: Some(T),
            ..none
        };
        let denied = LinkFlags {
            cause: Some((Cause::ConsentDenied, T)),
            ..none
        };
        let approval = LinkFlags {
            cause: Some((Cause::AdminApproval, T)),
            ..none
        };
        let table = [
            (Missing, Missing, none, LinkState::Invited),
            (Good, Missing, none, LinkState::Partly),
            (Missing, Good, none, LinkState::Partly),
            (Good, Good, none, LinkState::Initializing),
            (Good, Good, ran, LinkState::Active),
            (Missing, Missing, denied, LinkState::Invited),
            (Good, Missing, denied, LinkState::Partly),
            (Good, Missing, approval, LinkState::NeedsAttention),
            (
                Refused(Cause::CrmRefused, T),
                Good,
                ran,
                LinkState::NeedsAttention,
            ),
            (
                Good,
                Refused(Cause::CalendarRefused, T),
                ran,
                LinkState::NeedsAttention,
            ),
            (
                Good,
                Good,
                LinkFlags {
                    paused_at: Some(T),
                    ..ran
                },
                LinkState::Paused,
            ),
            (
                Refused(Cause::CrmRefused, T),
                Good,
                LinkFlags {
                    paused_at: Some(T),
                    ..ran
                },
                LinkState::Paused,
            ),
            (
                Good,
                Good,
                LinkFlags {
                    paused_at: Some(T),
                    deleted_at: Some(U),
                    ..ran
                },
                LinkState::Deleted,
            ),
            (
                Missing,
                Missing,
                LinkFlags {
                    deleted_at: Some(U),
                    ..none
                },
                LinkState::Deleted,
            ),
            (
                Good,
                Good,
                LinkFlags {
                    cause: Some((Cause::CalendarReadOnly, T)),
                    ..none
                },
                LinkState::NeedsAttention,
            ),
        ];
        for (crm, calendar, flags, expected) in table {
            let status = derive_status(&facts(crm, calendar, flags));
            assert_eq!(status.state, expected, "{crm:?} {calendar:?} {flags:?}");
        }
    }

    #[test]
    fn two_refused_sides_show_the_older_date_and_their_party() {
        let status = derive_status(&facts(
            GrantFact::Refused(Cause::CrmRefused, U),
            GrantFact::Refused(Cause::AdminApproval, T),
            LinkFlags::default(),
        ));
        let cause = status.cause.unwrap();
        assert_eq!((cause.since, cause.party), (T, Party::Both));
    }

    #[test]
    fn a_withdrawn_permission_stops_a_link_that_worked_and_not_one_that_begins() {
        use GrantFact::{Good, Missing, Refused};
        let ran = LinkFlags {
            first_run_at: Some(T),
            ..LinkFlags::default()
        };
        let withdrawn = facts(Good, Refused(Cause::ScopeMissing, U), ran);
        assert_eq!(derive_status(&withdrawn).state, LinkState::NeedsAttention);
        let unticked = LinkFlags {
            cause: Some((Cause::ScopeMissing, U)),
            ..LinkFlags::default()
        };
        let status = derive_status(&facts(Good, Missing, unticked));
        assert_eq!(status.state, LinkState::Partly);
    }

    #[test]
    fn only_the_broken_half_is_needed_again() {
        use GrantFact::{Good, Missing, Refused};
        let flagged = |cause| LinkFlags {
            first_run_at: Some(T),
            cause: Some((cause, U)),
            ..LinkFlags::default()
        };
        let none = LinkFlags::default();
        let crm = Refused(Cause::CrmRefused, U);
        let calendar = Refused(Cause::CalendarRefused, T);
        // Facts, is the CRM half needed, is the calendar half, since when the person is waited for.
        for (facts, needs_crm, needs_calendar, since) in [
            (facts(Missing, Missing, none), true, true, None),
            (facts(Good, Missing, none), false, true, None),
            (facts(Good, Good, none), false, false, None),
            (facts(crm, Good, none), true, false, Some(U)),
            (facts(Good, calendar, none), false, true, Some(T)),
            (facts(crm, calendar, none), true, true, Some(T)),
            (
                facts(Good, Good, flagged(Cause::NoCalendar)),
                false,
                true,
                Some(U),
            ),
            (
                facts(Good, Good, flagged(Cause::CalendarReadOnly)),
                false,
                true,
                Some(U),
            ),
            (
                facts(Good, Good, flagged(Cause::AdminApproval)),
                false,
                false,
                None,
            ),
            (
                facts(Good, Good, flagged(Cause::CrmRightMissing)),
                false,
                false,
                None,
            ),
            (
                facts(Good, Good, flagged(Cause::CrmApproval)),
                false,
                false,
                None,
            ),
            (
                facts(Good, Missing, flagged(Cause::ConsentDenied)),
                false,
                true,
                None,
            ),
        ] {
            assert_eq!(facts.needs(Side::Crm), needs_crm, "{facts:?}");
            assert_eq!(facts.needs(Side::Calendar), needs_calendar, "{facts:?}");
            assert_eq!(facts.waits_since(), since, "{facts:?}");
            let mut rests = facts;
            rests.flags.paused_at = Some(T);
            assert_eq!(rests.waits_since(), None, "{rests:?}");
        }
    }

    #[test]
    fn each_action_is_for_its_states() {
        use LinkAction::{Check, Delete, Erase, Pause, Resend, Resume, Undelete};
        let table: [(LinkState, &[LinkAction]); 7] = [
            (LinkState::NeedsAttention, &[Resend, Check, Pause, Delete]),
            (LinkState::Invited, &[Resend, Pause, Delete]),
            (LinkState::Partly, &[Resend, Pause, Delete]),
            (LinkState::Initializing, &[Check, Pause, Delete]),
            (LinkState::Active, &[Check, Pause, Delete]),
            (LinkState::Paused, &[Resume, Delete]),
            (LinkState::Deleted, &[Undelete, Erase]),
        ];
        assert_eq!(table.map(|(state, _)| state), *LinkState::ALL);
        for (state, expected) in table {
            let possible: Vec<_> = LinkAction::ALL
                .iter()
                .copied()
                .filter(|action| action.applies_to(state))
                .collect();
            assert_eq!(possible, expected, "{state:?}");
        }
    }

    #[test]
    fn a_pause_survives_deletion_and_undeletion() {
        let paused = LinkFlags::default().after(LinkAction::Pause, Pauser::Person, T);
        let deleted = paused.after(LinkAction::Delete, Pauser::Admin, U);
        assert_eq!((deleted.paused_at, deleted.deleted_at), (Some(T), Some(U)));
        assert_eq!(deleted.paused_by, Some(Pauser::Person));
        assert_eq!(
            deleted.after(LinkAction::Undelete, Pauser::Admin, U),
            paused
        );
        assert_eq!(
            paused.after(LinkAction::Resume, Pauser::Admin, U),
            LinkFlags::default()
        );
        assert_eq!(paused.after(LinkAction::Resend, Pauser::Admin, U), paused);
    }

    #[test]
    fn words_are_read_back() {
        for state in LinkState::ALL {
            assert_eq!(LinkState::from_word(state.word()), Some(*state));
        }
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.word()), Some(*cause));
        }
        assert_eq!(Side::from_word(Side::Calendar.word()), Some(Side::Calendar));
    }
}
