//! The calendar half with Microsoft: *that* account of *that* organisation, with every
//! scope, and a calendar that can be written.

use secrecy::SecretString;
use synchronizer_domain::activation::CalendarChoice;
use synchronizer_domain::profile::Directory;
use synchronizer_providers::microsoft::MicrosoftAccount;
use synchronizer_providers::oidc::Begun;

use super::oauth::{Granted, Stop};
use super::{Journey, name_and};
use crate::Core;
use crate::attempts::Returned;
use crate::grants::GrantIdentity;

impl Core {
    pub(super) async fn begin_microsoft(&self, journey: &Journey) -> Result<Begun, Stop> {
        Ok(self
            .microsoft()?
            .begin_person(journey.account_hint())
            .await?)
    }

    pub(super) async fn granted_by_microsoft(
        &self,
        journey: &Journey,
        code: &SecretString,
        returned: &Returned,
    ) -> Result<Granted, Stop> {
        let microsoft = self.microsoft()?;
        let (account, tokens) = microsoft
            .redeem_person(code, Some(&returned.verifier), &returned.nonce)
            .await?;
        if !is_linked_account(journey, &account) {
            return Err(Stop::other_account(name_and(
                &account.name,
                &account.username,
            )));
        }
        let token = tokens.refresh_token.ok_or(Stop::scope_missing())?;
        let calendar = microsoft.primary_calendar(&tokens.access_token).await?;
        Ok(Granted {
            identity: GrantIdentity::Microsoft {
                tid: account.tid,
                oid: account.oid,
                username: account.username,
                calendar: CalendarChoice {
                    id: calendar.id.to_string(),
                    name: calendar.name,
                },
            },
            token,
            scopes: tokens.scopes,
            who: None,
        })
    }
}

/// (`tid`, `oid`) is the key of an account; the profile pins the organisation.
fn is_linked_account(journey: &Journey, account: &MicrosoftAccount) -> bool {
    let Directory::Microsoft { tid: pinned, .. } = &journey.profile.directory else {
        return false;
    };
    account.tid.eq_ignore_ascii_case(pinned)
        && account
            .oid
            .eq_ignore_ascii_case(journey.link.calendar.id.as_str())
}
