//! A signed-in person.

use serde::{Deserialize, Serialize};

use crate::ids::{AssociateId, SessionId, TenantId};

/// What a signed-in person is to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Administrator of the tenant in SuperOffice.
    Admin,
    /// Any other CRM user of the tenant.
    User,
}

/// The person behind a request. Built from the session alone, never from input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The session.
    pub session: SessionId,
    /// The tenant everything this person does is confined to.
    pub tenant: TenantId,
    /// The person in the CRM.
    pub associate: AssociateId,
    /// Display name.
    pub name: String,
    /// E-mail, for display.
    pub email: String,
    /// Role.
    pub role: Role,
}

/// What the portal's frame shows about the signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Display name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// The company's name.
    pub tenant_name: String,
    /// Set when the operator suspended the tenant.
    pub suspended: bool,
}
