//! A tenant and how its CRM is read.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::ids::{AssociateId, ContextId, TenantId};
use crate::link::words;

words! {
    /// Whether a tenant may use the product.
    TenantState {
        /// In use.
        Active = "active",
        /// Stopped by the operator; pages say so, nothing runs.
        Suspended = "suspended",
    }
}

/// A SuperOffice customer that signed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Our id.
    pub id: TenantId,
    /// The CRM's environment, taken from the issuer's host: ids of two environments never mix.
    pub environment: String,
    /// The CRM's key of this customer.
    pub context: ContextId,
    /// The company's name as the CRM spells it.
    pub name: String,
    /// Active or suspended.
    pub state: TenantState,
    /// When it signed up.
    pub created_at: Timestamp,
}

/// How the tenant's CRM is read: as a named admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrmConnection {
    /// The admin whose refresh token is used.
    pub associate: AssociateId,
    /// The admin's name, for display.
    pub name: String,
    /// False after a refusal that only a new sign-in mends.
    pub connected: bool,
    /// Since when this is so.
    pub since: Timestamp,
}

/// Who a person is, proven by SuperOffice's id token (superoffice.md §1.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrmIdentity {
    /// The CRM's environment.
    pub environment: String,
    /// The tenant's key in the CRM.
    pub context: ContextId,
    /// The person's key inside the tenant.
    pub associate: AssociateId,
    /// Display name, or the sign-in name where the CRM gives none.
    pub name: String,
    /// The primary e-mail; proposes, never a key.
    pub email: String,
    /// The company's name.
    pub company: String,
    /// Whether the CRM calls the person an administrator.
    pub is_admin: bool,
}
