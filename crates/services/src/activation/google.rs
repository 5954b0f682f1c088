//! The calendar half with Google: *that* account, with every permission, and a calendar
//! that can be written. With domain-wide delegation the person has nothing to do here.

use std::time::Duration;

use secrecy::SecretString;
use synchronizer_domain::activation::{CalendarChoice, ConsentBox, Mishap};
use synchronizer_domain::directory::CalendarUser;
use synchronizer_domain::link::{Cause, Link, Side};
use synchronizer_domain::profile::Directory;
use synchronizer_domain::text::fold_email;
use synchronizer_providers::google::{GoogleAccount, scopes};
use synchronizer_providers::oidc::Begun;
use synchronizer_providers::{ErrorKind, ProviderError};

use super::oauth::{Granted, Stop};
use super::{Journey, name_and};
use crate::Core;
use crate::attempts::Returned;
use crate::failure::FaultResult;
use crate::grants::GrantIdentity;
use crate::keeper::Need;
use crate::tokens::TokenError;

/// Name of the calendar that is made for a person who asks for one.
const NEW_CALENDAR: &str = "SuperOffice";
/// The CRM is asked for its time zone while somebody waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Stands in the place of a token: with delegation the profile's key opens everything.
const NO_TOKEN: &str = "delegation";

impl Core {
    pub(super) async fn begin_google(
        &self,
        journey: &Journey,
        new_calendar: bool,
    ) -> Result<Begun, Stop> {
        Ok(self
            .google()?
            .begin_person(journey.account_hint(), new_calendar)
            .await?)
    }

    pub(super) async fn granted_by_google(
        &self,
        journey: &Journey,
        code: &SecretString,
        (returned, new_calendar): (&Returned, bool),
    ) -> Result<Granted, Stop> {
        let google = self.google()?;
        let signed_in = google
            .redeem_person(code, &returned.verifier, &returned.nonce)
            .await?;
        let account = signed_in.account;
        if !self.is_right_account(journey, &account).await? {
            return Err(Stop::other_account(name_and(&account.name, &account.email)));
        }
        if !signed_in.missing.is_empty() {
            let boxes = signed_in.missing.into_iter().filter_map(consent_box);
            return Err(Stop::Boxes(boxes.collect()));
        }
        let Some(token) = signed_in.tokens.refresh_token else {
            return Err(Stop::scope_missing());
        };
        let access = signed_in.tokens.access_token;
        let mut calendars = self.google_choices(&access).await?;
        if calendars.is_empty() && new_calendar {
            let zone = self.zone_of(&journey.link).await;
            let made = google
                .create_calendar(&access, NEW_CALENDAR, zone.as_deref())
                .await
                .map_err(no_calendar)?;
            calendars.push(CalendarChoice {
                id: made.id.to_string(),
                name: made.name,
            });
        }
        let identity = self.chosen(journey, account.sub, account.email, calendars)?;
        Ok(Granted {
            identity,
            token,
            scopes: signed_in.tokens.scopes,
            who: None,
        })
    }

    /// The time zone of the company in the CRM, for a calendar that is made; none when the CRM
    /// does not tell it in time. The calendar then has Google's own.
    async fn zone_of(&self, link: &Link) -> Option<String> {
        let asked = async {
            let key = (link.tenant, link.id);
            let access = self.access(key, Side::Crm, Need::NOW).await.ok()?;
            let mut unit = self.storage.read().await.ok()?;
            let tenant = unit.tenant(link.tenant).await.ok()??;
            drop(unit);
            let zone = self
                .superoffice
                .base_time_zone(&tenant.context, &access)
                .await;
            zone.inspect_err(|error| {
                tracing::warn!(tenant = %link.tenant, %error, "the CRM does not tell its time zone");
            })
            .ok()?
        };
        tokio::time::timeout(PATIENCE, asked).await.ok()?
    }

    /// What the organisation's administrator granted for everybody, tried for this person.
    pub(super) async fn granted_by_delegation(&self, journey: &Journey) -> Result<Granted, Stop> {
        let email = journey.link.calendar.email.clone();
        let tokens = self
            .delegated_access(&journey.profile, &email, scopes::REQUIRED_PERSON)
            .await
            .map_err(|error| match error {
                TokenError::Refused(Some(error)) | TokenError::Remote(error) => {
                    Stop::Refused(error)
                }
                TokenError::Refused(None) => {
                    Stop::Page(Mishap::AdminApproval, Some(Cause::AdminApproval), None)
                }
                TokenError::Fault(fault) => Stop::Fault(fault),
            })?;
        let calendars = self.google_choices(&tokens.access_token).await?;
        let sub = journey.link.calendar.id.to_string();
        let GrantIdentity::Google {
            sub,
            email,
            calendars,
            calendar,
            ..
        } = self.chosen(journey, sub, email, calendars)?
        else {
            return Err(Stop::scope_missing());
        };
        Ok(Granted {
            identity: GrantIdentity::Google {
                sub,
                email,
                calendars,
                calendar,
                delegated: true,
            },
            token: NO_TOKEN.to_owned().into(),
            scopes: tokens.scopes,
            who: None,
        })
    }

    async fn google_choices(&self, access: &SecretString) -> Result<Vec<CalendarChoice>, Stop> {
        let found = self
            .google()?
            .calendars(access)
            .await
            .map_err(no_calendar)?;
        Ok(found
            .into_iter()
            .filter(|one| one.calendar.writable)
            .map(|one| CalendarChoice {
                id: one.calendar.id.to_string(),
                name: one.calendar.name,
            })
            .collect())
    }

    /// The calendar that was chosen before stays chosen; else the first, which is the
    /// primary one where the account has it.
    fn chosen(
        &self,
        journey: &Journey,
        sub: String,
        email: String,
        calendars: Vec<CalendarChoice>,
    ) -> Result<GrantIdentity, Stop> {
        let before = journey.identity(Side::Calendar);
        let before = before.as_ref().and_then(GrantIdentity::calendar);
        let calendar = calendars
            .iter()
            .find(|one| before.is_some_and(|before| before.id == one.id))
            .or(calendars.first())
            .cloned();
        let calendar = calendar.ok_or(Stop::Page(
            Mishap::NoCalendar,
            Some(Cause::CalendarReadOnly),
            None,
        ))?;
        Ok(GrantIdentity::Google {
            sub,
            email,
            calendars,
            calendar,
            delegated: false,
        })
    }

    async fn is_right_account(
        &self,
        journey: &Journey,
        account: &GoogleAccount,
    ) -> FaultResult<bool> {
        let pinned = match journey.identity(Side::Calendar) {
            Some(GrantIdentity::Google { sub, .. }) => Some(sub),
            _ => None,
        };
        let (tenant, profile) = (journey.link.tenant, journey.link.profile);
        let list = self
            .storage
            .read()
            .await?
            .calendar_users(tenant, profile)
            .await?;
        let list = list.map(|(users, _)| users).unwrap_or_default();
        Ok(fits(
            account,
            &journey.link.calendar,
            pinned.as_deref(),
            &list,
        ))
    }
}

/// Whether the account is the linked one. Its number is the key: of an earlier grant, or
/// of the directory. An address only proposes: one of the linked entry, proven by Google,
/// of an account that belongs to an organisation (a private account may carry a company's
/// address that its owner lost long ago), and of nobody else in the directory.
fn fits(
    account: &GoogleAccount,
    linked: &CalendarUser,
    pinned: Option<&str>,
    list: &[CalendarUser],
) -> bool {
    if let Some(pinned) = pinned {
        return account.sub == pinned;
    }
    if account.sub == linked.id.as_str() {
        return true;
    }
    if list.iter().any(|user| user.id.as_str() == account.sub) {
        return false;
    }
    let now = list.iter().find(|user| user.id == linked.id);
    account.email_verified
        && account.domain.is_some()
        && !account.email.is_empty()
        && [Some(linked), now]
            .into_iter()
            .flatten()
            .flat_map(|user| std::iter::once(&user.email).chain(&user.aliases))
            .any(|address| fold_email(address) == fold_email(&account.email))
}

fn consent_box(scope: &str) -> Option<ConsentBox> {
    match scope {
        scopes::CALENDAR_EVENTS => Some(ConsentBox::CalendarEvents),
        scopes::CALENDAR_LIST => Some(ConsentBox::CalendarList),
        _ => None,
    }
}

/// An account without Google Calendar, and a calendar that may not be made.
fn no_calendar(error: ProviderError) -> Stop {
    match error.kind() {
        ErrorKind::NotFound => Stop::Page(Mishap::NoCalendar, Some(Cause::NoCalendar), None),
        ErrorKind::ScopeMissing => Stop::Boxes(vec![ConsentBox::NewCalendar]),
        _ => Stop::Refused(error),
    }
}

/// Whether the administrator granted access for everybody.
pub(super) const fn is_delegated(journey: &Journey) -> bool {
    matches!(
        journey.profile.directory,
        Directory::Google {
            service_account: Some(_),
            ..
        }
    )
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::ids::CalendarUserId;

    use super::*;

    fn user(id: &str, email: &str, aliases: &[&str]) -> CalendarUser {
        CalendarUser {
            id: CalendarUserId::new(id),
            name: "Zoë".to_owned(),
            email: email.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            active: true,
        }
    }

    #[test]
    fn the_number_is_the_key_and_an_address_only_proposes_sc_53() {
        let linked = user("7", "zoe@a.example", &["z@a.example"]);
        let list = [
            linked.clone(),
            user("8", "noel@a.example", &["zoe.old@a.example"]),
        ];
        let account = |sub: &str, email: &str| GoogleAccount {
            sub: sub.to_owned(),
            email: email.to_owned(),
            email_verified: true,
            domain: Some("a.example".to_owned()),
            name: "Zoë".to_owned(),
        };
        for (who, pinned, right) in [
            (account("7", "zoe@a.example"), None, true),
            // Renamed since: the number stays.
            (account("7", "zoe.new@a.example"), None, true),
            // Not in the directory by number, but by a proven address or alias.
            (account("99", "ZOE@A.example"), None, true),
            (account("99", "z@a.example"), None, true),
            (account("99", "else@a.example"), None, false),
            (account("99", ""), None, false),
            // Another entry of the directory, whatever the address says.
            (account("8", "zoe@a.example"), None, false),
            // Pinned by an earlier grant.
            (account("99", "zoe@a.example"), Some("99"), true),
            (account("7", "zoe@a.example"), Some("99"), false),
        ] {
            assert_eq!(
                fits(&who, &linked, pinned, &list),
                right,
                "{who:?} {pinned:?}"
            );
        }
        let private = GoogleAccount {
            domain: None,
            ..account("99", "zoe@a.example")
        };
        let unproven = GoogleAccount {
            email_verified: false,
            ..account("99", "zoe@a.example")
        };
        for who in [private, unproven] {
            assert!(!fits(&who, &linked, None, &list), "{who:?}");
        }
        // An alias that the directory gained after linking counts as well.
        let grown = [user("7", "zoe@a.example", &["new@a.example"])];
        assert!(fits(&account("99", "new@a.example"), &linked, None, &grown));
    }
}
