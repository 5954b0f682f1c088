//! The invented companies and people that both stand-ins know. Data only.

mod crowd;
mod google;
mod people;

pub use crowd::CROWD;
pub use google::{FJORDKRAFT_DOMAIN, GoogleCalendars, GoogleUser, NORDLICHT_DOMAIN, google_users};
pub(crate) use google::{GoogleAccount, google_user, organisation_of};
pub use people::people;

/// The SuperOffice customer that most scenarios use.
pub const NORDLICHT_CTX: &str = "Cust10427";
/// A second SuperOffice customer, for everything about foreign tenants.
pub const FJORDKRAFT_CTX: &str = "Cust20881";
/// A SuperOffice customer with [`CROWD`] users.
pub const POLARIS_CTX: &str = "Cust31415";
/// Microsoft's tenant id of Polaris Handel.
pub const POLARIS_TID: &str = "d7a2e5b8-40c6-4f19-8b3d-92c1f06e7a54";
/// Microsoft's tenant id of Nordlicht Consulting.
pub const NORDLICHT_TID: &str = "3f8e1c52-7b0d-4a6e-9c41-d20f5b7a9e10";
/// Microsoft's tenant id of Fjordkraft Studio.
pub const FJORDKRAFT_TID: &str = "b64d07f3-1e29-4c8b-a5d0-6f93e2c7184a";

/// A customer of SuperOffice.
#[derive(Clone, Copy, Debug)]
pub struct Company {
    /// Tenant id, `Cust` and digits.
    pub ctx: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Serial number of its database.
    pub serial: &'static str,
}

/// A tenant of Microsoft Entra.
#[derive(Clone, Copy, Debug)]
pub struct Organisation {
    /// Tenant id, a GUID.
    pub tid: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Verified domain; may stand for the tenant id in Entra's addresses.
    pub domain: &'static str,
}

/// A person (or a room, or a shared account) with the accounts he or she has.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Full name as people write it.
    pub name: &'static str,
    /// Given name; empty for what is no person.
    pub first_name: &'static str,
    /// Family name; empty for what is no person.
    pub last_name: &'static str,
    /// The user in SuperOffice, if there is one.
    pub superoffice: Option<SuperOfficeUser>,
    /// The account at Microsoft, if there is one.
    pub microsoft: Option<MicrosoftUser>,
}

/// A user ("associate") of SuperOffice.
#[derive(Clone, Copy, Debug)]
pub struct SuperOfficeUser {
    /// The company's tenant id.
    pub ctx: &'static str,
    /// Associate id, unique in the company.
    pub associate_id: u32,
    /// Sign-in name.
    pub user_name: &'static str,
    /// Initials, SuperOffice's short name of the user.
    pub initials: &'static str,
    /// Primary e-mail in the CRM.
    pub email: Option<&'static str>,
    /// May administer the company.
    pub administrator: bool,
    /// False when retired; a retired user cannot sign in.
    pub active: bool,
}

/// An account in Microsoft Entra.
#[derive(Clone, Copy, Debug)]
pub struct MicrosoftUser {
    /// The organisation's tenant id.
    pub tid: &'static str,
    /// Object id of the account, a GUID.
    pub oid: &'static str,
    /// User principal name, the sign-in name.
    pub upn: &'static str,
    /// Display name in the directory.
    pub display_name: &'static str,
    /// Primary mail address; none means no mailbox.
    pub mail: Option<&'static str>,
    /// Further addresses of the mailbox.
    pub aliases: &'static [&'static str],
    /// False for a disabled account, which cannot sign in.
    pub enabled: bool,
    /// Global administrator of the organisation.
    pub administrator: bool,
    /// False for rooms and other accounts that nobody signs in with.
    pub human: bool,
}

/// A user of SuperOffice together with the person.
pub(crate) type CrmUser = (&'static Person, &'static SuperOfficeUser);
/// An account at Microsoft together with the person.
pub(crate) type EntraUser = (&'static Person, &'static MicrosoftUser);

/// All customers of SuperOffice.
#[must_use]
pub fn companies() -> &'static [Company] {
    const COMPANIES: &[Company] = &[
        Company {
            ctx: NORDLICHT_CTX,
            name: "Nordlicht Consulting AS",
            serial: "1042700001",
        },
        Company {
            ctx: FJORDKRAFT_CTX,
            name: "Fjordkraft Studio AS",
            serial: "2088100001",
        },
        Company {
            ctx: POLARIS_CTX,
            name: "Polaris Handel AS",
            serial: "3141500001",
        },
    ];
    COMPANIES
}

/// All organisations at Microsoft.
#[must_use]
pub fn organisations() -> &'static [Organisation] {
    const ORGANISATIONS: &[Organisation] = &[
        Organisation {
            tid: NORDLICHT_TID,
            name: "Nordlicht Consulting AS",
            domain: "nordlicht.example",
        },
        Organisation {
            tid: FJORDKRAFT_TID,
            name: "Fjordkraft Studio AS",
            domain: "fjordkraft.example",
        },
        Organisation {
            tid: POLARIS_TID,
            name: "Polaris Handel AS",
            domain: "polaris.example",
        },
    ];
    ORGANISATIONS
}

/// A company by its tenant id, whatever the case.
pub(crate) fn company(ctx: &str) -> Option<&'static Company> {
    companies()
        .iter()
        .find(|company| company.ctx.eq_ignore_ascii_case(ctx))
}

/// An organisation by tenant id or domain, whatever the case.
pub(crate) fn organisation(tenant: &str) -> Option<&'static Organisation> {
    organisations().iter().find(|known| {
        known.tid.eq_ignore_ascii_case(tenant) || known.domain.eq_ignore_ascii_case(tenant)
    })
}

/// All users of a company, retired ones too.
pub(crate) fn crm_users(ctx: &str) -> impl Iterator<Item = CrmUser> {
    let people = if ctx == POLARIS_CTX {
        crowd::crowd()
    } else {
        people()
    };
    crm_users_among(people).filter(move |(_, user)| user.ctx == ctx)
}

/// The users that a company's sign-in page offers; of a big company the first ones.
pub(crate) fn offered_crm_users(ctx: &str) -> impl Iterator<Item = CrmUser> {
    let people = if ctx == POLARIS_CTX {
        crowd::front()
    } else {
        people()
    };
    crm_users_among(people).filter(move |(_, user)| user.ctx == ctx && user.active)
}

fn crm_users_among(people: &'static [Person]) -> impl Iterator<Item = CrmUser> {
    people
        .iter()
        .filter_map(|person| person.superoffice.as_ref().map(|user| (person, user)))
}

/// All accounts of an organisation.
pub(crate) fn entra_users(tid: &str) -> impl Iterator<Item = EntraUser> {
    let people = if tid == POLARIS_TID {
        crowd::crowd()
    } else {
        people()
    };
    entra_users_among(people).filter(move |(_, user)| user.tid == tid)
}

/// The accounts that an organisation's account picker offers; of a big one the first ones.
pub(crate) fn offered_entra_users(tid: &str) -> impl Iterator<Item = EntraUser> {
    let people = if tid == POLARIS_TID {
        crowd::front()
    } else {
        people()
    };
    entra_users_among(people).filter(move |(_, user)| user.tid == tid && user.enabled && user.human)
}

fn entra_users_among(people: &'static [Person]) -> impl Iterator<Item = EntraUser> {
    people
        .iter()
        .filter_map(|person| person.microsoft.as_ref().map(|user| (person, user)))
}

/// Those among whom somebody with this name or id is; the crowd is only made for one of it.
fn people_around(key: &str) -> &'static [Person] {
    if crowd::may_be_of_crowd(key) {
        crowd::crowd()
    } else {
        people()
    }
}

/// The SuperOffice user with this sign-in name.
pub(crate) fn crm_user(user_name: &str) -> Option<CrmUser> {
    let key = user_name.trim();
    crm_users_among(people_around(key)).find(|(_, user)| user.user_name.eq_ignore_ascii_case(key))
}

/// The SuperOffice user with this sign-in name, or an e-mail that nobody else has.
pub(crate) fn crm_user_by_any_name(key: &str) -> Option<CrmUser> {
    let is = |name: &str| name.eq_ignore_ascii_case(key.trim());
    crm_users_among(people_around(key))
        .find(|(_, user)| is(user.user_name) || user.email.is_some_and(is))
}

/// The Microsoft account with this object id or user principal name.
pub(crate) fn entra_user(key: &str) -> Option<EntraUser> {
    let key = key.trim();
    entra_users_among(people_around(key))
        .find(|(_, user)| user.oid.eq_ignore_ascii_case(key) || user.upn.eq_ignore_ascii_case(key))
}

/// The Microsoft account with this object id, user principal name or mail address.
pub(crate) fn entra_user_by_any_name(key: &str) -> Option<EntraUser> {
    let is = |name: &str| name.eq_ignore_ascii_case(key.trim());
    entra_users_among(people_around(key))
        .find(|(_, user)| is(user.upn) || is(user.oid) || user.mail.is_some_and(is))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{NORDLICHT_CTX, crm_users, crm_users_among, entra_users_among, people};

    #[test]
    fn keys_are_unique() {
        let mut associates = HashSet::new();
        let mut names = HashSet::new();
        for (_, user) in crm_users_among(people()) {
            assert!(associates.insert((user.ctx, user.associate_id)));
            assert!(names.insert(user.user_name));
        }
        let mut oids = HashSet::new();
        for (_, user) in entra_users_among(people()) {
            assert!(oids.insert(user.oid));
        }
        assert!(people().len() > oids.len());
    }

    #[test]
    fn the_first_company_has_the_cases_that_pages_show() {
        let users: Vec<_> = crm_users(NORDLICHT_CTX).collect();
        assert_eq!(users.len(), 12);
        assert_eq!(users.iter().filter(|(_, u)| u.administrator).count(), 2);
        assert_eq!(users.iter().filter(|(_, u)| u.email.is_none()).count(), 1);
        assert_eq!(users.iter().filter(|(_, u)| !u.active).count(), 1);
        let shared = users
            .iter()
            .filter(|(_, u)| u.email == Some("post@nordlicht.example"));
        assert_eq!(shared.count(), 2);
    }
}
