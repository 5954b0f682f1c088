//! Who may do what. One function, asked by every use case before it looks at data.

use crate::error::UseCaseError;
use crate::session::{Actor, Role};

/// Everything a signed-in person can ask for. Rows of other tenants are out of reach
/// by construction: every query takes the tenant from the [`Actor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See the frame of the portal and one's own links.
    SeeOwn,
    /// Read profiles, lists of people, links and mails of the tenant.
    ReadTenant,
    /// Create and change profiles and connections.
    ManageProfiles,
    /// Link, resend, copy links, delete.
    ManageLinks,
    /// See and change the company's account, its administrators and its log.
    ManageAccount,
}

impl Action {
    /// Every action, for the table test.
    pub const ALL: [Self; 5] = [
        Self::SeeOwn,
        Self::ReadTenant,
        Self::ManageProfiles,
        Self::ManageLinks,
        Self::ManageAccount,
    ];
}

/// Decides.
///
/// # Errors
/// [`UseCaseError::Forbidden`] when the role does not include the action.
pub fn allow(actor: &Actor, action: Action) -> Result<(), UseCaseError> {
    match (actor.role, action) {
        (Role::Admin, _) | (Role::User, Action::SeeOwn) => Ok(()),
        (
            Role::User,
            Action::ReadTenant
            | Action::ManageProfiles
            | Action::ManageLinks
            | Action::ManageAccount,
        ) => Err(UseCaseError::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::ids::{AssociateId, SessionId, TenantId};
    use crate::rng::SeededRng;

    #[test]
    fn users_see_their_own_things_and_admins_everything() {
        let (clock, rng) = (FixedClock::at_micros(1), SeededRng::new(1));
        let mut actor = Actor {
            session: SessionId::mint(&clock, &rng),
            tenant: TenantId::mint(&clock, &rng),
            associate: AssociateId::new("1"),
            name: "A".to_owned(),
            email: String::new(),
            role: Role::Admin,
        };
        for action in Action::ALL {
            assert_eq!(allow(&actor, action), Ok(()));
        }
        actor.role = Role::User;
        for action in Action::ALL {
            assert_eq!(
                allow(&actor, action).is_ok(),
                action == Action::SeeOwn,
                "{action:?}"
            );
        }
    }
}
