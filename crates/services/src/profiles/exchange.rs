//! *Configure Systems* for Exchange: what is stored, and what a test of it says.

use secrecy::SecretString;
use synchronizer_domain::connection::CheckKind;
use synchronizer_domain::directory::{CalendarUser, parse_people};
use synchronizer_domain::draft::DraftStep;
use synchronizer_domain::error::{ErrorCode, FieldError, UseCaseError};
use synchronizer_domain::ids::CalendarUserId;
use synchronizer_domain::profile::{CalendarSystem, Directory, Profile};
use synchronizer_domain::session::Actor;
use synchronizer_domain::text::is_email;
use synchronizer_domain::usecases::{ExchangeDirectoryInput, UseCaseResult};
use synchronizer_providers::exchange::{ExchangeLogin, is_exchange_online, typed_server};
use synchronizer_providers::{ErrorKind, ProviderError};
use url::Url;

use super::draft::forget_typed;
use super::probe::Lines;
use crate::Core;
use crate::exchange::ServiceAccount;
use crate::failure::{FaultResult, provider_code};
use crate::tokens::TokenError;

impl Core {
    /// Stores what was typed. A stored password serves the same account at the same server
    /// only; nothing is tried here.
    pub(super) async fn store_exchange(
        &self,
        actor: &Actor,
        profile: &Profile,
        input: &ExchangeDirectoryInput,
    ) -> UseCaseResult<()> {
        if profile.system != CalendarSystem::Exchange {
            return Err(UseCaseError::NotFound);
        }
        let typed = Typed::of(input);
        let stored = self
            .directory_password(profile)
            .await
            .map_err(|fault| self.internal(fault))?;
        let kept = stored.filter(|_| typed.is_same_account(&profile.directory));
        let has_password = kept.is_some() || !input.password.is_empty();
        let (people, mut wrong) = read_people(&input.people);
        wrong.extend(typed.wrong(has_password, people.is_empty()));
        if !wrong.is_empty() {
            return Err(UseCaseError::Invalid { fields: wrong });
        }
        let directory = typed.directory(&profile.directory, !input.password.is_empty());
        let password = if input.password.is_empty() {
            kept
        } else {
            Some(SecretString::from(input.password.clone()))
        };
        let sealed = password
            .filter(|_| !typed.account.is_empty())
            .map(|password| self.seal_directory(profile.tenant, profile.id, &password));
        let saved = async {
            let mut unit = self.storage.write().await?;
            unit.put_directory(actor.tenant, profile.id, &directory, sealed.as_ref())
                .await?;
            forget_typed(&mut *unit, profile, DraftStep::Systems).await?;
            unit.replace_calendar_users(actor.tenant, profile.id, &people, self.now())
                .await?;
            let detail = serde_json::json!({
                "server": typed.server, "account": typed.account, "people": people.len(),
                "impersonation": typed.impersonation,
            });
            let subject = profile.id.to_string();
            self.audit(
                &mut *unit,
                actor,
                "profile.directory_saved",
                subject,
                detail,
            )
            .await?;
            unit.bump_version(actor.tenant).await?;
            unit.commit().await
        };
        saved.await.map_err(|error| self.internal(error))
    }

    pub(super) async fn probe_exchange(
        &self,
        profile: &Profile,
        lines: &mut Lines<'_>,
    ) -> FaultResult<()> {
        let Directory::Exchange {
            account,
            impersonation,
            connected,
            ..
        } = &profile.directory
        else {
            return Ok(());
        };
        if account.is_empty() {
            lines.not_tried(CheckKind::ServerReached);
        } else if *connected {
            self.probe_account(profile, *impersonation, lines).await?;
        } else {
            // One refusal was enough: another try could lock the account.
            lines.failed(CheckKind::DirectorySignIn, ErrorCode::PasswordRefused, None);
            lines.not_tried(CheckKind::AddressBook);
        }
        let count = self.pasted_people(profile).await?;
        if count > 0 || account.is_empty() {
            lines.ok(CheckKind::PeopleListed, "", Some(count));
        }
        Ok(())
    }

    async fn probe_account(
        &self,
        profile: &Profile,
        impersonation: bool,
        lines: &mut Lines<'_>,
    ) -> FaultResult<()> {
        let skip = |lines: &mut Lines<'_>, kinds: &[CheckKind]| {
            for kind in kinds {
                if impersonation || *kind != CheckKind::Impersonation {
                    lines.not_tried(*kind);
                }
            }
        };
        let Some(account) = self.probe_server(profile, lines).await? else {
            skip(lines, &[CheckKind::AddressBook, CheckKind::Impersonation]);
            return Ok(());
        };
        let login = account.login(None);
        if let Err(error) = self.exchange.sign_in(&account.ews, &login).await {
            self.probe_failed(profile, CheckKind::DirectorySignIn, error, lines)
                .await?;
            skip(lines, &[CheckKind::AddressBook, CheckKind::Impersonation]);
            return Ok(());
        }
        self.note_exchange(profile, Some(&account.ews), true)
            .await?;
        lines.ok(CheckKind::DirectorySignIn, &account.username, None);
        let Directory::Exchange { account: mail, .. } = &profile.directory else {
            return Ok(());
        };
        match self.exchange.person(&account.ews, mail, &login).await {
            Ok(found) => {
                let name = found.map(|person| person.name).unwrap_or_default();
                lines.ok(CheckKind::AddressBook, &name, None);
            }
            Err(error) => lines.failed(CheckKind::AddressBook, provider_code(&error), Some(&error)),
        }
        if impersonation {
            self.probe_impersonation(profile, &account, lines).await?;
        }
        Ok(())
    }

    /// Looks for the server, each time anew, and says where it was looked for.
    async fn probe_server(
        &self,
        profile: &Profile,
        lines: &mut Lines<'_>,
    ) -> FaultResult<Option<ServiceAccount>> {
        let Directory::Exchange {
            server,
            account,
            username,
            ..
        } = &profile.directory
        else {
            return Ok(None);
        };
        let Some(password) = self.directory_password(profile).await? else {
            lines.failed(CheckKind::DirectorySignIn, ErrorCode::PasswordRefused, None);
            return Ok(None);
        };
        let login = ExchangeLogin {
            username,
            password: &password,
            acting_as: None,
        };
        match self.exchange.find_server(server, account, &login).await {
            Ok(found) => {
                let tried = [vec![found.ews.to_string()], found.tried].concat();
                lines.ok(CheckKind::ServerReached, &tried.join(" · "), None);
                Ok(Some(ServiceAccount {
                    ews: found.ews,
                    username: username.clone(),
                    password,
                }))
            }
            Err(error) if matches!(error.kind(), ErrorKind::NeedsPerson) => {
                lines.ok(CheckKind::ServerReached, "", None);
                self.probe_failed(profile, CheckKind::DirectorySignIn, error, lines)
                    .await?;
                Ok(None)
            }
            Err(error) => {
                self.probe_failed(profile, CheckKind::ServerReached, error, lines)
                    .await?;
                lines.not_tried(CheckKind::DirectorySignIn);
                Ok(None)
            }
        }
    }

    /// Tries one mailbox that is not the account's own: a linked person's, a listed one's,
    /// or that of a CRM user whom the address book knows.
    async fn probe_impersonation(
        &self,
        profile: &Profile,
        account: &ServiceAccount,
        lines: &mut Lines<'_>,
    ) -> FaultResult<()> {
        let Some(mailbox) = self.some_mailbox(profile, account).await? else {
            lines.not_tried(CheckKind::Impersonation);
            return Ok(());
        };
        let login = account.login(Some(&mailbox));
        match self.exchange.calendar(&account.ews, &mailbox, &login).await {
            Ok(_) => lines.ok(CheckKind::Impersonation, &mailbox, None),
            Err(error) => {
                self.probe_failed(profile, CheckKind::Impersonation, error, lines)
                    .await?;
            }
        }
        Ok(())
    }

    async fn some_mailbox(
        &self,
        profile: &Profile,
        account: &ServiceAccount,
    ) -> FaultResult<Option<String>> {
        let mut unit = self.storage.read().await?;
        let linked = unit.links_of_profile(profile.tenant, profile.id).await?;
        let listed = unit.calendar_users(profile.tenant, profile.id).await?;
        let crm = unit.crm_users(profile.tenant).await?;
        drop(unit);
        let known = linked
            .into_iter()
            .map(|link| link.calendar.id.to_string())
            .chain(
                listed
                    .into_iter()
                    .flat_map(|(users, _)| users)
                    .map(|user| user.id.to_string()),
            )
            .next();
        if known.is_some() {
            return Ok(known);
        }
        let emails = crm
            .into_iter()
            .flat_map(|(users, _)| users)
            .filter(|user| user.active && is_email(&user.email))
            .take(3);
        for user in emails {
            let login = account.login(None);
            let found = self
                .exchange
                .person(&account.ews, &user.email, &login)
                .await;
            if let Ok(Some(person)) = found {
                return Ok(Some(person.id.to_string()));
            }
        }
        Ok(None)
    }

    async fn probe_failed(
        &self,
        profile: &Profile,
        kind: CheckKind,
        error: ProviderError,
        lines: &mut Lines<'_>,
    ) -> FaultResult<()> {
        let reason = match error.kind() {
            ErrorKind::NeedsPerson => ErrorCode::PasswordRefused,
            ErrorKind::AdminApproval | ErrorKind::ScopeMissing | ErrorKind::WrongAccount => {
                ErrorCode::ImpersonationDenied
            }
            _ => provider_code(&error),
        };
        lines.failed(kind, reason, Some(&error));
        match self.exchange_failed(profile, error).await {
            TokenError::Fault(fault) => Err(fault),
            TokenError::Refused(_) | TokenError::Remote(_) => Ok(()),
        }
    }
}

/// What was typed, trimmed.
struct Typed<'a> {
    account: &'a str,
    username: &'a str,
    server: &'a str,
    impersonation: bool,
    password_given: bool,
}

impl<'a> Typed<'a> {
    fn of(input: &'a ExchangeDirectoryInput) -> Self {
        let account = input.account.trim();
        let username = match input.username.trim() {
            "" => account,
            username => username,
        };
        Self {
            account,
            username,
            server: input.server.trim(),
            impersonation: input.impersonation,
            password_given: !input.password.is_empty(),
        }
    }

    fn is_same_account(&self, directory: &Directory) -> bool {
        matches!(
            directory,
            Directory::Exchange { server, account, username, .. }
                if server == self.server && account == self.account && username == self.username
        )
    }

    fn wrong(&self, has_password: bool, no_people: bool) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut add = |field: &str, code| wrong.push(FieldError::new(field, code));
        let listed_only = self.account.is_empty()
            && self.username.is_empty()
            && !self.password_given
            && !no_people;
        if !listed_only {
            if self.account.is_empty() {
                add("account", ErrorCode::Required);
            } else if !is_email(self.account) {
                add("account", ErrorCode::BadEmail);
            }
            if self.username.chars().count() > 200 {
                add("username", ErrorCode::TooLong { max: 200 });
            }
            if !has_password {
                add("password", ErrorCode::Required);
            }
        }
        match typed_server(self.server) {
            Ok(Some(url)) if is_exchange_online(&url) => add("server", ErrorCode::ExchangeOnline),
            Ok(_) if self.server.len() > 500 => add("server", ErrorCode::TooLong { max: 500 }),
            Ok(_) => {}
            Err(_) => add("server", ErrorCode::BadUrl),
        }
        wrong
    }

    /// A new password is given a fresh try; a known server is kept for the same account.
    fn directory(&self, before: &Directory, is_new_password: bool) -> Directory {
        let (found, worked) = match before {
            Directory::Exchange { ews, connected, .. } if self.is_same_account(before) => {
                (ews.clone(), *connected)
            }
            _ => (String::new(), true),
        };
        let typed_ews = Url::parse(self.server)
            .ok()
            .filter(|url| url.path().to_ascii_lowercase().ends_with(".asmx"))
            .map(String::from);
        Directory::Exchange {
            server: self.server.to_owned(),
            ews: typed_ews.unwrap_or(found),
            account: self.account.to_owned(),
            username: self.username.to_owned(),
            impersonation: self.impersonation && !self.account.is_empty(),
            connected: worked || is_new_password,
        }
    }
}

/// A pasted list, in which the mail address is the key of a mailbox.
fn read_people(text: &str) -> (Vec<CalendarUser>, Vec<FieldError>) {
    let people = match parse_people(text) {
        Ok(people) => people,
        Err(wrong) => return (Vec::new(), wrong),
    };
    let mut wrong = Vec::new();
    let numbers = text
        .lines()
        .zip(1_u32..)
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(_, number)| number);
    let mut seen = std::collections::HashSet::new();
    let people = people
        .into_iter()
        .zip(numbers)
        .filter_map(|(mut person, line)| {
            let address = person.email.to_lowercase();
            let value = person.id.to_string();
            if address.is_empty() {
                wrong.push(FieldError::new(
                    "people",
                    ErrorCode::LineBadEmail { line, value },
                ));
                return None;
            }
            if !seen.insert(address.clone()) {
                let code = ErrorCode::LineDuplicate {
                    line,
                    value: address,
                };
                wrong.push(FieldError::new("people", code));
                return None;
            }
            person.id = CalendarUserId::new(address);
            Some(person)
        })
        .collect();
    (people, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ExchangeDirectoryInput {
        ExchangeDirectoryInput {
            account: " svc@a.example ".to_owned(),
            ..ExchangeDirectoryInput::default()
        }
    }

    #[test]
    fn a_stored_password_serves_the_same_account_at_the_same_server_only() {
        let typed = input();
        let stored = Typed::of(&typed).directory(&Directory::None, true);
        assert!(Typed::of(&typed).is_same_account(&stored));
        let changes: [fn(&mut ExchangeDirectoryInput); 3] = [
            |input| input.server = "mail.b.example".to_owned(),
            |input| input.account = "other@a.example".to_owned(),
            |input| input.username = "A\\svc".to_owned(),
        ];
        for change in changes {
            let mut changed = input();
            change(&mut changed);
            assert!(!Typed::of(&changed).is_same_account(&stored), "{changed:?}");
        }
    }

    #[test]
    fn after_a_refusal_only_a_new_password_is_tried() {
        let typed = input();
        let typed = Typed::of(&typed);
        let mut refused = typed.directory(&Directory::None, true);
        if let Directory::Exchange { connected, ews, .. } = &mut refused {
            *connected = false;
            *ews = "https://mail.a.example/EWS/Exchange.asmx".to_owned();
        }
        let is_connected = |is_new| typed.directory(&refused, is_new).is_connected();
        assert_eq!((is_connected(false), is_connected(true)), (false, true));
        assert!(matches!(
            typed.directory(&refused, true),
            Directory::Exchange { ews, .. } if ews.contains("mail.a.example")
        ));
    }

    #[test]
    fn fields_are_wanted_by_what_is_there() {
        let fields = |input: &ExchangeDirectoryInput, has_password, no_people| {
            let wrong = Typed::of(input).wrong(has_password, no_people);
            wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()
        };
        let nothing = ExchangeDirectoryInput::default();
        assert_eq!(fields(&nothing, false, true), ["account", "password"]);
        assert!(
            fields(&nothing, false, false).is_empty(),
            "a list alone is enough"
        );
        assert_eq!(fields(&input(), false, true), ["password"]);
        assert!(fields(&input(), true, true).is_empty());
        let mut cloud = input();
        cloud.server = "outlook.office365.com".to_owned();
        assert_eq!(fields(&cloud, true, true), ["server"]);
        cloud.server = "ftp://a".to_owned();
        assert_eq!(fields(&cloud, true, true), ["server"]);
    }

    #[test]
    fn a_pasted_list_is_keyed_by_mail_addresses() {
        let (people, wrong) = read_people("zoe, Zoë, Zoe@A.example\n\nnoel@a.example\n");
        assert!(wrong.is_empty());
        let keys: Vec<_> = people.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(keys, ["zoe@a.example", "noel@a.example"]);
        let (_, wrong) = read_people("zoe@a.example\n\nkim\nz, Z, ZOE@a.example\n");
        let codes: Vec<_> = wrong.into_iter().map(|one| one.code).collect();
        assert!(
            matches!(codes[0], ErrorCode::LineBadEmail { line: 3, .. }),
            "{codes:?}"
        );
        assert!(
            matches!(codes[1], ErrorCode::LineDuplicate { line: 4, .. }),
            "{codes:?}"
        );
    }

    #[test]
    fn a_password_is_not_printed() {
        let mut secret = input();
        secret.password = "Planted-1".to_owned();
        assert!(!format!("{secret:?}").contains("Planted-1"));
    }
}
