//! The accounts at Google: the same people as in the CRM, with the cases that sign-ins,
//! lists and calendar choices must cope with. Data only.

/// Domain of Nordlicht Consulting's Workspace.
pub const NORDLICHT_DOMAIN: &str = "nordlicht.example";
/// Domain of Fjordkraft Studio's Workspace.
pub const FJORDKRAFT_DOMAIN: &str = "fjordkraft.example";

/// Which calendars an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoogleCalendars {
    /// The primary one, and holidays that can only be read.
    Primary,
    /// The primary one and two further ones that can be written.
    Several,
    /// Holidays only: nothing can be written.
    ReadOnly,
    /// The calendar service is switched off for the account.
    Off,
}

/// An account at Google.
#[derive(Clone, Copy, Debug)]
pub struct GoogleUser {
    /// The number that is the account's key: `sub` of id tokens, `id` of the directory.
    pub sub: &'static str,
    /// Primary address.
    pub email: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name; empty for what is no person.
    pub family_name: &'static str,
    /// Workspace domain; none for a private account.
    pub domain: Option<&'static str>,
    /// Further addresses.
    pub aliases: &'static [&'static str],
    /// May not sign in.
    pub suspended: bool,
    /// May read the directory.
    pub administrator: bool,
    /// False for shared accounts that nobody signs in with.
    pub human: bool,
    /// Its calendars.
    pub calendars: GoogleCalendars,
}

impl GoogleUser {
    /// The name as it is displayed.
    #[must_use]
    pub fn name(&self) -> String {
        [self.given_name, self.family_name]
            .join(" ")
            .trim()
            .to_owned()
    }

    /// Whether this is the account's number or one of its addresses.
    pub(crate) fn is(&self, key: &str) -> bool {
        let key = key.trim();
        key == self.sub || self.has_address(key)
    }

    /// Whether this is one of the account's addresses.
    pub(crate) fn has_address(&self, address: &str) -> bool {
        std::iter::once(&self.email)
            .chain(self.aliases)
            .any(|known| known.eq_ignore_ascii_case(address))
    }
}

/// An account.
pub(crate) type GoogleAccount = &'static GoogleUser;

/// All accounts at Google.
#[must_use]
pub fn google_users() -> &'static [GoogleUser] {
    USERS
}

/// The account with this number or address.
pub(crate) fn google_user(key: &str) -> Option<GoogleAccount> {
    USERS.iter().find(|user| user.is(key))
}

/// The name of a domain's organisation.
pub(crate) fn organisation_of(domain: Option<&str>) -> &'static str {
    match domain {
        Some(NORDLICHT_DOMAIN) => "Nordlicht Consulting AS",
        Some(FJORDKRAFT_DOMAIN) => "Fjordkraft Studio AS",
        _ => "Private accounts",
    }
}

const fn user(
    sub: &'static str,
    email: &'static str,
    (given_name, family_name): (&'static str, &'static str),
) -> GoogleUser {
    GoogleUser {
        sub,
        email,
        given_name,
        family_name,
        domain: Some(NORDLICHT_DOMAIN),
        aliases: &[],
        suspended: false,
        administrator: false,
        human: true,
        calendars: GoogleCalendars::Primary,
    }
}

const USERS: &[GoogleUser] = &[
    GoogleUser {
        administrator: true,
        ..user(
            "110169484474386276301",
            "ingvild.saetre-holm@nordlicht.example",
            ("Ingvild", "Sætre-Holm"),
        )
    },
    user(
        "110169484474386276302",
        "hakon.nystrom@nordlicht.example",
        ("Håkon", "Nyström"),
    ),
    user(
        "110169484474386276303",
        "zoe.mueller@nordlicht.example",
        ("Zoë", "Müller"),
    ),
    GoogleUser {
        aliases: &[
            "guenther.oeztuerk@nordlicht.example",
            "g.oezturk@nordlicht.example",
        ],
        ..user(
            "110169484474386276304",
            "g.oeztuerk@nordlicht.example",
            ("Günther", "Öztürk"),
        )
    },
    user(
        "110169484474386276305",
        "renee.vanthoff@nordlicht.example",
        ("Renée", "van ’t Hoff"),
    ),
    GoogleUser {
        calendars: GoogleCalendars::Several,
        ..user(
            "110169484474386276306",
            "noel.damico@nordlicht.example",
            ("Noël", "D’Amico"),
        )
    },
    user(
        "110169484474386276307",
        "lukasz.zurawski@nordlicht.example",
        ("Łukasz", "Żurawski"),
    ),
    user(
        "110169484474386276308",
        "bjorn.kvernmo@nordlicht.example",
        ("Bjørn", "Kvernmo"),
    ),
    GoogleUser {
        calendars: GoogleCalendars::Off,
        ..user(
            "110169484474386276309",
            "mette.kjaer@nordlicht.example",
            ("Mette", "Kjær"),
        )
    },
    GoogleUser {
        calendars: GoogleCalendars::ReadOnly,
        ..user(
            "110169484474386276310",
            "maja.ostergard@nordlicht.example",
            ("Maja", "Østergård"),
        )
    },
    GoogleUser {
        suspended: true,
        ..user(
            "110169484474386276311",
            "torbjorn.ahl@nordlicht.example",
            ("Torbjörn", "Ahl"),
        )
    },
    user(
        "110169484474386276312",
        "oscar@nordlicht.example",
        ("Oscar", "Pena Ruiz"),
    ),
    GoogleUser {
        human: false,
        ..user(
            "110169484474386276313",
            "post@nordlicht.example",
            ("Post", "Nordlicht"),
        )
    },
    // A private account of a person who also has one at work.
    GoogleUser {
        domain: None,
        ..user(
            "104417000000000000042",
            "zoe.mueller.privat@mail.example",
            ("Zoë", "Müller"),
        )
    },
    GoogleUser {
        domain: Some(FJORDKRAFT_DOMAIN),
        administrator: true,
        ..user(
            "110169484474386276401",
            "jonas.lindqvist@fjordkraft.example",
            ("Jonas", "Lindqvist"),
        )
    },
    GoogleUser {
        domain: Some(FJORDKRAFT_DOMAIN),
        ..user(
            "110169484474386276402",
            "sigrid.aune@fjordkraft.example",
            ("Sigrid", "Aune"),
        )
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::google_users;
    use crate::seed::crm_users;

    #[test]
    fn numbers_and_addresses_are_unique() {
        let mut numbers = HashSet::new();
        let mut addresses = HashSet::new();
        for user in google_users() {
            assert!(numbers.insert(user.sub));
            for address in std::iter::once(&user.email).chain(user.aliases) {
                assert!(addresses.insert(*address), "{address}");
            }
        }
    }

    #[test]
    fn both_companies_of_the_crm_find_their_people() {
        for ctx in [crate::NORDLICHT_CTX, crate::FJORDKRAFT_CTX] {
            let found = crm_users(ctx)
                .filter(|(_, user)| {
                    user.email
                        .is_some_and(|email| google_users().iter().any(|one| one.is(email)))
                })
                .count();
            assert!(found >= 2, "{ctx}");
        }
    }
}
