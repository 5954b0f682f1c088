//! Who has an account on the Exchange server: everybody whom Microsoft knows in the other
//! seeds, people of the CRM alone, and what only such servers have.

use std::sync::LazyLock;

use crate::seed::{FJORDKRAFT_CTX, FJORDKRAFT_TID, Person, people};

/// The password of every account. Public: it opens nothing real.
pub const EXCHANGE_PASSWORD: &str = "Kalender-26!";

/// What an entry of the address book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Mailbox,
    Group,
}

/// An account of the domain, or an entry of its address book that nobody signs in with.
#[derive(Clone, Debug)]
pub struct ExchangeAccount {
    /// NetBIOS name of the domain.
    pub domain: &'static str,
    /// Sign-in name without a domain.
    pub login: &'static str,
    /// User principal name.
    pub upn: &'static str,
    /// Name in the address book.
    pub name: &'static str,
    /// Primary address; none means no mailbox.
    pub mail: Option<&'static str>,
    /// Further addresses.
    pub aliases: &'static [&'static str],
    /// False for a disabled account.
    pub enabled: bool,
    /// Has the role ApplicationImpersonation for its own company.
    pub impersonates: bool,
    pub(crate) kind: Kind,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
}

impl ExchangeAccount {
    fn service(
        domain: &'static str,
        upn: &'static str,
        impersonates: bool,
        name: &'static str,
    ) -> Self {
        Self {
            domain,
            login: local(upn),
            upn,
            name,
            mail: Some(upn),
            aliases: &[],
            enabled: true,
            impersonates,
            kind: Kind::Mailbox,
            first_name: "",
            last_name: "",
        }
    }

    /// Whether this is what somebody typed as a name: `DOMAIN\login`, `login` or the UPN.
    pub(crate) fn is_called(&self, domain: &str, user: &str) -> bool {
        if self.kind == Kind::Group {
            return false;
        }
        if user.contains('@') {
            return domain.is_empty() && self.upn.eq_ignore_ascii_case(user);
        }
        self.login.eq_ignore_ascii_case(user)
            && (domain.is_empty() || self.domain.eq_ignore_ascii_case(domain))
    }

    pub(crate) fn has_address(&self, address: &str) -> bool {
        self.mail
            .iter()
            .chain(self.aliases)
            .any(|known| known.eq_ignore_ascii_case(address))
    }
}

/// All accounts of the Exchange server.
#[must_use]
pub fn exchange_accounts() -> &'static [ExchangeAccount] {
    static ACCOUNTS: LazyLock<Vec<ExchangeAccount>> = LazyLock::new(|| {
        let mut accounts: Vec<_> = people().iter().filter_map(of_person).collect();
        accounts.extend([
            ExchangeAccount::service(
                "NORDLICHT",
                "svc-calendar@nordlicht.example",
                true,
                "Calendar Service",
            ),
            ExchangeAccount::service(
                "NORDLICHT",
                "svc-plain@nordlicht.example",
                false,
                "Plain Service",
            ),
            ExchangeAccount::service(
                "FJORDKRAFT",
                "svc-calendar@fjordkraft.example",
                true,
                "Calendar Service",
            ),
            ExchangeAccount {
                kind: Kind::Group,
                ..ExchangeAccount::service(
                    "NORDLICHT",
                    "alle@nordlicht.example",
                    false,
                    "Alle Kollegen",
                )
            },
        ]);
        accounts
    });
    &ACCOUNTS
}

fn of_person(person: &'static Person) -> Option<ExchangeAccount> {
    let account = |domain, upn, name, mail, aliases, enabled| ExchangeAccount {
        domain,
        login: local(upn),
        upn,
        name,
        mail,
        aliases,
        enabled,
        impersonates: false,
        kind: Kind::Mailbox,
        first_name: person.first_name,
        last_name: person.last_name,
    };
    match (&person.microsoft, &person.superoffice) {
        (Some(user), _) => Some(account(
            if user.tid == FJORDKRAFT_TID {
                "FJORDKRAFT"
            } else {
                "NORDLICHT"
            },
            user.upn,
            user.display_name,
            user.mail,
            user.aliases,
            user.enabled,
        )),
        (None, Some(user)) => {
            let mail = user.email?;
            let domain = if user.ctx == FJORDKRAFT_CTX {
                "FJORDKRAFT"
            } else {
                "NORDLICHT"
            };
            Some(account(domain, mail, person.name, Some(mail), &[], true))
        }
        (None, None) => None,
    }
}

fn local(address: &'static str) -> &'static str {
    address.split_once('@').map_or(address, |(local, _)| local)
}

/// The account with this sign-in name.
pub(crate) fn called(domain: &str, user: &str) -> Option<&'static ExchangeAccount> {
    exchange_accounts()
        .iter()
        .find(|account| account.is_called(domain, user))
}

/// The mailbox with this address.
pub(crate) fn mailbox(address: &str) -> Option<&'static ExchangeAccount> {
    exchange_accounts()
        .iter()
        .find(|account| account.kind == Kind::Mailbox && account.has_address(address))
}

/// The address book that somebody sees: entries of his own company that have an address.
pub(crate) fn address_book(
    of: &ExchangeAccount,
) -> impl Iterator<Item = &'static ExchangeAccount> + use<> {
    let domain = of.domain;
    exchange_accounts()
        .iter()
        .filter(move |entry| entry.domain == domain && entry.mail.is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sign_in_names_are_unique_and_the_cases_are_there() {
        let mut upns = HashSet::new();
        let mut logins = HashSet::new();
        for account in exchange_accounts() {
            assert!(upns.insert(account.upn), "{}", account.upn);
            assert!(
                logins.insert((account.domain, account.login)),
                "{}",
                account.login
            );
        }
        let has = |wanted: fn(&ExchangeAccount) -> bool| exchange_accounts().iter().any(wanted);
        assert!(has(|one| !one.enabled) && has(|one| one.mail.is_none()));
        assert!(has(|one| !one.aliases.is_empty()) && has(|one| one.impersonates));
        assert!(has(|one| one.domain == "FJORDKRAFT"));
    }

    #[test]
    fn the_three_ways_to_write_a_name_lead_to_one_account() {
        for (domain, user) in [
            ("NORDLICHT", "zoe.mueller"),
            ("nordlicht", "ZOE.Mueller"),
            ("", "zoe.mueller"),
            ("", "zoe.mueller@nordlicht.example"),
        ] {
            assert_eq!(called(domain, user).unwrap().name, "Zoë Müller");
        }
        assert!(called("FJORDKRAFT", "zoe.mueller").is_none());
        assert!(called("", "alle@nordlicht.example").is_none());
    }
}
