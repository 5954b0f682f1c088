//! A company of ten thousand, made by rule instead of by hand: the same people in every
//! run, and only once somebody asks for one of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{MicrosoftUser, POLARIS_CTX, POLARIS_TID, Person, SuperOfficeUser};

/// Users of SuperOffice, and accounts at Microsoft.
pub const CROWD: u32 = 10_000;

/// Domain of the company's addresses.
const DOMAIN: &str = "polaris.example";
/// What all object ids of the company's accounts begin with.
const OID: &str = "c40fd0c1-";
/// The first associate id.
const FIRST_ID: u32 = 100;

const GIVEN: [&str; 64] = [
    "Åse",
    "Anna",
    "Anders",
    "Anneke",
    "Astrid",
    "Bart",
    "Birgit",
    "Bjørn",
    "Britt",
    "Cees",
    "Dörte",
    "Eirik",
    "Elin",
    "Esther",
    "Femke",
    "Fredrik",
    "Gerrit",
    "Gro",
    "Gunnar",
    "Håkon",
    "Hanne",
    "Heike",
    "Henk",
    "Ida",
    "Ingrid",
    "Jens",
    "Joost",
    "Jörg",
    "Jørgen",
    "Kåre",
    "Karin",
    "Katja",
    "Kees",
    "Kjell",
    "Lars",
    "Liv",
    "Lotte",
    "Maarten",
    "Märta",
    "Maja",
    "Malin",
    "Marieke",
    "Mette",
    "Mikkel",
    "Morten",
    "Nils",
    "Noortje",
    "Ola",
    "Øystein",
    "Pernille",
    "Petra",
    "Renée",
    "Ruben",
    "Sander",
    "Signe",
    "Siri",
    "Søren",
    "Stijn",
    "Sünje",
    "Torbjörn",
    "Uwe",
    "Wiebke",
    "Willem",
    "Zoë",
];

const FAMILY: [&str; 72] = [
    "Aas",
    "Åberg",
    "Ahl",
    "Andersen",
    "Andersson",
    "Bakker",
    "Bauer",
    "Berg",
    "Bergström",
    "Bjørnstad",
    "Böhm",
    "Bos",
    "Brandt",
    "Brink",
    "Christensen",
    "Dahl",
    "de Boer",
    "de Graaf",
    "de Jong",
    "de Vries",
    "Dijkstra",
    "Eide",
    "Eriksson",
    "Fischer",
    "Fjeld",
    "Friedrich",
    "Große",
    "Haugen",
    "Hansen",
    "Hendriks",
    "Holm",
    "Jacobsen",
    "Jansen",
    "Johansson",
    "Jørgensen",
    "Kjær",
    "Koch",
    "Köhler",
    "Kristiansen",
    "Krüger",
    "Larsen",
    "Lehmann",
    "Lie",
    "Lindqvist",
    "Lund",
    "Meijer",
    "Meyer-Lübcke",
    "Moen",
    "Mulder",
    "Müller",
    "Nielsen",
    "Nilsson",
    "Nygård",
    "Öberg",
    "O’Brien",
    "Olsen",
    "Östlund",
    "Pedersen",
    "Peters",
    "Petersen",
    "Sætre",
    "Schäfer",
    "Schmidt",
    "Smit",
    "Solberg",
    "Strøm",
    "Sørensen",
    "van den Berg",
    "van der Meer",
    "van Dijk",
    "Visser",
    "Weiß",
];

/// Everybody of the company. The first use takes some milliseconds and megabytes.
pub(super) fn crowd() -> &'static [Person] {
    static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(invent);
    &PEOPLE
}

/// The first ones, whom sign-in pages offer: the same people, without making the others.
pub(super) fn front() -> &'static [Person] {
    static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| employees(20));
    &PEOPLE
}

/// Whether a sign-in name or object id can only belong to this company.
pub(super) fn may_be_of_crowd(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with(DOMAIN) || key.starts_with(OID)
}

fn employees(count: u32) -> Vec<Person> {
    let mut taken: HashMap<String, u32> = HashMap::new();
    let mut people: Vec<Person> = Vec::new();
    let mut before = None;
    for n in 0..count {
        let person = employee(n, &mut taken, before);
        before = person.superoffice.and_then(|user| user.email);
        people.push(person);
    }
    people
}

fn invent() -> Vec<Person> {
    let mut people = employees(CROWD);
    let accounts = people.iter().filter(|one| one.microsoft.is_some()).count();
    let missing = CROWD.saturating_sub(u32::try_from(accounts).unwrap_or(CROWD));
    people.extend((0..missing).map(stranger));
    people
}

/// Somebody in both systems, or in the CRM alone.
fn employee(n: u32, taken: &mut HashMap<String, u32>, before: Option<&'static str>) -> Person {
    let (first, last) = (pick(&GIVEN, n), pick(&FAMILY, scatter(n)));
    let login = keep(address(&slug(first), &slug(last), taken));
    let active = n % 41 != 7;
    let email = match n {
        n if n % 97 == 13 => None,
        // Two colleagues share one address.
        n if n % 503 == 19 => before,
        _ => Some(login),
    };
    let microsoft = (n % 61 != 3).then(|| account(n, first, last, login, active));
    Person {
        name: keep(format!("{first} {last}")),
        first_name: first,
        last_name: last,
        superoffice: Some(SuperOfficeUser {
            ctx: POLARIS_CTX,
            associate_id: FIRST_ID + n,
            user_name: login,
            initials: keep(initials(first, last)),
            email,
            administrator: n < 2,
            active,
        }),
        microsoft,
    }
}

fn account(n: u32, first: &str, last: &str, login: &'static str, active: bool) -> MicrosoftUser {
    // The addresses of some differ on the two sides: an alias tells, or only the name.
    let other = || {
        let initial: String = slug(first).chars().take(1).collect();
        keep(format!("{initial}.{}.{n}@{DOMAIN}", slug(last)))
    };
    let (mail, aliases): (_, &'static [&'static str]) = if n % 29 == 5 {
        (other(), vec![login].leak())
    } else if n % 53 == 9 {
        (other(), &[])
    } else {
        (login, &[])
    };
    MicrosoftUser {
        tid: POLARIS_TID,
        oid: keep(oid(n)),
        upn: mail,
        display_name: keep(format!("{first} {last}")),
        mail: Some(mail),
        aliases,
        enabled: active || n.is_multiple_of(2),
        administrator: n < 2,
        human: true,
    }
}

/// Rooms and shared accounts, which the CRM does not know.
fn stranger(n: u32) -> Person {
    let name = keep(if n.is_multiple_of(2) {
        format!("Møterom {}", n / 2 + 1)
    } else {
        format!("Postfach {} {}", pick(&FAMILY, scatter(n)), n / 2 + 1)
    });
    let upn = keep(format!("shared.{n}@{DOMAIN}"));
    Person {
        name,
        first_name: "",
        last_name: "",
        superoffice: None,
        microsoft: Some(MicrosoftUser {
            tid: POLARIS_TID,
            oid: keep(oid(CROWD + n)),
            upn,
            display_name: name,
            mail: Some(upn),
            aliases: &[],
            enabled: true,
            administrator: false,
            human: false,
        }),
    }
}

fn oid(n: u32) -> String {
    format!("{OID}{:04x}-4c0a-9f00-{:012x}", scatter(n) & 0xFFFF, n)
}

/// The text lives as long as the process: the people are a static.
fn keep(text: String) -> &'static str {
    text.leak()
}

/// A number that has little to do with its neighbours' (a step of Knuth's multiplicative
/// hash).
const fn scatter(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761) >> 9
}

fn pick(names: &[&'static str], n: u32) -> &'static str {
    let at = usize::try_from(n).unwrap_or_default() % names.len();
    names.get(at).copied().unwrap_or_default()
}

fn address(first: &str, last: &str, taken: &mut HashMap<String, u32>) -> String {
    let base = format!("{first}.{last}");
    let count = taken.entry(base.clone()).or_default();
    *count += 1;
    match *count {
        1 => format!("{base}@{DOMAIN}"),
        count => format!("{base}.{count}@{DOMAIN}"),
    }
}

fn initials(first: &str, last: &str) -> String {
    [first, last]
        .iter()
        .filter_map(|name| name.chars().next())
        .collect::<String>()
        .to_uppercase()
}

/// A name as it stands in an address.
fn slug(name: &str) -> String {
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'å' | 'ä' | 'æ' => text.push_str("ae"),
            'ø' | 'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            'ß' => text.push_str("ss"),
            'é' | 'ë' => text.push('e'),
            'a'..='z' | '-' => text.push(letter),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_big_company_has_ten_thousand_of_each_kind_and_every_case() {
        let people = crowd();
        let crm: Vec<_> = people.iter().filter_map(|one| one.superoffice).collect();
        let accounts: Vec<_> = people.iter().filter_map(|one| one.microsoft).collect();
        assert_eq!((crm.len(), accounts.len()), (10_000, 10_000));
        let logins: HashSet<_> = crm.iter().map(|user| user.user_name).collect();
        let ids: HashSet<_> = crm.iter().map(|user| user.associate_id).collect();
        let oids: HashSet<_> = accounts.iter().map(|user| user.oid).collect();
        let upns: HashSet<_> = accounts.iter().map(|user| user.upn).collect();
        assert_eq!(
            [logins.len(), ids.len(), oids.len(), upns.len()],
            [10_000; 4]
        );
        let names: HashSet<_> = people.iter().map(|one| one.name).collect();
        assert!(names.len() < 9_000, "nobody shares a name");
        assert!(crm.iter().any(|user| user.email.is_none()));
        assert!(crm.iter().any(|user| !user.active));
        assert!(accounts.iter().any(|user| !user.enabled));
        assert!(accounts.iter().any(|user| !user.aliases.is_empty()));
        let mails: HashSet<_> = crm.iter().filter_map(|user| user.email).collect();
        let with_mail = crm.iter().filter(|user| user.email.is_some()).count();
        assert!(mails.len() < with_mail, "nobody shares an address");
        let equal = people.iter().filter(|one| {
            let mail = one.microsoft.and_then(|user| user.mail);
            mail.is_some() && mail == one.superoffice.and_then(|user| user.email)
        });
        assert!(equal.count() > 8_000);
    }

    #[test]
    fn the_people_that_pages_offer_are_the_first_of_all() {
        let names = |people: &[Person]| people.iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(front()), names(&crowd()[..20]));
    }

    #[test]
    fn object_ids_are_guids() {
        assert_eq!(oid(1).len(), 36);
        assert_eq!(oid(19_999).matches('-').count(), 4);
    }
}
