//! `[tenants]`

use serde::{Deserialize, Serialize};
use synchronizer_domain::ids::ContextId;
use synchronizer_services::SignupPolicy;

/// Who may sign a new company up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignupMode {
    /// Nobody.
    Closed,
    /// The customers in `tenants.allowed`.
    #[default]
    List,
    /// Every SuperOffice administrator.
    Open,
}

/// Sign-up of companies.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantsSection {
    /// `closed`, `list` or `open`.
    pub signup: SignupMode,
    /// SuperOffice customer ids (`Cust12345`) that may sign up when `signup` is `list`.
    pub allowed: Vec<String>,
}

impl TenantsSection {
    /// The policy.
    #[must_use]
    pub fn policy(&self) -> SignupPolicy {
        match self.signup {
            SignupMode::Closed => SignupPolicy::Closed,
            SignupMode::List => {
                SignupPolicy::Listed(self.allowed.iter().map(ContextId::new).collect())
            }
            SignupMode::Open => SignupPolicy::Open,
        }
    }
}
