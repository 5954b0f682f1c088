//! Changing profiles.

use synchronizer_domain::directory::parse_people;
use synchronizer_domain::draft::DraftStep;
use synchronizer_domain::error::{ErrorCode, FieldError, UseCaseError};
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{
    CalendarSystem, Directory, Profile, ProfileSettings, ProfileState,
};
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::{MAX_NAME, clean, fold_name, is_email};
use synchronizer_domain::usecases::{CaldavDirectoryInput, ProfileSettingsInput, UseCaseResult};
use synchronizer_storage::rules;
use url::Url;

use super::draft::forget_typed;
use crate::Core;
use crate::failure::FaultResult;

impl Core {
    /// A draft gets the first free of *CalDAV*, *CalDAV 2*, …
    pub(super) async fn create_draft(
        &self,
        actor: &Actor,
        system: CalendarSystem,
    ) -> FaultResult<ProfileId> {
        let base = match system {
            CalendarSystem::Microsoft365 => "Microsoft 365",
            CalendarSystem::Google => "Google",
            CalendarSystem::Exchange => "Exchange",
            CalendarSystem::Caldav => "CalDAV",
        };
        let company = self
            .storage
            .read()
            .await?
            .tenant_settings(actor.tenant)
            .await?;
        let settings = ProfileSettings {
            mail_locale: company.mail_locale,
            contact_email: if company.contact_email.is_empty() {
                actor.email.clone()
            } else {
                company.contact_email
            },
        };
        let mut number = 1_u32;
        loop {
            let name = if number == 1 {
                base.to_owned()
            } else {
                format!("{base} {number}")
            };
            let profile = Profile {
                id: ProfileId::mint(&*self.clock, &*self.rng),
                tenant: actor.tenant,
                name,
                system,
                state: ProfileState::Draft,
                disabled: None,
                deleted: None,
                settings: settings.clone(),
                directory: Directory::None,
                created_at: self.now(),
            };
            let mut unit = self.storage.write().await?;
            match unit.add_profile(&profile).await {
                Ok(()) => {
                    let detail = serde_json::json!({ "system": system });
                    self.audit(
                        &mut *unit,
                        actor,
                        "profile.created",
                        profile.id.to_string(),
                        detail,
                    )
                    .await?;
                    unit.bump_version(actor.tenant).await?;
                    unit.commit().await?;
                    return Ok(profile.id);
                }
                Err(error) if error.is_conflict(rules::PROFILE_NAME) && number < 1_000 => {
                    number += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) async fn store_caldav(
        &self,
        actor: &Actor,
        profile: &Profile,
        input: &CaldavDirectoryInput,
    ) -> UseCaseResult<()> {
        if profile.system != CalendarSystem::Caldav {
            return Err(UseCaseError::NotFound);
        }
        let mut wrong = Vec::new();
        let server = input.server.trim();
        if server.is_empty() {
            wrong.push(FieldError::new("server", ErrorCode::Required));
        } else if !is_server_address(server) {
            wrong.push(FieldError::new("server", ErrorCode::BadUrl));
        }
        let people = match parse_people(&input.people) {
            Ok(people) if people.is_empty() => {
                wrong.push(FieldError::new("people", ErrorCode::Required));
                people
            }
            Ok(people) => people,
            Err(lines) => {
                wrong.extend(lines);
                Vec::new()
            }
        };
        if !wrong.is_empty() {
            return Err(UseCaseError::Invalid { fields: wrong });
        }
        let directory = Directory::Caldav {
            server: server.to_owned(),
        };
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.put_directory(actor.tenant, profile.id, &directory, None)
                .await?;
            unit.replace_calendar_users(actor.tenant, profile.id, &people, self.now())
                .await?;
            forget_typed(&mut *unit, profile, DraftStep::Systems).await?;
            let detail = serde_json::json!({ "server": server, "people": people.len() });
            self.audit(
                &mut *unit,
                actor,
                "profile.directory_saved",
                profile.id.to_string(),
                detail,
            )
            .await?;
            unit.bump_version(actor.tenant).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| self.internal(error))
    }

    pub(super) async fn store_settings(
        &self,
        actor: &Actor,
        profile: &Profile,
        input: &ProfileSettingsInput,
    ) -> UseCaseResult<()> {
        let mut wrong = Vec::new();
        let name = profile_name(&input.name).unwrap_or_else(|code| {
            wrong.push(FieldError::new("name", code));
            String::new()
        });
        let contact = input.contact_email.trim();
        if !contact.is_empty() && !is_email(contact) {
            wrong.push(FieldError::new("contact_email", ErrorCode::BadEmail));
        }
        if !wrong.is_empty() {
            return Err(UseCaseError::Invalid { fields: wrong });
        }
        if !profile.directory.is_configured() {
            return Err(UseCaseError::refused(ErrorCode::DirectoryNotConfigured));
        }
        let settings = ProfileSettings {
            mail_locale: input
                .mail_locale
                .parse()
                .unwrap_or(profile.settings.mail_locale),
            contact_email: contact.to_owned(),
        };
        let stored = async {
            let mut unit = self.storage.write().await?;
            unit.finish_profile(actor.tenant, profile.id, &name, &settings)
                .await?;
            forget_typed(&mut *unit, profile, DraftStep::Settings).await?;
            let detail = serde_json::json!({ "name": name });
            self.audit(
                &mut *unit,
                actor,
                "profile.saved",
                profile.id.to_string(),
                detail,
            )
            .await?;
            unit.bump_version(actor.tenant).await?;
            unit.commit().await
        };
        stored.await.map_err(|error| {
            if error.is_conflict(rules::PROFILE_NAME) {
                UseCaseError::field("name", ErrorCode::NameTaken)
            } else {
                self.internal(error)
            }
        })
    }
}

/// What was typed as a name of a profile, or what is wrong with it.
pub(super) fn profile_name(typed: &str) -> Result<String, ErrorCode> {
    // Uncut: what is too long is refused, not shortened.
    let name = clean(typed, typed.len());
    // Invisible characters are no name either.
    if fold_name(&name).is_empty() {
        Err(ErrorCode::Required)
    } else if name.chars().count() > MAX_NAME {
        Err(ErrorCode::TooLong { max: 120 })
    } else {
        Ok(name)
    }
}

/// An http or https address, or a bare host name for discovery.
fn is_server_address(text: &str) -> bool {
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    text.len() <= 500
        && Url::parse(&with_scheme).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_without_credentials_are_servers() {
        for good in [
            "https://dav.a.example/",
            "dav.a.example",
            "http://127.0.0.1:5232",
            "dav.a.example:8443/x",
        ] {
            assert!(is_server_address(good), "{good}");
        }
        for bad in [
            "ftp://a.example",
            "https://",
            "https://u:p@a.example/",
            "javascript:alert(1)",
            "a b",
        ] {
            assert!(!is_server_address(bad), "{bad}");
        }
    }
}
