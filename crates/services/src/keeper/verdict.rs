//! What a failure means for a link. Pure: every combination is in the table below.

use synchronizer_domain::link::Cause;
use synchronizer_providers::error::Blame;
use synchronizer_providers::{ErrorKind, System};

/// What a failure means for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The grant itself is refused: only a new one mends it.
    Refused(Cause),
    /// The grant is good, but the link cannot work.
    Stopped(Cause),
    /// This installation's registration is refused: administrators hear of it, links do not.
    Ours,
    /// Nothing is known but that it did not work now.
    Later,
}

/// Of a failure to renew a token.
pub(crate) const fn of_refresh(system: System, kind: &ErrorKind) -> Verdict {
    match kind.blame() {
        Blame::Person => Verdict::Refused(match (kind, system) {
            (ErrorKind::ScopeMissing, _) => Cause::ScopeMissing,
            (ErrorKind::WrongAccount, _) => Cause::WrongAccount,
            (_, System::SuperOffice) => Cause::CrmRefused,
            (_, System::Caldav | System::Exchange) => Cause::PasswordRefused,
            (_, System::Microsoft | System::Google) => Cause::CalendarRefused,
        }),
        // The grant may come back to life when the company has acted: it is tried again
        // from time to time, and nobody has to sign in for it.
        Blame::Company => Verdict::Stopped(match system {
            System::SuperOffice => Cause::CrmApproval,
            System::Microsoft | System::Google | System::Exchange | System::Caldav => {
                Cause::AdminApproval
            }
        }),
        Blame::Operator => Verdict::Ours,
        Blame::Nobody => Verdict::Later,
    }
}

/// Of a failure of a call with a fresh token, or with a password.
pub(crate) const fn of_use(system: System, kind: &ErrorKind) -> Verdict {
    match (system, kind) {
        (System::SuperOffice, ErrorKind::ScopeMissing) => Verdict::Stopped(Cause::CrmRightMissing),
        (System::Caldav | System::Exchange, ErrorKind::ScopeMissing | ErrorKind::ReadOnly) => {
            Verdict::Stopped(Cause::CalendarReadOnly)
        }
        (
            System::Microsoft | System::Google | System::Exchange | System::Caldav,
            ErrorKind::NotFound,
        ) => Verdict::Stopped(Cause::NoCalendar),
        _ => of_refresh(system, kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind::{
        AddressForbidden, AdminApproval, ConsentDenied, CursorExpired, ExchangeOnline,
        HttpsRequired, Misconfigured, NeedsPerson, NotACalendarServer, NotFound, Protocol,
        ReadOnly, ScopeMissing, Throttled, Unavailable, WrongAccount,
    };
    use System::{Caldav, Exchange, Google, Microsoft, SuperOffice};
    use Verdict::{Later, Ours, Refused, Stopped};

    const SYSTEMS: [System; 5] = [SuperOffice, Microsoft, Google, Exchange, Caldav];

    #[test]
    fn only_a_sure_refusal_asks_anybody() {
        for system in SYSTEMS {
            for kind in [
                Unavailable,
                Throttled { retry_after: None },
                Protocol,
                AddressForbidden,
                HttpsRequired,
                NotACalendarServer,
                ExchangeOnline,
                CursorExpired,
            ] {
                assert_eq!(of_refresh(system, &kind), Later, "{system} {kind:?}");
                assert_eq!(of_use(system, &kind), Later, "{system} {kind:?}");
            }
            assert_eq!(of_refresh(system, &Misconfigured), Ours);
            assert_eq!(of_use(system, &Misconfigured), Ours);
            // A token endpoint that is not found is an outage.
            assert_eq!(of_refresh(system, &NotFound), Later);
            assert_eq!(of_refresh(system, &ReadOnly), Later);
        }
    }

    #[test]
    fn each_refusal_has_its_cause() {
        for (system, kind, renewing, using) in [
            (
                SuperOffice,
                NeedsPerson,
                Refused(Cause::CrmRefused),
                Refused(Cause::CrmRefused),
            ),
            (
                SuperOffice,
                AdminApproval,
                Stopped(Cause::CrmApproval),
                Stopped(Cause::CrmApproval),
            ),
            (
                SuperOffice,
                ScopeMissing,
                Refused(Cause::ScopeMissing),
                Stopped(Cause::CrmRightMissing),
            ),
            (SuperOffice, NotFound, Later, Later),
            (
                Microsoft,
                NeedsPerson,
                Refused(Cause::CalendarRefused),
                Refused(Cause::CalendarRefused),
            ),
            (
                Microsoft,
                ConsentDenied,
                Refused(Cause::CalendarRefused),
                Refused(Cause::CalendarRefused),
            ),
            (
                Microsoft,
                ScopeMissing,
                Refused(Cause::ScopeMissing),
                Refused(Cause::ScopeMissing),
            ),
            (
                Microsoft,
                AdminApproval,
                Stopped(Cause::AdminApproval),
                Stopped(Cause::AdminApproval),
            ),
            (
                Google,
                NeedsPerson,
                Refused(Cause::CalendarRefused),
                Refused(Cause::CalendarRefused),
            ),
            (Google, NotFound, Later, Stopped(Cause::NoCalendar)),
            (
                Exchange,
                NeedsPerson,
                Refused(Cause::PasswordRefused),
                Refused(Cause::PasswordRefused),
            ),
            (
                Exchange,
                WrongAccount,
                Refused(Cause::WrongAccount),
                Refused(Cause::WrongAccount),
            ),
            (Exchange, ReadOnly, Later, Stopped(Cause::CalendarReadOnly)),
            (Microsoft, NotFound, Later, Stopped(Cause::NoCalendar)),
            (
                Caldav,
                NeedsPerson,
                Refused(Cause::PasswordRefused),
                Refused(Cause::PasswordRefused),
            ),
            (
                Caldav,
                ScopeMissing,
                Refused(Cause::ScopeMissing),
                Stopped(Cause::CalendarReadOnly),
            ),
            (Caldav, ReadOnly, Later, Stopped(Cause::CalendarReadOnly)),
            (Caldav, NotFound, Later, Stopped(Cause::NoCalendar)),
        ] {
            assert_eq!(of_refresh(system, &kind), renewing, "{system} {kind:?}");
            assert_eq!(of_use(system, &kind), using, "{system} {kind:?}");
        }
    }
}
