//! Profiles and their wizard.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use synchronizer_domain::connection::ConnectionReport;
use synchronizer_domain::draft::TypedField;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::profile::{CalendarSystem, ProfileAction};
use synchronizer_domain::usecases::{PersonalLink, ProfileCard, ProfileDetail};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr;
use crate::wire::Output;

/// What follows the saving of a CalDAV server: the button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterSave {
    /// Try the connection.
    Test,
    /// Go on to the next step.
    Next,
}

/// The overview.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "profiles/list", output = Output)]
pub async fn list_profiles() -> Result<Vec<ProfileCard>, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.list(&actor).await)
}

/// Creates a draft and goes on to *Configure Systems*.
///
/// # Errors
/// Unauthenticated, forbidden, internal.
#[server(prefix = "/api", endpoint = "profiles/create", output = Output)]
pub async fn create_profile(system: CalendarSystem) -> Result<ProfileId, AppError> {
    let (actor, services) = ssr::caller()?;
    let profile = ssr::answer(services.profiles.create(&actor, system).await)?;
    ssr::redirect(&synchronizer_domain::routes::profile_page(
        profile, "systems",
    ));
    Ok(profile)
}

/// Renames (to what was typed), disables, enables, deletes, undeletes or erases a profile
/// (when its name was typed). The answer tells how many links could not come back.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (field `typed`), refused, internal.
#[server(prefix = "/api", endpoint = "profiles/act", output = Output)]
pub async fn act_on_profile(
    profile: ProfileId,
    action: ProfileAction,
    #[server(default)] typed: String,
) -> Result<u32, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.act(&actor, profile, action, typed).await)
}

/// Keeps what was typed in the wizard of a draft.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid, internal.
#[server(prefix = "/api", endpoint = "profiles/keep-typed", output = Output)]
pub async fn keep_typed(
    profile: ProfileId,
    field: TypedField,
    #[server(default)] value: String,
) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(
        services
            .profiles
            .keep_typed(&actor, profile, field, value)
            .await,
    )
}

/// A link for the administrator of the organisation at Microsoft, who needs no sign-in here.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "profiles/consent-link", output = Output)]
pub async fn consent_link(profile: ProfileId) -> Result<PersonalLink, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.consent_link(&actor, profile).await)
}

/// Asks Microsoft whether the organisation has approved.
///
/// # Errors
/// Unauthenticated, forbidden, not found, refused, internal.
#[server(prefix = "/api", endpoint = "profiles/check-consent", output = Output)]
pub async fn check_consent(profile: ProfileId) -> Result<(), AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.check_consent(&actor, profile).await)
}

/// One profile for the wizard.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "profiles/detail", output = Output)]
pub async fn profile_details(profile: ProfileId) -> Result<ProfileDetail, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.detail(&actor, profile).await)
}

/// Stores server and people of a CalDAV profile, then tries the connection or goes on to
/// *Configure Profile*. The report is there when the connection was tried.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (fields `server`, `people`), internal.
#[server(prefix = "/api", endpoint = "profiles/save-caldav", output = Output)]
pub async fn save_caldav(
    profile: ProfileId,
    #[server(default)] server: String,
    #[server(default)] people: String,
    then: AfterSave,
) -> Result<Option<ConnectionReport>, AppError> {
    let (actor, services) = ssr::caller()?;
    let input = synchronizer_domain::usecases::CaldavDirectoryInput { server, people };
    ssr::answer(services.profiles.save_caldav(&actor, profile, input).await)?;
    if then == AfterSave::Test {
        return ssr::answer(services.profiles.test_connection(&actor, profile).await).map(Some);
    }
    ssr::redirect(&synchronizer_domain::routes::profile_page(
        profile, "settings",
    ));
    Ok(None)
}

/// Stores a service account of a Google profile and tries both connections.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (fields `key`, `admin`), refused, internal.
#[server(prefix = "/api", endpoint = "profiles/save-delegation", output = Output)]
pub async fn save_delegation(
    profile: ProfileId,
    #[server(default)] key: String,
    #[server(default)] admin: String,
) -> Result<ConnectionReport, AppError> {
    let (actor, services) = ssr::caller()?;
    let input = synchronizer_domain::usecases::DelegationInput { key, admin };
    ssr::answer(
        services
            .profiles
            .save_delegation(&actor, profile, input)
            .await,
    )?;
    ssr::answer(services.profiles.test_connection(&actor, profile).await)
}

/// Stores account, server and people of an Exchange profile, then tries the connection or
/// goes on to *Configure Profile*. The report is there when the connection was tried.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (fields `account`, `username`, `password`,
/// `server`, `people`), internal.
#[server(prefix = "/api", endpoint = "profiles/save-exchange", output = Output)]
pub async fn save_exchange(
    profile: ProfileId,
    #[server(default)] account: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] server: String,
    #[server(default)] impersonation: Option<String>,
    #[server(default)] people: String,
    then: AfterSave,
) -> Result<Option<ConnectionReport>, AppError> {
    let (actor, services) = ssr::caller()?;
    let input = synchronizer_domain::usecases::ExchangeDirectoryInput {
        account,
        username,
        password,
        server,
        impersonation: impersonation.is_some(),
        people,
    };
    ssr::answer(
        services
            .profiles
            .save_exchange(&actor, profile, input)
            .await,
    )?;
    if then == AfterSave::Test {
        return ssr::answer(services.profiles.test_connection(&actor, profile).await).map(Some);
    }
    ssr::redirect(&synchronizer_domain::routes::profile_page(
        profile, "settings",
    ));
    Ok(None)
}

/// Tries both connections as they are stored.
///
/// # Errors
/// Unauthenticated, forbidden, not found, internal.
#[server(prefix = "/api", endpoint = "profiles/test", output = Output)]
pub async fn test_connection(profile: ProfileId) -> Result<ConnectionReport, AppError> {
    let (actor, services) = ssr::caller()?;
    ssr::answer(services.profiles.test_connection(&actor, profile).await)
}

/// Stores name and settings; a draft becomes ready and its admin goes on to *Link Users*.
///
/// # Errors
/// Unauthenticated, forbidden, not found, invalid (fields `name`, `mail_locale`,
/// `contact_email`), refused, internal.
#[server(prefix = "/api", endpoint = "profiles/save-settings", output = Output)]
pub async fn save_settings(
    profile: ProfileId,
    #[server(default)] name: String,
    #[server(default)] mail_locale: String,
    #[server(default)] contact_email: String,
) -> Result<(), AppError> {
    use synchronizer_domain::profile::ProfileState;

    let (actor, services) = ssr::caller()?;
    let before = ssr::answer(services.profiles.detail(&actor, profile).await)?;
    let input = synchronizer_domain::usecases::ProfileSettingsInput {
        name,
        mail_locale,
        contact_email,
    };
    ssr::answer(
        services
            .profiles
            .save_settings(&actor, profile, input)
            .await,
    )?;
    if before.state == ProfileState::Draft {
        ssr::redirect(&synchronizer_domain::routes::profile_page(
            profile,
            "link-users",
        ));
    }
    Ok(())
}
