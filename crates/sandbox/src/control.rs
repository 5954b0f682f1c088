//! The switches from outside: a handle for tests in this process, a JSON API and a page.

mod api;
mod google;
mod mail;
mod page;
mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::record::RecordedRequest;
use crate::seed::{
    CrmUser, EntraUser, company, crm_user_by_any_name, entra_user_by_any_name, google_user,
};
use crate::switches::{
    ConsentMode, ExchangeSwitches, GoogleSwitches, MailRefusal, MailSwitches, Switches, System,
    Throttle,
};
use crate::world::{World, lock};

/// Changes how the stand-ins behave, while they run.
pub struct Control {
    world: Arc<World>,
}

/// A switch was set to what does not exist.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// Nobody has this sign-in name, e-mail or id in that system.
    #[error("nobody is called {0} there")]
    UnknownPerson(String),
    /// There is no company with this tenant id.
    #[error("there is no company {0}")]
    UnknownCompany(String),
    /// Mail has no sign-in, and Exchange hands out no tokens.
    #[error("{0} has no tokens")]
    NoTokens(&'static str),
}

impl Control {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// The switches as they are now.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.world.switches().clone()
    }

    /// How Microsoft's consent page behaves.
    pub fn set_microsoft_consent(&self, mode: ConsentMode) {
        self.world.switches().microsoft_consent = mode;
    }

    /// Changes how Google behaves.
    pub fn set_google(&self, change: impl FnOnce(&mut GoogleSwitches)) {
        change(&mut self.world.switches().google);
    }

    /// Makes every answer of a system late, in milliseconds; 0 ends it.
    pub fn set_slow_ms(&self, system: System, milliseconds: u64) {
        self.world.switches().slow_ms.insert(system, milliseconds);
    }

    /// Makes a system answer 503 (SMTP: 421) to everything.
    pub fn set_unavailable(&self, system: System, is_unavailable: bool) {
        let mut switches = self.world.switches();
        switches.unavailable.insert(system, is_unavailable);
    }

    /// What the CRM's state endpoint says of a company, such as `Suspended`.
    pub fn set_tenant_state(&self, ctx: &str, state: &str) {
        let mut switches = self.world.switches();
        switches
            .tenant_state
            .insert(ctx.to_owned(), state.to_owned());
    }

    /// What the CRM says of a company's approval of the application: `NeedsReapproval`,
    /// `Revoked`, `Expired`; an empty word ends it.
    pub fn set_crm_approval(&self, ctx: &str, word: &str) {
        let mut switches = self.world.switches();
        if word.is_empty() {
            switches.crm_approval.remove(ctx);
        } else {
            switches
                .crm_approval
                .insert(ctx.to_owned(), word.to_owned());
        }
    }

    /// Makes the CRM sign no system user in; tickets that are at hand end.
    pub fn set_system_user_refused(&self, is_refused: bool) {
        self.world.switches().system_user_refused = is_refused;
        self.world.superoffice.end_tickets();
    }

    /// Moves all companies of the CRM to another host, or back.
    pub fn set_moved_host(&self, moved: bool) {
        self.world.switches().moved_host = moved;
    }

    /// What Exchange does wrong; replaces what was set before.
    pub fn set_exchange(&self, switches: ExchangeSwitches) {
        self.world.switches().exchange = switches;
    }

    /// Makes a system's token endpoint answer 503.
    pub fn set_token_down(&self, system: System, is_down: bool) {
        self.world.switches().token_down.insert(system, is_down);
    }

    /// Makes a system's token endpoint refuse the application's own secret as expired.
    pub fn set_client_refused(&self, system: System, is_refused: bool) {
        let mut switches = self.world.switches();
        switches.client_refused.insert(system, is_refused);
    }

    /// Makes the errors of a system come with markup, line breaks, text that runs backwards
    /// and a megabyte of letters.
    pub fn set_hostile_texts(&self, system: System, is_hostile: bool) {
        let mut switches = self.world.switches();
        if is_hostile {
            switches.hostile_texts.insert(system);
        } else {
            switches.hostile_texts.remove(&system);
        }
    }

    /// Makes somebody at Microsoft (a sign-in name) take `Calendars.ReadWrite` back, or give
    /// it again.
    pub fn set_scopes_withdrawn(&self, person: &str, is_withdrawn: bool) {
        let mut switches = self.world.switches();
        if is_withdrawn {
            switches.scopes_withdrawn.insert(person.to_owned());
        } else {
            switches.scopes_withdrawn.remove(person);
        }
    }

    /// Makes SMTP accept connections and never say a word.
    pub fn set_smtp_stall(&self, stalls: bool) {
        self.world.switches().smtp_stall = stalls;
    }

    /// Encryption and sign-in of the mail server. Connections that are open end at their
    /// next mail.
    pub fn set_mail(&self, switches: MailSwitches) {
        self.world.switches().mail = switches;
    }

    /// Makes the mail server refuse an address; none ends it.
    pub fn set_recipient_refused(&self, address: &str, refusal: Option<MailRefusal>) {
        let address = address.to_ascii_lowercase();
        let refused = &mut self.world.switches().refused_recipients;
        match refusal {
            Some(refusal) => _ = refused.insert(address, refusal),
            None => _ = refused.remove(&address),
        }
    }

    /// Makes every page of a system's list of people late, in milliseconds; 0 ends it.
    pub fn set_slow_pages_ms(&self, system: System, milliseconds: u64) {
        let mut switches = self.world.switches();
        switches.slow_pages_ms.insert(system, milliseconds);
    }

    /// After so many further pages of a list the next position is refused as expired, once.
    pub fn expire_cursor_after(&self, system: System, pages: u32) {
        let mut switches = self.world.switches();
        switches.expire_cursor_after.insert(system, pages);
    }

    /// Refuses the next pages of a system's list of people with 429 and `Retry-After`.
    pub fn throttle_pages(&self, system: System, throttle: Throttle) {
        let mut switches = self.world.switches();
        switches.throttle_pages.insert(system, throttle);
    }

    /// Makes the APIs of a system answer 429 with so many seconds as `Retry-After`; none
    /// ends it. Sign-in and token endpoints work.
    pub fn set_throttle_api(&self, system: System, seconds: Option<u64>) {
        put(&mut self.world.switches().throttle_api, system, seconds);
    }

    /// The same of a system's token endpoint, while the rest works.
    pub fn set_throttle_token(&self, system: System, seconds: Option<u64>) {
        put(&mut self.world.switches().throttle_token, system, seconds);
    }

    /// Makes the refresh tokens of a system work once.
    pub fn set_strict_rotation(&self, system: System, is_strict: bool) {
        let mut switches = self.world.switches();
        if is_strict {
            switches.strict_rotation.insert(system);
        } else {
            switches.strict_rotation.remove(&system);
        }
    }

    /// Closes the CRM's REST API to somebody (a sign-in name), or opens it again.
    pub fn set_crm_right_missing(&self, person: &str, is_missing: bool) {
        let mut switches = self.world.switches();
        if is_missing {
            switches.crm_right_missing.insert(person.to_owned());
        } else {
            switches.crm_right_missing.remove(person);
        }
    }

    /// How many wrong passwords an Exchange account (a user principal name) was tried with
    /// since its last right one.
    #[must_use]
    pub fn wrong_passwords(&self, account: &str) -> u32 {
        self.world.exchange.failures(account)
    }

    /// Revokes all tokens that one person has at a system now; a later sign-in works.
    /// Returns how many refresh tokens ended.
    ///
    /// `person` is a sign-in name, an e-mail that only one person has, or Microsoft's
    /// object id.
    ///
    /// # Errors
    /// [`ControlError::UnknownPerson`] if nobody matches, [`ControlError::NoTokens`] for
    /// [`System::Mail`] and [`System::Exchange`].
    pub fn revoke_refresh(&self, system: System, person: &str) -> Result<usize, ControlError> {
        let unknown = || ControlError::UnknownPerson(person.to_owned());
        match system {
            System::SuperOffice => {
                let (_, found) = crm_user_by_any_name(person).ok_or_else(unknown)?;
                let chosen = |(_, user): CrmUser| {
                    (user.ctx, user.associate_id) == (found.ctx, found.associate_id)
                };
                Ok(self.world.superoffice.grants.revoke(chosen))
            }
            System::Microsoft => {
                let (_, found) = entra_user_by_any_name(person).ok_or_else(unknown)?;
                let chosen = |(_, user): EntraUser| user.oid == found.oid;
                Ok(self.world.microsoft.grants.revoke(chosen))
            }
            System::Mail | System::Exchange => Err(ControlError::NoTokens(system.word())),
            System::Google => {
                let found = google_user(person).ok_or_else(unknown)?;
                Ok(self.world.google.withdraw(found))
            }
        }
    }

    /// Refuses every access token that a system gave so far, as after a change of its keys:
    /// refresh tokens go on working. Returns how many there were.
    pub fn drop_access_tokens(&self, system: System) -> usize {
        match system {
            System::SuperOffice => self.world.superoffice.grants.drop_access(),
            System::Microsoft => self.world.microsoft.grants.drop_access(),
            System::Google => self.world.google.grants.drop_access(),
            System::Mail | System::Exchange => 0,
        }
    }

    /// Approves the application for a company at SuperOffice, as if its administrator had
    /// signed in before.
    ///
    /// # Errors
    /// [`ControlError::UnknownCompany`].
    pub fn approve_company(&self, ctx: &str) -> Result<(), ControlError> {
        let company = company(ctx).ok_or_else(|| ControlError::UnknownCompany(ctx.to_owned()))?;
        self.world.superoffice.approve(company.ctx);
        Ok(())
    }

    /// Forgets every approval at SuperOffice and every consent at Microsoft and Google.
    /// Tokens that exist go on working.
    pub fn forget_consents(&self) {
        self.world.superoffice.forget_approvals();
        self.world.microsoft.forget_consents();
        self.world.google.forget_consents();
    }

    /// Puts all switches back and empties the record of requests. Mails, tokens and
    /// consents stay.
    pub fn reset(&self) {
        *self.world.switches() = Switches::default();
        self.world.exchange.unlock_all();
        self.world.requests.clear();
    }

    /// Every authorization code, access token and refresh token that is still known, and the
    /// proofs that were sent (NTLM answers, assertions of a service account, signed system
    /// tokens and their tickets): tests look for them where they must not be. Not part of
    /// the control API.
    #[must_use]
    pub fn issued_secrets(&self) -> Vec<String> {
        let mut secrets = self.world.superoffice.grants.secrets();
        secrets.extend(self.world.microsoft.grants.secrets());
        secrets.extend(self.world.google.grants.secrets());
        secrets.extend(lock(&self.world.proofs).iter().cloned());
        secrets
    }

    /// Titles and time zones of the calendars that were made at Google.
    #[must_use]
    pub fn google_calendars_made(&self) -> Vec<(String, String)> {
        crate::google::made(&self.world)
    }

    /// The latest requests to all stand-ins, oldest first, at most 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.world.requests.all()
    }

    /// Deletes all caught mails.
    pub fn delete_mails(&self) {
        self.world.mails.clear();
    }
}

fn put(waits: &mut BTreeMap<System, u64>, system: System, seconds: Option<u64>) {
    match seconds {
        Some(seconds) => waits.insert(system, seconds),
        None => waits.remove(&system),
    };
}

pub(crate) fn router(control: Arc<Control>) -> Router {
    Router::new()
        .route("/control", get(page::show).post(api::change))
        .route("/control/form", axum::routing::post(page::change))
        .route("/control/switches", get(api::switches))
        .route("/control/requests", get(api::requests))
        .route("/control/google-key.json", get(api::google_key))
        .with_state(control)
}
