//! Domain-wide delegation: a service account in place of everybody's consent.

use secrecy::SecretString;
use synchronizer_domain::error::{ErrorCode, FieldError, UseCaseError};
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile, ServiceAccountName};
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::is_email;
use synchronizer_domain::usecases::{DelegationInput, UseCaseResult};
use synchronizer_providers::ErrorKind;
use synchronizer_providers::google::{ServiceAccount, scopes};
use synchronizer_storage::ListKey;

use crate::Core;
use crate::failure::provider_code;

impl Core {
    /// Tries the key before anything is stored. That the administrator has not listed the
    /// account yet is no obstacle: its number is needed for that, and is shown then.
    pub(super) async fn store_delegation(
        &self,
        actor: &Actor,
        profile: &Profile,
        input: DelegationInput,
    ) -> UseCaseResult<()> {
        if profile.system != CalendarSystem::Google {
            return Err(UseCaseError::NotFound);
        }
        let admin = input.admin.trim().to_owned();
        let key = SecretString::from(input.key);
        let account = ServiceAccount::read(&key).ok();
        let mut wrong = Vec::new();
        if account.is_none() {
            wrong.push(FieldError::new("key", ErrorCode::NotAServiceAccount));
        }
        if admin.is_empty() {
            wrong.push(FieldError::new("admin", ErrorCode::Required));
        } else if !is_email(&admin) {
            wrong.push(FieldError::new("admin", ErrorCode::BadEmail));
        }
        let (Some(account), true) = (account, wrong.is_empty()) else {
            return Err(UseCaseError::Invalid { fields: wrong });
        };
        let google = self.google().map_err(|fault| self.internal(fault))?;
        let tried = google
            .delegated(&account, &admin, scopes::REQUIRED_DIRECTORY)
            .await;
        let works = match tried {
            Ok(tokens) => google.users(&tokens.access_token, "").await.is_ok(),
            Err(error) => match error.kind() {
                ErrorKind::AdminApproval => false,
                ErrorKind::NotFound => {
                    return Err(UseCaseError::field("admin", ErrorCode::BadEmail));
                }
                ErrorKind::Misconfigured => {
                    return Err(UseCaseError::field("key", ErrorCode::NotAServiceAccount));
                }
                _ => return Err(UseCaseError::refused(provider_code(&error))),
            },
        };
        let directory = Directory::Google {
            domain: admin
                .rsplit_once('@')
                .map(|(_, domain)| domain.to_owned())
                .unwrap_or_default(),
            account: admin,
            connected: works,
            service_account: Some(ServiceAccountName {
                email: account.email().to_owned(),
                client_id: account.client_id().to_owned(),
            }),
        };
        self.store_directory(profile, &actor.name, &directory, &key)
            .await
            .map_err(|fault| self.internal(fault))?;
        if works {
            self.request_list(profile.tenant, ListKey::Calendar(profile.id))
                .await
                .map_err(|error| self.internal(error))?;
        }
        Ok(())
    }
}
